"""Groups, who is in them, who leads and who reviews them."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import Role, User
from accounts.queries import never_joined, with_standing
from audit.trail import Actor
from sessions_app.models import (
    AgreementSignature,
    ContactReading,
    Facilitation,
    GroupSession,
    Member,
    Membership,
    Representation,
    Supervision,
    TherapyGroup,
)
from sessions_app.queries.days import today_in, today_of


def groups_run_by(by: Actor) -> QuerySet[TherapyGroup]:
    """Groups that the actor facilitates today, by code."""
    return (
        TherapyGroup.objects.run_by(by.user, today_of(by))
        .filter(practice_id=by.practice)
        .select_related("practice")
        .order_by("code")
    )


def groups_supervised_by(by: Actor) -> QuerySet[TherapyGroup]:
    """Groups whose trail the actor reviews today, by code; `led` says if they lead it too."""
    today = today_of(by)
    led = TherapyGroup.objects.run_by(by.user, today).filter(pk=OuterRef("pk"))
    supervised = TherapyGroup.objects.supervised_by(by.user, today).filter(practice_id=by.practice)
    return supervised.annotate(led=Exists(led)).order_by("code")  # type: ignore[no-redef]


def supervised_group(by: Actor, code: str) -> TherapyGroup:
    """Return a group whose trail the actor reviews. Raises TherapyGroup.DoesNotExist."""
    return groups_supervised_by(by).get(code=code)


def readings_to_review(by: Actor) -> QuerySet[ContactReading]:
    """Return the readings of emergency contacts that wait for the actor's review, oldest first.

    Never their own. A supervisor reviews those of their groups, and of a group
    which nobody but the reader reviews; in a practice declared small an outside
    colleague reviews every one.
    """
    open_ones = ContactReading.objects.filter(
        review=None, group__practice=by.practice, member__erased_at=None
    ).exclude(read_by=by.user)
    if by.role != Role.OUTSIDE_COLLEAGUE:
        today = today_of(by)
        supervised = TherapyGroup.objects.supervised_by(by.user, today).values("pk")
        others = Supervision.objects.by_somebody_here(today).filter(group=OuterRef("group"))
        others = others.exclude(user=OuterRef("read_by"))
        open_ones = open_ones.filter(Q(group__in=supervised) | ~Exists(others))
    return open_ones.select_related("member", "group", "read_by").order_by("pk")


def own_group(by: Actor, code: str) -> TherapyGroup:
    """Return a group the actor facilitates. Raises TherapyGroup.DoesNotExist."""
    return groups_run_by(by).get(code=code)


def memberships_on(group: TherapyGroup, day: date) -> QuerySet[Membership]:
    """Return the stints that cover a local day, with member and group.

    `invited` says that the member never came in yet. Whoever asks for signatures
    of many fetches them along (`agreement_signatures`).
    """
    stints = group.memberships.annotate(invited=never_joined("member__user"))  # type: ignore[no-redef]
    return (
        stints.filter(Q(until=None) | Q(until__gte=day), since__lte=day)
        .select_related("member", "group")
        .order_by("member__code")
    )


def open_stint(group: TherapyGroup, member_code: str) -> Membership:
    """Return a member's stint in a group that has not ended. Raises Membership.DoesNotExist."""
    stints = group.memberships.select_related("member__user")
    return stints.get(member__code=member_code, until=None)


def last_stint(by: Actor, group: TherapyGroup, member_code: str) -> Membership:
    """Return a member's open stint in a group, or the last: what cannot wait outlives a stint.

    Of those who left, whoever leads the group finds whom they met there alone
    (R31). Raises Membership.DoesNotExist, also of who was erased.
    """
    stints = group.memberships.filter(member__code=member_code, member__erased_at=None)
    if by.role == Role.FACILITATOR:
        stints = stints.filter(Q(until=None) | Exists(_led_meanwhile(by)))
    return latest_first(stints).select_related("member__user")[:1].get()


def latest_first(stints: QuerySet[Membership]) -> QuerySet[Membership]:
    """Return stints in an order that begins with the one that has not ended, or ended last."""
    return stints.order_by(F("until").desc(nulls_first=True), "-pk")


def stints_over(group: TherapyGroup, day: date, *, met_by: Actor | None = None) -> list[Membership]:
    """Return the last stint of each who left a group before a local day, by code.

    With `met_by` only of those who were in it while the actor led it (R31).
    """
    there = group.memberships.filter(Q(until=None) | Q(until__gte=day), member=OuterRef("member"))
    over = group.memberships.filter(~Exists(there), member__erased_at=None)
    if met_by:
        over = over.filter(Exists(_led_meanwhile(met_by)))
    last = {one.member_id: one for one in over.select_related("member").order_by("until", "pk")}
    return sorted(last.values(), key=lambda one: one.member.code)


