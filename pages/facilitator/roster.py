"""Adding everybody from a file: choose it, look at what was read, add them all."""

import json
import math
import secrets
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.hashers import make_password
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Role
from audit import trail
from pages.facilitator.forms import RosterFileForm
from pages.facilitator.roster_sentences import FAULTS, place_of
from pages.shared.access import HouseRequest, door
from pages.shared.sentences import sentence
from sessions_app import queries
from sessions_app.known_names import open_known_names
from sessions_app.models import TherapyGroup
from sessions_app.roster_file import RosterRefused, RosterRow, check_roster, read_roster
from sessions_app.rules import Problem, Rejected
from sessions_app.services import roster
from sessions_app.services.joining import check_open
from vault.envelope import Unreadable
from vault.session_seal import seal_carried, unseal_carried

PREVIEW_LASTS = timedelta(hours=1)
SAVING_EACH = 0.005  # seconds; beside it stands the password's hash, slow on purpose
MOST_PROBLEMS = 50

facilitator = door(Role.FACILITATOR)


@require_http_methods(["GET", "POST"])
@facilitator
def import_roster(request: HouseRequest, code: str) -> HttpResponse:
    """What the file must look like; a file that was sent is read and shown, and not saved."""
    found = queries.own_group(request.actor, code)
    form = RosterFileForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        today = queries.today_in(request.actor.practice)
        try:
            check_open(found)
            rows = read_roster(form.cleaned_data["file"].read(), today=today)
            known = _names_in(request, found).values()
            check_roster(rows, today=today, known=known)
            return _preview(request, found, rows)
        except RosterRefused as refused:
            return _refused(request, found, refused)
        except Rejected as rejected:
            form.reject(rejected)
    return _form_page(request, found, form=form)


@require_POST
@facilitator
def add_roster(request: HouseRequest, code: str) -> HttpResponse:
    """Add exactly those who were shown; their one-time codes are shown once, to hand over."""
    found = queries.own_group(request.actor, code)
    try:
        once, rows = _carried(request, found)
        added = roster.import_roster(
            by=request.actor, group=found, rows=rows, once=once, known=_names_in(request, found)
        )
    except Unreadable:
        stale = _("What was shown is too old, or was changed on the way. Choose the file again.")
        return _form_page(request, found, stale, status=410)
    except RosterRefused as refused:
        already = _("Somebody of these is in the group by now. Nobody was added twice.")
        return _refused(request, found, refused, already, status=409)
    except Rejected as rejected:
        said = [_sentence(*problem) for problem in rejected.problems.items()]
        return _form_page(request, found, *said, status=409)
    slips = [
        {"name": row.name, "code": new.member.code, "issued": new.issued}
        for row, new in zip(rows, added, strict=True)
    ]
    context = {"group": found, "slips": slips, "address": request.get_host()}
    return render(request, "facilitator/roster_added.html", context)


def _names_in(request: HouseRequest, group: TherapyGroup) -> dict[UUID, str]:
    """Return the names of everybody they met in the group (R31), read by the machine alone."""
    members = queries.members_of([group], met_by=request.actor)
    receipt = trail.machine_receipt(request.actor, "roster", [member.pk for member in members])
    return {known.member: known.name for known in open_known_names(members, receipt)[0]}


def _preview(request: HouseRequest, group: TherapyGroup, rows: Sequence[RosterRow]) -> HttpResponse:
    content = {"once": str(uuid4()), "rows": [asdict(row) for row in rows]}
    carried = seal_carried(
        json.dumps(content, default=date.isoformat, ensure_ascii=False).encode(),
        bound_to=_whose(request, group),
        at=timezone.now(),
    )
    context = {
        "group": group,
        "rows": rows,
        "carried": carried,
        "seconds": math.ceil(len(rows) * (_seconds_of_a_hash() + SAVING_EACH)),
    }
    return render(request, "facilitator/roster_preview.html", context)


def _seconds_of_a_hash() -> float:
    """Try it: what a hash costs here and now is known to no setting."""
    began = time.perf_counter()
    make_password(secrets.token_urlsafe())
    return time.perf_counter() - began


def _carried(request: HouseRequest, group: TherapyGroup) -> tuple[UUID, list[RosterRow]]:
    """Return what the preview sealed into its form. Raises Unreadable."""
    content = json.loads(
        unseal_carried(
            request.POST.get("carried", ""),
            bound_to=_whose(request, group),
            at=timezone.now(),
            lasts=PREVIEW_LASTS,
        )
    )
    return UUID(content["once"]), [_row(**row) for row in content["rows"]]


def _row(*, aliases: list[str], since: str, **cells: Any) -> RosterRow:
    return RosterRow(**cells, aliases=tuple(aliases), since=date.fromisoformat(since))


def _whose(request: HouseRequest, group: TherapyGroup) -> bytes:
    return b"roster" + request.actor.user.bytes + group.pk.bytes


def _refused(
    request: HouseRequest,
    group: TherapyGroup,
    refused: RosterRefused,
    *said: object,
    status: int = 200,
) -> HttpResponse:
    """Show every problem, each with the way to its row, and the rows as they were read."""
    shown = {row.number for row in refused.raw}
    listed = [
        {
            "number": one.number,
            "shown": one.number in shown,
            "place": place_of(one),
            "sentence": FAULTS[one.fault],
        }
        for one in refused.problems
    ]
    wrong = {one.number for one in refused.problems}
    context: dict[str, Any] = {
        "problems": listed[:MOST_PROBLEMS],
        "unsaid": len(listed[MOST_PROBLEMS:]),
        "raw": [row for row in refused.raw if row.number in wrong],
    }
    return _form_page(request, group, *said, status=status, **context)


def _form_page(
    request: HouseRequest,
    group: TherapyGroup,
    *said: object,
    form: RosterFileForm | None = None,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    context |= {"group": group, "form": form or RosterFileForm(), "said": said}
    return render(request, "facilitator/roster_import.html", context, status=status)


def _sentence(field: str, problem: Problem) -> object:
    if problem == Problem.CLOSED:
        return _("These people were added already. Nobody was added twice.")
    if problem == Problem.CHANGED_MEANWHILE:
        return _("Somebody else came into the group meanwhile. Choose the file again and look.")
    return sentence(field, problem)
