"""What somebody is typing, kept sealed for them alone, so that nothing typed is lost."""

from uuid import UUID

from django.db import transaction

from audit import trail
from audit.clock import database_now
from audit.trail import Actor
from sessions_app.models import Draft
from sessions_app.rules import Problem, Rejected
from vault import services as vault

LONGEST = 120_000
ITEM = "item"


def draft_place(session: UUID, part: str) -> str:
    """Return where a draft belongs: one text of one session, such as a new item."""
    return f"session:{session}:{part}"


def keep_draft(*, by: Actor, place: str, text: str) -> Draft:
    """Keep what is being typed at one place; the next keystrokes replace it.

    Only the first keeping of a draft leaves an entry: it is the person's own
    text, nobody else's, and an entry for each pause would drown the trail.
    Raises Rejected, vault.Keyless.
    """
    if len(text) > LONGEST:
        raise Rejected({"text": Problem.TOO_LONG})
    vault.make_shred_key(by.user)
    draft = Draft.objects.filter(user_id=by.user, place=place).first()
    draft = draft or Draft(user_id=by.user, place=place)
    draft.text_sealed = vault.seal_text(text, draft.text_place, owner=by.user)
    with transaction.atomic(durable=True):
        kept, made = Draft.objects.get_or_create(
            user_id=by.user,
            place=place,
            defaults={"pk": draft.pk, "text_sealed": draft.text_sealed, "kept_at": database_now()},
        )
        if made:
            trail.append(by, "draft.kept", object_id=kept.pk)
        elif kept.pk == draft.pk:
            kept.text_sealed, kept.kept_at = draft.text_sealed, database_now()
            kept.save(update_fields=["text_sealed", "kept_at"])
    return kept


def drop_drafts(*, by: Actor, places: list[str]) -> None:
    """Forget drafts whose text is saved now, or is not wanted any more."""
    with transaction.atomic(durable=True):
        dropped = Draft.objects.filter(user_id=by.user, place__in=places)
        ids: list[UUID] = list(dropped.values_list("pk", flat=True))
        if ids:
            dropped.delete()
            trail.append(by, "draft.dropped", object_id=ids[0])
