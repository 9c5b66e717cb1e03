"""docs/asvs.md: each row is shown by tests and commands that are there, or says what is missing."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tests.http_imports import HOUSE

IDS, ROWS, DECIDING = 126, 65, 66
PAGE = HOUSE / "docs" / "asvs.md"
ID = re.compile(r"\d+\.\d+\.\d+")
TEST = re.compile(r"`(tests/[^`]+)`")
COMMAND = re.compile(r"`make ([a-z-]+)`")
TOLD = re.compile(r"(\d+) rows are met, (\d+) partly, (\d+) not met\.")


@dataclass(frozen=True)
class Row:
    """One line of the table: its ids, `met`, `partly` or `not met`, and what shows it."""

    ids: list[str]
    deciding: bool
    state: str
    shown: str


def rows(text: str) -> list[Row]:
    """Return the rows of the table; a line that is no row of four cells with an id is none."""
    found = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 4 and ID.search(cells[0]):
            ids = cells[0].removeprefix("●").split()
            found.append(Row(ids, cells[0].startswith("●"), cells[2], cells[3]))
    return found


def is_there(test: str) -> bool:
    """Say whether `path::test` or `path::Class::test` is defined so in the tree."""
    path, *names = test.split("::")
    file = HOUSE / path
    if not names or not names[-1].startswith("test_") or not file.is_file():
        return False
    body = ast.parse(file.read_text()).body
    for name in names[:-1]:
        [body] = [n.body for n in body if isinstance(n, ast.ClassDef) and n.name == name] or [[]]
    return any(isinstance(n, ast.FunctionDef) and n.name == names[-1] for n in body)


def faults_of(text: str) -> Iterator[str]:
    """Yield what is wrong with a page: a row without a proof, a proof that is not there."""
    targets = re.findall(r"^([a-z-]+):", (HOUSE / "Makefile").read_text(), re.MULTILINE)
    for row in rows(text):
        where = " ".join(row.ids)
        tests, commands = TEST.findall(row.shown), COMMAND.findall(row.shown)
        yield from (f"{where}: there is no {one}" for one in tests if not is_there(one))
        yield from (f"{where}: there is no make {one}" for one in commands if one not in targets)
        yield from (f"{where}: {one} is no id" for one in row.ids if not ID.fullmatch(one))
        if row.state not in ("met", "partly", "not met"):
            yield f"{where}: {row.state!r} is no state"
        if row.state != "not met" and not tests + commands:
            yield f"{where}: nothing shows it"
        if (row.state == "met") == ("missing: " in row.shown):
            yield f"{where}: {row.state}, and what is missing does not fit that"


def test_every_row_is_shown_by_what_is_there_or_says_what_is_missing():
    assert list(faults_of(PAGE.read_text())) == []


def test_no_id_is_lost_or_told_twice():
    table = rows(PAGE.read_text())
    ids = [one for row in table for one in row.ids]
    assert len(table) == ROWS
    assert len(ids) == len(set(ids)) == IDS
    assert sum(len(row.ids) for row in table if row.deciding) == DECIDING


def test_the_page_counts_its_rows_rightly():
    text = PAGE.read_text()
    counted = Counter(row.state for row in rows(text))
    [told] = TOLD.findall(text)
    assert [int(n) for n in told] == [counted[state] for state in ("met", "partly", "not met")]


def test_what_is_planted_is_found():
    here = "tests/house/test_asvs.py"
    planted = f"""
| 1.1.1 | right | met | `{here}::test_no_id_is_lost_or_told_twice` |
| 1.1.2 | no test of this name | met | `{here}::test_nothing` |
| 1.1.3 | no class of this name | met | `{here}::Row::test_nothing` |
| 1.1.4 | no file of this name | met | `tests/house/test_nothing.py::test_nothing` |
| 1.1.5 | a file alone | met | `{here}` |
| 1.1.6 | a helper | met | `{here}::is_there` |
| 1.1.7 | no command | partly | `make nothing` missing: all |
| 1.1.8 | no proof | met | said to be so |
| 1.1.9 | met and not | met | `make lint` missing: some |
| 1.1.10 | silent | not met | nothing |
| 1.1.11 | unknown | maybe | `make lint` missing: some |
"""
    assert [fault.split(":")[0] for fault in faults_of(planted)] == [
        f"1.1.{number}" for number in range(2, 12)
    ]
