"""Check a chain of the trail. One file, standard library only, so that anybody can run it.

An entry's `body` is `GCA1`, then every field of `FIELDS` in order, each as one
tag byte (its place, from 1), a four-byte big-endian length and UTF-8 text.
`hash = SHA256(0x00 | body | prev)`; the first entry's `prev` is 32 zero bytes.
The other columns of a row are projections: they must say what the body says.
"""

import hashlib
import hmac
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

MAGIC = b"GCA1"
GENESIS = bytes(32)
FIELDS = (
    "chain",
    "seq",
    "at",
    "actor",
    "role",
    "sign_in",
    "act",
    "object_id",
    "code",
    "group",
    "ids",
    "ground",
    "outcome",
    "reasons",
)
_TAGS = tuple(enumerate(FIELDS, start=1))
_HEADER = struct.Struct(">BI").unpack_from  # a field's tag and length


@dataclass(frozen=True)
class Row:
    """One stored entry: exact bytes, links, and the projected columns as text."""

    seq: int
    body: bytes
    prev: bytes
    hash: bytes
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Verdict:
    """What a check found: `broken_at` is the first bad seq, or None when all holds."""

    entries: int
    head: bytes
    broken_at: int | None = None
    reason: str = ""

    @property
    def holds(self) -> bool:
        return self.broken_at is None


def chain_hash(body: bytes, prev: bytes) -> bytes:
    """Return the 32-byte hash that links `body` to the entry before it."""
    return hashlib.sha256(b"\x00" + body + prev).digest()


def values(body: bytes) -> list[bytes]:
    """Return the values of a canonical body in the order of FIELDS. Raises ValueError, see decode.

    Their text is left unread.
    """
    if not body.startswith(MAGIC):
        raise ValueError("not an entry")
    found, place, end = [], len(MAGIC), len(body)
    for expected, name in _TAGS:
        if end < place + 5:
            raise ValueError(f"field {name} is not where it belongs")
        tag, length = _HEADER(body, place)
        if tag != expected:
            raise ValueError(f"field {name} is not where it belongs")
        begins, place = place + 5, place + 5 + length
        if end < place:
            raise ValueError(f"field {name} is cut")
        found.append(body[begins:place])
    if place != end:
        raise ValueError("bytes after the last field")
    return found


def decode(body: bytes) -> dict[str, str]:
    """Return the fields of a canonical body. Raises ValueError if one byte is out of form."""
    return {name: value.decode() for name, value in zip(FIELDS, values(body), strict=True)}


def verify(rows: Iterable[Row], *, chain: str, head_seq: int, head_hash: bytes) -> Verdict:
    """Follow one chain from its first entry to its head and stop at the first fault.

    `rows` come in order of seq. Finds and locates any edit, insertion, deletion,
    exchange or cut that leaves the head alone; who can also rewrite the head is
    found by a signed head kept elsewhere.
    """
    return _follow(rows, chain, GENESIS, 0, head_seq, head_hash)


def verify_latest(rows: Sequence[Row], *, chain: str, head_seq: int, head_hash: bytes) -> Verdict:
    """Check that the last rows of a chain follow each other up to its head.

    `rows` come in order of seq. The first row's own link backwards is taken as
    it is, unless the chain begins with it: this is a look at the end, not a proof.
    """
    if not rows or rows[0].seq <= 1:
        return _follow(rows, chain, GENESIS, 0, head_seq, head_hash)
    return _follow(rows, chain, rows[0].prev, rows[0].seq - 1, head_seq, head_hash)


def _follow(
    rows: Iterable[Row], chain: str, prev: bytes, seen: int, head_seq: int, head_hash: bytes
) -> Verdict:
    for row in rows:
        expected = seen + 1
        if row.seq != expected:
            return Verdict(seen, prev, expected, "missing")
        if fault := _fault(row, chain, expected, prev):
            return Verdict(seen, prev, expected, fault)
        prev, seen = row.hash, expected
    if seen < head_seq:
        return Verdict(seen, prev, seen + 1, "missing")
    if seen > head_seq:
        return Verdict(seen, prev, head_seq + 1, "beyond the head")
    if not hmac.compare_digest(prev, head_hash):
        return Verdict(seen, prev, max(seen, 1), "the head names another hash")
    return Verdict(seen, prev)


def _fault(row: Row, chain: str, expected: int, prev: bytes) -> str:
    if not hmac.compare_digest(row.hash, chain_hash(row.body, row.prev)):
        return "the bytes do not match their hash"
    if not hmac.compare_digest(row.prev, prev):
        return "does not follow the entry before it"
    try:
        fields = decode(row.body)
    except ValueError as error:
        return str(error)
    if fields["chain"] != chain or fields["seq"] != str(expected):
        return "belongs to another place"
    for name, value in row.columns.items():
        if fields[name] != value:
            return f"column {name} differs from the entry"
    return ""
