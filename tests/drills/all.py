"""`make drills`: every drill at full size, its figures to docs/figures.json, with their commit.

A drill is one line of DRILLS. Its command prints figures as lines that are a
JSON object (with `database`, if it is one database's), hold `name=value`, or
are `name value`; here they get the name `drill.database.figure`. `--only NAME` runs one drill
and leaves the figures of the others as they are.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.everything import addresses, environment_for

HOUSE = Path(__file__).resolve().parents[2]
FIGURES = HOUSE / "docs" / "figures.json"
PAIR = re.compile(r"\b([a-z_]+)=([\d.]*\d)\b")
ALONE = re.compile(r"^([a-z_]+) ([\d.]*\d)(?: \(goal .*\))?$")
SWAPS = ("test_swap", "test_swap_since", "test_swap_beyond_consent")
PROPERTIES = ("rules", "policy", "signing", "override")
PYTEST = ("-m", "pytest", "-q", "-s", "-n", "0")


@dataclass(frozen=True)
class Drill:
    """What `make drills` runs: on each database that is here, or once if it sees to that itself."""

    name: str
    arguments: tuple[str, ...]
    on_each_database: bool = False
    adds_up: bool = False  # several tests print the same figures, each of its own part

    @property
    def command(self) -> str:
        return " ".join(("python", *self.arguments))


DRILLS = (
    Drill("races", ("-m", "tests.drills.races")),
    Drill("faults", ("-m", "tests.drills.faults", "--whole")),
    Drill("state_machine", (*PYTEST, "tests/consent/test_state_machine.py"), on_each_database=True),
    Drill("passcodes", ("-m", "tests.drills.passcodes")),
    Drill("restore", (*PYTEST, "tests/drills/test_restore.py"), on_each_database=True),
    Drill("doors", ("-m", "tests.drills.doors")),
    Drill("bench", ("-m", "bench.decision")),
    Drill("matrix", (*PYTEST, "tests/pages/test_matrix.py"), on_each_database=True),
    Drill(
        "swap",
        (*PYTEST, *(f"tests/pages/{one}.py" for one in SWAPS)),
        on_each_database=True,
        adds_up=True,
    ),
    Drill("one_404", (*PYTEST, "tests/pages/test_one_404.py"), on_each_database=True),
    Drill(
        "properties",
        (*PYTEST, *(f"tests/consent/test_{one}_properties.py" for one in PROPERTIES)),
        adds_up=True,
    ),
)


def run(drill: Drill) -> tuple[int, dict[str, Any]]:
    """Run one drill at full size; return the worst exit code and its figures by full name."""
    here = addresses() if drill.on_each_database else {"": {}}
    worst, figures, counted = 0, dict[str, Any](), set[str]()
    for database, address in here.items():
        part = f"{drill.name}.{database}" if database else drill.name
        with tempfile.TemporaryDirectory(prefix="groupcare-drill-") as folder:
            environment = environment_for(address, folder) if database else dict(os.environ)
            environment["GROUPCARE_DRILL"] = "full"
            began = time.monotonic()
            process = subprocess.Popen(
                [sys.executable, *drill.arguments],
                env=environment,
                cwd=HOUSE,
                stdout=subprocess.PIPE,
                text=True,
            )
            assert process.stdout
            for line in process.stdout:
                print(line, end="", flush=True)
                for name, value in read_figures(line):
                    figure = f"{part if drill.adds_up else drill.name}.{name}"
                    figures[figure] = value + figures[figure] if figure in counted else value
                    counted |= {figure} if drill.adds_up else set()
            worst = max(worst, abs(process.wait()))
            figures[f"{part}.drill_seconds"] = round(time.monotonic() - began)
    return worst, figures


def read_figures(line: str) -> Iterator[tuple[str, Any]]:
    """Yield name and value of every figure a line of output holds."""
    if line.startswith("{"):
        told = json.loads(line)
        part = f"{told.pop('database')}." if "database" in told else ""
        yield from ((f"{part}{name}", value) for name, value in told.items())
    else:
        yield from (
            (name, json.loads(value)) for name, value in PAIR.findall(line) + ALONE.findall(line)
        )


def git(*arguments: str) -> str:
    ran = subprocess.run(["git", *arguments], cwd=HOUSE, capture_output=True, text=True, check=True)
    return ran.stdout.strip()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=[drill.name for drill in DRILLS])
    asked = parser.parse_args()
    written = (":!docs/figures.json", ":!bench/results.json")
    if git("status", "--porcelain", "--", ".", *written):
        print("A figure belongs to a commit, and there are changes that are in none.")
        return 1
    kept = json.loads(FIGURES.read_text()) if FIGURES.exists() else []
    failed = []
    for drill in DRILLS:
        if asked.only not in (None, drill.name):
            continue
        print(f"\n--- {drill.name} ---", flush=True)
        code, figures = run(drill)
        if code:
            failed.append(drill.name)
        taken = {
            "command": drill.command,
            "commit": git("rev-parse", "HEAD"),
            "cores": os.cpu_count(),
            "date": datetime.now(UTC).date().isoformat(),
        }
        kept = [old for old in kept if not old["figure"].startswith(f"{drill.name}.")]
        kept += [{"figure": name, "value": figures[name], **taken} for name in sorted(figures)]
        FIGURES.write_text(json.dumps(kept, indent=1) + "\n")
    for name in failed:
        print(f"red: {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
