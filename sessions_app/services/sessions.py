"""Logging a session: when it was and who was there."""

from collections.abc import Mapping
from datetime import datetime, time
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.services import answer, claim
from audit import trail
from audit.clock import database_now
from audit.trail import Actor
from sessions_app import queries
from sessions_app.models import Attendance, AttendanceStatus, GroupSession, TherapyGroup
from sessions_app.rules import (
    Problem,
    Rejected,
    attendance_problems,
    check,
    mark_problems,
    session_problems,
)


def log_session(
    *,
    by: Actor,
    group: TherapyGroup,
    starts: datetime,
    ends: datetime,
    once: UUID,
    attendance: Mapping[UUID, AttendanceStatus] | None = None,
) -> GroupSession:
    """Record a session that was held, with everybody on the roster that day.

    `attendance` maps member ids to statuses; without it everybody is expected
    until `mark_attendance` says more. The same `once` returns the same session.
    Raises Rejected; nothing is half saved.
    """
    with transaction.atomic(durable=True):
        claimed = claim(
            by=by,
            once=once,
            act="session.logged",
            content=(group.pk, starts, ends, *sorted((attendance or {}).items())),
        )
        if claimed.answer:
            return GroupSession.objects.select_related("group__practice").get(pk=claimed.answer)
        day = starts.astimezone(group.practice.zone).date()
        if by.user not in queries.leaders_on(group, day):
            raise Rejected({"starts": Problem.NOT_LEADING_THEN})
        roster = set(queries.memberships_on(group, day).values_list("member_id", flat=True))
        if attendance is None:
            attendance = dict.fromkeys(roster, AttendanceStatus.EXPECTED)
        check(
            session_problems(starts=starts, ends=ends, now=database_now())
            or attendance_problems(attendance, roster)
        )
        if group.closed_on and day > group.closed_on:
            raise Rejected({"starts": Problem.GROUP_CLOSED})
        if GroupSession.objects.filter(group=group, starts=starts).exists():
            raise Rejected({"starts": Problem.SAME_START})
        session = GroupSession.objects.create(
            group=group,
            state=GroupSession.State.HELD,
            starts=starts,
            ends=ends,
            logged_by_id=by.user,
        )
        Attendance.objects.bulk_create(
            Attendance(session=session, member_id=member, status=status)
            for member, status in attendance.items()
        )
        answer(claimed, session.pk)
        trail.append(by, "session.logged", object_id=session.pk, code=group.code, group=group.pk)
    return session


def mark_attendance(
    *,
    by: Actor,
    session: GroupSession,
    member: UUID,
    status: AttendanceStatus,
    arrived_at: time | None = None,
    seen: int,
) -> Attendance:
    """Say how one member attended. Another cell of the same grid is not touched.

    `seen` is the revision on which the writer's page was drawn (0 for somebody
    who was not listed yet). Saying the same again changes nothing. Raises
    Rejected: the member was not in the group that day, the time does not fit,
    or a colleague answered differently meanwhile (`changed_meanwhile`).
    """
    zone = session.group.practice.zone
    with transaction.atomic(durable=True):
        day = session.local_day()
        stints = queries.memberships_on(session.group, day).filter(member=member)
        check(
            mark_problems(
                on_the_roster=stints.exists(),
                status=status,
                arrived_at=arrived_at,
                starts=session.starts.astimezone(zone).time(),
                ends=session.ends.astimezone(zone).time(),
            )
        )
        queries.lock_leading(by, session)
        # The session's row serialises two who add the same missing cell.
        GroupSession.objects.select_for_update().get(pk=session.pk)
        cell = Attendance.objects.select_for_update().filter(session=session, member=member).first()
        if cell is None:
            cell = Attendance(session=session, member_id=member, revision=0)
        elif (cell.status, cell.arrived_at) == (status, arrived_at):
            return cell
        if cell.revision != seen:
            raise Rejected({"attendance": Problem.CHANGED_MEANWHILE})
        cell.status, cell.arrived_at, cell.revision = status, arrived_at, cell.revision + 1
        cell.save()
        _note_attendance(by, session)
    return cell


def mark_everybody_here(*, by: Actor, session: GroupSession) -> int:
    """Mark everybody as here about whom nothing is said yet; returns how many that were."""
    with transaction.atomic(durable=True):
        queries.lock_leading(by, session)
        GroupSession.objects.select_for_update().get(pk=session.pk)
        expected = Attendance.objects.filter(session=session, status=AttendanceStatus.EXPECTED)
        marked = expected.update(status=AttendanceStatus.ATTENDED, revision=F("revision") + 1)
        if marked:
            _note_attendance(by, session)
    return marked


def _note_attendance(by: Actor, session: GroupSession) -> None:
    group = session.group
    trail.append(by, "attendance.marked", object_id=session.pk, code=group.code, group=group.pk)
