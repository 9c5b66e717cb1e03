"""Keeping what is being typed, and reading it for names meanwhile."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from pages.facilitator.groups import facilitator
from pages.facilitator.guard import answers_in, guard_box
from pages.shared.access import HouseRequest
from pages.shared.names import known_names
from sessions_app import queries
from sessions_app.guarding import Guard
from sessions_app.rules import Rejected
from sessions_app.services.drafts import keep_draft

ITEM = "item"
PARTS = ("group", ITEM)


def draft_place(session: UUID, part: str) -> str:
    """Return where a draft belongs: one text of one session."""
    return f"session:{session}:{part}"


@require_POST
@facilitator
def keep(request: HouseRequest, session_id: UUID, part: str) -> HttpResponse:
    """Keep one text as it stands in the field, and say at once whom it may name."""
    session = queries.own_session(request.actor, session_id)
    about = _about(part)
    text = request.POST.get("text" if part == ITEM else f"text-{part}", "").replace("\r\n", "\n")
    try:
        draft = keep_draft(by=request.actor, place=draft_place(session_id, part), text=text)
    except Rejected:
        return render(request, "facilitator/_kept.html", {"part": part, "too_long": True})
    members = queries.roster_of(session, list(queries.attendance_of(session)))
    names, roster = known_names(request.actor, session.group, members)
    answers = answers_in(request.POST, part)
    known = {about} if about else _concerned(request)
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
