"""How keys, trail and backups stand, as far as the house knows. No content, no roster."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from audit import queries as audit
from audit.entry import Line
from audit.trail import INSTALLATION
from pages.administrator.views import administrator
from pages.shared.access import HouseRequest
from vault import key_ring
from vault import services as vault

SHOWN = 16  # hexadecimal digits of a hash: enough to compare by eye


@dataclass(frozen=True)
class Chain:
    """One chain's end, and what the vault's database knows of it (None: it does not tell)."""

    name: Any
    length: int
    head: str
    last_at: datetime | None
    links_hold: bool
    known: Line | None
    known_holds: bool


@require_GET
@administrator
def keys(request: HouseRequest) -> HttpResponse:
    """Keys by id, chains by head, and what is not known said as such."""
    practice = request.actor.practice
    ring = key_ring.state()
    known = _known([practice, INSTALLATION])
    context = {
        "ring": ring,
        "chains": [
            _chain(_("This practice"), practice, known),
            _chain(_("The installation"), INSTALLATION, known),
        ],
        "known_answers": known is not None,
    }
    return render(request, "administrator/keys.html", context)


def _known(chains: list[UUID]) -> dict[UUID, Line] | None:
    try:
        return {line.chain: line for line in vault.known_lines(chains)}
    except key_ring.Keyless:
        return None


def _chain(name: Any, chain: UUID, known: dict[UUID, Line] | None) -> Chain:
    links = audit.check_last_links(chain)
    line = (known or {}).get(chain)
    return Chain(
        name=name,
        length=links.length,
        head=audit.head_of(chain).hash.hex()[:SHOWN],
        last_at=links.last_at,
        links_hold=links.verdict.holds,
        known=line,
        known_holds=line is not None and chain in audit.holds_lines([line]),
    )
