"""Groups, their members, sessions, and items: what a member said, version by version."""

from datetime import date, datetime
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from accounts.models import Practice, User
from audit.ids import uuid7
from vault.envelope import Place
from vault.services import Sealed

NEVER = Q(pk__isnull=True)


class Member(models.Model):
    """Somebody in treatment. Staff outside their groups know the code alone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="members")
    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="member")
    code = models.CharField(max_length=12)
    name_sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "code"], name="one_member_per_code")
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def name_place(self) -> Place:
        return Place("sessions_app_member", "name", self.pk, self.practice_id)

    @property
    def sealed_name(self) -> Sealed:
        return Sealed(bytes(self.name_sealed), self.name_place)


class RecordClass(models.TextChoices):
    """Which law protects an item (docs/rules.md R3)."""

    PSYCHOTHERAPY = "psychotherapy", _("Psychotherapy notes")
    SUD_COUNSELING = "sud_counseling", _("Substance use counseling notes (42 CFR Part 2)")


class Modality(models.TextChoices):
    PROCESS = "process", _("Interpersonal process")
    GRIEF = "grief", _("Grief")
    SKILLS = "skills", _("Skills training")
    INTENSIVE_OUTPATIENT = "iop", _("Intensive outpatient")


class TherapyGroupQuerySet(models.QuerySet["TherapyGroup"]):
    """Which groups a person reaches: the right and the period, in one question."""

    def run_by(self, user: UUID, on: date) -> Self:
        """Groups this person facilitates on that local day."""
        return self.filter(
            Q(facilitations__until=None) | Q(facilitations__until__gte=on),
            facilitations__user=user,
            facilitations__since__lte=on,
            user_rights__user=user,
            user_rights__permission__codename="run_group",
        ).distinct()

    def supervised_by(self, user: UUID, on: date) -> Self:
        """Groups whose trail this person reviews on that local day."""
        return self.filter(
            Q(supervisions__until=None) | Q(supervisions__until__gte=on),
            supervisions__user=user,
            supervisions__since__lte=on,
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

    objects = TherapyGroupQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [
            ("run_group", "Run a group"),
            ("review_trail", "Review the trail of a group"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["practice", "code"], name="one_group_per_code")
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


class Facilitation(Period):
    """Who leads a group, and when; cover and hand-over are rows of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(TherapyGroup, on_delete=models.PROTECT, related_name="facilitations")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="facilitations")

    def __str__(self) -> str:
        return f"{self.user_id} leads {self.group_id}"


class Supervision(Period):
    """Who reviews the trail of a group, and when."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(TherapyGroup, on_delete=models.PROTECT, related_name="supervisions")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="supervisions")

    def __str__(self) -> str:
        return f"{self.user_id} reviews {self.group_id}"


class AgreementSignature(models.Model):
    """A member's signature under the group agreement, for one stint. Never a consent (rule R6)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    membership = models.OneToOneField(
        Membership, on_delete=models.PROTECT, related_name="agreement_signature"
    )
    text_version = models.CharField(max_length=20)
    signed_at = models.DateTimeField()
    signature_sealed = models.BinaryField()

    def __str__(self) -> str:
        return str(self.id)

    @property
    def signature_place(self) -> Place:
        practice = self.membership.group.practice_id
        return Place("sessions_app_agreementsignature", "signature", self.pk, practice)


class GroupSession(models.Model):
    """One meeting of a group."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        HELD = "held", _("Held")
        CANCELLED = "cancelled", _("Cancelled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(TherapyGroup, on_delete=models.PROTECT, related_name="group_sessions")
    state = models.CharField(max_length=10, choices=State)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    logged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="session_ends_later"),
            models.UniqueConstraint(fields=["group", "starts"], name="one_session_at_a_time"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    def local_day(self) -> date:
        """The practice's local day on which the session began."""
        return self.starts.astimezone(self.group.practice.zone).date()


class AttendanceStatus(models.TextChoices):
    EXPECTED = "expected", _("Expected")
    ATTENDED = "attended", _("Here")
    LATE = "late", _("Late")
    LEFT_EARLY = "left_early", _("Left early")
    EXCUSED = "excused", _("Excused")
    ABSENT = "absent", _("Absent")


PRESENT = (AttendanceStatus.ATTENDED, AttendanceStatus.LATE, AttendanceStatus.LEFT_EARLY)


