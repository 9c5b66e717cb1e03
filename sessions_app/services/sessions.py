"""Logging a session: when it was and who was there."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.services import answer, claim
from audit import trail
from audit.clock import database_now
from audit.trail import Actor
from sessions_app import queries
from sessions_app.models import Attendance, AttendanceStatus, GroupSession, TherapyGroup
from sessions_app.rules import Problem, Rejected, attendance_problems, check, session_problems


def log_session(
    *,
    by: Actor,
    group: TherapyGroup,
    starts: datetime,
    ends: datetime,
    attendance: Mapping[UUID, AttendanceStatus],
    once: UUID,
) -> GroupSession:
    """Record a session that was held, with the attendance of everybody on the roster that day.

    `attendance` maps member ids to statuses. The same `once` returns the same
    session. Raises Rejected; nothing is half saved.
    """
    with transaction.atomic(durable=True):
        claimed = claim(
            by=by,
            once=once,
            act="session.logged",
            content=(group.pk, starts, ends, *sorted(attendance.items())),
        )
        if claimed.answer:
            return GroupSession.objects.select_related("group__practice").get(pk=claimed.answer)
        day = starts.astimezone(group.practice.zone).date()
        if by.user not in queries.leaders_on(group, day):
            raise Rejected({"starts": Problem.NOT_LEADING_THEN})
        roster = set(queries.memberships_on(group, day).values_list("member_id", flat=True))
        check(
            session_problems(starts=starts, ends=ends, now=database_now())
            or attendance_problems(attendance, roster)
        )
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
