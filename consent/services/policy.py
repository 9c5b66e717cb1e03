"""The practice's own rules: they make the decision stricter, never looser."""

from django.db import transaction

from accounts.models import Practice
from audit import trail
from audit.clock import database_now
from audit.trail import Actor
from consent.models import HousePolicy
from consent.policies import policy_of
from sessions_app.rules import Problem, check

MOST_DAYS = 3650
MOST_HOURS = 720


def set_house_policy(
    *,
    by: Actor,
    longest_days: int | None,
    cooling_off_hours: int,
    in_person: bool,
    second_person: bool | None = None,
) -> HousePolicy:
    """Set how much stricter the practice is, from now on, for every decision.

    A permission given earlier is decided by it too. What is set already is not
    set again; `second_person` (for every override, R96) stays as it is unless it
    is given. Raises Rejected for numbers out of bounds. Source: docs/rules.md R43.
    """
    check(_problems(longest_days, cooling_off_hours))
    with transaction.atomic(durable=True):
        list(Practice.objects.filter(pk=by.practice).select_for_update(no_key=True))
        standing = policy_of(by.practice)
        if second_person is None:
            second_person = standing.second_person
        policy = HousePolicy(
            practice_id=by.practice,
            longest_days=longest_days,
            cooling_off_hours=cooling_off_hours,
            in_person=in_person,
            second_person=second_person,
            set_by_id=by.user,
            set_at=database_now(),
        )
        if _terms(standing) == _terms(policy):
            return standing
        policy.save(force_insert=True)
        trail.append(by, "house.policy_set", object_id=policy.pk, ground=",".join(_terms(policy)))
    return policy


def _problems(longest_days: int | None, cooling_off_hours: int) -> dict[str, Problem]:
    problems = {}
    if longest_days is not None and not 1 <= longest_days <= MOST_DAYS:
        problems["longest_days"] = Problem.OUT_OF_BOUNDS
    if not 0 <= cooling_off_hours <= MOST_HOURS:
        problems["cooling_off_hours"] = Problem.OUT_OF_BOUNDS
    return problems


def _terms(policy: HousePolicy) -> tuple[str, ...]:
    return (
        f"longest_days={policy.longest_days or ''}",
        f"cooling_off_hours={policy.cooling_off_hours}",
        f"in_person={'yes' if policy.in_person else 'no'}",
        f"second_person={'yes' if policy.second_person else 'no'}",
    )
