"""Reading the trail: pages of it for people, whole chains for the verifier."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import Q

from audit.entry import EntryBody
from audit.models import Entry, Head
from audit.verifier import Row, Verdict, verify

PAGE = 50
LOOKED = "trail.viewed"


def entries_of_groups(
    practice: UUID, groups: Iterable[UUID], *, before: int | None = None, limit: int = PAGE
) -> list[Entry]:
    """Return the newest `limit` entries about `groups`, older than seq `before` if given.

    Looks at the trail belong to every group's: whoever reviews sees who reviewed.
    """
    about = Q(group__in=list(groups)) | Q(group=None, act=LOOKED)
    found = Entry.objects.filter(about, chain=practice).defer("body")
    if before is not None:
        found = found.filter(seq__lt=before)
    return list(found.order_by("-seq")[:limit])


def verify_chain(chain: UUID) -> Verdict:
    """Follow one chain through the whole table and compare it with its head."""
    head = Head.objects.filter(chain=chain).first()
    return verify(
        _rows(chain),
        chain=chain.hex,
        head_seq=head.seq if head else 0,
        head_hash=bytes(head.hash) if head else bytes(32),
    )


def chains() -> list[UUID]:
    """Return every chain that has a head or an entry, in a fixed order."""
    known = set(Head.objects.values_list("chain", flat=True))
    known |= set(Entry.objects.values_list("chain", flat=True).distinct())
    return sorted(known)


def _rows(chain: UUID) -> Iterator[Row]:
    for entry in Entry.objects.filter(chain=chain).order_by("seq").iterator(chunk_size=2000):
        yield Row(
            seq=entry.seq,
            body=bytes(entry.body),
            prev=bytes(entry.prev),
            hash=bytes(entry.hash),
            columns=EntryBody.columns_as_text({n: getattr(entry, n) for n in Entry.PROJECTED}),
        )
