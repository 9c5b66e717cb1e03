"""What is left to do after a session."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, Subquery

from audit.trail import Actor
from sessions_app.models import (
    PRESENT,
    AttendanceStatus,
    Disclosure,
    Draft,
    Facilitation,
    GroupNote,
    GroupSession,
    TherapyGroup,
)
from sessions_app.queries.days import today_of
from sessions_app.queries.items import ABOUT_ONE, SENT_BACK, looks_open_to

NOTES_ARE_FRESH = timedelta(days=14)  # older ones are not asked for any more: nobody remembers


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
    looks = looks_open_to(by.user).filter(disclosure__session=OuterRef("pk")).order_by("pk")
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
