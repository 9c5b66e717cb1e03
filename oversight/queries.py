"""What a supervisor has to look at, from the trail of the groups they review."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef

from audit.models import Entry
from audit.trail import Actor
from consent.services.alarms import ACCESS, CLOSED, FORGED
from sessions_app import queries as sessions


def open_alarms(practice: UUID, groups: Iterable[UUID]) -> list[Entry]:
    """Return the alarms about `groups` that nobody has looked into yet, newest first."""
    later = Entry.objects.filter(
        chain=practice, object_id=OuterRef("object_id"), act=CLOSED, seq__gt=OuterRef("seq")
    )
    raised = Entry.objects.filter(~Exists(later), chain=practice, act__in=(FORGED, ACCESS))
    return list(raised.filter(group__in=list(groups)).order_by("-seq"))


def open_alarm(by: Actor, seq: int) -> Entry:
    """Return one open alarm of a group the actor reviews today. Raises Entry.DoesNotExist."""
    groups = sessions.groups_supervised_by(by).values_list("pk", flat=True)
    for entry in open_alarms(by.practice, groups):
        if entry.seq == seq:
            return entry
    raise Entry.DoesNotExist
