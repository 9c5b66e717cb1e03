"""What facilitators write beside items: group notes, addenda, drafts, and answers about names."""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.ids import uuid7
from sessions_app.models.groups import Member
from sessions_app.models.items import DisclosureVersion
from sessions_app.models.sessions import GroupSession
from vault.envelope import Place
from vault.services import Sealed


class GroupNote(models.Model):
    """The note of one session: theme and process, naming nobody. It has no way out (rule R26)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.OneToOneField(GroupSession, on_delete=models.PROTECT, related_name="note")
    text_sealed = models.BinaryField()
    digest = models.BinaryField(max_length=32)
    revision = models.PositiveIntegerField(default=1)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    signed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    signed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.id)

    @property
    def signed(self) -> bool:
        return self.signed_at is not None

    def sealed_text(self, practice: UUID) -> Sealed:
        """The sealed note; `practice` is the reader's own, so another house's never opens."""
        return Sealed(bytes(self.text_sealed), self.text_place(practice))

    def text_place(self, practice: UUID) -> Place:
        return Place("sessions_app_groupnote", "text", self.pk, practice, self.revision)


class Addendum(models.Model):
    """What was added to a group note after it was signed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    note = models.ForeignKey(GroupNote, on_delete=models.PROTECT, related_name="addenda")
    text_sealed = models.BinaryField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)

    def text_place(self, practice: UUID) -> Place:
        return Place("sessions_app_addendum", "text", self.pk, practice)

    def sealed_text(self, practice: UUID) -> Sealed:
        return Sealed(bytes(self.text_sealed), self.text_place(practice))


class NameMark(models.Model):
    """A place in a saved text that may name somebody, and what its writer said about it."""

    class Answer(models.TextChoices):
        CONCERNS = "concerns", _("Concerns this member")
        SOMEBODY_ELSE = "else", _("Somebody else")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(
        DisclosureVersion, on_delete=models.CASCADE, null=True, related_name="name_marks"
    )
    group_note = models.ForeignKey(
        GroupNote, on_delete=models.CASCADE, null=True, related_name="name_marks"
    )
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    answer = models.CharField(max_length=10, choices=Answer)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    reason_sealed = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(version=None) ^ Q(group_note=None), name="a_mark_is_in_one_text"
            ),
            models.CheckConstraint(
                condition=Q(answer="concerns", member__isnull=False)
                | Q(answer="else", reason_sealed__isnull=False),
                name="a_mark_has_a_member_or_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.start}-{self.end} {self.answer}"

    def reason_place(self, practice: UUID) -> Place:
        return Place("sessions_app_namemark", "reason", self.pk, practice)

    def sealed_reason(self, practice: UUID) -> Sealed:
        return Sealed(bytes(self.reason_sealed or b""), self.reason_place(practice))


class Draft(models.Model):
    """What somebody is typing, kept by keystroke for them alone until they save it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="drafts")
    place = models.CharField(max_length=120)
    text_sealed = models.BinaryField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "place"], name="one_draft_per_place")
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def text_place(self) -> Place:
        return Place("sessions_app_draft", "text", self.pk, self.user_id)

    @property
    def sealed_text(self) -> Sealed:
        return Sealed(bytes(self.text_sealed), self.text_place)
