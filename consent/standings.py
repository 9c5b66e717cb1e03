"""Who signs for a member, as strong as a grant: MAC, and the trail's last word on the member.

`consent.facts` reads the rows with the decision (consent/statements); pages and
services that decide nothing ask `standings_of`.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from audit.entry import time_text
from audit.models import Entry
from consent.proofs import Times, entry_row, ground_of, hex_of
from consent.rules import ADULT, LegalStanding, RepresentativeFacts, Signs
from sessions_app import models
from sessions_app.standing_text import RECORDED, standing_message
from vault import key_ring
from vault.services import Mac, holds

UNBELIEVED = LegalStanding(believed=False)


class Stands(NamedTuple):
    """A member's standing, and the account with which they sign for themselves."""

    standing: LegalStanding
    user: UUID | None


ALONE = Stands(ADULT, None)


def standing_of(
    member: str,
    row: list[Any] | None,
    entry: list[Any] | None,
    chain: str,
    times: Times,
    *,
    check: bool,
) -> Stands:
    """Return what a row of `consent.statements` says; of no row and no entry, that they are adult.

    What is there and cannot be believed allows nothing. Raises vault.Keyless if
    it has to be checked.
    """
    if row is None:
        return ALONE if entry is None or not check else Stands(UNBELIEVED, None)
    number, user, signs, of_age_at, died, representatives, by, at, key_id, mac = row
    if check:
        key_ring.current()
        ground = ground_of(entry, chain, RECORDED, member)
        told = standing_message(
            hex_of(member),
            number,
            hex_of(user),
            signs,
            times[of_age_at][1] if of_age_at else None,
            died,
            representatives,
            hex_of(by),
            times[at][1],
        )
        named = ground is not None and f"number={number}".encode() in ground.split(b",")
        if not named or not holds(Mac(key_id, bytes.fromhex(mac)), told):
            return Stands(UNBELIEVED, UUID(user))
    try:
        standing = LegalStanding(
            signs=Signs(signs),
            representatives=tuple(_representative(one) for one in representatives),
            of_age_at=times[of_age_at][0] if of_age_at else None,
            died=bool(died),
        )
    except (TypeError, ValueError, AttributeError):
        return Stands(UNBELIEVED, UUID(user))  # nobody is kept from taking back by such a row
    return Stands(standing, UUID(user))


def standing_by_rows(member: UUID) -> LegalStanding:
    """Return what a member's latest row says, believed or not: a shadow, never the decision."""
    last = models.LegalStanding.objects.filter(member=member).order_by("-number").first()
    row = _row(last) if last else None
    return standing_of(member.hex, row, None, "", Times(), check=False).standing


def standings_of(practice: UUID, members: Iterable[UUID]) -> dict[UUID, Stands]:
    """Return the standing of each member, believed or not, in two queries. Raises vault.Keyless."""
    wanted = list(members)
    rows: dict[UUID, models.LegalStanding] = {}
    for one in models.LegalStanding.objects.filter(member__in=wanted).order_by("number"):
        rows[one.member_id] = one
    told: dict[UUID, Entry] = {}
    for entry in Entry.objects.filter(chain=practice, object_id__in=wanted, act=RECORDED).order_by(
        "seq"
    ):
        assert entry.object_id
        told[entry.object_id] = entry
    times = Times()
    return {
        member: standing_of(
            member.hex,
            _row(rows[member]) if member in rows else None,
            entry_row(told[member]) if member in told else None,
            practice.hex,
            times,
            check=True,
        )
        for member in wanted
    }


def _row(one: models.LegalStanding) -> list[Any]:
    return [
        one.number,
        one.user_id.hex,
        one.signs,
        time_text(one.of_age_at) if one.of_age_at else None,
        one.died,
        one.representatives,
        one.recorded_by_id.hex,
        time_text(one.at),
        one.mac_key_id,
        bytes(one.mac).hex(),
    ]


def _representative(told: list[Any]) -> RepresentativeFacts:
    user, since, until, barred, may_read, executor = told
    return RepresentativeFacts(
        user=UUID(user),
        since=datetime.fromisoformat(since),
        until=datetime.fromisoformat(until) if until else None,
        barred=bool(barred),
        may_read=bool(may_read),
        executor=bool(executor),
    )
