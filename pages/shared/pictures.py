"""Pictures of states over time: days in, rectangles, ticks and a table out. Pure.

Periods are half-open: a state holds from its first day up to, and not with, the
day on which the next one begins. Templates draw what comes back
(`components/lanes.html`); nothing here knows a colour or a page.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

LANE, BAR_AT, BAR = 60, 52, 26  # heights of a lane and its parts, in drawing units
LETTER = 7.2  # how wide a letter of a bar's word is, about
THINNEST = 6.0  # a state of one day in a long period still shows
WIDE, NARROW = 640.0, 344.0
TODAY_NEEDS = 44.0

Span = tuple[date, date | None, str]


class Bar(NamedTuple):
    """One state of one row: where it lies, and its word if the word fits."""

    x: float
    y: int
    width: float
    state: str
    word: Any


class Tick(NamedTuple):
    """A line where a month, a week or a day begins, with the date format to write it in."""

    x: float
    day: date
    form: str


class Lane(NamedTuple):
    """One row of the drawing: its name and its bars."""

    y: int
    label: Any
    bars: list[Bar]


@dataclass(frozen=True)
class Drawing:
    """One drawing of a given width; a picture has a wide and a narrow one."""

    width: float
    height: int
    ticks: list[Tick]
    lanes: list[Lane]
    today: float | None
    today_left: bool  # its word stands left of the line, where there is no room right of it


class Line(NamedTuple):
    """One line of the table: a row's state, its first day and its last, if it has ended."""

    label: Any
    state: str
    word: Any
    since: date
    last: date | None


@dataclass(frozen=True)
class Picture:
    """Two drawings, the table that says the same, and the states that occur."""

    wide: Drawing
    narrow: Drawing
    table: list[Line]
    key: list[tuple[str, Any]]
    since: date
    until: date


def states_over_time(
    rows: Iterable[tuple[Any, Iterable[Span]]],
    *,
    since: date,
    until: date,
    words: Mapping[str, Any],
    today: date | None = None,
) -> Picture:
    """Return the picture of `rows` from `since` up to, and not with, `until`.

    A row is a name and its spans `(from_day, to_day, state)`, where an open
    `to_day` means "still". `words` say what each state is called. What lies
    outside the period is cut off in the drawing and kept in the table.
    """
    listed = [(label, [span for span in spans if _length(span)]) for label, spans in rows]
    until = max(until, since + timedelta(days=1))
    used = {state for _, spans in listed for *_, state in spans}
    return Picture(
        wide=_draw(listed, since, until, words, today, WIDE),
        narrow=_draw(listed, since, until, words, today, NARROW),
        table=[
            Line(label, state, words[state], start, end - timedelta(days=1) if end else None)
            for label, spans in listed
            for start, end, state in spans
        ],
        key=[(state, word) for state, word in words.items() if state in used],
        since=since,
        until=until,
    )


def _length(span: Span) -> bool:
    start, end, _ = span
    return end is None or end > start


def _draw(
    rows: list[tuple[Any, list[Span]]],
    since: date,
    until: date,
    words: Mapping[str, Any],
    today: date | None,
    width: float,
) -> Drawing:
    unit = width / (until - since).days

    def at(day: date) -> float:
        return round(min(max((day - since).days, 0) * unit, width), 1)

    now = at(today) if today and since <= today <= until else None
    return Drawing(
        width=width,
        height=LANE * len(rows) + 32,
        ticks=_ticks(since, until, at, width, now),
        lanes=[
            Lane(n * LANE, label, _bars(spans, n * LANE, at, until, words, width))
            for n, (label, spans) in enumerate(rows)
        ],
        today=now,
        today_left=now is not None and width - now < TODAY_NEEDS,
    )


def _bars(
    spans: list[Span], top: int, at: Any, until: date, words: Mapping[str, Any], width: float
) -> list[Bar]:
    bars = []
    for start, end, state in spans:
        left, right = at(start), at(end or until)
        if start >= until or right <= 0:
            continue
        left = min(left, width - THINNEST)
        wide = round(max(right - left - 2, THINNEST), 1)  # two units of air to the next
        fits = wide >= len(str(words[state])) * LETTER + 14
        bars.append(Bar(left, top + BAR_AT, wide, state, words[state] if fits else ""))
    return bars


def _ticks(since: date, until: date, at: Any, width: float, today: float | None) -> list[Tick]:
    days = (until - since).days
    if days > 45:
        first = (since.replace(day=1) + timedelta(days=32)).replace(day=1)
        places, form = [since], "F" if width >= WIDE else "M"
        while first < until:
            places.append(first)
            first = (first + timedelta(days=32)).replace(day=1)
    else:
        step = 7 if days > 10 else 2 if days > 4 else 1
        places, form = [since + timedelta(days=n) for n in range(0, days, step)], "j M"
    needs = 92.0 if form == "F" else 52.0 if form == "j M" else 40.0
    ticks: list[Tick] = []
    for day in reversed(places):  # later ones keep their place; an early one gives way
        x = at(day)
        room = (ticks[0].x if ticks else width) - x
        if room >= needs and not _meets_today(x, needs, today, width):
            ticks.insert(0, Tick(x, day, form))
    return ticks


def _meets_today(x: float, needs: float, today: float | None, width: float) -> bool:
    """Say whether a tick's word would run into the line of today or into its word."""
    if today is None:
        return False
    left = TODAY_NEEDS if width - today < TODAY_NEEDS else 0
    right = 0 if left else TODAY_NEEDS
    return x + needs > today - left and x < today + right
