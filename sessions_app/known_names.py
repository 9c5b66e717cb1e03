"""Opening everything members go by, for the name guard and for finding people."""

from collections.abc import Iterable, Mapping, Sequence

from audit import trail
from audit.trail import Actor, Receipt
from sessions_app import queries
from sessions_app.guarding import Answer, Guard
from sessions_app.models import GroupSession, Member
from sessions_app.name_guard import KnownAs
from vault import services as vault
from vault.services import Sealed


def open_known_names(
    members: Iterable[Member], *receipts: Receipt, also: Sequence[Sealed] = ()
) -> tuple[list[KnownAs], list[str]]:
    """Return what each member goes by, and the words of `also`, under receipts that list them.

    Whoever was erased goes by nothing, and is left out.
    """
    listed = [member for member in members if member.erased_at is None]
    sealed = [
        (member, column, value)
        for member in listed
        for column, value in {"name": member.sealed_name, **member.sealed_others}.items()
    ]
    opened = vault.open_all([*(value for _, _, value in sealed), *also], *receipts)
    return _known_as(listed, sealed, opened), opened[len(sealed) :]


def _known_as(
    listed: list[Member], sealed: list[tuple[Member, str, Sealed]], words: list[str]
) -> list[KnownAs]:
    known: dict[object, dict[str, str]] = {member.pk: {} for member in listed}
    for (member, column, _), opened in zip(sealed, words, strict=False):
        known[member.pk][column] = opened
    return [
        KnownAs(
            member.pk,
            known[member.pk]["name"],
            known[member.pk].get("preferred", ""),
            tuple(known[member.pk].get("aliases", "").split("\n"))
            if "aliases" in known[member.pk]
            else (),
        )
        for member in listed
    ]


def guard_for(
    by: Actor, session: GroupSession, answers: Mapping[str, Answer] | None = None
) -> Guard:
    """Return the guard of a session's texts, its names opened for the machine alone: one entry."""
    members = queries.members_around(session)
    receipt = trail.machine_receipt(by, "name_guard", [member.pk for member in members])
    return Guard(open_known_names(members, receipt)[0], answers or {})
