"""Reading groups, sessions and items, always as somebody. Not found, not yours: one answer."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import Practice, Role, User
from accounts.queries import with_standing
from audit.clock import DatabaseClock
from audit.trail import Actor
from sessions_app.models import (
    PRESENT,
    Attendance,
    AttendanceStatus,
    ContactReading,
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
    Supervision,
    TherapyGroup,
)

PAGE = 30
ABOUT_ONE = (Disclosure.Kind.PROGRESS_NOTE, Disclosure.Kind.SUMMARY)
SENT_BACK = "sent-back"  # where a reason waits for whoever wrote redacted words
NOTES_ARE_FRESH = timedelta(days=14)  # older ones are not asked for any more: nobody remembers
WITH_MEMBERS = Prefetch("subjects", queryset=Subject.objects.select_related("member"))


class LockMissed(Exception):
    """Fewer rows were locked than asked for: one of them is gone, or hidden from this role."""


def today_in(practice: UUID) -> date:
    """Return the practice's local day of this moment."""
    zone, now = (
        Practice.objects.annotate(now=DatabaseClock())
        .values_list("time_zone", "now")
        .get(pk=practice)
    )
    return now.astimezone(ZoneInfo(zone)).date()


def today_of(by: Actor) -> date:
    """Return the local day the actor's page has read already, or else that of this moment."""
    return by.day or today_in(by.practice)


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
        others = Supervision.objects.filter(
            Q(until=None) | Q(until__gte=today), group=OuterRef("group"), since__lte=today
        ).exclude(user=OuterRef("read_by"))
        open_ones = open_ones.filter(Q(group__in=supervised) | ~Exists(others))
    return open_ones.select_related("member", "group", "read_by").order_by("pk")


def own_group(by: Actor, code: str) -> TherapyGroup:
    """Return a group the actor facilitates. Raises TherapyGroup.DoesNotExist."""
    return groups_run_by(by).get(code=code)


def memberships_on(group: TherapyGroup, day: date) -> QuerySet[Membership]:
    """Return the stints that cover a local day, with member and agreement signature."""
    return (
        group.memberships.filter(Q(until=None) | Q(until__gte=day), since__lte=day)
        .select_related("member", "agreement_signature")
        .order_by("member__code")
    )


def open_stint(group: TherapyGroup, member_code: str) -> Membership:
    """Return a member's stint in a group that has not ended. Raises Membership.DoesNotExist."""
    stints = group.memberships.select_related("member")
    return stints.get(member__code=member_code, until=None)


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


def _led_meanwhile(by: Actor) -> QuerySet[Facilitation]:
    """Periods in which the actor led the group of a stint, and which the stint overlaps (R31)."""
    return Facilitation.objects.kept_by(by.user).filter(
        Q(until=None) | Q(until__gte=OuterRef("since")),
        since__lte=Coalesce(OuterRef("until"), Value(date.max)),
        group=OuterRef("group"),
    )


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


def attendance_of(session: GroupSession) -> QuerySet[Attendance]:
    """Return who was at a session, with the member, in a fixed order."""
    return session.attendances.select_related("member").order_by("member__code")


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


def progress_notes_of(by: Actor, session: GroupSession) -> dict[UUID, Disclosure]:
    """Return the notes about members of a session that count, by member."""
    notes = originated_by(by).filter(session=session, kind=Disclosure.Kind.PROGRESS_NOTE)
    notes = notes.exclude(state__in=Disclosure.OUT)
    found = _at_current_version(notes, subjects=False)
    return {note.about_id: note for note in found if note.about_id}


def drafts_at(by: Actor, places: Iterable[str]) -> list[Draft]:
    """Return what the actor was typing at these places and did not save."""
    return list(Draft.objects.filter(user_id=by.user, place__in=list(places)))


def name_marks_of(texts: Iterable[DisclosureVersion | GroupNote]) -> list[NameMark]:
    """Return the answers "somebody else" that are kept with these texts."""
    ids = [text.pk for text in texts]
    kept = NameMark.objects.filter(Q(version__in=ids) | Q(group_note__in=ids))
    return list(kept.filter(answer=NameMark.Answer.SOMEBODY_ELSE)) if ids else []


def _at_current_version(items: QuerySet[Disclosure], *, subjects: bool = True) -> list[Disclosure]:
    """Return items, oldest first, each with its current version as `current`.

    With its subjects, but for pages that show no others than the one it is about.
    """
    versions = (
        DisclosureVersion.objects.filter(
            disclosure__in=items.values("pk"), number=F("disclosure__current_version")
        )
        .select_related(
            "disclosure__session__group__practice",
            "disclosure__group__practice",
            "disclosure__speaker",
            "disclosure__about",
            "disclosure__redacted_from",
            "written_by",
        )
        .order_by("disclosure_id")
    )
    found = []
    for version in versions.prefetch_related(WITH_MEMBERS) if subjects else versions:
        version.disclosure.current = [version]
        found.append(version.disclosure)
    return found


