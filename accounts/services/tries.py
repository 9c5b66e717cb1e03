"""Counting tries at what can be guessed, in the database that all workers share.

A try is counted and committed before anything is compared (T17), so guessing
in parallel gains nothing; a row is one subject's own, so trying other names
pushes nothing out. After the free tries each further one has to wait, twice as
long each time up to an hour. Nobody is locked out for good.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from accounts.models import Tries
from audit.clock import database_now
from vault.session_seal import digests

FREE = 5
FREE_FROM_ANYWHERE = 20
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=1)


class TooMany(Exception):
    """Too many tries lately: this one was not looked at."""


def take_a_try(kind: str, subject: str, *, free: int = FREE) -> None:
    """Count a try and commit that. Raises TooMany if it has to wait."""
    if settings.GROUPCARE_LIMITS_OFF:
        return
    with transaction.atomic(durable=True):
        row, made = Tries.objects.select_for_update().get_or_create(
            key=_key(kind, subject), defaults={"count": 1, "last_at": database_now()}
        )
        if made:
            return
        now = database_now()
        count = row.count if now - row.last_at < FORGOTTEN_AFTER else 0
        if count >= free and now < row.last_at + _wait(count - free):
            raise TooMany
        Tries.objects.filter(pk=row.pk).update(count=count + 1, last_at=now)


def take_a_try_at_a_name(kind: str, name: str, *, address: str) -> None:
    """Count a try at a sign-in name, known or not. Raises TooMany.

    From one address few are free; from all together a few more, so that
    somebody elsewhere who knows the name does not keep its owner out.
    """
    take_a_try(kind, f"{name}\0{address}")
    take_a_try(_from_anywhere(kind), name, free=FREE_FROM_ANYWHERE)


def forget_tries(kind: str, subject: str) -> None:
    """Begin anew after a right one. The row stays: others may be waiting for it."""
    Tries.objects.filter(pk=_key(kind, subject)).update(count=0)


def forget_tries_at_a_name(kind: str, name: str, *, address: str) -> None:
    """Begin anew after a right one, for this address; of all together it alone is given back."""
    forget_tries(kind, f"{name}\0{address}")
    anywhere = Tries.objects.filter(pk=_key(_from_anywhere(kind), name), count__gt=0)
    anywhere.update(count=F("count") - 1)


def drop_old_tries() -> int:
    """Delete the counts that count no more; return how many."""
    return Tries.objects.filter(last_at__lt=database_now() - FORGOTTEN_AFTER).delete()[0]


def _from_anywhere(kind: str) -> str:
    return f"{kind} from anywhere"


def _key(kind: str, subject: str) -> str:
    return digests(subject, place=f"tries {kind}")[0]


def _wait(beyond: int) -> timedelta:
    return min(FIRST_WAIT * 2 ** min(beyond, 10), LONGEST_WAIT)
