"""The facts a decision is made from, read afresh inside the transaction that acts on it.

Everything comes from one statement (consent/statements.py): one snapshot, and
the database's clock of that instant.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from audit.entry import time_text
from audit.trail import Actor
from audit.verifier import chain_hash, decode
from consent.belonging import classes_shown
from consent.evidence import canonical
from consent.kinds import Kind
from consent.rules import (
    NO_POLICY,
    ConsentFacts,
    EventFacts,
    HousePolicyFacts,
    ItemFacts,
    ItemKind,
    Question,
    SubjectFacts,
    speaker_allows_showing,
)
from consent.statements import POSTGRES, SQLITE
from sessions_app.models import Disclosure, DisclosureVersion, RecordClass
from vault.services import Mac, holds

IN_PERSON = ("in_room", "paper")
PERMITTING = ("granted", "unheld")


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
    instant, asker, classes, policy, frozen, rows = _run(
        list(items), recipient, releaser.user if releaser else None
    )
    ids, times = _Ids(), _Times()
    shown, doubted = classes_shown(classes or (), recipient, ids, times)
    return Gathered(
        at=_moment(instant),
        items={ids[row[0]]: _item(row, ids, times, recipient, check_macs) for row in rows or ()},
        classes=shown,
        doubted=doubted,
        asker=ids[asker] if asker else None,
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
        (answer,) = cursor.fetchone()
    found: list[Any] = json.loads(answer)
    return found


class _Times(dict[str, tuple[datetime, str]]):
    """Instants by their text, with the text that is authenticated: the same few come back."""

    def __missing__(self, text: str) -> tuple[datetime, str]:
        moment = _moment(text)
        self[text] = found = moment, time_text(moment)
        return found


class _Ids(dict[str, UUID]):
    """Row ids by their text: the same few come back in every row."""

    def __missing__(self, text: str) -> UUID:
        self[text] = found = UUID(int=int(_hex(text), 16))  # as UUID(text), in half the time
        return found


def _policy(longest_days: int | None, cooling_off_hours: int, in_person: bool) -> HousePolicyFacts:
    return HousePolicyFacts(
        longest=None if longest_days is None else timedelta(days=longest_days),
        cooling_off=timedelta(hours=cooling_off_hours),
        in_person=bool(in_person),
    )


def _item(
    row: list[Any], ids: _Ids, times: _Times, recipient: UUID | None, check_macs: bool
) -> ItemFacts:
    item, version, speaker, kind, record_class, state, resolved = row[:7]
    unchecked_redaction, newest, may_read, may_release = row[7:11]
    practice, versions, signed, elsewhere, consents = row[11:]
    words = {one: (digest.lower(), sorted(members or ())) for one, digest, members in versions}
    # An item that was set back to an older version speaks for nothing that was said about it.
    chain = _hex(practice) if newest else ""
    by_member: dict[str, list[ConsentFacts]] = {}
    for consent in sorted(consents or (), key=_second):
        facts = _consent(consent, item, words, chain, ids, times, check_macs)
        by_member.setdefault(consent[0], []).append(facts)
    for member, *other in elsewhere or ():
        by_member[member] = [_elsewhere(other, recipient, ids)]
    signed = signed or ()
    return ItemFacts(
        disclosure=ids[item],
        version=ids[version],
        speaker=ids[speaker] if speaker else None,
        subjects=tuple(
            SubjectFacts(ids[member], member in signed, tuple(by_member.get(member, ())))
            for member in words[version][1]
        ),
        subjects_resolved=bool(resolved),
        entered_in_error=state == Disclosure.State.ENTERED_IN_ERROR,
        releaser_may_read=bool(may_read),
        releaser_may_release=bool(may_release),
        kind=ItemKind(kind),
        part2=record_class == RecordClass.SUD_COUNSELING,
        unchecked_redaction=bool(unchecked_redaction),
    )


def _second(row: list[Any]) -> Any:
    return row[1]


def _elsewhere(row: list[Any], recipient: UUID | None, ids: _Ids) -> ConsentFacts:
    consent, item, version, purposes, effective, expires = row
    assert recipient
    return ConsentFacts(
        id=ids[consent],
        disclosure=ids[item],
        version=ids[version],
        recipient=recipient,
        purposes=frozenset(purposes),
        effective=_moment(effective),
        expires=_moment(expires),
        events=(),
    )


def _consent(
    row: list[Any],
    item: str,
    words: dict[str, tuple[str, list[str]]],
    chain: str,
    ids: _Ids,
    times: _Times,
    check_macs: bool,
) -> ConsentFacts:
    member, consent, version, recipient, recipient_class = row[:5]
    purposes, effective, expires, is_class, last_entry, last_answer, rows = row[5:]
    begins, ends = times[effective], times[expires]
    events = sorted(rows or ())
    top = events[-1][0] if events else 0
    scope: list[object] = []
    facts = []
    for event in events:
        counter, kind, at, until, by, evidence, *_ = event
        authentic = not check_macs
        if check_macs and kind in PERMITTING:
            if not scope:
                digest, subjects = words[version]
                scope = [
                    *(_hex(consent), _hex(member), _hex(version), digest),
                    [_hex(one) for one in subjects],
                    _hex(recipient),
                    _hex(recipient_class) if recipient_class else None,
                    sorted(purposes),
                    *(begins[1], ends[1]),
                ]
            word = last_entry if counter == top else last_answer
            authentic = _says(word, chain, consent, kind, counter) and _mac_holds(
                scope, event, times
            )
        facts.append(
            EventFacts(
                counter=counter,
                kind=Kind(kind),
                until=times[until][0] if until else None,
                authentic=authentic,
                at=times[at][0],
                in_person=evidence in IN_PERSON,
            )
        )
    return ConsentFacts(
        id=ids[consent],
        disclosure=ids[item],
        version=ids[version],
        recipient=ids[recipient],
        purposes=frozenset(purposes),
        effective=begins[0],
        expires=ends[0],
        events=tuple(facts),
        recipient_class=ids[recipient_class] if recipient_class else None,
        recipient_is_class=bool(is_class),
    )


def _mac_holds(scope: list[object], event: list[Any], times: _Times) -> bool:
    counter, kind, at, until, by, evidence, text_version, signature, key_id, mac = event
    decided = [
        *(counter, kind, times[at][1], _hex(by) if by else None),
        *(evidence, text_version, times[until][1] if until else None, signature.lower()),
    ]
    return holds(Mac(key_id, bytes.fromhex(mac)), canonical(scope, decided))


def _says(entry: list[Any] | None, chain: str, consent: str, kind: str, counter: int) -> bool:
    """Say whether an entry's hashed bytes tell of this very event: the trail's last word on it."""
    if entry is None or not chain:
        return False
    seq, body_hex, prev, stored = entry
    body = bytes.fromhex(body_hex)
    if chain_hash(body, bytes.fromhex(prev)) != bytes.fromhex(stored):
        return False
    try:
        told = decode(body)
    except ValueError:
        return False
    return (
        (told["chain"], told["seq"], told["object_id"], told["act"])
        == (chain, str(seq), _hex(consent), f"consent.{kind}")
    ) and f"counter={counter}" in told["ground"].split(",")


def _hex(text: str) -> str:
    return text.replace("-", "")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)