def open_stints(groups: Iterable[TherapyGroup]) -> list[Membership]:
    """Return the stints of some groups that have not ended, with their members, by code."""
    stints = Membership.objects.filter(group__in=[group.pk for group in groups], until=None)
    found = stints.filter(member__erased_at=None).select_related("member")
    return list(found.order_by("member__code"))


def members_of(
    groups: Iterable[TherapyGroup],
    *,
    met_by: Actor | None = None,
    code: str = "",
    most: int | None = None,
) -> list[Member]:
    """Return everybody who is or was in any of `groups`, by code.

    With `met_by` only those who were in it while the actor led it, with `code`
    only whoever has it, with `most` only the first so many.
    """
    stints = Membership.objects.filter(group__in=[group.pk for group in groups])
    if met_by:
        stints = stints.filter(Exists(_led_meanwhile(met_by)))
    found = Member.objects.filter(pk__in=stints.values("member"))
    if code:
        found = found.filter(code=code)
    return list(found.order_by("code")[:most])


# Periods of leading a group that a stint in it overlaps (R31).
_MEANWHILE = Q(
    Q(until=None) | Q(until__gte=OuterRef("since")),
    since__lte=Coalesce(OuterRef("until"), Value(date.max)),
    group=OuterRef("group"),
)


def _led_meanwhile(by: Actor) -> QuerySet[Facilitation]:
    return Facilitation.objects.kept_by(by.user).filter(_MEANWHILE)


def stints_met_by(by: Actor) -> QuerySet[Membership]:
    """Return the stints in which the actor led the group meanwhile."""
    return Membership.objects.filter(Exists(_led_meanwhile(by)))


def stints_known_to_leaders(day: date) -> QuerySet[Membership]:
    """Return the stints that somebody who leads the group on that local day met in it (R31)."""
    leading = TherapyGroup.objects.run_by(OuterRef("keeper"), day).filter(pk=OuterRef("group"))
    led = Facilitation.objects.annotate(keeper=Coalesce("handed_to", "user"))
    return Membership.objects.filter(Exists(led.filter(_MEANWHILE, Exists(leading))))


def stints_of(
    members: Iterable[Member], groups: Iterable[TherapyGroup], *, met_by: Actor
) -> list[Membership]:
    """Return the stints of some people in some groups while the actor led, oldest first."""
    found = Membership.objects.filter(
        Exists(_led_meanwhile(met_by)),
        member__in=[member.pk for member in members],
        group__in=[group.pk for group in groups],
    )
    return list(found.select_related("member").order_by("since", "pk"))


def stints_reached(by: Actor, member_code: str) -> list[Membership]:
    """Return the stints through which the actor reaches a member, oldest first; none of an erased.

    Whoever leads groups today those of them in which they met (R31), whoever
    reviews groups those in them, anybody else none.
    """
    if by.role == Role.FACILITATOR:
        groups, stints = groups_run_by(by), stints_met_by(by)
    elif by.role == Role.SUPERVISOR:
        groups, stints = groups_supervised_by(by), Membership.objects.all()
    else:
        return []
    found = stints.filter(
        group__in=groups.order_by().values("pk"),
        member__code=member_code,
        member__erased_at=None,
    )
    return list(found.select_related("member", "group").order_by("since", "pk"))


def signed_in(user: UUID, **more: Exists | Subquery) -> QuerySet[User]:
    """Find a person with all that each page asks of whoever is signed in, in one query.

    See `accounts.queries.with_standing`; here is added whether they are a member,
    and `more` that rooms above this one ask.
    """
    member = Exists(Member.objects.filter(user=OuterRef("pk")))
    speaks = Exists(Representation.objects.filter(user=OuterRef("pk")))
    found = with_standing(User.objects.filter(pk=user))
    return found.annotate(is_member=member, speaks_for_somebody=speaks, **more)


def is_member(user: User) -> bool:
    """Say whether a person is a member of some group of their practice."""
    if hasattr(user, "is_member"):
        return user.is_member
    return Member.objects.filter(user=user).exists()


def speaks_for_somebody(user: User) -> bool:
    """Say whether a person is or was recorded to speak for a member."""
    if hasattr(user, "speaks_for_somebody"):
        return bool(user.speaks_for_somebody)
    return Representation.objects.filter(user=user).exists()


