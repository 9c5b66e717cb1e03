"""Reading the trail: pages of it for people, whole chains for the verifier."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery

from audit.entry import EntryBody, Line
from audit.models import Entry, Head, Outcome
from audit.verifier import Row, Verdict, decode, verify, verify_latest

PAGE = 50
LOOKED = "trail.viewed"
AT_THE_DESK = "desk.opened"
CLOSED_DOOR = "door.closed"
LAST_LINKS = 200
OF_THE_HOUSE = "house."


@dataclass(frozen=True)
class Discretion:
    """What a reader is not told in `groups` and of `things`, because there they are who asks.

    Entries of the act `unheard` are left out; one of `disguised` is found, counted
    and shown as if its act were `shown_as`; what somebody did about it, an entry of
    `followed_by` on the same thing, is left out too; and an entry of `lifted` by the
    role `lifted_by`, which undoes it, is known as `lifted_as`, of the person whose
    thing it is. In the groups `asked_in` they asked before: there no entry says why.
    Entries at the places `silent` are left out too, whatever their act.
    """

    groups: frozenset[UUID] = frozenset()
    things: frozenset[UUID] = frozenset()
    asked_in: frozenset[UUID] = frozenset()
    unheard: str = ""
    disguised: str = ""
    shown_as: str = ""
    followed_by: str = ""
    lifted: str = ""
    lifted_by: str = ""
    lifted_as: str = ""
    silent: frozenset[int] = frozenset()

    def act_of(self, entry: Entry) -> str:
        """Return the act of an entry as this reader may know it."""
        if self._is_here(entry) and entry.act == self.disguised:
            return self.shown_as
        return self.lifted_as if self.lifts(entry) else entry.act

    def lifts(self, entry: Entry) -> bool:
        """Say whether an entry undoes what this reader does not know of."""
        lifts = entry.act == self.lifted and entry.role == self.lifted_by
        return lifts and self._is_here(entry)

    def _is_here(self, entry: Entry) -> bool:
        return entry.group in self.groups or entry.object_id in self.things

    def asks_in(self, group: UUID | None) -> bool:
        """Say whether this reader asks in a group, or did."""
        return group in self.groups or group in self.asked_in

    def here(self) -> Q:
        """Return the condition for entries about which this reader is the one who asks."""
        return Q(group__in=self.groups) | Q(object_id__in=self.things)

    def asking_for(self, act: str) -> Q:
        """Return the condition for entries that this reader knows as `act`."""
        disguised, lift = Q(self.here(), act=self.disguised), self._lift()
        if act == self.shown_as:
            return Q(act=act) | disguised
        if act == self.lifted_as:
            return Q(act=act) | lift
        return Q(act=act) & ~disguised & ~lift

    def done_by(self, actor: UUID, things: Collection[UUID]) -> Q:
        """Return the condition for entries this reader knows as `actor`'s, who has `things`."""
        lift = self._lift()
        return Q(actor=actor) & ~lift | lift & Q(object_id__in=things)

    def _lift(self) -> Q:
        return Q(self.here(), act=self.lifted, role=self.lifted_by)

    def heard(self) -> Q:
        """Return the condition for entries this reader may know of."""
        if not (self.groups or self.things or self.silent):
            return Q()
        told = Entry.objects.filter(
            chain=OuterRef("chain"), object_id=OuterRef("object_id"), act=self.disguised
        )
        betrays = Q(Exists(told), self.here(), act=self.followed_by)
        return ~Q(self.here(), act=self.unheard) & ~betrays & ~Q(seq__in=self.silent)


OPEN = Discretion()


class Place(NamedTuple):
    """Where a page ended: an instant, and how many entries of it were shown.

    It goes into an address, and has no place in the chain in it: from those one
    could count what a reader is not told of.
    """

    at: datetime
    shown: int


@dataclass(frozen=True)
class Wanted:
    """What a reader of the trail asks for; what is empty asks for everything.

    `about` are codes, each with the ids it stands for, as actor, as object or as
    group: an entry has to be about every one of them. `things` are what the actor has.
    """

    act: str = ""
    outcome: str = ""
    actor: UUID | None = None
    things: frozenset[UUID] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    about: tuple[tuple[str, frozenset[UUID]], ...] = ()


EVERYTHING = Wanted()


