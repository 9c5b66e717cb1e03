"""Keeping what is being typed, and reading it for names meanwhile."""

from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from audit.trail import Actor, Look
from pages.facilitator.groups import facilitator
from pages.facilitator.guard import answers_in, guard_box, guard_with
from pages.shared.access import HouseRequest, only_of
from pages.shared.keeping import Texts
from pages.shared.names import Names, Wanted, known_names
from sessions_app import queries
from sessions_app.guarding import Guard
from sessions_app.models import Draft
from sessions_app.rules import Rejected
from sessions_app.services.drafts import ITEM, draft_place, keep_draft

ADDED = "added"
PARTS = ("group", ITEM)


def item_place(code: str) -> str:
    """Return where the draft of a change, or of an addition, belongs."""
    return f"item:{code}"


def texts_of_notes(post: QueryDict, session_id: UUID) -> Texts:
    """Find the texts of the notes page, for when a stay ends before they are saved."""
    parts = [name.removeprefix("text-") for name in post if name.startswith("text-")]
    found = {
        draft_place(session_id, part): _typed(post, f"text-{part}")
        for part in parts
        if _is_part(part) and _typed(post, f"text-{part}").strip()
    }
    return reverse("notes", kwargs={"session_id": session_id}), found


def _typed(post: QueryDict, name: str = "text") -> str:
    """Return a text with the line ends it is kept with, so that the same text is the same."""
    return post.get(name, "").replace("\r\n", "\n")


def _is_part(part: str) -> bool:
    try:
        _about(part)
    except Http404:
        return False
    return True


def text_of_item(post: QueryDict, session_id: UUID) -> Texts:
    """Find the words of a new item."""
    back = reverse("session", kwargs={"session_id": session_id})
    return back, {draft_place(session_id, ITEM): _typed(post)}


def text_of_change(post: QueryDict, code: str) -> Texts:
    """Find the words of a changed item."""
    return reverse("edit_item", kwargs={"code": code}), {item_place(code): _typed(post)}


def redaction_place(code: str) -> str:
    """Return where the draft of redacted words belongs, by the item they are made from."""
    return f"redaction:{code}"


def text_of_redaction(post: QueryDict, code: str) -> Texts:
    """Find the words of an item that is made from another."""
    return reverse("redact", kwargs={"code": code}), {redaction_place(code): _typed(post)}


def text_of_changed_redaction(post: QueryDict, code: str) -> Texts:
    """Find the words of a redacted item that is changed."""
    return reverse("change_redacted", kwargs={"code": code}), {item_place(code): _typed(post)}


def summary_place(session: UUID, member: str) -> str:
    """Return where the draft of a summary belongs that is not saved yet."""
    return f"summary:{session}:{member}"


def text_of_new_summary(post: QueryDict, session_id: UUID, code: str) -> Texts:
    """Find the words of a summary that is not saved yet."""
    back = reverse("new_summary", kwargs={"session_id": session_id, "code": code})
    return back, {summary_place(session_id, code): _typed(post)}


def text_of_summary(post: QueryDict, code: str) -> Texts:
    """Find the words of a summary that is not signed yet."""
    return reverse("summary", kwargs={"code": code}), {item_place(code): _typed(post)}


def text_of_addition(post: QueryDict, code: str) -> Texts:
    """Find what was being added to a note."""
    return reverse("add_to_note", kwargs={"code": code}), {item_place(code): _typed(post)}


def text_of_group_addition(post: QueryDict, session_id: UUID) -> Texts:
    """Find what was being added to a group note."""
    place = draft_place(session_id, ADDED)
    back = reverse("group_note", kwargs={"session_id": session_id})
    return back, {place: _typed(post)}


def wanted_drafts(by: Actor, place: str) -> list[Wanted]:
    """What the person was typing at a place, to be opened with its entry; none if nothing was."""
    return [wanted_draft(draft) for draft in queries.drafts_at(by, [place])]


def wanted_draft(draft: Draft) -> Wanted:
    """The words of one draft, to be opened with its entry."""
    look = Look("draft.opened", frozenset([draft.pk]), object_id=draft.pk)
    return Wanted(look, {draft.pk: draft.sealed_text})


def typed_in(names: Names, drafts: list[Wanted]) -> str:
    """Return the words of `wanted_drafts` as they came with a page's names; empty without any."""
    return next((names[row] for draft in drafts for row in draft.sealed), "")


@require_POST
@facilitator
def keep(request: HouseRequest, session_id: UUID, part: str) -> HttpResponse:
    """Keep one text as it stands in the field, and say at once whom it may name."""
    session = queries.own_session(request.actor, session_id)
    about = _about(part)
    text = _typed(request.POST, "text" if part == ITEM else f"text-{part}")
    members = queries.members_around(session)
    known = {about} if about else _concerned(request)
    around = {one.pk for one in members}
    for beginning in ("text-", "seen-", "phrases-"):
        only_of(request.POST, beginning, {*PARTS, *map(str, around)})
    if not known <= around:
        raise Http404
    try:
        draft = keep_draft(by=request.actor, place=draft_place(session_id, part), text=text)
    except Rejected:
        return render(request, "facilitator/_kept.html", {"part": part, "too_long": True})
    names, roster = known_names(request.actor, session.group, members)
    answers = answers_in(request.POST, part)
    guard_with(roster, answers)
    may_concern = part == ITEM
    # A rewritten name still stands in the field: the answer is shown until it is saved.
    reading = Guard(roster, {}).read(text, known=known, may_concern=may_concern)
    box = guard_box(part, reading, names, answers, may_concern=may_concern)
    return render(
        request, "facilitator/_kept.html", {"part": part, "kept_at": draft.kept_at, "box": box}
    )


def _about(part: str) -> UUID | None:
    if part in PARTS:
        return None
    try:
        return UUID(part)
    except ValueError:
        raise Http404 from None


def _concerned(request: HouseRequest) -> set[UUID]:
    members = set()
    for one in [request.POST.get("speaker", ""), *request.POST.getlist("concerned")]:
        try:
            members.add(UUID(one))
        except ValueError:
            continue
    return members
