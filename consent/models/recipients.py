"""To whom words may be released: people, organisations, and classes of them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Practice, User
from audit.ids import uuid7
from sessions_app.models import Member
from vault.envelope import Place
from vault.services import Sealed


class Recipient(models.Model):
    """Somebody to whom words may be released. Name and address are sealed.

    A class ("my treating providers") is named in a consent and never receives
    itself; who belongs to it is shown by `ClassMembership`. A recipient with a
    `member` is that member, asking for their own words (row 39). One made for
    `one_emergency` is offered nowhere else, and no list shows its name (R98).
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANISATION = "organisation", _("Organisation")
        CLASS = "class", _("Group of recipients")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="recipients")
    code = models.CharField(max_length=12, unique=True)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.ORGANISATION)
    member = models.OneToOneField(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="as_recipient"
    )
    name_sealed = models.BinaryField()
    address_sealed = models.BinaryField()
    one_emergency = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(member=None) | Q(kind="person"), name="a_member_is_a_person"
            )
        ]

    def __str__(self) -> str:
        return self.code

    def place(self, column: str) -> Place:
        return Place("consent_recipient", column, self.pk, self.practice_id)

    @property
    def sealed_name(self) -> Sealed:
        return Sealed(bytes(self.name_sealed), self.place("name"))

    @property
    def sealed_address(self) -> Sealed:
        return Sealed(bytes(self.address_sealed), self.place("address"))


class ClassMembership(models.Model):
    """That a recipient was shown to belong to a class, by whom, from when until when (row 5).

    Carries a MAC over all of it as it was shown, and counts only if that holds
    and the trail's last word on it is that it was shown. Ending it needs neither.
    """

    class Evidence(models.TextChoices):
        STATED = "stated", _("Stated by staff")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    recipient_class = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="shown")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="classes")
    shown_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    evidence = models.CharField(max_length=8, choices=Evidence, default=Evidence.STATED)
    mac_key_id = models.CharField(max_length=8, blank=True)
    mac = models.BinaryField(max_length=32, default=b"")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["recipient_class", "recipient"],
                condition=Q(until=None),
                name="one_open_class_membership",
            )
        ]

    def __str__(self) -> str:
        return f"{self.recipient_id} in {self.recipient_class_id}"
