"""May this item go to this recipient, for this purpose, at this instant? Pure.

Default deny; a refusal overrides; unknown, incomplete or unreadable means
withhold. Rows and readings are those of docs/rules.md, R10 to R19 and R32 to R38.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from consent.kinds import PARENT_PURPOSE, Kind, Reason
from consent.rules.facts import (
    ADULT,
    FOREVER,
    NOES,
    WITH_A_WAY_OUT,
    ConsentFacts,
    EventFacts,
    ItemFacts,
    Outsiders,
    Question,
    SubjectFacts,
)
from consent.rules.policy import policy_allows, policy_blocks, policy_ends
from consent.rules.purposes import blocking, reaches
from consent.rules.signing import (
    is_barred,
    parties,
    signature_ends,
    signature_gap,
    signer_may_read,
)

# Why a consent whose ledger ends with this covers nothing.
LEDGER_GAPS = {
    Kind.UNHELD: Reason.UNREADABLE,
    Kind.DECLINED: Reason.REFUSED,
    Kind.REVOKED: Reason.REVOKED,
    Kind.HELD: Reason.REVOKED,
    Kind.EXPIRED: Reason.EXPIRED,
    Kind.SUPERSEDED: Reason.VERSION_CHANGED,
    Kind.DEFECT: Reason.INCOMPLETE,
}
OUTSIDERS_CLEARED = (Outsiders.NONE, Outsiders.REVIEWED)


@dataclass(frozen=True)
class Decision:
    """PERMIT with the consents it stands on, or WITHHOLD with sorted reasons.

    `until` is when a permit ends by the clock alone; None if no date limits it.
    """

    reasons: tuple[Reason, ...] = ()
    consents: tuple[UUID, ...] = ()
    until: datetime | None = None

    @property
    def permits(self) -> bool:
        return not self.reasons and bool(self.consents)


class _Share(NamedTuple):
    """One member's part in a decision."""

    reasons: set[Reason]
    consents: list[UUID]
    until: datetime
    covered: bool


def decide(item: ItemFacts, question: Question) -> Decision:
    """Return the decision for one item (rows 1 to 42 and 55 to 59)."""
    reasons = _reasons_of_the_item(item, question)
    covering: list[UUID] = []
    covered = []
    until = FOREVER
    for subject in item.subjects:
        share = _share_of(subject, item, question)
        reasons |= share.reasons
        covering += share.consents
        until = min(until, share.until)
        if share.covered:
            covered.append(subject.member)
    if 0 < len(covered) < len(item.subjects):
        reasons.add(Reason.SUBJECT_CONSENT_MISSING)
    # A speaker who covers this very question has said yes to showing too.
    several = len(item.subjects) > 1
    if several and item.speaker not in covered and not speaker_allows_showing(item, question.at):
        reasons.add(Reason.NOT_SHOWABLE)
    if not reasons and not item.releaser_may_release:
        reasons.add(Reason.NOT_PERMITTED)
    if reasons:
        return Decision(reasons=tuple(sorted(reasons)))
    ends = None if until == FOREVER else until
    return Decision(consents=tuple(dict.fromkeys(covering)), until=ends)


def shortfalls(
    consent: ConsentFacts,
    subject: SubjectFacts,
    item: ItemFacts,
    question: Question,
    *,
    believed: bool = False,
) -> set[Reason]:
    """Return everything that keeps one consent from covering the question; empty if it covers.

    `believed` takes the grant for authentic: nothing that covers may be decided from that.
    """
    if consent.disclosure != item.disclosure:
        return {Reason.ITEM_NOT_COVERED}
    short = _shortfalls_beside_the_purpose(consent, subject, item, question, believed=believed)
    if not any(reaches(purpose, question.purpose) for purpose in consent.purposes):
        short.add(Reason.PURPOSE_MISMATCH)
    return short


