"""What makes an event of a ledger believed: its MAC, and the trail's last word on its consent.

A proof is looked into when somebody asks for it: a decision asks for those of
the consents that it may stand on, an alarm for all.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from audit.entry import time_text
from audit.models import Entry, Outcome
from audit.verifier import FIELDS, chain_hash, values
from consent.evidence import canonical
from vault import key_ring
from vault.services import Mac, holds

CHAIN, SEQ, ACT, OBJECT, GROUND = map(FIELDS.index, ("chain", "seq", "act", "object_id", "ground"))


class Times(dict[str, tuple[datetime, str]]):
    """Instants by their text, with the text that is authenticated: the same few come back."""

    def __missing__(self, text: str) -> tuple[datetime, str]:
        moment = moment_of(text)
        self[text] = found = moment, time_text(moment)
        return found


class Words:
    """One version: its id, the digest of its words, and whom it concerns, sorted."""

    __slots__ = ("digest", "members", "version")

    def __init__(self, version: str, digest: str, subjects: Sequence[Sequence[str]] | None) -> None:
        self.version = version
        self.digest = digest.lower()
        self.members = sorted(hex_of(subject[0]) for subject in subjects or ())


class Proof:
    """Whether an event that permits is authentic; a bool that is found out once, when it is asked.

    `consent` and `event` are rows of `consent.statements`, `entry` the trail's last
    word on the consent and `chain` the chain it must stand in: without either
    nothing is believed. What need not be `told`, a lifted hold that something came
    after, is believed by its MAC, in which its counter stands. Raises
    vault.Keyless at once: without a key there is nothing to ask.
    """

    __slots__ = ("_answer", "_asked", "_told")

    def __init__(
        self,
        consent: list[Any],
        event: list[Any],
        words: Words,
        entry: list[Any] | None,
        chain: str,
        times: Times,
        *,
        told: bool = True,
    ) -> None:
        key_ring.current()
        self._asked = (consent, event, words, entry, chain, times)
        self._told = told
        self._answer: bool | None = None

    def __bool__(self) -> bool:
        if self._answer is None:
            consent, event, words, entry, chain, times = self._asked
            told = _says(entry, chain, consent[1], event) if self._told else bool(chain)
            self._answer = told and _mac_holds(consent, event, words, times)
        return self._answer

    def __eq__(self, other: object) -> bool:
        return isinstance(other, bool | Proof) and bool(self) == bool(other)

    def __hash__(self) -> int:
        return hash(bool(self))

    def __repr__(self) -> str:
        return repr(bool(self))


def _says(entry: list[Any] | None, chain: str, consent: str, event: list[Any]) -> bool:
    """Say whether the trail's last word on a consent tells of this very event."""
    counter, kind = event[:2]
    ground = ground_of(entry, chain, f"consent.{kind}", consent)
    return ground is not None and f"counter={counter}".encode() in ground.split(b",")


def ground_of(entry: list[Any] | None, chain: str, act: str, about: str) -> bytes | None:
    """Return the ground that an entry's hashed bytes give for this act about this thing in a chain.

    None if they do not follow each other, or tell of anything else.
    """
    if entry is None or not chain:
        return None
    seq, told, *_ = entry
    raw = bytes.fromhex(told)
    stored, prev, body = raw[:32], raw[32:64], raw[64:]
    if chain_hash(body, prev) != stored:
        return None
    try:
        found = values(body)
    except ValueError:
        return None
    wanted = tuple(text.encode() for text in (chain, str(seq), hex_of(about), act))
    given = (found[CHAIN], found[SEQ], found[OBJECT], found[ACT])
    return found[GROUND] if given == wanted else None


def last_ground(chain: UUID, about: UUID, act: str, outcome: Outcome | None = None) -> bytes | None:
    """Return the ground of the trail's last entry for an act about a row, if its bytes hold.

    With `outcome`, of those that came to it: a try that was refused later undoes nothing.
    """
    found = Entry.objects.filter(chain=chain, object_id=about, act=act)
    if outcome is not None:
        found = found.filter(outcome=outcome)
    last = found.order_by("-seq").first()
    return ground_of(entry_row(last), chain.hex, act, about.hex) if last else None


def entry_row(entry: Entry) -> list[Any]:
    """Return an entry as `consent.statements` reads it."""
    told = bytes(entry.hash) + bytes(entry.prev) + bytes(entry.body)
    return [entry.seq, told.hex(), False]


def _mac_holds(consent: list[Any], event: list[Any], words: Words, times: Times) -> bool:
    member, consent_id, recipient, recipient_class, purposes, effective, expires, *_ = consent
    counter, kind, at, until, evidence, by, text_version, signature, key_id, mac = event
    scope: list[object] = [
        *(hex_of(consent_id), hex_of(member), hex_of(words.version), words.digest),
        *(words.members, hex_of(recipient), hex_of(recipient_class) if recipient_class else None),
        *(sorted(purposes), times[effective][1], times[expires][1]),
    ]
    decided: list[object] = [
        *(counter, kind, times[at][1], hex_of(by) if by else None, evidence, text_version),
        *(times[until][1] if until else None, signature.lower()),
    ]
    return holds(Mac(key_id, bytes.fromhex(mac)), canonical(scope, decided))


def hex_of(text: str) -> str:
    """Return a row id, as either database writes it, as the digits that are authenticated."""
    return text.replace("-", "")


def moment_of(text: str) -> datetime:
    """Return an instant as either database writes it, in UTC."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)
