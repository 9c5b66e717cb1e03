"""Hours in which no mail goes. Pure: instants and a zone in, an instant out (R90)."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

QUIET_FROM, QUIET_UNTIL = time(21), time(8)


def quiet_until(at: datetime, zone: ZoneInfo, begins: time | None, ends: time | None) -> datetime:
    """Return `at` itself, or when the quiet hours it lies in end, in UTC.

    The hours are local, from one time to another, often over midnight; the same
    time twice means none. An end that the clock leaps over comes with the leap.
    """
    begins, ends = (begins, ends) if begins and ends else (QUIET_FROM, QUIET_UNTIL)
    local = at.astimezone(zone)
    now = local.time()
    if begins <= ends:
        quiet, days = begins <= now < ends, 0
    else:
        quiet, days = now >= begins or now < ends, 1 if now >= begins else 0
    if not quiet:
        return at
    day = local.date() + timedelta(days=days)
    end = datetime.combine(day, ends, tzinfo=zone).astimezone(UTC)
    if end <= at:  # the hour comes twice, and this is the second one
        end = datetime.combine(day, ends, tzinfo=zone).replace(fold=1).astimezone(UTC)
    return max(end, at)
