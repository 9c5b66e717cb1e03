"""What a progress note begins with, and sentences that can be ticked instead of typed."""

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions_app.models import Attendance, AttendanceStatus, GroupSession

PHRASES = {
    "active": gettext_lazy("Took an active part."),
    "quiet": gettext_lazy("Listened closely and spoke little."),
    "feedback": gettext_lazy("Gave others feedback and took it well."),
    "calm": gettext_lazy("Was calm and in touch."),
    "settled": gettext_lazy("Was tense at first and settled."),
    "moved": gettext_lazy("Was moved, and could be reached."),
    "safe": gettext_lazy("Voiced no thoughts of harming themselves or others."),
    "on": gettext_lazy("The plan goes on as agreed."),
}


def prepared(session: GroupSession, attendance: Attendance) -> str:
    """Return the first sentences of a note, from what the session says already."""
    begun, ended = timezone.localtime(session.starts), timezone.localtime(session.ends)
    first = _("Attended the group session of %(day)s, %(starts)s to %(ends)s.") % {
        "day": formats.date_format(begun, "DATE_FORMAT"),
        "starts": f"{begun:%H:%M}",
        "ends": f"{ended:%H:%M}",
    }
    if attendance.status == AttendanceStatus.LATE and attendance.arrived_at:
        return f"{first} " + _("Came at %(time)s.") % {"time": f"{attendance.arrived_at:%H:%M}"}
    more = {
        AttendanceStatus.LATE: _("Came late."),
        AttendanceStatus.LEFT_EARLY: _("Left before the end."),
    }.get(AttendanceStatus(attendance.status), "")
    return f"{first} {more}".strip()


def with_phrases(text: str, chosen: list[str]) -> str:
    """Return a note with the ticked sentences that it does not hold yet, at its end."""
    ticked = [str(words) for key, words in PHRASES.items() if key in chosen]
    new = [words for words in ticked if words not in text]
    return " ".join([text.rstrip(), *new]).strip() if new else text
