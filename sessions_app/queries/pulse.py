"""The trust pulse: which evenings a member may still answer about, and how a group's answers go."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from audit.trail import Actor
from sessions_app.models import (
    PRESENT,
    Attendance,
    GroupSession,
    PulseAnswer,
    PulseQuestions,
    TherapyGroup,
)

OPEN_FOR = timedelta(days=7)
ENOUGH = 5  # people in a group, and different people in a batch (R94)


@dataclass(frozen=True)
class Point:
    """What one full batch of answers came to: its average and the day it was full."""

    average: float
    day: date


@dataclass(frozen=True)
class Trend:
    """How one question was answered in a group, batch by batch, oldest first."""

    question: int
    wording: int
    points: list[Point]


def pulse_evenings(by: Actor) -> list[GroupSession]:
    """Return the evenings of the last week that the actor, as a member, may answer about.

    They were there, and enough people were in the group that evening, whoever left
    since: an evening that is gone would tell that somebody did. Newest first. Whether
    they have answered is for the keys to tell (services/pulse.py).
    """
    listed = Attendance.objects.filter(session=OuterRef("pk")).order_by().values("session")
    mine = Attendance.objects.filter(
        session=OuterRef("pk"), member__user_id=by.user, status__in=PRESENT
    )
    return list(
        GroupSession.objects.annotate(people=Subquery(listed.annotate(n=Count("pk")).values("n")))
        .filter(
            Exists(mine),
            people__gte=ENOUGH,
            group__practice=by.practice,
            state=GroupSession.State.HELD,
            ends__lte=timezone.now(),
            ends__gt=timezone.now() - OPEN_FOR,
        )
        .select_related("group__practice")
        .order_by("-starts")
    )


def pulse_evening(by: Actor, session_id: UUID) -> GroupSession:
    """Return one of `pulse_evenings`. Raises GroupSession.DoesNotExist."""
    for one in pulse_evenings(by):
        if one.pk == session_id:
            return one
    raise GroupSession.DoesNotExist


def large_groups(today: date) -> QuerySet[Any, Any]:
    """Return the groups, as a query of ids, in which one answer hides among enough people."""
    here = Q(memberships__until=None) | Q(memberships__until__gte=today)
    now_in = Count(
        "memberships__member",
        filter=here & Q(memberships__since__lte=today),
        distinct=True,
    )
    return TherapyGroup.objects.annotate(people=now_in).filter(people__gte=ENOUGH).values("pk")


def is_large(group: TherapyGroup, today: date) -> bool:
    """Say whether a group has enough members for whoever leads it to be told anything."""
    return large_groups(today).filter(pk=group.pk).exists()


def pulse_wordings(practice: UUID) -> dict[int, PulseQuestions]:
    """Return every wording of a practice's own by its number; number 0, the house's, is no row."""
    return {one.number: one for one in PulseQuestions.objects.filter(practice=practice)}


def pulse_in_force(practice: UUID) -> PulseQuestions | None:
    """Return the practice's own wording, unless it uses the house's."""
    return PulseQuestions.objects.filter(practice=practice).order_by("-number").first()


def pulse_trends(group: TherapyGroup) -> list[Trend]:
    """Return the full batches of a group's answers, question by question; nothing else is told.

    A batch is full once five different people are in it, and counts each of
    them once. So one look differs from the next by whole batches.
    """
    answers = PulseAnswer.objects.filter(group=group).exclude(value=None)
    batches: dict[tuple[int, int, int], dict[bytes, list[int]]] = defaultdict(
        lambda: defaultdict(list)
    )
    days: dict[tuple[int, int, int], date] = {}
    for one in answers.order_by("wording", "question", "batch"):
        place = (one.wording, one.question, one.batch)
        assert one.value is not None
        batches[place][bytes(one.whose)].append(one.value)
        days[place] = max(one.day, days.get(place, one.day))
    trends: dict[tuple[int, int], list[Point]] = defaultdict(list)
    for (wording, question, batch), people in sorted(batches.items()):
        if len(people) >= ENOUGH:
            average = fmean(fmean(values) for values in people.values())
            trends[wording, question].append(Point(average, days[wording, question, batch]))
    return [Trend(question, wording, points) for (wording, question), points in trends.items()]
