"""Items: what a member said, version by version, and everybody it concerns."""

from datetime import date
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.ids import uuid7
from sessions_app.models.groups import Member, RecordClass, TherapyGroup
from sessions_app.models.sessions import GroupSession
from vault.envelope import Place
from vault.services import Sealed


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
        SIGNED = "signed", _("Signed")
        ASKED = "asked", _("Asked about")
        ENTERED_IN_ERROR = "error", _("Entered in error")
        ERASED = "erased", _("Erased")
        OUT_OF_USE = "unused", _("Out of use")

    # Nothing finds these; what was entered in error its writers still see.
    GONE = (State.ERASED, State.OUT_OF_USE)
    OUT = (State.ENTERED_IN_ERROR, *GONE)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=12, unique=True)
    group = models.ForeignKey(TherapyGroup, on_delete=models.PROTECT, related_name="disclosures")
    session = models.ForeignKey(GroupSession, on_delete=models.PROTECT, related_name="disclosures")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.ITEM)
    record_class = models.CharField(max_length=20, choices=RecordClass)
    speaker = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="spoken"
    )
    about = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="notes_about"
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    current_version = models.PositiveIntegerField(default=1)
    redacted_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="redactions"
    )
    second_look_at = models.DateTimeField(null=True, blank=True)
    second_look_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    subjects_resolved = models.BooleanField(default=True)

    current: "list[DisclosureVersion]"  # set by the queries that fetch items
    led: bool  # set by the query of whoever reviews its group: whether they lead it too

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [("read_disclosure", "Read an item, every version of it")]
        indexes = [
            models.Index(
                fields=["current_version"],
                name="items_with_other_words",
                condition=Q(current_version__gt=1),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="item") | Q(speaker=None), name="notes_have_no_speaker"
            ),
            models.CheckConstraint(
                condition=Q(kind="item", about=None) | (~Q(kind="item") & Q(about__isnull=False)),
                name="notes_are_about_one_member",
            ),
            models.UniqueConstraint(
                fields=["session", "about"],
                condition=Q(kind="progress_note") & ~Q(state__in=["error", "erased", "unused"]),
                name="one_progress_note_each",
            ),
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
        indexes = [
            models.Index(fields=["number"], name="later_versions", condition=Q(number__gt=1))
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
