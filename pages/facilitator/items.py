"""Items: recording, reading, changing, and taking out again."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit import trail
from consent import queries as consents
from consent.services.voiding import void_item
from pages.facilitator.drafts import (
    ITEM,
    draft_place,
    item_place,
    text_of_addition,
    text_of_change,
    text_of_item,
    typed_in,
    wanted_drafts,
)
from pages.facilitator.forms import ItemForm, seen_as
from pages.facilitator.groups import facilitator
from pages.facilitator.guard import answers_in, guard_box, guard_with, kept_answers
from pages.facilitator.sessions import capture_form, item_card, session_page, wanted_words
from pages.shared.access import HouseRequest
from pages.shared.keeping import keeps
from pages.shared.names import (
    Names,
    Wanted,
    known_names,
    open_wanted,
    wanted_recipients,
    wanted_roster,
)
from pages.shared.sentences import first_sentence
from sessions_app import queries
from sessions_app.guarding import Answer, Choice, NamesFound, wording
from sessions_app.models import (
    Disclosure,
    DisclosureVersion,
    GroupSession,
    NameMark,
    VersionUserPermission,
)
from sessions_app.rights import holders
from sessions_app.rules import Problem, Rejected
from sessions_app.services.drafts import drop_drafts
from sessions_app.services.items import discard_item, edit_item, record_item
from sessions_app.services.notes import add_to_progress_note
from vault import services as vault


def names_in(request: HouseRequest, session: GroupSession, *also: Wanted) -> Names:
    """Return the names on a session's roster; what a page wants besides comes with them."""
    members = queries.members_around(session)
    return open_wanted(request.actor, wanted_roster(session.group, members), *also)


@keeps(text_of_item)
@require_http_methods(["GET", "POST"])
@facilitator
def new_item(request: HouseRequest, session_id: UUID) -> HttpResponse:
    """Write down what somebody said, and everybody it concerns, on the session's page."""
    session = queries.own_session(request.actor, session_id)
    if request.method == "GET":
        return session_page(request, session)
    marks = list(queries.attendance_of(session))
    members = queries.roster_of(session, marks)
    names, roster = known_names(request.actor, session.group, members)
    form = capture_form(request.POST, members, marks, names)
    box = None
    if form.is_valid():
        answers = answers_in(request.POST, ITEM)
        try:
            item = record_item(
                by=request.actor,
                session=session,
                speaker=form.chosen_speaker(),
                concerned=form.chosen_concerned(),
                text=form.cleaned_data["text"],
                once=form.key,
                guard=guard_with(roster, answers),
            )
            drop_drafts(by=request.actor, places=[draft_place(session.pk, ITEM)])
            messages.success(request, _("Item saved and sealed."))
            if "then_ask" in request.POST:
                return redirect("ask", code=item.code)
            return redirect("session", session_id=session.pk)
        except NamesFound as found:
            box = guard_box(ITEM, found.reading, names, answers, may_concern=True)
            form.show(found.reading.text)
            form.reject(found)
        except Rejected as rejected:
            form.reject(rejected)
    return session_page(request, session, form=form, box=box)


