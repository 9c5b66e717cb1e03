"""What reaches somebody outside the house: their calendar feed, and codes on their way by mail.

A feed's address is a secret like a way in, though it opens times alone: making
one needs a step-up, ending one nothing. It is shown once and kept hashed.
"""

import hashlib
import secrets
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.models import CalendarFeed, MailCode, User
from accounts.services.step_up import StepUpScope, step_up_refusals_noted, use_step_up
from accounts.services.tries import TooMany
from audit import trail
from audit.clock import database_now
from audit.ids import uuid7
from audit.trail import Actor

FEED = "calendar"
MOST_A_DAY = 288


def feed_scope(by: Actor) -> StepUpScope:
    """Return what a step-up for a calendar feed of one's own is bound to."""
    return StepUpScope(FEED, by.user, by.user, by.user)


def make_feed(*, by: Actor, language: str, step_up_id: UUID) -> str:
    """Make a feed of one's own in place of one that was there; return its secret, shown once.

    Raises StepUpRefused. Source: docs/rules.md R92.
    """
    secret = secrets.token_urlsafe(32)
    with step_up_refusals_noted(by, FEED), transaction.atomic(durable=True):
        user = User.objects.select_for_update(no_key=True).get(pk=by.user)
        use_step_up(by=by, step_up_id=step_up_id, scope=feed_scope(by))
        end_feeds(user)
        feed = CalendarFeed.objects.create(
            pk=uuid7(),
            user=user,
            secret_hash=hash_of(secret),
            seed=secrets.token_bytes(32),
            language=language,
            made_at=database_now(),
        )
        trail.append(by, "calendar.made", object_id=feed.pk)
    return secret


def end_own_feed(*, by: Actor) -> bool:
    """End one's own feed; return whether there was one. Needs no step-up."""
    with transaction.atomic(durable=True):
        user = User.objects.select_for_update(no_key=True).get(pk=by.user)
        ended = end_feeds(user)
        if ended:
            trail.append(by, "calendar.ended", object_id=by.user)
    return ended


def end_feeds(user: User) -> bool:
    """End a person's feed, inside the caller's transaction; the caller notes why."""
    live = CalendarFeed.objects.filter(user=user, ended_at=None)
    return bool(live.update(ended_at=database_now()))


def end_mail_codes(user: User) -> None:
    """Let no code by mail count any more, and forget the address it went to."""
    MailCode.objects.filter(user=user, ended_at=None).update(
        ended_at=database_now(), mail_sealed=b"", code_sealed=b"", code_digest=""
    )


def read_feed(*, feed: CalendarFeed) -> None:
    """Count a reading of a feed that was just found by its secret.

    The first of a local day leaves an entry; every further one is a count, up to
    one in five minutes. Raises TooMany, or CalendarFeed.DoesNotExist if it has
    ended meanwhile.
    """
    practice = feed.user.practice
    today = feed.now.astimezone(practice.zone).date()
    with transaction.atomic(durable=True):
        live = CalendarFeed.objects.filter(pk=feed.pk, ended_at=None)
        counted = {"reads": F("reads") + 1, "reads_that_day": F("reads_that_day") + 1}
        if feed.read_on == today:
            if live.filter(reads_that_day__lt=MOST_A_DAY).update(**counted):
                return
            raise TooMany
        if not live.update(read_on=today, reads=F("reads") + 1, reads_that_day=1):
            raise CalendarFeed.DoesNotExist
        by = Actor(practice.pk, feed.user_id, "calendar")
        trail.append(by, "calendar.read", object_id=feed.pk)


def hash_of(secret: str) -> str:
    """Return what is kept of a feed's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
