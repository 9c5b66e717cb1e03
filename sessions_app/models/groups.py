"""Members, groups, and who is in them, leads them, reviews them."""

from datetime import date
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Practice, Role, User
from audit.clock import DatabaseClock
from audit.ids import uuid7
from vault.envelope import Place
from vault.services import Sealed


class Member(models.Model):
    """Somebody in treatment. Staff outside their groups know the code alone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="members")
    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="member")
    code = models.CharField(max_length=12)
    name_sealed = models.BinaryField()
    preferred_sealed = models.BinaryField(null=True, blank=True)
    aliases_sealed = models.BinaryField(null=True, blank=True)
    contact_sealed = models.BinaryField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "code"], name="one_member_per_code")
        ]

    def __str__(self) -> str:
        return self.code

    def place(self, column: str) -> Place:
        """Where `name`, `preferred`, `aliases` (one a line) or `contact` is sealed."""
        return Place("sessions_app_member", column, self.pk, self.practice_id)

    @property
    def sealed_name(self) -> Sealed:
        return Sealed(bytes(self.name_sealed), self.place("name"))

    @property
    def sealed_others(self) -> dict[str, Sealed]:
        """What else the member goes by, as far as it is recorded."""
        columns = {"preferred": self.preferred_sealed, "aliases": self.aliases_sealed}
        return {
            column: Sealed(bytes(blob), self.place(column))
            for column, blob in columns.items()
            if blob
        }

    @property
    def sealed_contact(self) -> Sealed | None:
        """Whom to call in an emergency; it opens for a reason alone, and somebody reviews that."""
        blob = self.contact_sealed
        return Sealed(bytes(blob), self.place("contact")) if blob else None


class RecordClass(models.TextChoices):
    """Which law protects an item (docs/rules.md R3)."""

    PSYCHOTHERAPY = "psychotherapy", _("Psychotherapy notes")
    SUD_COUNSELING = "sud_counseling", _("Substance use counseling notes (42 CFR Part 2)")


class Modality(models.TextChoices):
    PROCESS = "process", _("Interpersonal process")
    GRIEF = "grief", _("Grief")
    SKILLS = "skills", _("Skills training")
    INTENSIVE_OUTPATIENT = "iop", _("Intensive outpatient")


class Weekday(models.IntegerChoices):
    """The day on which a group meets, as `date.weekday` counts it."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


AGREEMENT_TEXT_VERSION = "agreement-1"


def _by_somebody_here(role: Role, on: date, path: str = "") -> Q:
    """Periods of a local day whose person is active and holds the role they have it in now.

    Nothing ends the periods of who leaves, so whoever counts people asks this.
    """
    held = f"{path}user__staff_roles"
    day = Q(**{f"{path}until": None}) | Q(**{f"{path}until__gte": on})
    live = Q(**{f"{held}__until": None}) | Q(**{f"{held}__until__gt": DatabaseClock()})
    who = {f"{path}user__is_active": True, f"{held}__role": role}
    return Q(day, live, **{f"{path}since__lte": on}, **who)


class TherapyGroupQuerySet(models.QuerySet["TherapyGroup"]):
    """Which groups a person reaches: the right and the period, in one question."""

    def run_by(self, user: UUID | OuterRef, on: date) -> Self:
        """Groups this person, by id or as an outer query names them, facilitates that local day."""
        return self.filter(
            Q(facilitations__until=None) | Q(facilitations__until__gte=on),
            facilitations__user=user,
            facilitations__since__lte=on,
            user_rights__user=user,
            user_rights__permission__codename="run_group",
        ).distinct()

    def supervised_by(self, user: UUID | OuterRef, on: date) -> Self:
        """Groups whose trail this person, named as in `run_by`, reviews on that local day."""
        return self.filter(
            _by_somebody_here(Role.SUPERVISOR, on, "supervisions__"),
            supervisions__user=user,
            user_rights__user=user,
            user_rights__permission__codename="review_trail",
        ).distinct()


