"""Reading a roster that a spreadsheet wrote: CSV bytes in, rows or problems out. Pure.

The file is UTF-8 with or without a byte order mark, its cells parted by commas
or semicolons (whichever parts the first row), its lines ended by CRLF or LF.
The first row names the columns, in any order, in English or Spanish. Anything
else is refused with a code of its own, so that the page can say how to mend it.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sessions_app.rules import name_problems

LARGEST = 256 * 1024
MOST_ROWS = 200
MOST_ALIASES = 10
FIRST_DAY = date(1950, 1, 1)

_SHOWN = 120
_WORKBOOKS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")  # xlsx and ods; none; xls
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_FORMULA = tuple("=+-@")
# Characters that turn the direction of what follows: with them one name reads as another.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_SLASHES = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


class Column(StrEnum):
    """What a column of the file may hold."""

    NAME = "name"
    PREFERRED = "preferred"
    ALIASES = "aliases"
    SINCE = "since"


_HEADERS = {
    Column.NAME: ("name", "full name", "member", "nombre", "nombre completo", "miembro"),
    Column.PREFERRED: ("preferred name", "preferred", "nombre preferido", "preferido"),
    Column.ALIASES: (
        *("also called", "nicknames", "nickname", "aliases", "alias"),
        *("tambien llamado", "tambien llamada", "apodos", "apodo"),
    ),
    Column.SINCE: ("since", "in the group since", "desde", "en el grupo desde"),
}


class Fault(StrEnum):
    """Why a file or a cell is refused; pages turn each into a sentence that says how to mend it."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    WORKBOOK = "workbook"
    UTF_16 = "utf_16"
    NOT_UTF_8 = "not_utf_8"
    NUL = "nul"
    OLD_LINE_ENDS = "old_line_ends"
    TABS = "tabs"
    QUOTE = "quote"
    NO_HEADER = "no_header"
    NO_NAME_COLUMN = "no_name_column"
    UNKNOWN_COLUMN = "unknown_column"
    COLUMN_TWICE = "column_twice"
    NO_ROWS = "no_rows"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_CELLS = "too_many_cells"
    REQUIRED = "required"
    TOO_LONG = "too_long"
    CONTROL_CHARACTER = "control_character"
    FORMULA = "formula"
    TWICE = "twice"
    IN_THE_GROUP = "in_the_group"
    TOO_MANY_ALIASES = "too_many_aliases"
    NOT_A_DAY = "not_a_day"
    UNCLEAR_DAY = "unclear_day"
    DAY_TO_COME = "day_to_come"
    DAY_TOO_EARLY = "day_too_early"


@dataclass(frozen=True)
class RosterRow:
    """One person of the file; `number` is the row as a spreadsheet counts, the header is 1."""

    number: int
    name: str
    preferred: str
    aliases: tuple[str, ...]
    since: date


@dataclass(frozen=True)
class RosterProblem:
    """What to mend: the row (0 is the whole file), the column as the file calls it, and why."""

    number: int
    column: str
    fault: Fault


@dataclass(frozen=True)
class RawRow:
    """What the file says in one row, to show beside its problems."""

    number: int
    cells: Mapping[Column, str]

    def cell(self, column: Column) -> str:
        return self.cells.get(column, "")


class RosterRefused(Exception):
    """Nothing can be taken from the file: `problems` says what to mend, `raw` what was read."""

    def __init__(self, problems: Sequence[RosterProblem], raw: Sequence[RawRow] = ()) -> None:
        super().__init__(", ".join(f"row {one.number}: {one.fault}" for one in problems))
        self.problems, self.raw = list(problems), list(raw)


def read_roster(data: bytes, *, today: date) -> list[RosterRow]:
    """Return the people of a file, in its order. Raises RosterRefused, and nothing else.

    Who has no day came today. Rows without anything in them are counted and
    left out.
    """
    records = _records(_text(data))
    header = _header(records[0])
    raw = _raw_rows(records[1:], header)
    rows: list[RosterRow] = []
    problems: list[RosterProblem] = []
    for number, record in raw.items():
        row, wrong = _row(number, record, header, today)
        problems += wrong
        if row:
            rows.append(row)
    problems += _twice(rows, header)
    if problems:
        shown = [RawRow(number, _shown(record, header)) for number, record in raw.items()]
        raise RosterRefused(sorted(problems, key=lambda one: one.number), shown)
    return rows


