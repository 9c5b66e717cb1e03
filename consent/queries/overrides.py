"""Overrides, always as somebody: the requester's, what waits for a second person or a review.

And what its member was told. Whoever else an item concerns finds nothing here.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast

from accounts.models import Role
from accounts.queries import live_roles
from audit.clock import DatabaseClock, database_now
from audit.models import Entry
from audit.queries import ground_of
from audit.trail import Actor
from audit.verifier import decode
from consent.kinds import Reason
from consent.models import (
    Involved,
    Override,
    OverrideAnswer,
    Release,
    ReleaseItem,
    Review,
    Reviewer,
    ReviewOutcome,
    Telling,
)
from consent.queries.paging import PAGE
from consent.rules.claims import ANSWERED_WITHIN, GOES_WITHIN, OPENS_WITHIN, REVIEW_BLOCKS_AFTER
from sessions_app import queries as sessions
from sessions_app.models import Disclosure, TherapyGroup

Kind = OverrideAnswer.Kind
REQUESTED = "override.requested"
NOTED = "refusal_noted"
HOUR = timedelta(hours=1)


class OverrideState(StrEnum):
    """How an override stands, as its requester sees it."""

    READY = "ready"  # urgent: it may go at once
    WAITING = "waiting"  # for a second person
    APPROVED = "approved"
    LAPSED = "lapsed"
    DECLINED = "declined"
    DROPPED = "dropped"
    REFUSED = "refused"
    RELEASED = "released"


class Reviewed(StrEnum):
    """How the review of a release on an override stands."""

    OPEN = "open"
    DUE = "due"  # its time is over
    CLOSED = "closed"


@dataclass(frozen=True)
class OverrideSeen:
    """An override as its requester, its second person or its reviewer sees it.

    `ends` is when the present state lapses by the clock alone; `review` is None
    before something went out.
    """

    override: Override
    state: OverrideState
    ends: datetime | None
    release: Release | None
    review: Review | None
    reviewed: Reviewed | None


@dataclass(frozen=True)
class ToldOverride:
    """What a member was told: that words of theirs went out without their consent.

    `shows_words` says whether the exact words are shown to them: what they said
    or what is about them alone; `shows_why` whether nobody else was involved;
    `shows_beside` whether the facilitator's own words that went along are, which may
    tell of anybody the item concerns: only where both hold. `closed` says that the
    words would be shown, and were erased or set aside since.
    The claim (consent.rules.claims.read_claim) is opened by the page that shows it.
    """

    override: Override
    release: Release | None
    told_at: datetime
    how: str
    shows_words: bool
    shows_why: bool
    shows_beside: bool
    closed: bool


def override_behind(release: Release) -> Override | None:
    """Return the override a release stands on, if it is one of those."""
    found = Override.objects.filter(release_item__release=release)
    return found.select_related("version__disclosure").first()


def override_state(override: Override, now: datetime) -> tuple[OverrideState, datetime | None]:
    """Return how an override stands at `now`, and when that lapses by the clock alone.

    The words of its answers, as they stand in the rows: a release decides for itself.
    """
    answers = {one.kind: one for one in override.answers.all()}
    for kind, state in (
        (Kind.DROPPED, OverrideState.DROPPED),
        (Kind.DECLINED, OverrideState.DECLINED),
        (Kind.REFUSED, OverrideState.REFUSED),
    ):
        if kind in answers:
            return state, None
    if hasattr(override, "release_item"):
        return OverrideState.RELEASED, override.release_item.release.decided_at + OPENS_WITHIN
    approved = answers.get(Kind.APPROVED)
    if approved:
        ends, state = approved.at + GOES_WITHIN, OverrideState.APPROVED
    elif override.urgent:
        ends, state = override.requested_at + GOES_WITHIN, OverrideState.READY
    else:
        ends, state = override.requested_at + ANSWERED_WITHIN, OverrideState.WAITING
    return (OverrideState.LAPSED, None) if now >= ends else (state, ends)


def own_override(by: Actor, code: str) -> Override:
    """Return an override the actor requested, of an item they still originate.

    Raises Override.DoesNotExist.
    """
    return _requested_by(by).get(code=code)


def override(by: Actor, code: str) -> OverrideSeen:
    """Return one of the actor's own requests, and how it stands. Raises Override.DoesNotExist."""
    found = _requested_by(by).annotate(now=DatabaseClock()).get(code=code)
    return _seen(found, found.now)