def originated_by(by: Actor) -> QuerySet[Disclosure]:
    """Return the items the actor may read as an originator, of groups they lead today."""
    return Disclosure.objects.originated_by(by.user, today_of(by))


def signed_in(user: UUID, **more: Exists | Subquery) -> User | None:
    """Return a person with all that each page asks of whoever is signed in, in one query.

    See `accounts.queries.with_standing`; here is added whether they are a member,
    and `more` that rooms above this one ask.
    """
    member = Exists(Member.objects.filter(user=OuterRef("pk")))
    return with_standing(User.objects.filter(pk=user)).annotate(is_member=member, **more).first()


def is_member(user: User) -> bool:
    """Say whether a person is a member of some group of their practice."""
    if hasattr(user, "is_member"):
        return user.is_member
    return Member.objects.filter(user=user).exists()


def items_of_session(by: Actor, session: GroupSession) -> list[Disclosure]:
    """Return the items of a session that the actor may read as an originator, oldest first."""
    return _at_current_version(originated_by(by).filter(session=session))


def items_to_let_out(by: Actor, **of: UUID) -> list[Disclosure]:
    """Return what could leave of a `session` or a `group`: the actor's, oldest first.

    What was entered in error is not there, and drafts are: nobody was asked about
    them, so they stay. Group notes have no way out (rule R26).
    """
    items = originated_by(by).filter(**of).exclude(state__in=Disclosure.OUT)
    return _at_current_version(items)


def group_note_of(session: GroupSession) -> GroupNote | None:
    """Return the note of a session, if there is one (fetched with it by `own_session`)."""
    return getattr(session, "note", None)


def own_item(by: Actor, code: str, *, subjects: bool = True, **more: object) -> Disclosure:
    """Return an item or note the actor may read as an originator, with `more` conditions.

    Raises Disclosure.DoesNotExist.
    """
    items = originated_by(by).filter(code=code, **more)
    for item in _at_current_version(items, subjects=subjects):
        return item
    raise Disclosure.DoesNotExist


def own_redaction(by: Actor, code: str) -> tuple[Disclosure, Disclosure]:
    """Return the item a redacted one was made from, and the redacted one, without subjects.

    Both the actor's as an originator. Raises Disclosure.DoesNotExist.
    """
    items = originated_by(by).filter(Q(code=code) | Q(redactions__code=code)).distinct()
    found = {item.pk: item for item in _at_current_version(items, subjects=False)}
    for item in found.values():
        if item.code == code and item.redacted_from_id in found:
            return found[item.redacted_from_id], item
    raise Disclosure.DoesNotExist


def own_note(by: Actor, code: str) -> Disclosure:
    """Return a note or a summary about a member that the actor may read as an originator."""
    return own_item(by, code, kind__in=ABOUT_ONE)


def looks_asked_of(by: Actor) -> QuerySet[DisclosureVersion]:
    """Return the redacted texts at which the actor may take the second look, oldest first.

    The right `review_version`, for as long as they lead the group, or, as a
    supervisor, review it; and never a text they had a hand in (rule R52).
    """
    if by.role == Role.SUPERVISOR:
        groups = TherapyGroup.objects.supervised_by(by.user, today_of(by))
    else:
        groups = TherapyGroup.objects.run_by(by.user, today_of(by))
    return (
        _looks_open_to(by.user)
        .filter(disclosure__group__in=groups.values("pk"))
        .select_related(
            "disclosure__session__group__practice",
            "disclosure__group",
            "disclosure__redacted_from",
        )
        .order_by("pk")
    )


def _looks_open_to(user: UUID) -> QuerySet[DisclosureVersion]:
    hand_in_it = DisclosureVersion.objects.filter(
        disclosure=OuterRef("disclosure"), written_by=user
    )
    return DisclosureVersion.objects.filter(
        ~Exists(hand_in_it),
        number=F("disclosure__current_version"),
        disclosure__redacted_from__isnull=False,
        disclosure__second_look_at=None,
        user_rights__user=user,
        user_rights__permission__codename="review_version",
    ).exclude(disclosure__state__in=Disclosure.OUT)