def same_name(name: str) -> str:
    """Return the form in which two names are compared: letter case and blanks do not count."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _text(data: bytes) -> str:
    if len(data) > LARGEST:
        raise _file(Fault.TOO_BIG)
    if data.startswith(_WORKBOOKS):
        raise _file(Fault.WORKBOOK)
    if data.startswith(_UTF_16) or _looks_like_utf_16(data):
        raise _file(Fault.UTF_16)
    if b"\x00" in data:
        raise _file(Fault.NUL)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _file(Fault.NOT_UTF_8) from None
    if not text.strip():
        raise _file(Fault.EMPTY)
    if re.search(r"\r(?!\n)", text):
        raise _file(Fault.OLD_LINE_ENDS)
    return text


def _looks_like_utf_16(data: bytes) -> bool:
    """Say whether every second byte of the beginning is NUL: UTF-16 without its mark."""
    beginning = data[:64]
    halves = (beginning[::2], beginning[1::2])
    return any(half.count(0) > len(half) / 2 for half in halves)


def _records(text: str) -> list[list[str]]:
    """Return the rows as cells, row 1 first."""
    comma, semicolon = (_first_record(text, delimiter) for delimiter in ",;")
    if len(comma) <= 1 and len(semicolon) <= 1 and "\t" in "".join(comma):
        raise _file(Fault.TABS)
    delimiter = ";" if len(semicolon) > len(comma) else ","
    records: list[list[str]] = []
    try:
        for record in _reader(text, delimiter):
            records.append(record)  # noqa: PERF402 - how far it came is the row to name
    except csv.Error:
        raise RosterRefused([RosterProblem(len(records) + 1, "", Fault.QUOTE)]) from None
    if text.count('"') % 2:
        raise _file(Fault.QUOTE)
    return records


def _first_record(text: str, delimiter: str) -> list[str]:
    try:
        return next(iter(_reader(text, delimiter)), [])
    except csv.Error:
        return []


def _reader(text: str, delimiter: str) -> Iterable[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _header(record: list[str]) -> dict[Column, tuple[int, str]]:
    """Return where each column stands and what the file calls it."""
    names = [" ".join(cell.split()) for cell in record]
    while names and not names[-1]:
        names.pop()
    known = [_column(name) for name in names]
    if not any(known):
        raise RosterRefused([RosterProblem(1, "", Fault.NO_HEADER)])
    problems = []
    found: dict[Column, tuple[int, str]] = {}
    for place, (name, column) in enumerate(zip(names, known, strict=True)):
        called = name[:40] or _letter(place)
        if column is None:
            problems.append(RosterProblem(1, _visible(called), Fault.UNKNOWN_COLUMN))
        elif column in found:
            problems.append(RosterProblem(1, called, Fault.COLUMN_TWICE))
        else:
            found[column] = (place, called)
    if Column.NAME not in found:
        problems.append(RosterProblem(1, "", Fault.NO_NAME_COLUMN))
    if problems:
        raise RosterRefused(problems)
    return found


def _column(name: str) -> Column | None:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(one for one in decomposed if not unicodedata.combining(one))
    return next((column for column, names in _HEADERS.items() if plain in names), None)


def _letter(place: int) -> str:
    """Return the letter of a column as spreadsheets name it; the columns of a file are few."""
    return chr(ord("A") + place) if place < 26 else str(place + 1)


def _raw_rows(
    records: Iterable[list[str]], header: Mapping[Column, tuple[int, str]]
) -> dict[int, list[str]]:
    rows = {
        number: record
        for number, record in enumerate(records, start=2)
        if any(cell.strip() for cell in record)
    }
    if not rows:
        raise _file(Fault.NO_ROWS)
    if len(rows) > MOST_ROWS:
        raise _file(Fault.TOO_MANY_ROWS)
    return rows


def _row(
    number: int, record: list[str], header: Mapping[Column, tuple[int, str]], today: date
) -> tuple[RosterRow | None, list[RosterProblem]]:
    problems: list[RosterProblem] = []

    def wrong(column: Column, fault: Fault | None) -> None:
        if fault:
            problems.append(RosterProblem(number, header[column][1], fault))

    cells = _cells(record, header)
    last = max(place for place, _ in header.values())
    if any(cell.strip() for cell in record[last + 1 :]):
        problems.append(RosterProblem(number, "", Fault.TOO_MANY_CELLS))
    name, preferred = (_tidy(cells.get(c, "")) for c in (Column.NAME, Column.PREFERRED))
    aliases = tuple(filter(None, map(_tidy, re.split(r"[/|\n]", cells.get(Column.ALIASES, "")))))
    wrong(Column.NAME, _name_fault(cells[Column.NAME], name))
    if preferred or cells.get(Column.PREFERRED, ""):
        wrong(Column.PREFERRED, _name_fault(cells[Column.PREFERRED], preferred))
    if aliases:
        faults = [_name_fault(cells[Column.ALIASES], alias) for alias in aliases]
        too_many = Fault.TOO_MANY_ALIASES if len(aliases) > MOST_ALIASES else None
        wrong(Column.ALIASES, next(filter(None, faults), too_many))
    day = _day(_tidy(cells.get(Column.SINCE, "")), today)
    if isinstance(day, Fault):
        wrong(Column.SINCE, day)
    if problems or isinstance(day, Fault):
        return None, problems
    return RosterRow(number, name, preferred, aliases, day), []


def _cells(record: list[str], header: Mapping[Column, tuple[int, str]]) -> dict[Column, str]:
    return {
        column: record[place].replace("\r\n", "\n").strip(" \n") if place < len(record) else ""
        for column, (place, _) in header.items()
    }


def _tidy(text: str) -> str:
    """Return a cell's text with one blank for every run of them, composed letters composed."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _name_fault(cell: str, name: str) -> Fault | None:
    if any(_is_control(character) for character in cell):
        return Fault.CONTROL_CHARACTER
    if name.startswith(_FORMULA):
        return Fault.FORMULA
    found = name_problems(name)
    return Fault(found["name"].value) if found else None


