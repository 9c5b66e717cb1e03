"""Which freezes stand: a practice's own and the installation's, until two people lifted them."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from consent.models import Freeze, FreezeLift


def frozen_in(practice: Any) -> Exists:
    """Return the condition that nothing leaves a practice now, to ride on another query.

    `practice` is its id, or an OuterRef to it.
    """
    return Exists(_standing(Q(practice=practice) | Q(practice=None)))


def is_frozen(practice: UUID) -> bool:
    """Say whether nothing leaves a practice now."""
    return standing_in(practice).exists()


def standing_in(practice: UUID) -> QuerySet[Freeze]:
    """Return what keeps a practice frozen, the installation's freezes too, oldest first."""
    return _standing(Q(practice=practice) | Q(practice=None))


def standing_of(practice: UUID | None) -> QuerySet[Freeze]:
    """Return the standing freezes of one practice alone, or of the installation alone."""
    return _standing(Q(practice=practice))


def own_freeze(practice: UUID, freeze_id: UUID) -> Freeze:
    """Return a freeze of one practice, standing or over. Raises Freeze.DoesNotExist."""
    return Freeze.objects.get(practice=practice, pk=freeze_id)


def _standing(where: Q) -> QuerySet[Freeze]:
    second = FreezeLift.objects.filter(freeze=OuterRef("pk")).order_by("pk")[1:2]
    return Freeze.objects.filter(where, ~Exists(second)).order_by("pk")
