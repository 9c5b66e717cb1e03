"""Writing the trail, and the receipts that prove a line of it is committed."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, Subquery

from audit.clock import DatabaseClock
from audit.entry import EntryBody, Growth, Line, counted, listed
from audit.models import Entry, Head, Outcome
from audit.verifier import chain_hash, decode

INSTALLATION = UUID(int=0)
NOBODY = UUID(int=0)
_grown: ContextVar["dict[UUID, Growth] | None"] = ContextVar("grown", default=None)


@dataclass(frozen=True)
class Actor:
    """Who acts, in ids alone. `practice` also names the chain that the act is written to.

    `day` is the practice's local day if a page that only looks has read it
    already; whoever acts reads the clock.
    """

    practice: UUID
    user: UUID
    role: str
    sign_in: UUID | None = None
    day: date | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Receipt:
    """Proof that an entry which lists `ids` is committed: without one nothing sealed is opened.

    Made by `receipt_for`, `receipts_for`, `machine_receipt` and `receipt_of` alone.
    """

    chain: UUID
    seq: int
    hash: bytes
    sign_in: UUID | None
    ids: frozenset[UUID]


@dataclass(frozen=True)
class Look:
    """That somebody is about to see the rows `ids`; what `receipt_for` takes, for several at once.

    With `once_per_sign_in` an earlier entry of the same sign-in that already
    lists all of them serves again (names of a roster).
    """

    act: str
    ids: frozenset[UUID]
    object_id: UUID | None = None
    code: str = ""
    group: UUID | None = None
    once_per_sign_in: bool = False


def append(
    by: Actor,
    act: str,
    *,
    object_id: UUID | None = None,
    code: str = "",
    group: UUID | None = None,
    ids: str = "",
    ground: str = "",
    outcome: Outcome = Outcome.DONE,
    reasons: Iterable[str] = (),
) -> Entry:
    """Add an entry to the actor's chain, as the last thing the caller's transaction does.

    Raises RuntimeError outside a transaction: an act and its entry are
    committed together or not at all (promise I9).
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an entry belongs to a transaction")
    head, now = _locked_head(by.practice)
    entry_body = EntryBody(
        chain=by.practice,
        seq=head.seq + 1,
        at=max(now, head.at) if head.at else now,  # chain time never runs back (I15)
        actor=by.user,
        role=by.role,
        sign_in=by.sign_in,
        act=act,
        object_id=object_id,
        code=code,
        group=group,
        ids=ids,
        ground=ground,
        outcome=outcome.value,
        reasons=",".join(reasons),
    )
    body, prev = entry_body.encode(), bytes(head.hash)
    entry = Entry.objects.create(
        chain=by.practice,
        seq=entry_body.seq,
        body=body,
        prev=prev,
        hash=chain_hash(body, prev),
        **{name: getattr(entry_body, name) for name in Entry.PROJECTED},
    )
    Head.objects.filter(chain=by.practice).update(seq=entry.seq, hash=entry.hash, at=entry.at)
    _note_growth(entry)
    return entry


@contextmanager
def growth() -> Iterator[dict[UUID, "Growth"]]:
    """Collect, by chain, what this thread commits until the end of the block.

    For whoever keeps heads outside the database; what is rolled back is not there.
    """
    grown: dict[UUID, Growth] = {}
    token = _grown.set(grown)
    try:
        yield grown
    finally:
        _grown.reset(token)


def receipt_for(
    by: Actor,
    act: str,
    ids: Iterable[UUID],
    *,
    object_id: UUID | None = None,
    code: str = "",
    group: UUID | None = None,
    once_per_sign_in: bool = False,
) -> Receipt:
    """Note that somebody looks at the rows `ids`, commit, and return the proof (see Look)."""
    look = Look(act, frozenset(ids), object_id, code, group, once_per_sign_in)
    return receipts_for(by, [look])[0]


