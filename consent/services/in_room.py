"""A member's answer on a device that was handed to them in the room (rule R83)."""

from datetime import date

from accounts.services.in_room import use_room
from audit.trail import Actor
from consent.models import ConsentEvent, Evidence
from consent.services.deciding import GRANT, decline_consent, grant_proven


def grant_in_room(
    *, by: Actor, code: str, signature: str, last_day: date | None = None
) -> ConsentEvent:
    """Allow what a question asks, as the member, after the proof by their own PIN.

    `last_day` ends it sooner than asked.

    Raises RoomOver, and what `grant_consent` raises.
    """
    return grant_proven(
        by=by,
        code=code,
        signature=signature,
        evidence=Evidence.IN_ROOM,
        prove=lambda consent: use_room(by=by, act=GRANT, object_id=consent.pk),
        last_day=last_day,
    )


def decline_in_room(*, by: Actor, code: str) -> ConsentEvent:
    """Say no on that device. The same as from home: it needs no proof beyond holding the question.

    Raises Consent.DoesNotExist.
    """
    return decline_consent(by=by, code=code)