@keeps(text_of_change)
@require_http_methods(["GET", "POST"])
@facilitator
def edit(request: HouseRequest, code: str) -> HttpResponse:
    """Change an item's words or whom they concern: another version, asked about anew."""
    item = queries.own_item(
        request.actor, code, subjects=False, kind=Disclosure.Kind.ITEM, redacted_from=None
    )
    version = queries.current_version(item)
    members: list[Any] = queries.members_around(item.session, version)
    looking = request.method == "GET"
    marks = queries.name_marks_of([version]) if looking else []
    drafts = wanted_drafts(request.actor, item_place(code)) if looking else []
    words = [words_and_reasons(request, item, marks)] if looking else []
    names, roster = known_names(request.actor, item.group, members, *words, *drafts)
    others = sorted((names[m.pk], m.pk) for m in members if m.pk != item.speaker_id)
    asked = item.state == Disclosure.State.ASKED
    concerned = {m.pk for m in members if m.concerned}
    stay = [(name, pk) for name, pk in others if asked and pk in concerned]
    initial, box, theirs, typed = None, None, None, ""
    if looking:
        answers = earlier_answers(names[version.pk], marks, names)
        box = kept_answers(ITEM, answers) if answers else None
        typed = typed_in(names, drafts)
        initial = {
            "text": typed or names[version.pk],
            "concerned": [str(member.pk) for member in members if member.concerned],
            "seen_version": item.current_version,
        }
    form = ItemForm(
        request.POST or None,
        initial=initial,
        present=[],
        roster=[(pk, name) for name, pk in others],
        speaker=item.speaker_id is None,
    )
    if form.is_valid():
        answers = answers_in(request.POST, ITEM)
        try:
            edit_item(
                by=request.actor,
                code=code,
                seen_version=form.cleaned_data["seen_version"] or 0,
                concerned=form.chosen_concerned(),
                text=form.cleaned_data["text"],
                guard=guard_with(roster, answers),
            )
            messages.success(
                request, _("A new version is saved. Nobody is asked until you ask again.")
            )
            drop_drafts(by=request.actor, places=[item_place(code)])
            return redirect("item", code=code)
        except NamesFound as found:
            box = guard_box(ITEM, found.reading, names, answers, may_concern=True)
            form.show(found.reading.text)
            form.reject(found)
        except Rejected as rejected:
            form.reject(rejected)
            if Problem.CHANGED_MEANWHILE in rejected.problems.values():
                item = queries.own_item(request.actor, code)
                theirs = _words(request, item)
                form.show(form.data["text"], seen_version=item.current_version)
    # Who stays is sent along, and no choice.
    form.offer("concerned", [(pk, name) for name, pk in others if (name, pk) not in stay])
    context = {
        "form": form,
        "item": item,
        "session": item.session,
        "speaker": names[item.speaker_id] if item.speaker_id else "",
        "stay": stay,
        "ends": consents.standing_grants(version),
        "box": box,
        "typed": typed,
        "theirs": theirs,
        "mine": form.data.get("text", "") if theirs else "",
    }
    return render(request, "facilitator/item_form.html", context)


def words_and_reasons(request: HouseRequest, item: Disclosure, marks: list[NameMark]) -> Wanted:
    """An item's words with what was answered about names in them: one entry."""
    words = wanted_words(request, item)
    reasons = {mark.pk: mark.sealed_reason(request.actor.practice) for mark in marks}
    look = replace(words.look, ids=words.look.ids | reasons.keys())
    return Wanted(look, words.sealed | reasons)


def earlier_answers(words: str, marks: list[NameMark], reasons: Names) -> dict[str, Answer]:
    return {
        wording(words[mark.start : mark.end]): Answer(Choice.SOMEBODY_ELSE, reason=reasons[mark.pk])
        for mark in marks
    }


def _words(request: HouseRequest, item: Disclosure) -> str:
    """Open what is in force now, to stand beside what was typed."""
    [words] = open_wanted(request.actor, wanted_words(request, item)).values()
    return words


def _receipt(request: HouseRequest, item: Disclosure, ids: list[UUID]) -> trail.Receipt:
    return trail.receipt_for(
        request.actor,
        "item.opened",
        ids,
        object_id=item.pk,
        code=item.code,
        group=item.group_id,
    )


@require_GET
@facilitator
def item(request: HouseRequest, code: str) -> HttpResponse:
    """An item, closed: who it concerns, what was asked, what can be done."""
    return _item_page(request, queries.own_item(request.actor, code))


@require_POST
@facilitator
def open_item(request: HouseRequest, code: str) -> HttpResponse:
    """The same page with the words, after the entry is committed."""
    return _item_page(request, queries.own_item(request.actor, code), opened=True)


