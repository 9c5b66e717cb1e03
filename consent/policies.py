"""How much stricter a practice is than the rules, and since when."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject

from consent.models import HousePolicy

TERMS = ("longest_days", "cooling_off_hours", "in_person")


def policy_of(practice: UUID) -> HousePolicy:
    """Return the policy in force: the latest row, or one that asks for nothing."""
    latest = HousePolicy.objects.filter(practice=practice).order_by("-set_at", "-pk")
    return latest.first() or HousePolicy(practice_id=practice)


def policy_terms_in(practice: OuterRef) -> Subquery:
    """Return the terms of the policy in force, to ride on another query. See `policy_from`."""
    latest = HousePolicy.objects.filter(practice=practice).order_by("-set_at", "-pk")
    return Subquery(latest.values(terms=JSONObject(**{name: name for name in TERMS}))[:1])


def policy_from(practice: UUID, terms: dict[str, Any] | None) -> HousePolicy:
    """Return the policy that rode on another query, as far as its terms go."""
    return HousePolicy(practice_id=practice, **(terms or {}))


def last_day_of(policy: HousePolicy, today: date) -> date | None:
    """Return the latest day a permission asked for today may end on; None without a bound."""
    return today + timedelta(days=policy.longest_days) if policy.longest_days else None


def counts_from(policy: HousePolicy, granted_at: datetime) -> datetime:
    """Return the instant from which a yes given at `granted_at` counts."""
    return granted_at + timedelta(hours=policy.cooling_off_hours)
