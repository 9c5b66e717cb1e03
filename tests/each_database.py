"""A drill that has a process of its own on each database that answers."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.everything import addresses


def run_drill(name: str, module: str, size: int) -> int:
    """Call `print_drill(size)` of a module on each database; return 1 on any violation or failure.

    Its last line is printed, and is a JSON object with `violations` and
    `failed`; a process without one counts as a violation.
    """
    call = f"import django; django.setup(); from {module} import print_drill; print_drill({size})"
    bad = 0
    for database, address in addresses().items():
        with tempfile.TemporaryDirectory(prefix=f"groupcare-{name}-") as folder:
            clean = {k: v for k, v in os.environ.items() if not k.endswith("DATABASE_URL")}
            told = subprocess.run(
                [sys.executable, "-c", call],
                env={
                    **clean,
                    **{k: f"{v}_{name}" for k, v in address.items() if v},
                    "GROUPCARE_DATA_DIR": folder,
                    "DJANGO_SETTINGS_MODULE": "tests.settings",
                },
                cwd=Path(__file__).parents[1],
                capture_output=True,
                text=True,
                check=False,
            )
        lines = told.stdout.strip().splitlines()
        print(lines[-1] if lines else f"{database}: {told.stderr[-800:]}", flush=True)
        figures = json.loads(lines[-1]) if lines else {"violations": 1, "failed": 0}
        bad += bool(told.returncode or figures["violations"] or figures["failed"])
    return 1 if bad else 0
