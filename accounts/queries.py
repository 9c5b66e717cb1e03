"""Who somebody is and what they may be."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from accounts.factors import PASSKEY, SECOND_FACTORS
from accounts.models import (
    CalendarFeed,
    InRoom,
    Invitation,
    MailCode,
    Practice,
    Recovery,
    Role,
    RoleProposal,
    SignIn,
    StaffRole,
    StepUp,
    StoredSession,
    User,
    WayInChange,
)
from audit.clock import DatabaseClock, database_now
from audit.trail import Actor

RECOVERY_HOLD = timedelta(hours=72)
CHANGES_LISTED = 10
RECOVERY_WAITS = timedelta(hours=24)


def roles_of(user: User) -> list[str]:
    """Return the live staff roles of an active person, in the order of Role."""
    if not user.is_active:
        return []
    if hasattr(user, "seen_at"):
        return [role for role in Role.values if getattr(user, f"acts_as_{role}")]
    live = live_roles().filter(user=user)
    return sorted(live.values_list("role", flat=True), key=Role.values.index)


def with_standing(users: QuerySet[User]) -> QuerySet[User]:
    """Add what every page asks of whoever is signed in, in the query that finds them anyway.

    Their practice, their live roles as `roles_of` reads them, whether they have a
    second factor, the newest change they are told of, and the database's time as
    `seen_at`. For one request: a role may end before the next.
    """
    live = {
        f"acts_as_{role}": Exists(live_roles().filter(user=OuterRef("pk"), role=role))
        for role in Role.values
    }
    second = Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS))
    newest = changes_to_tell(OuterRef("pk")).order_by("-at", "-pk")
    told = {f"changed_{part}": Subquery(newest.values(part)[:1]) for part in ("what", "at")}
    return users.select_related("practice").annotate(
        seen_at=DatabaseClock(), holds_second=second, **live, **told
    )


def live_roles() -> QuerySet[StaffRole]:
    """Return the roles that are held now."""
    return StaffRole.objects.filter(Q(until=None) | Q(until__gt=DatabaseClock()))


def staff_among(users: Iterable[UUID]) -> set[UUID]:
    """Return those of `users` who hold any staff role now."""
    return set(live_roles().filter(user__in=set(users)).values_list("user_id", flat=True))


def alone_in(practice: UUID, user: UUID, roles: Collection[str]) -> bool:
    """Say whether nobody else of a practice who has joined it holds one of `roles` now."""
    others = live_roles().filter(role__in=roles, user__practice=practice, user__is_active=True)
    return not others.exclude(user=user).exclude(never_joined("user")).exists()


def holding(users: Iterable[UUID], *roles: str) -> set[UUID]:
    """Return those of `users` who are active and hold one of some roles now."""
    held = live_roles().filter(user__in=set(users), user__is_active=True, role__in=roles)
    return set(held.values_list("user_id", flat=True))


def live_role(user: UUID, role: str) -> StaffRole:
    """Return a role an active person holds now, with them and their practice.

    Raises StaffRole.DoesNotExist.
    """
    live = live_roles().select_related("user__practice")
    return live.get(user=user, user__is_active=True, role=role)


def held_role(user: UUID, role: str) -> bool:
    """Say whether an active person holds a role, and keep it so until the transaction ends.

    Ending the role, or closing the account, changes one of the rows and waits.
    """
    held = live_roles().filter(user=user, user__is_active=True, role=role).select_related("user")
    return bool(held.select_for_update(of=("self", "user"), no_key=True))


def own_step_up(user: UUID, step_up: UUID) -> StepUp:
    """Return a question for the proof that was put to this person, in whichever stay.

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
        _staff(practice)
        .order_by("pk")
        .prefetch_related(Prefetch("staff_roles", queryset=live_roles()))
    )


def own_person(practice: UUID, person: UUID) -> User:
    """Return one of the staff of a practice, with their roles. Raises User.DoesNotExist.

    Members are not found: an administrator never learns who they are.
    """
    return people_of(practice).select_related("practice").get(pk=person)