def entries_of_groups(
    practice: UUID,
    groups: Iterable[UUID],
    *,
    before: Place | None = None,
    limit: int = PAGE,
    wanted: Wanted = EVERYTHING,
    discretion: Discretion = OPEN,
) -> list[Entry]:
    """Return the newest `limit` entries about `groups`, those before a place if it is given.

    Looks at the trail belong to every group's, so do acts of the house as a whole:
    whoever reviews sees who reviewed, and who stopped everything. What the
    reader may not know is left out here, so that no page is shorter because of it.
    """
    everybodys = Q(act__in=(LOOKED, AT_THE_DESK)) | Q(act__startswith=OF_THE_HOUSE)
    about = Q(group__in=list(groups)) | Q(everybodys, group=None)
    found = Entry.objects.filter(about, _asked_for(wanted, discretion), chain=practice)
    return _page(found.filter(discretion.heard()), before, limit)


def end_of(page: list[Entry], before: Place | None = None) -> Place:
    """Return where a page of entries ends that began before a place."""
    at = page[-1].at
    shown = sum(entry.at == at for entry in page)
    return Place(at, shown + (before.shown if before and before.at == at else 0))


def entries_around(
    practice: UUID,
    group: UUID,
    *,
    code: str,
    objects: Iterable[UUID],
    discretion: Discretion,
    limit: int,
) -> list[Entry]:
    """Return the oldest `limit` entries of a group about `objects` or the thing `code`.

    Looks at the trail are no part of what happened to it.
    """
    about = Q(code=code) | Q(object_id__in=list(objects))
    found = Entry.objects.filter(about, discretion.heard(), chain=practice, group=group)
    return list(found.exclude(act=LOOKED).defer("prev", "hash").order_by("seq")[:limit])


def _asked_for(wanted: Wanted, discretion: Discretion) -> Q:
    asked = Q()
    if wanted.act:
        asked &= discretion.asking_for(wanted.act)
    if wanted.outcome:
        asked &= Q(outcome=wanted.outcome)
    if wanted.actor:
        asked &= discretion.done_by(wanted.actor, wanted.things)
    if wanted.since:
        asked &= Q(at__gte=wanted.since)
    if wanted.until:
        asked &= Q(at__lt=wanted.until)
    for code, named in wanted.about:
        asked &= Q(code=code) | Q(actor__in=named) | Q(object_id__in=named) | Q(group__in=named)
    return asked


@dataclass(frozen=True)
class Matter:
    """Something entries are about, as far as one reader may know of it.

    `since` leaves out what happened before that instant; without `withheld`
    entries of what was withheld do not exist for this reader.
    """

    object_id: UUID
    since: datetime | None = None
    withheld: bool = False


def entries_about(
    practice: UUID,
    matters: Iterable[Matter],
    *,
    acts: Iterable[str],
    reader: UUID,
    private: str,
    before: Place | None = None,
    limit: int = PAGE,
) -> list[Entry]:
    """Return the newest `limit` entries of `acts` about `matters`, those before a place if given.

    The caller says which matters the reader may know of. What people in the
    `private` role did is left out, unless it was the reader.
    """
    listed = list(matters)
    if not listed:
        return []
    plain = [m.object_id for m in listed if m.since is None and not m.withheld]
    told = [m.object_id for m in listed if m.since is None and m.withheld]
    about = Q(object_id__in=told) | Q(object_id__in=plain) & ~Q(outcome=Outcome.WITHHOLD)
    for matter in listed:
        if matter.since:
            later = Q(object_id=matter.object_id, at__gte=matter.since)
            about |= later if matter.withheld else later & ~Q(outcome=Outcome.WITHHOLD)
    found = Entry.objects.filter(about, chain=practice, act__in=list(acts))
    return _page(found.filter(~Q(role=private) | Q(actor=reader)), before, limit)


def _page(found: QuerySet[Entry], before: Place | None, limit: int) -> list[Entry]:
    shown = 0
    if before:  # chain time never runs back: what was shown of this instant comes first
        found, shown = found.filter(at__lte=before.at), before.shown
    return list(found.defer("prev", "hash").order_by("-seq")[shown : shown + limit])


def latest_by_group(
    practice: UUID, groups: Iterable[UUID], since: datetime, *, discretion: Discretion = OPEN
) -> dict[UUID, tuple[int, datetime]]:
    """Return how many entries each group has since an instant, and when the last was."""
    found = Entry.objects.filter(chain=practice, group__in=list(groups), at__gte=since)
    counted = (
        found.filter(discretion.heard())
        .order_by()
        .values("group")
        .annotate(many=Count("seq"), last=Max("at"))
    )
    return {row["group"]: (row["many"], row["last"]) for row in counted if row["group"]}


def closed_doors(practice: UUID, since: datetime) -> tuple[int, int]:
    """Return how often closed doors were met since an instant, and by how many people."""
    entries = Entry.objects.filter(chain=practice, act=CLOSED_DOOR, at__gte=since)
    times, people = 0, set()
    for actor, body in entries.values_list("actor", "body"):
        times += int(decode(bytes(body))["ground"].removeprefix("times="))
        people.add(actor)
    return times, len(people)


