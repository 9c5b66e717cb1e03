"""Fifty passcodes at once: three right ones open, at most five wrong ones are looked at (T17).

`python -m tests.drills.passcodes [rounds]` prints one JSON line for each
database that answers: rounds, how many opened, how many were compared, what
broke, and violations.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.everything import addresses

ROUNDS = 20
RUN = "import django; django.setup(); from tests.drills.at_once import print_drill; print_drill({})"


def main(rounds: int = ROUNDS) -> int:
    """Run the drill on each database that answers, a process each; 1 on any violation."""
    bad = 0
    for name, address in addresses().items():
        with tempfile.TemporaryDirectory(prefix="groupcare-passcodes-") as folder:
            clean = {k: v for k, v in os.environ.items() if not k.endswith("DATABASE_URL")}
            told = subprocess.run(
                [sys.executable, "-c", RUN.format(rounds)],
                env={
                    **clean,
                    **{k: f"{v}_passcodes" for k, v in address.items() if v},
                    "GROUPCARE_DATA_DIR": folder,
                    "DJANGO_SETTINGS_MODULE": "tests.settings",
                },
                cwd=Path(__file__).parents[2],
                capture_output=True,
                text=True,
                check=False,
            )
        lines = told.stdout.strip().splitlines()
        print(lines[-1] if lines else f"{name}: {told.stderr[-800:]}", flush=True)
        figures = json.loads(lines[-1]) if lines else {"violations": 1, "failed": 0}
        bad += bool(told.returncode or figures["violations"] or figures["failed"])
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
