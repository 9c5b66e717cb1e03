"""The second step after a password: a code of the app, or a recovery code. Each counts once."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.factors import RECOVERY, TOTP, totp_step, without_code
from accounts.models import User
from accounts.services.tries import TooMany, forget_tries, take_a_try
from audit import trail
from audit.models import Outcome
from audit.trail import Actor

CODE = "code"


def pass_second_step(*, user: User, code: str) -> bool:
    """Check the code of somebody who gave their password; both answers leave an entry.

    Raises TooMany if it has to wait; that is noted too.
    """
    by = Actor(user.practice_id, user.pk, "person")
    used, waits = "", False
    try:
        used = take_code(user, code)
    except TooMany:
        waits = True
    with transaction.atomic(durable=True):
        trail.append(
            by,
            "second_step.passed" if used else "second_step.failed",
            object_id=user.pk,
            ground="too many" if waits else used,
            outcome=Outcome.DONE if used else Outcome.REFUSED,
        )
    if waits:
        raise TooMany
    return bool(used)


def take_code(user: User, code: str) -> str:
    """Return which kind of code this is and use it up; empty for a wrong one. Raises TooMany.

    All guesses at a person's codes share one count, wherever they are made.
    """
    take_a_try(CODE, user.pk.hex)
    with transaction.atomic(durable=True):
        mine = Authenticator.objects.filter(user=user, type__in=(TOTP, RECOVERY))
        used = next((row for row in mine.select_for_update() if _use(user, row, code)), None)
    if used is None:
        return ""
    forget_tries(CODE, user.pk.hex)
    return str(used.type)


def _use(user: User, row: Authenticator, code: str) -> bool:
    if row.type == TOTP:
        step = totp_step(user, row.data, code)
        left = None if step is None else {**row.data, "step": step}
    else:
        left = without_code(user, row.data, code)
    if left is None:
        return False
    Authenticator.objects.filter(pk=row.pk).update(data=left)
    return True
