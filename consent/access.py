"""Guardian's rows compared with the facts they follow from, both ways, batch by batch."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import F

from accounts.models import Practice, Role, StaffRole, User
from accounts.queries import staff_among
from audit.clock import database_now
from audit.models import Entry
from consent.facts import read
from consent.models import Reviewer
from consent.rules import ItemFacts
from consent.shadow import RIGHTS, last_instants, rights_by_ledger, users_of
from sessions_app import queries as sessions
from sessions_app.models import (
    Disclosure,
    DisclosureUserPermission,
    DisclosureVersion,
    Facilitation,
    GroupUserPermission,
    Member,
    Supervision,
    TherapyGroup,
    VersionUserPermission,
)

BATCH = 200
LOOK, SENT_BACK, CLOSED = "review_version", "item.sent_back", "staff.deactivated"


class Finding(StrEnum):
    """What a row, or its absence, is. The first two are differences, the others are not."""

    UNFOUNDED = "row without ground"
    MISSING = "ground without row"
    NOT_SWEPT = "expiry not yet swept"
    INERT = "inert, of an older version"

    @property
    def differs(self) -> bool:
        return self in (Finding.UNFOUNDED, Finding.MISSING)


@dataclass(frozen=True)
class Found:
    """One thing that was found: whose right to what. `object_id` is the row the right is on."""

    finding: Finding
    right: str
    practice: UUID
    group: UUID
    object_id: UUID
    code: str
    user: UUID

    def line(self, who: str) -> str:
        return f"{self.finding}: {self.right} {self.code} {who}"


def check_access(*, with_keys: bool) -> Iterator[Found]:
    """Yield what is found in every practice, in a fixed amount of memory.

    Without keys the ledger is taken as it stands, with them as far as it can be
    believed. Raises vault.Keyless.
    """
    for practice in Practice.objects.order_by("pk"):
        groups = TherapyGroup.objects.filter(practice=practice).order_by("pk")
        for batch in _batches(groups):
            yield from _of_groups(practice, batch)
        items = Disclosure.objects.filter(group__practice=practice).order_by("pk")
        for some in _batches(items.select_related("speaker", "about", "session__group__practice")):
            yield from _of_items(practice, some)
            yield from _of_versions(practice, some, with_keys)
            yield from _of_looks(practice, some)


def names_of(users: Iterable[UUID]) -> dict[UUID, str]:
    """Return what may be printed of people: a member's code, or the issued sign-in name."""
    wanted = set(users)
    issued = dict(User.objects.filter(pk__in=wanted).values_list("pk", "sign_in_name"))
    return issued | dict(Member.objects.filter(user__in=wanted).values_list("user_id", "code"))


def _batches(rows):
    last = None
    while batch := list((rows.filter(pk__gt=last) if last else rows)[:BATCH]):
        yield batch
        last = batch[-1].pk


def _held(rights, things: Iterable[UUID]) -> dict[tuple[str, UUID], set[UUID]]:
    rows = rights.objects.filter(content_object_id__in=list(things))
    held: dict[tuple[str, UUID], set[UUID]] = {}
    for right, thing, user in rows.values_list(
        "permission__codename", "content_object_id", "user_id"
    ):
        held.setdefault((right, thing), set()).add(user)
    return held


def _of_groups(practice: Practice, groups: list[TherapyGroup]) -> Iterator[Found]:
    today = sessions.today_in(practice.pk)
    held = _held(GroupUserPermission, [group.pk for group in groups])
    for right, periods in (("run_group", Facilitation), ("review_trail", Supervision)):
        ever: dict[UUID, set[UUID]] = {}
        now: dict[UUID, set[UUID]] = {}
        for period in periods.objects.filter(group__in=groups):
            ever.setdefault(period.group_id, set()).add(period.user_id)
            if period.until is None or period.until >= today:
                now.setdefault(period.group_id, set()).add(period.user_id)
        for group in groups:
            have = held.get((right, group.pk), set())
            yield from _compared(
                have,
                must=now.get(group.pk, set()),
                may=now.get(group.pk, set()),
                lapsed=ever.get(group.pk, set()),
                of=(right, practice.pk, group.pk, group.pk, group.code),
            )