@dataclass(frozen=True)
class Links:
    """What a look at a chain's end found: how long it is, and whether its last links hold."""

    length: int
    checked: int
    verdict: Verdict
    last_at: datetime | None


def check_last_links(chain: UUID, limit: int = LAST_LINKS) -> Links:
    """Check the newest entries of a chain up to its head: a look, not the whole proof.

    Head and entries come from one statement: what is appended meanwhile is in neither.
    """
    heads = Head.objects.filter(chain=OuterRef("chain"))
    found = Entry.objects.filter(chain=chain, seq__lte=Subquery(heads.values("seq")))
    newest = list(
        found.annotate(
            head_seq=Subquery(heads.values("seq")),
            head_hash=Subquery(heads.values("hash")),
            head_at=Subquery(heads.values("at")),
        ).order_by("-seq")[:limit]
    )
    head = _head_beside(newest[0]) if newest else _head(chain)
    verdict = verify_latest(
        [_row(entry) for entry in reversed(newest)],
        chain=chain.hex,
        head_seq=head.seq,
        head_hash=bytes(head.hash),
    )
    return Links(head.seq, len(newest), verdict, head.at)


def _head_beside(entry: Any) -> Head:
    return Head(entry.chain, entry.head_seq, entry.head_hash, entry.head_at)


def _head(chain: UUID) -> Head:
    return Head.objects.filter(chain=chain).first() or Head(chain=chain)


def verify_chain(chain: UUID) -> Verdict:
    """Follow one chain through the whole table and compare it with its head."""
    head = _head(chain)
    return verify(_rows(chain), chain=chain.hex, head_seq=head.seq, head_hash=bytes(head.hash))


def holds_lines(lines: Iterable[Line]) -> set[UUID]:
    """Return the chains of those `lines` that the chains hold: same hash, and a head no shorter."""
    wanted = Q(pk__in=[])
    for line in lines:
        at = Entry.objects.filter(chain=line.chain, seq=line.seq, hash=line.hash)
        wanted |= Q(Exists(at), chain=line.chain, seq__gte=line.seq)
    return set(Head.objects.filter(wanted).values_list("chain", flat=True))


def head_of(chain: UUID) -> Line:
    """Return the end of a chain."""
    head = _head(chain)
    return Line(chain, head.seq, bytes(head.hash))


def chains() -> list[UUID]:
    """Return every chain that has a head or an entry, in a fixed order."""
    known = set(Head.objects.values_list("chain", flat=True))
    known |= set(Entry.objects.values_list("chain", flat=True).distinct())
    return sorted(known)


def _rows(chain: UUID) -> Iterator[Row]:
    for entry in Entry.objects.filter(chain=chain).order_by("seq").iterator(chunk_size=2000):
        yield _row(entry)


def _row(entry: Entry) -> Row:
    return Row(
        seq=entry.seq,
        body=bytes(entry.body),
        prev=bytes(entry.prev),
        hash=bytes(entry.hash),
        columns=EntryBody.columns_as_text({n: getattr(entry, n) for n in Entry.PROJECTED}),
    )


def ground_of(entry: Entry) -> list[str]:
    """Return what an act stood on, from the hashed body: codes, purpose, counters."""
    return decode(bytes(entry.body))["ground"].split(",")


def last_ground(chain: UUID, object_id: UUID, act: str) -> list[str]:
    """Return the ground of the latest permitted `act` on one thing; nothing if there is none."""
    acts = Entry.objects.filter(
        chain=chain, object_id=object_id, act=act, outcome=Outcome.PERMIT
    ).order_by("-seq")[:1]
    return [part for entry in acts for part in ground_of(entry)]


def times(chain: UUID, object_id: UUID, act: str) -> int:
    """Return how often an act was done to one thing."""
    return Entry.objects.filter(chain=chain, object_id=object_id, act=act).count()


def permitted_between(
    chain: UUID,
    objects: Iterable[UUID],
    acts: Iterable[str],
    since: datetime,
    until: datetime,
) -> list[Entry]:
    """Return the entries of `acts` that were permitted on some things in a time, oldest first."""
    return list(
        Entry.objects.filter(
            chain=chain,
            object_id__in=list(objects),
            act__in=list(acts),
            outcome=Outcome.PERMIT,
            at__gte=since,
            at__lt=until,
        ).order_by("seq")
    )


def permitted(chain: UUID, objects: Iterable[UUID], act: str) -> list[Entry]:
    """Return the entries of an act that was permitted on some things, oldest first."""
    return list(
        Entry.objects.filter(
            chain=chain, object_id__in=list(objects), act=act, outcome=Outcome.PERMIT
        ).order_by("seq")
    )
