"""Sessions, who was there, and what was begun about them."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from accounts.models import Practice, Role
from accounts.queries import held_role
from audit.trail import Actor
from sessions_app.models import (
    PRESENT,
    Attendance,
    Disclosure,
    DisclosureVersion,
    Draft,
    Facilitation,
    GroupNote,
    GroupSession,
    Member,
    Membership,
    NameMark,
    Subject,
    TherapyGroup,
    local_midnight,
)
from sessions_app.queries.groups import groups_run_by, memberships_on

PAGE = 30


def sessions_of(
    by: Actor, group: TherapyGroup, *, before: UUID | None = None
) -> list[GroupSession]:
    """Return a page of a group's sessions, newest first, older than session `before`.

    Each with how many items the actor may read, others are not even counted, with
    `came` of `listed`, and with `led`: whether the actor led it, and so finds its page.
    """
    mine = Q(
        disclosures__user_rights__user=by.user,
        disclosures__user_rights__permission__codename="read_disclosure",
        disclosures__kind=Disclosure.Kind.ITEM,
    )
    came = Q(attendances__status__in=PRESENT)
    found = group.group_sessions.annotate(
        items=Count("disclosures", filter=mine, distinct=True),
        came=Count("attendances", filter=came, distinct=True),
        listed=Count("attendances", distinct=True),
    )
    if before:
        place = group.group_sessions.filter(pk=before).values("starts")[:1]
        found = found.filter(starts__lt=Subquery(place))
    page: list[GroupSession] = list(found.order_by("-starts")[:PAGE])
    periods = list(Facilitation.objects.kept_by(by.user).filter(group=group))
    for one in page:
        one.group = group
        one.led = any(period.covers(one.local_day()) for period in periods)  # type: ignore[attr-defined]
    return page


def own_session(by: Actor, session_id: UUID) -> GroupSession:
    """Return a session the actor led, of a group they facilitate today, with its group note.

    Or one of a period that was handed over to them. Who came to lead a group
    later does not find who was in it before. Raises GroupSession.DoesNotExist.
    """
    kept = Q(group__facilitations__handed_to=by.user) | Q(
        group__facilitations__handed_to=None, group__facilitations__user=by.user
    )
    found = GroupSession.objects.filter(
        kept, pk=session_id, group__in=groups_run_by(by).values("pk")
    ).annotate(  # type: ignore[no-redef]
        led_since=F("group__facilitations__since"), led_until=F("group__facilitations__until")
    )
    for session in found.select_related("group__practice", "note__written_by", "note__signed_by"):
        if Facilitation(since=session.led_since, until=session.led_until).covers(
            session.local_day()
        ):
            return session
    raise GroupSession.DoesNotExist


def lock_leading(by: Actor, session: GroupSession) -> None:
    """Hold who leads a session's group as it is until the transaction ends; the actor must.

    Whoever hands over or ends a cover locks the group FOR UPDATE, and whoever
    ends a role or closes an account changes the rows that are locked here: nobody
    writes on a right that ended before their commit. Items are locked before,
    sessions and notes after. Raises GroupSession.DoesNotExist.
    """
    list(TherapyGroup.objects.filter(pk=session.group_id).select_for_update(no_key=True))
    if not held_role(by.user, Role.FACILITATOR):
        raise GroupSession.DoesNotExist
    own_session(by, session.pk)


def attendance_of(session: GroupSession) -> QuerySet[Attendance]:
    """Return who was at a session, with the member, in a fixed order."""
    return session.attendances.select_related("member").order_by("member__code")


def reaches_beyond(stint: Membership, day: date, practice: Practice) -> bool:
    """Say whether a member was at a session after a local day, or an item of one concerns them."""
    came = Attendance.objects.filter(
        session=OuterRef("pk"), member=stint.member_id, status__in=PRESENT
    )
    concerned = Subject.objects.filter(
        member=stint.member_id,
        version__disclosure__session=OuterRef("pk"),
        version__number=F("version__disclosure__current_version"),
    ).exclude(version__disclosure__state__in=Disclosure.OUT)
    after = GroupSession.objects.filter(
        group=stint.group_id, starts__gte=local_midnight(day + timedelta(days=1), practice)
    )
    return after.filter(Exists(came) | Exists(concerned)).exists()


def own_attendance(by: Actor) -> list[Attendance]:
    """Return whether the actor, as a member, was at each session, oldest first; nobody else."""
    own = Attendance.objects.filter(member__user_id=by.user)
    return list(own.select_related("session").order_by("session__starts", "pk"))


def roster_of(session: GroupSession, marks: Iterable[Attendance]) -> list[Member]:
    """Return everybody who was in the group on a session's day, or is on its attendance."""
    stints = memberships_on(session.group, session.local_day())
    listed = {stint.member_id: stint.member for stint in stints}
    listed |= {mark.member_id: mark.member for mark in marks}
    return list(listed.values())


def members_around(
    session: GroupSession,
    version: DisclosureVersion | None = None,
    redacted: DisclosureVersion | None = None,
) -> list[Member]:
    """Return the same people as `roster_of`, and whom `version` concerns, without attendance.

    Each with `concerned`: whether they are a subject of `version`, and `stays`:
    whether they are one of `redacted`.
    """
    stints = memberships_on(session.group, session.local_day()).filter(member=OuterRef("pk"))
    marks = session.attendances.filter(member=OuterRef("pk"))
    around = Exists(stints.order_by()) | Exists(marks)
    subjects = Subject.objects.filter(version=version, member=OuterRef("pk"))
    staying = Subject.objects.filter(version=redacted, member=OuterRef("pk"))
    members = Member.objects.annotate(concerned=Exists(subjects), stays=Exists(staying))
    members = members.filter(around | Q(concerned=True), practice=session.group.practice_id)
    return list(members.order_by("code"))


def drafts_beginning(by: Actor, beginning: str) -> list[Draft]:
    """Return what the actor was typing at places that begin alike, oldest first."""
    own = Draft.objects.filter(user_id=by.user, place__startswith=beginning)
    return list(own.order_by("pk"))


def drafts_at(by: Actor, places: Iterable[str]) -> list[Draft]:
    """Return what the actor was typing at these places and did not save."""
    return list(Draft.objects.filter(user_id=by.user, place__in=list(places)))


def name_marks_of(texts: Iterable[DisclosureVersion | GroupNote]) -> list[NameMark]:
    """Return the answers "somebody else" that are kept with these texts."""
    ids = [text.pk for text in texts]
    kept = NameMark.objects.filter(Q(version__in=ids) | Q(group_note__in=ids))
    return list(kept.filter(answer=NameMark.Answer.SOMEBODY_ELSE)) if ids else []


def group_note_of(session: GroupSession) -> GroupNote | None:
    """Return the note of a session, if there is one (fetched with it by `own_session`)."""
    return getattr(session, "note", None)


def latest_sessions(groups: Iterable[TherapyGroup]) -> dict[UUID, GroupSession]:
    """Return the latest session of each group, by group id, in one query."""
    starts = GroupSession.objects.filter(group=OuterRef("group")).order_by("-starts")
    latest = GroupSession.objects.filter(
        group__in=[group.pk for group in groups], pk=Subquery(starts.values("pk")[:1])
    )
    return {session.group_id: session for session in latest}