@keeps(text_of_addition)
@require_http_methods(["GET", "POST"])
@facilitator
def add_to_note(request: HouseRequest, code: str) -> HttpResponse:
    """Add to a signed note about a member; what was signed stays as it is."""
    note = queries.own_note(request.actor, code)
    if request.method == "GET":
        return _add_page(request, note, drafts=wanted_drafts(request.actor, item_place(code)))
    members = queries.members_around(note.session)
    names, roster = known_names(request.actor, note.group, members)
    answers = answers_in(request.POST, ITEM)
    text = request.POST.get("text", "").replace("\r\n", "\n")
    seen = request.POST.get("seen_version", "")
    version = queries.current_version(note)
    try:
        add_to_progress_note(
            by=request.actor,
            code=code,
            seen=seen_as(seen),
            earlier=vault.open(
                version.sealed_text(request.actor.practice), _receipt(request, note, [version.pk])
            ),
            text=text,
            guard=guard_with(roster, answers),
        )
    except NamesFound as found:
        box = guard_box(ITEM, found.reading, names, answers, may_concern=False)
        problem = first_sentence(found)
        return _add_page(request, note, typed=found.reading.text, box=box, problem=problem)
    except Rejected as rejected:
        problem = first_sentence(rejected)
        return _add_page(request, note, typed=text, problem=problem)
    drop_drafts(by=request.actor, places=[item_place(code)])
    messages.success(request, _("Added to the note. Nobody is asked about it until you ask again."))
    return redirect("item", code=code)


def _add_page(
    request: HouseRequest, note: Disclosure, drafts: Sequence[Wanted] = (), **more: Any
) -> HttpResponse:
    version: DisclosureVersion = queries.current_version(note)
    names = names_in(request, note.session, wanted_words(request, note), *drafts)
    context = {
        "item": note,
        "about": names.get(note.about_id, "") if note.about_id else "",
        "session": note.session,
        "words": names[version.pk],
        "seen": note.current_version,
        "ends": consents.standing_grants(version),
        "typed": typed_in(names, list(drafts)),
        **more,
    }
    return render(request, "facilitator/note_add.html", context)


@require_http_methods(["GET", "POST"])
@facilitator
def discard(request: HouseRequest, code: str) -> HttpResponse:
    """Take out an item nobody was asked about; a page of its own says that it is for good."""
    found = queries.own_item(request.actor, code)
    if request.method == "POST":
        try:
            discard_item(by=request.actor, code=code)
        except Rejected as rejected:
            messages.warning(request, first_sentence(rejected))
            return redirect("item", code=code)
        messages.success(request, _("It is taken out. Nobody can read it any more."))
        return redirect("session", session_id=found.session_id)
    return render(request, "facilitator/item_discard.html", {"item": found})


@require_http_methods(["GET", "POST"])
@facilitator
def enter_in_error(request: HouseRequest, code: str) -> HttpResponse:
    """Say that an item was written in error: it is hidden from every member at once."""
    found = queries.own_item(request.actor, code)
    if request.method == "POST":
        void_item(by=request.actor, code=code)
        messages.success(request, _("Marked as entered in error. No member finds it any more."))
        return redirect("item", code=code)
    version = queries.current_version(found)
    context = {"item": found, "ends": consents.standing_grants(version)}
    return render(request, "facilitator/item_in_error.html", context)


def _item_page(request: HouseRequest, found: Disclosure, *, opened: bool = False) -> HttpResponse:
    version = queries.current_version(found)
    requests = consents.requests_about(version)
    wanted = [wanted_recipients(r.recipient for r in requests)]
    if opened:
        wanted.append(wanted_words(request, found))
    names = names_in(request, found.session, *wanted)
    state = consents.item_states([version])[version.pk]
    waits = found.redacted_from_id and not found.second_look_at
    lookers = holders(VersionUserPermission, "review_version", version) if waits else set()
    context = {
        **item_card(found, names, state),
        "session": found.session,
        "group_name": names[found.group_id],
        "asked": [{"request": r, "recipient": names[r.recipient_id]} for r in requests],
        "is_note": found.kind != Disclosure.Kind.ITEM,
        "worried_about": whom.code if (whom := found.speaker or found.about) else "",
        "is_summary": found.kind == Disclosure.Kind.SUMMARY,
        "changed": not requests and found.state == Disclosure.State.ASKED,
        "is_draft": found.state == Disclosure.State.DRAFT,
        "original": found.redacted_from,
        "lookers": lookers,
    }
    return render(request, "facilitator/item.html", context)
