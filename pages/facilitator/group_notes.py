"""The signed note of a session, and what is added to it."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audit.trail import Look
from pages.facilitator.drafts import (
    ADDED,
    ITEM,
    draft_place,
    text_of_group_addition,
    typed_in,
    wanted_drafts,
)
from pages.facilitator.groups import facilitator
from pages.facilitator.guard import answers_in, guard_box, guard_with
from pages.shared.access import HouseRequest
from pages.shared.forms import posted_key
from pages.shared.keeping import keeps
from pages.shared.names import Wanted, known_names, open_wanted
from pages.shared.sentences import first_sentence
from sessions_app import queries
from sessions_app.guarding import NamesFound
from sessions_app.models import Addendum, GroupNote
from sessions_app.rules import Rejected
from sessions_app.services.drafts import drop_drafts
from sessions_app.services.notes import add_to_group_note


@keeps(text_of_group_addition)
@require_http_methods(["GET", "POST"])
@facilitator
def group_note(request: HouseRequest, session_id: UUID) -> HttpResponse:
    """Read a signed group note, with its entry, and add to it."""
    session = queries.own_session(request.actor, session_id)
    note = queries.group_note_of(session)
    if note is None or not note.signed:
        raise GroupNote.DoesNotExist
    members = queries.members_around(session)
    place = draft_place(session_id, ADDED)
    addenda = list(note.addenda.all())
    looking = request.method == "GET"
    drafts = wanted_drafts(request.actor, place) if looking else []
    words = [_wanted_note(request, note, addenda)] if looking else []
    names, roster = known_names(request.actor, session.group, members, *drafts, *words)
    wrong: dict[str, Any] = {"typed": typed_in(names, drafts)}
    if request.method == "POST":
        answers = answers_in(request.POST, ITEM)
        text = request.POST.get("text", "").replace("\r\n", "\n")
        try:
            add_to_group_note(
                by=request.actor,
                session=session,
                text=text,
                guard=guard_with(roster, answers),
                once=posted_key(request),
            )
            drop_drafts(by=request.actor, places=[place])
            messages.success(request, _("Added to the note."))
            return redirect("group_note", session_id=session_id)
        except NamesFound as found:
            box = guard_box(ITEM, found.reading, names, answers, may_concern=False)
            problem = first_sentence(found)
            wrong = {"typed": found.reading.text, "box": box, "problem": problem}
        except Rejected as rejected:
            problem = first_sentence(rejected)
            wrong = {"typed": text, "problem": problem}
    if not looking:
        names |= open_wanted(request.actor, _wanted_note(request, note, addenda))
    context = {
        "once": uuid4(),
        "session": session,
        "group_name": names[session.group_id],
        "note": note,
        "text": names[note.pk],
        "addenda": [{"at": one.written_at, "text": names[one.pk]} for one in addenda],
        **wrong,
    }
    return render(request, "facilitator/group_note.html", context)


def _wanted_note(request: HouseRequest, note: GroupNote, addenda: list[Addendum]) -> Wanted:
    """The words of a note with all that was added to it: one entry."""
    practice, group = request.actor.practice, note.session.group
    sealed = {note.pk: note.sealed_text(practice)}
    sealed |= {one.pk: one.sealed_text(practice) for one in addenda}
    look = Look(
        "notes.opened",
        frozenset(sealed),
        object_id=note.pk,
        code=group.code,
        group=group.pk,
    )
    return Wanted(look, sealed)
