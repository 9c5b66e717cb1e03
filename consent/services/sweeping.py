"""What the worker writes when a permission has ended by itself. Nothing waits for it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from audit.clock import database_now
from audit.trail import NOBODY, Actor
from consent import queries
from consent.kinds import Kind
from consent.models import Consent, ConsentEvent
from consent.services.ledger import add_event, note
from consent.services.notifying import tell_of_end
from consent.shadow import follow_ledger
from sessions_app import queries as sessions
from sessions_app.models import DisclosureVersion
from sessions_app.queries import lock_disclosures

AT_ONCE = 200


def house(practice: UUID) -> Actor:
    """Return the house itself, as the trail of a practice knows what its worker does."""
    return Actor(practice, NOBODY, "house")


def sweep_ended(most: int = AT_ONCE) -> int:
    """Write down that permissions have ended, and let guardian's rows go; return how many.

    `expired` where the end has passed, `superseded` where the words are others
    now. Clock and version refuse before it runs; this only makes rows and ledger
    say so. At most `most` at once.
    """
    by_item: dict[UUID, list[UUID]] = {}
    for consent in queries.ended_unswept(most):
        by_item.setdefault(consent.version.disclosure_id, []).append(consent.pk)
    return sum(_sweep(item, ended) for item, ended in sorted(by_item.items()))


def sweep_authorities() -> int:
    """Let go the rights of representatives whose authority is over; return of how many."""
    lapsed = sessions.lapsed_representations()
    for one in lapsed:
        for item in sorted(sessions.items_concerning(one.member_id)):
            with transaction.atomic(durable=True):
                lock_disclosures([item])
                current = DisclosureVersion.objects.filter(
                    disclosure=item, number=F("disclosure__current_version")
                )
                for version in current.select_related("disclosure"):
                    follow_ledger(version)
    return len(lapsed)


def _sweep(item: UUID, ended: list[UUID]) -> int:
    with transaction.atomic(durable=True):
        lock_disclosures([item])
        rows = queries.with_last_event(
            Consent.objects.filter(pk__in=ended).select_related("version__disclosure__group")
        )
        now, written = database_now(), list[tuple[Actor, Consent, ConsentEvent]]()
        for consent in rows.order_by("pk"):
            if kind := _how_it_ended(consent, now):
                by = house(consent.version.disclosure.group.practice_id)
                written.append((by, consent, add_event(consent, kind, by=by, at=now)))
        for version in {consent.version for _, consent, _ in written}:
            follow_ledger(version)
        for _, consent, _ in written:
            bound = not consent.half_signed and not consent.to_reaffirm  # as it was before
            tell_of_end(consent, at=now, asker=bound)
        for by, consent, event in written:
            note(by, consent, event)
    return len(written)


def _how_it_ended(consent: Consent, now: datetime) -> Kind | None:
    last = queries.last_event(consent)
    if last is None or last.kind not in (Kind.GRANTED, Kind.UNHELD):
        return None  # answered otherwise meanwhile
    if consent.version.number != consent.version.disclosure.current_version:
        return Kind.SUPERSEDED
    over = min(filter(None, (consent.expires, last.until))) <= now
    return Kind.EXPIRED if over else None
