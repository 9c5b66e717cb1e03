"""Step-up: who is signed in proves once more that it is them, for exactly one act."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Sum

from accounts.models import SignIn, StepUp, User
from accounts.passkeys import House, Refused, passkey_answered
from accounts.queries import password_is_enough
from accounts.services.second_step import take_code
from accounts.services.tries import TooMany
from audit import trail
from audit.clock import database_now
from audit.models import Outcome
from audit.trail import Actor

STEP_UP_LASTS = timedelta(minutes=5)
STEP_UP_TRIES = 5
PERSON_TRIES = 15


class StepUpRefused(Exception):
    """The proof is missing, too old, used, or was given for another act."""


@dataclass(frozen=True)
class StepUpScope:
    """What a step-up is good for: this act on this version, this recipient, this purpose."""

    act: str
    item: UUID
    version: UUID
    recipient: UUID
    purpose: str = ""


def begin_step_up(*, by: Actor, scope: StepUpScope) -> StepUp:
    """Open a question for the proof, bound to one act. Nothing is proven yet.

    Raises StepUpRefused for an actor without a sign-in.
    """
    if by.sign_in is None:
        raise StepUpRefused
    with transaction.atomic(durable=True):
        step_up = StepUp.objects.create(
            sign_in_id=by.sign_in,
            act=scope.act,
            item=scope.item,
            version=scope.version,
            recipient=scope.recipient,
            purpose=scope.purpose,
            asked_at=database_now(),
        )
        trail.append(by, "step_up.asked", object_id=scope.item, ground=scope.act)
    return step_up


def confirm_step_up(
    *, by: Actor, user: User, step_up_id: UUID, password: str, code: str = ""
) -> bool:
    """Check the password for an open question of this stay; both answers leave an entry.

    Staff who have a second step give its `code` too. Returns False for a wrong
    one. Raises StepUpRefused if the question is not this stay's, was answered
    already, had five tries or is older than five minutes, or if the person had
    fifteen wrong tries in that time.
    """
    step_up = _question_of(by, step_up_id)
    counted = _count_a_try(user, step_up)
    right = counted and user.check_password(password)
    if right and not password_is_enough(user):
        try:
            right = bool(take_code(user, code))
        except TooMany:
            counted = right = False
    return _answered(by, step_up, counted=counted, right=right)


def confirm_by_passkey(
    *,
    by: Actor,
    user: User,
    step_up_id: UUID,
    state: Mapping[str, object],
    credential: object,
    house: House,
) -> bool:
    """Check a passkey's answer to a challenge that was made for this question alone.

    Returns and raises as `confirm_step_up` does.
    """
    step_up = _question_of(by, step_up_id)
    counted = _count_a_try(user, step_up)
    try:
        right = counted and passkey_answered(user, state, credential, house) is not None
    except Refused:
        right = False
    return _answered(by, step_up, counted=counted, right=right)


def use_step_up(*, by: Actor, step_up_id: UUID, scope: StepUpScope) -> None:
    """Spend a confirmed step-up, inside the transaction of the act it was given for.

    Raises StepUpRefused if it was given for anything else, is older than five
    minutes, was spent before, or the stay it was given in was ended.
    """
    now = database_now()
    spent = StepUp.objects.filter(
        Exists(SignIn.objects.filter(pk=OuterRef("sign_in"), ended_at=None)),
        pk=step_up_id,
        sign_in_id=by.sign_in,
        act=scope.act,
        item=scope.item,
        version=scope.version,
        recipient=scope.recipient,
        purpose=scope.purpose,
        confirmed_at__gt=now - STEP_UP_LASTS,
        used_at=None,
    ).update(used_at=now)
    if not spent:
        raise StepUpRefused


@contextmanager
def step_up_refusals_noted(by: Actor, act: str) -> Iterator[None]:
    """Write the entry of a refused step-up after the act it was shown for is rolled back."""
    try:
        yield
    except StepUpRefused:
        with transaction.atomic(durable=True):
            trail.append(by, "step_up.refused", ground=act, outcome=Outcome.REFUSED)
        raise


def _question_of(by: Actor, step_up_id: UUID) -> StepUp | None:
    return StepUp.objects.filter(pk=step_up_id, sign_in_id=by.sign_in).first()


def _answered(by: Actor, step_up: StepUp | None, *, counted: bool, right: bool) -> bool:
    with transaction.atomic(durable=True):
        if right and step_up:
            StepUp.objects.filter(pk=step_up.pk, confirmed_at=None).update(
                confirmed_at=database_now()
            )
        trail.append(
            by,
            "step_up.confirmed" if right else "step_up.failed",
            object_id=step_up.item if step_up else None,
            ground=step_up.act if step_up else "",
            outcome=Outcome.DONE if right else Outcome.REFUSED,
        )
    if not counted:
        raise StepUpRefused
    return right


def _count_a_try(user: User, step_up: StepUp | None) -> bool:
    """Count one try, and commit that before anything is compared (T17).

    Guessing in parallel gains nothing. Returns False if the question is over,
    or its tries or the person's are used up.
    """
    with transaction.atomic(durable=True):
        User.objects.select_for_update().get(pk=user.pk)
        since = database_now() - STEP_UP_LASTS
        recent = StepUp.objects.filter(sign_in__user=user, confirmed_at=None, asked_at__gt=since)
        if (recent.aggregate(tries=Sum("tries"))["tries"] or 0) >= PERSON_TRIES or not step_up:
            return False
        left = recent.filter(pk=step_up.pk, tries__lt=STEP_UP_TRIES)
        return bool(left.update(tries=F("tries") + 1))
