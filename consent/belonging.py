"""Whether a recipient is shown to belong to a class, as strong as a grant: MAC and last word.

`consent.facts` reads the rows (consent/statements.py), here they are believed or not.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from audit.verifier import chain_hash, decode
from consent.evidence import canonical
from vault.services import Mac, holds

SHOWN, ENDED = "class.shown", "class.ended"


def classes_shown(
    rows: Sequence[list[Any]],
    recipient: UUID | None,
    ids: Mapping[str, UUID],
    times: Mapping[str, tuple[datetime, str]],
) -> tuple[frozenset[UUID], frozenset[UUID]]:
    """Return the classes of showings in force: of those that are believed, and of the others.

    `ids` and `times` read the database's texts, the latter with the text that is
    authenticated. Raises vault.Keyless.
    """
    believed, doubted = set[UUID](), set[UUID]()
    for row in rows:
        found = believed if _believed(row, recipient, ids, times) else doubted
        found.add(ids[row[1]])
    return frozenset(believed), frozenset(doubted)


def _believed(
    row: list[Any],
    recipient: UUID | None,
    ids: Mapping[str, UUID],
    times: Mapping[str, tuple[datetime, str]],
) -> bool:
    shown, of, since, until, by, evidence, key_id, mac, practice, entry = row
    if recipient is None or practice is None or not _last_said(entry, ids[practice], ids[shown]):
        return False
    return holds(
        Mac(key_id, bytes.fromhex(mac)),
        canonical(
            [ids[shown].hex, ids[of].hex, recipient.hex],
            [times[since][1], times[until][1] if until else None, ids[by].hex, evidence],
        ),
    )


def _last_said(entry: list[Any] | None, chain: UUID, shown: UUID) -> bool:
    """Say whether an entry's hashed bytes say that this very showing was made."""
    if entry is None:
        return False
    seq, body_hex, prev, stored = entry
    body = bytes.fromhex(body_hex)
    if chain_hash(body, bytes.fromhex(prev)) != bytes.fromhex(stored):
        return False
    try:
        told = decode(body)
    except ValueError:
        return False
    return (told["chain"], told["seq"], told["object_id"], told["act"]) == (
        *(chain.hex, str(seq), shown.hex, SHOWN),
    )
