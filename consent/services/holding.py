"""A yes that was not free: stopped at once and quietly, and given back in the room alone."""

from uuid import UUID

from django.db import transaction

from accounts.services import StepUpScope, step_up_refusals_noted, use_step_up
from audit import trail
from audit.clock import database_now
from audit.trail import Actor
from consent import queries
from consent.kinds import Kind
from consent.models import Consent, ConsentEvent
from consent.services.alarms import CLOSED, PERMITTING
from consent.services.deciding import end_what_it_reaches, end_yes, note_ended
from consent.services.freezing import unless_frozen
from consent.services.ledger import add_confirmation, note
from consent.services.notifying import tell_of_grant
from consent.shadow import follow_ledger
from sessions_app.queries import lock_disclosures
from vault import key_ring

LIFT = "lift"


def hold_consent(*, by: Actor, code: str) -> ConsentEvent:
    """Stop a standing yes because its member was pressured into it; only a supervisor is told.

    To whoever asked, and on the member's own pages, it is taken back: somebody
    may be looking over a shoulder. It reaches what taking back reaches, and
    needs as little: no key, step-up or reason. The entry is the alarm. Returns
    the new event; where no yes stands, the standing one. Raises
    Consent.DoesNotExist if the consent is not this member's.
    Source: docs/rules.md R54; 45 CFR 164.508(b)(4).
    """
    consent = queries.own_consent(by, code)
    with transaction.atomic(durable=True):
        lock_disclosures([consent.version.disclosure_id])
        consent = queries.own_consent(by, code)
        standing = queries.last_event(consent)
        if standing is None:
            raise Consent.DoesNotExist
        if standing.kind not in PERMITTING:
            return standing
        now = database_now()
        held = end_yes(by, consent, Kind.HELD, at=now)
        also = end_what_it_reaches(by, consent, Kind.HELD, at=now)
        follow_ledger(consent.version)
        note_ended(by, [held], also, at=now)
    return held.event


def lift_scope(consent: Consent) -> StepUpScope:
    """Return what a step-up for lifting this hold is bound to."""
    return StepUpScope(LIFT, consent.pk, consent.version_id, consent.recipient_id)


def lift_hold(*, by: Actor, code: str, step_up_id: UUID) -> ConsentEvent:
    """Attest that the member said, alone and in the room, that their yes shall stand again.

    Gives back what stood before the hold and nothing more. Only whoever reviews
    the group, and neither leads it nor put the question, may. Raises
    Consent.DoesNotExist if no hold of such a group stands, or its words or days
    are over, freezing.Frozen, StepUpRefused, vault.Keyless.
    """
    key_ring.current()
    consent = _liftable(by, code)
    with (
        unless_frozen(by, "lift") as check_open,
        step_up_refusals_noted(by, LIFT),
        transaction.atomic(durable=True),
    ):
        lock_disclosures([consent.version.disclosure_id])
        consent = _liftable(by, code)
        check_open()
        use_step_up(by=by, step_up_id=step_up_id, scope=lift_scope(consent))
        stood = consent.events.filter(kind__in=PERMITTING).latest("counter")
        event = add_confirmation(consent, stood, by=by, at=(now := database_now()))
        follow_ledger(consent.version)
        tell_of_grant(consent, at=now)
        group = consent.version.disclosure.group_id
        trail.append(by, CLOSED, object_id=consent.pk, code=consent.code, group=group)
        note(by, consent, event)
    return event


def _liftable(by: Actor, code: str) -> Consent:
    held = queries.pressured(by, code)
    if not held.may_stand_again:
        raise Consent.DoesNotExist
    return held
