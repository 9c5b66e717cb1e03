"""Guardian's rows on versions, written to follow the ledger. A shadow: nothing is decided by it."""

from uuid import UUID

from accounts.queries import staff_among
from audit.clock import database_now
from consent.facts import facts_of
from consent.kinds import Kind
from consent.models import Consent
from consent.rules import covered_scopes, speaker_allows_showing
from sessions_app.models import (
    Disclosure,
    DisclosureUserPermission,
    DisclosureVersion,
    Member,
    VersionUserPermission,
)
from sessions_app.rights import holders, set_holders

ANSWERABLE = {Kind.ASKED, Kind.GRANTED, Kind.DECLINED, Kind.REVOKED, Kind.HELD, Kind.UNHELD}


def follow_ledger(version: DisclosureVersion) -> None:
    """Make the rights on one version what its ledger says now. Needs no key.

    The caller holds the item's lock. Who reads or releases is decided again on
    authenticated facts; these rows only say who may knock.
    """
    item = facts_of(version.disclosure_id, check_macs=False)
    now = database_now()
    asked = _asked_members(version)
    others = asked - {item.speaker}
    shown = others if speaker_allows_showing(item, now) else set()
    users = _users(asked)
    set_holders(VersionUserPermission, "decide_version", [users[m] for m in asked], version)
    set_holders(VersionUserPermission, "read_version", [users[m] for m in shown], version)
    covered = item.version == version.pk and covered_scopes(item, now)
    originators = _originators(version.disclosure) if covered else set()
    set_holders(VersionUserPermission, "release_version", originators, version)


def close_version(version: DisclosureVersion) -> None:
    """Take every right on one version away: its item was written in error."""
    for right in ("decide_version", "read_version", "release_version", "review_version"):
        set_holders(VersionUserPermission, right, (), version)


def _asked_members(version: DisclosureVersion) -> set[UUID]:
    consents = Consent.objects.filter(version=version).prefetch_related("events")
    return {
        consent.member_id
        for consent in consents
        if any(event.kind in ANSWERABLE for event in consent.events.all())
    }


def _users(members: set[UUID]) -> dict[UUID, UUID]:
    return dict(Member.objects.filter(pk__in=members).values_list("pk", "user_id"))


def _originators(item: Disclosure) -> set[UUID]:
    return staff_among(holders(DisclosureUserPermission, "read_disclosure", item))
