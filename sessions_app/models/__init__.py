"""Groups, their members, sessions, and items, one subject a file."""

from sessions_app.models.groups import (
    AgreementSignature,
    Facilitation,
    Member,
    Membership,
    Modality,
    RecordClass,
    Supervision,
    TherapyGroup,
)
from sessions_app.models.items import (
    Disclosure,
    DisclosureVersion,
    Subject,
)
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
    "AgreementSignature",
    "Attendance",
    "AttendanceStatus",
    "Disclosure",
    "DisclosureGroupPermission",
    "DisclosureUserPermission",
    "DisclosureVersion",
    "Facilitation",
    "GroupGroupPermission",
    "GroupSession",
    "GroupUserPermission",
    "Member",
    "Membership",
    "Modality",
    "PRESENT",
    "RecordClass",
    "Subject",
    "Supervision",
    "TherapyGroup",
    "VersionGroupPermission",
    "VersionUserPermission",
    "local_midnight",
]
