"""One's own address for notices: only if asked for, only once a code sent there came back (R90).

The address is sealed under the person's own erasure key. It is told to nobody,
and never compared with another's.
"""

import re
from datetime import time, timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F

from accounts.models import MailCode, User
from accounts.queries import open_mail_code
from accounts.services import StepUpScope, step_up_refusals_noted, use_step_up
from accounts.services.outside import end_mail_codes
from accounts.services.tries import take_a_try
from accounts.sign_in_names import new_code, typed_code
from audit import trail
from audit.clock import database_now
from audit.ids import uuid7
from audit.models import Outcome
from audit.trail import Actor
from consent.models import Notice
from consent.services.notifying import notify
from sessions_app.rules import Problem, Rejected, check
from vault import services as vault
from vault.envelope import Place
from vault.session_seal import digests

MAIL = "mail"
CODE_LASTS = timedelta(minutes=30)
CODE_TRIES = 5
CODE_GROUPS = 2
LONGEST_ADDRESS = 254
PLAIN = re.compile(r"[\x21-\x7e]+")


def mail_scope(by: Actor) -> StepUpScope:
    """Return what a step-up for an address of one's own is bound to."""
    return StepUpScope(MAIL, by.user, by.user, by.user)


def ask_mail_code(*, by: Actor, address: str, language: str, step_up_id: UUID) -> None:
    """Send a one-time code to an address that the actor says is theirs, and nothing else yet.

    An earlier code counts no more. Raises Rejected for what is no address, or
    where this house sends no mail; tries.TooMany, StepUpRefused, vault.Keyless.
    """
    check(_address_problems(address))
    practice, code, code_id = by.practice, new_code(CODE_GROUPS), uuid7()
    user = User.objects.get(pk=by.user)
    sealed = vault.seal_text(address, user.mail_place, owner=by.user)
    place = Place("accounts_mailcode", "code", code_id, practice)
    code_sealed = vault.seal_text(code, place, owner=by.user)
    take_a_try("mail code asked", str(by.user))
    with step_up_refusals_noted(by, MAIL), transaction.atomic(durable=True):
        user = User.objects.select_for_update(no_key=True).get(pk=by.user)
        use_step_up(by=by, step_up_id=step_up_id, scope=mail_scope(by))
        end_mail_codes(user)
        now = database_now()
        MailCode.objects.create(
            pk=code_id,
            user=user,
            mail_sealed=sealed,
            language=language,
            code_sealed=code_sealed,
            code_digest=digests(code, place=_of(by))[0],
            until=now + CODE_LASTS,
        )
        notify([by.user], Notice.Kind.MAIL_CODE, code_id, at=now)
        trail.append(by, "mail.code_asked", object_id=by.user)


def confirm_mail(*, by: Actor, code: str) -> bool:
    """Take the address whose code came back; return whether it did.

    A try counts before it is looked at. Used twice, late, after five tries, or
    another's: no code. Needs no key.
    """
    with transaction.atomic(durable=True):
        waiting = open_mail_code(by.user)
        left = MailCode.objects.filter(user=by.user, ended_at=None, tries__lt=CODE_TRIES)
        counted = bool(waiting and left.update(tries=F("tries") + 1))
    with transaction.atomic(durable=True):
        user = User.objects.select_for_update(no_key=True).get(pk=by.user)
        waiting = open_mail_code(by.user) if counted else None
        right = waiting and waiting.code_digest in digests(typed_code(code), place=_of(by))
        if not waiting or not right:
            trail.append(by, "mail.code_refused", object_id=by.user, outcome=Outcome.REFUSED)
            return False
        user.mail_sealed, user.mail_language = waiting.mail_sealed, waiting.language
        user.save(update_fields=["mail_sealed", "mail_language"])
        end_mail_codes(user)
        trail.append(by, "mail.set", object_id=by.user)
    return True


def end_mail(*, by: Actor) -> None:
    """Send the actor no mail from now on, and forget the address. Needs no step-up and no key."""
    with transaction.atomic(durable=True):
        user = User.objects.select_for_update(no_key=True).get(pk=by.user)
        user.mail_sealed = b""
        user.save(update_fields=["mail_sealed"])
        end_mail_codes(user)
        waiting = Notice.objects.filter(person=user, mail=Notice.Mail.WAITING)
        waiting.update(mail=Notice.Mail.NONE, next_try=None)
        trail.append(by, "mail.ended", object_id=by.user)


def set_quiet_hours(*, by: Actor, begins: time | None, ends: time | None) -> None:
    """Choose the hours in which no mail goes; without both, the house's own.

    Raises Rejected if one of them is missing.
    """
    if (begins is None) != (ends is None):
        raise Rejected({"ends" if ends is None else "begins": Problem.REQUIRED})
    with transaction.atomic(durable=True):
        User.objects.filter(pk=by.user).update(quiet_from=begins, quiet_until=ends)
        trail.append(by, "mail.hours_set", object_id=by.user)


def _address_problems(address: str) -> dict[str, Problem]:
    if not settings.EMAIL_HOST:
        return {"address": Problem.CLOSED}
    if len(address) > LONGEST_ADDRESS:
        return {"address": Problem.TOO_LONG}
    try:
        if not PLAIN.fullmatch(address):  # no line can be added to a mail's head with it
            raise ValidationError("")
        validate_email(address)
    except ValidationError:
        return {"address": Problem.NO_ADDRESS}
    return {}


def _of(by: Actor) -> str:
    return f"mail code {by.user.hex}"
