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
from sessions_app.models.standing import (
    AgreementTalk,
    AgreementVersion,
    Authority,
    BreachReport,
    LegalStanding,
    Representation,
    WhoSigns,
)

__all__ = [
    "Addendum",
    "AgreementSignature",
    "AgreementTalk",
    "AgreementVersion",
    "Attendance",
    "AttendanceStatus",
    "Authority",
    "BreachReport",
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
    "LegalStanding",
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
    "Representation",
    "Subject",
    "Supervision",
    "TherapyGroup",
    "VersionGroupPermission",
    "VersionUserPermission",
    "Weekday",
    "WhoSigns",
    "local_midnight",
]