def standing_no(subject: SubjectFacts, item: ItemFacts, question: Question) -> Reason | None:
    """Return REFUSED or REVOKED if a no of this member about this version stands in the way.

    A refusal (row 14, reading 2) and a taking back (I1) both reach child
    purposes, break-glass too, never upwards, whichever question they answered,
    whoever signed them. A no to a class reaches whoever is shown to belong to
    it; a no to a recipient of a class reaches that recipient in any class. Only
    a later grant of the same member that counts now lifts one, for the same
    recipient, if it names every purpose of the no that reaches the one asked.
    """
    noes = (no for one in parties(subject, question.at) for no, _ in _noes(one, item, question))
    return next(filter(None, noes), None)


def speaker_allows_showing(item: ItemFacts, at: datetime) -> bool:
    """Say whether the others an item concerns may be shown its words (rows 56-58).

    The yes is the speaker's live grant for this very version, to whomever; the
    practice's policy bounds releases, not this. An item without a speaker has
    no order of asking.
    """
    if item.speaker is None:
        return True
    spoke = [subject for subject in item.subjects if subject.member == item.speaker]
    return bool(spoke) and all(
        any(
            consent.version == item.version
            and not _gaps_of_the_grant(consent, consent.carrying, party, at)
            for consent in party.consents
        )
        for subject in spoke
        for party in parties(subject, at)
    )


def ledger_place(item: ItemFacts) -> int:
    """Return the counter of the item's latest event, 0 without one: what comes later is higher."""
    return max((e.counter for s in item.subjects for c in s.consents for e in c.events), default=0)


def broken_since(
    place: int, permissions: Collection[UUID], item: ItemFacts, question: Question
) -> bool:
    """Say whether there was a break after `place` in the item's ledger (row 12).

    A no or a hold that reaches the question, lifted meanwhile or not, or one of
    `permissions` given anew: what was let out before it opens no more.
    """
    return any(
        event.counter > place
        and (
            consent.id in permissions
            if event.kind is Kind.GRANTED
            else event.kind in (*NOES, Kind.HELD) and _reached_by_its_no(consent, item, question)
        )
        for subject in item.subjects
        for consent in subject.consents
        for event in consent.events
    )


def covered_scopes(item: ItemFacts, at: datetime) -> bool:
    """Say whether some recipient and purpose has, or will have, everybody's consent.

    For guardian's shadow, whose absence withholds: classes are taken to have
    whoever the consents name as members, and policy is left to the decision.
    """
    told = [consent for subject in item.subjects for consent in subject.consents]
    classes = frozenset(
        {c.recipient for c in told if c.recipient_is_class}
        | {c.recipient_class for c in told if c.recipient_class}
    )
    scopes = {(c.recipient, purpose, c.for_proceedings) for c in told for purpose in c.purposes}
    signing = [party for subject in item.subjects for party in parties(subject, at)]
    soon = {Reason.NOT_YET_EFFECTIVE}
    return any(
        signing
        and all(
            any(shortfalls(consent, party, item, question) <= soon for consent in party.consents)
            for party in signing
        )
        for question in (
            Question(recipient, purpose, at, classes=classes, proceeding=proceeding)
            for recipient, purpose, proceeding in scopes
        )
    )


def _reasons_of_the_item(item: ItemFacts, question: Question) -> set[Reason]:
    reasons = set()
    if not question.record_available:
        reasons.add(Reason.RECORD_UNAVAILABLE)
    if question.frozen:
        reasons.add(Reason.FROZEN)
    if not item.releaser_may_read:
        reasons.add(Reason.NOT_PERMITTED)
    if item.entered_in_error:
        reasons.add(Reason.ENTERED_IN_ERROR)
    if item.kind not in WITH_A_WAY_OUT:
        reasons.add(Reason.GROUP_NOTE)
    elif not _subjects_known(item):
        reasons.add(Reason.SUBJECTS_NOT_RESOLVED)
    if item.outsiders not in OUTSIDERS_CLEARED:
        reasons.add(Reason.OUTSIDER)
    if item.unchecked_redaction:
        reasons.add(Reason.REDACTION_UNCHECKED)
    if question.purpose not in PARENT_PURPOSE:
        reasons.add(Reason.PURPOSE_MISMATCH)
    if question.policy.blocks and policy_blocks(question):
        reasons.add(Reason.HOUSE_POLICY)
    return reasons


