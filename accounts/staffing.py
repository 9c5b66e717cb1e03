"""Who works here, and as what. Grave roles need two people; every ending needs one.

A supervisor reads the trail and an administrator gives roles, so neither is
given by one person alone: one administrator proposes, another agrees, each
proving once more who they are. In a practice declared small an outside colleague may be the
other. Source: docs/rules.md R60 to R62.
"""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Practice, Role, RoleProposal, StaffRole, User
from accounts.queries import (
    live_invitations,
    live_role,
    live_roles,
    own_person,
    own_proposal,
)
from accounts.services import (
    Issued,
    StepUpScope,
    answer,
    claim,
    prepare_user,
    step_up_refusals_noted,
    use_step_up,
)
from accounts.services.changes import BY_OTHERS, note_change
from accounts.services.invitations import INVITATION_LASTS, new_invitation, save_invitation
from accounts.services.outside import end_feeds, end_mail_codes
from accounts.services.stays import end_stays
from audit import trail
from audit.clock import database_now
from audit.ids import uuid7
from audit.trail import NOBODY, Actor

GRAVE = (Role.SUPERVISOR, Role.ADMINISTRATOR)
PROPOSAL_LASTS = timedelta(days=14)
GIVE, AGREE, BACK, STAYS = "role.give", "role.agree", "person.back", "stays.end"


class Why(StrEnum):
    """Why a role was not given or ended, or a person not taken off."""

    HELD = "held"
    ONE_ROLE = "one_role"
    COLLEAGUE_ALONE = "colleague_alone"
    ONESELF = "oneself"
    LAST_ADMINISTRATOR = "last_administrator"
    OVER = "over"
    OFF = "off"


