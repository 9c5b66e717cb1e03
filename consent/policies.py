"""How much stricter a practice is than the rules, and since when."""

from datetime import date, datetime, timedelta
from uuid import UUID

from consent.models import HousePolicy


def policy_of(practice: UUID) -> HousePolicy:
    """Return the policy in force: the latest row, or one that asks for nothing."""
    latest = HousePolicy.objects.filter(practice=practice).order_by("-set_at", "-pk")
    return latest.first() or HousePolicy(practice_id=practice)


def last_day_of(policy: HousePolicy, today: date) -> date | None:
    """Return the latest day a permission asked for today may end on; None without a bound."""
    return today + timedelta(days=policy.longest_days) if policy.longest_days else None


def counts_from(policy: HousePolicy, granted_at: datetime) -> datetime:
    """Return the instant from which a yes given at `granted_at` counts."""
    return granted_at + timedelta(hours=policy.cooling_off_hours)
