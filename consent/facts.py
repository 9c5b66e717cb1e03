"""The facts a decision is made from, read afresh inside the transaction that acts on it.

Everything comes from one statement (consent/statements/): one snapshot, and
the database's clock of that instant.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from audit.trail import NOBODY, Actor
from consent.belonging import classes_shown
from consent.kinds import Kind
from consent.proofs import Proof, Times, Words, hex_of, moment_of
from consent.rules import (
    NO_POLICY,
    ConsentFacts,
    EventFacts,
    HousePolicyFacts,
    ItemFacts,
    ItemKind,
    Question,
    Signs,
    SubjectFacts,
    speaker_allows_showing,
)
from consent.standings import ALONE, Stands, standing_of
from consent.statements import POSTGRES, SQLITE
from sessions_app.models import Disclosure, DisclosureVersion, RecordClass

IN_PERSON = ("in_room", "paper")
PERMITTING = ("granted", "unheld")
KINDS = {kind.value: kind for kind in Kind}  # a look-up, at a fifth of the price of Kind(..)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one reading found: the instant, what the house says of itself, and the items.

    `classes` are the recipient classes the recipient is shown to belong to now,
    `doubted` those that a row says and its proof does not, `asker` the member
    the recipient is, if it is one.
    """

    at: datetime
    items: dict[UUID, ItemFacts]
    classes: frozenset[UUID] = frozenset()
    doubted: frozenset[UUID] = frozenset()
    asker: UUID | None = None
    policy: HousePolicyFacts = NO_POLICY
    frozen: bool = False


def facts_of(
    item_id: UUID,
    *,
    recipient: UUID | None = None,
    releaser: Actor | None = None,
    check_macs: bool = True,
) -> ItemFacts:
    """Return an item as it stands: version, subjects, their consents and ledgers, and rights.

    With `recipient`, a consent of a subject to that recipient for another item
    is read where they have none for this one: it says that the item is not
    covered, and nothing more. The caller holds the item's lock. Raises
    Disclosure.DoesNotExist if it, or its current version, is not there, and
    vault.Keyless: a grant that cannot be checked is no grant. `check_macs=False`
    is for guardian's shadow alone, which has to follow a withdrawal where no key is.
    """
    found = read([item_id], recipient=recipient, releaser=releaser, check_macs=check_macs).items
    if item_id not in found:
        raise Disclosure.DoesNotExist
    return found[item_id]


def gather(
    items: Iterable[UUID],
    *,
    recipient: UUID,
    purpose: str,
    releaser: Actor | None = None,
    proceeding: bool = False,
) -> tuple[Question, dict[UUID, ItemFacts]]:
    """Return the question as it is asked now, and the facts of each item, in one statement.

    The items are those of one practice. The question carries the database's
    clock, the house's policy, whether it is frozen, the classes the recipient is
    shown to belong to, and the member it is. An item that is not there, or has
    no current version, is missing from the answer. The caller holds the items'
    locks if it acts on the answer. Raises vault.Keyless.
    """
    found = read(items, recipient=recipient, releaser=releaser)
    question = Question(
        recipient=recipient,
        purpose=purpose,
        at=found.at,
        classes=found.classes,
        doubted=found.doubted,
        asker=found.asker,
        proceeding=proceeding,
        policy=found.policy,
        frozen=found.frozen,
    )
    return question, found.items


def showable(versions: Iterable[DisclosureVersion], at: datetime) -> set[UUID]:
    """Return those of `versions` whose speaker lets the others concerned be shown them at `at`.

    On authenticated facts, in one statement; for a page that lists what somebody
    may know of. What is not an item's current version is not shown. Raises
    vault.Keyless.
    """
    listed = {version.pk: version.disclosure_id for version in versions}
    found = read(listed.values()).items if listed else {}
    return {
        pk
        for pk, item_id in listed.items()
        if (item := found.get(item_id)) and item.version == pk and speaker_allows_showing(item, at)
    }


def read(
    items: Iterable[UUID],
    *,
    recipient: UUID | None = None,
    releaser: Actor | None = None,
    check_macs: bool = True,
) -> Gathered:
    """Return the facts of many items in one statement (see `facts_of` and `gather`)."""
    first, *rows = _run(list(items), recipient, releaser.user if releaser else None)
    instant, asker, classes, policy, frozen = first
    reading = _Reading(recipient, check_macs)
    shown, doubted = classes_shown(classes or (), recipient, reading.times)
    return Gathered(
        at=moment_of(instant),
        items={item.disclosure: item for row in rows if (item := reading.item(row))},
        classes=shown,
        doubted=doubted,
        asker=reading.ids[asker] if asker else None,
        policy=_policy(*policy) if policy else NO_POLICY,
        frozen=bool(frozen),
    )


def _run(items: list[UUID], recipient: UUID | None, releaser: UUID | None) -> list[Any]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                POSTGRES,
                {
                    "items": [str(item) for item in items],
                    "recipient": str(recipient) if recipient else None,
                    "releaser": str(releaser) if releaser else None,
                },
            )
        else:
            cursor.execute(
                SQLITE,
                {
                    "items": json.dumps([item.hex for item in items]),
                    "recipient": recipient.hex if recipient else None,
                    "releaser": releaser.hex if releaser else None,
                },
            )
        return [json.loads(row) for (row,) in cursor.fetchall()]


class _Ids(dict[str, UUID]):
    """Row ids by their text: the same few come back in every row."""

    def __missing__(self, text: str) -> UUID:
        self[text] = found = UUID(int=int(hex_of(text), 16))  # as UUID(text), in half the time
        return found


