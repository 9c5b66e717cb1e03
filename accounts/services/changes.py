"""Telling a person that how they sign in was changed, in the house itself. Source: R71.

There is no address outside the house to write to here. The row says what and
when; which page says it, and how, is not known here.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.models import WayInChange
from accounts.queries import changes_to_tell
from audit import trail
from audit.clock import database_now
from audit.trail import Actor

BY_THEMSELVES, BY_OTHERS, COMING_IN = 1, 0, 2


def note_change(user: UUID, what: str, *, waits: int) -> None:
    """Note a change, inside the transaction that makes it; it shows after `waits` sign-ins."""
    WayInChange.objects.create(user_id=user, what=what, at=database_now(), waits=waits)


def one_more_sign_in(user: UUID) -> None:
    """Let what waited for a sign-in come one closer, inside the transaction of the sign-in."""
    WayInChange.objects.filter(user=user, waits__gt=0).update(waits=F("waits") - 1)


def dismiss_changes(*, by: Actor) -> int:
    """Say that one has seen what was told; return how many changes that were. They stay listed."""
    with transaction.atomic(durable=True):
        seen = changes_to_tell(by.user).update(dismissed_at=database_now())
        if seen:
            trail.append(by, "changes.seen", object_id=by.user)
    return seen
