"""The canonical form of an entry: what is written, byte for byte. Pure."""

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from audit.verifier import FIELDS, MAGIC


@dataclass(frozen=True)
class Line:
    """One place of a chain: the entry at `seq` has this hash. The empty chain is at 0."""

    chain: UUID
    seq: int
    hash: bytes


@dataclass(frozen=True)
class Growth:
    """How far a chain grew: from the line before the first new entry to the last."""

    before: Line
    after: Line


@dataclass(frozen=True)
class EntryBody:
    """One line of the trail: ids, codes and words from closed lists; never content, never a name.

    `ids` are the rows that were opened; a machine use gives their count and
    digest instead. `ground` is what permitted the act (consent codes, purpose).
    """

    chain: UUID
    seq: int
    at: datetime
    actor: UUID | None
    role: str
    sign_in: UUID | None
    act: str
    object_id: UUID | None
    code: str
    group: UUID | None
    ids: str
    ground: str
    outcome: str
    reasons: str

    def as_text(self) -> dict[str, str]:
        """Return every field as the text that is hashed (times in UTC, microseconds)."""
        return {name: _text(getattr(self, name)) for name in FIELDS}

    @staticmethod
    def columns_as_text(columns: dict[str, object]) -> dict[str, str]:
        """Return projected columns in the text form that their body holds."""
        return {name: _text(value) for name, value in columns.items()}

    def encode(self) -> bytes:
        """Return the canonical bytes: length-prefixed, NFC, in the fixed order of FIELDS."""
        parts = [MAGIC]
        for tag, value in enumerate(self.as_text().values(), start=1):
            raw = unicodedata.normalize("NFC", value).encode()
            parts += [bytes([tag]), len(raw).to_bytes(4, "big"), raw]
        return b"".join(parts)


def time_text(moment: datetime) -> str:
    """Return an aware time as `YYYY-MM-DDThh:mm:ss.ffffffZ`."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def listed(ids: Iterable[UUID]) -> str:
    """Return row ids as the sorted list that an entry of a look carries."""
    return ",".join(sorted(one.hex for one in set(ids)))


def counted(ids: Iterable[UUID]) -> str:
    """Return `count:digest` of row ids, for a machine use that shows them to nobody."""
    unique = set(ids)
    return f"{len(unique)}:{hashlib.sha256(listed(unique).encode()).hexdigest()}"


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case UUID():
            return value.hex
        case datetime():
            return time_text(value)
        case _:
            return str(value)
