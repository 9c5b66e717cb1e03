"""The bench's own practice keeps up with the tables: its questions are answered rightly.

What it measures is for `make bench`; here a small house is written and asked.
"""

import os
import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]


def test_a_small_house_is_written_and_every_question_answered_rightly():
    clean = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
    ran = subprocess.run(
        [sys.executable, "-m", "bench.decision", "--quick", "--items", "100"],
        cwd=HOUSE,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2_000:]
    assert "decision_vs_bare_sql" in ran.stdout
