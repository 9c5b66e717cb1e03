"""Opening names for a page: who looks is noted once per sign-in, then the same receipt serves."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.queries import users_by_id
from audit import trail
from audit.trail import Actor, Look, Receipt
from consent.models import Recipient
from sessions_app.known_names import open_known_names
from sessions_app.models import Member, TherapyGroup
from sessions_app.name_guard import KnownAs
from vault import services as vault
from vault.services import Sealed

Names = dict[UUID, str]
Named = User | Member | TherapyGroup | Recipient


def open_names(
    things: Iterable[Named], receipt: Receipt, *, also: Mapping[UUID, Sealed] | None = None
) -> Names:
    """Return the names of people, groups or recipients by id, under one receipt.

    What the receipt opens `also` comes with them, by its row.
    """
    sealed = {thing.pk: thing.sealed_name for thing in things}
    return _opened({**sealed, **(also or {})}, receipt)


def _opened(sealed: dict[UUID, Sealed], *receipts: Receipt) -> Names:
    """Return the words of sealed values by row; of what was erased, that it was.

    An erased name is empty in the database, so there is nothing to open.
    """
    kept = {row: value for row, value in sealed.items() if value.blob}
    words = vault.open_all(list(kept.values()), *receipts)
    return {**dict.fromkeys(sealed, _("Erased")), **dict(zip(kept, words, strict=True))}


@dataclass(frozen=True)
class Wanted:
    """Sealed values of one kind that a page wants to show, by row, and the look that names them."""

    look: Look
    sealed: dict[UUID, Sealed]


def open_wanted(by: Actor, *wanted: Wanted) -> Names:
    """Return what a page wants, of all kinds together, by row.

    One question for receipts that serve again and one for the vault's keys,
    however many kinds; an entry for each look that is new, in the order given.
    """
    receipts = trail.receipts_for(by, [one.look for one in wanted])
    sealed = {row: value for one in wanted for row, value in one.sealed.items()}
    return _opened(sealed, *receipts)


def known_names(
    by: Actor, group: TherapyGroup, members: Iterable[Member], *also: Wanted
) -> tuple[Names, list[KnownAs]]:
    """Return the names of a group and its members, and all that each goes by, for the guard.

    What a page wants besides comes with the names, as from `open_wanted`.
    """
    listed = list(members)
    looks = [wanted_roster(group, listed).look, *(one.look for one in also)]
    sealed = {group.pk: group.sealed_name}
    for one in also:
        sealed |= one.sealed
    receipts = trail.receipts_for(by, looks)
    known, words = open_known_names(listed, *receipts, also=list(sealed.values()))
    names = {one.pk: _("Erased") for one in listed if one.erased_at}
    names |= {one.member: one.name for one in known}
    return {**dict(zip(sealed, words, strict=True)), **names}, known


def wanted_names(act: str, things: Iterable[Named]) -> Wanted:
    """Names of one kind, noted as `act` once per sign-in."""
    sealed = {thing.pk: thing.sealed_name for thing in things}
    return Wanted(Look(act, frozenset(sealed), once_per_sign_in=True), sealed)


def wanted_recipients(recipients: Iterable[Recipient]) -> Wanted:
    return wanted_names("recipients.listed", recipients)


def wanted_roster(group: TherapyGroup, members: Iterable[Member]) -> Wanted:
    """The names of a group and of its members: one entry per person, group and sign-in."""
    things: tuple[Named, ...] = (group, *members)
    sealed = {thing.pk: thing.sealed_name for thing in things}
    look = Look(
        "roster.opened",
        frozenset(sealed),
        object_id=group.pk,
        code=group.code,
        group=group.pk,
        once_per_sign_in=True,
    )
    return Wanted(look, sealed)


def group_names(by: Actor, groups: Iterable[TherapyGroup]) -> Names:
    """Return the names of groups the actor leads."""
    return open_wanted(by, wanted_names("groups.listed", groups))


def roster_names(by: Actor, group: TherapyGroup, members: Iterable[Member]) -> Names:
    """Return the names of a group and of its members."""
    return open_wanted(by, wanted_roster(group, members))


def recipient_names(by: Actor, recipients: Iterable[Recipient]) -> Names:
    """Return the names of recipients of the actor's practice."""
    return open_wanted(by, wanted_recipients(recipients))


def recipients_in_full(by: Actor, recipients: Iterable[Recipient]) -> dict[UUID, tuple[str, str]]:
    """Return names and addresses of recipients of the actor's practice."""
    listed = list(recipients)
    receipt = trail.receipt_for(
        by, "recipients.listed", [one.pk for one in listed], once_per_sign_in=True
    )
    sealed = [each for one in listed for each in (one.sealed_name, one.sealed_address)]
    words = vault.open_all(sealed, receipt)
    return {one.pk: (words[2 * n], words[2 * n + 1]) for n, one in enumerate(listed)}


def wanted_staff(by: Actor, ids: Collection[UUID]) -> list[Wanted]:
    """The names of people of the actor's practice, beside others; of nobody nothing is asked."""
    staff = users_by_id(by.practice, ids) if ids else {}
    return [wanted_names("staff.listed", staff.values())] if staff else []


def staff_names(by: Actor, ids: Iterable[UUID]) -> Names:
    """Return the names of people of the actor's practice."""
    staff = users_by_id(by.practice, ids)
    return open_wanted(by, wanted_names("staff.listed", staff.values()))
