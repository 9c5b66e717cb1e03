"""The decision: may this item go to this recipient, for this purpose, at this instant? Pure.

Default deny; a refusal overrides; unknown, incomplete or unreadable means
withhold. Rows and readings are those of docs/rules.md R10 to R19.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from consent.kinds import NEVER_INHERITED, PARENT_PURPOSE, Kind, Reason

ANSWERS = (Kind.GRANTED, Kind.DECLINED, Kind.REVOKED)


@dataclass(frozen=True)
class EventFacts:
    """One event of a ledger.

    `authentic` says that the MAC of a permitting event holds and that the trail
    has it as the last word on its consent. `signer` is the representative who
    signed, or None if the member did; `in_person` that it was done in the room
    or on paper.
    """

    counter: int
    kind: Kind
    until: datetime | None = None
    authentic: bool = False
    at: datetime | None = None
    in_person: bool = False
    signer: UUID | None = None


@dataclass(frozen=True)
class ConsentFacts:
    """One consent: its scope, and its events in any order."""

    id: UUID
    disclosure: UUID
    version: UUID
    recipient: UUID
    purposes: frozenset[str]
    effective: datetime
    expires: datetime
    events: tuple[EventFacts, ...]
    recipient_class: UUID | None = None
    for_proceedings: bool = False
    defects: frozenset[Reason] = frozenset()

    @property
    def last(self) -> EventFacts | None:
        return _latest(self.events)

    @property
    def carrying(self) -> EventFacts | None:
        """What stands when holds that were lifted are left out: lifting a hold grants nothing."""
        last = self.last
        if last is None or last.kind is not Kind.UNHELD or not last.authentic:
            return last
        return _latest(e for e in self.events if e.kind not in (Kind.HELD, Kind.UNHELD))

    @property
    def answer(self) -> EventFacts | None:
        """The member's latest yes or no; what a clock or a worker added later is neither."""
        return _latest(e for e in self.events if e.kind in ANSWERS)


class Signs(StrEnum):
    """Who has to sign for a member (rows 30 to 36)."""

    MEMBER = "member"  # an adult, or a minor who may lawfully consent alone
    REPRESENTATIVE = "representative"  # parent, guardian, executor
    BOTH = "both"  # Part 2 where the state requires a parent's consent to treatment


@dataclass(frozen=True)
class RepresentativeFacts:
    """Somebody who may sign for a member from `since` until before `until`, unless barred."""

    user: UUID
    since: datetime
    until: datetime | None = None
    barred: bool = False
    may_read: bool = False


@dataclass(frozen=True)
class LegalStanding:
    """Who signs for a member and since when not any more.

    `of_age_at` is the instant a minor comes of age, by the practice's time
    zone; `died` means that an executor signs.
    """

    signs: Signs = Signs.MEMBER
    representatives: tuple[RepresentativeFacts, ...] = ()
    of_age_at: datetime | None = None
    died: bool = False


ADULT = LegalStanding()


@dataclass(frozen=True)
class SubjectFacts:
    """One member an item concerns, and every consent of theirs that may speak to the question."""

    member: UUID
    agreement_signed: bool
    consents: tuple[ConsentFacts, ...]
    standing: LegalStanding = ADULT


class ItemKind(StrEnum):
    ITEM = "item"
    PROGRESS_NOTE = "progress_note"
    SUMMARY = "summary"
    GROUP_NOTE = "group_note"


class Outsiders(StrEnum):
    """Whether somebody outside the group is named (row 22)."""

    NONE = "none"
    UNREVIEWED = "unreviewed"
    REVIEWED = "reviewed"
    MUST_CONSENT = "must_consent"  # GDPR: a data subject whom nobody here can ask


@dataclass(frozen=True)
class ItemFacts:
    """An item as it stands now: its current version and everyone it concerns."""

    disclosure: UUID
    version: UUID
    speaker: UUID | None
    subjects: tuple[SubjectFacts, ...]
    subjects_resolved: bool = True
    entered_in_error: bool = False
    releaser_may_read: bool = True
    releaser_may_release: bool = True
    kind: ItemKind = ItemKind.ITEM
    part2: bool = False
    outsiders: Outsiders = Outsiders.NONE
    unchecked_redaction: bool = False


