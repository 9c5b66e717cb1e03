"""How a group goes, asked of its members: what is kept cannot be followed back to one of them."""

from uuid import UUID, uuid4

from django.db import models
from django.db.models import Q

from accounts.models import Practice, User
from audit.ids import uuid7
from sessions_app.models.groups import TherapyGroup

QUESTIONS = 3


class PulseQuestions(models.Model):
    """The three questions in a practice's own words. Never changed: the latest row is in force."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    first = models.CharField(max_length=120)
    second = models.CharField(max_length=120)
    third = models.CharField(max_length=120)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="one_wording_per_number")
        ]

    def __str__(self) -> str:
        return str(self.id)


class PulseAnswer(models.Model):
    """One answer, or that a question was skipped. No member, no session, no hour.

    `once` is a digest of member, session and question, and `whose` of member
    and batch, both keyed with the member's own erasure key: the first lets
    nobody answer twice, the second counts how many different people a batch
    holds. Its key is drawn by chance, so that it tells no order.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    group = models.ForeignKey(TherapyGroup, on_delete=models.PROTECT, related_name="+")
    question = models.PositiveSmallIntegerField()
    wording = models.PositiveIntegerField()
    batch = models.PositiveIntegerField()
    value = models.PositiveSmallIntegerField(null=True)
    day = models.DateField()
    once = models.BinaryField(max_length=32, unique=True)
    whose = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(value=None) | Q(value__gte=1, value__lte=5), name="pulse_from_1_to_5"
            ),
            models.CheckConstraint(
                condition=Q(question__gte=1, question__lte=QUESTIONS), name="pulse_has_3_questions"
            ),
        ]
        indexes = [
            models.Index(fields=["group", "question", "wording", "batch"], name="pulse_batches")
        ]

    def __str__(self) -> str:
        return str(self.id)


def once_of(member: UUID, session: UUID, question: int) -> str:
    """Return what `PulseAnswer.once` is a digest of."""
    return f"pulse once {member.hex} {session.hex} {question}"


def whose_of(member: UUID, group: UUID, question: int, wording: int, batch: int) -> str:
    """Return what `PulseAnswer.whose` is a digest of."""
    return f"pulse whose {member.hex} {group.hex} {question} {wording} {batch}"
