"""Letting somebody in anew who lost every way in: two of the staff, in person, each their own act.

The code they hand over works for a day, and for 72 hours after it was used the
person allows nothing new (`accounts.queries.grants_held`). Taking back works.
"""

from uuid import UUID

from django.db import transaction

from accounts.models import Recovery, Role, User
from accounts.queries import live_role, person_named, staff_among, waiting_recoveries
from accounts.services.changes import BY_OTHERS, note_change
from accounts.services.invitations import RECOVERY_LASTS, new_invitation, save_invitation
from accounts.services.step_up import StepUpScope, step_up_refusals_noted, use_step_up
from audit import trail
from audit.clock import database_now
from audit.trail import Actor

RECOVER = "recovery"
HELPERS = (Role.FACILITATOR, Role.SUPERVISOR, Role.ADMINISTRATOR)
OVERSEERS = (Role.SUPERVISOR, Role.ADMINISTRATOR)


class NotTheirs(Exception):
    """Somebody else has to: another person than who asked, or another role."""


def person_to_recover(by: Actor, sign_in_name: str) -> User:
    """Return an active person of the actor's practice, not the actor. Raises User.DoesNotExist."""
    user = person_named(sign_in_name)
    if user.practice_id != by.practice or user.pk == by.user:
        raise User.DoesNotExist
    return user


def ask_scope(user: UUID) -> StepUpScope:
    """Return what a step-up for asking is bound to."""
    return StepUpScope(RECOVER, user, user, user)


def confirm_scope_of(recovery: Recovery) -> StepUpScope:
    """Return what a step-up for confirming is bound to: this recovery and its person."""
    return StepUpScope(RECOVER, recovery.user_id, recovery.pk, recovery.user_id)


def ask_recovery(*, by: Actor, user: User, step_up_id: UUID) -> Recovery:
    """Say that one has this person before one, and knows them. Another has to say so too.

    Asking while one waits returns that one. Raises StaffRole.DoesNotExist for
    anybody but staff, User.DoesNotExist for another practice, StepUpRefused.
    """
    _check_role(by)
    person_to_recover(by, user.sign_in_name)
    with step_up_refusals_noted(by, RECOVER), transaction.atomic(durable=True):
        User.objects.select_for_update().get(pk=user.pk)
        for waiting in waiting_recoveries(by.practice).filter(user=user):
            return waiting
        use_step_up(by=by, step_up_id=step_up_id, scope=ask_scope(user.pk))
        recovery = Recovery.objects.create(
            user=user, asked_by_id=by.user, asked_role=by.role, asked_at=database_now()
        )
        trail.append(by, "recovery.asked", object_id=user.pk, ground=by.role)
    return recovery


def confirm_recovery(*, by: Actor, recovery_id: UUID, step_up_id: UUID) -> str:
    """Say the same as a second person. Returns the one-time code to hand over; it is shown once.

    For somebody on the staff one of the two is a supervisor or administrator.
    Raises Recovery.DoesNotExist if none waits, NotTheirs, StaffRole.DoesNotExist,
    StepUpRefused.
    """
    _check_role(by)
    with step_up_refusals_noted(by, RECOVER), transaction.atomic(durable=True):
        waiting = waiting_recoveries(by.practice).exclude(user=by.user)
        recovery = waiting.select_for_update(of=("self",)).get(pk=recovery_id)
        if recovery.asked_by_id == by.user or not _overseen(recovery, by):
            raise NotTheirs
        use_step_up(by=by, step_up_id=step_up_id, scope=confirm_scope_of(recovery))
        invitation, code = new_invitation(recovery.user, lasts=RECOVERY_LASTS, recovery=True)
        save_invitation(by, invitation)
        recovery.confirmed_by_id, recovery.confirmed_at = by.user, database_now()
        recovery.invitation = invitation
        recovery.save(update_fields=["confirmed_by", "confirmed_at", "invitation"])
        note_change(recovery.user_id, "recovery.confirmed", waits=BY_OTHERS)
        trail.append(by, "recovery.confirmed", object_id=recovery.user_id, ground=by.role)
    return code


def _check_role(by: Actor) -> None:
    live_role(by.user, by.role if by.role in HELPERS else "")


def _overseen(recovery: Recovery, by: Actor) -> bool:
    """Two facilitators let a member in anew, but nobody who has more rights than they have."""
    of_staff = recovery.user_id in staff_among([recovery.user_id])
    return not of_staff or recovery.asked_role in OVERSEERS or by.role in OVERSEERS
