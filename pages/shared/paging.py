"""Places in a list that an address carries: what is no place is no address of ours."""

import re
from datetime import UTC, datetime, timedelta

from audit.queries import Place

BEGIN, TICK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
PLACE = re.compile("([0-9]{1,17})-([0-9]{1,4})")


def place_in(text: str) -> Place | None:
    """Return where a page of the trail ended, or None if `text` is no such place."""
    found = PLACE.fullmatch(text)
    return Place(BEGIN + int(found[1]) * TICK, int(found[2])) if found else None


def as_text(place: Place) -> str:
    """Return a place as an address carries it."""
    return f"{(place.at - BEGIN) // TICK}-{place.shown}"
