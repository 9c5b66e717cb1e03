"""The circle of chairs: how everybody attended, as a picture with its legend."""

from dataclasses import dataclass
from math import cos, pi, sin
from typing import Any

from sessions_app.models import PRESENT, AttendanceStatus

CENTRE, RADIUS = 60, 46


@dataclass(frozen=True)
class Chair:
    """One person's chair: where it stands, and the status that shapes it."""

    x: float
    y: float
    status: str


@dataclass(frozen=True)
class Ring:
    """A picture 120 units wide and high; `legend` counts each status by its word."""

    chairs: list[Chair]
    legend: list[tuple[str, Any, int]]
    there: int

    @property
    def all(self) -> int:
        return len(self.chairs)


def ring_of(statuses: list[str]) -> Ring:
    """Return the circle for these statuses, the first at the top, clockwise."""
    turn = 2 * pi / max(len(statuses), 1)
    chairs = [
        Chair(
            round(CENTRE + RADIUS * sin(n * turn), 1),
            round(CENTRE - RADIUS * cos(n * turn), 1),
            status,
        )
        for n, status in enumerate(statuses)
    ]
    legend = [(s.value, s.label, statuses.count(s.value)) for s in AttendanceStatus]
    return Ring(
        chairs,
        [one for one in legend if one[2]],
        sum(status in PRESENT for status in statuses),
    )
