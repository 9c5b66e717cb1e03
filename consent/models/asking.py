"""Questions, the consents they ask for, and the ledger of what happened to each."""

from datetime import datetime
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Practice, User
from audit.ids import uuid7
from consent.kinds import Kind
from consent.models.recipients import Recipient
from sessions_app.models import DisclosureVersion, Member
from vault.envelope import Place


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
    recipient_class = models.ForeignKey(
        Recipient, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    purposes = models.JSONField()
    effective = models.DateTimeField()
    expires = models.DateTimeField()
    answer_by = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    own: "list[DisclosureVersion]"  # set by the query that lists requests

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires__gt=F("effective")), name="request_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return self.code


class Consent(models.Model):
    """The scope one member is asked for: it never changes. What happened to it are its events.

    With a `recipient_class` both must match: this recipient, while shown to belong to it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=12, unique=True)
    request = models.ForeignKey(ConsentRequest, on_delete=models.PROTECT, related_name="consents")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="consents")
    version = models.ForeignKey(
        DisclosureVersion, on_delete=models.PROTECT, related_name="consents"
    )
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="+")
    recipient_class = models.ForeignKey(
        Recipient, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    purposes = models.JSONField()
    effective = models.DateTimeField()
    expires = models.DateTimeField()

    # Set by the queries that fetch consents to show them.
    last_kind: str | None
    last_until: datetime | None
    last_at: datetime | None
    several: bool
    together: bool
    may_stand_again: bool
    to_reaffirm: bool
    half_signed: bool
    stopped: bool

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "version", "member"], name="one_consent_per_question"
            ),
            models.CheckConstraint(
                condition=Q(expires__gt=F("effective")), name="consent_ends_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["member", "recipient"], name="consent_of_member_to"),
            models.Index(fields=["expires"], name="consent_expires"),
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
        indexes = [
            models.Index(
                fields=["until"], name="yes_until", condition=Q(kind__in=("granted", "unheld"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.consent_id}#{self.counter} {self.kind}"

    def signature_place(self, practice: UUID) -> Place:
        return Place("consent_consentevent", "signature", self.pk, practice)
