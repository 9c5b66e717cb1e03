"""R90: in which hours no mail goes, as a table; over both changes of the clock."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from consent.quiet import quiet_until

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
NIGHT = (time(22), time(6))
NOON = (time(12), time(14))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "hours", "now", "goes"),
    [
        # The house's own hours, 21 to 8, without own ones.
        (BERLIN, None, "2026-06-10 18:59", "2026-06-10 18:59"),
        (BERLIN, None, "2026-06-10 19:00", "2026-06-11 06:00"),
        (BERLIN, None, "2026-06-11 05:59", "2026-06-11 06:00"),
        (BERLIN, None, "2026-06-11 06:00", "2026-06-11 06:00"),
        # Own ones, over midnight and within a day; the same time twice is none.
        (NEW_YORK, NIGHT, "2026-01-10 02:59", "2026-01-10 02:59"),
        (NEW_YORK, NIGHT, "2026-01-10 03:00", "2026-01-10 11:00"),
        (NEW_YORK, NOON, "2026-01-10 17:00", "2026-01-10 19:00"),
        (NEW_YORK, NOON, "2026-01-10 19:00", "2026-01-10 19:00"),
        (NEW_YORK, (time(8), time(8)), "2026-01-10 04:00", "2026-01-10 04:00"),
        # The clock goes forward in the night: eight is an hour earlier than the day before.
        (BERLIN, None, "2026-03-28 22:00", "2026-03-29 06:00"),
        (BERLIN, None, "2026-03-27 22:00", "2026-03-28 07:00"),
        (NEW_YORK, None, "2027-03-14 03:30", "2027-03-14 12:00"),
        # It goes back.
        (BERLIN, None, "2026-10-24 22:00", "2026-10-25 07:00"),
        (NEW_YORK, None, "2026-11-01 02:00", "2026-11-01 13:00"),
        # An end that does not exist comes with the leap; one that exists twice is the first,
        # and in the second of the two hours nothing is quiet any more.
        (BERLIN, (time(22), time(2, 30)), "2026-03-29 00:00", "2026-03-29 01:30"),
        (BERLIN, (time(22), time(2, 30)), "2026-10-24 23:00", "2026-10-25 00:30"),
        (BERLIN, (time(22), time(2, 30)), "2026-10-25 01:10", "2026-10-25 01:30"),
    ],
)
def test_when_a_mail_goes(zone, hours, now, goes):
    begins, ends = hours or (None, None)
    assert quiet_until(at(now), zone, begins, ends) == at(goes)
