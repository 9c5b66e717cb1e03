"""What a decision is made from: the shapes of all facts, filled by `consent.facts`. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar, dataclass_transform
from uuid import UUID

from consent.kinds import Kind, Reason

T = TypeVar("T")
HOLDS = (Kind.HELD, Kind.UNHELD)
NOES = (Kind.DECLINED, Kind.REVOKED)
FOREVER = datetime.max.replace(tzinfo=UTC)


class Found(Protocol):
    """A yes or no that is found out when somebody asks."""

    def __bool__(self) -> bool: ...


@dataclass_transform(frozen_default=True)
def _facts(cls: type[T]) -> type[T]:
    """A frozen dataclass to the type checker; when it runs a plain one, built in a quarter of the
    time: a page is decided from hundreds of them."""
    return dataclass(unsafe_hash=True)(cls)


@_facts
class EventFacts:
    """One event of a ledger.

    `authentic` says that the MAC of a permitting event holds and that the trail
    has it as the last word on its consent, but of a lifted hold that something
    came after: there the MAC alone. What is read from the database finds it out
    when it is asked (`consent.proofs`). `signer` is the representative who
    signed, or None if the member did; `in_person` that it was done in the room
    or on paper.
    """

    counter: int
    kind: Kind
    until: datetime | None = None
    authentic: bool | Found = False
    at: datetime | None = None
    in_person: bool = False
    signer: UUID | None = None


@_facts
class ConsentFacts:
    """One consent: its scope, and its events in any order.

    `recipient` may name a class (`recipient_is_class`); with a `recipient_class`
    beside a named recipient both must match. `expires` is None if an event
    (`ends_with_event`) rather than a date ends it; `event_at` is when that
    happened. `defects` are codes of domain table 1.2, any of which voids it.
    """

    id: UUID
    disclosure: UUID
    version: UUID
    recipient: UUID
    purposes: frozenset[str]
    effective: datetime
    expires: datetime | None
    events: tuple[EventFacts, ...]
    recipient_class: UUID | None = None
    for_proceedings: bool = False
    defects: frozenset[Reason] = frozenset()
    recipient_is_class: bool = False
    ends_with_event: bool = False
    event_at: datetime | None = None

    @property
    def last(self) -> EventFacts | None:
        """The event with the highest counter."""
        return _latest(self.events)

    @property
    def carrying(self) -> EventFacts | None:
        """What stands when holds that were lifted are left out: lifting a hold grants nothing."""
        last = self.last
        if last is None or last.kind is not Kind.UNHELD or not last.authentic:
            return last
        return _latest(e for e in self.events if e.kind not in HOLDS)

    @property
    def stopped(self) -> bool:
        """Whether a yes was stopped as not free and nobody lifted that, whatever came since (R54).

        A lifting without its proof lifts nothing, however much was written after it.
        """
        held = _latest(e for e in self.events if e.kind is Kind.HELD)
        if held is None:
            return False
        lifted = _latest(e for e in self.events if e.kind is Kind.UNHELD)
        return lifted is None or lifted.counter < held.counter or not lifted.authentic

    @property
    def no(self) -> EventFacts | None:
        """The member's latest no; what a clock or a worker added is none."""
        return _latest(e for e in self.events if e.kind in NOES)


class Signs(StrEnum):
    """Who has to sign for a member (rows 30 to 36)."""

    MEMBER = "member"  # an adult, or a minor who may lawfully consent alone
    REPRESENTATIVE = "representative"  # parent, guardian
    BOTH = "both"  # Part 2 where the state requires a parent's consent to treatment


@dataclass(frozen=True)
class RepresentativeFacts:
    """Somebody who may sign for a member from `since` until before `until`, unless barred.

    An `executor` signs for the dead, everybody else for the living.
    """

    user: UUID
    since: datetime
    until: datetime | None = None
    barred: bool = False
    may_read: bool = False
    executor: bool = False


@dataclass(frozen=True)
class LegalStanding:
    """Who signs for a member and since when not any more.

    `of_age_at` is the instant a minor comes of age, by the practice's time
    zone; `died` means that an executor signs. One that is not `believed` was
    altered, or taken away, in the database: then no signature counts.
    """

    signs: Signs = Signs.MEMBER
    representatives: tuple[RepresentativeFacts, ...] = ()
    of_age_at: datetime | None = None
    died: bool = False
    believed: bool = True


ADULT = LegalStanding()


@_facts
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


WITH_A_WAY_OUT = (ItemKind.ITEM, ItemKind.PROGRESS_NOTE, ItemKind.SUMMARY)


class Outsiders(StrEnum):
    """Whether somebody outside the group is named (row 22)."""

    NONE = "none"
    UNREVIEWED = "unreviewed"
    REVIEWED = "reviewed"
    MUST_CONSENT = "must_consent"  # GDPR: a data subject whom nobody here can ask


@_facts
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
class Block:
    """A purpose that a practice never releases for (None: any), to a class or to everybody."""

    purpose: str | None
    recipient_class: UUID | None = None


@dataclass(frozen=True)
class HousePolicyFacts:
    """How much stricter the practice is than the rules: it can only tighten (reading 9).

    `second_person` is asked of overrides, however urgent; all else of consents.
    """

    longest: timedelta | None = None
    cooling_off: timedelta = timedelta(0)
    in_person: bool = False
    blocks: tuple[Block, ...] = ()
    second_person: bool = False

    @property
    def bounds_grants(self) -> bool:
        return self.longest is not None or bool(self.cooling_off) or self.in_person


NO_POLICY = HousePolicyFacts()


@dataclass(frozen=True)
class Question:
    """To whom, why, when, and what the house says of itself at that instant.

    `classes` are the recipient classes the recipient is shown to belong to,
    `doubted` those that a row says without a proof: they carry no yes, and every no;
    `asker` the member, if the recipient is one (rows 39 to 41); `reader` the
    recipient's account, if they have one (row 33). A `proceeding` is a civil,
    criminal, administrative or legislative one (row 51). `record_available` is
    False while ledger, clock or trail cannot be relied on (row 55).
    """

    recipient: UUID
    purpose: str
    at: datetime
    classes: frozenset[UUID] = frozenset()
    doubted: frozenset[UUID] = frozenset()
    asker: UUID | None = None
    proceeding: bool = False
    policy: HousePolicyFacts = NO_POLICY
    frozen: bool = False
    reader: UUID | None = None
    record_available: bool = True

    def is_meant_by(self, recipient: UUID) -> bool:
        """Say whether a recipient or class that somebody named is the one who asks (row 5)."""
        return recipient == self.recipient or recipient in self.classes

    def is_reached_by(self, recipient: UUID) -> bool:
        """Say whether a no to a recipient or class reaches the one who asks, doubted or not."""
        return self.is_meant_by(recipient) or recipient in self.doubted


def _latest(events: Iterable[EventFacts]) -> EventFacts | None:
    latest = None
    for event in events:
        if latest is None or event.counter > latest.counter:
            latest = event
    return latest
