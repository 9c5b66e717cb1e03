"""Writing the trail, and the receipts that prove a line of it is committed."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from audit.clock import database_now
from audit.entry import EntryBody, counted, listed
from audit.models import Entry, Head, Outcome
from audit.verifier import chain_hash, decode

INSTALLATION = UUID(int=0)
NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Actor:
    """Who acts, in ids alone. `practice` also names the chain that the act is written to."""

    practice: UUID
    user: UUID
    role: str
    sign_in: UUID | None = None


@dataclass(frozen=True)
class Receipt:
    """Proof that an entry which lists `ids` is committed: without one nothing sealed is opened.

    Made by `receipt_for`, `machine_receipt` and `receipt_of` alone.
    """

    chain: UUID
    seq: int
    hash: bytes
    sign_in: UUID | None
    ids: frozenset[UUID]


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
    head = _locked_head(by.practice)
    now = database_now()
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
    return entry


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
    """Note that somebody looks at the rows `ids`, commit, and return the proof.

    With `once_per_sign_in` an earlier entry of the same sign-in that already
    lists all of them serves again (names of a roster). Raises RuntimeError
    inside a transaction: nothing is shown before its entry is committed (I3).
    """
    wanted = frozenset(ids)
    with transaction.atomic(durable=True):
        if once_per_sign_in and (earlier := _earlier(by, act, object_id, wanted)):
            return earlier
        entry = append(by, act, object_id=object_id, code=code, group=group, ids=listed(wanted))
    return _receipt(entry, wanted)


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


def _locked_head(chain: UUID) -> Head:
    locked = Head.objects.select_for_update().filter(chain=chain)
    head = locked.first()
    if head is None:  # the chain's first entry; two beginners meet at the primary key
        Head.objects.get_or_create(chain=chain)
        head = locked.get()
    return head


def _earlier(by: Actor, act: str, object_id: UUID | None, ids: frozenset[UUID]) -> Receipt | None:
    if by.sign_in is None:
        return None
    entry = (
        Entry.objects.filter(
            chain=by.practice,
            sign_in=by.sign_in,
            actor=by.user,
            role=by.role,
            act=act,
            object_id=object_id,
        )
        .order_by("-seq")
        .first()
    )
    if entry is None or not ids <= ids_of(entry):
        return None
    return _receipt(entry, ids)


def _receipt(entry: Entry, ids: frozenset[UUID]) -> Receipt:
    return Receipt(entry.chain, entry.seq, bytes(entry.hash), entry.sign_in, ids)
