"""The outbox: what somebody is to be told, kept with the act that caused it (R89)."""

from django.db import models
from django.db.models import Q

from accounts.models import Practice, User
from audit.ids import uuid7


class Notice(models.Model):
    """That there is something for one person: its kind, the row it is about, how its mail stands.

    It says nothing itself: the page it leads to decides what this person may see.
    """

    class Kind(models.TextChoices):
        """The closed list. A newcomer needs a line in pages/shared/notices.py too."""

        QUESTION = "question"
        FOR_ANOTHER = "for_another"  # a question to somebody whom they speak for
        GRANTED = "granted"  # told to whoever granted: it may have been somebody else (T7)
        ENDED = "ended"
        ANSWERED = "answered"  # to whoever asked: a yes; a no looks like silence (R21)
        TAKEN_BACK = "taken_back"
        OVER = "over"
        WISH = "wish"  # to those who answer what a member asked of their own record
        REPLY = "reply"
        EMERGENCY = "emergency"  # to those who may be the second person (R97)
        EMERGENCY_YES = "emergency_ok"
        EMERGENCY_NO = "emergency_no"
        REVIEW = "review"  # to those who review what went out without consent
        REVIEWED = "reviewed"
        WENT_OUT = "went_out"  # to the member: words went out without their consent (R102)
        CASE = "case"  # to whoever is asked onto an ethics case, and to its opener when they answer
        MAIL_CODE = "mail_code"  # by mail alone

    # Somebody waits for an answer within minutes: no gathering, and no quiet hours.
    AT_ONCE = (Kind.EMERGENCY, Kind.EMERGENCY_YES, Kind.EMERGENCY_NO, Kind.MAIL_CODE)

    class Mail(models.TextChoices):
        NONE = "none"
        WAITING = "waiting"
        SENDING = "sending"
        SENT = "sent"
        UNKNOWN = "unknown"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=12, choices=Kind)
    about = models.UUIDField()
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    mail = models.CharField(max_length=8, choices=Mail, default=Mail.NONE)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    mail_id = models.UUIDField(null=True)  # of the last message it went into

    class Meta:
        indexes = [
            models.Index(fields=["person", "-id"], name="notices_of_person"),
            models.Index(
                fields=["next_try"],
                name="mail_to_send",
                condition=Q(mail__in=("waiting", "sending")),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(mail="waiting") | Q(next_try__isnull=False),
                name="waiting_mail_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(mail="sending") | Q(claimed_at__isnull=False, mail_id__isnull=False),
                name="mail_being_sent_is_claimed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.mail}"