def _of_items(practice: Practice, items: list[Disclosure]) -> Iterator[Found]:
    held = _held(DisclosureUserPermission, [item.pk for item in items])
    authors = dict(
        DisclosureVersion.objects.filter(disclosure__in=items, number=1).values_list(
            "disclosure_id", "written_by_id"
        )
    )
    led = sessions.leaders_of(item.session.group_id for item in items)
    for item in items:
        day, group = item.session.local_day(), item.session.group_id
        then = [one for one in led if one.group_id == group and one.covers(day)]
        leaders = {one.keeper_id for one in then}
        own = {one.user_id for one in (item.speaker, item.about) if one}
        if item.state in Disclosure.OUT:
            own = set()
        author = {authors[item.pk]} if item.pk in authors else set()
        wrote_then = {one.keeper_id for one in then if author & {one.user_id, one.keeper_id}}
        if item.state in Disclosure.GONE:
            leaders, author, wrote_then = set(), set(), set()
        if any(one.user_id in author for one in then):
            author &= leaders  # or it was handed over, with the day
        yield from _compared(
            held.get(("read_disclosure", item.pk), set()),
            must=own | wrote_then,
            may=own | author | leaders,  # who was made a leader of that day later holds no row
            lapsed=set(),
            of=("read_disclosure", practice.pk, item.group_id, item.pk, item.code),
        )


def _of_versions(practice: Practice, items: list[Disclosure], with_keys: bool) -> Iterator[Found]:
    facts = read([item.pk for item in items], check_macs=with_keys).items
    versions = DisclosureVersion.objects.filter(disclosure__in=items)
    item_of = dict(versions.values_list("pk", "disclosure_id"))
    held = _held(VersionUserPermission, item_of)
    readers = _held(DisclosureUserPermission, [item.pk for item in items])
    staff = staff_among(user for users in readers.values() for user in users)
    users = users_of({s.member for item in facts.values() for s in item.subjects})
    by_item = {item.pk: item for item in items}
    now = database_now()
    for (right, version), have in sorted(held.items()):
        item = by_item[item_of[version]]
        current = facts.get(item.pk)
        if current is None or current.version != version:
            for user in sorted(have):
                of = (right, practice.pk, item.group_id, version, item.code)
                yield Found(Finding.INERT, *of, user)
    for item_id, item_facts in facts.items():
        item = by_item[item_id]
        originators = readers.get(("read_disclosure", item_id), set()) & staff
        wanted = rights_by_ledger(item_facts, now, users, originators)
        if item.state in Disclosure.GONE:
            wanted = dict.fromkeys(wanted, set[UUID]())
        lapsed = _lapsed(item_facts, users, originators, before=now)
        for right in RIGHTS:
            yield from _compared(
                held.get((right, item_facts.version), set()),
                must=wanted[right],
                may=wanted[right],
                lapsed=lapsed[right],
                of=(right, practice.pk, item.group_id, item_facts.version, item.code),
            )


def _of_looks(practice: Practice, items: list[Disclosure]) -> Iterator[Found]:
    """Compare who may look at the words in force with who was asked to.

    At redacted ones for a second look (R52), at those an override let out for a review (R101).
    """
    current = DisclosureVersion.objects.filter(
        disclosure__in=items, number=F("disclosure__current_version")
    )
    version_of = {version.disclosure_id: version for version in current}
    held = _held(VersionUserPermission, [version.pk for version in version_of.values()])
    lookers = _lookers(practice, [item for item in items if item.redacted_from_id], version_of)
    reviewing = _reviewing(version.pk for version in version_of.values())
    for item in items:
        if item.pk in version_of:
            version = version_of[item.pk].pk
            sure, possible = lookers.get(item.pk, (set(), set()))
            reviewers = reviewing.get(version, set())
            if item.state not in Disclosure.OUT:
                sure = sure | reviewers
            possible = possible | reviewers
            yield from _compared(
                held.get((LOOK, version), set()),
                must=sure,
                may=possible,
                lapsed=set(),
                of=(LOOK, practice.pk, item.group_id, version, item.code),
            )


