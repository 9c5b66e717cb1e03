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
_BLANKS = re.compile("[ \\n\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
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


def as_read(row: RosterRow) -> RawRow:
    """Return a row as cells again."""
    cells = {
        Column.NAME: row.name,
        Column.PREFERRED: row.preferred,
        Column.ALIASES: " / ".join(row.aliases),
        Column.SINCE: row.since.isoformat(),
    }
    return RawRow(row.number, cells)


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
    found: list[tuple[int, Column, Fault]] = []
    for line in raw:
        row, unread = _row(line, today)
        rows.append(row)
        faults = row_faults(row, today=today) | unread
        found += [(row.number, column, fault) for column, fault in faults.items()]
    found += [(number, Column.NAME, fault) for number, fault in repeated(rows).items()]
    problems = [RosterProblem(number, header[column][1], fault) for number, column, fault in found]
    problems += _too_wide(records, header)
    if problems:
        shown = [RawRow(one.number, {c: _visible(t) for c, t in one.cells.items()}) for one in raw]
        raise RosterRefused(sorted(problems, key=lambda one: one.number), shown)
    return rows


def row_faults(row: RosterRow, *, today: date) -> dict[Column, Fault]:
    """Names that are none, too many of them, and days on which nobody can have come."""
    found = {Column.NAME: _name_fault(row.name)}
    if row.preferred:
        found[Column.PREFERRED] = _name_fault(row.preferred)
    if row.aliases:
        faults = filter(None, map(_name_fault, row.aliases))
        too_many = Fault.TOO_MANY_ALIASES if len(row.aliases) > MOST_ALIASES else None
        found[Column.ALIASES] = next(faults, too_many)
    if row.since > today:
        found[Column.SINCE] = Fault.DAY_TO_COME
    elif row.since < FIRST_DAY:
        found[Column.SINCE] = Fault.DAY_TOO_EARLY
    return {column: fault for column, fault in found.items() if fault}


def repeated(rows: Iterable[RosterRow], known: Iterable[str] = ()) -> dict[int, Fault]:
    """Rows whose name stands in an earlier row, or is one of those `known` in the group."""
    in_the_group = {same_name(name) for name in known}
    seen: set[str] = set()
    found = {}
    for row in rows:
        name = same_name(row.name)
        if name in in_the_group:
            found[row.number] = Fault.IN_THE_GROUP
        elif name and name in seen:
            found[row.number] = Fault.TWICE
        seen.add(name)
    return found


def check_roster(rows: Sequence[RosterRow], *, today: date, known: Iterable[str]) -> None:
    """Judge rows that were read before, beside the names `known` in the group.

    Raises RosterRefused; its columns are called as in Column.
    """
    if not rows:
        raise _file(Fault.NO_ROWS)
    if len(rows) > MOST_ROWS:
        raise _file(Fault.TOO_MANY_ROWS)
    problems = [
        RosterProblem(row.number, column, fault)
        for row in rows
        for column, fault in row_faults(row, today=today).items()
    ]
    problems += [
        RosterProblem(number, Column.NAME, fault) for number, fault in repeated(rows, known).items()
    ]
    if problems:
        raise RosterRefused(problems, [as_read(row) for row in rows])


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
) -> list[RawRow]:
    rows = [
        RawRow(number, {column: _cell(record, place) for column, (place, _) in header.items()})
        for number, record in enumerate(records, start=2)
        if any(cell.strip() for cell in record)
    ]
    if not rows:
        raise _file(Fault.NO_ROWS)
    if len(rows) > MOST_ROWS:
        raise _file(Fault.TOO_MANY_ROWS)
    return rows


def _cell(record: list[str], place: int) -> str:
    return record[place].replace("\r\n", "\n") if place < len(record) else ""


def _too_wide(
    records: list[list[str]], header: Mapping[Column, tuple[int, str]]
) -> list[RosterProblem]:
    """Rows with something beyond the last column: often a comma in a name without quotes."""
    return [
        RosterProblem(number, "", Fault.TOO_MANY_CELLS)
        for number, record in enumerate(records, start=1)
        if any(cell.strip() for cell in record[len(header) :])
    ]


def _row(raw: RawRow, today: date) -> tuple[RosterRow, dict[Column, Fault]]:
    """Return a row and what cannot be read in it; a day that cannot be read is today meanwhile."""
    aliases = (_tidy(one) for one in re.split(r"[/|\n]", raw.cell(Column.ALIASES)))
    day = _day(_tidy(raw.cell(Column.SINCE)), today)
    row = RosterRow(
        number=raw.number,
        name=_tidy(raw.cell(Column.NAME)),
        preferred=_tidy(raw.cell(Column.PREFERRED)),
        aliases=tuple(one for one in aliases if one),
        since=today if isinstance(day, Fault) else day,
    )
    return row, {Column.SINCE: day} if isinstance(day, Fault) else {}


def _tidy(text: str) -> str:
    """Return a cell's text with one blank for every run of them, composed letters composed.

    Blanks and line breaks alone: a control character stays, to be refused.
    """
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip(" ")


def _name_fault(name: str) -> Fault | None:
    if any(_is_control(character) for character in name):
        return Fault.CONTROL_CHARACTER
    if name.startswith(_FORMULA):
        return Fault.FORMULA
    found = name_problems(name)
    return Fault(found["name"].value) if found else None


def _is_control(character: str) -> bool:
    return character in _TURNING or unicodedata.category(character) == "Cc"


def _day(text: str, today: date) -> date | Fault:
    """Return the day a cell names. Day and month with slashes only if they cannot be mistaken."""
    if not text:
        return today
    try:
        if iso := _ISO.fullmatch(text):
            return date(*map(int, iso.groups()))
        if slashes := _SLASHES.fullmatch(text):
            one, other, year = map(int, slashes.groups())
            if one != other and one <= 12 and other <= 12:
                return Fault.UNCLEAR_DAY
            return date(year, other, one) if one > 12 else date(year, one, other)
    except ValueError:  # a thirteenth month, a thirtieth of February, the year 0
        pass
    return Fault.NOT_A_DAY


def _visible(text: str) -> str:
    """Return the beginning of a cell, with a mark where a character cannot be seen."""
    return "".join("\ufffd" if _is_control(one) else one for one in text.replace("\n", " / "))[
        :_SHOWN
    ]


def _file(fault: Fault) -> RosterRefused:
    return RosterRefused([RosterProblem(0, "", fault)])
