"""Links to releases: how one stands, and whose practice it is."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import connection

from audit.trail import Actor
from consent.models import (
    Release,
    ReleaseLink,
)
from consent.queries.releases import own_release

LINK_TRIES = 5


class LinkState(StrEnum):
    """How a link stands, as whoever made it sees it."""

    LIVE = "live"
    ENDED = "ended"
    WRONG_PASSCODES = "wrong_passcodes"
    USED_UP = "used_up"
    EXPIRED = "expired"


def link_state(link: ReleaseLink, now: datetime) -> LinkState:
    """Return how a link stands; whether its words may go is decided when it is opened."""
    if link.wrong_tries >= LINK_TRIES:
        return LinkState.WRONG_PASSCODES
    if link.ended_at:
        return LinkState.ENDED
    if link.openings_used >= link.openings_allowed:
        return LinkState.USED_UP
    return LinkState.EXPIRED if now >= link.expires else LinkState.LIVE


def links_to(release: Release) -> list[ReleaseLink]:
    """Return the links to a release, newest first."""
    return list(release.links.order_by("-pk"))


def own_link(by: Actor, code: str) -> ReleaseLink:
    """Return a link to a release of the actor's (see own_release). Raises an ObjectDoesNotExist."""
    link = ReleaseLink.objects.select_related("release").get(code=code, practice_id=by.practice)
    own_release(by, link.release.code)
    return link


def practice_of_link(code: str) -> UUID | None:
    """Return the practice a link leads into, or None: its page has nobody signed in to tell."""
    if connection.vendor == "postgresql":  # whoever asks acts for no practice yet
        with connection.cursor() as cursor:
            cursor.execute("SELECT consent_practice_of_link(%s)", [code])
            return cursor.fetchone()[0]
    return ReleaseLink.objects.filter(code=code).values_list("practice", flat=True).first()
