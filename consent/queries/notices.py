"""A person's own notices, and whom a notice about an answer is for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import User
from audit.trail import Actor
from consent.models import Consent, ConsentRequest, Notice
from consent.queries.overrides import overrides_known_to
from consent.queries.own import own_consents
from consent.queries.privacy import own_privacy_requests, privacy_requests_for
from consent.queries.represented import consents_for
from sessions_app import queries as sessions
from sessions_app.models import Disclosure, DisclosureUserPermission

PAGE = 30


@dataclass(frozen=True)
class NoticeSeen:
    """A notice, and the code of what it is about as far as its person may find it now."""

    notice: Notice
    code: str


def unseen_by(person: OuterRef) -> Exists:
    """Whether somebody has a notice that they have not seen, inside another query."""
    shown = Notice.objects.exclude(kind=Notice.Kind.MAIL_CODE)
    return Exists(shown.filter(person=person, seen_at=None))


def notices_of(by: Actor, *also: QuerySet[Any]) -> list[NoticeSeen]:
    """Return the actor's latest notices, newest first, each about something they may find now.

    `also` is what they may find in rooms above this one, with a `code`. What was
    written in error, erased or handed over since is not there, nor is a notice
    about it: it may have named the wrong person.
    """
    shown = Notice.objects.filter(person=by.user).exclude(kind=Notice.Kind.MAIL_CODE)
    listed = list(shown.order_by("-pk")[:PAGE])
    codes = codes_for(by, listed, *also)
    return [NoticeSeen(one, codes[one.about]) for one in listed if one.about in codes]


def codes_for(by: Actor, notices: list[Notice], *also: QuerySet[Any]) -> dict[UUID, str]:
    """Return the code of what each notice is about, by id; of what is not the actor's, nothing."""
    about = [one.about for one in notices]
    mine = own_consents(by).exclude(version__disclosure__state__in=Disclosure.OUT)
    items = sessions.originated_by(by).values("pk")
    spoken_for = [one.member_id for one in sessions.live_representations(by)]
    found: tuple[QuerySet[Any], ...] = (
        mine,
        ConsentRequest.objects.filter(versions__disclosure__in=items),
        consents_for(by, spoken_for),
        own_privacy_requests(by),
        privacy_requests_for(by),
        overrides_known_to(by),
        *also,
    )
    codes: dict[UUID, str] = {}
    for listed in found:
        codes |= dict(listed.filter(pk__in=about).values_list("pk", "code"))
    return codes


def askers_of(consent: Consent) -> list[UUID]:
    """Return who is told of an answer: whoever asked, or who keeps the item instead of them."""
    request = ConsentRequest.objects.only("asked_by_id").get(pk=consent.request_id)
    kept = DisclosureUserPermission.objects.filter(
        content_object=consent.version.disclosure_id, permission__codename="read_disclosure"
    )
    keepers = User.objects.filter(Exists(kept.filter(user=OuterRef("pk"))), member=None)
    found = list(keepers.order_by("pk").values_list("pk", flat=True))
    return [request.asked_by_id] if request.asked_by_id in found else found


def mail_troubles(practice: UUID, since: datetime) -> tuple[int, int]:
    """Return how many notices of a practice may have gone by mail or not, and how many never will.

    Counts alone: of whom they were is nobody's to know.
    """
    lately = Notice.objects.filter(practice=practice, made_at__gte=since)
    unknown, failed = Q(mail=Notice.Mail.UNKNOWN), Q(mail=Notice.Mail.FAILED)
    found = lately.aggregate(unknown=Count("pk", filter=unknown), failed=Count("pk", filter=failed))
    return found["unknown"], found["failed"]