def own_overrides_of(by: Actor) -> list[OverrideSeen]:
    """Return what the actor requested, newest first, each with how it stands."""
    now = database_now()
    return [_seen(one, now) for one in _requested_by(by).order_by("-pk")[:PAGE]]


def overrides_to_approve(by: Actor) -> QuerySet[Override]:
    """Return the requests that wait for the actor as the second person, oldest first.

    Never their own. Whoever leads the group too and may read the item, whoever
    reviews it, and in a practice declared small the outside colleague. What
    somebody decided alone waits for nobody, until its hour is over.
    """
    now = DatabaseClock()
    open_ones = Override.objects.filter(
        practice_id=by.practice, requested_at__gt=now - ANSWERED_WITHIN, release_item=None
    ).exclude(requested_by=by.user)
    answered = OverrideAnswer.objects.filter(override=OuterRef("pk"))
    open_ones = open_ones.filter(~Exists(answered), urgent=False)
    item = "version__disclosure"
    open_ones = open_ones.exclude(**{f"{item}__state__in": Disclosure.OUT})
    if by.role == Role.FACILITATOR:
        open_ones = open_ones.filter(_led(by, item))
    elif by.role == Role.SUPERVISOR:
        open_ones = open_ones.filter(Q(**{f"{item}__group__in": _supervised(by)}) | _led(by, item))
    elif by.role == Role.OUTSIDE_COLLEAGUE:
        open_ones = open_ones.filter(practice__small=True)
    else:
        return Override.objects.none()
    return _with_parts(open_ones).order_by("pk")


def approved_by(by: Actor, code: str) -> Override | None:
    """Return the request the actor has approved already, if they did."""
    mine = OverrideAnswer.objects.filter(override=OuterRef("pk"), kind=Kind.APPROVED, by=by.user)
    return Override.objects.filter(Exists(mine), practice_id=by.practice, code=code).first()


def reviews_open_to(by: Actor) -> QuerySet[Review]:
    """Return the reviews that are the actor's to do: never of what they let out.

    Of whom the right was written for, and of whoever reviews the group since;
    who approved it only if nobody else is there. Closed reviews are found by nobody.
    """
    given = Reviewer.objects.filter(review=OuterRef("pk"), user=by.user)
    approved = OverrideAnswer.objects.filter(
        override=OuterRef("override"), kind=Kind.APPROVED, by=by.user
    )
    open_ones = Review.objects.filter(override__practice_id=by.practice, outcome=None)
    open_ones = open_ones.exclude(override__requested_by=by.user)
    item = "override__version__disclosure"
    alone = Exists(approved) & ~Exists(_other_reviewers(by))
    may = Exists(given) | ~Exists(approved) | alone
    led = _led(by, item) & (Exists(given) | alone)
    if by.role == Role.SUPERVISOR:
        reviewed = Q(**{f"{item}__group__in": _supervised(by)})
        open_ones = open_ones.filter((reviewed & may) | led)
    elif by.role == Role.OUTSIDE_COLLEAGUE:
        open_ones = open_ones.filter(may, override__practice__small=True)
    elif by.role == Role.FACILITATOR:
        open_ones = open_ones.filter(led)
    else:
        return Review.objects.none()
    answers = Prefetch("override__answers", queryset=OverrideAnswer.objects.select_related("by"))
    return open_ones.select_related(
        f"{item}__group",
        "override__recipient",
        "override__requested_by",
        "override__release_item__release",
    ).prefetch_related(answers, "override__involved__member")


