"""Pictures of what happened to one thing: instants in, lanes with marks and bars out. Pure.

What happened stands in its order, not to scale: an hour in which much happened has
as much room as a quiet month has not. A line says where a day begins. A lane has
bars, for what stood from one instant to another, and marks, for what happened at
one; marks that would touch are drawn once for each kind, with how many they are.
Templates draw what comes back (`components/story.html`); nothing here knows a page,
and the colours are names of states.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

LANE, LINE_AT, BAR, TOP, MARK = 56, 38, 18, 24, 7  # heights, in drawing units
WIDE, NARROW = 640.0, 344.0
TOUCH = 2.5 * MARK
FARTHEST = 96.0  # two that follow each other are never farther apart
LETTER = 7.2
DAY_NEEDS = 62.0


class Happened(NamedTuple):
    """Something at one instant: the shape it is drawn in, and its state's colour."""

    at: datetime
    shape: str
    state: str


class Stood(NamedTuple):
    """What stood from one instant to another; an open end is still so."""

    since: datetime
    until: datetime | None
    state: str
    word: Any


@dataclass
class Lane:
    """One row of a story: its name, what happened in it, and what stood."""

    label: Any
    marks: list[Happened] = field(default_factory=list)
    bars: list[Stood] = field(default_factory=list)


class Mark(NamedTuple):
    """One drawn mark; `many` is how many it stands for, if more than one."""

    x: float
    y: int
    shape: str
    state: str
    many: int


class Bar(NamedTuple):
    """One drawn bar, with its word if the word fits."""

    x: float
    y: int
    width: float
    state: str
    word: Any


class Row(NamedTuple):
    """One drawn lane: its name, its line, and what lies on it."""

    y: int
    label: Any
    bars: list[Bar]
    marks: list[Mark]


class Tick(NamedTuple):
    """A line where a day begins; without `day` there is no room to write it."""

    x: float
    day: date | None


@dataclass(frozen=True)
class Drawing:
    """One drawing of a given width; a story has a wide and a narrow one."""

    width: float
    height: int
    ticks: list[Tick]
    rows: list[Row]


@dataclass(frozen=True)
class Story:
    """Two drawings of the same, and the shapes with their states that occur in them."""

    wide: Drawing
    narrow: Drawing
    key: list[tuple[str, str]]


def story_of(lanes: Iterable[Lane], *, zone: ZoneInfo) -> Story:
    """Return the picture of `lanes`; one with nothing in it is left out."""
    listed = [lane for lane in lanes if lane.marks or lane.bars]
    found = {(one.shape, one.state): None for lane in listed for one in lane.marks}
    return Story(_draw(listed, zone, WIDE), _draw(listed, zone, NARROW), [*found])


def _draw(lanes: list[Lane], zone: ZoneInfo, width: float) -> Drawing:
    instants = sorted({at for lane in lanes for at in _instants(lane)})
    apart = min((width - 4 * MARK) / max(len(instants), 1), FARTHEST)

    def place(moment: datetime) -> float:
        return round(2 * MARK + apart * bisect_left(instants, moment), 1)

    return Drawing(
        width,
        TOP + LANE * len(lanes),
        _days([(place(one), one.astimezone(zone).date()) for one in instants]),
        [
            Row(
                TOP + n * LANE,
                lane.label,
                [_bar(one, TOP + n * LANE, place, width) for one in lane.bars],
                _marks(lane.marks, TOP + n * LANE, place, width),
            )
            for n, lane in enumerate(lanes)
        ],
    )


def _instants(lane: Lane) -> Iterator[datetime]:
    yield from (one.at for one in lane.marks)
    for one in lane.bars:
        yield one.since
        if one.until:
            yield one.until


def _days(places: list[tuple[float, date]]) -> list[Tick]:
    """Return a line before what happened first on each day, and the day where it has room."""
    ticks: list[Tick] = []
    written, last = -DAY_NEEDS, None
    for x, day in places:
        if day != last:
            fits = x - written >= DAY_NEEDS
            ticks.append(Tick(round(x - 1.5 * MARK, 1), day if fits else None))
            written, last = x if fits else written, day
    return ticks


def _bar(one: Stood, top: int, place: Any, width: float) -> Bar:
    left, right = place(one.since), place(one.until) if one.until else width
    long = round(max(right - left - 2, 4.0), 1)
    fits = long >= len(str(one.word)) * LETTER + 14
    return Bar(left, top + LINE_AT - BAR // 2, long, one.state, one.word if fits else "")


def _marks(happened: list[Happened], top: int, place: Any, width: float) -> list[Mark]:
    """Return the marks of a lane from left to right: what would touch stands side by side.

    In such a heap each kind is drawn once, with how many there are.
    """
    heaps: list[tuple[float, Counter[tuple[str, str]]]] = []
    for one in sorted(happened, key=lambda one: one.at):
        x = place(one.at)
        if not heaps or x >= heaps[-1][0] + TOUCH * len(heaps[-1][1]):
            heaps.append((x, Counter()))
        heaps[-1][1][one.shape, one.state] += 1
    return [
        Mark(round(x, 1), top + LINE_AT, *kind, many)
        for first, kinds in heaps
        for x, (kind, many) in zip(
            _side_by_side(first, len(kinds), width), kinds.items(), strict=True
        )
    ]


def _side_by_side(first: float, many: int, width: float) -> Iterator[float]:
    begin = max(MARK, min(first, width - MARK - TOUCH * (many - 1)))
    return (begin + TOUCH * n for n in range(many))
