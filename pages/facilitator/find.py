"""Finding somebody by name or by code. What was typed is in no address and no entry."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import Role
from audit import trail
from pages.facilitator.forms import FindForm
from pages.shared.access import HouseRequest, door
from pages.shared.names import group_names, roster_names
from sessions_app import queries
from sessions_app.known_names import open_known_names
from sessions_app.models import Member, TherapyGroup
from sessions_app.name_search import found_by, typed_words

TYPED = "find_person"
MOST_READ = 2000
MOST_SHOWN = 30
CODE = re.compile(r"M\s*[-\u2010-\u2013]?\s*([0-9]{4,8})", re.IGNORECASE)


@require_http_methods(["GET", "POST"])
@door(Role.FACILITATOR)
def find_person(request: HouseRequest) -> HttpResponse:
    """Search the people of the groups one leads.

    A form that was sent is kept in the sealed session for the one look that
    follows: going back to this page later shows it empty, and never asks to
    send a form again. While somebody types, the rows alone are drawn.
    """
    groups = {group.code: group for group in queries.groups_run_by(request.actor)}
    as_one_types = request.headers.get("HX-Request") == "true"
    if request.POST.get("group", "") not in ("", *groups):
        raise Http404
    if request.method == "POST" and not as_one_types:
        request.session[TYPED] = {name: request.POST.get(name, "") for name in ("q", "group")}
        return redirect("find_person")
    names = group_names(request.actor, groups.values())
    sent = request.POST if as_one_types else request.session.pop(TYPED, None)
    form = FindForm(sent, groups=[(code, names[group.pk]) for code, group in groups.items()])
    context: dict[str, Any] = {"form": form, "groups": groups}
    if form.is_valid():
        chosen = groups.get(form.cleaned_data["group"])
        within = [chosen] if chosen else list(groups.values())
        context |= _search(request, form.cleaned_data["q"], within, names)
    page = "facilitator/_found.html" if as_one_types else "facilitator/find.html"
    return render(request, page, context)


def _search(
    request: HouseRequest, typed: str, within: list[TherapyGroup], names: dict[UUID, str]
) -> dict[str, Any]:
    if code := CODE.fullmatch(typed.strip()):
        found = queries.members_of(within, met_by=request.actor, code=f"M-{code[1]}")
    else:
        everybody = queries.members_of(within, met_by=request.actor, most=MOST_READ + 1)
        if len(everybody) > MOST_READ:
            return {"too_many": True}
        found = _named(request, everybody, typed_words(typed))
    rows = _rows(request, found[:MOST_SHOWN], within, names)
    return {"searched": True, "rows": rows, "more": len(found) > MOST_SHOWN}


def _named(request: HouseRequest, everybody: list[Member], words: list[str]) -> list[Member]:
    """Return whoever goes by these words; all names are read for it, by the machine alone."""
    if not words:
        return []
    receipt = trail.machine_receipt(request.actor, "search", [one.pk for one in everybody])
    by = {
        known.member: [known.name, known.preferred, *known.aliases]
        for known in open_known_names(everybody, receipt)[0]
    }
    return [one for one in everybody if found_by(words, by.get(one.pk, []))]


def _rows(
    request: HouseRequest,
    found: Iterable[Member],
    within: list[TherapyGroup],
    names: dict[UUID, str],
) -> list[dict[str, Any]]:
    """Return who is shown, with their groups; names are noted for each group, as on its page."""
    groups = {group.pk: group for group in within}
    rosters: dict[UUID, dict[UUID, Member]] = defaultdict(dict)
    of_person: dict[UUID, dict[UUID, dict[str, Any]]] = defaultdict(dict)
    # The last stint says who is there now.
    for stint in queries.stints_of(found, within, met_by=request.actor):
        rosters[stint.group_id][stint.member_id] = stint.member
        of_person[stint.member_id][stint.group_id] = {
            "code": groups[stint.group_id].code,
            "name": names[stint.group_id],
            "until": stint.until,
        }
    shown: dict[UUID, str] = {}
    for group, members in rosters.items():
        shown |= roster_names(request.actor, groups[group], members.values())
    rows = [
        {"name": shown[one.pk], "code": one.code, "groups": list(of_person[one.pk].values())}
        for one in found
    ]
    return sorted(rows, key=lambda row: typed_words(row["name"]))