class TherapyGroup(models.Model):
    """A group. Its name is sealed; trail and addresses carry its code."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="groups")
    code = models.CharField(max_length=12)
    name_sealed = models.BinaryField()
    modality = models.CharField(max_length=20, choices=Modality)
    record_class = models.CharField(max_length=20, choices=RecordClass)
    weekday = models.PositiveSmallIntegerField(choices=Weekday, null=True, blank=True)
    starts_at = models.TimeField(null=True, blank=True)
    ends_at = models.TimeField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    # The label of the agreement in force: the house's own text, or the group's own beside it.
    agreement_version = models.CharField(max_length=20, default=AGREEMENT_TEXT_VERSION)

    led: bool  # set by the query of supervised groups: the reviewer leads this one too

    objects = TherapyGroupQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [
            ("run_group", "Run a group"),
            ("review_trail", "Review the trail of a group"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["practice", "code"], name="one_group_per_code"),
            models.CheckConstraint(
                condition=Q(weekday=None) | Q(weekday__lte=6), name="weekday_is_of_the_week"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def name_place(self) -> Place:
        return Place("sessions_app_therapygroup", "name", self.pk, self.practice_id)

    @property
    def sealed_name(self) -> Sealed:
        return Sealed(bytes(self.name_sealed), self.name_place)


class Period(models.Model):
    """From one local day of the practice to another, both included; open if `until` is empty."""

    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


class Membership(Period):
    """One stint of a member in a group. Coming back is another stint."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(TherapyGroup, on_delete=models.PROTECT, related_name="memberships")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="memberships")
    invited: bool  # never came in yet; where a query adds it

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group", "member"], condition=Q(until=None), name="one_open_stint"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="stint_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.group_id}"

    @property
    def agreement_signature(self) -> "AgreementSignature":
        """The signature under the agreement in force, or, of a stint that is over, under any.

        Raises AttributeError without one: to a page an old one is as none.
        """
        signed = sorted(self.agreement_signatures.all(), key=lambda one: one.pk)
        for one in reversed(signed):
            if self.until is not None or one.text_version == self.group.agreement_version:
                return one
        raise AttributeError("agreement_signature")


class FacilitationQuerySet(models.QuerySet["Facilitation"]):
    def kept_by(self, user: Any) -> Self:
        """Periods of whose words this person is the originator: own ones, and those taken over.

        `user` is an id, or an OuterRef to one.
        """
        return self.filter(Q(handed_to=user) | Q(handed_to=None, user=user))

    def by_somebody_here(self, on: date) -> Self:
        """Periods that cover a local day, of active people who are facilitators now."""
        return self.filter(_by_somebody_here(Role.FACILITATOR, on))


class Facilitation(Period):
    """Who leads a group, and when; cover and hand-over are rows of it.

    What is written in a period is kept by whoever led then, until a hand-over
    gives it to somebody else (`handed_to`). A cover has its end from the
    beginning. A period that ends before it begins was taken off the same day.
    """

    class Kind(models.TextChoices):
        LEADS = "leads", _("Leads")
        COVER = "cover", _("Cover")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(TherapyGroup, on_delete=models.PROTECT, related_name="facilitations")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="facilitations")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.LEADS)
    handed_to = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = FacilitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="leads") | Q(until__isnull=False), name="a_cover_has_an_end"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} leads {self.group_id}"

    @property
    def keeper_id(self) -> UUID:
        """Whose are the rights of an originator over what was written in this period."""
        return self.handed_to_id or self.user_id


class SupervisionQuerySet(models.QuerySet["Supervision"]):
    def by_somebody_here(self, on: date) -> Self:
        """Periods that cover a local day, of active people who are supervisors now."""
        return self.filter(_by_somebody_here(Role.SUPERVISOR, on))


class Supervision(Period):
    """Who reviews the trail of a group, and when, as long as they are a supervisor (rule R62)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(TherapyGroup, on_delete=models.PROTECT, related_name="supervisions")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="supervisions")

    objects = SupervisionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.user_id} reviews {self.group_id}"


class AgreementSignature(models.Model):
    """A member's signature under one version of the agreement, for one stint (rules R6, R86).

    Never a consent. It keeps the version it was given for.
    """

    class Evidence(models.TextChoices):
        ONLINE = "online", _("Online")
        IN_ROOM = "in_room", _("In the room")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="agreement_signatures"
    )
    text_version = models.CharField(max_length=20)
    evidence = models.CharField(max_length=10, choices=Evidence, default=Evidence.ONLINE)
    signed_at = models.DateTimeField()
    signature_sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "text_version"], name="one_signature_per_agreement"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def signature_place(self) -> Place:
        practice = self.membership.group.practice_id
        return Place("sessions_app_agreementsignature", "signature", self.pk, practice)
