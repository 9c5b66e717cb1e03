"""The trail's tables. No foreign key leaves them: an entry outlives what it speaks of."""

from datetime import datetime

from django.db import models


class Outcome(models.TextChoices):
    """How an act ended."""

    DONE = "done"
    PERMIT = "permit"
    WITHHOLD = "withhold"
    REFUSED = "refused"


class Head(models.Model):
    """The last entry of a chain: one row per practice, one for the installation.

    Locking it is the last thing a transaction does, so the order of a chain is
    the order in which its acts were committed.
    """

    chain = models.UUIDField(primary_key=True)
    seq = models.PositiveBigIntegerField(default=0)
    hash = models.BinaryField(max_length=32, default=bytes(32))
    at = models.DateTimeField(null=True)

    now: datetime  # set by the query that locks it

    def __str__(self) -> str:
        return f"{self.chain}@{self.seq}"


class Entry(models.Model):
    """One line of the trail. `body` is what is hashed; other columns repeat it for searching."""

    pk = models.CompositePrimaryKey("chain", "seq")
    chain = models.UUIDField()
    seq = models.PositiveBigIntegerField()
    body = models.BinaryField()
    prev = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    actor = models.UUIDField(null=True)
    role = models.CharField(max_length=20, blank=True)
    sign_in = models.UUIDField(null=True)
    act = models.CharField(max_length=40)
    object_id = models.UUIDField(null=True)
    code = models.CharField(max_length=20, blank=True)
    group = models.UUIDField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome)
    reasons = models.CharField(max_length=300, blank=True)

    PROJECTED = (
        "at",
        "actor",
        "role",
        "sign_in",
        "act",
        "object_id",
        "code",
        "group",
        "outcome",
        "reasons",
    )

    class Meta:
        indexes = [
            models.Index(fields=["chain", "group", "seq"], name="entry_group"),
            models.Index(fields=["sign_in", "act", "object_id"], name="entry_sign_in"),
            models.Index(fields=["chain", "object_id", "seq"], name="entry_object"),
        ]

    def __str__(self) -> str:
        return f"{self.chain}:{self.seq}"


class DenialBucket(models.Model):
    """How often one person met a closed door within one minute; the worker makes entries of it."""

    practice = models.UUIDField()
    actor = models.UUIDField()
    minute = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor", "minute"], name="one_bucket_per_minute")
        ]

    def __str__(self) -> str:
        return f"{self.actor}@{self.minute:%H:%M}"
