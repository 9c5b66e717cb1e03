"""What binds the house: codes, law and its own policies, as citations that keep every version."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Practice, User
from audit.ids import uuid7


class PolicyReference(models.Model):
    """One version of one citation: what a code, a law or a policy says. Append-only (R113).

    A `code` is one citation in all its versions; the version in force is found by
    day (`ethics.library_rules`). Without a practice it is everybody's, and comes
    from `ethics/seed`; a practice adds its own policies. `read` says that a source
    was read when the seed was written: the day is not known, and counsel has to
    refresh it. What somebody confirmed since is a `Confirmation`. Nothing here is
    ever asked by the decision about a release (R114).
    """

    class Kind(models.TextChoices):
        PROFESSIONAL_CODE = "code", _("Professional code")
        FEDERAL_LAW = "federal", _("Federal law")
        STATE_RULE = "state", _("State rule")
        GUIDELINE = "guideline", _("Guideline")
        INTERNATIONAL = "abroad", _("Law elsewhere")
        EMPLOYER_POLICY = "policy", _("Policy of this practice")

    class Compared(models.TextChoices):
        """How much a policy protects members, beside the code or law it relates to."""

        LESS = "less", _("It asks for less protection")
        SAME = "same", _("It asks for the same")
        MORE = "more", _("It asks for more protection")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    code = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=120)
    edition = models.CharField(max_length=40, blank=True)
    number = models.CharField(max_length=40, blank=True)
    says = models.TextField()
    jurisdiction = models.CharField(max_length=10, blank=True)
    effective_from = models.DateField(null=True, blank=True)
    effective_until = models.DateField(null=True, blank=True)
    replaced_by = models.CharField(max_length=20, blank=True)
    read = models.BooleanField(default=False)
    relates_to = models.CharField(max_length=20, blank=True)
    compared = models.CharField(max_length=4, choices=Compared, blank=True)
    written_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField()

    # Set by the queries of the library, where a page asks for them.
    verified_on: object
    verified_by_id: object

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="one_citation_per_version"),
            models.CheckConstraint(
                condition=Q(practice=None, written_by=None)
                | Q(practice__isnull=False, written_by__isnull=False, kind="policy"),
                name="a_practice_writes_policies",
            ),
            models.CheckConstraint(
                condition=Q(effective_from=None)
                | Q(effective_until=None)
                | Q(effective_until__gte=F("effective_from")),
                name="a_citation_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(compared="") | ~Q(relates_to=""), name="compared_with_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    @property
    def is_own(self) -> bool:
        return self.practice_id is not None

    @property
    def asks_for_less(self) -> bool:
        """Whether this policy may be an administrative dilemma: policy against ethics."""
        return self.compared == self.Compared.LESS


class JurisdictionRule(models.Model):
    """What the law of one place asks where somebody is in danger, or in court. Append-only (R115).

    The house shows the rule and records what people judge; it never decides by it.
    `bases` are the grounds of an emergency release (`consent.rules.Basis`) it is
    shown for; `years` is the age of majority, where that is its subject.
    """

    class Subject(models.TextChoices):
        PROTECT = "protect", _("Danger to somebody")
        CHILD = "child", _("A child may be abused")
        ADULT = "adult", _("An older or dependent adult may be abused")
        MEDICAL = "medical", _("Medical emergency")
        COURT = "court", _("Court")
        OVERSIGHT = "oversight", _("Oversight and coroner")
        MAJORITY = "majority", _("Of age")

    class Duty(models.TextChoices):
        MANDATORY = "mandatory", _("You have to")
        PERMISSIVE = "permissive", _("You may")
        NONE = "none", _("No duty")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    jurisdiction = models.CharField(max_length=10)
    subject = models.CharField(max_length=10, choices=Subject)
    bases = models.JSONField(default=list)
    duty = models.CharField(max_length=10, choices=Duty)
    trigger = models.CharField(max_length=400)
    recipient = models.CharField(max_length=200, blank=True)
    basis = models.CharField(max_length=200)
    years = models.PositiveSmallIntegerField(null=True, blank=True)
    effective_from = models.DateField(null=True, blank=True)
    effective_until = models.DateField(null=True, blank=True)
    read = models.BooleanField(default=False)
    written_at = models.DateTimeField()

    # Set by the queries of the library, where a page asks for them.
    verified_on: object
    verified_by_id: object

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="one_rule_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Confirmation(models.Model):
    """That somebody of a practice looked a version up and found it so, on a day. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    on = models.DateField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.code} v{self.version} {self.on}"


class CrisisContact(models.Model):
    """Whom to call when somebody's life is in danger: one version of one line. Append-only (R118).

    Without a practice it comes from `ethics/seed`. A practice changes one by a
    version of its own under the same code, and takes it off by one that is not
    `shown`. A telephone line, never a promise that somebody here watches.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    code = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=10, blank=True)
    place = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    call = models.CharField(max_length=40)
    how = models.CharField(max_length=200, blank=True)
    shown = models.BooleanField(default=True)
    read = models.BooleanField(default=False)
    written_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            # Two, because a shared one has no practice, and nothing equals nothing in SQL.
            models.UniqueConstraint(
                fields=["practice", "code", "version"], name="one_crisis_contact_per_version"
            ),
            models.UniqueConstraint(
                fields=["code", "version"],
                condition=Q(practice=None),
                name="one_shared_crisis_contact_per_version",
            ),
            models.CheckConstraint(
                condition=Q(practice=None, written_by=None)
                | Q(practice__isnull=False, written_by__isnull=False),
                name="a_practice_writes_its_crisis_contacts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    @property
    def number(self) -> str:
        """The digits that a telephone dials; empty if it is no telephone number."""
        digits = "".join(one for one in self.call if one.isdigit())
        plus = "+" if self.call.strip().startswith("+") else ""
        return plus + digits if digits and not any(map(str.isalpha, self.call)) else ""