def receipts_for(by: Actor, looks: Sequence[Look]) -> list[Receipt]:
    """Note several looks of one page, commit, and return the proof of each, in their order.

    Raises RuntimeError inside a transaction: nothing is shown before its entry
    is committed (I3).
    """
    with transaction.atomic(durable=True):
        earlier = _earlier(by, [look for look in looks if look.once_per_sign_in])
        return [
            _serving_again(earlier, look) or _receipt(_note(by, look), look.ids) for look in looks
        ]


def machine_receipt(by: Actor, purpose: str, ids: Iterable[UUID]) -> Receipt:
    """Note that a machine reads the rows `ids` for `purpose` and shows them to nobody."""
    wanted = frozenset(ids)
    with transaction.atomic(durable=True):
        entry = append(by, f"machine.{purpose}", ids=counted(wanted))
    return _receipt(entry, wanted)


def receipt_of(entry: Entry) -> Receipt:
    """Return the proof for an entry that a service wrote, after that service's commit.

    Raises RuntimeError inside a transaction, Entry.DoesNotExist if it was rolled back.
    """
    with transaction.atomic(durable=True):
        kept = Entry.objects.get(chain=entry.chain, seq=entry.seq, hash=entry.hash)
    return _receipt(kept, ids_of(kept))


def ids_of(entry: Entry) -> frozenset[UUID]:
    """Return the rows an entry of a look lists; of a machine use, none."""
    ids = decode(bytes(entry.body))["ids"]
    return frozenset(UUID(one) for one in ids.split(",") if one and ":" not in one)


def _locked_head(chain: UUID) -> tuple[Head, datetime]:
    """Lock a chain's head; return it with the database's time, in one query.

    Whoever waited for another's entry gets the time after the wait, since
    PostgreSQL then reads the row anew; after a rollback, the time before it.
    Either is later than all this transaction read.
    """
    locked = Head.objects.select_for_update().filter(chain=chain)
    for head in locked.annotate(now=DatabaseClock()):  # type: ignore[no-redef]
        return head, head.now
    Head.objects.get_or_create(chain=chain)  # the first entry; two beginners meet at the key
    return _locked_head(chain)


def _note(by: Actor, look: Look) -> Entry:
    return append(
        by,
        look.act,
        object_id=look.object_id,
        code=look.code,
        group=look.group,
        ids=listed(look.ids),
    )


def _earlier(by: Actor, looks: Sequence[Look]) -> list[Entry]:
    """Return the latest entry of this sign-in for each look that has one, in one query."""
    if by.sign_in is None or not looks:
        return []
    own = Entry.objects.filter(
        chain=by.practice, sign_in=by.sign_in, actor=by.user, role=by.role
    ).order_by("-seq")
    same = Q()
    for look in looks:
        latest = own.filter(act=look.act, object_id=look.object_id).values("seq")[:1]
        same |= Q(seq=Subquery(latest))
    return list(Entry.objects.filter(same, chain=by.practice))


def _serving_again(earlier: Iterable[Entry], look: Look) -> Receipt | None:
    for entry in earlier if look.once_per_sign_in else ():
        if (entry.act, entry.object_id) == (look.act, look.object_id) and look.ids <= ids_of(entry):
            return _receipt(entry, look.ids)
    return None


def _note_growth(entry: Entry) -> None:
    grown = _grown.get()
    if grown is None:
        return
    before = Line(entry.chain, entry.seq - 1, bytes(entry.prev))
    after = Line(entry.chain, entry.seq, bytes(entry.hash))

    def committed() -> None:
        first = grown[entry.chain].before if entry.chain in grown else before
        grown[entry.chain] = Growth(first, after)

    transaction.on_commit(committed)


def _receipt(entry: Entry, ids: frozenset[UUID]) -> Receipt:
    return Receipt(entry.chain, entry.seq, bytes(entry.hash), entry.sign_in, ids)
