"""Letting out without consent, on a legal basis: the request, its answers, its review.

Nothing here is ever changed: what happens to an override are rows of their
own. A request or an approval permits, so it carries a MAC and counts only as
the trail tells of it; what denies always counts.
"""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Practice, User
from audit.ids import uuid7
from consent.models.recipients import Recipient
from sessions_app.models import DisclosureVersion, Member
from vault.envelope import Place
from vault.services import Sealed


class Override(models.Model):
    """That somebody claims a basis for letting passages of one version out to one recipient.

    `claim_sealed` holds every word of it (consent/rules/claims.py), sealed with
    the item's key: erased with the item. `text_digest` is a keyed digest of
    what would be released. `urgent` says that it may go without a second person;
    `names_version` that a court names a version which is not the current one.
    `rule` is the jurisdiction rule that was shown, which lives in another room.
    """

    class Basis(models.TextChoices):
        THREAT = "THREAT", _("Serious and imminent threat")
        MEDICAL_EMERGENCY = "MEDICAL_EMERGENCY", _("Medical emergency")
        MANDATED_REPORT = "MANDATED_REPORT", _("Report of suspected child abuse")
        ELDER_ABUSE = "ELDER_ABUSE", _("Report of abuse of an elder or dependent adult")
        COURT_ORDER = "COURT_ORDER", _("Order of a court")
        OVERSIGHT = "OVERSIGHT", _("Oversight of whoever wrote it")
        CORONER = "CORONER", _("Coroner or medical examiner")
        LEGAL_DEFENSE = "LEGAL_DEFENSE", _("Defense in a suit by this member")
        PAST_VIOLENCE = "PAST_VIOLENCE", _("Confession of past violence")
        SUBPOENA = "SUBPOENA", _("Subpoena without an order")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=12, unique=True)
    version = models.ForeignKey(
        DisclosureVersion, on_delete=models.PROTECT, related_name="overrides"
    )
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="+")
    basis = models.CharField(max_length=20, choices=Basis)
    facts = models.JSONField()
    rule = models.UUIDField(null=True, blank=True)
    rule_code = models.CharField(max_length=40, blank=True)
    urgent = models.BooleanField(default=False)
    names_version = models.BooleanField(default=False)
    claim_sealed = models.BinaryField()
    text_digest = models.BinaryField(max_length=32)
    tell_by = models.DateField(null=True, blank=True)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    mac_key_id = models.CharField(max_length=8)
    mac = models.BinaryField(max_length=32)

    # Set by the service that writes it: whether somebody involved refused even emergencies.
    refusal: bool

    def __str__(self) -> str:
        return self.code

    @property
    def claim_place(self) -> Place:
        return Place("consent_override", "claim", self.pk, self.practice_id)

    @property
    def sealed_claim(self) -> Sealed:
        return Sealed(bytes(self.claim_sealed), self.claim_place)

    @property
    def approval(self) -> "OverrideAnswer | None":
        """The second person's yes, if there is one (fetch `answers` along)."""
        return next((one for one in self.answers.all() if one.kind == "approved"), None)


class Involved(models.Model):
    """A member for whom the basis holds: only what concerns them may be shown."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    override = models.ForeignKey(Override, on_delete=models.PROTECT, related_name="involved")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="overrides")
    sues = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["override", "member"], name="involved_once")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.override_id}"


class OverrideAnswer(models.Model):
    """What was said to a request: by the second person, by the requester, or by the house.

    Any kind but `approved` ends it. Why it was declined stands sealed. An
    approval carries a MAC over itself.
    """

    class Kind(models.TextChoices):
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        DROPPED = "dropped", _("Dropped")
        REFUSED = "refused", _("Refused")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    override = models.ForeignKey(Override, on_delete=models.PROTECT, related_name="answers")
    kind = models.CharField(max_length=10, choices=Kind)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    why_sealed = models.BinaryField(default=b"")
    mac_key_id = models.CharField(max_length=8, blank=True)
    mac = models.BinaryField(max_length=32, default=b"")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["override", "kind"], name="one_answer_of_a_kind")
        ]

    def __str__(self) -> str:
        return f"{self.override_id} {self.kind}"

    def why_place(self, practice: UUID) -> Place:
        return Place("consent_overrideanswer", "why", self.pk, practice)

    def sealed_why(self, practice: UUID) -> Sealed | None:
        return Sealed(bytes(self.why_sealed), self.why_place(practice)) if self.why_sealed else None


class Review(models.Model):
    """That a release on an override has to be looked at by somebody else, and until when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    override = models.OneToOneField(Override, on_delete=models.PROTECT, related_name="review")
    began_at = models.DateTimeField()
    due_at = models.DateTimeField()

    # Set by the query of those who review: how many hours it is over, 0 before.
    hours_over: int

    def __str__(self) -> str:
        return str(self.id)


class Reviewer(models.Model):
    """Somebody who was given the right to read the released text, until the review has ended."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="reviewers")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "user"], name="one_right_each")]

    def __str__(self) -> str:
        return f"{self.user_id} of {self.review_id}"


class ReviewOutcome(models.Model):
    """What a review came to, with its words sealed; said once."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("Upheld")
        WITH_CONCERN = "concern", _("Upheld with concern")
        NOT_JUSTIFIED = "not_justified", _("Not justified")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="outcome")
    outcome = models.CharField(max_length=14, choices=Outcome)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    words_sealed = models.BinaryField(default=b"")
    follow_up_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.review_id} {self.outcome}"

    def words_place(self, practice: UUID) -> Place:
        return Place("consent_reviewoutcome", "words", self.pk, practice)

    def sealed_words(self, practice: UUID) -> Sealed | None:
        if not self.words_sealed:
            return None
        return Sealed(bytes(self.words_sealed), self.words_place(practice))


class Telling(models.Model):
    """That a member was told of a release without their consent, and how; or why not yet.

    Of one member the row with `how` stands, else the latest. `waits_until` is
    the day on which the question comes back.
    """

    class How(models.TextChoices):
        NOTICE = "notice", _("By a notice in the house")
        IN_PERSON = "in_person", _("In person")
        TELEPHONE = "telephone", _("By telephone")
        LETTER = "letter", _("By letter")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    override = models.ForeignKey(Override, on_delete=models.PROTECT, related_name="tellings")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=10, choices=How, blank=True)
    waits_until = models.DateField(null=True, blank=True)
    why_sealed = models.BinaryField(default=b"")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(how="") & Q(waits_until__isnull=False)
                | ~Q(how="") & Q(waits_until=None),
                name="told_or_a_day_to_come_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} of {self.override_id}"

    def why_place(self, practice: UUID) -> Place:
        return Place("consent_telling", "why", self.pk, practice)

    def sealed_why(self, practice: UUID) -> Sealed | None:
        return Sealed(bytes(self.why_sealed), self.why_place(practice)) if self.why_sealed else None
