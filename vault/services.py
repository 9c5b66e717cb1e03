"""Sealing and opening. The only way from ciphertext to words, and it asks for a receipt."""

import hmac
import secrets
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from audit.entry import Line
from audit.trail import Receipt
from vault import key_ring
from vault.envelope import Place, Unreadable, derive, keyed_digest, seal, shred_id_of, unseal
from vault.key_ring import Keyless
from vault.models import KnownHead, ShredKey
from vault.routers import VAULT


@dataclass(frozen=True)
class Sealed:
    """A stored ciphertext and the place it belongs to."""

    blob: bytes
    place: Place


class NotReceipted(Exception):
    """Somebody asked for a row that the receipt does not list."""


def make_shred_key(owner: UUID) -> None:
    """Make the erasure key of `owner` (a person, group, disclosure or recipient) and commit it.

    It is committed before the row that uses it, in the vault's own database;
    an orphan is harmless. Raises Keyless without keys or without that database.
    """
    key_ring.current()
    try:
        with transaction.atomic(using=VAULT, durable=True):
            ShredKey.objects.get_or_create(owner=owner, defaults={"key": secrets.token_bytes(32)})
    except DatabaseError as error:
        raise Keyless("the vault's database does not answer") from error


def destroy_keys(owners: Collection[UUID]) -> int:
    """Destroy the erasure keys of `owners` and commit it; return how many there were.

    What was sealed with them never opens again. Those that are gone already
    count as none. Needs no other key. On SQLite the file keeps no byte of them;
    PostgreSQL keeps some until its next vacuum, and in its log. Raises Keyless
    if the vault's database does not answer.
    """
    try:
        with suppress(DatabaseError), connections[VAULT].cursor() as cursor:
            if connections[VAULT].vendor == "sqlite":
                cursor.execute("PRAGMA secure_delete = ON")
        with transaction.atomic(using=VAULT, durable=True):
            gone, _ = ShredKey.objects.filter(owner__in=list(owners)).delete()
    except DatabaseError as error:
        raise Keyless("the vault's database does not answer") from error
    with suppress(DatabaseError), connections[VAULT].cursor() as cursor:
        if connections[VAULT].vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return gone


def shred(owner: UUID) -> None:
    """Destroy the erasure key of `owner`: whatever was sealed with it never opens again.

    Called after the rows are gone. Without the vault's database the key stays,
    and opens nothing, because nothing is left to open.
    """
    with suppress(DatabaseError), transaction.atomic(using=VAULT):
        ShredKey.objects.filter(owner=owner).delete()


def seal_text(text: str, place: Place, *, owner: UUID) -> bytes:
    """Return the ciphertext of `text` for `place`, erasable with the key of `owner`.

    Raises Keyless, or Unreadable if the owner was erased.
    """
    ring = key_ring.current()
    return seal(text, place, kek=ring.kek, shred_id=owner, shred_key=_shred_keys([owner])[owner])


def open(sealed: Sealed, receipt: Receipt) -> str:
    """Return the words of one sealed value. See `open_all`."""
    return open_all([sealed], receipt)[0]


def open_all(sealed: Sequence[Sealed], *receipts: Receipt) -> list[str]:
    """Return the words of sealed values, in their order, for looks that are already recorded.

    Raises NotReceipted if no receipt lists a row, Keyless without keys,
    Unreadable if a value was altered, moved or erased.
    """
    if not {one.place.row for one in sealed} <= frozenset().union(*(r.ids for r in receipts)):
        raise NotReceipted
    if not sealed:
        return []
    ring = key_ring.current()
    owners = [shred_id_of(one.blob) for one in sealed]
    keys = _shred_keys(set(owners))
    return [
        unseal(one.blob, one.place, kek=ring.kek, shred_key=keys[owner])
        for one, owner in zip(sealed, owners, strict=True)
    ]


def fingerprint(text: str, *, owner: UUID) -> bytes:
    """Return a digest of `text` keyed with the owner's erasure key: gone when it is gone."""
    return fingerprints([text], owner=owner)[0]


def fingerprints(texts: Sequence[str], *, owner: UUID) -> list[bytes]:
    """Return the digest of each text, as `fingerprint` does, with one question for the key."""
    ring = key_ring.current()
    key = derive(ring.mac + _shred_keys([owner])[owner], b"fingerprint")
    return [keyed_digest(key, text.encode()) for text in texts]


@dataclass(frozen=True)
class Mac:
    """A message authentication code and the id of the key that made it."""

    key_id: str
    value: bytes


def authenticate(message: bytes) -> Mac:
    """Return the MAC of `message`, made with a key no database holds. Raises Keyless."""
    ring = key_ring.current()
    return Mac(ring.mac_id, keyed_digest(ring.of_consents, message))


def holds(mac: Mac, message: bytes) -> bool:
    """Say whether `mac` was made by this house for `message`. Raises Keyless."""
    ring = key_ring.current()
    return mac.key_id == ring.mac_id and hmac.compare_digest(
        mac.value, keyed_digest(ring.of_consents, message)
    )


def known_lines(chains: Collection[UUID]) -> list[Line]:
    """Return the last line that is known of each of `chains`; of a new one there is none.

    Raises Keyless without the vault's database: what is not known is not trusted.
    """
    try:
        rows = list(KnownHead.objects.filter(chain__in=chains))
    except DatabaseError as error:
        raise Keyless("the vault's database does not answer") from error
    return [Line(row.chain, row.seq, bytes(row.hash)) for row in rows]


def know_line(line: Line, *, instead_of: Line | None) -> bool:
    """Keep `line` as the last known of its chain, if `instead_of` is what is known now.

    Whoever asks for it says that the chain holds both. With None nothing may be
    known yet. Returns whether it was kept. Raises django.db.DatabaseError.
    """
    values = {"seq": line.seq, "hash": line.hash}
    if instead_of is None:
        _, made = KnownHead.objects.get_or_create(chain=line.chain, defaults=values)
        return made
    same = KnownHead.objects.filter(chain=line.chain, seq=instead_of.seq, hash=instead_of.hash)
    return bool(same.update(**values, at=timezone.now()))


def _shred_keys(owners: Sequence[UUID] | set[UUID]) -> dict[UUID, bytes]:
    try:
        keys = {k.owner: bytes(k.key) for k in ShredKey.objects.filter(owner__in=owners)}
    except DatabaseError as error:
        raise Keyless("the vault's database does not answer") from error
    if set(owners) - set(keys):
        raise Unreadable
    return keys
