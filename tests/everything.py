"""`make test`: every test on every database that is here, and the same tests on both.

A test that asks no database says the same beside each, and runs once, with the
first. Prints a line for each thing that could not run, and why. With CI=true
nothing may be left out. PostgreSQL is looked for at POSTGRES_URL (default:
this machine, user postgres).
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg2

POSTGRES = os.environ.get("POSTGRES_URL", "postgres://postgres@127.0.0.1:5432")
CI = os.environ.get("CI") == "true"
EVERYTHING, ASKS_A_DATABASE, ASKED_NONE = "everything", "asks-a-database", "asked-none"


def addresses() -> dict[str, dict[str, str]]:
    """Return the settings of each database that answers; say which does not."""
    found = {"sqlite": {"DATABASE_URL": "", "VAULT_DATABASE_URL": ""}}
    try:
        psycopg2.connect(f"{POSTGRES}/postgres", connect_timeout=5).close()
    except psycopg2.OperationalError as error:
        print(f"skipped: every test on PostgreSQL: {str(error).strip().splitlines()[0]}")
    else:
        found["postgresql"] = {
            "DATABASE_URL": f"{POSTGRES}/groupcare",
            "VAULT_DATABASE_URL": f"{POSTGRES}/groupcare_vault",
        }
    return found


def address_here() -> dict[str, str]:
    """Return the address of the databases that this process was told to use."""
    return {name: os.environ.get(name, "") for name in ("DATABASE_URL", "VAULT_DATABASE_URL")}


def environment_for(address: dict[str, str], folder: str) -> dict[str, str]:
    """Return the environment in which tests run on one database, with their files in `folder`."""
    return {
        **{k: v for k, v in os.environ.items() if not k.endswith("DATABASE_URL")},
        **{k: v for k, v in address.items() if v},
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "GROUPCARE_DATA_DIR": folder,
    }


@dataclass(frozen=True)
class Ran:
    """One suite: pytest's exit code, each test's outcome, and which of them asked no database."""

    code: int
    outcomes: dict[str, str]
    asked_none: frozenset[str]


def run(name: str, address: dict[str, str], left: str) -> Ran:
    """Run on one database what is `left` to run: EVERYTHING, or what ASKS_A_DATABASE."""
    with tempfile.TemporaryDirectory(prefix="groupcare-") as folder:
        ran = Path(folder) / "ran"
        environment = {
            **environment_for(address, folder),
            "GROUPCARE_TESTS_RAN": str(ran),
            "GROUPCARE_TESTS_LEFT": left,
        }
        print(f"\n--- {name} ---", flush=True)
        began = time.monotonic()
        code = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal"],
            env=environment,
            check=False,
        ).returncode
        print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
        text = ran.read_text() if ran.exists() else ""
    lines = [line.split(" ", 2) for line in text.splitlines()]
    return Ran(
        code,
        {test: outcome for outcome, _, test in lines},
        frozenset(test for _, asked, test in lines if asked == ASKED_NONE),
    )


def main() -> int:
    databases = addresses()
    runs, left = dict[str, Ran](), EVERYTHING
    for name, address in databases.items():
        runs[name], left = run(name, address, left), ASKS_A_DATABASE
    faults = [f"{name}: red" for name, ran in runs.items() if ran.code]
    if len(runs) == 2:
        first, second = runs.values()
        both = {item for item in first.outcomes.items() if item[0] not in first.asked_none}
        differing = {test for test, _ in both ^ set(second.outcomes.items())}
        faults += [f"not the same on both databases: {test}" for test in sorted(differing)]
        print(
            f"same tests on both databases: {len(both)}, differing: {len(differing)}; "
            f"once, for they ask none: {len(first.asked_none)}"
        )
    if CI:
        faults += [] if len(runs) == 2 else ["CI: a database is missing"]
        faults += [
            f"CI: skipped {test}"
            for ran in runs.values()
            for test, outcome in ran.outcomes.items()
            if outcome == "skipped"
        ]
    for fault in faults:
        print(fault)
    counted = [outcome for ran in runs.values() for outcome in ran.outcomes.values()]
    failed = counted.count("failed") + counted.count("error") + len(faults)
    print(f"{counted.count('passed')} passed, {failed} failed, {counted.count('skipped')} skipped")
    return 1 if faults or not counted else 0


if __name__ == "__main__":
    sys.exit(main())
