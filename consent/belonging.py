"""Whether a recipient is shown to belong to a class, as strong as a grant: MAC and last word.

`consent.facts` reads the rows (consent/statements), here they are believed or not.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from consent.evidence import canonical
from consent.proofs import Times, ground_of, hex_of
from vault.services import Mac, holds

SHOWN, ENDED = "class.shown", "class.ended"


def classes_shown(
    rows: Sequence[list[Any]], recipient: UUID | None, times: Times
) -> tuple[frozenset[UUID], frozenset[UUID]]:
    """Return the classes of showings in force: of those that are believed, and of the others.

    Raises vault.Keyless.
    """
    believed, doubted = set[UUID](), set[UUID]()
    for row in rows:
        found = believed if recipient and _believed(row, recipient, times) else doubted
        found.add(UUID(row[1]))
    return frozenset(believed), frozenset(doubted)


def _believed(row: list[Any], recipient: UUID, times: Times) -> bool:
    showing, of, since, until, by, evidence, key_id, mac, practice, entry = row
    if ground_of(entry, hex_of(practice or ""), SHOWN, showing) is None:
        return False
    return holds(
        Mac(key_id, bytes.fromhex(mac)),
        canonical(
            [hex_of(showing), hex_of(of), recipient.hex],
            [times[since][1], times[until][1] if until else None, hex_of(by), evidence],
        ),
    )