@dataclass(frozen=True)
class HousePolicyFacts:
    """How much stricter the practice is than the rules: it can only tighten (reading 9)."""

    longest: timedelta | None = None
    cooling_off: timedelta = timedelta(0)
    in_person: bool = False


NO_POLICY = HousePolicyFacts()


@dataclass(frozen=True)
class Question:
    """To whom, why, when, and what the house says of itself at that instant.

    `classes` are the recipient classes the recipient is shown to belong to;
    `asker` the member, if the recipient is one (rows 39 to 41). A `proceeding` is
    a civil, criminal, administrative or legislative one (row 51).
    """

    recipient: UUID
    purpose: str
    at: datetime
    classes: frozenset[UUID] = frozenset()
    asker: UUID | None = None
    proceeding: bool = False
    policy: HousePolicyFacts = NO_POLICY
    frozen: bool = False


@dataclass(frozen=True)
class Decision:
    """PERMIT with the consents it stands on and until when, or WITHHOLD with sorted reasons."""

    reasons: tuple[Reason, ...] = ()
    consents: tuple[UUID, ...] = ()
    until: datetime | None = None

    @property
    def permits(self) -> bool:
        return not self.reasons and bool(self.consents)


def decide(item: ItemFacts, question: Question) -> Decision:
    """Return the decision for one item (rows 1-8, 10, 12-14, 16, 17, 19-21, 56-59)."""
    reasons = _reasons_of_the_item(item, question)
    covering: list[ConsentFacts] = []
    lasts: list[datetime] = []
    for subject in item.subjects:
        permitting = [c for c in subject.consents if not shortfalls(c, item, question)]
        covering += permitting
        if permitting:
            lasts.append(max(_ends(consent) for consent in permitting))
        else:
            reasons |= _nearest(subject, item, question)
        if no := standing_no(subject, item, question):
            reasons.add(no)
        if not subject.agreement_signed:
            reasons.add(Reason.AGREEMENT_OPEN)
    if 0 < len(lasts) < len(item.subjects):
        reasons.add(Reason.SUBJECT_CONSENT_MISSING)
    if not reasons and not item.releaser_may_release:
        reasons.add(Reason.NOT_PERMITTED)
    if reasons:
        return Decision(reasons=tuple(sorted(reasons)))
    return Decision(consents=tuple(consent.id for consent in covering), until=min(lasts))


def shortfalls(consent: ConsentFacts, item: ItemFacts, question: Question) -> set[Reason]:
    """Return everything that keeps one consent from covering the question; empty if it covers."""
    if consent.disclosure != item.disclosure:
        return {Reason.ITEM_NOT_COVERED}
    short = _standing_shortfall(consent)
    if consent.version != item.version:
        short.add(Reason.VERSION_CHANGED)
    if consent.recipient != question.recipient:
        short.add(Reason.RECIPIENT_MISMATCH)
    if not any(reaches(purpose, question.purpose) for purpose in consent.purposes):
        short.add(Reason.PURPOSE_MISMATCH)
    if question.at < consent.effective:
        short.add(Reason.NOT_YET_EFFECTIVE)
    if question.at >= _ends(consent):
        short.add(Reason.EXPIRED)
    return short


def standing_no(subject: SubjectFacts, item: ItemFacts, question: Question) -> Reason | None:
    """Return REFUSED or REVOKED if a no of this member about this version stands in the way.

    A refusal (row 14, reading 2) and a taking back (I1) both reach child
    purposes, break-glass too, never upwards, whichever question they answered.
    Only a later grant of the same member supersedes one, for the same
    recipient, if it names every purpose of the no that reaches the one asked.
    """
    for consent in subject.consents:
        no = consent.answer
        if (
            no is None
            or no.kind is Kind.GRANTED
            or (consent.version, consent.recipient) != (item.version, question.recipient)
        ):
            continue
        reason = Reason.REFUSED if no.kind is Kind.DECLINED else Reason.REVOKED
        if not consent.purposes or not consent.purposes <= PARENT_PURPOSE.keys():
            return reason  # blanket or unreadable: never superseded
        if (reaching := blocking(consent.purposes, {question.purpose})) and not any(
            reaching <= grant.purposes and _granted_after(grant, no.counter, consent)
            for grant in subject.consents
        ):
            return reason
    return None