def _is_control(character: str) -> bool:
    if character in _TURNING:
        return True
    return unicodedata.category(character) == "Cc" and character != "\n"


def _day(text: str, today: date) -> date | Fault:
    """Return the day a cell names. Day and month with slashes only if they cannot be mistaken."""
    if not text:
        return today
    try:
        if iso := _ISO.fullmatch(text):
            day = date(*map(int, iso.groups()))
        elif slashes := _SLASHES.fullmatch(text):
            one, other, year = map(int, slashes.groups())
            if one != other and one <= 12 and other <= 12:
                return Fault.UNCLEAR_DAY
            day = date(year, other, one) if one > 12 else date(year, one, other)
        else:
            return Fault.NOT_A_DAY
    except ValueError:
        return Fault.NOT_A_DAY
    if day > today:
        return Fault.DAY_TO_COME
    return Fault.DAY_TOO_EARLY if day < FIRST_DAY else day


def _twice(
    rows: Iterable[RosterRow], header: Mapping[Column, tuple[int, str]]
) -> list[RosterProblem]:
    seen: set[str] = set()
    problems = []
    for row in rows:
        name = same_name(row.name)
        if name in seen:
            problems.append(RosterProblem(row.number, header[Column.NAME][1], Fault.TWICE))
        seen.add(name)
    return problems


def _shown(record: list[str], header: Mapping[Column, tuple[int, str]]) -> dict[Column, str]:
    return {c: _visible(text)[:_SHOWN] for c, text in _cells(record, header).items()}


def _visible(text: str) -> str:
    return "".join("\ufffd" if _is_control(one) else one for one in text)


def _file(fault: Fault) -> RosterRefused:
    return RosterRefused([RosterProblem(0, "", fault)])
