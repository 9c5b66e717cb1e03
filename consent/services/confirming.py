"""What a member allowed online, said once more in the room, where the practice asks for that."""

from uuid import UUID

from django.db import transaction

from accounts.services import StepUpScope, step_up_refusals_noted, use_step_up
from audit.clock import database_now
from audit.trail import Actor
from consent import queries
from consent.kinds import Kind
from consent.models import Consent, ConsentEvent, Evidence
from consent.services.freezing import unless_frozen
from consent.services.ledger import add_confirmation, note
from consent.shadow import follow_ledger
from sessions_app.queries import lock_disclosures
from vault import key_ring

CONFIRM = "confirm"


def confirm_scope(consent: Consent) -> StepUpScope:
    """Return what a step-up for this confirmation is bound to."""
    return StepUpScope(CONFIRM, consent.pk, consent.version_id, consent.recipient_id)


def confirm_in_person(*, by: Actor, code: str, step_up_id: UUID) -> ConsentEvent:
    """Attest that a member said in the room the yes they gave online.

    Adds no scope and no day: it counts as far as the grant it stands on. Only
    an originator of the item may; a second time returns the standing event.
    Raises Consent.DoesNotExist if this yes does not stand or is not theirs to
    confirm, freezing.Frozen, StepUpRefused, vault.Keyless.
    """
    key_ring.current()
    consent = queries.consent_to_confirm(by, code)
    with (
        unless_frozen(by, "confirm") as check_open,
        step_up_refusals_noted(by, CONFIRM),
        transaction.atomic(durable=True),
    ):
        lock_disclosures([consent.version.disclosure_id])
        consent = queries.consent_to_confirm(by, code)
        standing = queries.last_event(consent)
        assert standing is not None
        if standing.kind == Kind.UNHELD and standing.evidence == Evidence.IN_ROOM:
            return standing
        check_open()
        use_step_up(by=by, step_up_id=step_up_id, scope=confirm_scope(consent))
        event = add_confirmation(consent, standing, by=by, at=database_now())
        follow_ledger(consent.version)
        note(by, consent, event)
    return event
