"""A representative's answer for a member: yes, no, no longer. Deciding is not reading."""

from uuid import UUID

from django.db import transaction

from accounts.services import StepUpScope, step_up_refusals_noted, use_step_up
from audit import trail
from audit.clock import database_now
from audit.entry import listed
from audit.ids import uuid7
from audit.trail import Actor
from consent import queries
from consent.facts import facts_of
from consent.freezes import is_frozen
from consent.models import Consent, ConsentEvent
from consent.rules import RepresentativeFacts, signers_for, speaker_allows_showing
from consent.services.deciding import (
    check_not_recovered_lately,
    granted,
    holds_noted,
    say_no,
    standing_yes,
)
from consent.services.freezing import unless_frozen
from consent.services.ledger import add_grant, end_of_the_other
from consent.services.showing import ShownWords
from sessions_app.models import DisclosureVersion
from sessions_app.queries import lock_disclosures, readable_versions
from sessions_app.rules import Problem, Rejected, check, name_problems
from vault import key_ring
from vault import services as vault

GRANT_FOR = "grant_for"


def grant_for_scope(consent: Consent) -> StepUpScope:
    """Return what a step-up for this grant is bound to."""
    return StepUpScope(GRANT_FOR, consent.pk, consent.version_id, consent.recipient_id)


def grant_for(*, by: Actor, code: str, signature: str, step_up_id: UUID) -> ConsentEvent:
    """Allow, for a member and within a recorded authority, what a question asks.

    Who may not read decides by recipient, purpose and period: reading is no
    condition (R81). The authority is looked at again under the item's lock, on
    authenticated facts. Where two sign, it stands beside the member's own grant
    (R34). Raises Consent.DoesNotExist without a live authority or an open
    question, Rejected (also in the days after a recovery: R55), freezing.Frozen,
    StepUpRefused, vault.Keyless.
    """
    key_ring.current()
    check(name_problems(signature, "signature"))
    consent = queries.represented_question(by, code)
    event_id = uuid7()
    place = ConsentEvent(pk=event_id).signature_place(by.practice)
    sealed = vault.seal_text(signature.strip(), place, owner=consent.member_id)
    with (
        unless_frozen(by, "signature") as check_open,
        holds_noted(by, GRANT_FOR),
        step_up_refusals_noted(by, GRANT_FOR),
        transaction.atomic(durable=True),
    ):
        lock_disclosures([consent.version.disclosure_id])
        consent = queries.represented_question(by, code)
        if standing := standing_yes(consent, by.user, at=database_now()):
            return standing
        check_open()
        check_not_recovered_lately(by)
        _authority(by, consent)
        if queries.held_for(consent):
            raise Rejected({"signature": Problem.NOT_ALLOWED_HERE})  # and names no cause (R54)
        use_step_up(by=by, step_up_id=step_up_id, scope=grant_for_scope(consent))
        now = database_now()
        event = add_grant(
            consent,
            by=by,
            at=now,
            event_id=event_id,
            signature_sealed=sealed,
            until=end_of_the_other(consent, by.user),
        )
        granted(by, consent, event)
    return event


def deny_for(*, by: Actor, code: str) -> ConsentEvent:
    """Say no for a member, or take back what stands: whoever said yes, it ends (R34).

    Needs no key, step-up or reason. Raises Consent.DoesNotExist without a live authority.
    """
    consent = queries.consent_to_deny(by, code)
    with transaction.atomic(durable=True):
        lock_disclosures([consent.version.disclosure_id])
        return say_no(by, queries.consent_to_deny(by, code))


def show_words_for(*, by: Actor, consent: Consent) -> ShownWords:
    """Decide under the item's lock that a representative may read the words, and note it.

    Only if the authority says "may read", and the words of another not while
    the house is frozen (R40). Raises Consent.DoesNotExist without a
    live authority, DisclosureVersion.DoesNotExist (the words are closed to
    them), vault.Keyless.
    """
    key_ring.current()
    with transaction.atomic(durable=True):
        lock_disclosures([consent.version.disclosure_id])
        consent = queries.represented_consent(by, consent.code)
        if not _authority(by, consent).may_read:
            raise DisclosureVersion.DoesNotExist
        version = readable_versions(by).get(pk=consent.version_id)
        if consent.member_id != version.disclosure.speaker_id and is_frozen(by.practice):
            raise DisclosureVersion.DoesNotExist
        entry = trail.append(
            by,
            "question.opened",
            object_id=consent.pk,
            code=consent.code,
            group=version.disclosure.group_id,
            ids=listed([version.pk]),
        )
    return ShownWords(version, trail.receipt_of(entry))


def _authority(by: Actor, consent: Consent) -> RepresentativeFacts:
    """Return the authority by which the actor may sign now; the speaker's yes goes before it."""
    item = facts_of(consent.version.disclosure_id)
    now = database_now()
    subject = next((one for one in item.subjects if one.member == consent.member_id), None)
    if subject is None:
        raise Consent.DoesNotExist  # no longer about them
    spoke = item.speaker is None or consent.member_id == item.speaker
    if item.version != consent.version_id or not (spoke or speaker_allows_showing(item, now)):
        raise Consent.DoesNotExist
    for one in signers_for(subject.standing, now):
        if one.user == by.user:
            return one
    raise Consent.DoesNotExist
