"""Guardian's rows on versions, written to follow the ledger. A shadow: nothing is decided by it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from accounts.queries import staff_among
from audit.clock import database_now
from consent.facts import facts_of
from consent.kinds import Kind
from consent.rules import (
    ItemFacts,
    SubjectFacts,
    authority_ends,
    covered_scopes,
    signers_for,
    speaker_allows_showing,
)
from consent.rules.facts import FOREVER
from sessions_app.models import (
    Disclosure,
    DisclosureUserPermission,
    DisclosureVersion,
    Member,
    VersionUserPermission,
)
from sessions_app.rights import holders, set_holders

ANSWERABLE = {Kind.ASKED, Kind.GRANTED, Kind.DECLINED, Kind.REVOKED, Kind.HELD, Kind.UNHELD}
RIGHTS = ("decide_version", "read_version", "release_version")
INSTANT = timedelta(microseconds=1)


def follow_ledger(version: DisclosureVersion) -> None:
    """Make the rights on one version what its ledger says now. Needs no key.

    The caller holds the item's lock. Who reads or releases is decided again on
    authenticated facts; these rows only say who may knock. Nobody reads or
    releases a version that is no longer the current one.
    """
    if Disclosure.objects.filter(pk=version.disclosure_id, state__in=Disclosure.GONE).exists():
        close_version(version)
        return
    item = facts_of(version.disclosure_id, check_macs=False)
    if item.version != version.pk:
        for right in ("read_version", "release_version"):
            set_holders(VersionUserPermission, right, (), version)
        return
    users = users_of(subject.member for subject in item.subjects)
    wanted = rights_by_ledger(item, database_now(), users, originators(version.disclosure))
    for right in RIGHTS:
        set_holders(VersionUserPermission, right, wanted[right], version)


def close_version(version: DisclosureVersion) -> None:
    """Take every right on one version away: its item was written in error."""
    for right in (*RIGHTS, "review_version"):
        set_holders(VersionUserPermission, right, (), version)


def rights_by_ledger(
    item: ItemFacts, at: datetime, users: Mapping[UUID, UUID], originators: Collection[UUID]
) -> dict[str, set[UUID]]:
    """Return who holds each right on an item's current version at `at`, if rows follow the ledger.

    `users` are the members' accounts; `originators` the staff who may read the item.
    """
    if item.entered_in_error:
        return {right: set() for right in RIGHTS}
    asked = [subject for subject in item.subjects if _was_asked(item, subject.member)]
    showing = speaker_allows_showing(item, at)
    deciding, reading = set[UUID](), set[UUID]()
    for subject in asked:
        for_them = signers_for(subject.standing, at)
        deciding |= {users[subject.member], *(one.user for one in for_them)}
        spoke = subject.member == item.speaker
        if showing and not spoke:
            reading.add(users[subject.member])
        # Deciding is not reading: a representative reads only what their authority says (R81).
        if spoke or showing:
            reading |= {one.user for one in for_them if one.may_read}
    return {
        "decide_version": deciding,
        "read_version": reading,
        "release_version": set(originators) if covered_scopes(item, at) else set(),
    }


def last_instants(item: ItemFacts) -> list[datetime]:
    """Return the last instant of each permission about the current version, in order.

    A row that follows the ledger as it was then is one that nobody has swept yet.
    """
    ends = {
        min(consent.expires, (consent.carrying and consent.carrying.until) or consent.expires)
        for subject in item.subjects
        for consent in subject.consents
        if consent.version == item.version and consent.expires
    }
    ends |= {end for subject in item.subjects for end in _authorities_end(subject)}
    return sorted(end - INSTANT for end in ends)


def _authorities_end(subject: SubjectFacts) -> set[datetime]:
    standing = subject.standing
    found = {authority_ends(one, standing) for one in standing.representatives}
    return {end for end in found if end != FOREVER}


def originators(item: Disclosure) -> set[UUID]:
    """Return the staff who may read an item: they release it while it is covered."""
    return staff_among(holders(DisclosureUserPermission, "read_disclosure", item))


def users_of(members: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return the accounts of members."""
    return dict(Member.objects.filter(pk__in=list(members)).values_list("pk", "user_id"))


def _was_asked(item: ItemFacts, member: UUID) -> bool:
    return any(
        event.kind in ANSWERABLE
        for subject in item.subjects
        if subject.member == member
        for consent in subject.consents
        if consent.version == item.version
        for event in consent.events
    )
