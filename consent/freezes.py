"""Which freezes stand: a practice's own and the installation's, until two people lifted them."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.queries import holding
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


def agreed_to_lift(frozen: Freeze) -> list[FreezeLift]:
    """Return the yeses to lifting a freeze that count.

    One alone counts as long as who gave it is there in the role they gave it in.
    """
    given = sorted(frozen.lifts.all(), key=lambda one: one.pk)
    given = [one for one in given if one.turn == given[-1].turn]
    if len(given) == 1 and not holding([given[0].by_id], given[0].role):
        return []
    return given


def _standing(where: Q) -> QuerySet[Freeze]:
    first = FreezeLift.objects.filter(
        freeze=OuterRef("freeze"), turn=OuterRef("turn"), pk__lt=OuterRef("pk")
    )
    second = FreezeLift.objects.filter(Exists(first), freeze=OuterRef("pk"))
    return Freeze.objects.filter(where, ~Exists(second)).order_by("pk")
