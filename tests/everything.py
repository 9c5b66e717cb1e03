"""`make test`: every test on every database that is here, and the same tests on both.

Prints a line for each thing that could not run, and why. With CI=true nothing
may be left out. PostgreSQL is looked for at POSTGRES_URL (default: this
machine, user postgres).
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg2

POSTGRES = os.environ.get("POSTGRES_URL", "postgres://postgres@127.0.0.1:5432")
CI = os.environ.get("CI") == "true"

# Tests that make sense on one database alone, by id. Everything else runs on both.
ON_ONE_DATABASE: frozenset[str] = frozenset()


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


def run(name: str, address: dict[str, str]) -> tuple[int, dict[str, str]]:
    """Run the suite on one database; return pytest's exit code and each test's outcome."""
    with tempfile.TemporaryDirectory(prefix="groupcare-") as folder:
        ran = Path(folder) / "ran"
        environment = {**environment_for(address, folder), "GROUPCARE_TESTS_RAN": str(ran)}
        print(f"\n--- {name} ---", flush=True)
        began = time.monotonic()
        code = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal"],
            env=environment,
            check=False,
        ).returncode
        print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
        lines = ran.read_text().splitlines() if ran.exists() else []
    return code, {line.split(" ", 1)[1]: line.split(" ", 1)[0] for line in lines}


def main() -> int:
    databases = addresses()
    runs = {name: run(name, address) for name, address in databases.items()}
    faults = [f"{name}: red" for name, (code, _) in runs.items() if code]
    outcomes = [set(ran.items()) for _, ran in runs.values()]
    if len(outcomes) == 2:
        differing = {test for test, _ in outcomes[0] ^ outcomes[1]} - ON_ONE_DATABASE
        faults += [f"not the same on both databases: {test}" for test in sorted(differing)]
        print(f"same tests on both databases: {len(outcomes[0])}, differing: {len(differing)}")
    if CI:
        faults += [] if len(outcomes) == 2 else ["CI: a database is missing"]
        faults += [
            f"CI: skipped {test}"
            for _, ran in runs.values()
            for test, outcome in ran.items()
            if outcome == "skipped"
        ]
    for fault in faults:
        print(fault)
    counted = [outcome for _, ran in runs.values() for outcome in ran.values()]
    failed = counted.count("failed") + counted.count("error") + len(faults)
    print(f"{counted.count('passed')} passed, {failed} failed, {counted.count('skipped')} skipped")
    return 1 if faults or not counted else 0


if __name__ == "__main__":
    sys.exit(main())
