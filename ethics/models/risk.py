"""When somebody's life may be in danger: what was asked and done, and the member's own plan."""

from uuid import UUID

from django.db import models

from accounts.models import Practice, User
from audit.ids import uuid7
from sessions_app.models import Member, TherapyGroup
from vault.envelope import Place
from vault.services import Sealed


class RiskAssessment(models.Model):
    """One private talk about risk, whole and sealed with the member's key. Append-only (R116).

    What was answered, the level and every step stand in the sealed words; in clear
    are a code, days and ids alone. `follow_up_on` brings it back on Today until
    there is a later one, or a `RiskFollowUp` that closes it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=12, unique=True)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="risk_assessments")
    group = models.ForeignKey(TherapyGroup, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    follow_up_on = models.DateField(null=True, blank=True)
    words_sealed = models.BinaryField()

    def __str__(self) -> str:
        return self.code

    @property
    def words_place(self) -> Place:
        return Place("ethics_riskassessment", "words", self.pk, self.practice_id)

    @property
    def sealed_words(self) -> Sealed:
        return Sealed(bytes(self.words_sealed), self.words_place)


class RiskFollowUp(models.Model):
    """How it went on after an assessment: a few sealed words, and the next day or none.

    Append-only; the latest one says whether it comes back.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    assessment = models.ForeignKey(
        RiskAssessment, on_delete=models.PROTECT, related_name="follow_ups"
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    next_on = models.DateField(null=True, blank=True)
    words_sealed = models.BinaryField()

    def __str__(self) -> str:
        return str(self.id)

    def words_place(self, practice: UUID) -> Place:
        return Place("ethics_riskfollowup", "words", self.pk, practice)

    def sealed_words(self, practice: UUID) -> Sealed:
        return Sealed(bytes(self.words_sealed), self.words_place(practice))


class SafetyPlan(models.Model):
    """One version of a member's own plan for hard hours, sealed with their key. Append-only (R117).

    Written with the member by whoever leads their group; the member reads it on
    their own pages. Earlier versions stay.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="safety_plans")
    group = models.ForeignKey(TherapyGroup, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words_sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "version"], name="one_safety_plan_per_version"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def words_place(self) -> Place:
        return Place("ethics_safetyplan", "words", self.pk, self.practice_id)

    @property
    def sealed_words(self) -> Sealed:
        return Sealed(bytes(self.words_sealed), self.words_place)
