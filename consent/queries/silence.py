"""What bound nobody: to whoever asks it is silence, and no line of their trail (R21, R34, R54)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from audit.clock import database_now
from audit.models import Entry
from audit.queries import ground_of
from audit.trail import Actor
from consent.kinds import Kind
from consent.models import Consent, ConsentEvent
from consent.queries.ledger import (
    YES,
    Standing,
    kinds_told,
    standing,
    with_last_event,
    with_two_to_sign,
)
from consent.queries.represented import signatures_in
from sessions_app.models import LegalStanding, WhoSigns

COUNTER = "counter="


def silent_entries(by: Actor, led: Collection[UUID], asked_in: Collection[UUID]) -> frozenset[int]:
    """Return the places in the trail of what bound nobody, where the actor is who asks.

    In the groups `led`, and of the questions they put in `asked_in`: half a yes, which
    one of two signed, and its end; and a hold where a taking back would be a no. Asks
    nothing of who neither leads nor asked. Source: docs/rules.md R34, R54.
    """
    if not led and not asked_in:
        return frozenset()
    now = database_now()
    of = {one.pk: found for one in _in_question(by, led, asked_in) if (found := _silent(one, now))}
    entries = Entry.objects.filter(
        chain=by.practice, object_id__in=of, act__startswith="consent."
    ).defer("prev", "hash")
    return frozenset(e.seq for e in entries if e.object_id and _counter(e) in of[e.object_id])


def _in_question(by: Actor, led: Collection[UUID], asked_in: Collection[UUID]) -> QuerySet[Consent]:
    """Return the consents of which something may have bound nobody: few, in most houses none."""
    here = Q(version__disclosure__group__in=led)
    here |= Q(version__disclosure__group__in=asked_in, request__asked_by=by.user)
    two = LegalStanding.objects.filter(member=OuterRef("member"), signs=WhoSigns.BOTH)
    held = ConsentEvent.objects.filter(consent=OuterRef("pk"), kind=Kind.HELD)
    found = with_last_event(Consent.objects.filter(here, Exists(two) | Exists(held)))
    events = with_two_to_sign(ConsentEvent.objects.order_by("counter"))
    return found.select_related("member").prefetch_related(Prefetch("events", queryset=events))


def _silent(consent: Consent, now: datetime) -> set[int]:
    """Return the counters of the events of a consent that are silence to whoever asks."""
    told, silent = kinds_told(consent), set[int]()
    before, since, bound = list[ConsentEvent](), list[int](), False
    events: Any = consent.events.all()
    for event in events:
        signed = set(signatures_in(before))
        before.append(event)
        if event.kind == Kind.ASKED:
            continue
        since.append(event.counter)
        if event.kind in YES:
            signed = set(signatures_in(before))
            bound = bound or _binds(consent, signed, two=event.two)
            continue
        kind = told[event.counter]
        if event.kind == Kind.HELD and not _binds(consent, signed, two=event.two):
            kind = Kind.DECLINED  # whatever was lifted later: judged as it stood then
        if event.kind == Kind.HELD and kind == Kind.DECLINED:
            silent.add(event.counter)
        if len(since) > 1 and not bound and kind != Kind.REVOKED:
            silent |= set(since)
        since, bound = [], False
    if not bound and standing(consent, now) is not Standing.GRANTED:
        silent |= set(since)
    return silent


def _binds(consent: Consent, signed: set[UUID | None], *, two: bool) -> bool:
    """Say whether signatures were enough: of two, the member's own and another's."""
    return len(signed) > 1 and consent.member.user_id in signed if two else bool(signed)


def _counter(entry: Entry) -> int:
    """Return which event an entry tells of; 0 if it does not say."""
    told = next((one for one in ground_of(entry) if one.startswith(COUNTER)), "")
    return int(told.removeprefix(COUNTER) or 0)
