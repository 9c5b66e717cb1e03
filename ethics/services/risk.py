"""Danger to somebody's life: what was asked and done is written down, and the member's plan.

Nothing here lets anything out, so a freeze stops none of it (R116). Every
answer, level and word is sealed with the member's key and goes with it.
"""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import transaction

from accounts.services import answer, claim
from audit import trail
from audit.clock import database_now
from audit.ids import free_code, uuid7
from audit.trail import Actor
from ethics import queries
from ethics.models import RiskAssessment, RiskFollowUp, SafetyPlan
from ethics.risk_rules import Talk, follow_up_problems, plan_problems, plan_text, talk_problems
from sessions_app.models import Member
from sessions_app.queries import today_in
from sessions_app.rules import Problem, Rejected, check, reason_problems
from vault import services as vault

RECORDED = "risk.recorded"
FOLLOWED_UP = "risk.followed_up"
PLANNED = "safety_plan.written"


def record_risk(
    *,
    by: Actor,
    group_code: str,
    member_code: str,
    talk: Talk,
    follow_up_on: date | None,
    once: UUID,
) -> RiskAssessment:
    """Write down a talk about risk, whole and sealed; a later one is another row (R116).

    The same `once` with the same words returns the same one. Raises Rejected,
    TherapyGroup.DoesNotExist, Member.DoesNotExist, vault.Keyless.
    """
    group, member = queries.member_met(by, group_code, member_code)
    check(talk_problems(talk, follow_up_on, today_in(by.practice)))
    row = RiskAssessment(pk=uuid7(), practice_id=by.practice, member=member, group=group)
    row.follow_up_on = follow_up_on
    row.words_sealed = vault.seal_text(talk.text(), row.words_place, owner=member.pk)
    with transaction.atomic(durable=True):
        claimed = claim(
            by=by,
            once=once,
            act=RECORDED,
            content=(group.code, member.code, talk.text(), follow_up_on),
        )
        if claimed.answer:
            return RiskAssessment.objects.get(pk=claimed.answer)
        _still_there(member)
        row.code = free_code("X", lambda one: RiskAssessment.objects.filter(code=one).exists())
        row.by_id, row.at = by.user, database_now()
        row.save(force_insert=True)
        answer(claimed, row.pk)
        trail.append(by, RECORDED, object_id=row.pk, code=row.code, group=group.pk)
    return row


def follow_up_risk(
    *,
    by: Actor,
    group_code: str,
    member_code: str,
    code: str,
    text: str,
    next_on: date | None,
    once: UUID,
) -> RiskFollowUp:
    """Write how it went on after the latest assessment; without a next day it comes back no more.

    Raises Rejected, also with CLOSED if there is a later assessment,
    RiskAssessment.DoesNotExist, Member.DoesNotExist, vault.Keyless.
    """
    group, member = queries.member_met(by, group_code, member_code)
    found = queries.assessments_of(group, member).get(code=code)
    check(
        reason_problems(text, "said")
        | follow_up_problems(next_on, today_in(by.practice), "next_on")
    )
    row = RiskFollowUp(pk=uuid7(), assessment=found, by_id=by.user, next_on=next_on)
    row.words_sealed = vault.seal_text(text.strip(), row.words_place(by.practice), owner=member.pk)
    with transaction.atomic(durable=True):
        claimed = claim(by=by, once=once, act=FOLLOWED_UP, content=(code, text, next_on))
        if claimed.answer:
            return RiskFollowUp.objects.get(pk=claimed.answer)
        _still_there(member)
        if queries.assessments_of(group, member)[:1].get() != found:
            raise Rejected({"said": Problem.CLOSED})
        row.at = database_now()
        row.save(force_insert=True)
        answer(claimed, row.pk)
        trail.append(by, FOLLOWED_UP, object_id=found.pk, code=code, group=group.pk)
    return row


def write_safety_plan(
    *, by: Actor, group_code: str, member_code: str, parts: Mapping[str, str], seen: int
) -> SafetyPlan:
    """Write the next version of a member's own plan, with them (R117).

    `seen` is the version it was written from, 0 for the first; the same words
    once more are no new version. Raises Rejected, also with CHANGED_MEANWHILE,
    Member.DoesNotExist, vault.Keyless.
    """
    group, member = queries.member_met(by, group_code, member_code)
    check(plan_problems(parts))
    text = plan_text(parts)
    row = SafetyPlan(pk=uuid7(), practice_id=by.practice, member=member, group=group)
    row.words_sealed = vault.seal_text(text, row.words_place, owner=member.pk)
    with transaction.atomic(durable=True):
        claimed = claim(by=by, once=member.pk, act=PLANNED, content=(seen, text))
        if claimed.answer:
            return SafetyPlan.objects.get(pk=claimed.answer)
        _still_there(member)
        latest = queries.latest_plan(member)
        if (latest.version if latest else 0) != seen:
            raise Rejected({"plan": Problem.CHANGED_MEANWHILE})
        row.version, row.by_id, row.at = seen + 1, by.user, database_now()
        row.save(force_insert=True)
        answer(claimed, row.pk)
        trail.append(
            by,
            PLANNED,
            object_id=row.pk,
            code=group.code,
            group=group.pk,
            ground=f"version={row.version}",
        )
    return row


def _still_there(member: Member) -> None:
    """Lock the member, so that nothing is written about somebody who is being erased.

    Raises Member.DoesNotExist.
    """
    Member.objects.select_for_update(no_key=True).get(pk=member.pk, erased_at=None)