def _policy(longest_days: int | None, cooling_off_hours: int, in_person: bool) -> HousePolicyFacts:
    return HousePolicyFacts(
        longest=None if longest_days is None else timedelta(days=longest_days),
        cooling_off=timedelta(hours=cooling_off_hours),
        in_person=bool(in_person),
    )


class _Reading:
    """Turns the rows of one reading into facts."""

    def __init__(self, recipient: UUID | None, check_macs: bool) -> None:
        self.recipient = recipient
        self.check_macs = check_macs
        self.ids = _Ids()
        self.times = Times()

    def item(self, row: list[Any]) -> ItemFacts | None:
        """Return an item as it stands, or None if its current version is not there."""
        item, speaker, kind, record_class, state, resolved, unchecked_redaction = row[:7]
        may_read, number, practice, versions = row[7:]
        current = next((one for one in versions or () if one[1] == number), None)
        if current is None:
            return None
        # An item that was set back to an older version speaks for nothing that was said about it.
        newest = number == max(one[1] for one in versions)
        chain = hex_of(practice) if newest else ""
        stands = {
            subject[0]: self.stands(subject, hex_of(practice)) for subject in current[4] or ()
        }
        by_member = self.consents(item, versions, chain, stands)
        return ItemFacts(
            disclosure=self.ids[item],
            version=self.ids[current[0]],
            speaker=self.ids[speaker] if speaker else None,
            subjects=tuple(
                self.subject(subject, by_member.get(subject[0]), stands[subject[0]])
                for subject in sorted(current[4] or (), key=_member)
            ),
            subjects_resolved=bool(resolved),
            entered_in_error=state == Disclosure.State.ENTERED_IN_ERROR,
            releaser_may_read=bool(may_read),
            releaser_may_release=bool(current[3]),
            kind=ItemKind(kind),
            part2=record_class == RecordClass.SUD_COUNSELING,
            unchecked_redaction=bool(unchecked_redaction),
        )

    def stands(self, subject: list[Any], chain: str) -> Stands:
        member, _, _, row, entry = subject
        return standing_of(member, row, entry, chain, self.times, check=self.check_macs)

    def consents(
        self, item: str, versions: list[Any], chain: str, stands: dict[str, Stands]
    ) -> dict[str, list[ConsentFacts]]:
        """Return the consents about any version of an item, by member, in order of their ids."""
        found = []
        for version, _, digest, _, subjects, consents in versions:
            words = Words(version, digest, subjects)
            found += [(row[1], row, words) for row in consents or ()]
        by_member: dict[str, list[ConsentFacts]] = {}
        for _, row, words in sorted(found, key=_id):
            one = self.consent(row, item, words, chain, stands.get(row[0], ALONE))
            by_member.setdefault(row[0], []).append(one)
        return by_member

    def subject(
        self, row: list[Any], consents: list[ConsentFacts] | None, stands: Stands
    ) -> SubjectFacts:
        member, signed, elsewhere, *_ = row
        if consents is None:
            consents = [self.elsewhere(*elsewhere)] if elsewhere else []
        return SubjectFacts(self.ids[member], bool(signed), tuple(consents), stands.standing)

    def elsewhere(
        self, consent: str, item: str, version: str, purposes: list[str], begins: str, ends: str
    ) -> ConsentFacts:
        assert self.recipient
        return ConsentFacts(
            id=self.ids[consent],
            disclosure=self.ids[item],
            version=self.ids[version],
            recipient=self.recipient,
            purposes=frozenset(purposes),
            effective=self.times[begins][0],
            expires=self.times[ends][0],
            events=(),
        )

    def consent(
        self, row: list[Any], item: str, words: Words, chain: str, stands: Stands
    ) -> ConsentFacts:
        _, consent, recipient, recipient_class, purposes, begins, ends, is_class = row[:8]
        return ConsentFacts(
            id=self.ids[consent],
            disclosure=self.ids[item],
            version=self.ids[words.version],
            recipient=self.ids[recipient],
            purposes=frozenset(purposes),
            effective=self.times[begins][0],
            expires=self.times[ends][0],
            events=tuple(self.events(row, words, chain, stands)),
            recipient_class=self.ids[recipient_class] if recipient_class else None,
            recipient_is_class=bool(is_class),
        )

    def events(
        self, row: list[Any], words: Words, chain: str, stands: Stands
    ) -> Iterator[EventFacts]:
        """Yield the ledger in the order of its counters, what permits with its proof."""
        last_entry, answer, events = row[8:]
        events = sorted(events or ())
        times = self.times
        # Before the last event only what a lifted hold gives back may still be believed.
        if not any(event[1] == "unheld" for event in events):
            # Of two who sign, the later grant's entry names the counters of both (R34).
            answer = last_entry if stands.standing.signs is Signs.BOTH else None
        elif last_entry and not last_entry[2]:
            answer = last_entry
        for event in events:
            counter, kind, at, until, evidence = event[:5]
            authentic: bool | Proof = not self.check_macs
            if self.check_macs and kind in PERMITTING:
                last = event is events[-1]
                entry = last_entry if last else answer
                told = last or kind != "unheld"
                authentic = Proof(row, event, words, entry, chain, times, told=told)
            ends = times[until][0] if until else None
            in_person = evidence in IN_PERSON
            signer = None
            if kind == "granted" and stands.user and hex_of(event[5] or "") != stands.user.hex:
                signer = self.ids[event[5]] if event[5] else NOBODY
            yield EventFacts(counter, KINDS[kind], ends, authentic, times[at][0], in_person, signer)


def _member(subject: list[Any]) -> Any:
    return subject[0]


def _id(found: tuple[str, list[Any], Words]) -> str:
    return found[0]
