"""Who speaks for a member, and what the law says of the member's own signature."""

from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Practice, User
from audit.ids import uuid7
from sessions_app.models.groups import Member, TherapyGroup
from vault.envelope import Place
from vault.services import Sealed


class Authority(models.TextChoices):
    """By what right somebody signs for a member."""

    PARENT = "parent", _("Parent")
    GUARDIAN = "guardian", _("Guardian")
    POWER_OF_ATTORNEY = "attorney", _("Power of attorney for health care")
    EXECUTOR = "executor", _("Executor of the estate")


class WhoSigns(models.TextChoices):
    """Whose signature the law asks for (docs/rules.md R33, R34)."""

    MEMBER = "member", _("The member alone")
    REPRESENTATIVE = "representative", _("A parent or guardian, for the member")
    BOTH = "both", _("The member and a parent, both")


class Representation(models.Model):
    """That somebody speaks for a member: recorded by one person, in force once another confirms.

    What the decision believes is not this row but the member's `LegalStanding`,
    which names every confirmed one. `ends_at` is when the authority ends for
    whatever cause; a barred one has an end too. What shows the authority (an
    order, a birth certificate) stands sealed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(TherapyGroup, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="representations")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="representing")
    authority = models.CharField(max_length=12, choices=Authority)
    since = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    may_read = models.BooleanField(default=False)
    barred = models.BooleanField(default=False)
    evidence_sealed = models.BinaryField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("recorded_by")),
                name="an_authority_is_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="confirmed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def evidence_place(self) -> Place:
        return Place("sessions_app_representation", "evidence", self.pk, self.practice_id)


class LegalStanding(models.Model):
    """Who has to sign for a member, as known from `at` on. Never changed: the highest counts.

    Of a member without one the member alone signs. `representatives` lists
    whoever was ever confirmed, each as [user, since, until, barred, may read,
    executor]. It carries a MAC over all of it, and is believed only if the
    trail's last word on the member's standing names this number: without that
    nothing is allowed for this member at all (docs/rules.md R81).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="standings")
    number = models.PositiveIntegerField()
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signs = models.CharField(max_length=16, choices=WhoSigns)
    of_age_at = models.DateTimeField(null=True, blank=True)
    died = models.BooleanField(default=False)
    representatives = models.JSONField(default=list)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    mac_key_id = models.CharField(max_length=8)
    mac = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "number"], name="one_standing_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.member_id}#{self.number}"


class AgreementVersion(models.Model):
    """What a group agreed on beside the house's own text, from a version on. Never changed.

    `TherapyGroup.agreement_version` names the one in force by its label.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(
        TherapyGroup, on_delete=models.PROTECT, related_name="agreement_versions"
    )
    number = models.PositiveIntegerField()
    text_sealed = models.BinaryField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "number"], name="one_agreement_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.group_id}#{self.number}"

    @property
    def label(self) -> str:
        return f"group-{self.number}"

    def text_place(self, practice: UUID) -> Place:
        return Place("sessions_app_agreementversion", "text", self.pk, practice)

    def sealed_text(self, practice: UUID) -> Sealed:
        return Sealed(bytes(self.text_sealed), self.text_place(practice))


class AgreementTalk(models.Model):
    """That the group spoke of its agreement in the room, on a day, because who is in it changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(TherapyGroup, on_delete=models.PROTECT, related_name="talks")
    on = models.DateField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)


class BreachReport(models.Model):
    """A member tells that something left the room. Sealed; whoever leads reads it only if they may.

    The answer comes from whoever reviews the group.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(TherapyGroup, on_delete=models.PROTECT, related_name="breaches")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="breaches_told")
    told_leaders = models.BooleanField(default=False)
    text_sealed = models.BinaryField()
    at = models.DateTimeField()
    answer_sealed = models.BinaryField(null=True, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.id)

    def place(self, column: str, practice: UUID) -> Place:
        return Place("sessions_app_breachreport", column, self.pk, practice)

    def sealed_text(self, practice: UUID) -> Sealed:
        return Sealed(bytes(self.text_sealed), self.place("text", practice))

    def sealed_answer(self, practice: UUID) -> Sealed | None:
        blob = self.answer_sealed
        return Sealed(bytes(blob), self.place("answer", practice)) if blob else None
