"""What a person signs in with: changing it needs a step-up, and ends their other stays."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from accounts.factors import (
    PASSKEY,
    RECOVERY,
    SECOND_FACTORS,
    TOTP,
    new_recovery_codes,
    step_of,
    totp_data,
)
from accounts.models import User
from accounts.passkeys import NewPasskey
from accounts.passwords import ALONE
from accounts.pins import check_pin, hashed_pin
from accounts.queries import must_have_second_factor
from accounts.services.changes import BY_THEMSELVES, note_change
from accounts.services.stays import end_stays
from accounts.services.step_up import StepUpScope, step_up_refusals_noted, use_step_up
from audit import trail
from audit.trail import Actor

CHANGE = "credentials"


class LastWayIn(Exception):
    """Without this the person could not sign in, or not as safely as they must."""


def credential_scope(by: Actor) -> StepUpScope:
    """Return what a step-up for one change of one's own ways in is bound to."""
    return StepUpScope(CHANGE, by.user, by.user, by.user)


def set_password(*, by: Actor, password: str, step_up_id: UUID) -> User:
    """Give oneself another password; every other stay ends.

    Returns the person, whose session hash has changed. Raises ValidationError
    for a password that is too short, too long or too common, StepUpRefused.
    """
    validate_password(password, User.objects.select_related("practice").get(pk=by.user))
    with _changing(by, step_up_id) as user:
        use_password(user, password)
        user.save(update_fields=["password", "needs_second_factor"])
        _note(by, "password.changed")
    return user


def set_pin(*, by: Actor, pin: str, step_up_id: UUID) -> None:
    """Choose the PIN that opens a locked stay, in place of one that was there.

    Raises ValidationError for one that is no PIN or a common one, StepUpRefused.
    """
    check_pin(pin)
    with _changing(by, step_up_id) as user:
        user.pin = hashed_pin(user, pin)
        user.save(update_fields=["pin"])
        _note(by, "pin.set")


def add_passkey(*, by: Actor, new: NewPasskey, step_up_id: UUID) -> list[str]:
    """Add a passkey of one's own. Returns recovery codes if these are the first, else nothing.

    Raises StepUpRefused.
    """
    with _changing(by, step_up_id) as user:
        row = Authenticator.objects.create(user=user, type=PASSKEY, data=new.data)
        codes = _first_recovery_codes(by, user)
        _note(by, "passkey.added", str(row.pk))
    return codes


def add_code_app(*, by: Actor, seed: str, code: str, step_up_id: UUID) -> list[str] | None:
    """Add a code app, in place of one that was there, once it shows a right code.

    Returns None for a wrong code, which uses nothing up; recovery codes if these
    are the first, else an empty list. Raises StepUpRefused.
    """
    step = step_of(seed, code)
    if step is None:
        return None
    with _changing(by, step_up_id) as user:
        Authenticator.objects.filter(user=user, type=TOTP).delete()
        data = totp_data(user, seed, step)
        Authenticator.objects.create(user=user, type=TOTP, data=data)
        codes = _first_recovery_codes(by, user)
        _note(by, "code_app.added")
    return codes


def renew_recovery_codes(*, by: Actor, step_up_id: UUID) -> list[str]:
    """Make new recovery codes; the old ones count no more. Returns them, to be shown once.

    Raises StepUpRefused, LastWayIn for somebody without a second factor: there
    is nothing to recover.
    """
    with _changing(by, step_up_id) as user:
        if not Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exists():
            raise LastWayIn
        Authenticator.objects.filter(user=user, type=RECOVERY).delete()
        return _first_recovery_codes(by, user)


def remove_way_in(*, by: Actor, way: int, step_up_id: UUID) -> None:
    """Remove a passkey or the code app of one's own, and recovery codes that have lost their use.

    Raises Authenticator.DoesNotExist if it is not the actor's, LastWayIn if
    they could not sign in without it, or must have a second factor, or chose a
    password too short to stand alone; StepUpRefused.
    """
    with _changing(by, step_up_id) as user:
        mine = Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS)
        row = mine.get(pk=way)
        others = mine.exclude(pk=way)
        if not others.exists():
            if must_have_second_factor(user) or user.needs_second_factor:
                raise LastWayIn
            Authenticator.objects.filter(user=user, type=RECOVERY).delete()
        if not user.has_usable_password() and not others.filter(type=PASSKEY).exists():
            raise LastWayIn
        row.delete()
        _note(by, "passkey.removed" if row.type == PASSKEY else "code_app.removed", str(way))


def use_password(user: User, password: str) -> None:
    """Set a checked password on an unsaved person, and whether it may stand alone."""
    user.set_password(password)
    user.needs_second_factor = len(password) < ALONE


@contextmanager
def _changing(by: Actor, step_up_id: UUID) -> Iterator[User]:
    """A change of the actor's own ways in: their row locked, the step-up spent, other stays ended.

    The row comes first, so that of two removals at once the second sees what
    the first has left.
    """
    with step_up_refusals_noted(by, CHANGE), transaction.atomic(durable=True):
        people = User.objects.select_for_update(of=("self",)).select_related("practice")
        user = people.get(pk=by.user)
        use_step_up(by=by, step_up_id=step_up_id, scope=credential_scope(by))
        end_stays(user, but=by.sign_in)
        yield user


def _first_recovery_codes(by: Actor, user: User) -> list[str]:
    if Authenticator.objects.filter(user=user, type=RECOVERY).exists():
        return []
    codes, data = new_recovery_codes(user)
    Authenticator.objects.create(user=user, type=RECOVERY, data=data)
    _note(by, "recovery_codes.made")
    return codes


def _note(by: Actor, act: str, ground: str = "") -> None:
    note_change(by.user, act, waits=BY_THEMSELVES)
    trail.append(by, act, object_id=by.user, ground=ground)
