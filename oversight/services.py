"""What a supervisor does about what they were shown."""

from django.db import transaction

from audit import trail
from audit.trail import Actor
from consent.services.alarms import CLOSED
from oversight import queries


def close_alarm(*, by: Actor, seq: int) -> None:
    """Say that an alarm was looked into; the next one about the same thing is raised again.

    `seq` is the place of its entry. Raises Entry.DoesNotExist if it is not open,
    or of a group the actor does not review.
    """
    alarm = queries.open_alarm(by, seq)
    with transaction.atomic(durable=True):
        trail.append(by, CLOSED, object_id=alarm.object_id, code=alarm.code, group=alarm.group)
