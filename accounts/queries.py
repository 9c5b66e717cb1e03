"""Who somebody is and what they may be."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from accounts.models import Practice, Role, StaffRole, StepUp, User
from audit.clock import DatabaseClock


def roles_of(user: User) -> list[str]:
    """Return the live staff roles of an active person, in the order of Role."""
    if not user.is_active:
        return []
    if hasattr(user, "seen_at"):
        return [role for role in Role.values if getattr(user, f"acts_as_{role}")]
    live = _live_roles().filter(user=user)
    return sorted(live.values_list("role", flat=True), key=Role.values.index)


def with_standing(users: QuerySet[User]) -> QuerySet[User]:
    """Add what every page asks of whoever is signed in, in the query that finds them anyway.

    Their practice, their live roles as `roles_of` reads them, and the database's
    time as `seen_at`. For one request: a role may end before the next.
    """
    live = {
        f"acts_as_{role}": Exists(_live_roles().filter(user=OuterRef("pk"), role=role))
        for role in Role.values
    }
    return users.select_related("practice").annotate(seen_at=DatabaseClock(), **live)


def _live_roles() -> QuerySet[StaffRole]:
    return StaffRole.objects.filter(Q(until=None) | Q(until__gt=timezone.now()))


def staff_among(users: Iterable[UUID]) -> set[UUID]:
    """Return those of `users` who hold any staff role now."""
    return set(_live_roles().filter(user__in=set(users)).values_list("user_id", flat=True))


def live_role(user: UUID, role: str) -> StaffRole:
    """Return a role an active person holds now, with them and their practice.

    Raises StaffRole.DoesNotExist.
    """
    live = _live_roles().select_related("user__practice")
    return live.get(user=user, user__is_active=True, role=role)


def own_step_up(user: UUID, step_up: UUID) -> StepUp:
    """Return a question for the password that was put to this person, in whichever stay.

    Raises StepUp.DoesNotExist.
    """
    return StepUp.objects.get(pk=step_up, sign_in__user=user)


def person_named(sign_in_name: str) -> User:
    """Return an active person by their sign-in name. Raises User.DoesNotExist."""
    found = User.objects.select_related("practice")
    return found.get(sign_in_name=sign_in_name.strip().lower(), is_active=True)


def people_of(practice: UUID) -> QuerySet[User]:
    """Return the staff of one practice, oldest first, with their roles."""
    return (
        User.objects.filter(practice_id=practice, staff_roles__isnull=False)
        .distinct()
        .order_by("pk")
        .prefetch_related(Prefetch("staff_roles", queryset=_live_roles()))
    )


def staff_of(practice: UUID) -> list[User]:
    """Return everybody who holds or held a staff role in a practice, oldest first."""
    staff = User.objects.filter(practice_id=practice, staff_roles__isnull=False)
    return list(staff.distinct().order_by("pk"))


def staff_in_role(practice: UUID, role: str) -> list[User]:
    """Return the active staff of a practice who hold a role now, oldest first."""
    live = _live_roles().filter(role=role)
    holders = User.objects.filter(practice_id=practice, is_active=True, staff_roles__in=live)
    return list(holders.order_by("pk"))


def users_by_id(practice: UUID, ids: Iterable[UUID]) -> dict[UUID, User]:
    """Return people of this practice by id; ids of others are left out."""
    return {u.pk: u for u in User.objects.filter(practice_id=practice, pk__in=set(ids))}


def practice_of(user: User) -> Practice:
    """Return the practice a person belongs to (fetched with whoever is signed in)."""
    return user.practice
