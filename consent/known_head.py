"""How far the trail is known to have come, kept where a restored backup does not reach (I13)."""

from collections.abc import Collection
from uuid import UUID

from audit.entry import Line
from audit.queries import holds_lines
from audit.trail import INSTALLATION
from vault import services as vault


def fetch(practice: UUID) -> list[Line]:
    """Return what is known of a practice's chain and of the installation's; of a new one nothing.

    Before any lock: it asks the vault's database. Raises vault.Keyless without it.
    """
    return vault.known_lines({practice, INSTALLATION})


def rolled_back(known: Collection[Line]) -> set[UUID]:
    """Return the chains that are behind what is known of them, or differ from it there.

    Reads the chains as they are now; `known` was fetched before, so a chain that
    only grew meanwhile holds it.
    """
    return {line.chain for line in known} - holds_lines(known)