def _other_reviewers(by: Actor) -> QuerySet[Reviewer]:
    """Others who were given a review and can still do it; who left group or house cannot."""
    today, groups = sessions.today_of(by), TherapyGroup.objects
    group = OuterRef("review__override__version__disclosure__group")
    leader = live_roles().filter(user=OuterRef("user"), role=Role.FACILITATOR)
    leads = Exists(groups.run_by(OuterRef("user"), today).filter(pk=group)) & Exists(leader)
    reviews = groups.supervised_by(OuterRef("user"), today).filter(pk=group)
    colleague = live_roles().filter(user=OuterRef("user"), role=Role.OUTSIDE_COLLEAGUE)
    others = Reviewer.objects.filter(review=OuterRef("pk"), user__is_active=True)
    return others.exclude(user=by.user).filter(leads | Exists(reviews) | Exists(colleague))


def reviews_due(by: Actor) -> list[Review]:
    """Return the reviews that wait for the actor, the latest first, each with its `hours_over`.

    What is over its time weighs as many hours as it is over; what is not, nothing.
    """
    now = database_now()
    found = list(reviews_open_to(by).order_by("due_at", "pk"))
    for one in found:
        one.hours_over = max(0, int((now - one.due_at) / HOUR))
    return found


def reviews_overdue_of(by: Actor) -> QuerySet[Review]:
    """Return what the actor let out and nobody has reviewed for so long that it blocks them (R101).

    Counted from the rows of releases: it stands until somebody else has looked.
    """
    return Review.objects.filter(
        override__requested_by=by.user,
        outcome=None,
        began_at__lte=DatabaseClock() - REVIEW_BLOCKS_AFTER,
    )


def review_of(override: Override) -> Review | None:
    """Return the review of what went out on an override, with its outcome if there is one."""
    return Review.objects.select_related("outcome__by").filter(override=override).first()


def reviews_closed(by: Actor) -> list[ReviewOutcome]:
    """Return the outcomes of reviews the actor did, or of what they let out, newest first."""
    found = ReviewOutcome.objects.filter(
        Q(by=by.user) | Q(review__override__requested_by=by.user),
        review__override__practice_id=by.practice,
    )
    return list(found.select_related("review__override", "by").order_by("-pk")[:PAGE])


def review_over(by: Actor, code: str) -> ReviewOutcome:
    """Return how a review ended that the actor did, or had the right to. Raises DoesNotExist."""
    given = Reviewer.objects.filter(review=OuterRef("review"), user=by.user)
    found = ReviewOutcome.objects.filter(
        Q(by=by.user) | Exists(given),
        review__override__practice_id=by.practice,
        review__override__code=code,
    ).exclude(review__override__requested_by=by.user)
    return found.select_related("review__override", "by").get()


def overrides_to_tell(by: Actor, today: date) -> QuerySet[Override]:
    """Return what a member still has to be told of, and whose day to come back to it is here.

    To the requester, and to whoever reviews the group; `today` is the practice's
    local day. Also what went out and nobody said anything about yet.
    """
    open_ones = _not_told(today).filter(override=OuterRef("pk"))
    return _to_be_told(by).filter(Exists(open_ones)).order_by("pk")


def members_to_tell(by: Actor, today: date) -> QuerySet[Involved]:
    """Return of `overrides_to_tell` each member who is still to be told, oldest first.

    With `due_at`, the day that was set as an instant, or None if nobody set one.
    """
    set_for = Telling.objects.filter(override=OuterRef("override"), member=OuterRef("member"))
    day = Subquery(set_for.order_by("-pk").values("waits_until")[:1])
    found = _not_told(today).filter(override__in=_to_be_told(by).order_by().values("pk"))
    found = found.annotate(due_at=Cast(day, DateTimeField()))
    return found.select_related("override", "member").order_by("override", "pk")


def overrides_told_by(by: Actor) -> QuerySet[Override]:
    """Return what the actor may tell members of, overdue or not: theirs, or of groups reviewed."""
    return _to_be_told(by).order_by("-pk")


