"""When somebody's groups meet: from the rows there are, and else from each group's rhythm."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from accounts.models import Role, User
from accounts.queries import roles_of
from audit.clock import database_now
from sessions_app.models import (
    Facilitation,
    GroupSession,
    GroupUserPermission,
    Membership,
    TherapyGroup,
)

BACK, AHEAD = timedelta(weeks=12), timedelta(weeks=26)


@dataclass(frozen=True)
class Meeting:
    """One appointment. `key` tells it from others of the same person, whenever it is asked for."""

    key: str
    starts: datetime
    ends: datetime
    cancelled: bool = False


@dataclass(frozen=True)
class _Belonging:
    """That somebody is in a group, or leads it, from one local day to another."""

    group: TherapyGroup
    since: date
    until: date | None

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


def may_have_feed(user: User) -> bool:
    """Say whether this is somebody who is in groups now, or leads any."""
    if Role.FACILITATOR in roles_of(user):
        return True
    today = database_now().astimezone(user.practice.zone).date()
    stints = Membership.objects.filter(Q(until=None) | Q(until__gte=today), member__user=user)
    return user.is_active and stints.exists()


def meetings_of(user: User, now: datetime) -> list[Meeting] | None:
    """Return when a person's groups met lately and will meet, oldest first, in the local zone.

    On a local day with a row of its own (planned, held, cancelled) that row
    counts; on other days from today on the weekly rhythm does, 26 weeks ahead.
    None for whoever is in no group now and leads none (`may_have_feed`).
    """
    zone = user.practice.zone
    today = now.astimezone(zone).date()
    leads = Role.FACILITATOR in roles_of(user)
    belongings = _belongings(user, today, leads=leads)
    if not leads and not any(one.until is None or one.until >= today for one in belongings):
        return None
    rows = GroupSession.objects.filter(
        group__in={one.group.pk for one in belongings},
        starts__gte=datetime.combine(today - BACK, time(), tzinfo=zone),
        starts__lt=datetime.combine(today + AHEAD, time(), tzinfo=zone),
    ).order_by("group", "starts")
    listed = list(rows)
    found = {
        meeting.key: meeting
        for group in {one.group.pk: one.group for one in belongings}.values()
        for meeting in _of_group(group, listed, today, zone)
        if any(one.group == group and one.covers(meeting.starts.date()) for one in belongings)
    }
    return sorted(found.values(), key=lambda one: (one.starts, one.key))


def next_meetings(
    groups: Iterable[TherapyGroup], now: datetime, zone: ZoneInfo
) -> dict[UUID, datetime]:
    """Return when each group meets next, by id: a time and nothing more.

    As a calendar says it (`meetings_of`). A group that is closed, or has neither
    plan nor rhythm, is not there.
    """
    listed = [group for group in groups if group.closed_on is None]
    today = now.astimezone(zone).date()
    rows = list(
        GroupSession.objects.filter(
            group__in=listed,
            starts__gte=datetime.combine(today, time(), tzinfo=zone),
            starts__lt=datetime.combine(today + AHEAD, time(), tzinfo=zone),
        ).order_by("starts")
    )
    found = {}
    for group in listed:
        met = _of_group(group, rows, today, zone)
        to_come = [one.starts for one in met if one.starts > now and not one.cancelled]
        if to_come:
            found[group.pk] = min(to_come)
    return found


def _of_group(
    group: TherapyGroup, rows: list[GroupSession], today: date, zone: ZoneInfo
) -> list[Meeting]:
    """Return the rows of a group as meetings, and its rhythm on the days that have no row."""
    found: list[Meeting] = []
    taken: set[date] = set()
    for row in (one for one in rows if one.group_id == group.pk):
        starts, ends = row.starts.astimezone(zone), row.ends.astimezone(zone)
        day = starts.date()
        key = f"{group.pk.hex} {day}"
        key = f"{key} {row.pk.hex}" if day in taken else key
        taken.add(day)
        found.append(Meeting(key, starts, ends, row.state == GroupSession.State.CANCELLED))
    rhythm = rhythm_of(group, today, today + AHEAD, zone)
    return found + [one for one in rhythm if one.starts.date() not in taken]


def rhythm_of(group: TherapyGroup, first: date, end: date, zone: ZoneInfo) -> list[Meeting]:
    """Return when a group meets by its weekly rhythm, from one local day up to another."""
    return [
        Meeting(f"{group.pk.hex} {day}", *_local_hours(group, day, zone))
        for day in _rhythm_days(group, first, end)
    ]


def _rhythm_days(group: TherapyGroup, first: date, end: date) -> list[date]:
    if group.weekday is None or group.starts_at is None or group.ends_at is None:
        return []
    last = min(end, group.closed_on + timedelta(days=1)) if group.closed_on else end
    day = first + timedelta(days=(group.weekday - first.weekday()) % 7)
    days = []
    while day < last:
        days.append(day)
        day += timedelta(weeks=1)
    return days


def _local_hours(group: TherapyGroup, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Begin and end of a group's hour on a local day: six in the evening stays six."""
    assert group.starts_at and group.ends_at
    over_midnight = timedelta(days=int(group.ends_at <= group.starts_at))
    starts = datetime.combine(day, group.starts_at, tzinfo=zone)
    return starts, datetime.combine(day + over_midnight, group.ends_at, tzinfo=zone)


def _belongings(user: User, today: date, *, leads: bool) -> list[_Belonging]:
    lasting = Q(until=None) | Q(until__gte=today - BACK)
    found = [
        _Belonging(stint.group, stint.since, stint.until)
        for stint in Membership.objects.filter(lasting, member__user=user).select_related("group")
    ]
    if not leads:
        return found
    runs = GroupUserPermission.objects.filter(user=user, permission__codename="run_group")
    led = Facilitation.objects.filter(
        Q(until=None) | Q(until__gte=today),
        user=user,
        group__in=runs.values("content_object"),
        group__practice=user.practice_id,
    )
    return found + [
        _Belonging(one.group, one.since, one.until) for one in led.select_related("group")
    ]
