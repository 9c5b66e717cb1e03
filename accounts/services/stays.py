"""A stay of somebody in the house, from sign-in to sign-out."""

from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import SignIn, StoredSession, User
from accounts.services.changes import one_more_sign_in
from audit import trail
from audit.clock import database_now
from audit.models import Outcome
from audit.trail import INSTALLATION, NOBODY, Actor


def note_sign_in(*, user: User, device: str) -> SignIn:
    """Begin a stay: one row, and one entry in the practice's chain."""
    with transaction.atomic(durable=True):
        sign_in = SignIn.objects.create(user=user, device=device[:60])
        one_more_sign_in(user.pk)
        trail.append(_person(user, sign_in.pk), "sign_in.begun", object_id=user.pk)
    return sign_in


def note_sign_out(*, user: User, sign_in_id: UUID) -> None:
    """End a stay; a second call changes nothing."""
    with transaction.atomic(durable=True):
        ended = SignIn.objects.filter(pk=sign_in_id, user=user, ended_at=None).update(
            ended_at=database_now()
        )
        if ended:
            trail.append(_person(user, sign_in_id), "sign_in.ended", object_id=user.pk)


def note_failed_sign_in() -> None:
    """Note that somebody failed to sign in; the installation's chain learns no name."""
    with transaction.atomic(durable=True):
        trail.append(
            Actor(INSTALLATION, NOBODY, "visitor"), "sign_in.failed", outcome=Outcome.REFUSED
        )


def _person(user: User, sign_in_id: UUID) -> Actor:
    return Actor(user.practice_id, user.pk, "person", sign_in_id)


def end_own_stay(*, by: Actor, stay: UUID) -> None:
    """End one of the actor's own stays, wherever it runs. Raises SignIn.DoesNotExist."""
    with transaction.atomic(durable=True):
        mine = SignIn.objects.select_for_update().filter(user=by.user, ended_at=None)
        end_stay(mine.get(pk=stay))
        trail.append(by, "stay.ended", object_id=stay)


def end_other_stays(*, by: Actor) -> int:
    """End every stay of the actor's own but this one, an entry for each; return how many ran."""
    with transaction.atomic(durable=True):
        running = StoredSession.objects.filter(sign_in=OuterRef("pk"))
        mine = SignIn.objects.select_for_update().filter(user=by.user, ended_at=None)
        others = [one for one in mine.filter(Exists(running)) if one.pk != by.sign_in]
        for stay in sorted(others, key=lambda one: one.pk):
            end_stay(stay)
            trail.append(by, "stay.ended", object_id=stay.pk)
    return len(others)


def end_stay(stay: SignIn) -> None:
    """End a stay with its session, inside the caller's transaction; the caller notes why."""
    StoredSession.objects.filter(sign_in=stay).delete()
    SignIn.objects.filter(pk=stay.pk).update(ended_at=database_now())


def end_stays(user: User, *, but: UUID | None = None) -> None:
    """End every stay of a person, `but` one, with its session; the caller notes why.

    Called where what they sign in with changes: whoever is in by the old way is out.
    """
    others = SignIn.objects.filter(user=user, ended_at=None)
    if but is not None:
        others = others.exclude(pk=but)
    StoredSession.objects.filter(sign_in__in=others).delete()
    others.update(ended_at=database_now())
