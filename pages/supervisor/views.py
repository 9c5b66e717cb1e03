"""The supervisor's trail: who did what, and when; no words, no member names."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import Role
from accounts.queries import users_by_id
from audit import queries as audit
from audit import trail as trail_of
from audit.models import Entry
from audit.trail import NOBODY
from pages.shared.access import HouseRequest, door
from pages.shared.names import open_names
from pages.shared.sentences import ACTS
from sessions_app import queries as sessions

# In a small practice the one who asks also reviews: a no stays silence for them here too.
SILENT = "consent.declined"


@require_GET
@door(Role.SUPERVISOR)
def trail(request: HouseRequest) -> HttpResponse:
    """The entries of the supervised groups, newest first; looking is itself an entry."""
    groups = {group.pk: group.code for group in sessions.groups_supervised_by(request.actor)}
    before = _seq(request.GET.get("before", ""))
    entries = audit.entries_of_groups(request.actor.practice, groups, before=before)
    who = _labels(request, entries)
    led = set(sessions.groups_run_by(request.actor).values_list("pk", flat=True))
    rows = [
        {
            "entry": entry,
            "act": ACTS.get(entry.act, entry.act),
            "who": who.get(entry.actor or NOBODY, ""),
            "group": groups.get(entry.group or NOBODY, ""),
            "reasons": "" if entry.group in led else entry.reasons,
        }
        for entry in entries
        if not (entry.group in led and entry.act == SILENT)
    ]
    more = entries[-1].seq if len(entries) == audit.PAGE else None
    context = {"rows": rows, "more": more, "first": before is None, "groups": groups}
    return render(request, "supervisor/trail.html", context)


def _seq(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def _labels(request: HouseRequest, entries: list[Entry]) -> dict[UUID, str]:
    """Members by code, staff by name; the look and its names are one entry."""
    ids = {entry.actor for entry in entries if entry.actor}
    codes = sessions.codes_of_users(request.actor.practice, ids)
    staff = users_by_id(request.actor.practice, ids - set(codes))
    receipt = trail_of.receipt_for(request.actor, audit.LOOKED, staff)
    return {**codes, **open_names(staff.values(), receipt)}
