"""Guardian's rows: who may do what with exactly which group, item or version.

Written by services alone, next to the fact they follow from; read inside the
queries that look things up. They are a shadow of the ledger, never a decision.
"""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Permission

from sessions_app.models import (
    Disclosure,
    DisclosureUserPermission,
    DisclosureVersion,
    GroupUserPermission,
    TherapyGroup,
    VersionUserPermission,
)

Rights = type[GroupUserPermission] | type[DisclosureUserPermission] | type[VersionUserPermission]


def give(
    rights: Rights, right: str, user: UUID, thing: TherapyGroup | Disclosure | DisclosureVersion
) -> None:
    """Give one person one right to one thing; giving it twice is once."""
    rights._default_manager.get_or_create(
        user_id=user, permission=_permission(right), content_object_id=thing.pk
    )


def set_holders(
    rights: Rights,
    right: str,
    users: Iterable[UUID],
    thing: TherapyGroup | Disclosure | DisclosureVersion,
) -> None:
    """Make exactly `users` the holders of a right to one thing."""
    wanted = set(users)
    rows = rights._default_manager.filter(permission__codename=right, content_object_id=thing.pk)
    rows.exclude(user_id__in=wanted).delete()
    for user in wanted - set(rows.values_list("user_id", flat=True)):
        give(rights, right, user, thing)


def move(rights: Rights, right: str, *, giver: UUID, taker: UUID, things: Collection[UUID]) -> None:
    """Give what one person holds over `things` to another, who may hold some of it already."""
    permission = _permission(right)
    rows: list[Any] = [
        rights(user_id=taker, permission=permission, content_object_id=thing)
        for thing in held_by(rights, right, giver, things)
    ]
    rights._default_manager.bulk_create(rows, ignore_conflicts=True)
    take(rights, right, giver, things)


def take(rights: Rights, right: str, user: UUID, things: Collection[UUID]) -> None:
    """Take one right of one person over `things` away."""
    rights._default_manager.filter(
        permission__codename=right, user_id=user, content_object_id__in=things
    ).delete()


def clear(rights: Rights, things: Iterable[UUID]) -> None:
    """Take every right over `things` from everybody."""
    rights._default_manager.filter(content_object_id__in=list(things)).delete()


def held_by(rights: Rights, right: str, user: UUID, things: Collection[UUID]) -> list[UUID]:
    """Return over which of `things` a person holds a right."""
    held = rights._default_manager.filter(
        permission__codename=right, user_id=user, content_object_id__in=things
    )
    return list(held.values_list("content_object_id", flat=True))


def holders(
    rights: Rights, right: str, thing: TherapyGroup | Disclosure | DisclosureVersion
) -> set[UUID]:
    """Return who holds a right to one thing."""
    rows = rights._default_manager.filter(permission__codename=right, content_object_id=thing.pk)
    return set(rows.values_list("user_id", flat=True))


def _permission(right: str) -> Permission:
    return Permission.objects.get(codename=right)
