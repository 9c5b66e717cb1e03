"""Guessing at the doors: fifty guesses at once at each, and a spray of other names between guesses.

`python -m tests.drills.doors [names]` prints one JSON line for each database
that answers: how many guesses were compared, at most, at a password, a code of
the app, a recovery code and a one-time code (T17), alone and from many
addresses; and how many of the guesses at one account were compared while four
workers tried `names` other names between them.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.everything import addresses

NAMES = 2_000
RUN = (
    "import django; django.setup(); from tests.drills.guessing import print_drill; print_drill({})"
)


def main(names: int = NAMES) -> int:
    """Run the drill on each database that answers, a process each; 1 on any violation."""
    bad = 0
    for name, address in addresses().items():
        with tempfile.TemporaryDirectory(prefix="groupcare-doors-") as folder:
            clean = {k: v for k, v in os.environ.items() if not k.endswith("DATABASE_URL")}
            told = subprocess.run(
                [sys.executable, "-c", RUN.format(names)],
                env={
                    **clean,
                    **{k: f"{v}_doors" for k, v in address.items() if v},
                    "GROUPCARE_DATA_DIR": folder,
                    "DJANGO_SETTINGS_MODULE": "tests.settings",
                },
                cwd=Path(__file__).parents[2],
                capture_output=True,
                text=True,
                check=False,
            )
        lines = told.stdout.strip().splitlines()
        print(told.stderr[-800:], file=sys.stderr, end="")
        print(lines[-1] if lines else f"{name}: {told.stderr[-800:]}", flush=True)
        figures = json.loads(lines[-1]) if lines else {"violations": 1, "failed": 0}
        bad += bool(told.returncode or figures["violations"] or figures["failed"])
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else NAMES))