def _share_of(subject: SubjectFacts, item: ItemFacts, question: Question) -> _Share:
    reasons: set[Reason] = set()
    short: set[Reason] = set()
    covering: list[UUID] = []
    until = FOREVER
    missing = 0
    signing = parties(subject, question.at)
    for party in signing:
        for no, lifted in _noes(party, item, question):
            until = min(until, lifted)
            if no:
                reasons.add(no)
        permitting = [
            one
            for one in party.consents
            if _speaks_to(one, item, question) and not shortfalls(one, party, item, question)
        ]
        if permitting:
            covering += [consent.id for consent in permitting]
            until = min(until, max(_ends(consent, party, question) for consent in permitting))
        else:
            missing += 1
            short |= nearest(party, item, question)
    if 0 < missing < len(signing):
        short = short - {Reason.NO_CONSENT} | {Reason.SECOND_SIGNATURE_MISSING}
    reasons |= short
    if missing and subject.standing.died:
        reasons.add(Reason.SUBJECT_DECEASED)
    if not subject.agreement_signed:
        reasons.add(Reason.AGREEMENT_OPEN)
    if question.reader is not None and is_barred(question.reader, subject.standing):
        reasons.add(Reason.REPRESENTATIVE_BARRED)
    return _Share(reasons, covering, until, not missing)


def _subjects_known(item: ItemFacts) -> bool:
    members = [subject.member for subject in item.subjects]
    speaks = item.speaker is None or item.speaker in members
    return item.subjects_resolved and bool(members) and speaks


def _speaks_to(consent: ConsentFacts, item: ItemFacts, question: Question) -> bool:
    """Say whether a consent is about this version, recipient and purpose; others fall short."""
    return (
        consent.version == item.version
        and question.is_meant_by(consent.recipient)
        and any(reaches(purpose, question.purpose) for purpose in consent.purposes)
    )


def _shortfalls_beside_the_purpose(
    consent: ConsentFacts,
    subject: SubjectFacts,
    item: ItemFacts,
    question: Question,
    *,
    believed: bool = False,
) -> set[Reason]:
    grant = consent.carrying
    short = _gaps_of_the_grant(consent, grant, subject, question.at, believed=believed)
    if consent.version != item.version:
        short.add(Reason.VERSION_CHANGED)
    named_class = consent.recipient_class
    if not question.is_meant_by(consent.recipient) or not (
        named_class is None or named_class in question.classes
    ):
        short.add(Reason.RECIPIENT_MISMATCH)
    if question.proceeding and not consent.for_proceedings:
        short.add(Reason.PROCEEDING_CONSENT_MISSING)
    if consent.for_proceedings and not question.proceeding:
        short.add(Reason.PURPOSE_MISMATCH)
    if grant is not None and grant.kind is Kind.GRANTED:
        if not policy_allows(consent, grant, question.policy, question.at):
            short.add(Reason.HOUSE_POLICY)
        if question.asker == subject.member and not signer_may_read(grant, subject.standing):
            short.add(Reason.MAY_NOT_READ)
    return short


def _gaps_of_the_grant(
    consent: ConsentFacts,
    grant: EventFacts | None,
    subject: SubjectFacts,
    at: datetime,
    *,
    believed: bool = False,
) -> set[Reason]:
    """Return what keeps a consent from being live, whatever is asked."""
    gaps = set(consent.defects)
    if grant is None:
        gaps.add(Reason.NO_CONSENT)
    elif grant.kind is not Kind.GRANTED:
        if grant.kind is not Kind.DEFECT or not gaps:  # a defect may have been given its name
            gaps.add(LEDGER_GAPS.get(grant.kind, Reason.NO_CONSENT))
    else:
        if not (believed or grant.authentic):
            gaps.add(Reason.UNREADABLE)
        if grant.until is not None and at >= grant.until:
            gaps.add(Reason.EXPIRED)
        signed_otherwise = grant.signer is not None or subject.standing is not ADULT
        if signed_otherwise and (gap := signature_gap(grant, subject.standing, at)):
            gaps.add(gap)
    if at < consent.effective:
        gaps.add(Reason.NOT_YET_EFFECTIVE)
    if consent.expires is not None and at >= consent.expires:
        gaps.add(Reason.EXPIRED)
    if consent.event_at is not None and at >= consent.event_at:
        gaps.add(Reason.EXPIRED_EVENT)
    if not consent.purposes or (consent.expires is None and not consent.ends_with_event):
        gaps.add(Reason.INCOMPLETE)
    if consent.for_proceedings and len(consent.purposes) > 1:
        gaps.add(Reason.COMPOUND)
    return gaps