def progress_note(by: Actor, session: GroupSession, member: UUID) -> Disclosure | None:
    """Return the note about one member of one session, if there is one that counts."""
    notes = originated_by(by).filter(
        session=session, about=member, kind=Disclosure.Kind.PROGRESS_NOTE
    )
    notes = notes.exclude(state__in=Disclosure.OUT)
    return next(iter(_at_current_version(notes)), None)


def current_version(item: Disclosure) -> DisclosureVersion:
    """Return the version that is in force (fetched with the item by this module's queries)."""
    return item.current[0]


def readable_versions(by: Actor) -> QuerySet[DisclosureVersion]:
    """Return the current versions of items whose words a member may read.

    The speaker reads by `read_disclosure`, another subject by `read_version`,
    which consent writes after the speaker's yes (rule R8).
    """
    as_speaker = Q(
        disclosure__user_rights__user=by.user,
        disclosure__user_rights__permission__codename="read_disclosure",
    )
    as_shown = Q(user_rights__user=by.user, user_rights__permission__codename="read_version")
    return (
        DisclosureVersion.objects.filter(
            as_speaker | as_shown,
            number=F("disclosure__current_version"),
            disclosure__state=Disclosure.State.ASKED,
        )
        .select_related("disclosure__session", "disclosure__speaker", "written_by")
        .distinct()
    )


def readable_version(by: Actor, version_id: UUID) -> DisclosureVersion:
    """Return one of them. Raises DisclosureVersion.DoesNotExist: the words are closed to them."""
    return readable_versions(by).get(pk=version_id)


def words_about(by: Actor) -> QuerySet[DisclosureVersion]:
    """Return what a member may read and is themselves a subject of, newest first."""
    about = Subject.objects.filter(version=OuterRef("pk"), member__user_id=by.user)
    return readable_versions(by).filter(Exists(about)).order_by("-pk")


def replaced_at(version: DisclosureVersion) -> datetime | None:
    """Return when a version was followed by the next one, if it was."""
    following = DisclosureVersion.objects.filter(
        disclosure=version.disclosure_id, number=version.number + 1
    )
    return following.values_list("recorded_at", flat=True).first()


def leaders_of(groups: Iterable[UUID]) -> list[Facilitation]:
    """Return everybody who leads or led groups, with their periods, oldest first."""
    led = Facilitation.objects.filter(group__in=set(groups)).select_related("user")
    return list(led.order_by("since", "pk"))


def groups_without_review(practice: UUID) -> int:
    """Return how many groups of a practice nobody reviews today: a count, no group."""
    today = today_in(practice)
    reviewed = Supervision.objects.filter(
        Q(until=None) | Q(until__gte=today), group=OuterRef("pk"), since__lte=today
    )
    return TherapyGroup.objects.filter(~Exists(reviewed), practice_id=practice).count()


def own_memberships(by: Actor) -> QuerySet[Membership]:
    """Return the actor's own stints that have not ended, with group and agreement."""
    return (
        Membership.objects.filter(member__user_id=by.user, until=None)
        .select_related("group", "agreement_signature")
        .order_by("pk")
    )


def agreement_missing(session: GroupSession, members: Iterable[UUID]) -> frozenset[UUID]:
    """Return those of `members` whose stint on the session's day has no signed agreement."""
    wanted = frozenset(members)
    signed = memberships_on(session.group, session.local_day()).filter(
        member__in=wanted, agreement_signature__isnull=False
    )
    return wanted - set(signed.values_list("member_id", flat=True))


def lock_disclosures(ids: Iterable[UUID]) -> None:
    """Lock items, in order of id, until the transaction ends.

    Everybody who changes an item, its subjects or its consents, and everybody
    who releases it, takes this lock first: a release sees either all of a
    withdrawal or none of it, and is then before it (I1). FOR UPDATE, not FOR NO
    KEY UPDATE: a new subject's foreign key must wait too. SQLite has no row
    locks; there the transaction holds the database from its beginning. Raises
    LockMissed if a row is gone.
    """
    wanted = sorted(set(ids))
    rows = Disclosure.objects.filter(pk__in=wanted).order_by("pk").select_for_update()
    if len(rows.values_list("pk", flat=True)) != len(wanted):
        raise LockMissed


def supervisors_on(group: TherapyGroup, day: date) -> set[UUID]:
    """Return who reviews the trail of a group on a local day."""
    reviewing = group.supervisions.filter(Q(until=None) | Q(until__gte=day), since__lte=day)
    return set(reviewing.values_list("user_id", flat=True))


def leaders_on(group: TherapyGroup, day: date) -> set[UUID]:
    """Return the originators of what is written of a group's local day.

    Those who led it then, or whoever took that period over from them.
    """
    leading = group.facilitations.filter(Q(until=None) | Q(until__gte=day), since__lte=day)
    return {period.keeper_id for period in leading}


