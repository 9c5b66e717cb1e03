"""Several answers at once: one signature for an exact set, and taking everything back."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from accounts.models import Practice
from accounts.services import StepUpScope, step_up_refusals_noted, use_step_up
from audit.clock import database_now
from audit.entry import listed
from audit.ids import uuid7
from audit.trail import Actor
from consent import queries
from consent.kinds import Kind
from consent.models import Consent, ConsentEvent
from consent.services.deciding import (
    carry_on,
    check_may_allow,
    chosen_end,
    end_yes,
    grant_scope,
    holds_noted,
    note_ended,
    standing_yes,
)
from consent.services.freezing import unless_frozen
from consent.services.ledger import add_grant, note
from consent.shadow import follow_ledger
from sessions_app.queries import lock_disclosures
from sessions_app.rules import check, name_problems
from vault import key_ring
from vault import services as vault

TOGETHER = "grant_together"


def together_scope(consents: Sequence[Consent], last_day: date | None = None) -> StepUpScope:
    """Return what a step-up for these yeses is bound to: this very set, and the last day (R74).

    One more, one less, or another version of one is another set.
    """
    alone = grant_scope(consents[0], last_day)
    seen = listed(pk for one in consents for pk in (one.pk, one.version_id))
    digest = UUID(bytes=hashlib.sha256(seen.encode()).digest()[:16])
    return StepUpScope(
        TOGETHER, consents[0].request_id, digest, consents[0].recipient_id, alone.purpose
    )


def grant_together(
    *,
    by: Actor,
    codes: Collection[str],
    signature: str,
    step_up_id: UUID,
    last_day: date | None = None,
) -> list[ConsentEvent]:
    """Allow several items of one question: all of them, or none if one cannot be allowed.

    Each is an own grant with an own entry. Returns the events, those that stood
    before too. Raises as `grant_consent` does; Consent.DoesNotExist also if
    they are not all of one question. Source: docs/rules.md R74.
    """
    key_ring.current()
    check(name_problems(signature, "signature"))
    consents = queries.open_questions(by, codes)
    sealed = {one.pk: _sealed_signature(by, one, signature) for one in consents}
    with (
        unless_frozen(by, "signature") as check_open,
        holds_noted(by),
        step_up_refusals_noted(by, TOGETHER),
        transaction.atomic(durable=True),
    ):
        lock_disclosures({one.version.disclosure_id for one in consents})
        consents = queries.open_questions(by, codes)
        check_open()
        use_step_up(by=by, step_up_id=step_up_id, scope=together_scope(consents, last_day))
        practice = Practice.objects.get(pk=by.practice)
        given, stood = list[tuple[Consent, ConsentEvent]](), list[ConsentEvent]()
        for one in consents:
            now = database_now()
            if standing := standing_yes(one, by.user, at=now):
                stood.append(standing)
                continue
            check_may_allow(by, one, at=now)
            event_id, signed = sealed[one.pk]
            event = add_grant(
                one,
                by=by,
                at=now,
                event_id=event_id,
                signature_sealed=signed,
                until=chosen_end(one, last_day, practice, now),
            )
            carry_on(by, one, at=now)
            given.append((one, event))
        for one, event in given:
            note(by, one, event)
    return [*stood, *(event for _, event in given)]


def revoke_everything(*, by: Actor) -> list[Consent]:
    """End every permission of a member that stands, from one instant on; return what ended.

    One transaction, the items' locks in order of id. Needs no key, no step-up,
    no reason, like taking back one. What waits for an answer goes on waiting.
    Twice is once. Source: docs/rules.md R76; GDPR art. 7(3).
    """
    found = queries.standing_of(by)
    while found:
        with transaction.atomic(durable=True):
            locked = {one.version.disclosure_id for one in found}
            lock_disclosures(locked)
            found = queries.standing_of(by)
            if not {one.version.disclosure_id for one in found} <= locked:
                continue  # one was allowed meanwhile: its lock comes in its order
            now = database_now()
            ended = [end_yes(by, one, Kind.REVOKED, at=now) for one in found]
            for version in {one.version_id: one.version for one in found}.values():
                follow_ledger(version)
            note_ended(by, ended, (), at=now)
            return found
    return []


def _sealed_signature(by: Actor, consent: Consent, signature: str) -> tuple[UUID, bytes]:
    event_id = uuid7()
    place = ConsentEvent(pk=event_id).signature_place(by.practice)
    return event_id, vault.seal_text(signature.strip(), place, owner=consent.member_id)
