"""Try it: what a recipient would get at this instant. Nothing is let out.

From the very code of a release, under its lock and in its order: what is asked
for, the verdicts and the parts are those of `consent.services.verdicts`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from audit import trail
from audit.clock import database_now
from audit.entry import listed
from audit.models import Entry
from audit.trail import Actor, Receipt
from consent import queries
from consent.kinds import Kind, Reason
from consent.models import Consent, Recipient
from consent.queries import Standing
from consent.rules import ConsentFacts, EventFacts, ItemFacts
from consent.seen import reasons_seen
from consent.services.verdicts import (
    AskedFor,
    Part,
    Verdict,
    ids_to_open,
    keys_and_head,
    note_verdicts,
    parts_of,
    verdicts,
)
from sessions_app.models import Disclosure
from sessions_app.queries import lock_disclosures

PREVIEW = "release.previewed"


@dataclass(frozen=True)
class Stays:
    """An item that would stay, and why, as far as its asker may know (rule R21)."""

    item: Disclosure
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Preview:
    """What would go out, with the receipt to open it, and what would stay.

    Without parts there is no receipt: nothing is opened.
    """

    asked: AskedFor
    parts: list[Part]
    stays: list[Stays]
    receipt: Receipt | None


@dataclass(frozen=True)
class OwnPreview:
    """What a recipient would get of a member's own words; `supposed` says: if they allow it."""

    parts: list[Part]
    supposed: bool
    at: datetime
    receipt: Receipt


def preview(
    *, by: Actor, ask: Callable[[], AskedFor], recipient: Recipient, purpose: str
) -> Preview:
    """Decide what a release would let out now, and note it: a line for each item.

    `ask` finds what is asked for, as for a release. No step-up, no Release. The
    true reasons go into the trail alone. Raises what `ask` raises, vault.Keyless,
    Recipient.DoesNotExist for a group, to which nothing is released.
    """
    if recipient.kind == Recipient.Kind.CLASS:
        raise Recipient.DoesNotExist
    known = keys_and_head(by.practice)
    asked = ask()
    with transaction.atomic(durable=True):
        lock_disclosures([item.pk for item in asked.items])
        asked = ask()
        found = verdicts(by, asked.items, recipient, purpose, known=known)
        parts = parts_of(found)
        entry = _note(by, asked, found, parts, recipient, purpose)
    stay = [verdict for verdict in found if not verdict.decision.permits]
    return Preview(
        asked,
        parts,
        [Stays(one.item, reasons_seen(one.facts, one.question)) for one in stay],
        trail.receipt_of(entry) if parts else None,
    )


def preview_own(*, by: Actor, consent: Consent) -> OwnPreview:
    """Decide what the reader of a question would get of the actor's own words, and note the look.

    A question that still waits is taken as allowed. `consent` is one of the
    actor's own, from a query; its words concern nobody else, or the answer would
    tell of the others. Raises Consent.DoesNotExist (not theirs, about several, or
    put to a group, which is given nothing), DisclosureVersion.DoesNotExist (the
    words are closed to them), vault.Keyless.
    """
    known = keys_and_head(by.practice)
    if consent.member.user_id != by.user or consent.several:
        raise Consent.DoesNotExist
    if consent.recipient.kind == Recipient.Kind.CLASS:
        raise Consent.DoesNotExist
    with transaction.atomic(durable=True):
        lock_disclosures([consent.version.disclosure_id])
        consent = queries.own_consent(by, consent.code)
        version = queries.words_shown_to(by, consent)
        item = version.disclosure
        now = database_now()
        waits = queries.standing(consent, now) is Standing.WAITING
        [verdict] = verdicts(
            by,
            [item],
            consent.recipient,
            consent.purposes[0],
            known=known,
            supposing=lambda facts: _as_asked_by_an_originator(
                facts, consent.pk if waits else None, now
            ),
        )
        parts = parts_of([verdict])
        # A look and not a try: whether anything would go is nobody's but the member's.
        entry = trail.append(
            by,
            "question.previewed",
            object_id=consent.pk,
            code=consent.code,
            group=item.group_id,
            ids=listed(ids_to_open(parts, consent.recipient_id)),
        )
    return OwnPreview(parts, waits, verdict.question.at, trail.receipt_of(entry))


def _as_asked_by_an_originator(facts: ItemFacts, allowed: UUID | None, at: datetime) -> ItemFacts:
    """Suppose that somebody asks who may, and that the member allows one more question."""
    return replace(
        facts,
        releaser_may_read=True,
        releaser_may_release=True,
        subjects=tuple(
            replace(
                subject,
                consents=tuple(
                    _allowed(one, at) if one.id == allowed else one for one in subject.consents
                ),
            )
            for subject in facts.subjects
        ),
    )


def _allowed(consent: ConsentFacts, at: datetime) -> ConsentFacts:
    latest = max((event.counter for event in consent.events), default=0)
    yes = EventFacts(latest + 1, Kind.GRANTED, until=consent.expires, authentic=True, at=at)
    return replace(consent, events=(*consent.events, yes))


def _note(
    by: Actor,
    asked: AskedFor,
    found: Sequence[Verdict],
    parts: Sequence[Part],
    recipient: Recipient,
    purpose: str,
) -> Entry:
    """Write a line for each item, so that whom it concerns finds it; the last opens the letter."""
    in_order = sorted(found, key=lambda verdict: verdict.decision.permits)
    about: dict[str, Any] = {"group": asked.group, "purpose": purpose}
    if not found:
        return note_verdicts(by, PREVIEW, [], object_id=asked.id, code=asked.code, **about)
    opened = ids_to_open(parts, recipient.pk)
    for verdict in in_order:
        last = verdict is in_order[-1]
        entry = note_verdicts(
            by,
            PREVIEW,
            [verdict],
            object_id=verdict.item.pk,
            code=verdict.item.code,
            ids=opened if last else (),
            **about,
        )
    return entry
