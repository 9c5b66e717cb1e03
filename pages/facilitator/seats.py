"""Who came, session by session: a picture of chairs, taken or empty, with its table. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

STEP, CHAIR, LEFT, TOP = 36.0, 13.5, 14.0, 10.0
MOST_CHAIRS = 12


@dataclass(frozen=True)
class Seat:
    """One chair: where it stands, and whether somebody sat on it."""

    x: float
    y: float
    taken: bool


@dataclass(frozen=True)
class Evening:
    """One session of the table: its day, how many came, of how many."""

    day: date
    came: int
    listed: int


@dataclass(frozen=True)
class Seats:
    """A drawing with one column for each session, oldest first."""

    seats: list[Seat]
    evenings: list[Evening]
    width: float
    height: float
    floor: float


def seats_of(evenings: Sequence[Evening]) -> Seats:
    """Return the picture of sessions, oldest first; a crowd is drawn in proportion."""
    tallest = max((one.listed for one in evenings), default=0)
    rows = min(tallest, MOST_CHAIRS)
    floor = TOP + CHAIR * max(rows - 1, 0)
    seats = []
    for n, one in enumerate(evenings):
        chairs = one.listed if tallest <= MOST_CHAIRS else round(one.listed * rows / tallest)
        taken = one.came if tallest <= MOST_CHAIRS else round(one.came * rows / tallest)
        seats += [Seat(LEFT + n * STEP, floor - row * CHAIR, row < taken) for row in range(chairs)]
    width = LEFT * 2 + STEP * max(len(evenings) - 1, 0) + 30
    return Seats(seats, list(evenings), width, floor + 26, floor)