def emergencies_left(by: Actor, today: date) -> QuerySet[Override]:
    """Return what of the actor's own emergencies waits for them, each with what it `waits_for`.

    `release`: it may go and has not; `tell`: a member is to be told, or the day
    to come back to it is here.
    """
    hour_ago = DatabaseClock() - GOES_WITHIN
    answers = OverrideAnswer.objects.filter(override=OuterRef("pk"))
    approved = answers.filter(kind=Kind.APPROVED)
    alone = Q(urgent=True, requested_at__gt=hour_ago) & ~Exists(approved)
    may_go = (
        Q(release_item=None)
        & ~Exists(answers.exclude(kind=Kind.APPROVED))
        & (alone | Exists(approved.filter(at__gt=hour_ago)))
    )
    to_tell = Q(pk__in=overrides_to_tell(by, today).order_by().values("pk"))
    return (
        _requested_by(by)
        .filter(may_go | to_tell)
        .annotate(waits_for=Case(When(may_go, then=Value("release")), default=Value("tell")))
        .order_by("pk")
    )


def told_lately(by: Actor, since: datetime) -> list[Telling]:
    """Return what the actor, a member, was told of since then, newest first."""
    told = Telling.objects.filter(
        member__user_id=by.user, override__practice_id=by.practice, at__gte=since
    ).exclude(how="")
    return list(told.select_related("override").order_by("-pk"))


def own_overrides(by: Actor) -> list[ToldOverride]:
    """Return what the actor, a member, was told of: nothing before, and never what is another's.

    Newest first. What concerns several is shown in its exact words to whoever
    said it, or whom alone it is about; to others only that it went, when, to
    whom and on which basis.
    """
    told = Telling.objects.filter(member__user_id=by.user).exclude(how="")
    found = (
        told.filter(override__practice_id=by.practice)
        .select_related(
            "override__recipient",
            "override__version__disclosure__session",
            "override__version__disclosure__speaker",
            "override__release_item__release",
        )
        .prefetch_related("override__involved", "override__version__subjects")
        .order_by("-pk")
    )
    return [_told(one) for one in found]


def overrides_known_to(by: Actor) -> QuerySet[Override]:
    """Return the overrides a notice may lead the actor to, in whatever role they are.

    What they asked for, what waits for a second person or a review that may be
    theirs, and what they were told of. The page it leads to decides for itself.
    """
    told = Telling.objects.filter(override=OuterRef("pk"), member__user_id=by.user)
    item = "version__disclosure"
    theirs = Q(**{f"{item}__in": sessions.originated_by(by).order_by().values("pk")})
    theirs |= Q(**{f"{item}__group__in": _supervised(by)})
    colleague = live_roles().filter(user=by.user, role=Role.OUTSIDE_COLLEAGUE)
    theirs |= Q(Exists(colleague), practice__small=True)
    waits = Q(answers=None) | Q(review__isnull=False, review__outcome=None)
    known = Q(Exists(told.exclude(how=""))) | theirs & (Q(requested_by=by.user) | waits)
    return Override.objects.filter(known, practice_id=by.practice)


def told_of_releases(by: Actor) -> list[ReleaseItem]:
    """Return what went out on an override and the actor was told of, for the accounting.

    Each with their row as a member as `told_member`.
    """
    told = Telling.objects.filter(override=OuterRef("override"), member__user_id=by.user)
    told = told.exclude(how="")
    found = ReleaseItem.objects.filter(Exists(told), release__practice_id=by.practice)
    found = found.annotate(told_member=Subquery(told.values("member")[:1]))  # type: ignore[no-redef]
    return list(
        found.select_related(
            "release__recipient", "version__disclosure__session", "override"
        ).order_by("pk")
    )


def refusal_noted(by: Actor, override: Override) -> bool:
    """Say whether the trail notes that somebody involved had refused even emergencies (row 53).

    For a second person or reviewer who may know it (R99): to those who ask for
    consent a no looks like silence, in whatever role they look.
    """
    if by.role not in (Role.SUPERVISOR, Role.OUTSIDE_COLLEAGUE):
        return False
    entry = _last(override, REQUESTED)
    if entry is None or NOTED not in ground_of(entry):
        return False
    led = TherapyGroup.objects.run_by(by.user, sessions.today_of(by))
    return not led.filter(pk=override.version.disclosure.group_id).exists()


def reasons_of(override: Override) -> tuple[Reason, ...]:
    """Return why a request was refused at once, as the trail has it; its requester may know."""
    entry = _last(override, REQUESTED)
    told = decode(bytes(entry.body))["reasons"] if entry else ""
    return tuple(Reason(one) for one in told.split(",") if one)


