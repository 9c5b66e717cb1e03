"""Opening names for a page: who looks is noted once per sign-in, then the same receipt serves."""

from collections.abc import Iterable
from uuid import UUID

from accounts.models import User
from accounts.queries import users_by_id
from audit import trail
from audit.trail import Actor, Receipt
from consent.models import Recipient
from sessions_app.models import Member, TherapyGroup
from vault import services as vault

Names = dict[UUID, str]
Named = User | Member | TherapyGroup | Recipient


def open_names(things: Iterable[Named], receipt: Receipt) -> Names:
    """Return the names of people, groups or recipients by id, under one receipt."""
    listed = list(things)
    words = vault.open_all([thing.sealed_name for thing in listed], receipt)
    return {thing.pk: word for thing, word in zip(listed, words, strict=True)}


def group_names(by: Actor, groups: Iterable[TherapyGroup]) -> Names:
    """Return the names of groups the actor leads."""
    listed = list(groups)
    receipt = trail.receipt_for(
        by, "groups.listed", [group.pk for group in listed], once_per_sign_in=True
    )
    return open_names(listed, receipt)


def roster_names(by: Actor, group: TherapyGroup, members: Iterable[Member]) -> Names:
    """Return the names of a group and of its members: one entry per person, group and sign-in."""
    listed = {member.pk: member for member in members}
    receipt = trail.receipt_for(
        by,
        "roster.opened",
        [group.pk, *listed],
        object_id=group.pk,
        code=group.code,
        group=group.pk,
        once_per_sign_in=True,
    )
    return open_names([group, *listed.values()], receipt)


def recipient_names(by: Actor, recipients: Iterable[Recipient]) -> Names:
    """Return the names of recipients of the actor's practice."""
    listed = list(recipients)
    receipt = trail.receipt_for(
        by, "recipients.listed", [one.pk for one in listed], once_per_sign_in=True
    )
    return open_names(listed, receipt)


def recipients_in_full(by: Actor, recipients: Iterable[Recipient]) -> dict[UUID, tuple[str, str]]:
    """Return names and addresses of recipients of the actor's practice."""
    listed = list(recipients)
    receipt = trail.receipt_for(
        by, "recipients.listed", [one.pk for one in listed], once_per_sign_in=True
    )
    sealed = [each for one in listed for each in (one.sealed_name, one.sealed_address)]
    words = vault.open_all(sealed, receipt)
    return {one.pk: (words[2 * n], words[2 * n + 1]) for n, one in enumerate(listed)}


def staff_names(by: Actor, ids: Iterable[UUID]) -> Names:
    """Return the names of people of the actor's practice."""
    staff = users_by_id(by.practice, ids)
    receipt = trail.receipt_for(by, "staff.listed", staff, once_per_sign_in=True)
    return open_names(staff.values(), receipt)
