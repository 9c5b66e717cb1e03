"""A locked stay: it runs on, but nothing in it opens until its person has shown who they are."""

from collections.abc import Callable

from django.db import transaction
from django.db.models import F, QuerySet

from accounts.models import InRoom, SignIn, User
from accounts.passkeys import House, Refused, State, passkey_answered
from accounts.pins import pin_is
from accounts.services.stays import end_stay
from audit import trail
from audit.clock import database_now
from audit.models import Outcome
from audit.trail import Actor

UNLOCK_TRIES = 5


class StayOver(Exception):
    """Five wrong tries, or the stay ended meanwhile: only signing in opens anything now."""


def lock_stay(*, by: Actor) -> None:
    """Lock the actor's own stay; a second call changes nothing. Raises StayOver without a stay."""
    with transaction.atomic(durable=True):
        if _stay_of(by).filter(locked_at=None).update(locked_at=database_now()):
            trail.append(by, "sign_in.locked", object_id=by.user)


def unlock(*, by: Actor, user: User, secret: str) -> bool:
    """Open the actor's own stay by their PIN; while they have none, by their password.

    Returns False for a wrong one. The fifth wrong one ends the stay and raises
    StayOver. A stay that is not locked is open: nothing is compared then.
    """
    return _try(by, lambda: pin_is(user, secret) if user.pin else user.check_password(secret))


def unlock_by_passkey(
    *, by: Actor, user: User, state: State, credential: object, house: House
) -> bool:
    """Open the actor's own stay by a passkey. Returns and raises as `unlock` does."""
    return _try(by, lambda: _answers(user, state, credential, house))


def _stay_of(by: Actor) -> QuerySet[SignIn]:
    if by.sign_in is None:
        raise StayOver
    return SignIn.objects.filter(pk=by.sign_in, user=by.user, ended_at=None)


def _answers(user: User, state: State, credential: object, house: House) -> bool:
    try:
        return passkey_answered(user, state, credential, house) is not None
    except Refused:
        return False


def _try(by: Actor, proves: Callable[[], bool]) -> bool:
    """Count a try and commit that before anything is compared (T17), then do what follows."""
    mine = _stay_of(by)
    if mine.filter(locked_at=None).exists():
        return True
    with transaction.atomic(durable=True):
        left = mine.filter(unlock_tries__lt=UNLOCK_TRIES)
        counted = bool(left.update(unlock_tries=F("unlock_tries") + 1))
    right = counted and proves()
    with transaction.atomic(durable=True):
        stay = mine.select_for_update().first()
        if stay is None:
            raise StayOver
        if right:
            mine.update(locked_at=None, unlock_tries=0)
            # Whoever had the device in the room has given it back.
            InRoom.objects.filter(sign_in=stay, ended_at=None).update(ended_at=database_now())
            trail.append(by, "sign_in.unlocked", object_id=by.user)
            return True
        over = stay.unlock_tries >= UNLOCK_TRIES
        if over:
            end_stay(stay)
        ground = "ended" if over else ""
        trail.append(by, "unlock.failed", object_id=by.user, ground=ground, outcome=Outcome.REFUSED)
    if over:
        raise StayOver
    return False
