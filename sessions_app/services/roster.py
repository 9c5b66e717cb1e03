"""Adding everybody a file lists, at once or not at all."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction

from accounts.services import answer, claim, free_sign_in_names
from audit import trail
from audit.entry import listed
from audit.trail import Actor
from sessions_app import queries
from sessions_app.models import TherapyGroup
from sessions_app.roster_file import RosterRow, check_roster
from sessions_app.rules import Problem, Rejected
from sessions_app.services.joining import (
    NewMember,
    check_open,
    free_member_codes,
    prepare_member,
    save_member,
)


def import_roster(
    *,
    by: Actor,
    group: TherapyGroup,
    rows: Iterable[RosterRow],
    once: UUID,
    known: Mapping[UUID, str],
) -> list[NewMember]:
    """Add every person of a roster to a group: all of them in one transaction, or nobody.

    `known` are the names, by member id, of everybody the actor met in the
    group (R31): none of them is added again, and if somebody joined since they were
    read nothing is done. Raises RosterRefused, Rejected (`once`: these were added
    already), vault.Keyless.
    """
    people = list(rows)
    check_roster(people, today=queries.today_in(by.practice), known=known.values())
    check_open(group)
    prepared = [
        prepare_member(
            practice=by.practice,
            name=person.name,
            preferred=person.preferred,
            aliases=person.aliases,
            sign_in_name=sign_in_name,
        )
        for person, sign_in_name in zip(people, free_sign_in_names(len(people)), strict=True)
    ]
    with transaction.atomic(durable=True):
        claimed = claim(by=by, once=once, act="roster.imported", content=(group.pk,))
        if claimed.answer:
            raise Rejected({"once": Problem.CLOSED})
        _check_still_so(by, group, known)
        codes = free_member_codes(by.practice, len(people))
        for person, new, code in zip(people, prepared, codes, strict=True):
            save_member(by=by, group=group, new=new, code=code, since=person.since)
        answer(claimed, group.pk)
        trail.append(
            by,
            "roster.imported",
            object_id=group.pk,
            code=group.code,
            group=group.pk,
            ids=listed(new.member.pk for new in prepared),
        )
    return prepared


def _check_still_so(by: Actor, group: TherapyGroup, known: Mapping[UUID, str]) -> None:
    """Lock the group, so that two imports into it come one after the other, and look again."""
    check_open(TherapyGroup.objects.select_for_update().get(pk=group.pk))
    there = {one.pk for one in queries.members_of([group], met_by=by) if one.erased_at is None}
    if there != set(known):
        raise Rejected({"group": Problem.CHANGED_MEANWHILE})
