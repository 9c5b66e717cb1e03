"""Guardian's rows: who may do what with exactly which group, item or version.

Written by services alone, next to the fact they follow from; read inside the
queries that look things up. They are a shadow of the ledger, never a decision.
"""

from collections.abc import Iterable
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


def holders(
    rights: Rights, right: str, thing: TherapyGroup | Disclosure | DisclosureVersion
) -> set[UUID]:
    """Return who holds a right to one thing."""
    rows = rights._default_manager.filter(permission__codename=right, content_object_id=thing.pk)
    return set(rows.values_list("user_id", flat=True))


def _permission(right: str) -> Permission:
    return Permission.objects.get(codename=right)
