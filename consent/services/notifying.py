"""Telling somebody that there is something for them, in the transaction of what it is about (R89).

`notify` is for every service, also of rooms above this one: it writes a row and
nothing else. Whether it can be sent is not asked here, so nothing waits for mail.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from accounts.models import User
from audit.clock import database_now
from audit.trail import Actor
from consent.models import Consent, Notice
from consent.queries.ledger import is_half_signed
from consent.queries.notices import askers_of
from consent.rules import signers_for
from consent.standings import standing_by_rows
from sessions_app.models import Member
from sessions_app.queries import speakers_for

TO_MEMBERS = (Notice.Kind.QUESTION, Notice.Kind.FOR_ANOTHER, Notice.Kind.GRANTED, Notice.Kind.ENDED)
GATHERED = timedelta(minutes=5)  # what comes within it goes in one mail
KEPT = timedelta(days=180)
Kind = Notice.Kind


def notify(
    people: Iterable[UUID], kind: Notice.Kind, about: UUID, *, at: datetime | None = None
) -> None:
    """Tell people of the row `about`, inside the caller's transaction, before its entry.

    A mail waits for those who have confirmed an address. Whose account is
    closed is told nothing. Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a notice belongs to the transaction of its act")
    told = User.objects.filter(pk__in=set(people), is_active=True).order_by("pk")
    at = at or database_now()
    Notice.objects.bulk_create(_notice(person, kind, about, at) for person in told)


def tell_of_question(consent: Consent, *, at: datetime) -> None:
    """Tell a member that they are asked, and whoever may sign for them now, as the rows say.

    A parent of a minor who signs alone, or an executor before their time, learns of no question.
    """
    notify([_member_of(consent)], Kind.QUESTION, consent.pk, at=at)
    member = consent.member_id
    may_sign = {one.user for one in signers_for(standing_by_rows(member), at)}
    notify(speakers_for(member) & may_sign, Kind.FOR_ANOTHER, consent.pk, at=at)


def tell_of_grant(consent: Consent, *, at: datetime) -> None:
    """Tell of a yes: its member, because it may have been somebody else's hand, and its asker.

    Where two sign, one alone is no yes yet, and its asker sees none (R34).
    """
    notify([_member_of(consent)], Kind.GRANTED, consent.pk, at=at)
    if not is_half_signed(consent):
        notify(askers_of(consent), Kind.ANSWERED, consent.request_id, at=at)


def tell_of_taking_back(consents: Iterable[Consent], *, at: datetime) -> None:
    """Tell those who asked that permissions stand no more. A no after no yes tells nobody (R21)."""
    for consent in {one.request_id: one for one in consents}.values():
        notify(askers_of(consent), Kind.TAKEN_BACK, consent.request_id, at=at)


def tell_of_end(consent: Consent, *, at: datetime, asker: bool = True) -> None:
    """Tell the member and the asker that a permission came to its end by itself.

    The `asker` not of one that bound nobody: they saw no yes (R34).
    """
    notify([_member_of(consent)], Kind.ENDED, consent.pk, at=at)
    if asker:
        notify(askers_of(consent), Kind.OVER, consent.request_id, at=at)


def take_back_notices(consents: Iterable[Consent]) -> None:
    """Tell nobody of these questions any more: whom they wrongly named learns nothing, by no mail.

    What a worker has already taken to send it keeps, and it says nothing.
    """
    told = Notice.objects.filter(about__in=[one.pk for one in consents], kind__in=TO_MEMBERS)
    told.exclude(mail=Notice.Mail.SENDING).delete()
    _see(told)


def see_notice(*, by: Actor, notice_id: UUID) -> Notice:
    """Mark a notice of one's own as seen; no mail goes about it any more.

    Raises Notice.DoesNotExist.
    """
    with transaction.atomic(durable=True):
        notice = Notice.objects.select_for_update().get(pk=notice_id, person=by.user)
        _see(Notice.objects.filter(pk=notice.pk))
    return notice


def see_all_notices(*, by: Actor) -> None:
    """Mark every notice of one's own as seen."""
    with transaction.atomic(durable=True):
        _see(Notice.objects.filter(person=by.user).exclude(kind=Kind.MAIL_CODE))


def drop_old_notices() -> int:
    """Delete the notices of half a year ago that no mail is under way about; return how many."""
    under_way = (Notice.Mail.WAITING, Notice.Mail.SENDING)
    old = Notice.objects.filter(made_at__lt=database_now() - KEPT).exclude(mail__in=under_way)
    return old.delete()[0]


def _see(notices: QuerySet[Notice]) -> None:
    notices.filter(seen_at=None).update(seen_at=database_now())
    notices.filter(mail=Notice.Mail.WAITING).update(mail=Notice.Mail.NONE, next_try=None)


def _notice(person: User, kind: Notice.Kind, about: UUID, at: datetime) -> Notice:
    mailed = settings.EMAIL_HOST and (kind == Kind.MAIL_CODE or person.mail_sealed)
    return Notice(
        practice_id=person.practice_id,
        person=person,
        kind=kind,
        about=about,
        made_at=at,
        mail=Notice.Mail.WAITING if mailed else Notice.Mail.NONE,
        next_try=(at if kind in Notice.AT_ONCE else at + GATHERED) if mailed else None,
    )


def _member_of(consent: Consent) -> UUID:
    return Member.objects.values_list("user_id", flat=True).get(pk=consent.member_id)