def _noes(
    party: SubjectFacts, item: ItemFacts, question: Question
) -> Iterator[tuple[Reason | None, datetime]]:
    """Yield for each no that reaches the question its reason if it stands, else until when not."""
    for consent in party.consents:
        if not _reached_by_its_no(consent, item, question):
            continue
        named = blocking(consent.purposes, {question.purpose})
        if consent.stopped:
            yield Reason.REVOKED, FOREVER  # no yes lifts it, a supervisor alone (R54)
            continue
        no = consent.no
        if no is None:
            continue
        reason = Reason.REFUSED if no.kind is Kind.DECLINED else Reason.REVOKED
        if not _is_bounded(consent):
            yield reason, FOREVER  # blanket or unreadable: never lifted
        else:
            lifting = [
                _ends(grant, party, question)
                for grant in party.consents
                if grant.recipient == consent.recipient
                and named <= grant.purposes
                and _granted_after(no, grant)
                and not _shortfalls_beside_the_purpose(grant, party, item, question)
            ]
            yield (None, max(lifting)) if lifting else (reason, FOREVER)


def _reached_by_its_no(consent: ConsentFacts, item: ItemFacts, question: Question) -> bool:
    """Say whether a no to what this consent names would be one to the question."""
    return (
        consent.version == item.version
        and question.is_reached_by(consent.recipient)
        and (bool(blocking(consent.purposes, {question.purpose})) or not _is_bounded(consent))
    )


def _is_bounded(consent: ConsentFacts) -> bool:
    return bool(consent.purposes) and consent.purposes <= PARENT_PURPOSE.keys()


def _granted_after(no: EventFacts, consent: ConsentFacts) -> bool:
    grant = consent.carrying
    return grant is not None and grant.kind is Kind.GRANTED and grant.counter > no.counter


def nearest(subject: SubjectFacts, item: ItemFacts, question: Question) -> set[Reason]:
    """Return what keeps the consent that comes nearest from covering.

    A proof that fails takes a consent further away, never nearer: the proofs of
    those that are further away anyway need no looking into.
    """
    near: set[Reason] = set()
    seemed = [
        (_distance(shortfalls(consent, subject, item, question, believed=True)), place)
        for place, consent in enumerate(subject.consents)
    ]
    for distance, place in sorted(seemed):
        if near and _distance(near) <= distance:
            break
        gap = shortfalls(subject.consents[place], subject, item, question)
        near = min(near, gap, key=_distance) if near else gap
    return near or {Reason.NO_CONSENT}


def _distance(gap: set[Reason]) -> tuple[bool, int, list[Reason]]:
    return Reason.ITEM_NOT_COVERED in gap, len(gap), sorted(gap)


def _ends(consent: ConsentFacts, subject: SubjectFacts, question: Question) -> datetime:
    """Return when a consent that covers now stops covering by itself."""
    grant = consent.carrying
    ends = consent.expires or FOREVER
    if consent.event_at is not None and consent.event_at < ends:
        ends = consent.event_at
    if grant is None:
        return ends
    if grant.until is not None and grant.until < ends:
        ends = grant.until
    if question.policy.longest is not None:
        ends = min(ends, policy_ends(grant, question.policy))
    if grant.signer is not None or subject.standing is not ADULT:
        ends = min(ends, signature_ends(grant, subject.standing))
    return ends
