"""Logging a session, and the page of one."""

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from audit.trail import Look
from consent import queries as consents
from pages.facilitator.attendance import STATUSES, cells_of
from pages.facilitator.drafts import ITEM, draft_place
from pages.facilitator.forms import ItemForm, SessionForm
from pages.facilitator.groups import facilitator
from pages.facilitator.ring import Ring, ring_of
from pages.shared.access import HouseRequest
from pages.shared.names import Names, Wanted, open_wanted, wanted_roster
from sessions_app import queries
from sessions_app.models import (
    Attendance,
    Disclosure,
    Draft,
    GroupSession,
    Member,
    TherapyGroup,
)
from sessions_app.rules import Rejected
from sessions_app.services.sessions import log_session


@require_http_methods(["GET", "POST"])
@facilitator
def new_session(request: HouseRequest, code: str) -> HttpResponse:
    """Log a session that was held; everybody on the roster of its day is expected at first."""
    group = queries.own_group(request.actor, code)
    form = SessionForm(request.POST or None, initial=_as_usual(group, request))
    if form.is_valid():
        zone = request.practice.zone
        try:
            session = log_session(
                by=request.actor,
                group=group,
                starts=form.moment("starts_at", zone),
                ends=form.moment("ends_at", zone),
                once=form.key,
            )
            return redirect("session", session_id=session.pk)
        except Rejected as rejected:
            places = {"starts": "starts_at", "ends": "ends_at"}
            form.reject(Rejected({places.get(f, f): p for f, p in rejected.problems.items()}))
    return render(request, "facilitator/session_form.html", {"form": form, "group": group})


def _as_usual(group: TherapyGroup, request: HouseRequest) -> dict[str, date | time | None]:
    """Return the last day and the times at which the group meets, so that there is less to type."""
    today = queries.today_of(request.actor)
    if group.weekday is None:
        return {"day": today}
    back = (today.weekday() - group.weekday) % 7
    usual = {"starts_at": group.starts_at, "ends_at": group.ends_at}
    return {"day": today - timedelta(days=back), **usual}


@require_GET
@facilitator
def session(request: HouseRequest, session_id: UUID) -> HttpResponse:
    """A session: who was there, and what was said, each item closed until it is opened."""
    return session_page(request, queries.own_session(request.actor, session_id))


@require_http_methods(["POST"])
@facilitator
def open_in_session(request: HouseRequest, session_id: UUID, code: str) -> HttpResponse:
    """Open one item where it stands; the entry is committed before the words are."""
    found = queries.own_session(request.actor, session_id)
    return session_page(request, found, opened=code)


def wanted_words(request: HouseRequest, item: Disclosure) -> Wanted:
    """The words of an item; each opening is an entry of its own. They come under their version."""
    version = queries.current_version(item)
    look = Look(
        "item.opened",
        frozenset([version.pk]),
        object_id=item.pk,
        code=item.code,
        group=item.group_id,
    )
    return Wanted(look, {version.pk: version.sealed_text(request.actor.practice)})


def item_card(item: Disclosure, names: Names, state: consents.ItemState) -> dict[str, Any]:
    """Return what a closed item shows: who spoke, how many it concerns, its state."""
    version = queries.current_version(item)
    return {
        "item": item,
        "version": version,
        "speaker": names[item.speaker_id] if item.speaker_id else "",
        "about": names.get(item.about_id, "") if item.about_id else "",
        "concerns": sorted(names.get(s.member_id, "") for s in version.subjects.all()),
        "state": state,
        "words": names.get(version.pk),
        "in_error": item.state == Disclosure.State.ENTERED_IN_ERROR,
    }


def capture_form(
    data: Any, members: list[Member], marks: list[Attendance], names: Names
) -> ItemForm:
    """Return the form for one item: who was there may have spoken, everybody may be concerned."""
    by_name = sorted(members, key=lambda member: names[member.pk])
    there = {mark.member_id for mark in marks if mark.was_there}
    return ItemForm(
        data,
        present=[(m.pk, names[m.pk]) for m in by_name if m.pk in there],
        roster=[(m.pk, names[m.pk]) for m in by_name],
    )


def session_page(
    request: HouseRequest,
    found: GroupSession,
    *,
    opened: str = "",
    **capture: Any,
) -> HttpResponse:
    """Draw a session; `capture` is the form of a new item that came back, with what is wrong."""
    marks = list(queries.attendance_of(found))
    members = queries.roster_of(found, marks)
    written = queries.items_of_session(request.actor, found)
    items = [one for one in written if one.kind == Disclosure.Kind.ITEM]
    wanted = [wanted_words(request, item) for item in items if item.code == opened]
    if opened and not wanted:
        raise Http404
    drafts = [] if capture else queries.drafts_at(request.actor, [draft_place(found.pk, ITEM)])
    wanted += [_wanted_draft(found, draft) for draft in drafts]
    names = open_wanted(request.actor, wanted_roster(found.group, members), *wanted)
    notes = {one.about_id: one for one in written if one.kind == Disclosure.Kind.PROGRESS_NOTE}
    summaries = [one for one in written if one.kind == Disclosure.Kind.SUMMARY]
    states = consents.item_states([queries.current_version(item) for item in items])
    cards = [item_card(i, names, states[queries.current_version(i).pk]) for i in items]
    cells = cells_of(members, marks, names)
    context = {
        "session": found,
        "group_name": names[found.group_id],
        "cells": cells,
        "statuses": STATUSES,
        "there": sum(mark.was_there for mark in marks),
        "unsaid": any(cell.status == "expected" for cell in cells),
        "ring": _ring(cells),
        "cards": cards,
        "group_note": queries.group_note_of(found),
        "notes": [
            (cell, notes.get(cell.member.pk))
            for cell in cells
            if cell.was_there or cell.member.pk in notes
        ],
        "summaries": [(one, names.get(one.about_id, "")) for one in summaries if one.about_id],
        "form": capture_form(None, members, marks, names),
        "kept": [(names[draft.pk], draft.kept_at) for draft in drafts],
        **capture,
    }
    return render(request, "facilitator/session.html", context)


def _ring(cells: list[Any]) -> Ring:
    return ring_of([cell.status for cell in cells])


def _wanted_draft(found: GroupSession, draft: Draft) -> Wanted:
    """The words of an item that were being typed, opened for their writer."""
    group = found.group
    look = Look(
        "draft.opened",
        frozenset([draft.pk]),
        object_id=found.pk,
        code=group.code,
        group=group.pk,
    )
    return Wanted(look, {draft.pk: draft.sealed_text})
