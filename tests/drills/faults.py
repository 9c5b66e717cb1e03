"""`make faults`: plant each fault of tests/faults in a copy of the tree, and see tests turn red.

A fault is a diff with a header: one sentence that says what is broken, then
`red:` lines, each a test (or the beginning of its id) that must fail, and
`on: postgresql` if it can be seen there alone. First the named tests must be
green without any fault; then each diff is applied alone, and each of its lines
must fail: not err, not be skipped. With --whole the ordinary suite runs too, the files of
the named tests first, until something is red.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from tests.everything import addresses, environment_for

HOUSE = Path(__file__).resolve().parents[2]
FAULTS = HOUSE / "tests" / "faults"
NOT_NEEDED = shutil.ignore_patterns(".git", ".venv", "var", "images", "__pycache__", ".*_cache")
NAMED_TESTS_TAKE, SUITE_TAKES = 600, 3_600  # seconds, at most
# Hypothesis' own plugin takes a second to load, each time; its tests run without it.
PLUGINS = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest")
MAKES_TABLES = ("migrations/", "walls.py")


@dataclass(frozen=True)
class Fault:
    """One diff, what it breaks, and who must notice."""

    name: str
    breaks: str
    red: tuple[str, ...]
    database: str
    diff: Path

    @property
    def touches(self) -> list[str]:
        lines = self.diff.read_text().splitlines()
        return [line.removeprefix("+++ b/") for line in lines if line.startswith("+++ b/")]


def read_fault(diff: Path) -> Fault:
    header = diff.read_text().partition("\n--- ")[0].splitlines()
    named = [line.partition(": ") for line in header if line.startswith(("red: ", "on: "))]
    red = tuple(value for key, _, value in named if key == "red")
    [database] = [value for key, _, value in named if key == "on"] or ["sqlite"]
    if not red:
        raise ValueError(f"{diff.name} names no test")
    return Fault(diff.stem, header[0], red, database, diff)


def all_faults() -> list[Fault]:
    return [read_fault(diff) for diff in sorted(FAULTS.glob("*.diff"))]


def applies(fault: Fault, tree: Path | None = None) -> bool:
    """Apply a diff to `tree` by its own lines, wherever they moved; without, only try it here."""
    ran = subprocess.run(
        ["git", "apply", "--recount", "-C1", *([] if tree else ["--check"]), str(fault.diff)],
        cwd=tree or HOUSE,
        env={**os.environ, "GIT_CEILING_DIRECTORIES": str(tree.parent) if tree else ""},
        capture_output=True,
        check=False,
    )
    return ran.returncode == 0


class Copy:
    """A copy of the tree with databases of its own, in which faults are planted one at a time."""

    def __init__(self, folder: Path, database: str, address: dict[str, str]) -> None:
        self.folder, self.tree, self.database = folder, folder / "tree", database
        shutil.copytree(HOUSE, self.tree, ignore=NOT_NEEDED)
        self.environment = environment_for(address, str(folder))
        self.environment["GROUPCARE_TESTS_RAN"] = str(folder / "ran")
        # A fault has to be seen at the size of every day, also from within `make drills`.
        for outer in ("GROUPCARE_DRILL", "GROUPCARE_TESTS_LEFT"):
            self.environment.pop(outer, None)
        self.tables = "--create-db"

    @contextmanager
    def planted(self, fault: Fault) -> Iterator[None]:
        if not applies(fault, self.tree):
            raise ValueError("the diff does not apply")
        other_tables = any(mark in path for path in fault.touches for mark in MAKES_TABLES)
        try:
            self._forget_compiled(fault)
            self.tables = "--create-db" if other_tables else self.tables
            yield
        finally:
            self.tables = "--create-db" if other_tables else self.tables
            for path in fault.touches:
                shutil.copy2(HOUSE / path, self.tree / path)
            self._forget_compiled(fault)

    def failed(self, tests: Iterable[str]) -> dict[str, bool]:
        """Run tests; return of each that ran whether it failed. Raises TimeoutExpired."""
        tables, self.tables = self.tables, ""
        return self._run(*tests, "-n", "0", "--reuse-db", tables, patience=NAMED_TESTS_TAKE)

    def suite_failed(self, named: Iterable[str]) -> bool:
        """Run everything but the drills and the browser until something is red.

        The files of the named tests go first, by themselves: in one run pytest-django
        puts tests without a database behind all others. That the suite is green
        without a fault is for `make test` to say.
        """
        first = dict.fromkeys(name.partition("::")[0] for name in named)
        every = (path.relative_to(self.tree) for path in self.tree.glob("tests/**/test_*.py"))
        rest = [path for path in every if path.parts[1] not in ("drills", "browser")]
        for files in (first, sorted(str(path) for path in rest if str(path) not in first)):
            options = ("-n", "0", "-x", "--reuse-db", self.tables, "-m", "not browser")
            ran = self._run(*files, *options, patience=SUITE_TAKES)
            if not ran or any(ran.values()):
                return True
        return False

    def _run(self, *options: str, patience: int) -> dict[str, bool]:
        ran = self.folder / "ran"
        ran.unlink(missing_ok=True)
        subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                *PLUGINS,
                *filter(None, options),
            ],
            cwd=self.tree,
            env=self.environment,
            capture_output=True,
            check=False,
            timeout=patience,
        )
        lines = ran.read_text().splitlines() if ran.exists() else []
        return {line.split(" ", 2)[2]: line.startswith("failed ") for line in lines}

    def _forget_compiled(self, fault: Fault) -> None:
        for path in fault.touches:
            shutil.rmtree((self.tree / path).parent / "__pycache__", ignore_errors=True)


def plant_all(
    faults: list[Fault], database: str, address: dict[str, str], *, whole: bool
) -> list[str]:
    """Plant faults of one database one after the other; return the names of those caught."""
    if not faults:
        return []
    with tempfile.TemporaryDirectory(prefix="groupcare-faults-") as folder:
        copy = Copy(Path(folder), database, address)
        red = {name for fault in faults for name in fault.red}
        baseline = copy.failed(sorted(red))
        green = {name for name in red if said(baseline, name) == {False}}
        for name in sorted(red - green):
            print(f"not green without a fault: {name}")
        return [fault.name for fault in faults if caught(copy, fault, green, whole=whole)]


def caught(copy: Copy, fault: Fault, green: set[str], *, whole: bool) -> bool:
    """Plant one fault, run the tests named beside it, print and return how it went."""
    began = time.monotonic()
    try:
        with copy.planted(fault):
            ran = copy.failed(fault.red)
            missed = [
                f"{name} ({'stayed green' if said(ran, name) else 'did not run'})"
                for name in fault.red
                if name not in green or True not in said(ran, name)
            ]
            if whole and not missed and not copy.suite_failed(fault.red):
                missed = ["the whole suite"]
        verdict = f"NOT CAUGHT by {missed}" if missed else "caught"
    except (ValueError, subprocess.TimeoutExpired) as error:
        missed, verdict = [fault.name], f"NOT CAUGHT: {error}"
    seconds = time.monotonic() - began
    print(f"{fault.name} ({fault.database}, {seconds:.0f} s): {verdict}", flush=True)
    return not missed


def said(ran: dict[str, bool], name: str) -> set[bool]:
    """What the tests whose ids begin with `name` said."""
    return {failed for test, failed in ran.items() if test.startswith(name)}


def own_address(address: dict[str, str]) -> dict[str, str]:
    """Return an address beside that of the suite, which may be running now."""
    return {name: f"{url}_faults" if url else "" for name, url in address.items()}


def drop(address: dict[str, str]) -> None:
    """Drop the test databases that runs with --reuse-db left behind."""
    for url in filter(None, address.values()):
        server, _, name = url.rpartition("/")
        connection = psycopg2.connect(f"{server}/postgres")
        connection.autocommit = True
        connection.cursor().execute(f'DROP DATABASE IF EXISTS "test_{name}" WITH (FORCE)')
        connection.close()


def run(faults: list[Fault], found: dict[str, dict[str, str]], *, whole: bool = False) -> int:
    """Plant faults on the databases `found`; print the count; return 1 if one is missed.

    A fault that needs a database which is not here is planted nowhere, and missed.
    """
    names: list[str] = []
    for database, address in found.items():
        own = own_address(address)
        mine = [fault for fault in faults if fault.database == database]
        try:
            names += plant_all(mine, database, own, whole=whole)
        finally:
            drop(own)
    for fault in faults:
        if fault.database not in found:
            print(f"{fault.name}: NOT CAUGHT, there is no {fault.database} here")
    print(f"planted={len(faults)} caught={len(names)}")
    return 0 if len(names) == len(faults) else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--whole", action="store_true", help="the rest of the suite too")
    parser.add_argument("--only", default="", help="faults whose name contains this")
    asked = parser.parse_args()
    faults = [fault for fault in all_faults() if asked.only in fault.name]
    return run(faults, addresses(), whole=asked.whole)


if __name__ == "__main__":
    sys.exit(main())
