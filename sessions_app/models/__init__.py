"""Groups, their members, sessions, and items, one subject a file."""

from sessions_app.models.contacts import ContactReading, ContactReview
from sessions_app.models.erasure import Erasure, LegalHold
from sessions_app.models.groups import (
    AgreementSignature,
    Facilitation,
    Member,
    Membership,
    Modality,
    RecordClass,
    Supervision,
    TherapyGroup,
    Weekday,
)
from sessions_app.models.items import (
    Disclosure,
    DisclosureVersion,
    Subject,
)
from sessions_app.models.notes import Addendum, Draft, GroupNote, NameMark
from sessions_app.models.pulse import PulseAnswer, PulseQuestions
from sessions_app.models.rights import (
    DisclosureGroupPermission,
    DisclosureUserPermission,
    GroupGroupPermission,
    GroupUserPermission,
    VersionGroupPermission,
    VersionUserPermission,
)
from sessions_app.models.sessions import (
    PRESENT,
    Attendance,
    AttendanceStatus,
    GroupSession,
    local_midnight,
)

__all__ = [
    "Addendum",
    "AgreementSignature",
    "Attendance",
    "AttendanceStatus",
    "ContactReading",
    "ContactReview",
    "Disclosure",
    "DisclosureGroupPermission",
    "DisclosureUserPermission",
    "DisclosureVersion",
    "Draft",
    "Erasure",
    "Facilitation",
    "LegalHold",
    "GroupGroupPermission",
    "GroupNote",
    "GroupSession",
    "GroupUserPermission",
    "Member",
    "Membership",
    "Modality",
    "NameMark",
    "PRESENT",
    "PulseAnswer",
    "PulseQuestions",
    "RecordClass",
    "Subject",
    "Supervision",
    "TherapyGroup",
    "VersionGroupPermission",
    "VersionUserPermission",
    "Weekday",
    "local_midnight",
]
