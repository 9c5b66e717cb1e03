"""What a member asks about their own record, and what they were answered. Both sealed."""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Practice, User
from audit.ids import uuid7
from sessions_app.models import Disclosure, Member
from vault.envelope import Place
from vault.services import Sealed


class PrivacyRequest(models.Model):
    """A question, or a wish to correct, hold back or erase, with its answer (docs/rules.md R79).

    Sealed with the member's key. Answered once, by somebody who reviews a
    group of theirs. An erasure that was agreed to is done by the erasing
    service; this row only says that it was passed on.
    """

    class Kind(models.TextChoices):
        QUESTION = "question", _("I have a question")
        CORRECT = "correct", _("Something is wrong, please correct it")
        RESTRICT = "restrict", _("Please use it less, or hold it back")
        ERASE = "erase", _("Please erase it")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for an answer")
        ANSWERED = "answered", _("Answered")
        AGREED = "agreed", _("Agreed")
        REFUSED = "refused", _("Not agreed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=12, unique=True)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="privacy_requests")
    kind = models.CharField(max_length=10, choices=Kind)
    about = models.ForeignKey(
        Disclosure, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    text_sealed = models.BinaryField()
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    answer_sealed = models.BinaryField(default=b"")
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    # Set by the query of those who answer: the group they review it through.
    group: UUID

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", answered_at=None, answered_by=None)
                | ~Q(state="waiting") & Q(answered_at__isnull=False, answered_by__isnull=False),
                name="an_answer_has_a_day_and_a_person",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "answered")) | ~Q(kind="question"),
                name="a_question_is_answered",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def place(self, column: str) -> Place:
        """Where `text` or `answer` is sealed."""
        return Place("consent_privacyrequest", column, self.pk, self.practice_id)

    @property
    def sealed_text(self) -> Sealed:
        return Sealed(bytes(self.text_sealed), self.place("text"))

    @property
    def sealed_answer(self) -> Sealed | None:
        return (
            Sealed(bytes(self.answer_sealed), self.place("answer")) if self.answer_sealed else None
        )
