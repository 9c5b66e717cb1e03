"""Groups, who leads them, who reviews them, who is in them."""

from collections.abc import Iterable
from datetime import date, time
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Greatest

from accounts.models import Practice, Role, User
from accounts.queries import live_role, roles_of
from accounts.services import answer, claim
from audit import trail
from audit.ids import uuid7
from audit.trail import Actor
from sessions_app import queries
from sessions_app.models import (
    Facilitation,
    GroupUserPermission,
    Modality,
    RecordClass,
    Supervision,
    TherapyGroup,
    Weekday,
)
from sessions_app.rights import give
from sessions_app.rules import (
    Problem,
    Rejected,
    check,
    contact_problems,
    name_problems,
    rhythm_problems,
)
from sessions_app.services.joining import (
    NewMember,
    check_day_has_come,
    check_open,
    free_member_codes,
    prepare_member,
    save_member,
)
from vault import services as vault


def create_group(
    *,
    by: Actor,
    name: str,
    modality: Modality,
    record_class: RecordClass,
    since: date,
    once: UUID,
    colleagues: Iterable[User] = (),
    supervisor: User | None = None,
    weekday: Weekday | None = None,
    starts_at: time | None = None,
    ends_at: time | None = None,
) -> TherapyGroup:
    """Make a group that the actor, and colleagues, facilitate from `since` on.

    With a supervisor, who reviews its trail from that day, and with the local
    times at which it meets each week. The same `once` returns the same group.
    Raises Rejected, vault.Keyless.
    """
    check(name_problems(name) | rhythm_problems(weekday, starts_at, ends_at))
    leaders = {by.user, *(colleague.pk for colleague in colleagues)}
    if any(not _holds(user, Role.FACILITATOR, by.practice) for user in colleagues):
        raise Rejected({"colleagues": Problem.UNKNOWN})
    check_day_has_come(by, since)
    if supervisor:
        _check_supervisor(supervisor, by.practice, leaders)
    group = TherapyGroup(
        pk=uuid7(),
        practice_id=by.practice,
        modality=modality,
        record_class=record_class,
        weekday=weekday,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    vault.make_shred_key(group.pk)
    group.name_sealed = vault.seal_text(name.strip(), group.name_place, owner=group.pk)
    with transaction.atomic(durable=True):
        claimed = claim(by=by, once=once, act="group.created", content=(name, modality))
        if claimed.answer:
            return TherapyGroup.objects.get(pk=claimed.answer)
        group.code = _next_group_code(by.practice)
        group.save(force_insert=True)
        for leader in leaders:
            _lead(group, leader, since)
        if supervisor:
            _supervise(group, supervisor, since)
        answer(claimed, group.pk)
        trail.append(by, "group.created", object_id=group.pk, code=group.code, group=group.pk)
    return group


def add_facilitator(*, by: Actor, group: TherapyGroup, user: User, since: date) -> Facilitation:
    """Let a colleague of the same practice lead the group too, from a local day on."""
    if not _holds(user, Role.FACILITATOR, group.practice_id):
        raise Rejected({"user": Problem.UNKNOWN})
    with transaction.atomic(durable=True):
        facilitation = _lead(group, user.pk, since)
        trail.append(by, "facilitation.begun", object_id=user.pk, code=group.code, group=group.pk)
    return facilitation


def assign_supervisor(*, by: Actor, group: TherapyGroup, user: User, since: date) -> Supervision:
    """Let a supervisor of the same practice review the group's trail from a local day on.

    Never somebody who leads it, but for a small practice, whose one clinician
    holds every role. Raises Rejected.
    """
    leaders = set(group.facilitations.values_list("user_id", flat=True))
    _check_supervisor(user, group.practice_id, leaders)
    with transaction.atomic(durable=True):
        supervision = _supervise(group, user, since)
        trail.append(by, "supervision.begun", object_id=user.pk, code=group.code, group=group.pk)
    return supervision


def choose_supervisor(*, by: Actor, code: str, user: User) -> Supervision:
    """Let somebody review the trail of a group that nobody reviews, from today on; twice is once.

    By whoever leads it, who chooses when it is made too. Raises Rejected,
    TherapyGroup.DoesNotExist.
    """
    today = queries.today_in(by.practice)
    group = queries.own_group(by, code)
    with transaction.atomic(durable=True):
        TherapyGroup.objects.select_for_update().get(pk=group.pk)
        group = queries.own_group(by, code)
        if reviewing := queries.supervisors_on(group, today):
            if reviewing != {user.pk}:
                raise Rejected({"supervisor": Problem.REVIEWED_ALREADY})
            return group.supervisions.filter(user=user).latest("since")
        _check_supervisor(user, by.practice, set(queries.leaders_on(group, today)))
        supervision = _supervise(group, user, today)
        trail.append(by, "supervision.begun", object_id=user.pk, code=group.code, group=group.pk)
    return supervision


def take_up_review(*, by: Actor, code: str) -> Supervision:
    """Review, from today on, a group that nobody leads or reviews any more; twice is once.

    Raises TherapyGroup.DoesNotExist for any other, StaffRole.DoesNotExist unless
    the actor is a supervisor.
    """
    held = live_role(by.user, Role.SUPERVISOR if by.role == Role.SUPERVISOR else "")
    today = queries.today_in(by.practice)
    with transaction.atomic(durable=True):
        locked = TherapyGroup.objects.select_for_update()
        group = locked.get(code=code, practice_id=by.practice)
        if by.user in queries.supervisors_on(group, today):
            return group.supervisions.filter(user=by.user).latest("since")
        group = queries.groups_left_behind(by).get(pk=group.pk)
        supervision = _supervise(group, held.user, today)
        trail.append(by, "supervision.begun", object_id=by.user, code=group.code, group=group.pk)
    return supervision


def add_member(
    *,
    by: Actor,
    group: TherapyGroup,
    name: str,
    since: date,
    once: UUID,
    preferred: str = "",
    aliases: Iterable[str] = (),
    contact: str = "",
    password: str | None = None,
    sign_in_name: str | None = None,
) -> NewMember:
    """Add somebody to a group: a member record, a sign-in, and their first stint.

    `preferred` and `aliases` are what else they go by; the name guard reads for
    them too. `contact` is whom to call in an emergency.

    Raises Rejected (also when the same form is sent again: the password was
    shown once), vault.Keyless.
    """
    aliases = tuple(aliases)
    also = [(preferred, "preferred"), *((alias, "aliases") for alias in aliases)]
    check(name_problems(name))
    check(contact_problems(contact))
    check({f: p for words, f in also if words for p in name_problems(words).values()})
    check_day_has_come(by, since)
    check_open(group)
    new = prepare_member(
        practice=by.practice,
        name=name,
        preferred=preferred,
        aliases=aliases,
        contact=contact,
        password=password,
        sign_in_name=sign_in_name,
    )
    with transaction.atomic(durable=True):
        claimed = claim(by=by, once=once, act="member.added", content=(group.pk, name, since))
        if claimed.answer:
            raise Rejected({"name": Problem.CLOSED})
        [code] = free_member_codes(by.practice, 1)
        answer(claimed, new.member.pk)
        save_member(by=by, group=group, new=new, code=code, since=since)
    return new


def close_group(*, by: Actor, group: TherapyGroup) -> TherapyGroup:
    """Close a group today: its stints end, nothing new is logged, everything written stays.

    Raises Rejected while a note of it waits to be signed.
    """
    today = queries.today_in(by.practice)
    with transaction.atomic(durable=True):
        locked = TherapyGroup.objects.select_for_update().get(pk=group.pk)
        check_open(locked)
        if queries.unsigned_notes([locked]):
            raise Rejected({"group": Problem.NOTES_UNSIGNED})
        locked.closed_on = today
        locked.save(update_fields=["closed_on"])
        locked.memberships.filter(until=None).update(until=Greatest("since", today))
        trail.append(by, "group.closed", object_id=locked.pk, code=locked.code, group=locked.pk)
    return locked


def _lead(group: TherapyGroup, user: UUID, since: date) -> Facilitation:
    give(GroupUserPermission, "run_group", user, group)
    return Facilitation.objects.create(group=group, user_id=user, since=since)


def _holds(user: User, role: Role, practice: UUID) -> bool:
    return user.practice_id == practice and role in roles_of(user)


def _check_supervisor(user: User, practice: UUID, leaders: set[UUID]) -> None:
    if not _holds(user, Role.SUPERVISOR, practice):
        raise Rejected({"supervisor": Problem.UNKNOWN})
    if user.pk in leaders and not Practice.objects.get(pk=practice).small:
        raise Rejected({"supervisor": Problem.OWN_SUPERVISOR})


def _supervise(group: TherapyGroup, user: User, since: date) -> Supervision:
    give(GroupUserPermission, "review_trail", user.pk, group)
    return Supervision.objects.create(group=group, user=user, since=since)


def _next_group_code(practice: UUID) -> str:
    return f"G-{TherapyGroup.objects.filter(practice_id=practice).count() + 1:02d}"
