"""Who leads a group: covers for a time, and hand-over of a group with all that was written in it.

A hand-over moves the rights of an originator, and with them what a release
stands on, so it takes the lock of every item of the group, like a release does.
Source: docs/rules.md R63, R64; domain row 37.
"""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Practice, Role, User
from accounts.queries import roles_of
from accounts.services import (
    StepUpScope,
    answer,
    claim,
    step_up_refusals_noted,
    use_step_up,
)
from audit import trail
from audit.trail import Actor
from consent.shadow import follow_ledger, originators
from sessions_app import queries as sessions
from sessions_app.models import (
    Disclosure,
    DisclosureUserPermission,
    DisclosureVersion,
    Facilitation,
    GroupUserPermission,
    TherapyGroup,
    VersionUserPermission,
)
from sessions_app.queries import lock_disclosures
from sessions_app.rights import give, held_by, move, set_holders, take
from sessions_app.rules import Problem, Rejected, check, cover_problems
from sessions_app.services.redacting import reviewers_of

HAND_OVER = "group.hand_over"
READ = "read_disclosure"


def hand_over_scope(group: TherapyGroup, leader: UUID, to: UUID) -> StepUpScope:
    """Return what a step-up for handing one group from one person to another is bound to."""
    return StepUpScope(HAND_OVER, group.pk, leader, to)


def set_cover(
    *, by: Actor, code: str, user: User, since: date, until: date, once: UUID
) -> Facilitation:
    """Let a colleague lead a group the actor reviews, from one local day to another, both included.

    They lead it like anybody: what they record is theirs too, what was before
    stays closed to them. Set anew for a day on which it was ended, what they
    wrote on that day is theirs again. Raises Rejected, TherapyGroup.DoesNotExist.
    """
    with transaction.atomic(durable=True):
        items = _lock_items(by, code)
        group = _locked(by, code)
        items |= _lock_new_ones(group, items)
        claimed = claim(by=by, once=once, act="cover", content=(group.pk, user.pk, since, until))
        if claimed.answer:
            return Facilitation.objects.get(pk=claimed.answer)
        check(cover_problems(since, until, sessions.today_in(by.practice)))
        _check_may_lead(by, group, user)
        if _periods_from(group, user.pk, since).filter(since__lte=until).exists():
            raise Rejected({"user": Problem.LEADS_ALREADY})
        cover = Facilitation.objects.create(
            group=group, user=user, since=since, until=until, kind=Facilitation.Kind.COVER
        )
        give(GroupUserPermission, "run_group", user.pk, group)
        _open_own_words_of(cover, items)
        answer(claimed, cover.pk)
        _append(by, "facilitation.covered", group, user.pk, f"{since}/{until}")
    return cover


def end_cover(*, by: Actor, code: str, cover_id: UUID) -> Facilitation:
    """End a cover at once: from this instant nothing of the group opens to them. Twice is once.

    What they wrote stays with those who lead the group. Raises
    TherapyGroup.DoesNotExist, Facilitation.DoesNotExist.
    """
    with transaction.atomic(durable=True):
        items = _lock_items(by, code)
        group = _locked(by, code)
        items |= _lock_new_ones(group, items)
        cover = group.facilitations.get(pk=cover_id, kind=Facilitation.Kind.COVER)
        yesterday = sessions.today_in(by.practice) - timedelta(days=1)
        if cover.until and cover.until <= yesterday:
            return cover
        cover.until = yesterday
        cover.save(update_fields=["until"])
        _let_go(group, cover.user_id)
        _close_days_no_more_led(items, cover.user_id)
        _append(by, "facilitation.ended", group, cover.user_id)
    return cover


def hand_over_group(*, by: Actor, code: str, leader: UUID, to: User, step_up_id: UUID) -> int:
    """Hand a group, and all that one person originated in it, to a colleague, from today on.

    The giver finds nothing of it any more; links they made open nothing. Returns
    how many items moved. Spends a step-up for `hand_over_scope`. Raises Rejected,
    StepUpRefused, TherapyGroup.DoesNotExist.
    """
    with step_up_refusals_noted(by, HAND_OVER), transaction.atomic(durable=True):
        items = _lock_items(by, code)
        group = _locked(by, code)
        use_step_up(by=by, step_up_id=step_up_id, scope=hand_over_scope(group, leader, to.pk))
        items |= _lock_new_ones(group, items)
        kept = Facilitation.objects.kept_by(leader).filter(group=group)
        if leader == to.pk:
            raise Rejected({"user": Problem.LEADS_ALREADY})
        if not kept.exists():
            raise Rejected({"user": Problem.LEADS_NOT})
        _check_may_lead(by, group, to)
        giver = User.objects.get(pk=leader)
        for period in list(kept):
            period.handed_to_id = None if period.user_id == to.pk else to.pk
            period.save(update_fields=["handed_to"])
        today = sessions.today_in(by.practice)
        _periods_from(group, leader, today).update(until=today - timedelta(days=1))
        _let_go(group, leader)
        if not _open_period(group, to.pk, today):
            Facilitation.objects.create(group=group, user=to, since=today)
        give(GroupUserPermission, "run_group", to.pk, group)
        moved = _move_items(items, leader, to.pk)
        ground = f"{giver.sign_in_name},{to.sign_in_name},items={moved}"
        _append(by, "group.handed_over", group, to.pk, ground)
    return moved


