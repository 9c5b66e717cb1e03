"""Danger to somebody's life, as whoever leads their group, the member, or an emergency reads it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    DateField,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Cast
from django.db.models.lookups import LessThanOrEqual

from audit.trail import Actor
from ethics.models import RiskAssessment, RiskFollowUp, SafetyPlan
from sessions_app import queries as sessions
from sessions_app.models import Member, TherapyGroup

RISK_DRAFTS = "risk:"


@dataclass(frozen=True)
class ForEmergency:
    """What joins a member's emergency contact: the latest assessment and plan, if there are any."""

    assessment: RiskAssessment | None
    plan: SafetyPlan | None

    @property
    def rows(self) -> list[RiskAssessment | SafetyPlan]:
        return [one for one in (self.assessment, self.plan) if one]


def member_met(by: Actor, group_code: str, member_code: str) -> tuple[TherapyGroup, Member]:
    """Return a group the actor leads today and somebody who was in it while they led.

    A stay or a group that has ended hides nobody: worry does not end with it.
    Raises TherapyGroup.DoesNotExist, Member.DoesNotExist (also of who was erased).
    """
    group = sessions.own_group(by, group_code)
    for member in sessions.members_of([group], met_by=by, code=member_code):
        if member.erased_at is None:
            return group, member
    raise Member.DoesNotExist


def assessments_of(group: TherapyGroup, member: Member) -> QuerySet[RiskAssessment]:
    """Return what was written in a group about a member's risk, newest first.

    Whoever leads another group of theirs does not find it here; in an emergency
    they read the latest level with a reason (`of_emergency`).
    """
    found = RiskAssessment.objects.filter(group=group, member=member).order_by("-pk")
    return found.select_related("by").prefetch_related("follow_ups")


def latest_plan(member: Member) -> SafetyPlan | None:
    """Return a member's safety plan in its latest version; None if there is none."""
    return SafetyPlan.objects.filter(member=member).order_by("-version").first()


def own_safety_plan(by: Actor) -> SafetyPlan | None:
    """Return the actor's own safety plan; None if there is none, or they are no member."""
    own = SafetyPlan.objects.filter(
        member__user_id=by.user, practice_id=by.practice, member__erased_at=None
    )
    return own.order_by("-version").first()


def of_emergency(by: Actor, group: TherapyGroup, member: Member) -> ForEmergency:
    """Return what an emergency reading shows beside whom to call, whichever group it came from.

    For who leads or reviews `group` today. Raises Membership.DoesNotExist unless
    the member is or was in it, TherapyGroup.DoesNotExist for anybody else.
    """
    stint = sessions.last_stint(by, group, member.code)
    led = sessions.groups_run_by(by).filter(pk=group.pk).exists()
    if not led and not sessions.groups_supervised_by(by).filter(pk=group.pk).exists():
        raise TherapyGroup.DoesNotExist
    latest = RiskAssessment.objects.filter(member=stint.member_id).order_by("-pk").first()
    return ForEmergency(latest, latest_plan(stint.member))


def risk_due(by: Actor) -> QuerySet[RiskAssessment]:
    """Return assessments in the actor's groups whose day to come back is there, oldest day first.

    Of people the actor met there alone (R31). Each with `due_on`. A later assessment
    of the same member in the group, and a follow-up without a next day, close one.
    """
    met = sessions.stints_met_by(by)
    due = _due(sessions.today_of(by)).filter(
        Exists(met.filter(member=OuterRef("member"), group=OuterRef("group"))),
        group__in=sessions.groups_run_by(by).order_by().values("pk"),
    )
    return due.select_related("group", "member").order_by("due_on", "pk")


def risk_left_alone(by: Actor) -> QuerySet[RiskAssessment]:
    """Return what is due in groups the actor reviews and comes back to nobody, oldest day first.

    Whoever met the member there leads the group no more, and handed nothing over.
    Each with `due_at`, the day as an instant.
    """
    today = sessions.today_of(by)
    known = sessions.stints_known_to_leaders(today)
    alone = _due(today).filter(
        ~Exists(known.filter(member=OuterRef("member"), group=OuterRef("group"))),
        group__in=sessions.groups_supervised_by(by).order_by().values("pk"),
    )
    return alone.annotate(due_at=Cast("due_on", DateTimeField())).order_by("due_on", "pk")


def _due(today: date) -> QuerySet[Any]:
    later = RiskAssessment.objects.filter(
        member=OuterRef("member"), group=OuterRef("group"), pk__gt=OuterRef("pk")
    )
    followed = RiskFollowUp.objects.filter(assessment=OuterRef("pk")).order_by("-pk")
    due_on = Case(
        When(Exists(followed), then=Subquery(followed.values("next_on")[:1])),
        default=F("follow_up_on"),
        output_field=DateField(),
    )
    found = RiskAssessment.objects.filter(
        ~Exists(later), LessThanOrEqual(due_on, today), member__erased_at=None
    )
    return found.annotate(due_on=due_on)


def risk_unfinished(by: Actor, led: Collection[str]) -> list[tuple[str, str, str]]:
    """Return what the actor began to write and did not save: `talk` or `plan`, group, member.

    `led` are the codes of the groups they lead: of others nothing comes back.
    """
    begun = sessions.drafts_beginning(by, RISK_DRAFTS)
    places = [draft.place.split(":") for draft in begun]
    return [(what, group, member) for _, what, group, member in places if group in led]


def draft_place(what: str, group: str, member: str) -> str:
    """Return where the draft of a `talk` or a `plan` belongs, by codes.

    Erasing a member takes every draft whose place has their code.
    """
    return f"{RISK_DRAFTS}{what}:{group}:{member}"
