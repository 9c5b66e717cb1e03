"""Counting closed doors, and turning the counts into entries."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from audit import trail
from audit.clock import database_now
from audit.models import DenialBucket, Outcome
from audit.trail import Actor


def note_denial(*, practice: UUID, actor: UUID) -> None:
    """Count one closed door for one person in this minute; which door is not kept."""
    with transaction.atomic(durable=True):
        minute = database_now().replace(second=0, microsecond=0)
        bucket, _ = DenialBucket.objects.get_or_create(
            practice=practice, actor=actor, minute=minute
        )
        DenialBucket.objects.filter(pk=bucket.pk).update(count=F("count") + 1)


def sweep_denials() -> int:
    """Write one entry for each person and minute that is over; return how many were written."""
    over = database_now() - timedelta(minutes=1)
    swept = 0
    for bucket in DenialBucket.objects.filter(minute__lte=over).order_by("pk"):
        with transaction.atomic(durable=True):
            taken, _ = DenialBucket.objects.filter(pk=bucket.pk).delete()
            if not taken:
                continue
            trail.append(
                Actor(bucket.practice, bucket.actor, "person"),
                "door.closed",
                object_id=bucket.actor,
                ground=f"times={bucket.count}",
                outcome=Outcome.REFUSED,
            )
            swept += 1
    return swept
