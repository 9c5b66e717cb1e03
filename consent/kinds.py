"""The words of the ledger. Pure."""

from enum import StrEnum


class Kind(StrEnum):
    """What can happen to a consent. `GRANTED` and `UNHELD` permit; all others deny."""

    ASKED = "asked"
    GRANTED = "granted"
    DECLINED = "declined"
    REVOKED = "revoked"
    HELD = "held"
    UNHELD = "unheld"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    DEFECT = "defect"


class Reason(StrEnum):
    """Why an item is withheld. The true reason goes into the trail and nowhere else."""

    AGREEMENT_OPEN = "AGREEMENT_OPEN"
    ENTERED_IN_ERROR = "ENTERED_IN_ERROR"
    EXPIRED = "EXPIRED"
    INCOMPLETE = "INCOMPLETE"
    ITEM_NOT_COVERED = "ITEM_NOT_COVERED"
    NOT_PERMITTED = "NOT_PERMITTED"
    NOT_SHOWABLE = "NOT_SHOWABLE"
    NOT_YET_EFFECTIVE = "NOT_YET_EFFECTIVE"
    NO_CONSENT = "NO_CONSENT"
    PURPOSE_MISMATCH = "PURPOSE_MISMATCH"
    RECIPIENT_MISMATCH = "RECIPIENT_MISMATCH"
    REFUSED = "REFUSED"
    REVOKED = "REVOKED"
    SUBJECTS_NOT_RESOLVED = "SUBJECTS_NOT_RESOLVED"
    SUBJECT_CONSENT_MISSING = "SUBJECT_CONSENT_MISSING"
    UNREADABLE = "UNREADABLE"
    VERSION_CHANGED = "VERSION_CHANGED"


# HL7 v3-ActReason: what a purpose is part of. A purpose that is not here is unknown.
PARENT_PURPOSE: dict[str, str | None] = {
    "TREAT": None,
    "COC": "TREAT",
    "ETREAT": "TREAT",
    "BTG": "ETREAT",
    "ERTREAT": "ETREAT",
    "HPAYMT": None,
    "COVERAGE": "HPAYMT",
    "HOPERAT": None,
    "HLEGAL": "HOPERAT",
    "HQUALIMP": "HOPERAT",
    "HCOMPL": "HOPERAT",
    "TRAIN": "HOPERAT",
    "PATRQT": None,
    "FAMRQT": "PATRQT",
    "SUPNWK": "PATRQT",
}
# Never reached by a consent to something wider: each must be named itself (row 6, reading 6).
NEVER_INHERITED = frozenset({"BTG", "HLEGAL"})
