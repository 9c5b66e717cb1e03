"""Recipients, requests, consents with their ledger, overrides, releases, notices, the house's."""

from consent.models.asking import (
    Consent,
    ConsentEvent,
    ConsentRequest,
    Evidence,
    PurposeOfUse,
)
from consent.models.house import Freeze, FreezeLift, HousePolicy
from consent.models.notices import Notice
from consent.models.overrides import (
    Involved,
    Override,
    OverrideAnswer,
    Review,
    Reviewer,
    ReviewOutcome,
    Telling,
)
from consent.models.paper import PaperConsent
from consent.models.privacy import PrivacyRequest
from consent.models.recipients import ClassMembership, Recipient
from consent.models.releases import (
    HandOver,
    LinkVisit,
    Release,
    ReleaseItem,
    ReleaseLink,
    ReleasePurpose,
    WithheldItem,
)

__all__ = [
    "ClassMembership",
    "Consent",
    "ConsentEvent",
    "ConsentRequest",
    "Evidence",
    "Freeze",
    "FreezeLift",
    "HandOver",
    "HousePolicy",
    "Involved",
    "LinkVisit",
    "Override",
    "OverrideAnswer",
    "PaperConsent",
    "PrivacyRequest",
    "Notice",
    "PurposeOfUse",
    "Recipient",
    "Release",
    "ReleaseItem",
    "ReleaseLink",
    "ReleasePurpose",
    "Review",
    "ReviewOutcome",
    "Reviewer",
    "Telling",
    "WithheldItem",
]
