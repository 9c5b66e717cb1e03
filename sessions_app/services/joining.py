"""How somebody comes into a group: the parts that adding one and importing many share."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounts.services import Issued, prepare_user
from audit import trail
from audit.ids import uuid7
from audit.trail import Actor
from sessions_app import queries
from sessions_app.models import Member, Membership, TherapyGroup
from sessions_app.rules import Problem, Rejected
from vault import services as vault


@dataclass(frozen=True)
class NewMember:
    """A member who was just added, and the sign-in that goes with them."""

    member: Member
    issued: Issued


def check_open(group: TherapyGroup) -> None:
    """Raise Rejected if the group is closed."""
    if group.closed_on:
        raise Rejected({"group": Problem.GROUP_CLOSED})


def check_day_has_come(by: Actor, day: date, field: str = "since") -> None:
    """Raise Rejected for a local day to come."""
    if day > queries.today_in(by.practice):
        raise Rejected({field: Problem.DAY_TO_COME})


def prepare_member(
    *,
    practice: UUID,
    name: str,
    preferred: str = "",
    aliases: Iterable[str] = (),
    contact: str = "",
    password: str | None = None,
    sign_in_name: str | None = None,
) -> NewMember:
    """Return an unsaved member, names sealed under an erasure key of their own, and their sign-in.

    Before any transaction: keys are committed here, and that is slow. Raises vault.Keyless.
    """
    member = Member(pk=uuid7(), practice_id=practice)
    vault.make_shred_key(member.pk)
    member.name_sealed = vault.seal_text(name.strip(), member.place("name"), owner=member.pk)
    others = {
        "preferred": preferred.strip(),
        "aliases": "\n".join(a.strip() for a in aliases),
        "contact": contact.strip(),
    }
    for column, words in others.items():
        if words:
            sealed = vault.seal_text(words, member.place(column), owner=member.pk)
            setattr(member, f"{column}_sealed", sealed)
    issued = prepare_user(
        practice=practice, name=name.strip(), password=password, sign_in_name=sign_in_name
    )
    return NewMember(member, issued)


def save_member(*, by: Actor, group: TherapyGroup, new: NewMember, code: str, since: date) -> None:
    """Save a prepared member with their first stint, and its entry, in the caller's transaction."""
    new.issued.save(by)
    new.member.user = new.issued.user
    new.member.code = code
    new.member.save(force_insert=True)
    Membership.objects.create(group=group, member=new.member, since=since)
    trail.append(by, "member.added", object_id=new.member.pk, code=code, group=group.pk)


def free_member_codes(practice: UUID, count: int) -> list[str]:
    """Return codes that no member of the practice has, as `M-4821`, drawn by chance."""
    taken = set(Member.objects.filter(practice_id=practice).values_list("code", flat=True))
    free = [code for number in range(1000, 10_000) if (code := f"M-{number}") not in taken]
    return secrets.SystemRandom().sample(free, count)
