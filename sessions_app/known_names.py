"""Opening everything members go by, for the name guard and for finding people."""

from collections.abc import Iterable, Mapping

from audit import trail
from audit.trail import Actor, Receipt
from sessions_app import queries
from sessions_app.guarding import Answer, Guard
from sessions_app.models import GroupSession, Member
from sessions_app.name_guard import KnownAs
from vault import services as vault


def open_known_names(members: Iterable[Member], receipt: Receipt) -> list[KnownAs]:
    """Return what each member goes by, under a receipt that lists all of them."""
    listed = list(members)
    sealed = [
        (member, column, value)
        for member in listed
        for column, value in {"name": member.sealed_name, **member.sealed_others}.items()
    ]
    words = vault.open_all([value for _, _, value in sealed], receipt)
    known: dict[object, dict[str, str]] = {member.pk: {} for member in listed}
    for (member, column, _), opened in zip(sealed, words, strict=True):
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
    members = queries.roster_of(session, queries.attendance_of(session))
    receipt = trail.machine_receipt(by, "name_guard", [member.pk for member in members])
    return Guard(open_known_names(members, receipt), answers or {})