class Attendance(models.Model):
    """Whether one member was at one session."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(GroupSession, on_delete=models.PROTECT, related_name="attendances")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="attendances")
    status = models.CharField(max_length=10, choices=AttendanceStatus)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "member"], name="one_attendance_each")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.status}"

    @property
    def was_there(self) -> bool:
        return self.status in PRESENT


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    """Which items a person reaches. Lookup is permission: there is no other check to forget."""

    def readable_by(self, user: UUID) -> Self:
        """Items with the right `read_disclosure`: originators, the speaker, a note's subject."""
        return self.filter(
            user_rights__user=user, user_rights__permission__codename="read_disclosure"
        )

    def originated_by(self, user: UUID, on: date) -> Self:
        """Readable items of groups that this person facilitates on that local day."""
        return self.readable_by(user).filter(
            group__in=TherapyGroup.objects.run_by(user, on).values("pk")
        )


class Disclosure(models.Model):
    """An item: something a member said in session. Law's "disclosure" is our `Release`."""

    class Kind(models.TextChoices):
        ITEM = "item", _("Item")
        PROGRESS_NOTE = "progress_note", _("Progress note")
        SUMMARY = "summary", _("Summary")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ASKED = "asked", _("Asked about")
        ENTERED_IN_ERROR = "error", _("Entered in error")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=12, unique=True)
    group = models.ForeignKey(TherapyGroup, on_delete=models.PROTECT, related_name="disclosures")
    session = models.ForeignKey(GroupSession, on_delete=models.PROTECT, related_name="disclosures")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.ITEM)
    record_class = models.CharField(max_length=20, choices=RecordClass)
    speaker = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="spoken"
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    current_version = models.PositiveIntegerField(default=1)
    subjects_resolved = models.BooleanField(default=True)

    current: "list[DisclosureVersion]"  # set by the queries that fetch items

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [("read_disclosure", "Read an item, every version of it")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="item") | Q(speaker=None), name="notes_have_no_speaker"
            )
        ]

    def __str__(self) -> str:
        return self.code


class DisclosureVersion(models.Model):
    """The exact words and everyone they concern. A change of either is another version."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    text_sealed = models.BinaryField()
    digest = models.BinaryField(max_length=32)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        permissions = [
            ("read_version", "Read one version of an item"),
            ("decide_version", "Decide about one version of an item"),
            ("release_version", "Release one version of an item"),
            ("review_version", "Review one version of an item"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["disclosure", "number"], name="one_text_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.disclosure_id}/{self.number}"

    @staticmethod
    def text_place(*, pk: UUID, practice: UUID, number: int) -> Place:
        return Place("sessions_app_disclosureversion", "text", pk, practice, number)

    def sealed_text(self, practice: UUID) -> Sealed:
        """The sealed words; `practice` is the reader's own, so another house's never open."""
        place = self.text_place(pk=self.pk, practice=practice, number=self.number)
        return Sealed(bytes(self.text_sealed), place)


class Subject(models.Model):
    """One member a version concerns: the speaker, or anybody who can be recognised in it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey(
        DisclosureVersion, on_delete=models.PROTECT, related_name="subjects"
    )
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="subject_of")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "member"], name="one_subject_each")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.version_id}"


# Guardian's rows, on direct foreign keys: they die with what they point at. The tables for
# Django's own groups exist so that guardian never falls back to its generic ones; nothing fits in.


class GroupUserPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(
        TherapyGroup, on_delete=models.CASCADE, related_name="user_rights"
    )


class GroupGroupPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(TherapyGroup, on_delete=models.CASCADE, related_name="+")

    class Meta(GroupObjectPermissionBase.Meta):
        constraints = [models.CheckConstraint(condition=NEVER, name="no_rights_of_groups_1")]


class DisclosureUserPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(
        Disclosure, on_delete=models.CASCADE, related_name="user_rights"
    )


class DisclosureGroupPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(Disclosure, on_delete=models.CASCADE, related_name="+")

    class Meta(GroupObjectPermissionBase.Meta):
        constraints = [models.CheckConstraint(condition=NEVER, name="no_rights_of_groups_2")]


class VersionUserPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(
        DisclosureVersion, on_delete=models.CASCADE, related_name="user_rights"
    )


class VersionGroupPermission(GroupObjectPermissionBase):
    content_object = models.ForeignKey(
        DisclosureVersion, on_delete=models.CASCADE, related_name="+"
    )

    class Meta(GroupObjectPermissionBase.Meta):
        constraints = [models.CheckConstraint(condition=NEVER, name="no_rights_of_groups_3")]


def local_midnight(day: date, practice: Practice) -> datetime:
    """Return the instant at which `day` begins in the practice's time zone."""
    return datetime(day.year, day.month, day.day, tzinfo=practice.zone)
