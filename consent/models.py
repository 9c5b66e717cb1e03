"""Recipients, requests, consents with their ledger of events, and releases."""

from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Practice, User
from audit.ids import uuid7
from consent.kinds import Kind
from sessions_app.models import DisclosureVersion, Member
from vault.envelope import Place
from vault.services import Sealed


class Recipient(models.Model):
    """Somebody outside to whom words may be released. Name and address are sealed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="recipients")
    code = models.CharField(max_length=12, unique=True)
    name_sealed = models.BinaryField()
    address_sealed = models.BinaryField()

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


class PurposeOfUse(models.TextChoices):
    """Why a recipient gets it: HL7 v3-ActReason codes, in the words members read."""

    TREAT = "TREAT", _("To help plan your care")
    COC = "COC", _("So that the people who care for you can work together")
    HPAYMT = "HPAYMT", _("So that your insurance can pay for your care")


class ConsentRequest(models.Model):
    """One question to the members that items concern: to whom, why, until when, answer by when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=12, unique=True)
    versions = models.ManyToManyField(DisclosureVersion, related_name="requests")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="+")
    purposes = models.JSONField()
    effective = models.DateTimeField()
    expires = models.DateTimeField()
    answer_by = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires__gt=F("effective")), name="request_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return self.code


class Consent(models.Model):
    """The scope one member is asked for: it never changes. What happened to it are its events."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=12, unique=True)
    request = models.ForeignKey(ConsentRequest, on_delete=models.PROTECT, related_name="consents")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="consents")
    version = models.ForeignKey(
        DisclosureVersion, on_delete=models.PROTECT, related_name="consents"
    )
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="+")
    purposes = models.JSONField()
    effective = models.DateTimeField()
    expires = models.DateTimeField()

    # Set by the queries that fetch consents to show them.
    last_kind: str | None
    last_until: datetime | None
    last_at: datetime | None
    several: bool

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "version", "member"], name="one_consent_per_question"
            ),
            models.CheckConstraint(
                condition=Q(expires__gt=F("effective")), name="consent_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Evidence(models.TextChoices):
    ONLINE = "online", _("Online")
    IN_ROOM = "in_room", _("In the room")
    PAPER = "paper", _("On paper")


class ConsentEvent(models.Model):
    """One thing that happened to a consent. Never changed; the highest counter is what stands.

    Events that permit carry a MAC and count only if it holds; events that deny
    carry none and always count.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="events")
    counter = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in Kind])
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    evidence = models.CharField(max_length=10, choices=Evidence, blank=True)
    text_version = models.CharField(max_length=20, blank=True)
    until = models.DateTimeField(null=True)
    signature_sealed = models.BinaryField(default=b"")
    mac_key_id = models.CharField(max_length=8, blank=True)
    mac = models.BinaryField(max_length=32, default=b"")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["consent", "counter"], name="one_event_per_counter")
        ]

    def __str__(self) -> str:
        return f"{self.consent_id}#{self.counter} {self.kind}"

    def signature_place(self, practice: UUID) -> Place:
        return Place("consent_consentevent", "signature", self.pk, practice)


class Release(models.Model):
    """One try to let an item out. Why it was withheld stands in the trail."""

    class Decision(models.TextChoices):
        PERMIT = "permit", _("Released")
        WITHHOLD = "withhold", _("Withheld")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=12, unique=True)
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=12, choices=PurposeOfUse)
    decision = models.CharField(max_length=10, choices=Decision)
    decided_at = models.DateTimeField()
    notice_version = models.CharField(max_length=20, blank=True)
    released_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    item_code: str  # set by the query that fetches it for its page

    def __str__(self) -> str:
        return self.code


class ReleaseItem(models.Model):
    """An item of a release, with the consents it stands on (none if it was withheld)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="items")
    version = models.ForeignKey(DisclosureVersion, on_delete=models.PROTECT, related_name="+")
    consents = models.ManyToManyField(Consent, related_name="release_items")

    def __str__(self) -> str:
        return str(self.id)


class HandOver(models.Model):
    """That a printed release was handed to its recipient, by whom and when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    release = models.OneToOneField(Release, on_delete=models.PROTECT, related_name="hand_over")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)