def blocking(refused: Iterable[str], asked: Iterable[str]) -> set[str]:
    """Return the refused purposes that reach any of those asked."""
    wanted = set(asked)
    return {no for no in refused if any(_within(purpose, no) for purpose in wanted)}


def speaker_allows_showing(item: ItemFacts, at: datetime) -> bool:
    """Say whether the others an item concerns may be shown its words (rows 56-58).

    The yes is the speaker's live grant for this very version, to whomever. An
    item without a speaker has no order of asking.
    """
    if item.speaker is None:
        return True
    return any(
        consent.version == item.version
        and not _standing_shortfall(consent)
        and consent.effective <= at < _ends(consent)
        for subject in item.subjects
        if subject.member == item.speaker
        for consent in subject.consents
    )


def reaches(granted: str, asked: str) -> bool:
    """Say whether a consent to `granted` covers `asked`: itself, or a part of it (row 6)."""
    if granted == asked:
        return granted in PARENT_PURPOSE
    return asked not in NEVER_INHERITED and _within(asked, granted)


def covered_scopes(item: ItemFacts, at: datetime) -> bool:
    """Say whether some recipient and purpose has, or will have, everybody's consent."""
    scopes = {(c.recipient, p) for s in item.subjects for c in s.consents for p in c.purposes}
    soon = {Reason.NOT_YET_EFFECTIVE}
    return any(
        item.subjects
        and all(
            any(shortfalls(c, item, Question(recipient, purpose, at)) <= soon for c in s.consents)
            for s in item.subjects
        )
        for recipient, purpose in scopes
    )


def _reasons_of_the_item(item: ItemFacts, question: Question) -> set[Reason]:
    reasons = set()
    if not item.releaser_may_read:
        reasons.add(Reason.NOT_PERMITTED)
    if item.entered_in_error:
        reasons.add(Reason.ENTERED_IN_ERROR)
    if item.unchecked_redaction:
        reasons.add(Reason.REDACTION_UNCHECKED)
    members = {subject.member for subject in item.subjects}
    if not item.subjects_resolved or not members or item.speaker not in members | {None}:
        reasons.add(Reason.SUBJECTS_NOT_RESOLVED)
    if question.purpose not in PARENT_PURPOSE:
        reasons.add(Reason.PURPOSE_MISMATCH)
    if len(item.subjects) > 1 and not speaker_allows_showing(item, question.at):
        reasons.add(Reason.NOT_SHOWABLE)
    return reasons


def _standing_shortfall(consent: ConsentFacts) -> set[Reason]:
    event = consent.carrying
    match event.kind if event else None:
        case Kind.GRANTED:
            return set() if event and event.authentic else {Reason.UNREADABLE}
        case Kind.UNHELD:
            return {Reason.UNREADABLE}
        case Kind.DECLINED:
            return {Reason.REFUSED}
        case Kind.REVOKED | Kind.HELD:
            return {Reason.REVOKED}
        case Kind.EXPIRED:
            return {Reason.EXPIRED}
        case Kind.SUPERSEDED:
            return {Reason.VERSION_CHANGED}
        case Kind.DEFECT:
            return {Reason.INCOMPLETE}
        case _:
            return {Reason.NO_CONSENT}


def _nearest(subject: SubjectFacts, item: ItemFacts, question: Question) -> set[Reason]:
    gaps = [shortfalls(consent, item, question) for consent in subject.consents]
    near = min(
        gaps, key=lambda gap: (Reason.ITEM_NOT_COVERED in gap, len(gap), sorted(gap)), default=None
    )
    return near or {Reason.NO_CONSENT}


def _granted_after(grant: ConsentFacts, counter: int, refusal: ConsentFacts) -> bool:
    yes = grant.answer
    return (
        yes is not None
        and yes.counter > counter
        and not _standing_shortfall(grant)
        and (grant.version, grant.recipient) == (refusal.version, refusal.recipient)
    )


def _latest(events: Iterable[EventFacts]) -> EventFacts | None:
    return max(events, key=lambda event: event.counter, default=None)


def _within(purpose: str | None, whole: str) -> bool:
    while purpose is not None:
        if purpose == whole:
            return True
        purpose = PARENT_PURPOSE.get(purpose)
    return False


def _ends(consent: ConsentFacts) -> datetime:
    event = consent.carrying
    ends: Iterable[datetime | None] = (consent.expires, event.until if event else None)
    return min(end for end in ends if end is not None)