class RoleRefused(Exception):
    """Nothing was changed; `why` says what stands in the way."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


def give_scope(person: UUID, role: str) -> StepUpScope:
    """Return what a step-up for giving or proposing a role is bound to."""
    return StepUpScope(GIVE, person, person, person, role)


def agree_scope(proposal: RoleProposal) -> StepUpScope:
    """Return what a step-up for agreeing to one proposal is bound to."""
    return StepUpScope(AGREE, proposal.pk, proposal.pk, proposal.user_id, proposal.role)


def back_scope(person: UUID) -> StepUpScope:
    """Return what a step-up for taking somebody back is bound to."""
    return StepUpScope(BACK, person, person, person)


def agreers_in(practice: Practice) -> tuple[Role, ...]:
    """Return the roles in which somebody may agree to a proposal."""
    small = (Role.ADMINISTRATOR, Role.OUTSIDE_COLLEAGUE)
    return small if practice.small else (Role.ADMINISTRATOR,)


def add_person(*, by: Actor, name: str, roles: Iterable[Role], once: UUID) -> Issued:
    """Make a member of staff: plain roles at once, grave ones as proposals.

    They come in by a one-time code. The same `once` returns the same person,
    without the code: it was shown once. Raises RoleRefused, ValueError without a
    name or a role, vault.Keyless, and StaffRole.DoesNotExist unless the actor is
    an administrator.
    """
    wanted = sorted(set(roles))
    if not name.strip() or not wanted:
        raise ValueError("a name and a role are needed")
    practice = _administered(by)
    _check_together(practice, wanted)
    issued = prepare_user(practice=by.practice, name=name.strip())
    with transaction.atomic(durable=True):
        claimed = claim(by=by, once=once, act="staff.created", content=(name, *wanted))
        if claimed.answer:
            return Issued(User.objects.get(pk=claimed.answer))
        issued.save(by)
        answer(claimed, issued.user.pk)
        plain = [role for role in wanted if role not in GRAVE]
        for role in plain:
            StaffRole.objects.create(user=issued.user, role=role)
        trail.append(by, "staff.created", object_id=issued.user.pk, ground=",".join(plain))
        for role in wanted:
            if role in GRAVE:
                _propose(by, issued.user, role)
    return issued


def give_role(*, by: Actor, person: UUID, role: Role, step_up_id: UUID) -> StaffRole | None:
    """Give somebody a role; a grave one is proposed and returns None.

    Spends a step-up for `give_scope`. Raises RoleRefused, StepUpRefused,
    User.DoesNotExist, StaffRole.DoesNotExist unless an administrator acts.
    """
    practice = _administered(by)
    with step_up_refusals_noted(by, GIVE), transaction.atomic(durable=True):
        use_step_up(by=by, step_up_id=step_up_id, scope=give_scope(person, role))
        user = _locked(by.practice, person)
        _check_may_hold(practice, user, role)
        if role in GRAVE:
            _propose(by, user, role)
            return None
        return _grant(by, user, role)


def agree_to_role(*, by: Actor, proposal_id: UUID, step_up_id: UUID) -> StaffRole:
    """Agree to a proposal somebody else made: from now on the person holds the role.

    Their sign-ins end, so that they come back as what they are. Spends a
    step-up for `agree_scope`. Raises RoleRefused for one's own proposal or for
    oneself, one that is closed or older than 14 days, or a person who may not
    hold it any more; StepUpRefused; RoleProposal.DoesNotExist,
    StaffRole.DoesNotExist.
    """
    practice = _second_person(by)
    with step_up_refusals_noted(by, AGREE), transaction.atomic(durable=True):
        proposal = own_proposal(by, proposal_id)
        use_step_up(by=by, step_up_id=step_up_id, scope=agree_scope(proposal))
        user = _locked(by.practice, proposal.user_id)
        proposal = _open(by, proposal_id)
        if by.user in (proposal.proposed_by_id, proposal.user_id):
            raise RoleRefused(Why.ONESELF)
        _check_may_hold(practice, user, Role(proposal.role))
        live_role(proposal.proposed_by_id, Role.ADMINISTRATOR)  # who proposed still may
        return _agreed(by, proposal, user)


def agree_at_the_machine(*, proposal_id: UUID) -> StaffRole:
    """Agree to a proposal from the command line, where a practice has one administrator.

    Whoever reaches the machine is the second person; the entry says so. Raises
    RoleRefused if there is another administrator, or as `agree_to_role` does;
    RoleProposal.DoesNotExist.
    """
    found = RoleProposal.objects.select_related("user__practice").get(pk=proposal_id)
    by = Actor(found.user.practice_id, NOBODY, "machine")
    with transaction.atomic(durable=True):
        user = _locked(by.practice, found.user_id)
        proposal = _open(by, proposal_id)
        if _administrators(by.practice).count() > 1:
            raise RoleRefused(Why.ONESELF)
        _check_may_hold(user.practice, user, Role(proposal.role))
        live_role(proposal.proposed_by_id, Role.ADMINISTRATOR)
        return _agreed(by, proposal, user)


def close_proposal(*, by: Actor, proposal_id: UUID) -> None:
    """Let a proposal go, one's own or another's; closed already, nothing changes.

    Needs no password: it gives nobody anything. Raises RoleProposal.DoesNotExist,
    StaffRole.DoesNotExist.
    """
    _second_person(by)
    with transaction.atomic(durable=True):
        proposal = own_proposal(by, proposal_id)
        _locked(by.practice, proposal.user_id)
        closed = RoleProposal.objects.filter(pk=proposal_id, closed_at=None).update(
            closed_at=database_now(), closed_by=by.user
        )
        if closed:
            _append(by, "role.dropped", proposal.user_id, proposal.role)


def end_role(*, by: Actor, person: UUID, role: Role) -> None:
    """End a role from now on, and the sign-ins of whoever held it; twice is once.

    Raises RoleRefused for the last administrator, User.DoesNotExist,
    StaffRole.DoesNotExist unless an administrator acts.
    """
    _administered(by)
    with transaction.atomic(durable=True):
        user = _locked(by.practice, person)
        held = live_roles().filter(user=user, role=role)
        if not held.exists():
            return
        if role == Role.ADMINISTRATOR:
            _check_another_administrator(by.practice, user)
        held.update(until=database_now())
        end_stays(user)
        _append(by, "role.ended", user.pk, role)


def deactivate(*, by: Actor, person: UUID) -> None:
    """Close somebody's account: their stays end, and nothing opens it. Twice is once.

    Roles and what they wrote stay. Raises RoleRefused for oneself and for the
    last administrator, User.DoesNotExist, StaffRole.DoesNotExist.
    """
    _administered(by)
    with transaction.atomic(durable=True):
        user = _locked(by.practice, person)
        if user.pk == by.user:
            raise RoleRefused(Why.ONESELF)
        if not user.is_active:
            return
        if live_roles().filter(user=user, role=Role.ADMINISTRATOR).exists():
            _check_another_administrator(by.practice, user)
        user.is_active = False
        user.save(update_fields=["is_active"])
        _take_ways_in(user)
        RoleProposal.objects.filter(user=user, closed_at=None).update(
            closed_at=database_now(), closed_by=by.user
        )
        _append(by, "staff.deactivated", user.pk)


def take_back(*, by: Actor, person: UUID, step_up_id: UUID) -> Issued:
    """Open a closed account again, with a one-time code to hand over and its plain roles.

    What let them in before counts no more, also what a page of theirs that was
    under way had added. Grave roles ended with the account: they need two people
    once more. Spends a step-up for `back_scope`. Raises RoleRefused if it is
    open, StepUpRefused, User.DoesNotExist, StaffRole.DoesNotExist.
    """
    _administered(by)
    with step_up_refusals_noted(by, BACK), transaction.atomic(durable=True):
        use_step_up(by=by, step_up_id=step_up_id, scope=back_scope(person))
        user = _locked(by.practice, person)
        if user.is_active:
            raise RoleRefused(Why.HELD)
        user.is_active = True
        user.save(update_fields=["is_active"])
        _take_ways_in(user)
        live_roles().filter(user=user, role__in=GRAVE).update(until=database_now())
        invitation, code = new_invitation(user, lasts=INVITATION_LASTS)
        save_invitation(by, invitation)
        note_change(user.pk, "staff.taken_back", waits=BY_OTHERS)
        _append(by, "staff.taken_back", user.pk)
    return Issued(user, code, invitation)


def stays_scope(person: UUID) -> StepUpScope:
    """Return what a step-up for ending every stay of somebody is bound to."""
    return StepUpScope(STAYS, person, person, person)


def end_stays_of(*, by: Actor, person: UUID, step_up_id: UUID) -> None:
    """End every stay of somebody of the practice, staff or member; they may sign in again.

    Not of oneself. They are told at their next page. Spends a step-up for
    `stays_scope`. Raises StepUpRefused, User.DoesNotExist, StaffRole.DoesNotExist
    unless an administrator acts. Source: R72.
    """
    _administered(by)
    with step_up_refusals_noted(by, STAYS), transaction.atomic(durable=True):
        others = User.objects.filter(practice=by.practice, is_active=True).exclude(pk=by.user)
        user = others.select_for_update().get(pk=person)
        use_step_up(by=by, step_up_id=step_up_id, scope=stays_scope(person))
        end_stays(user)
        note_change(user.pk, "stays.ended", waits=BY_OTHERS)
        _append(by, "stays.ended", user.pk)


def erase_account(user: UUID) -> None:
    """Empty and close the account of somebody who is erased, inside that transaction.

    The erasure key of their name goes with the member's. The sign-in name stays:
    it was issued, and says nothing.
    """
    person = User.objects.get(pk=user)
    person.name_sealed, person.mail_sealed, person.is_active = b"", b"", False
    person.save(update_fields=["name_sealed", "mail_sealed", "is_active"])
    _take_ways_in(person)


def _administered(by: Actor) -> Practice:
    return _acting(by, (Role.ADMINISTRATOR,))


def _second_person(by: Actor) -> Practice:
    """The practice of whoever may agree. A role in which they may not is no role at all."""
    practice = Practice.objects.get(pk=by.practice)
    return _acting(by, agreers_in(practice))


def _acting(by: Actor, roles: Iterable[Role]) -> Practice:
    held = live_role(by.user, by.role if by.role in tuple(roles) else "")
    return held.user.practice


def _locked(practice: UUID, person: UUID) -> User:
    """Lock the practice, then find the person: two changes of roles come one after the other."""
    list(Practice.objects.filter(pk=practice).select_for_update(no_key=True))
    return own_person(practice, person)


def _administrators(practice: UUID) -> QuerySet[StaffRole]:
    return live_roles().filter(
        user__practice=practice, user__is_active=True, role=Role.ADMINISTRATOR
    )


def _check_another_administrator(practice: UUID, but: User) -> None:
    """A practice without an administrator would be closed to itself."""
    if not _administrators(practice).exclude(user=but).exists():
        raise RoleRefused(Why.LAST_ADMINISTRATOR)


def _check_may_hold(practice: Practice, user: User, role: Role) -> None:
    if not user.is_active:
        raise RoleRefused(Why.OFF)
    held = set(live_roles().filter(user=user).values_list("role", flat=True))
    if role in held:
        raise RoleRefused(Why.HELD)
    _check_together(practice, {*held, role})


def _check_together(practice: Practice, roles: Iterable[str]) -> None:
    """One account, one role, but in a practice declared small; a colleague is nothing else."""
    together = set(roles)
    if len(together) < 2:
        return
    if Role.OUTSIDE_COLLEAGUE in together:
        raise RoleRefused(Why.COLLEAGUE_ALONE)
    if not practice.small:
        raise RoleRefused(Why.ONE_ROLE)


def _propose(by: Actor, user: User, role: Role) -> RoleProposal:
    now = database_now()
    standing = RoleProposal.objects.filter(user=user, role=role, closed_at=None)
    standing.filter(proposed_at__lte=now - PROPOSAL_LASTS).update(closed_at=now)
    for earlier in standing.all():
        return earlier
    proposal = RoleProposal.objects.create(
        pk=uuid7(), user=user, role=role, proposed_by_id=by.user, proposed_at=now
    )
    _append(by, "role.proposed", user.pk, role)
    return proposal


def _open(by: Actor, proposal_id: UUID) -> RoleProposal:
    proposal = own_proposal(by, proposal_id)
    late = proposal.proposed_at <= database_now() - PROPOSAL_LASTS
    if proposal.closed_at is not None or late:
        raise RoleRefused(Why.OVER)
    return proposal


def _agreed(by: Actor, proposal: RoleProposal, user: User) -> StaffRole:
    closed_by = None if by.user == NOBODY else by.user
    RoleProposal.objects.filter(pk=proposal.pk).update(
        closed_at=database_now(), closed_by=closed_by, granted=True
    )
    return _grant(by, user, Role(proposal.role))


def _grant(by: Actor, user: User, role: Role) -> StaffRole:
    given = StaffRole.objects.create(user=user, role=role)
    end_stays(user)
    _append(by, "role.granted", user.pk, role)
    return given


def _take_ways_in(user: User) -> None:
    """Let nothing open an account: password, passkeys, codes and invitations go, stays end."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
    Authenticator.objects.filter(user=user).delete()
    live_invitations().filter(user=user).update(ended_at=database_now())
    end_feeds(user)
    end_mail_codes(user)
    end_stays(user)


def _append(by: Actor, act: str, person: UUID, role: str = "") -> None:
    trail.append(by, act, object_id=person, ground=role)
