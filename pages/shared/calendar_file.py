"""A calendar as other programs read it (RFC 5545): times, and nothing about what they are for."""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime

from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

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
    with translation.override(language or None):
        word = _("Appointment")
    for meeting in meetings:
        event = Event()
        event.add("uid", hmac.digest(seed, meeting.key.encode(), hashlib.sha256).hex())
        event.add("dtstamp", made_at.astimezone(UTC))
        event.add("dtstart", meeting.starts)
        event.add("dtend", meeting.ends)
        event.add("summary", word)
        event.add("status", "CANCELLED" if meeting.cancelled else "CONFIRMED")
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical()