def _lock_items(by: Actor, code: str) -> set[UUID]:
    """Lock every item of a group the actor reviews, before the group itself: the house's order."""
    group = sessions.supervised_group(by, code)
    ids = set(Disclosure.objects.filter(group=group).values_list("pk", flat=True))
    lock_disclosures(ids)
    return ids


def _locked(by: Actor, code: str) -> TherapyGroup:
    """Lock the group FOR UPDATE: a new item refers to its row, and waits."""
    group = sessions.supervised_group(by, code)
    return TherapyGroup.objects.select_for_update().get(pk=group.pk)


def _lock_new_ones(group: TherapyGroup, locked: set[UUID]) -> set[UUID]:
    """Lock what was recorded while this waited for the group; ids grow, so the order holds."""
    new = set(Disclosure.objects.filter(group=group).values_list("pk", flat=True)) - locked
    lock_disclosures(new)
    return new


def _check_may_lead(by: Actor, group: TherapyGroup, user: User) -> None:
    practice = Practice.objects.get(pk=by.practice)
    if user.practice_id != by.practice or Role.FACILITATOR not in roles_of(user):
        raise Rejected({"user": Problem.UNKNOWN})
    reviewers = sessions.supervisors_on(group, sessions.today_in(by.practice))
    if user.pk in reviewers and not practice.small:
        raise Rejected({"user": Problem.OWN_SUPERVISOR})


def _periods_from(group: TherapyGroup, user: UUID, day: date) -> QuerySet[Facilitation]:
    """Periods of a person that have not ended before a day."""
    return group.facilitations.filter(Q(until=None) | Q(until__gte=day), user=user)


def _open_period(group: TherapyGroup, user: UUID, today: date) -> bool:
    return group.facilitations.filter(user=user, since__lte=today, until=None).exists()


def _let_go(group: TherapyGroup, user: UUID) -> None:
    """Take the right to run a group from whoever has no period left in it."""
    today = sessions.today_in(group.practice_id)
    if not _periods_from(group, user, today).exists():
        take(GroupUserPermission, "run_group", user, [group.pk])


def _move_items(items: set[UUID], giver: UUID, taker: UUID) -> int:
    ids = held_by(DisclosureUserPermission, READ, giver, items)
    move(DisclosureUserPermission, READ, giver=giver, taker=taker, things=ids)
    _follow(ids, giver)
    return len(ids)


def _close_days_no_more_led(items: set[UUID], user: UUID) -> None:
    """Take the items of days that a period no longer covers from whoever led in it.

    If nobody else keeps one it stays theirs, closed with the group, until it is
    handed over.
    """
    mine = Disclosure.objects.filter(pk__in=held_by(DisclosureUserPermission, READ, user, items))
    left = [
        item.pk
        for item in mine.select_related("session__group__practice")
        if user not in sessions.leaders_on(item.session.group, item.session.local_day())
        and originators(item) - {user}
    ]
    take(DisclosureUserPermission, READ, user, left)
    _follow(left, user)


def _open_own_words_of(cover: Facilitation, items: Collection[UUID]) -> None:
    """Give whoever covers again what they wrote on a day that is theirs again."""
    wrote = DisclosureVersion.objects.filter(number=1, written_by=cover.user_id)
    mine = Disclosure.objects.filter(
        pk__in=items,
        versions__in=wrote,
        session__starts__date__gte=cover.since - timedelta(days=1),  # UTC's day may be another
    ).exclude(state__in=Disclosure.GONE)
    for item in mine.select_related("session__group__practice"):
        if cover.covers(item.session.local_day()):
            give(DisclosureUserPermission, READ, cover.user_id, item)
            follow_ledger(item.versions.get(number=item.current_version))


def _follow(items: Collection[UUID], left: UUID) -> None:
    """Make the rights on versions that somebody leaves follow from who keeps the items now."""
    versions = DisclosureVersion.objects.filter(disclosure__in=items)
    versions = versions.select_related("disclosure__group__practice").order_by("pk")
    ids = [version.pk for version in versions]
    releasing = set(held_by(VersionUserPermission, "release_version", left, ids))
    looking = set(held_by(VersionUserPermission, "review_version", left, ids))
    for version in versions:
        item = version.disclosure
        if version.pk in releasing:
            follow_ledger(version)
        # Who reviews an emergency release holds the same right, and keeps it.
        if version.pk in looking and item.redacted_from_id and not item.second_look_at:
            reviewers = reviewers_of(item, originators(item))
            set_holders(VersionUserPermission, "review_version", reviewers, version)


def _append(by: Actor, act: str, group: TherapyGroup, user: UUID, ground: str = "") -> None:
    trail.append(by, act, object_id=user, code=group.code, group=group.pk, ground=ground)
