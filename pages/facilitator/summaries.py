"""Summaries: a signed text about one member, asked about and released like a progress note."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pages.facilitator.drafts import (
    ITEM,
    item_place,
    summary_place,
    text_of_new_summary,
    text_of_summary,
    typed_in,
    wanted_drafts,
)
from pages.facilitator.forms import SummaryForm
from pages.facilitator.groups import facilitator
from pages.facilitator.guard import answers_in, guard_box, guard_with, kept_answers
from pages.facilitator.items import earlier_answers, words_and_reasons
from pages.shared.access import HouseRequest
from pages.shared.keeping import keeps
from pages.shared.names import known_names, open_wanted
from sessions_app import queries
from sessions_app.guarding import Guard, NamesFound
from sessions_app.models import Disclosure, GroupSession, Member
from sessions_app.rules import Problem, Rejected
from sessions_app.services.drafts import drop_drafts
from sessions_app.services.notes import rewrite_summary, sign_progress_note, write_summary


@keeps(text_of_new_summary)
@require_http_methods(["GET", "POST"])
@facilitator
def new_summary(request: HouseRequest, session_id: UUID, code: str) -> HttpResponse:
    """Begin a summary about somebody who was in the group then."""
    session = queries.own_session(request.actor, session_id)
    members = queries.members_around(session)
    about = next((member for member in members if member.code == code), None)
    if about is None:
        raise Http404
    return _answer(request, session, members, about, None)


@keeps(text_of_summary)
@require_http_methods(["GET", "POST"])
@facilitator
def summary(request: HouseRequest, code: str) -> HttpResponse:
    """Go on with a summary until it is signed."""
    note = queries.own_item(
        request.actor, code, kind=Disclosure.Kind.SUMMARY, state=Disclosure.State.DRAFT
    )
    assert note.about
    return _answer(request, note.session, queries.members_around(note.session), note.about, note)


def _answer(
    request: HouseRequest,
    session: GroupSession,
    members: list[Member],
    about: Member,
    note: Disclosure | None,
) -> HttpResponse:
    looking = request.method == "GET"
    place = item_place(note.code) if note else summary_place(session.pk, about.code)
    drafts = wanted_drafts(request.actor, place) if looking else []
    version = queries.current_version(note) if note and looking else None
    marks = queries.name_marks_of([version]) if version else []
    words = [words_and_reasons(request, note, marks)] if note and version else []
    around = {member.pk: member for member in [*members, about]}.values()
    names, roster = known_names(request.actor, session.group, around, *words, *drafts)
    saved, typed, box, theirs = names.get(version.pk, "") if version else "", "", None, ""
    if looking:
        typed = typed_in(names, drafts)
        answers = earlier_answers(saved, marks, names)
        box = kept_answers(ITEM, answers) if answers else None
    form = SummaryForm(
        request.POST or None,
        initial={"text": typed or saved, "seen_version": note.current_version if note else 0},
    )
    if form.is_valid():
        answers = answers_in(request.POST, ITEM)
        try:
            made = _save(request, session, about, note, form, guard_with(roster, answers))
            drop_drafts(by=request.actor, places=[place])
            said = _("Signed.") if "sign" in request.POST else _("Saved and sealed.")
            messages.success(request, said)
            return redirect("item", code=made.code)
        except NamesFound as found:
            box = guard_box(ITEM, found.reading, names, answers, may_concern=False)
            form.show(found.reading.text)
            form.reject(found)
        except Rejected as rejected:
            form.reject(rejected)
            if note and Problem.CHANGED_MEANWHILE in rejected.problems.values():
                now = queries.own_note(request.actor, note.code)
                [theirs] = open_wanted(request.actor, words_and_reasons(request, now, [])).values()
                form.show(form.data["text"], seen_version=now.current_version)
    context = {
        "form": form,
        "note": note,
        "session": session,
        "about": names[about.pk],
        "box": box,
        "typed": typed,
        "theirs": theirs,
        "mine": form.data.get("text", "") if theirs else "",
    }
    return render(request, "facilitator/summary.html", context)


def _save(
    request: HouseRequest,
    session: GroupSession,
    about: Member,
    note: Disclosure | None,
    form: SummaryForm,
    guard: Guard,
) -> Disclosure:
    by, text = request.actor, form.cleaned_data["text"]
    if note:
        seen = form.cleaned_data["seen_version"] or 0
        note = rewrite_summary(by=by, code=note.code, text=text, seen=seen, guard=guard)
    else:
        note = write_summary(
            by=by, session=session, member=about.pk, text=text, guard=guard, once=form.key
        )
    if "sign" in request.POST:
        read = guard.read(text, known={about.pk}, may_concern=False).text
        seen = note.current_version
        sign_progress_note(by=by, code=note.code, seen=seen, text=read, guard=guard)
    return note
