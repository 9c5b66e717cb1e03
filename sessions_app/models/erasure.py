"""What stops an erasure, and how far one has come."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Practice, User
from audit.ids import uuid7
from sessions_app.models.groups import Member
from sessions_app.models.items import Disclosure
from vault.envelope import Place
from vault.services import Sealed


class LegalHold(models.Model):
    """Something must not be erased: a member with all that concerns them, or one item.

    Placed by one person, lifted by two: one asks, another does. Why stands
    sealed, under a key of its own.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="holds"
    )
    disclosure = models.ForeignKey(
        Disclosure, on_delete=models.PROTECT, null=True, blank=True, related_name="holds"
    )
    why_sealed = models.BinaryField()
    since = models.DateTimeField()
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    lift_asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    until = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(member=None) ^ Q(disclosure=None), name="a_hold_is_on_one_thing"
            ),
            models.CheckConstraint(
                condition=Q(until=None)
                | (
                    Q(lifted_by__isnull=False, lift_asked_by__isnull=False)
                    & ~Q(lifted_by=F("lift_asked_by"))
                ),
                name="a_hold_is_lifted_by_two",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def sealed_why(self) -> Sealed:
        return Sealed(bytes(self.why_sealed), self.why_place)

    @property
    def why_place(self) -> Place:
        return Place("sessions_app_legalhold", "why", self.pk, self.practice_id)


class Erasure(models.Model):
    """One erasure: begun when nothing finds it any more, finished when its keys are gone.

    `keys` are the owners of the erasure keys that go. Between the two nobody
    reads what it takes, and it is finished by asking again or by the worker.
    """

    class Kind(models.TextChoices):
        ITEM = "item", _("Item")
        MEMBER = "member", _("Member")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    object_id = models.UUIDField(db_index=True)
    code = models.CharField(max_length=12)
    keys = models.JSONField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"
