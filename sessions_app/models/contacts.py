"""Readings of a member's emergency contact: who, why, and what a supervisor said of it."""

from uuid import UUID

from django.db import models

from accounts.models import User
from audit.ids import uuid7
from sessions_app.models.groups import Member, TherapyGroup
from vault.envelope import Place
from vault.services import Sealed


class ContactReading(models.Model):
    """One reading of a member's emergency contact, with its reason. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="contact_readings")
    group = models.ForeignKey(TherapyGroup, on_delete=models.PROTECT, related_name="+")
    read_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason_sealed = models.BinaryField()

    def __str__(self) -> str:
        return str(self.id)

    def reason_place(self, practice: UUID) -> Place:
        return Place("sessions_app_contactreading", "reason", self.pk, practice)

    def sealed_reason(self, practice: UUID) -> Sealed:
        return Sealed(bytes(self.reason_sealed), self.reason_place(practice))


class ContactReview(models.Model):
    """What somebody else said of a reading: in order, or not. Append-only, one each."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reading = models.OneToOneField(ContactReading, on_delete=models.PROTECT, related_name="review")
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    in_order = models.BooleanField()

    def __str__(self) -> str:
        return str(self.id)
