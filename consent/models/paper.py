"""Consent on paper: attested by one, counted once another attests it too."""

from uuid import UUID

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from audit.ids import uuid7
from consent.models.asking import Consent, ConsentEvent
from vault.envelope import Place
from vault.services import Sealed


class PaperConsent(models.Model):
    """A signed paper that somebody saw: its reference (sealed), its day, and who signed it.

    Nothing is allowed before a second person attests it: then `event` is the
    grant, authenticated over the reference and both.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="papers")
    signer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reference_sealed = models.BinaryField()
    signed_on = models.DateField()
    first_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField()
    second_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    event = models.OneToOneField(
        ConsentEvent, on_delete=models.PROTECT, null=True, related_name="paper"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consent"], condition=Q(closed_at=None), name="one_open_paper_a_consent"
            ),
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=F("first_by")),
                name="a_paper_is_attested_by_two",
            ),
            models.CheckConstraint(
                condition=Q(event=None) | Q(second_by__isnull=False),
                name="a_grant_on_paper_has_two_names",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    def reference_place(self, practice: UUID) -> Place:
        return Place("consent_paperconsent", "reference", self.pk, practice)

    def sealed_reference(self, practice: UUID) -> Sealed:
        return Sealed(bytes(self.reference_sealed), self.reference_place(practice))
