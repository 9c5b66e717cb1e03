"""A form that is sent twice is done once."""

from collections.abc import Iterable
from uuid import UUID, uuid5

from accounts.models import Idempotency
from audit.trail import Actor


def claim(*, by: Actor, once: UUID, act: str, content: Iterable[object] = ()) -> Idempotency:
    """Return the row for a form's key, inside the caller's transaction.

    `answer` is None the first time; the second sender waits for the first to
    commit and then finds its answer. The key holds for this act and this
    content: other words under a key that a browser brought back are another
    sending, and are not lost.
    """
    key = uuid5(once, "\x1f".join([act, *(str(part) for part in content)]))
    row, _ = Idempotency.objects.get_or_create(key=key, actor=by.user)
    return row


def answer(row: Idempotency, answer_id: UUID) -> None:
    """Keep what a form's first sending made."""
    Idempotency.objects.filter(pk=row.pk).update(answer=answer_id)
