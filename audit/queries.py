"""Reading the trail: pages of it for people, whole chains for the verifier."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, Max, Q, QuerySet

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
    """What a reader is not told in `groups`, because there they are also the one who asks.

    Entries of the act `unheard` are left out; one of `disguised` is found, counted
    and shown as if its act were `shown_as`.
    """

    groups: frozenset[UUID] = frozenset()
    unheard: str = ""
    disguised: str = ""
    shown_as: str = ""

    def act_of(self, entry: Entry) -> str:
        """Return the act of an entry as this reader may know it."""
        hidden = entry.act == self.disguised and entry.group in self.groups
        return self.shown_as if hidden else entry.act

    def asking_for(self, act: str) -> Q:
        """Return the condition for entries that this reader knows as `act`."""
        disguised = Q(act=self.disguised, group__in=self.groups)
        if act == self.shown_as:
            return Q(act=act) | disguised
        return Q(act=act) & ~disguised if act == self.disguised else Q(act=act)

    def heard(self) -> Q:
        """Return the condition for entries this reader may know of."""
        return ~Q(act=self.unheard, group__in=self.groups)


OPEN = Discretion()


@dataclass(frozen=True)
class Wanted:
    """What a reader of the trail asks for; what is empty asks for everything.

    `named` are the ids a typed code stands for: as actor, as object or as group.
    """

    act: str = ""
    outcome: str = ""
    actor: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    code: str = ""
    named: frozenset[UUID] = frozenset()


EVERYTHING = Wanted()


def entries_of_groups(
    practice: UUID,
    groups: Iterable[UUID],
    *,
    before: int | None = None,
    limit: int = PAGE,
    wanted: Wanted = EVERYTHING,
    discretion: Discretion = OPEN,
) -> list[Entry]:
    """Return the newest `limit` entries about `groups`, older than seq `before` if given.

    Looks at the trail belong to every group's, so do acts of the house as a whole:
    whoever reviews sees who reviewed, and who stopped everything. What the
    reader may not know is left out here, so that no page is shorter because of it.
    """
    everybodys = Q(act__in=(LOOKED, AT_THE_DESK)) | Q(act__startswith=OF_THE_HOUSE)
    about = Q(group__in=list(groups)) | Q(everybodys, group=None)
    found = Entry.objects.filter(about, _asked_for(wanted, discretion), chain=practice)
    return _page(found.filter(discretion.heard()), before, limit)


def _asked_for(wanted: Wanted, discretion: Discretion) -> Q:
    asked = Q()
    if wanted.act:
        asked &= discretion.asking_for(wanted.act)
    if wanted.outcome:
        asked &= Q(outcome=wanted.outcome)
    if wanted.actor:
        asked &= Q(actor=wanted.actor)
    if wanted.since:
        asked &= Q(at__gte=wanted.since)
    if wanted.until:
        asked &= Q(at__lt=wanted.until)
    if wanted.code:
        named = wanted.named
        asked &= (
            Q(code=wanted.code) | Q(actor__in=named) | Q(object_id__in=named) | Q(group__in=named)
        )
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
    before: int | None = None,
    limit: int = PAGE,
) -> list[Entry]:
    """Return the newest `limit` entries of `acts` about `matters`, older than seq `before`.

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


def _page(found: QuerySet[Entry], before: int | None, limit: int) -> list[Entry]:
    if before is not None:
        found = found.filter(seq__lt=before)
    return list(found.defer("prev", "hash").order_by("-seq")[:limit])


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
    """Check the newest entries of a chain up to its head: a look, not the whole proof."""
    head = Head.objects.filter(chain=chain).first()
    length = head.seq if head else 0
    # What is appended meanwhile lies beyond the head that was read, and is no fault.
    newest = list(Entry.objects.filter(chain=chain, seq__lte=length).order_by("-seq")[:limit])
    verdict = verify_latest(
        [_row(entry) for entry in reversed(newest)],
        chain=chain.hex,
        head_seq=length,
        head_hash=bytes(head.hash) if head else bytes(32),
    )
    return Links(length, len(newest), verdict, head.at if head else None)


def verify_chain(chain: UUID) -> Verdict:
    """Follow one chain through the whole table and compare it with its head."""
    head = Head.objects.filter(chain=chain).first()
    return verify(
        _rows(chain),
        chain=chain.hex,
        head_seq=head.seq if head else 0,
        head_hash=bytes(head.hash) if head else bytes(32),
    )


def holds_lines(lines: Iterable[Line]) -> set[UUID]:
    """Return the chains of those `lines` that the chains hold: same hash, and a head no shorter."""
    wanted = Q(pk__in=[])
    for line in lines:
        at = Entry.objects.filter(chain=line.chain, seq=line.seq, hash=line.hash)
        wanted |= Q(Exists(at), chain=line.chain, seq__gte=line.seq)
    return set(Head.objects.filter(wanted).values_list("chain", flat=True))


def head_of(chain: UUID) -> Line:
    """Return the end of a chain."""
    head = Head.objects.filter(chain=chain).first() or Head(chain=chain)
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