def unsigned_notes(groups: Iterable[TherapyGroup]) -> dict[UUID, int]:
    """Return how many notes are begun and not signed, by group id; groups without are left out."""
    ids = [group.pk for group in groups]
    drafts = Disclosure.objects.filter(
        group__in=ids, kind__in=ABOUT_ONE, state=Disclosure.State.DRAFT
    ).values_list("group_id", flat=True)
    of_groups = GroupNote.objects.filter(session__group__in=ids, signed_at=None)
    return dict(Counter([*drafts, *of_groups.values_list("session__group_id", flat=True)]))


@dataclass(frozen=True)
class WorkLeft:
    """What a session still waits for, as far as one person knows of it."""

    session: GroupSession
    unsaid: int
    unsigned: int
    unwritten: int
    drafts: int
    summaries: int  # begun and not signed
    look: str  # the code of a redacted item whose second look is asked of this person
    sent_back: str  # the code of one that came back to them


def work_left(by: Actor, groups: Iterable[TherapyGroup], *, since: date) -> list[WorkLeft]:
    """Return the sessions the actor led since a day that wait for attendance, notes or saving."""
    listed = {group.pk: group for group in groups}
    places = list(Draft.objects.filter(user_id=by.user).values_list("place", flat=True))
    drafts = Counter(place.split(":")[1] for place in places if place.startswith("session:"))
    sent_back = dict(p.split(":")[1:] for p in places if p.startswith(f"{SENT_BACK}:"))
    looks = _looks_open_to(by.user).filter(disclosure__session=OuterRef("pk")).order_by("pk")
    summaries = Q(
        disclosures__kind=Disclosure.Kind.SUMMARY, disclosures__state=Disclosure.State.DRAFT
    )
    unsigned = Q(
        disclosures__kind=Disclosure.Kind.PROGRESS_NOTE, disclosures__state=Disclosure.State.DRAFT
    )
    counting = Q(disclosures__kind=Disclosure.Kind.PROGRESS_NOTE) & ~Q(
        disclosures__state=Disclosure.State.ENTERED_IN_ERROR
    )
    led = Facilitation.objects.kept_by(by.user).filter(group=OuterRef("group"))
    sessions = (
        GroupSession.objects.filter(group__in=listed)
        .filter(Q(starts__date__gte=since) | Exists(looks) | Q(pk__in=sent_back))
        .filter(Exists(led))
        .annotate(
            look=Subquery(looks.values("disclosure__code")[:1]),
            summaries=Count("disclosures", filter=summaries, distinct=True),
            unsaid=Count(
                "attendances",
                filter=Q(attendances__status=AttendanceStatus.EXPECTED),
                distinct=True,
            ),
            notes_unsigned=Count("disclosures", filter=unsigned, distinct=True),
            notes=Count("disclosures", filter=counting, distinct=True),
            came=Count("attendances", filter=Q(attendances__status__in=PRESENT), distinct=True),
            group_note_unsigned=Count(
                "note", filter=Q(note__signed_at=None, note__isnull=False), distinct=True
            ),
        )
        .order_by("-starts")
    )
    periods = list(Facilitation.objects.kept_by(by.user).filter(group__in=listed))
    work = []
    fresh = today_of(by) - NOTES_ARE_FRESH
    for session in sessions:
        session.group = listed[session.group_id]
        day = session.local_day()
        if not any(p.group_id == session.group_id and p.covers(day) for p in periods):
            continue
        waiting = (
            session.unsaid,
            session.notes_unsigned + session.group_note_unsigned,
            max(session.came - session.notes, 0) if day > fresh else 0,
            drafts[str(session.pk)],
            session.summaries,
            session.look or "",
            sent_back.get(str(session.pk), ""),
        )
        if any(waiting):
            work.append(WorkLeft(session, *waiting))
    return work


def latest_sessions(groups: Iterable[TherapyGroup]) -> dict[UUID, GroupSession]:
    """Return the latest session of each group, by group id, in one query."""
    starts = GroupSession.objects.filter(group=OuterRef("group")).order_by("-starts")
    latest = GroupSession.objects.filter(
        group__in=[group.pk for group in groups], pk=Subquery(starts.values("pk")[:1])
    )
    return {session.group_id: session for session in latest}


def codes_in_groups(groups: Iterable[UUID]) -> dict[UUID, str]:
    """Return the codes of everybody who is or was a member of groups, by user id."""
    found = Membership.objects.filter(group__in=list(groups)).distinct()
    return dict(found.values_list("member__user_id", "member__code"))
