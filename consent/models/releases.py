"""What went out, what stayed in, and the ways to a recipient: by hand, or by link and passcode."""

from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Practice, User
from audit.ids import uuid7
from consent.models.asking import Consent, PurposeOfUse
from consent.models.overrides import Override
from consent.models.recipients import Recipient
from sessions_app.models import DisclosureVersion, GroupSession, TherapyGroup


class ReleasePurpose(models.TextChoices):
    """Why something went out: what members are asked about, and on an override what they are not.

    The last two are never inherited from anything wider (R14), and nobody is asked for them.
    """

    TREAT = PurposeOfUse.TREAT.value, PurposeOfUse.TREAT.label
    COC = PurposeOfUse.COC.value, PurposeOfUse.COC.label
    HPAYMT = PurposeOfUse.HPAYMT.value, PurposeOfUse.HPAYMT.label
    BTG = "BTG", _("To prevent harm, without consent")
    HLEGAL = "HLEGAL", _("Because the law asks for it, without consent")


class Release(models.Model):
    """One try to let out an item, a session's or a whole group's. Why, if not, is in the trail.

    `session` and `group` say what was asked for; a release of one item has neither.
    """

    class Decision(models.TextChoices):
        PERMIT = "permit", _("Released")
        WITHHOLD = "withhold", _("Withheld")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=12, unique=True)
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=12, choices=ReleasePurpose)
    decision = models.CharField(max_length=10, choices=Decision)
    decided_at = models.DateTimeField()
    notice_version = models.CharField(max_length=20, blank=True)
    released_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(
        GroupSession, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    group = models.ForeignKey(
        TherapyGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    # Set by the queries that fetch it for a page.
    item_code: str
    by_link: bool

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(session=None) | Q(group=None), name="a_session_or_a_whole_group"
            )
        ]

    def __str__(self) -> str:
        return self.code


class ReleaseItem(models.Model):
    """An item that a release lets out, with the consents it stands on, or the one override.

    Never without (consent/walls.py); no override is used twice.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="items")
    version = models.ForeignKey(DisclosureVersion, on_delete=models.PROTECT, related_name="+")
    consents = models.ManyToManyField(Consent, related_name="release_items")
    # The item's latest event then: by the ledger's order, never the clock's, what came later.
    ledger_place = models.PositiveIntegerField(default=0)
    override = models.OneToOneField(
        Override, on_delete=models.PROTECT, null=True, blank=True, related_name="release_item"
    )

    told_member: UUID  # set by the query of what a member was told of

    def __str__(self) -> str:
        return str(self.id)


class WithheldItem(models.Model):
    """An item that was asked for and stayed. Inside knowledge: no recipient ever learns of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="withheld")
    version = models.ForeignKey(DisclosureVersion, on_delete=models.PROTECT, related_name="+")

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


class ReleaseLink(models.Model):
    """A way to a release by link and passcode. Both are stored hashed.

    The address carries the code, its fragment the secret; the passcode goes
    another way. Live until it expires, is ended, is used up or met five wrong
    passcodes; every opening decides again. A try counts as wrong until it was
    compared; a right one is given back.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="links")
    code = models.CharField(max_length=12, unique=True)
    secret_hash = models.BinaryField(max_length=32)
    passcode_hash = models.CharField(max_length=200)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    openings_allowed = models.PositiveSmallIntegerField(default=3)
    openings_used = models.PositiveSmallIntegerField(default=0)
    wrong_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(openings_used__lte=F("openings_allowed")), name="link_openings_bound"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class LinkVisit(models.Model):
    """The short stay of a recipient who gave link and passcode; its token is stored hashed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    link = models.ForeignKey(ReleaseLink, on_delete=models.PROTECT, related_name="visits")
    token_hash = models.BinaryField(max_length=32, unique=True)
    began_at = models.DateTimeField()
    expires = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)