def _last(override: Override, act: str) -> Entry | None:
    entries = Entry.objects.filter(chain=override.practice_id, object_id=override.pk, act=act)
    return entries.order_by("-seq").first()


def _told(one: Telling) -> ToldOverride:
    override = one.override
    item = override.version.disclosure
    alone = {s.member_id for s in override.version.subjects.all()} == {one.member_id}
    own = one.member_id in (item.speaker_id, item.about_id)
    involved = {i.member_id for i in override.involved.all()}
    release = override.release_item.release if hasattr(override, "release_item") else None
    open_still = item.state not in Disclosure.OUT
    theirs = release is not None and (own or alone)
    return ToldOverride(
        override=override,
        release=release,
        told_at=one.at,
        how=one.how,
        shows_words=theirs and open_still,
        shows_why=involved == {one.member_id} and open_still,
        shows_beside=alone and involved == {one.member_id} and open_still,
        closed=theirs and not open_still,
    )


def _not_told(today: date) -> QuerySet[Involved]:
    """Members involved whom nobody told, and whose day to come back to it is not to come."""
    told = Telling.objects.filter(override=OuterRef("override"), member=OuterRef("member"))
    waits = told.filter(waits_until__gt=today)
    return Involved.objects.filter(~Exists(told.exclude(how="")), ~Exists(waits))


def _to_be_told(by: Actor) -> QuerySet[Override]:
    """What went out, and a subpoena that was refused: of both a member is to be told."""
    subpoena = Q(basis=Override.Basis.SUBPOENA, answers__kind=Kind.REFUSED)
    found = Override.objects.filter(Q(release_item__isnull=False) | subpoena)
    found = found.filter(practice_id=by.practice)
    own = Q(requested_by=by.user) & _led(by, "version__disclosure")
    if by.role == Role.SUPERVISOR:
        found = found.filter(Q(version__disclosure__group__in=_supervised(by)) | own)
    elif by.role == Role.FACILITATOR:
        found = found.filter(own)
    else:
        return Override.objects.none()
    tellings = Prefetch("tellings", queryset=Telling.objects.order_by("pk"))
    return _with_parts(found).prefetch_related(tellings)


def _requested_by(by: Actor) -> QuerySet[Override]:
    if by.role != Role.FACILITATOR:
        return Override.objects.none()
    mine = sessions.originated_by(by).values("pk")
    return _with_parts(
        Override.objects.filter(
            practice_id=by.practice, requested_by=by.user, version__disclosure__in=mine
        )
    )


def _with_parts(found: QuerySet[Override]) -> QuerySet[Override]:
    answers = Prefetch("answers", queryset=OverrideAnswer.objects.select_related("by"))
    involved = Prefetch("involved", queryset=Involved.objects.select_related("member"))
    return found.select_related(
        "version__disclosure__group__practice",
        "version__disclosure__session__group__practice",
        "recipient",
        "requested_by",
        "release_item__release",
        "review__outcome",
    ).prefetch_related(answers, involved)


def _supervised(by: Actor) -> QuerySet[Any]:
    return sessions.groups_supervised_by(by).order_by().values("pk")


def _led(by: Actor, item: str) -> Q:
    """What the actor originated and leads the group of, also where they came in to review.

    Who holds both roles acts as supervisor behind the doors of a second person.
    """
    leads = live_roles().filter(user=by.user, role=Role.FACILITATOR)
    return Q(Exists(leads)) & Q(**{f"{item}__in": sessions.originated_by(by).values("pk")})


def _seen(override: Override, now: datetime) -> OverrideSeen:
    state, ends = override_state(override, now)
    release = override.release_item.release if hasattr(override, "release_item") else None
    review = override.review if hasattr(override, "review") else None
    reviewed = None
    if review:
        closed = hasattr(review, "outcome")
        reviewed = Reviewed.CLOSED if closed else Reviewed.OPEN
        if not closed and now >= review.due_at:
            reviewed = Reviewed.DUE
    return OverrideSeen(override, state, ends, release, review, reviewed)
