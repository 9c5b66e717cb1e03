"""How somebody's stay in a group ends, and how it begins again or in another group."""

from datetime import date, timedelta

from django.db import transaction

from accounts.models import Practice
from audit import trail
from audit.trail import Actor
from sessions_app import queries
from sessions_app.models import Member, Membership, TherapyGroup
from sessions_app.rules import Problem, Rejected
from sessions_app.services.joining import check_day_has_come, check_open


def end_stint(*, by: Actor, group: TherapyGroup, member_code: str, until: date) -> Membership:
    """End a member's stint with a local day, which is its last. What was written stays.

    Raises Rejected for a day before the stint, one to come, or one before a
    session that they were at or that something about them was recorded of: the
    agreement they signed would not reach it (R6). Raises Membership.DoesNotExist
    if there is no open stint of that member.
    """
    check_day_has_come(by, until, "until")
    with transaction.atomic(durable=True):
        TherapyGroup.objects.select_for_update(no_key=True).get(pk=group.pk)
        stint = Membership.objects.select_for_update().get(
            group=group, member__code=member_code, until=None
        )
        if until < stint.since:
            raise Rejected({"until": Problem.ENDS_BEFORE_START})
        if queries.reaches_beyond(stint, until, Practice.objects.get(pk=by.practice)):
            raise Rejected({"until": Problem.THERE_LATER})
        stint.until = until
        stint.save(update_fields=["until"])
        trail.append(by, "membership.ended", object_id=stint.pk, code=member_code, group=group.pk)
    return stint


def begin_stint(*, by: Actor, group: TherapyGroup, member_code: str, since: date) -> Membership:
    """Begin another stint of somebody the actor knows: back in a group, or in one more.

    The same record and sign-in; they sign the group's agreement anew. Where no
    day lies between, the last stint goes on, with what was signed: so an end that
    was a mistake is taken back. Who is in the group stays as they are: twice is
    once. Raises Rejected for a day to come or within their last stint, and for a
    closed group; TherapyGroup.DoesNotExist for one the actor does not lead,
    Membership.DoesNotExist for whom they met in none that they lead (R31),
    Member.DoesNotExist for who was erased meanwhile.
    """
    check_day_has_come(by, since)
    with transaction.atomic(durable=True):
        TherapyGroup.objects.select_for_update().get(pk=group.pk)
        group = queries.own_group(by, group.code)
        check_open(group)
        if not (known := queries.stints_reached(by, member_code)):
            raise Membership.DoesNotExist
        people = Member.objects.select_for_update(no_key=True)
        member = people.get(pk=known[-1].member_id, erased_at=None)
        last = queries.latest_first(member.memberships.filter(group=group)).first()
        if last is None:
            return _begin(by, group, member, since)
        if last.until is None:
            return last
        if since < last.until:
            raise Rejected({"since": Problem.THERE_ALREADY})
        if since > last.until + timedelta(days=1):
            return _begin(by, group, member, since)
        last.until = None
        last.save(update_fields=["until"])
        trail.append(
            by, "membership.continued", object_id=last.pk, code=member_code, group=group.pk
        )
    return last


def _begin(by: Actor, group: TherapyGroup, member: Member, since: date) -> Membership:
    stint = Membership.objects.create(group=group, member=member, since=since)
    trail.append(by, "membership.begun", object_id=stint.pk, code=member.code, group=group.pk)
    return stint