def open_proposals(practice: UUID) -> QuerySet[RoleProposal]:
    """Return the proposals of a practice that nobody closed, oldest first, with whom they name."""
    found = RoleProposal.objects.filter(user__practice=practice, closed_at=None)
    return found.select_related("user").order_by("pk")


def own_proposal(by: Actor, proposal_id: UUID) -> RoleProposal:
    """Return a proposal of the actor's practice. Raises RoleProposal.DoesNotExist."""
    found = RoleProposal.objects.filter(user__practice=by.practice)
    return found.select_related("user").get(pk=proposal_id)


def _staff(practice: UUID) -> QuerySet[User]:
    """Whoever holds, held or is proposed for a role, and is no member."""
    ever = Q(staff_roles__isnull=False) | Q(role_proposals__isnull=False)
    return User.objects.filter(ever, practice_id=practice).distinct()


def staff_of(practice: UUID) -> list[User]:
    """Return everybody who holds or held a staff role in a practice, oldest first."""
    return list(_staff(practice).order_by("pk"))


def staff_in_role(practice: UUID, role: str) -> list[User]:
    """Return the active staff of a practice who hold a role now, oldest first."""
    live = live_roles().filter(role=role)
    holders = User.objects.filter(practice_id=practice, is_active=True, staff_roles__in=live)
    return list(holders.order_by("pk"))


def users_by_id(practice: UUID, ids: Iterable[UUID]) -> dict[UUID, User]:
    """Return people of this practice by id; ids of others are left out."""
    return {u.pk: u for u in User.objects.filter(practice_id=practice, pk__in=set(ids))}


def practice_of(user: User) -> Practice:
    """Return the practice a person belongs to (fetched with whoever is signed in)."""
    return user.practice


def has_second_factor(user: User) -> bool:
    """Say whether a person has a passkey or a code app."""
    if hasattr(user, "holds_second"):
        return bool(user.holds_second)
    return Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exists()


def stay_of(user: User) -> tuple[timedelta, timedelta]:
    """Return after how long idle, and how long after its beginning, a stay of this person ends."""
    idle, lasts = settings.GROUPCARE_STAY_MINUTES["staff" if roles_of(user) else "member"]
    return timedelta(minutes=idle), timedelta(minutes=lasts)


def changes_to_tell(user: UUID | OuterRef) -> QuerySet[WayInChange]:
    """Return the changes of how a person signs in that they are told of and have not dismissed."""
    return WayInChange.objects.filter(user=user, waits=0, dismissed_at=None)


def changes_of(user: UUID) -> list[WayInChange]:
    """Return the last changes of how a person signs in, newest first, dismissed or not."""
    return list(WayInChange.objects.filter(user=user).order_by("-at", "-pk")[:CHANGES_LISTED])


def own_stays(user: User) -> list[SignIn]:
    """Return the stays of a person that run now, newest first."""
    sessions = StoredSession.objects.filter(sign_in=OuterRef("pk"), expires_at__gt=DatabaseClock())
    running = SignIn.objects.filter(user=user, ended_at=None).filter(Exists(sessions))
    return list(running.order_by("-started_at", "-pk"))


def must_have_second_factor(user: User) -> bool:
    """Say whether this is staff. Only the invented people of a demo go without."""
    return bool(roles_of(user)) and not (settings.GROUPCARE_DEMO and user.practice.demo)


def lacks_second_factor(user: User) -> bool:
    """Say whether this is staff who have to add a second factor before anything else opens."""
    return must_have_second_factor(user) and not has_second_factor(user)


def password_is_enough(user: User) -> bool:
    """Say whether the password alone proves who this is, when it is asked for again.

    Of a member, and of whoever has nothing else yet; staff without a second
    factor reach nothing but the page where they add one.
    """
    return not roles_of(user) or not has_second_factor(user)


