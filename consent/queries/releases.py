"""Releases as their originators see them, and whether they still stand."""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from audit import queries as audit
from audit.trail import Actor
from consent.models import (
    Consent,
    Release,
    ReleaseItem,
    WithheldItem,
)
from consent.overridden import is_ended, is_spent
from consent.queries.ledger import Standing, standing, with_last_event
from consent.queries.overrides import override_behind
from consent.rules.claims import OPENS_WITHIN
from sessions_app import queries as sessions
from sessions_app.models import (
    Disclosure,
)


def still_stands(release: Release) -> bool:
    """Say whether anything of a release still stands; opening decides for itself."""
    now = timezone.now()
    if override := override_behind(release):
        lasts = release.decided_at + OPENS_WITHIN
        return now < lasts and not is_ended(override) and not is_spent(release)
    items = release.items.prefetch_related(
        Prefetch("consents", queryset=with_last_event(Consent.objects.all()))
    )
    return any(
        all(standing(consent, now) is Standing.GRANTED for consent in item.consents.all())
        for item in items
    )


def own_release(by: Actor, code: str) -> Release:
    """Return a release of nothing but items the actor originated, its first item as `item_code`.

    Raises Release.DoesNotExist.
    """
    mine = sessions.originated_by(by).values("pk")
    out = ReleaseItem.objects.filter(release=OuterRef("pk"))
    stayed = WithheldItem.objects.filter(release=OuterRef("pk"))
    code_of = "version__disclosure__code"
    return (
        Release.objects.filter(  # type: ignore[no-redef]
            Exists(out.filter(version__disclosure__in=mine))
            | Exists(stayed.filter(version__disclosure__in=mine)),
            ~Exists(out.exclude(version__disclosure__in=mine)),
        )
        .select_related("recipient", "practice", "hand_over__by", "session", "group")
        .annotate(
            item_code=Coalesce(
                Subquery(out.order_by("pk").values(code_of)[:1]),
                Subquery(stayed.order_by("pk").values(code_of)[:1]),
            )
        )
        .get(code=code)
    )


def items_let_out(release: Release) -> list[Disclosure]:
    """Return what a release lets out, oldest first, each with its session."""
    return list(_at(release.items.values("version")))


def items_kept(by: Actor, release: Release) -> list[Disclosure]:
    """Return what was asked for with a release and stayed, as far as the actor originated it."""
    mine = sessions.originated_by(by).values("pk")
    return list(_at(release.withheld.values("version")).filter(pk__in=mine))


def _at(versions: QuerySet[Any]) -> QuerySet[Disclosure]:
    items = Disclosure.objects.filter(versions__in=versions)
    return items.select_related("session").order_by("session__starts", "pk")


def printed_last(release: Release) -> set[str]:
    """Return the codes of the items in the latest print of a release; none if never printed."""
    return set(audit.last_ground(release.practice_id, release.pk, "release.opened"))


def hands_of(release: Release) -> set[str]:
    """Return what the record of a hand-over says: items, permissions, and into whose hands."""
    return set(audit.last_ground(release.practice_id, release.pk, "release.handed_over"))
