"""A member's answer: yes, no, no longer."""

from uuid import UUID

from django.db import transaction

from accounts.services import StepUpScope, step_up_refusals_noted, use_step_up
from audit import trail
from audit.clock import database_now
from audit.ids import uuid7
from audit.trail import Actor
from consent import queries
from consent.kinds import Kind
from consent.models import Consent, ConsentEvent
from consent.services.ledger import add_event, add_grant, ask_the_others
from consent.shadow import follow_ledger
from sessions_app.queries import lock_disclosures
from sessions_app.rules import check, name_problems
from vault import key_ring
from vault import services as vault

GRANT = "grant"


def grant_scope(consent: Consent) -> StepUpScope:
    """Return what a step-up for this grant is bound to."""
    return StepUpScope(GRANT, consent.pk, consent.version_id, consent.recipient_id)


def grant_consent(*, by: Actor, code: str, signature: str, step_up_id: UUID) -> ConsentEvent:
    """Allow exactly these words to go to this recipient for these purposes.

    Needs a typed name and a step-up for this very act. Asks the others an item
    concerns, if this was its speaker's yes (rule R8). Allowing what is allowed
    returns the standing event. Raises Consent.DoesNotExist if the question is
    not this member's or is closed, Rejected, StepUpRefused, vault.Keyless.
    """
    key_ring.current()
    check(name_problems(signature, "signature"))
    consent = queries.open_question(by, code)
    event_id = uuid7()
    place = ConsentEvent(pk=event_id).signature_place(by.practice)
    sealed = vault.seal_text(signature.strip(), place, owner=consent.member_id)
    with step_up_refusals_noted(by, GRANT), transaction.atomic(durable=True):
        lock_disclosures([consent.version.disclosure_id])
        consent = queries.open_question(by, code)
        standing = queries.last_event(consent)
        if standing and standing.kind == Kind.GRANTED:
            return standing
        use_step_up(by=by, step_up_id=step_up_id, scope=grant_scope(consent))
        now = database_now()
        event = add_grant(consent, by=by, at=now, event_id=event_id, signature_sealed=sealed)
        if consent.member_id == consent.version.disclosure.speaker_id:
            ask_the_others(consent.version, by=by, at=now)
        follow_ledger(consent.version)
        _note(by, "consent.granted", consent)
    return event


def decline_consent(*, by: Actor, code: str) -> ConsentEvent:
    """Keep the words in the group. Needs no step-up and no reason; declining twice is once.

    Raises Consent.DoesNotExist if the question is not this member's or is closed.
    """
    consent = queries.open_question(by, code)
    with transaction.atomic(durable=True):
        lock_disclosures([consent.version.disclosure_id])
        consent = queries.open_question(by, code)
        standing = queries.last_event(consent)
        if standing and standing.kind in (Kind.DECLINED, Kind.REVOKED):
            return standing
        # A no after a yes takes back: the asker is bound by it and must see it at once.
        kind = Kind.REVOKED if standing and standing.kind == Kind.GRANTED else Kind.DECLINED
        event = add_event(consent, kind, by=by, at=database_now())
        follow_ledger(consent.version)
        _note(by, f"consent.{kind}", consent)
    return event


def revoke_consent(*, by: Actor, code: str) -> ConsentEvent:
    """End one member's permission, from this instant on.

    Needs no key, step-up, reason or open question. Returns the new event, one
    per call that changes something; a repeated call returns the standing one.
    Raises Consent.DoesNotExist if the consent is not this member's.
    Source: docs/rules.md R9; 45 CFR 164.508(b)(5); GDPR art. 7(3).
    """
    consent = queries.own_consent(by, code)
    with transaction.atomic(durable=True):
        lock_disclosures([consent.version.disclosure_id])  # a release waits here, or we for it
        consent = queries.own_consent(by, code)
        standing = queries.last_event(consent)
        if standing and standing.kind in (Kind.REVOKED, Kind.DECLINED):
            return standing
        # What was never given cannot be taken back: it is a no, and looks like one to the asker.
        kind = Kind.DECLINED if standing and standing.kind == Kind.ASKED else Kind.REVOKED
        event = add_event(consent, kind, by=by, at=database_now())
        follow_ledger(consent.version)
        _note(by, f"consent.{kind}", consent)
    return event


def _note(by: Actor, act: str, consent: Consent) -> None:
    item = consent.version.disclosure
    trail.append(
        by,
        act,
        object_id=consent.pk,
        code=consent.code,
        group=item.group_id,
        ground=",".join([item.code, *consent.purposes]),
    )
