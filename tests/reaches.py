"""What reaches somebody outside the pages: their mails and their calendar, as bytes.

For a search of the whole house: nothing of another member may be in them.
"""

from uuid import uuid4

from django.core import mail
from django.db import transaction
from django.db.models import F
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import CalendarFeed, User
from accounts.services.outside import hash_of
from consent.models import Notice
from consent.services.notifying import notify
from consent.services.sending import send_waiting
from vault import services as vault

ADDRESS = "somebody@example.org"


def mails_of(user: User) -> list[bytes]:
    """Return every mail that this person's notices would make, one for each, as it is sent.

    Gives them an address, and lets no hour be quiet.
    """
    user.mail_sealed = vault.seal_text(ADDRESS, user.mail_place, owner=user.pk)
    user.quiet_from = user.quiet_until = timezone.now().time().replace(microsecond=0)
    user.save(update_fields=["mail_sealed", "quiet_from", "quiet_until"])
    own = Notice.objects.filter(person=user)
    kinds = [kind for kind in Notice.Kind if kind != Notice.Kind.MAIL_CODE]
    sent = []
    with override_settings(
        EMAIL_HOST="localhost",
        EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
        DEFAULT_FROM_EMAIL="post@example.org",
    ):
        Notice.objects.filter(mail=Notice.Mail.WAITING).update(mail="none", next_try=None)
        abouts = [(one.kind, one.about) for one in own.exclude(kind=Notice.Kind.MAIL_CODE)]
        for kind, about in [*abouts, *((kind, uuid4()) for kind in kinds)]:
            with transaction.atomic():
                notify([user.pk], Notice.Kind(kind), about)
            own.filter(mail=Notice.Mail.WAITING).update(next_try=F("made_at"))
            mail.outbox.clear()
            send_waiting()
            sent += [one.message().as_bytes() for one in mail.outbox]
    return sent


def feed_of(user: User) -> bytes:
    """Return the person's calendar as a program reads it; nothing for whoever has none."""
    secret = uuid4().hex
    CalendarFeed.objects.filter(user=user, ended_at=None).update(ended_at=timezone.now())
    CalendarFeed.objects.create(
        user=user,
        secret_hash=hash_of(secret),
        seed=b"s" * 32,
        language="en",
        made_at=timezone.now(),
    )
    response = Client().get(f"/calendar/{secret}.ics")
    return response.content if response.status_code == 200 else b""