def ways_in_of(user: User) -> list[Authenticator]:
    """Return a person's passkeys, code app and recovery codes, oldest first."""
    return list(Authenticator.objects.filter(user=user).order_by("pk"))


def has_passkey(user: User) -> bool:
    """Say whether a person has a passkey."""
    return Authenticator.objects.filter(user=user, type=PASSKEY).exists()


def has_codes(user: User) -> bool:
    """Say whether a person has a code app or recovery codes."""
    return Authenticator.objects.filter(user=user).exclude(type=PASSKEY).exists()


def never_joined(user: str) -> Q:
    """Return the condition that whoever the field path `user` leads to never chose a way in."""
    keys = Authenticator.objects.filter(user=OuterRef(user), type=PASSKEY)
    unusable = Q(**{f"{user}__password__startswith": UNUSABLE_PASSWORD_PREFIX})
    return Q(unusable, ~Exists(keys))


def has_joined(user: User) -> bool:
    """Say whether a person has chosen how they sign in."""
    return user.has_usable_password() or has_passkey(user)


def own_way_in(user: User, way: int) -> Authenticator:
    """Return one passkey or the code app of a person. Raises Authenticator.DoesNotExist."""
    return Authenticator.objects.get(user=user, type__in=SECOND_FACTORS, pk=way)


def live_invitations() -> QuerySet[Invitation]:
    """Return the invitations that may be used now."""
    return Invitation.objects.filter(used_at=None, ended_at=None, until__gt=database_now())


def grants_held(user: UUID) -> bool:
    """Say whether a person may allow nothing new: their way in was set up anew by others.

    From the moment two of the staff agreed until 72 hours after the code was
    used, or until the code ends unused. Asked inside the lock of the act.
    """
    now = database_now()
    recoveries = Invitation.objects.filter(user=user, recovery=True, ended_at=None)
    running = Q(used_at=None, until__gt=now) | Q(used_at__gt=now - RECOVERY_HOLD)
    return recoveries.filter(running).exists()


def waiting_recoveries(practice: UUID) -> QuerySet[Recovery]:
    """Return the recoveries of a practice that a second person has not confirmed, newest first.

    After a day nobody confirms them any more, nor once who asked has left or
    holds the role no more in which they asked.
    """
    asked = live_roles().filter(user=OuterRef("asked_by"), role=OuterRef("asked_role"))
    return (
        Recovery.objects.filter(
            Exists(asked.filter(user__is_active=True)),
            user__practice=practice,
            user__is_active=True,
            confirmed_at=None,
            asked_at__gt=DatabaseClock() - RECOVERY_WAITS,
        )
        .select_related("user__practice")
        .order_by("-asked_at")
    )


def open_room(sign_in: UUID | None) -> InRoom | None:
    """Return what is open to somebody in the room on the device of a stay that is locked."""
    if sign_in is None:
        return None
    found = InRoom.objects.select_related("person__practice").filter(
        sign_in=sign_in,
        ended_at=None,
        sign_in__ended_at=None,
        sign_in__locked_at__isnull=False,
        person__is_active=True,
    )
    return found.first()


def live_feed(secret_hash: str) -> CalendarFeed:
    """Return the feed of an active person by the hash of its secret, with them and their practice.

    `now` is the database's time. Raises CalendarFeed.DoesNotExist.
    """
    live = CalendarFeed.objects.filter(ended_at=None, user__is_active=True)
    found = live.annotate(now=DatabaseClock()).select_related("user__practice")  # type: ignore[no-redef]
    return found.get(secret_hash=secret_hash)


def own_feed(user: UUID) -> CalendarFeed | None:
    """Return a person's live feed, if they have one."""
    return CalendarFeed.objects.filter(user=user, ended_at=None).first()


def open_mail_code(user: UUID) -> MailCode | None:
    """Return the code by mail that a person may type now, if there is one."""
    codes = MailCode.objects.filter(user=user, ended_at=None, until__gt=database_now())
    return codes.select_related("user").first()
