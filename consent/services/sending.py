"""Mail that says nothing: one person, one text, sent once or marked as unknown (R91).

A notice is claimed (`sending`, committed) before the server is spoken to, and
`sent` after. What a crash leaves behind as `sending` is not sent again: nobody
knows whether it went. It stands in the app all the same. Whoever works beside
another takes another person (SKIP LOCKED).
"""

import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import MailCode, User
from accounts.queries import open_mail_code
from audit.clock import database_now
from audit.trail import machine_receipt
from consent.models import Notice
from consent.quiet import quiet_until
from consent.services.sweeping import house
from vault import key_ring
from vault import services as vault
from vault.envelope import Unreadable
from vault.key_ring import Keyless

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=2), timedelta(hours=6)
MOST_TRIES = 12
# Longer than any worker speaks with a server about one mail: a claim this old is of the dead.
CLAIM_LASTS = timedelta(minutes=15)
Mail = Notice.Mail


@dataclass
class Sent:
    """What one round of mail came to: mails that went, and notices no longer certain."""

    mails: int = 0
    unknown: int = 0


@dataclass(frozen=True)
class _Claim:
    """The notices of one person that go in one mail."""

    person: User
    mail_id: UUID
    code: MailCode | None
    tries: int

    @property
    def notices(self) -> QuerySet[Notice]:
        return Notice.objects.filter(mail_id=self.mail_id)


def send_waiting(most: int = 200) -> Sent:
    """Send what waits and is due, at most `most` mails, and mark what a crash left behind.

    Without a server or without keys everything waits for the next round.
    """
    done = Sent(unknown=_left_behind())
    if not settings.EMAIL_HOST:
        return done
    try:
        key_ring.current()
    except Keyless:
        return done
    connection: BaseEmailBackend = get_connection(fail_silently=False)
    try:
        while done.mails < most and (claim := _claim_next()):
            done.mails += _deliver(claim, connection)
    finally:
        connection.close()
    return done


def _left_behind() -> int:
    """Mark as unknown what was claimed by a worker that is gone; return how many."""
    with transaction.atomic(durable=True):
        old = Notice.objects.filter(mail=Mail.SENDING, claimed_at__lt=database_now() - CLAIM_LASTS)
        return old.update(mail=Mail.UNKNOWN)


def _claim_next() -> _Claim | None:
    """Claim the due notices of one person whom no other worker has, and commit that."""
    while True:
        with transaction.atomic(durable=True):
            now = database_now()
            due = Notice.objects.filter(mail=Mail.WAITING, next_try__lte=now, person=OuterRef("pk"))
            people = User.objects.filter(Exists(due)).select_related("practice").order_by("pk")
            person = people.select_for_update(of=("self",), no_key=True, skip_locked=True).first()
            if person is None:
                return None
            claim = _claimed(person, now)
        if claim:
            return claim


def _claimed(person: User, now: datetime) -> _Claim | None:
    """Claim in the caller's transaction; None if this person's wait on, or need no mail any more.

    A code goes by itself and at once: its person sits before the page. An
    emergency that wants an answer waits for nothing either, and takes the others
    along. They wait for the morning, and then all go together, the youngest too.
    """
    waiting = Notice.objects.filter(person=person, mail=Mail.WAITING)
    code = open_mail_code(person.pk) if person.is_active else None
    codes = waiting.filter(kind=Notice.Kind.MAIL_CODE)
    _not_needed(codes.exclude(about=code.pk) if code else codes)
    if code and codes.filter(next_try__lte=now).exists():
        return _taken(person, codes, now, code)
    others = waiting.exclude(kind=Notice.Kind.MAIL_CODE)
    if not person.is_active or not person.mail_sealed:
        _not_needed(others)
        return None
    goes = quiet_until(now, person.practice.zone, person.quiet_from, person.quiet_until)
    if goes > now and not others.filter(kind__in=Notice.AT_ONCE, next_try__lte=now).exists():
        others.update(next_try=goes)
        return None
    return _taken(person, others, now, None)


def _not_needed(notices: QuerySet[Notice]) -> None:
    notices.update(mail=Mail.NONE, next_try=None)


def _taken(
    person: User, notices: QuerySet[Notice], now: datetime, code: MailCode | None
) -> _Claim | None:
    mail_id = uuid4()
    taken = notices.update(
        mail=Mail.SENDING, claimed_at=now, mail_id=mail_id, next_try=None, tries=F("tries") + 1
    )
    if not taken:
        return None
    tries = max(Notice.objects.filter(mail_id=mail_id).values_list("tries", flat=True))
    return _Claim(person, mail_id, code, tries)


def _deliver(claim: _Claim, connection: BaseEmailBackend) -> bool:
    """Send one mail and write down what became of it; return whether it went."""
    try:
        message = _message(claim)
        connection.open()
    except Unreadable:  # erased meanwhile
        return _became(claim, Mail.NONE)
    except (Keyless, OSError):  # smtplib's errors are OSErrors; nothing was said about a mail yet
        connection.close()
        return _again(claim)
    try:
        connection.send_messages([message])
    except OSError as error:
        connection.close()
        match _hundreds_of(error):
            case 4:
                return _again(claim)
            case 5:
                return _became(claim, Mail.FAILED)
        return _became(claim, Mail.UNKNOWN)  # the line broke: the server may have taken it
    return _became(claim, Mail.SENT)


def _hundreds_of(error: OSError) -> int:
    """Return 4 if a server refused for now, 5 if for good, else something else."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max(code // 100 for code, _said in error.recipients.values())
    return error.smtp_code // 100 if isinstance(error, smtplib.SMTPResponseException) else 0


def _again(claim: _Claim) -> bool:
    """Let it wait, each time twice as long; after many tries it is given up."""
    if claim.tries >= MOST_TRIES:
        return _became(claim, Mail.FAILED)
    wait = min(FIRST_WAIT * 2 ** (claim.tries - 1), LONGEST_WAIT)
    return _became(claim, Mail.WAITING, next_try=database_now() + wait)


def _became(claim: _Claim, state: Notice.Mail, **more: datetime) -> bool:
    """Write down what became of a mail; of one that was thought lost meanwhile too."""
    with transaction.atomic(durable=True):
        claim.notices.filter(mail__in=(Mail.SENDING, Mail.UNKNOWN)).update(mail=state, **more)
    return state == Mail.SENT


def _message(claim: _Claim) -> EmailMessage:
    """The one text there is, in the person's language; the address is opened for this alone."""
    person, code = claim.person, claim.code
    to = vault.Sealed(bytes(code.mail_sealed), person.mail_place) if code else person.sealed_mail
    sealed = [to]
    if code:
        sealed.append(code.sealed_code)
    rows = [one.place.row for one in sealed]
    receipt = machine_receipt(house(person.practice_id), "mail", rows)
    address, *typed = vault.open_all(sealed, receipt)
    with translation.override(code.language if code else person.mail_language or None):
        subject, body = _of_a_code(typed[0]) if typed else _of_a_notice()
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    headers = {"Message-ID": f"<{claim.mail_id}@{domain}>"}
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [address], headers=headers)


def _of_a_notice() -> tuple[str, str]:
    body = _("There is something for you in your place. Sign in the way you always do.")
    return _("Something for you"), f"{body}\n"


def _of_a_code(code: str) -> tuple[str, str]:
    body = _(
        "Your code is %(code)s. Type it on the page where you asked for it. "
        "If you did not ask for it, you need do nothing."
    )
    return _("Your code"), f"{body % {'code': code}}\n"
