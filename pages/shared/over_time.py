"""A ledger as spans of local days, for a picture of states over time."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from consent.kinds import Kind
from consent.models import Consent, ConsentEvent
from consent.queries import kinds_told
from pages.shared.pictures import Picture, Span, states_over_time
from pages.templatetags.house import STATE_WORDS

STATES = {
    Kind.ASKED: "waiting",
    Kind.GRANTED: "granted",
    Kind.UNHELD: "granted",
    Kind.DECLINED: "declined",
    Kind.REVOKED: "withdrawn",
    Kind.HELD: "withdrawn",
}
ENDED = "expired"


def spans_of(
    consent: Consent, *, zone: ZoneInfo, now: datetime, changed_at: datetime | None = None
) -> list[Span]:
    """Return what stood from which local day to which, by the consent's ledger and its own ends.

    A question ends with its answer day, a permission with its last day, both
    when the words are changed (`changed_at`). An end to come is the end of its
    span; one that has passed is followed by "ended".
    """
    events = sorted(consent.events.all(), key=lambda event: event.counter)
    kinds = kinds_told(consent)
    spans: list[Span] = []
    for event, following in zip(events, [*events[1:], None], strict=True):
        state = STATES.get(Kind(kinds[event.counter]), ENDED)
        start, replaced = event.at, following.at if following else None
        over = _own_end(consent, event, state, changed_at)
        if over and (replaced is None or over < replaced):
            spans.append((_day(start, zone), _day(max(over, start), zone), state))
            if over <= now:
                spans.append((_day(over, zone), _day(replaced, zone), ENDED))
        else:
            spans.append((_day(start, zone), _day(replaced, zone), state))
    return spans


def picture_of(rows: Iterable[tuple[Any, list[Span]]], *, today: date) -> Picture:
    """Return the picture of consents or items over time, up to today or an end to come."""
    listed = list(rows)
    days = [day for _, spans in listed for start, end, _ in spans for day in (start, end) if day]
    return states_over_time(
        listed,
        since=min(days, default=today),
        until=max([*days, today + timedelta(days=1)]),
        words={name: STATE_WORDS[name] for name in STATE_WORDS if name != "emergency"},
        today=today,
    )


def _own_end(
    consent: Consent, event: ConsentEvent, state: str, changed_at: datetime | None
) -> datetime | None:
    if state == "waiting":
        ends = [consent.request.answer_by, consent.expires, changed_at]
    elif state == "granted":
        ends = [consent.expires, event.until, changed_at]
    else:
        return None
    return min(end for end in ends if end)


def _day(moment: datetime | None, zone: ZoneInfo) -> Any:
    return moment.astimezone(zone).date() if moment else None