def _reviewing(versions: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Return who was given the right to review what an override let out of each version."""
    found: dict[UUID, set[UUID]] = {}
    rows = Reviewer.objects.filter(
        review__outcome=None, review__override__version__in=list(versions)
    )
    for version, user in rows.values_list("review__override__version", "user"):
        found.setdefault(version, set()).add(user)
    return found


def _lookers(
    practice: Practice, items: list[Disclosure], version_of: dict[UUID, DisclosureVersion]
) -> dict[UUID, tuple[set[UUID], set[UUID]]]:
    """Return, where a look is waited for, who was surely asked to take it, and who may have been.

    Asked were the other originators who led the group on that day, without one
    its supervisors. Whose period began or ended on the day itself may have been,
    and whose account was closed at some time: it may have been closed then.
    """
    originals = [item.redacted_from_id for item in items if item.redacted_from_id]
    readers = _held(DisclosureUserPermission, originals)
    staff = staff_among(user for users in readers.values() for user in users)
    wrote: dict[UUID, set[UUID]] = {}
    for one in DisclosureVersion.objects.filter(disclosure__in=items):
        wrote.setdefault(one.disclosure_id, set()).add(one.written_by_id)
    groups = {item.group_id for item in items}
    led = list(Facilitation.objects.filter(group__in=groups))
    reviewed = list(Supervision.objects.filter(group__in=groups))
    supervisors = staff_among(one.user_id for one in reviewed)
    roles = list(StaffRole.objects.filter(user__in=staff | supervisors, user__is_active=True))
    closed = set(
        Entry.objects.filter(chain=practice.pk, act=CLOSED).values_list("object_id", flat=True)
    )
    ended = dict(
        Entry.objects.filter(
            chain=practice.pk, object_id__in=[item.pk for item in items], act=SENT_BACK
        )
        .order_by("seq")
        .values_list("object_id", "at")
    )
    found = {}
    for item in items:
        version = version_of.get(item.pk)
        if version is None or not _waits(item, version, ended.get(item.pk)):
            continue
        assert item.redacted_from_id
        day = version.recorded_at.astimezone(practice.zone).date()
        own = (readers.get(("read_disclosure", item.redacted_from_id), set()) & staff) - wrote[
            item.pk
        ]
        sure, possible = (own & some for some in _around(led, item.group_id, day))
        sure -= closed | staff - _held_at(roles, Role.FACILITATOR, version.recorded_at)
        others = supervisors - wrote[item.pk]
        sure_too, possible_too = (others & some for some in _around(reviewed, item.group_id, day))
        sure_too -= closed | supervisors - _held_at(roles, Role.SUPERVISOR, version.recorded_at)
        found[item.pk] = (
            sure if possible else sure_too,
            possible if sure else possible | possible_too,
        )
    return found


def _waits(item: Disclosure, version: DisclosureVersion, sent_back: datetime | None) -> bool:
    answered = item.second_look_at is not None
    returned = sent_back is not None and sent_back >= version.recorded_at
    return not answered and not returned and item.state != Disclosure.State.ENTERED_IN_ERROR


def _held_at(roles: Iterable[StaffRole], role: Role, at: datetime) -> set[UUID]:
    return {
        one.user_id
        for one in roles
        if one.role == role and one.since < at and (one.until is None or at < one.until)
    }


def _around(
    periods: Iterable[Facilitation | Supervision], group: UUID, day: date
) -> tuple[set[UUID], set[UUID]]:
    """Return whose period surely covered a moment of `day`, and whose may have."""
    own = [one for one in periods if one.group_id == group]
    sure = {o.user_id for o in own if o.since < day and (o.until is None or day < o.until)}
    after = day + timedelta(days=1)  # written right before midnight, given right after
    return sure, {o.user_id for o in own if o.covers(day) or o.covers(after)}


def _lapsed(item: ItemFacts, users, originators, *, before) -> dict[str, set[UUID]]:
    lapsed: dict[str, set[UUID]] = {right: set() for right in RIGHTS}
    for instant in last_instants(item):
        if instant < before:
            then = rights_by_ledger(item, instant, users, originators)
            for right in RIGHTS:
                lapsed[right] |= then[right]
    return lapsed


def _compared(
    have: set[UUID],
    *,
    must: set[UUID],
    may: set[UUID],
    lapsed: set[UUID],
    of: tuple[str, UUID, UUID, UUID, str],
) -> Iterator[Found]:
    for user in sorted(have - may):
        yield Found(Finding.NOT_SWEPT if user in lapsed else Finding.UNFOUNDED, *of, user)
    for user in sorted(must - have):
        yield Found(Finding.MISSING, *of, user)
