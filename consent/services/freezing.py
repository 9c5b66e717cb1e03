"""The switch that stops all that lets out. Closing takes one person and no key, opening two.

A freeze is no lock: what was decided before its entry stands before it in the
trail. Taking back, declining, signing in and writing down never ask for it.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.models import Practice, Role
from accounts.queries import live_role
from accounts.services import StepUpScope, step_up_refusals_noted, use_step_up
from audit import trail
from audit.acting import acting_as
from audit.clock import database_now
from audit.entry import Growth, Line
from audit.queries import head_of
from audit.trail import INSTALLATION, NOBODY, Actor
from consent import freezes, known_head
from consent.models import Freeze, FreezeLift
from sessions_app.rules import Problem, Rejected
from vault import services as vault

LIFT = "freeze.lift"
FREEZERS = (Role.SUPERVISOR, Role.ADMINISTRATOR)


class Frozen(Rejected):
    """Nothing was let out: the house is frozen."""

    def __init__(self, field: str) -> None:
        super().__init__({field: Problem.FROZEN})


def freeze(*, by: Actor) -> Freeze:
    """Let nothing out of the actor's practice from now on, or of all (the installation's chain).

    Needs no key. Frozen by a person already, it stays one freeze. Raises
    StaffRole.DoesNotExist unless the actor is a supervisor or administrator.
    """
    live_role(by.user, _among(FREEZERS, by.role))
    return _freeze(by, Freeze.Cause.PERSON)


def freeze_if_rolled_back(known: Collection[Line]) -> bool:
    """Freeze every house whose chain is behind what is known of it, or differs; say whether any.

    In transactions of its own: called outside of any, after the refusal that
    saw it first was rolled back or recorded.
    """
    back = known_head.rolled_back(known)
    for chain in sorted(back):
        with acting_as(chain):
            _freeze(Actor(chain, NOBODY, "house"), Freeze.Cause.KNOWN_HEAD)
    return bool(back)


def lift_scope(frozen: Freeze) -> StepUpScope:
    """Return what a step-up for agreeing to lift this freeze is bound to."""
    return StepUpScope(LIFT, frozen.pk, frozen.pk, frozen.pk)


def lift_freeze(*, by: Actor, freeze_id: UUID, step_up_id: UUID) -> bool:
    """Agree to lifting a freeze; return whether nothing is left to agree to.

    Two different people, one supervisor and one administrator; in a practice
    declared small an outside colleague may be one of them. Who agreed first and
    has left, or holds that role no more, has agreed to nothing. Where the trail was
    behind what was known, it begins from here: what is known becomes the present
    end. Agreeing twice is once. Spends a step-up for `lift_scope`. Raises
    Freeze.DoesNotExist if this is not the actor's to lift, Rejected if their role
    has agreed already, StepUpRefused, vault.Keyless.
    """
    with step_up_refusals_noted(by, LIFT):
        return _lift(by, freeze_id, step_up_id)


def lift_freeze_at_the_machine(*, by: Actor, freeze_id: UUID) -> bool:
    """Agree to lifting a freeze from the command line, which asked once more who this is.

    Returns and raises as `lift_freeze` does.
    """
    return _lift(by, freeze_id, None)


def _lift(by: Actor, freeze_id: UUID, step_up_id: UUID | None) -> bool:
    known_head.fetch(by.practice)  # without the vault it would freeze again by itself
    with transaction.atomic(durable=True):
        frozen = freezes.standing_of(_practice(by)).select_for_update().get(pk=freeze_id)
        live_role(by.user, _among(lifters_in(frozen.practice), by.role))
        given = freezes.agreed_to_lift(frozen)
        if len(given) > 1 or any(lift.by_id == by.user for lift in given):
            return len(given) > 1
        if any(lift.role == by.role for lift in given):
            raise Rejected({"role": Problem.OTHER_ROLE})
        if step_up_id is not None:
            use_step_up(by=by, step_up_id=step_up_id, scope=lift_scope(frozen))
        # Whoever agreed before and does not count was alone in their turn.
        turn = given[0].turn if given else frozen.lifts.count()
        FreezeLift.objects.create(
            freeze=frozen, by_id=by.user, role=by.role, turn=turn, at=database_now()
        )
        trail.append(by, "house.lift_agreed", object_id=frozen.pk, ground=by.role)
        if given:
            trail.append(by, "house.unfrozen", object_id=frozen.pk, ground=frozen.cause)
    if given and frozen.cause == Freeze.Cause.KNOWN_HEAD:
        _begin_from_here(by.practice)
    return bool(given)


def lifters_in(practice: Practice | None) -> tuple[Role, ...]:
    """Return the roles of which two different ones lift a freeze of a practice, or of all."""
    small = practice is not None and practice.small
    return (*FREEZERS, Role.OUTSIDE_COLLEAGUE) if small else FREEZERS


@contextmanager
def unless_frozen(by: Actor, field: str) -> Iterator[Callable[[], None]]:
    """Around a transaction that lets out: fetch what is known, give the check for under its lock.

    The check raises Frozen, with the problem at `field`, if a freeze stands or
    the chain is behind what is known; the latter freezes the house. Raises
    vault.Keyless.
    """
    known = known_head.fetch(by.practice)

    def check() -> None:
        if known_head.rolled_back(known) or freezes.is_frozen(by.practice):
            raise Frozen(field)

    try:
        yield check
    except Frozen:
        freeze_if_rolled_back(known)
        raise


def keep_known(grown: Growth) -> None:
    """Keep how far a chain has come, unless it is not the chain that was known.

    Never goes back. One statement in the vault's database, and a second look
    where another process kept its own meanwhile. What differs is left as it is
    known, and freezes. Raises vault.Keyless, django.db.DatabaseError.
    """
    if vault.know_line(grown.after, instead_of=grown.before):
        return
    known = vault.known_lines([grown.after.chain])
    if not known:
        vault.know_line(grown.after, instead_of=None)
    elif not freeze_if_rolled_back(known) and known[0].seq < grown.after.seq:
        vault.know_line(grown.after, instead_of=known[0])


def _freeze(by: Actor, cause: Freeze.Cause) -> Freeze:
    practice = _practice(by)
    with transaction.atomic(durable=True):
        # Two that freeze at once are one: the second waits here for the first.
        list(Practice.objects.filter(_houses(practice)).select_for_update(no_key=True))
        for standing in freezes.standing_of(practice).filter(cause=cause):
            return standing
        frozen = Freeze.objects.create(
            practice_id=practice,
            cause=cause,
            at=database_now(),
            by_id=None if by.user == NOBODY else by.user,
        )
        trail.append(by, "house.frozen", object_id=frozen.pk, ground=cause)
    return frozen


def _begin_from_here(chain: UUID) -> None:
    for known in vault.known_lines([chain]):
        vault.know_line(head_of(chain), instead_of=known)


def _practice(by: Actor) -> UUID | None:
    return None if by.practice == INSTALLATION else by.practice


def _houses(practice: UUID | None) -> Q:
    return Q(pk=practice) if practice else Q()


def _among(roles: Collection[str], role: str) -> str:
    """A role that may not do it is no role at all."""
    return role if role in roles else ""
