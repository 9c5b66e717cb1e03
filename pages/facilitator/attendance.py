"""Who was there: cell by cell, each saved by itself."""

from datetime import time
from typing import TypedDict
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_time
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pages.facilitator.groups import facilitator
from pages.shared.access import HouseRequest, only_of
from pages.shared.names import Names, roster_names
from pages.shared.sentences import sentence
from sessions_app import queries
from sessions_app.models import Attendance, AttendanceStatus, GroupSession, Member
from sessions_app.rules import Problem, Rejected
from sessions_app.services.sessions import mark_attendance, mark_everybody_here

SEEN = "seen-"
STATUSES = [(s.value, s.label) for s in AttendanceStatus]


class MarkIn(TypedDict):
    """What a form says of one cell."""

    member: UUID
    status: AttendanceStatus
    arrived_at: time | None
    seen: int


class Cell:
    """One person's row of the grid, as it is drawn."""

    def __init__(self, member: Member, name: str, mark: Attendance | None) -> None:
        self.member, self.name = member, name
        self.status = mark.status if mark else AttendanceStatus.EXPECTED.value
        self.arrived = f"{mark.arrived_at:%H:%M}" if mark and mark.arrived_at else ""
        self.revision = mark.revision if mark else 0
        self.was_there = bool(mark and mark.was_there)
        self.problem = ""

    @property
    def late(self) -> bool:
        return self.status == AttendanceStatus.LATE


def cells_of(members: list[Member], marks: list[Attendance], names: Names) -> list[Cell]:
    """Return the grid of a session's members, by name; somebody not listed yet is expected."""
    by_member = {mark.member_id: mark for mark in marks}
    cells = [Cell(member, names[member.pk], by_member.get(member.pk)) for member in members]
    return sorted(cells, key=lambda cell: cell.name)


@require_POST
@facilitator
def mark(request: HouseRequest, session_id: UUID) -> HttpResponse:
    """Save every cell of the form that changed; one cell is as good as the whole grid."""
    session = queries.own_session(request.actor, session_id)
    marks = list(queries.attendance_of(session))
    members = queries.roster_of(session, marks)
    for beginning in (SEEN, "status-", "was-", "arrived-"):
        only_of(request.POST, beginning, {str(one.pk) for one in members})
    problems = _save(request, session)
    if not request.headers.get("HX-Request"):
        for problem in set(problems.values()):
            messages.warning(request, problem)
        if not problems:
            messages.success(request, _("Attendance saved."))
        return redirect("session", session_id=session_id)
    marks = list(queries.attendance_of(session))
    names = roster_names(request.actor, session.group, members)
    touched = set(_cells_in(request))
    cells = [c for c in cells_of(members, marks, names) if str(c.member.pk) in touched]
    for cell in cells:
        cell.problem = problems.get(str(cell.member.pk), "")
    there = sum(one.was_there for one in marks)
    context = {
        "cells": cells,
        "session": session,
        "statuses": STATUSES,
        "there": there,
        "all": len(members),
    }
    response = render(request, "facilitator/_cells_saved.html", context)
    if problems:
        response["HX-Retarget"] = f"#row-{cells[0].member.pk}" if cells else "#grid"
        response["HX-Reswap"] = "outerHTML"
    return response


def _save(request: HouseRequest, session: GroupSession) -> dict[str, str]:
    """Save each cell by itself, so that a refused one takes no other with it."""
    problems = {}
    for member in _changed(request):
        try:
            mark_attendance(by=request.actor, session=session, **_mark_in(request, member))
        except Rejected as rejected:
            field, problem = next(iter(rejected.problems.items()))
            problems[member] = str(sentence(field, problem))
    return problems


def _cells_in(request: HouseRequest) -> list[str]:
    return [name.removeprefix(SEEN) for name in request.POST if name.startswith(SEEN)]


def _changed(request: HouseRequest) -> list[str]:
    """Return the cells that the writer touched: what a colleague answered meanwhile stays.

    A form sent whole says what each cell was when it was drawn; a single cell
    is sent because it was touched.
    """
    post = request.POST
    return [
        member
        for member in _cells_in(request)
        if f"{post.get(f'status-{member}')}|{post.get(f'arrived-{member}', '')}"
        != post.get(f"was-{member}")
    ]


def _mark_in(request: HouseRequest, member: str) -> MarkIn:
    status = request.POST.get(f"status-{member}", "")
    seen = request.POST.get(f"{SEEN}{member}", "")
    try:
        if status not in AttendanceStatus.values or not seen.isdecimal() or len(seen) > 6:
            raise ValueError
        return {
            "member": UUID(member),
            "status": AttendanceStatus(status),
            "arrived_at": _arrived(request, member, status),
            "seen": int(seen),
        }
    except ValueError:
        raise Rejected({"attendance": Problem.NOT_ON_THE_ROSTER}) from None


def _arrived(request: HouseRequest, member: str, status: str) -> time | None:
    """Return when somebody came; only the late have a time, whatever the field still holds."""
    typed = request.POST.get(f"arrived-{member}", "")
    if status != AttendanceStatus.LATE or not typed:
        return None
    try:
        arrived = parse_time(typed)
    except ValueError:  # "25:99" looks like a time
        arrived = None
    if arrived is None:
        raise Rejected({"arrived_at": Problem.OUTSIDE_THE_SESSION})
    return arrived.replace(second=0, microsecond=0, tzinfo=None)


@require_POST
@facilitator
def everybody_here(request: HouseRequest, session_id: UUID) -> HttpResponse:
    """Mark everybody as here about whom nothing is said yet; then only the others are to say."""
    session = queries.own_session(request.actor, session_id)
    mark_everybody_here(by=request.actor, session=session)
    return redirect("session", session_id=session_id)
