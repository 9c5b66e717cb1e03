"""A calendar as other programs read it (RFC 5545): times, and nothing about what they are for."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone

from sessions_app.queries.calendars import Meeting

TYPE = "text/calendar; charset=utf-8"


def calendar_file(
    meetings: Iterable[Meeting], *, seed: bytes, language: str, made_at: datetime
) -> bytes:
    """Return the file. Each entry has the same word for what it is, no place and no people.

    Its UID comes from the feed's own seed: stable, and not that of the same
    hour in anybody else's feed.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//appointments//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    listed = list(meetings)
    if listed:
        calendar.add_component(_zone_of(listed))
    with translation.override(language or None):
        word = _("Appointment")
    for meeting in listed:
        event = Event()
        event.add("uid", hmac.digest(seed, meeting.key.encode(), hashlib.sha256).hex())
        event.add("dtstamp", made_at.astimezone(UTC))
        event.add("dtstart", meeting.starts)
        event.add("dtend", meeting.ends)
        event.add("summary", word)
        event.add("status", "CANCELLED" if meeting.cancelled else "CONFIRMED")
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    return calendar.to_ical()


def _zone_of(meetings: list[Meeting]) -> Timezone:
    """The changes of the practice's clock in the time that is told of, each on its own.

    A list of dates in one line (RDATE) is read by some programs to its first
    date alone, and they are then an hour off in every year after.
    """
    first, last = meetings[0].starts, meetings[-1].ends
    rules = Timezone.from_tzid(
        str(first.tzinfo),
        first_date=first.date() - timedelta(days=366),
        last_date=last.date() + timedelta(days=366),
    )
    zone = Timezone()
    zone.add("tzid", str(first.tzinfo))
    rule: Any
    for rule in rules.subcomponents:
        dates = rule.pop("RDATE", None)
        later = [one.dt for one in dates.dts] if dates else []
        for begins in [rule.DTSTART, *later]:
            change = type(rule)()
            change.add("dtstart", begins)
            for name in ("TZNAME", "TZOFFSETFROM", "TZOFFSETTO"):
                change[name] = rule[name]
            zone.add_component(change)
    return zone
