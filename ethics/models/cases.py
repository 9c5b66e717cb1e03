"""Ethics cases: who is on them, what was entered step by step, and what is shown of them outside.

Every word is sealed: with a key of the case's own, and what the client wished or
said with the client's own key, so that it goes when they are erased. In the clear
stand the dilemma's type, dates, states and ids. Source: docs/decisions/0020.
"""

import json
from datetime import date
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q

from accounts.models import Practice, User
from audit.ids import uuid7
from consent.models import Consent
from sessions_app.models import Member, TherapyGroup
from vault.envelope import Place
from vault.services import Sealed


class EthicsCase(models.Model):
    """A dilemma somebody thinks through: about a member, a group, or nobody in particular.

    It holds no way to let anything out. `follow_up_on` is the day it comes back;
    looking back takes it away.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=12, unique=True)
    dilemma = models.CharField(max_length=20)
    title_sealed = models.BinaryField()
    group = models.ForeignKey(
        TherapyGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    follow_up_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    # Set by the query: whether whoever asked decides about its people and its end, whether they
    # lead its group today and met its member in it, and the invitation they find it by.
    leads: bool
    knows: bool
    met: bool
    asked_id: UUID | None
    asked_until: date | None

    class Meta:
        indexes = [models.Index(fields=["opened_by", "-id"], name="cases_of_opener")]
        constraints = [
            models.CheckConstraint(
                condition=Q(dilemma__in=("self_determination", "danger", "values", "policy")),
                name="a_case_is_of_one_type",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="a_closed_case_has_a_day_and_a_person",
            ),
            models.CheckConstraint(
                condition=Q(member=None) | Q(group__isnull=False),
                name="a_case_about_a_member_is_of_their_group",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def title_place(self) -> Place:
        return Place("ethics_ethicscase", "title", self.pk, self.practice_id)

    @property
    def sealed_title(self) -> Sealed:
        return Sealed(bytes(self.title_sealed), self.title_place)

    @property
    def about(self) -> Member | None:
        """The member it is about; of one who was erased nothing is known here at once."""
        return None if self.member is None or self.member.erased_at else self.member

    def is_due(self, today: date) -> bool:
        """Say whether the day to look back has come."""
        return self.follow_up_on is not None and self.follow_up_on <= today


class CasePerson(models.Model):
    """Somebody the opener asked onto a case, until the end of a day or until it is ended."""

    class Part(models.TextChoices):
        PEER = "peer"
        SUPERVISOR = "supervisor"
        OUTSIDE = "outside"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(EthicsCase, on_delete=models.PROTECT, related_name="people")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=10, choices=Part)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    until = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "user"],
                condition=Q(ended_at=None),
                name="once_on_a_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.part}"

    def told(self) -> str:
        """What the trail keeps of an invitation; one that says anything else is not believed."""
        return told_of(self.case_id, self.user_id, self.part, self.until)


class CaseStep(models.Model):
    """One entry of a case. Append-only: a correction is another entry that `replaces` this one.

    `kind`, `value` and `whom` are words of ethics.rules; `filled` says which of
    its texts say something, so that what is still open is known without opening
    them. `owner` is whose key seals it. `reference` is a row of the library,
    `consent` the permission that something was shared under.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(EthicsCase, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=14)
    value = models.CharField(max_length=20, blank=True)
    whom = models.CharField(max_length=14, blank=True)
    on = models.DateField(null=True, blank=True)
    filled = models.CharField(max_length=120, blank=True)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    author_role = models.CharField(max_length=20)
    at = models.DateTimeField()
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    reference = models.UUIDField(null=True, blank=True)
    consent = models.ForeignKey(
        Consent, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    owner = models.UUIDField()
    words_sealed = models.BinaryField()

    # Set by the query: whether the key it is sealed with was destroyed.
    gone: bool

    class Meta:
        indexes = [models.Index(fields=["case", "id"], name="steps_of_case")]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"

    def words_place(self, practice: UUID) -> Place:
        return Place("ethics_casestep", "words", self.pk, practice)

    def sealed_words(self, practice: UUID) -> Sealed:
        return Sealed(bytes(self.words_sealed), self.words_place(practice))


class CaseShare(models.Model):
    """Words without identity: of one step for outside consultants, or of a case to learn from.

    Written anew by the opener and read for names before they are kept. With a
    `step` it is for those of outside who were asked; without one for the
    practice's facilitators and supervisors.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(EthicsCase, on_delete=models.PROTECT, related_name="shares")
    step = models.ForeignKey(
        CaseStep, on_delete=models.PROTECT, null=True, blank=True, related_name="shares"
    )
    code = models.CharField(max_length=12, unique=True)
    words_sealed = models.BinaryField()
    shared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["step"], condition=Q(ended_at=None), name="one_open_share_a_step"
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(ended_at=None, step=None),
                name="one_open_lesson_a_case",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def told(self) -> str:
        """What the trail keeps of it; one that says anything else is not believed."""
        what = f"step={self.step_id.hex}" if self.step_id else "lesson"
        return ",".join([f"case={self.case_id.hex}", what])

    def words_place(self, practice: UUID) -> Place:
        return Place("ethics_caseshare", "words", self.pk, practice)

    def sealed_words(self, practice: UUID) -> Sealed:
        return Sealed(bytes(self.words_sealed), self.words_place(practice))


def told_of(case: UUID, person: UUID, part: str, until: date) -> str:
    """Return what the trail keeps of an invitation."""
    return f"case={case.hex},person={person.hex},as={part},until={until.isoformat()}"


def packed(words: dict[str, str]) -> str:
    """Return the texts of an entry as they are sealed: one value, so none shows its length."""
    return json.dumps(words, ensure_ascii=False, sort_keys=True)


def unpacked(opened: str) -> dict[str, str]:
    """Return the texts of an entry by their names."""
    words: dict[str, Any] = json.loads(opened)
    return {name: str(text) for name, text in words.items()}
