"""What of a member's own words left the house: when, to whom, why, and how (45 CFR 164.528)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch

from audit import queries as audit
from audit.trail import Actor
from consent.models import Consent, Release, ReleaseItem
from consent.queries.overrides import told_of_releases
from sessions_app.models import DisclosureVersion

# Each step on the way out, in the order it is taken.
WAYS_OUT = (
    *("release", "override.released", "release.opened"),
    *("link.made", "link.opened", "release.handed_over"),
)


@dataclass(frozen=True)
class WentOut:
    """One step of one item on its way out, on the ground of the member's own permission.

    Without a `consent` it went on an override of which the `member` was told.
    `read_out` says that it was handed over by telephone.
    """

    act: str
    at: datetime
    actor: UUID | None
    release: Release
    version: DisclosureVersion
    consent: Consent | None
    member: UUID
    read_out: bool = False


def let_out_of(by: Actor) -> list[ReleaseItem]:
    """Return what was released on permissions of the actor's own, with these, oldest first.

    They allowed it, so they may know it left, even if the words are closed to them by now.
    And what went out on an override, once they were told of it (R102).
    """
    own = Consent.objects.filter(member__user_id=by.user).order_by("pk")
    found = ReleaseItem.objects.filter(
        consents__member__user_id=by.user,
        release__practice_id=by.practice,
        release__decision=Release.Decision.PERMIT,
    )
    allowed = list(
        found.select_related("release__recipient", "version__disclosure__session")
        .prefetch_related(Prefetch("consents", queryset=own))
        .distinct()
        .order_by("pk")
    )
    return sorted([*allowed, *told_of_releases(by)], key=lambda item: item.pk)


def went_out(
    by: Actor, items: list[ReleaseItem], since: datetime, until: datetime
) -> list[WentOut]:
    """Return every step of `items` out of the house in a time, as the trail has it, newest first.

    `items` come from `let_out_of`. An entry names the items that went; one of
    several that stayed that time is not there.
    """
    of_release: dict[UUID, list[ReleaseItem]] = {}
    for item in items:
        of_release.setdefault(item.release_id, []).append(item)
        if item.override_id:
            of_release.setdefault(item.override_id, []).append(item)
    if not of_release:
        return []
    entries = audit.permitted_between(by.practice, of_release, WAYS_OUT, since, until)
    found = []
    for entry in reversed(entries):
        named = audit.ground_of(entry)
        for item in of_release[entry.object_id] if entry.object_id else ():
            if item.version.disclosure.code in named:
                consent = None if item.override_id else item.consents.all()[0]
                found.append(
                    WentOut(
                        entry.act,
                        entry.at,
                        entry.actor,
                        item.release,
                        item.version,
                        consent,
                        consent.member_id if consent else item.told_member,
                        read_out="read_out" in named,
                    )
                )
    return found
