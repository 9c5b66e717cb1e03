"""A device handed to somebody in the room: the stay is locked, and one question is open to them.

Whoever gets the device proves by their own PIN that it is them, for this one
act, once, within five minutes. The fifth wrong PIN ends it. Nothing of the
stay opens before its own person has unlocked it.
"""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.models import InRoom, SignIn, User
from accounts.pins import pin_is
from accounts.queries import open_room
from accounts.services.locking import StayOver
from accounts.services.tries import TooMany, forget_tries, take_a_try
from audit import trail
from audit.clock import database_now
from audit.models import Outcome
from audit.trail import Actor

PROOF_LASTS = timedelta(minutes=5)
ROOM_TRIES = 5
PIN_IN_ROOM = "pin in the room"


class RoomOver(Exception):
    """Nothing is open here for whoever holds the device: used, ended, or too old."""


class NoPin(Exception):
    """Whoever should answer has no PIN to show that it is them."""


def hand_over_device(
    *, by: Actor, person: User, act: str, object_id: UUID, code: str, group: UUID
) -> InRoom:
    """Lock the actor's stay and open one question on it to somebody else.

    A question that was open on this device ends. Raises StayOver without a
    stay, NoPin, and StayOver if the stay is locked already.
    """
    if not person.pin:
        raise NoPin
    if by.sign_in is None or person.practice_id != by.practice:
        raise StayOver
    with transaction.atomic(durable=True):
        now = database_now()
        mine = SignIn.objects.filter(pk=by.sign_in, user=by.user, ended_at=None, locked_at=None)
        if not mine.update(locked_at=now, unlock_tries=0):
            raise StayOver
        InRoom.objects.filter(sign_in=by.sign_in, ended_at=None).update(ended_at=now)
        handed = InRoom.objects.create(
            sign_in_id=by.sign_in, person=person, act=act, object_id=object_id, begun_at=now
        )
        trail.append(
            by, "room.handed_over", object_id=object_id, code=code, group=group, ground=act
        )
    return handed


def prove_in_room(*, by: Actor, pin: str) -> bool:
    """Check the PIN of whoever was handed this device; `by` is that person, on that stay.

    A try is counted and committed before anything is compared. Returns False
    for a wrong one. Raises RoomOver with the fifth, or if nothing is open here
    for them, TooMany if this person's PIN was tried too often lately.
    """
    handed = open_room(by.sign_in)
    if handed is None or handed.person_id != by.user:
        raise RoomOver
    with transaction.atomic(durable=True):
        left = InRoom.objects.filter(pk=handed.pk, ended_at=None, tries__lt=ROOM_TRIES)
        counted = bool(left.update(tries=F("tries") + 1))
    try:
        if counted:
            take_a_try(PIN_IN_ROOM, by.user.hex)
        right = counted and pin_is(handed.person, pin)
    except TooMany:
        _failed(by, handed)
        raise
    if not right:
        if _failed(by, handed):
            raise RoomOver
        return False
    forget_tries(PIN_IN_ROOM, by.user.hex)
    with transaction.atomic(durable=True):
        InRoom.objects.filter(pk=handed.pk, ended_at=None).update(proven_at=database_now())
        trail.append(by, "room.proved", object_id=handed.object_id, ground=handed.act)
    return True


def proof_lasts(handed: InRoom) -> bool:
    """Say whether whoever holds the device has shown lately that it is them (R83)."""
    return handed.proven_at is not None and database_now() - handed.proven_at < PROOF_LASTS


def use_room(*, by: Actor, act: str, object_id: UUID) -> None:
    """Spend the proof inside the transaction of the act it was given for. Raises RoomOver."""
    now = database_now()
    spent = InRoom.objects.filter(
        sign_in=by.sign_in,
        person=by.user,
        act=act,
        object_id=object_id,
        ended_at=None,
        proven_at__gt=now - PROOF_LASTS,
    ).update(ended_at=now, answered=True)
    if not spent:
        raise RoomOver


def leave_room(*, by: Actor) -> None:
    """End what is open on this device without an answer; the stay stays locked. Twice is once."""
    with transaction.atomic(durable=True):
        open_here = InRoom.objects.select_for_update().filter(
            sign_in=by.sign_in, person=by.user, ended_at=None
        )
        handed = open_here.first()
        if handed is not None:
            open_here.update(ended_at=database_now())
            trail.append(by, "room.left", object_id=handed.object_id, ground=handed.act)


def _failed(by: Actor, handed: InRoom) -> bool:
    """Note a wrong try; return whether it was the last one."""
    with transaction.atomic(durable=True):
        row = InRoom.objects.select_for_update().get(pk=handed.pk)
        over = row.tries >= ROOM_TRIES
        if over and row.ended_at is None:
            InRoom.objects.filter(pk=row.pk).update(ended_at=database_now())
        trail.append(
            by,
            "room.failed",
            object_id=handed.object_id,
            ground="ended" if over else "",
            outcome=Outcome.REFUSED,
        )
    return over or row.ended_at is not None
