"""The practice's local day."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from accounts.models import Practice
from audit.clock import DatabaseClock
from audit.trail import Actor


def today_in(practice: UUID) -> date:
    """Return the practice's local day of this moment."""
    zone, now = (
        Practice.objects.annotate(now=DatabaseClock())
        .values_list("time_zone", "now")
        .get(pk=practice)
    )
    return now.astimezone(ZoneInfo(zone)).date()


def today_of(by: Actor) -> date:
    """Return the local day the actor's page has read already, or else that of this moment."""
    return by.day or today_in(by.practice)
