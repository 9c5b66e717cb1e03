"""What a supervisor has to look at, from the trail of the groups they review."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Case, Exists, Max, OuterRef, Q, QuerySet, When

from audit.models import Entry, Outcome
from audit.queries import Discretion
from audit.trail import Actor
from consent.queries import put_by
from consent.services.alarms import ACCESS, CLOSED, FORGED, PRESSURED
from consent.services.previewing import PREVIEW
from sessions_app import queries as sessions

RAISED = (FORGED, ACCESS, PRESSURED)
MOST = 20
MOST_LINES = 600


def open_alarms(practice: UUID, groups: Iterable[UUID]) -> QuerySet[Entry]:
    """Return the alarms about `groups` that nobody has looked into yet, newest first."""
    about = Entry.objects.filter(_still_open(practice), chain=practice, group__in=list(groups))
    return about.order_by("-seq")


def alarms_and_withheld(
    practice: UUID, groups: Iterable[UUID], *, since: datetime, limit: int, discretion: Discretion
) -> tuple[list[Entry], list[list[Entry]]]:
    """Return the open alarms about `groups`, and the newest `limit` of what was withheld `since`.

    One query; newest first, at most `MOST` alarms. A release is one thing withheld,
    with an entry for each item that stayed and each try to open it. What was only
    tried out let nothing out either way and is not there. What the reader may not
    know is no alarm and not withheld.
    """
    disguised = Q(discretion.here(), act=discretion.disguised)
    withheld = Q(outcome=Outcome.WITHHOLD, at__gte=since) & ~Q(act=PREVIEW)
    told = Entry.objects.filter(discretion.heard(), ~disguised, chain=practice)
    told = told.filter(group__in=list(groups))
    things = told.filter(withheld, object_id__isnull=False).exclude(act__in=RAISED)
    newest = things.values("object_id").annotate(last=Max("seq")).order_by("-last")[:limit]
    of_these = withheld & Q(object_id__in=newest.values("object_id"))
    found = told.filter(_still_open(practice) | of_these)
    first = Case(When(act__in=RAISED, then=0), default=1)
    alarms, about = list[Entry](), dict[UUID | None, list[Entry]]()
    for entry in found.order_by(first, "-seq")[: MOST + MOST_LINES]:
        if entry.act in RAISED:
            alarms.append(entry)
        else:
            about.setdefault(entry.object_id, []).append(entry)
    return alarms[:MOST], list(about.values())


def open_alarm(by: Actor, seq: int) -> Entry:
    """Return one open alarm of a group the actor reviews today. Raises Entry.DoesNotExist.

    That somebody was pressured is no alarm to whoever leads the group or asked them (R54).
    """
    supervised = list(sessions.groups_supervised_by(by))
    groups = [group.pk for group in supervised]
    led = [group.pk for group in supervised if group.led]
    asked = put_by(by, groups).noes
    own = Q(group__in=led) | Q(object_id__in=asked)
    return open_alarms(by.practice, groups).exclude(own, act=PRESSURED).get(seq=seq)


def alarm_about(by: Actor, object_id: UUID) -> Entry | None:
    """Return the newest open alarm about an object in a group the actor reviews today, if any."""
    groups = sessions.groups_supervised_by(by).values_list("pk", flat=True)
    return open_alarms(by.practice, groups).filter(object_id=object_id).first()


def _still_open(practice: UUID) -> Q:
    closed = Entry.objects.filter(
        chain=practice, object_id=OuterRef("object_id"), act=CLOSED, seq__gt=OuterRef("seq")
    )
    return Q(~Exists(closed), act__in=RAISED)