def leaders_of(groups: Iterable[UUID]) -> list[Facilitation]:
    """Return everybody who leads or led groups, with their periods, oldest first."""
    led = Facilitation.objects.filter(group__in=set(groups)).select_related("user")
    return list(led.order_by("since", "pk"))


def groups_without_review(practice: UUID) -> int:
    """Return how many groups of a practice nobody reviews today: a count, no group."""
    return _without_review(practice, today_in(practice)).count()


def groups_left_behind(by: Actor) -> QuerySet[TherapyGroup]:
    """Groups of the practice that nobody who is still there leads or reviews today, by code."""
    today = today_of(by)
    led = Facilitation.objects.by_somebody_here(today).filter(group=OuterRef("pk"))
    return _without_review(by.practice, today).filter(~Exists(led)).order_by("code")


def groups_at_the_desk(by: Actor) -> tuple[list[TherapyGroup], list[TherapyGroup]]:
    """Return `groups_supervised_by` and `groups_left_behind`, in one query."""
    today, this = today_of(by), OuterRef("pk")
    found = TherapyGroup.objects.filter(practice_id=by.practice).annotate(  # type: ignore[no-redef]
        led=Exists(TherapyGroup.objects.run_by(by.user, today).filter(pk=this)),
        supervised=Exists(TherapyGroup.objects.supervised_by(by.user, today).filter(pk=this)),
        left=Exists(groups_left_behind(by).order_by().filter(pk=this)),
    )
    shown = list(found.filter(Q(supervised=True) | Q(left=True)).order_by("code"))
    return [one for one in shown if one.supervised], [one for one in shown if one.left]


def _without_review(practice: UUID, day: date) -> QuerySet[TherapyGroup]:
    reviewed = Supervision.objects.by_somebody_here(day).filter(group=OuterRef("pk"))
    return TherapyGroup.objects.filter(~Exists(reviewed), practice_id=practice)


def own_memberships(by: Actor) -> QuerySet[Membership]:
    """Return the actor's own stints that have not ended, with group and agreement."""
    return _own_stints(by).filter(until=None).order_by("pk")


def own_open_stints(by: Actor) -> QuerySet[Any]:
    """Return the actor's own stints that have not ended, each with group and `signed_at`.

    The day is that of the signature under the agreement in force, None without one.
    """
    signed = AgreementSignature.objects.filter(
        membership=OuterRef("pk"), text_version=OuterRef("group__agreement_version")
    )
    own = own_memberships(by).prefetch_related(None)
    return own.annotate(signed_at=Subquery(signed.values("signed_at")[:1]))


def own_member(by: Actor) -> Member:
    """Return the actor as a member. Raises Member.DoesNotExist."""
    return Member.objects.get(user=by.user, practice=by.practice)


def own_stints(by: Actor) -> list[Membership]:
    """Return all the actor's own stints, ended ones too, oldest first, with group and agreement."""
    return list(_own_stints(by).order_by("since", "pk"))


def own_stint(by: Actor, membership_id: UUID) -> Membership:
    """Return one of the actor's own stints, open or ended. Raises Membership.DoesNotExist."""
    return _own_stints(by).get(pk=membership_id)


def _own_stints(by: Actor) -> QuerySet[Membership]:
    own = Membership.objects.filter(member__user_id=by.user)
    return own.select_related("group").prefetch_related("agreement_signatures")


def agreement_missing(session: GroupSession, members: Iterable[UUID]) -> frozenset[UUID]:
    """Return those of `members` whose stint on the session's day has no signed agreement."""
    wanted = frozenset(members)
    stints = memberships_on(session.group, session.local_day())
    stints = stints.filter(member__in=wanted).prefetch_related("agreement_signatures")
    return wanted - {stint.member_id for stint in stints if hasattr(stint, "agreement_signature")}


def supervisors_on(group: TherapyGroup, day: date) -> set[UUID]:
    """Return who reviews the trail of a group on a local day; who left since is not among them."""
    reviewing = group.supervisions.by_somebody_here(day)
    return set(reviewing.values_list("user_id", flat=True))


def leaders_on(group: TherapyGroup, day: date) -> set[UUID]:
    """Return the originators of what is written of a group's local day.

    Those who led it then, or whoever took that period over from them.
    """
    leading = group.facilitations.filter(Q(until=None) | Q(until__gte=day), since__lte=day)
    return {period.keeper_id for period in leading}


def codes_in_groups(groups: Iterable[UUID]) -> dict[UUID, str]:
    """Return the codes of everybody who is or was a member of groups, by user id."""
    found = Membership.objects.filter(group__in=list(groups)).distinct()
    return dict(found.values_list("member__user_id", "member__code"))
