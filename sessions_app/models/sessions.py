"""Meetings of a group, and who was there."""

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Practice, User
from audit.ids import uuid7
from sessions_app.models.groups import Member, TherapyGroup


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
    # Set by the query that finds a session for who led it.
    led_since: date
    led_until: date | None

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
    """Whether one member was at one session; `revision` grows with every answer."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(GroupSession, on_delete=models.PROTECT, related_name="attendances")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="attendances")
    status = models.CharField(max_length=10, choices=AttendanceStatus)
    arrived_at = models.TimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "member"], name="one_attendance_each"),
            models.CheckConstraint(
                condition=Q(arrived_at=None) | Q(status="late"), name="only_the_late_arrive_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.status}"

    @property
    def was_there(self) -> bool:
        return self.status in PRESENT


def local_midnight(day: date, practice: Practice) -> datetime:
    """Return the instant at which `day` begins in the practice's time zone."""
    return datetime(day.year, day.month, day.day, tzinfo=practice.zone)
