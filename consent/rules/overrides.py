"""The way without consent: does a legal basis hold, and for whom? Pure (rows 43 to 54).

Answers only whether; asking for one, the second person's approval, telling the
member and the review afterwards are acts of their own. A failed override gives
its own reasons and none of the consent path.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from consent.kinds import PARENT_PURPOSE, Reason
from consent.rules.facts import (
    NO_POLICY,
    NOES,
    WITH_A_WAY_OUT,
    HousePolicyFacts,
    ItemFacts,
    SubjectFacts,
)
from consent.rules.purposes import blocking


class Basis(StrEnum):
    """On what ground words are wanted. The last two are none, and are named to be refused."""

    THREAT = "THREAT"
    MEDICAL_EMERGENCY = "MEDICAL_EMERGENCY"
    MANDATED_REPORT = "MANDATED_REPORT"
    ELDER_ABUSE = "ELDER_ABUSE"
    COURT_ORDER = "COURT_ORDER"
    OVERSIGHT = "OVERSIGHT"
    CORONER = "CORONER"
    LEGAL_DEFENSE = "LEGAL_DEFENSE"
    PAST_VIOLENCE = "PAST_VIOLENCE"
    SUBPOENA = "SUBPOENA"


class Fact(StrEnum):
    """What has to be recorded before a basis holds."""

    # what every override states (row 54)
    REASON = "reason"
    MINIMUM = "minimum"  # the text is no more than what is needed
    # 512(j)(1)(i): row 43
    SERIOUS = "serious"
    IMMINENT = "imminent"
    RECIPIENT_CAN_PREVENT = "recipient_can_prevent"
    # 2.51: row 45
    MEDICAL_PERSONNEL = "medical_personnel"
    CONSENT_UNOBTAINABLE = "consent_unobtainable"
    RECIPIENT_AND_FACILITY = "recipient_and_facility"
    DISCLOSER = "discloser"
    DATE_AND_TIME = "date_and_time"
    NATURE_OF_EMERGENCY = "nature_of_emergency"
    # state law: rows 47 and 48
    REPORT_ONLY = "report_only"
    # 512(e)(1)(i): row 49
    SIGNED_BY_JUDGE = "signed_by_judge"
    ONLY_WHAT_IS_ORDERED = "only_what_is_ordered"
    COUNSEL_TOLD = "counsel_told"
    MEMBER_TOLD = "member_told"
    # Part 2: rows 51 and 52
    SUBPART_E_ORDER = "subpart_e_order"
    COMPULSION = "compulsion"
    AUDIT_OF_THE_PROGRAM = "audit_of_the_program"  # 2.53
    CAUSE_OF_DEATH = "cause_of_death"  # 2.15(b)
    # row 53
    REFUSAL_NOTED = "refusal_noted"


ALWAYS = {Fact.REASON, Fact.MINIMUM}
ORDERED = {
    Fact.SIGNED_BY_JUDGE,
    Fact.ONLY_WHAT_IS_ORDERED,
    Fact.COUNSEL_TOLD,
    Fact.MEMBER_TOLD,
}
NEEDED: dict[Basis, set[Fact]] = {
    Basis.THREAT: {Fact.SERIOUS, Fact.IMMINENT, Fact.RECIPIENT_CAN_PREVENT},
    Basis.MEDICAL_EMERGENCY: {
        Fact.MEDICAL_PERSONNEL,
        Fact.CONSENT_UNOBTAINABLE,
        Fact.RECIPIENT_AND_FACILITY,
        Fact.DISCLOSER,
        Fact.DATE_AND_TIME,
        Fact.NATURE_OF_EMERGENCY,
    },
    Basis.MANDATED_REPORT: {Fact.REPORT_ONLY},
    Basis.ELDER_ABUSE: {Fact.REPORT_ONLY},
    Basis.COURT_ORDER: ORDERED,
    Basis.OVERSIGHT: set(),
    Basis.CORONER: set(),
    Basis.LEGAL_DEFENSE: set(),
}
SUBPART_E = {Fact.SUBPART_E_ORDER, Fact.COMPULSION}
NEEDED_FOR_PART2: dict[Basis, set[Fact]] = {
    Basis.COURT_ORDER: SUBPART_E,
    Basis.LEGAL_DEFENSE: ORDERED | SUBPART_E,
    Basis.OVERSIGHT: {Fact.AUDIT_OF_THE_PROGRAM},
    Basis.CORONER: {Fact.CAUSE_OF_DEATH},
}
NEVER = {
    Basis.PAST_VIOLENCE: Reason.PAST_VIOLENCE,
    Basis.SUBPOENA: Reason.SUBPOENA_ONLY,
}
NEVER_FOR_PART2 = {
    Basis.THREAT: Reason.PART2_NO_DUTY_TO_WARN,
    Basis.ELDER_ABUSE: Reason.PART2_UNIDENTIFIED_ONLY,
}
CAN_BE_URGENT = (
    Basis.THREAT,
    Basis.MEDICAL_EMERGENCY,
    Basis.MANDATED_REPORT,
    Basis.ELDER_ABUSE,
)
# Row 53: a no to sharing even then asks for a second person.
MINDS_REFUSALS = (Basis.THREAT, Basis.MEDICAL_EMERGENCY)
EMERGENCY_PURPOSES = {"ETREAT", "BTG", "ERTREAT"}


@dataclass(frozen=True)
class Claim:
    """What somebody says entitles them to let words out without consent.

    `involved` are the members for whom the basis holds; `suing` those who
    brought the suit that is defended against. `ordered_versions` are those a
    court names. An urgent claim has no `approver` yet. `over` says that it was used,
    ended, or not let out in its time.
    """

    basis: Basis
    version: UUID
    requester: UUID
    requester_may: bool
    recipient: UUID | None
    facts: frozenset[Fact] = frozenset()
    involved: frozenset[UUID] = frozenset()
    suing: frozenset[UUID] = frozenset()
    refused_emergencies: frozenset[UUID] = frozenset()
    ordered_versions: frozenset[UUID] = frozenset()
    approver: UUID | None = None
    approver_may: bool = False
    urgent: bool = False
    policy: HousePolicyFacts = NO_POLICY
    frozen: bool = False
    record_available: bool = True
    over: bool = False


@dataclass(frozen=True)
class OverrideDecision:
    """OVERRIDE(basis) showing only these members, all others cut out; or WITHHOLD with reasons."""

    reasons: tuple[Reason, ...] = ()
    basis: Basis | None = None
    shown: frozenset[UUID] = frozenset()

    @property
    def overrides(self) -> bool:
        return not self.reasons and self.basis is not None and bool(self.shown)


def decide_override(item: ItemFacts, claim: Claim) -> OverrideDecision:
    """Return whether a basis holds for an item (rows 43 to 55, reading 8).

    Open agreements and consents play no part (row 59); a refusal of emergencies
    asks for a second person and a note (row 53).
    """
    basis = claim.basis
    if basis is Basis.MEDICAL_EMERGENCY and not item.part2:
        basis = Basis.THREAT  # a danger to life, outside Part 2
    reasons = _reasons_of_the_item(item, claim, basis)
    if basis in NEVER:
        reasons.add(NEVER[basis])
    elif item.part2 and basis in NEVER_FOR_PART2:
        reasons.add(NEVER_FOR_PART2[basis])
    elif not _complete(item, claim, basis):
        reasons.add(Reason.OVERRIDE_INCOMPLETE)
    if reasons:
        return OverrideDecision(reasons=tuple(sorted(reasons)))
    return OverrideDecision(basis=basis, shown=claim.involved)


def minds_a_refusal(item: ItemFacts, claim: Claim) -> bool:
    """Say whether somebody involved refused even emergencies, on a basis that minds it (row 53)."""
    return claim.basis in MINDS_REFUSALS and any(
        _refused_emergencies(subject, claim)
        for subject in item.subjects
        if subject.member in claim.involved
    )


def _reasons_of_the_item(item: ItemFacts, claim: Claim, basis: Basis) -> set[Reason]:
    reasons = set()
    if claim.over:
        reasons.add(Reason.OVERRIDE_OVER)
    if not claim.record_available:
        reasons.add(Reason.RECORD_UNAVAILABLE)
    if claim.frozen:
        reasons.add(Reason.FROZEN)
    if item.kind not in WITH_A_WAY_OUT:
        reasons.add(Reason.GROUP_NOTE)
    if item.entered_in_error:
        reasons.add(Reason.ENTERED_IN_ERROR)
    if item.unchecked_redaction:
        reasons.add(Reason.REDACTION_UNCHECKED)
    if not item.subjects_resolved:
        reasons.add(Reason.SUBJECTS_NOT_RESOLVED)
    ordered = claim.ordered_versions if basis is Basis.COURT_ORDER else frozenset()
    if claim.version not in {item.version} | ordered:
        reasons.add(Reason.SUPERSEDED)
    return reasons


def _complete(item: ItemFacts, claim: Claim, basis: Basis) -> bool:
    involved = [subject for subject in item.subjects if subject.member in claim.involved]
    needed = ALWAYS | NEEDED[basis]
    if item.part2:
        needed = needed | NEEDED_FOR_PART2.get(basis, set())
    refused = minds_a_refusal(item, claim)
    if refused:
        needed = needed | {Fact.REFUSAL_NOTED}
    alone = claim.urgent and basis in CAN_BE_URGENT and not refused
    return (
        needed <= claim.facts
        and claim.requester_may
        and claim.recipient is not None
        and len(involved) == len(claim.involved) > 0
        and (basis is not Basis.LEGAL_DEFENSE or claim.involved <= claim.suing)
        and _second_person(claim, may_follow=alone and not claim.policy.second_person)
    )


def _second_person(claim: Claim, *, may_follow: bool) -> bool:
    if claim.approver is None:
        return may_follow
    return claim.approver_may and claim.approver != claim.requester


def _refused_emergencies(subject: SubjectFacts, claim: Claim) -> bool:
    """The refusal is the person's: whatever recipient or version it was about, nothing lifts it.

    A taking back is one, and a hold is while it stands: whoever once said yes can still say no.
    """
    return subject.member in claim.refused_emergencies or any(
        _reaches_emergencies(consent.purposes)
        and (consent.stopped or any(event.kind in NOES for event in consent.events))
        for consent in subject.consents
    )


def _reaches_emergencies(purposes: frozenset[str]) -> bool:
    known = purposes and purposes <= PARENT_PURPOSE.keys()
    return not known or bool(blocking(purposes, EMERGENCY_PURPOSES))
