"""The supervisor's trail: who did what, and when; no words, no member names."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.models import Role
from accounts.queries import staff_of
from audit import queries as audit
from audit import trail as trail_of
from audit.models import Entry, Outcome
from audit.queries import Discretion, Wanted
from audit.trail import NOBODY, Actor
from audit.verifier import decode
from consent import queries as consents
from consent.services.alarms import CLOSED
from consent.services.links import RECIPIENT
from pages.shared.access import REPRESENTATIVE, HouseRequest, door
from pages.shared.names import open_names
from pages.shared.paging import as_text, place_in
from pages.shared.sentences import ACTS
from pages.supervisor.forms import TrailForm
from sessions_app import queries as sessions
from sessions_app.models import TherapyGroup, local_midnight

# In a small practice the one who asks also reviews: a no stays silence for them here too, and
# whoever was pressured into a yes seems to have taken it back, and later to have said yes again.
UNHEARD, DISGUISED, SHOWN_AS = "consent.declined", "consent.held", "consent.revoked"
LIFTED, LIFTED_AS = "consent.unheld", "consent.granted"
OUTSIDE = {
    "house": _("The house itself"),
    RECIPIENT: _("A recipient"),
    REPRESENTATIVE: _("Who speaks for the member"),
}
CHIPS = {
    "consent.granted": "granted",
    "consent.declined": "declined",
    "consent.revoked": "withdrawn",
    "consent.held": "withdrawn",
}


def discretion_for(by: Actor, supervised: Iterable[TherapyGroup]) -> Discretion:
    """Return what a supervisor is not told where they are also the one who asks (rule R46).

    In the groups they lead, and of the questions they put while they led.
    """
    groups = {group.pk: group.led for group in supervised}
    put = consents.put_by(by, groups)
    leads = frozenset(group for group, led in groups.items() if led)
    return Discretion(
        leads,
        put.noes,
        put.groups,
        UNHEARD,
        DISGUISED,
        SHOWN_AS,
        CLOSED,
        LIFTED,
        Role.SUPERVISOR,
        LIFTED_AS,
        silent=consents.silent_entries(by, leads, put.groups),
    )


@require_GET
@door(Role.SUPERVISOR)
def trail(request: HouseRequest) -> HttpResponse:
    """The entries of the supervised groups, newest first; looking is itself an entry."""
    supervised = list(sessions.groups_supervised_by(request.actor))
    groups = {group.pk: group.code for group in supervised}
    led = {group.pk for group in supervised if group.led}
    discretion = discretion_for(request.actor, supervised)
    members = sessions.codes_in_groups(groups)
    staff = staff_of(request.actor.practice)
    receipt = trail_of.receipt_for(request.actor, audit.LOOKED, [one.pk for one in staff])
    who = {**open_names(staff, receipt), **members}
    form = TrailForm(
        request.GET,
        staff=[(str(one.pk), who[one.pk]) for one in staff],
        members=sorted(set(members.values())),
        never=(UNHEARD, DISGUISED) if led == set(groups) else (),
    )
    before = place_in(request.GET.get("before", ""))
    entries = []
    unknown, stories = list[str](), list[str]()
    if form.is_valid():
        named = consents.named_by(groups, form.cleaned_data["code"])
        entries = audit.entries_of_groups(
            request.actor.practice,
            groups,
            before=before,
            wanted=_wanted(request, form.cleaned_data, groups, named, members),
            discretion=discretion,
        )
        stories = [code for code, ids in named.items() if ids and code.startswith("D-")]
        unknown = [code for code, ids in named.items() if not ids and not entries]
    whose = consents.members_of_permissions(
        [entry.object_id for entry in entries if entry.object_id and discretion.lifts(entry)]
    )
    full = len(entries) == audit.PAGE
    context = {
        "form": form,
        "unknown": unknown,
        "rows": rows_of(entries, who, groups, discretion, whose),
        "more": as_text(audit.end_of(entries, before)) if full else None,
        "first": before is None,
        "numbered": not (discretion.groups or discretion.asked_in),
        "kept": urlencode(form.kept()),
        "filters_on": form.told(),
        "narrowed": form.narrowed(),
        "stories": stories,
        "groups": groups,
    }
    return render(request, "supervisor/trail.html", context)


def rows_of(
    entries: list[Entry],
    who: dict[UUID, str],
    groups: dict[UUID, str],
    discretion: Discretion,
    whose: Mapping[UUID, str],
) -> list[dict[str, Any]]:
    """Return entries as a page shows them: members by code, staff by name, items by code.

    `whose` are the members' codes of permissions that somebody gave back to them. Where
    the reader asks or did, no row says its number: a gap would tell what is left out.
    """
    numberless = bool(discretion.groups or discretion.asked_in)
    known_as = {entry.seq: discretion.act_of(entry) for entry in entries}
    return [
        {
            "entry": entry,
            "act": ACTS.get(known_as[entry.seq], entry.act),
            "who": whose.get(entry.object_id or NOBODY, "")
            if discretion.lifts(entry)
            else who.get(entry.actor or NOBODY, "") or OUTSIDE.get(entry.role, ""),
            "is_member": entry.role == "member" or discretion.lifts(entry),
            "number": "" if numberless else entry.seq,
            "group": groups.get(entry.group or NOBODY, ""),
            "items": _named(entry, "D-"),
            "links": _named(entry, "L-"),
            "chip": CHIPS.get(known_as[entry.seq], ""),
            "withheld": entry.outcome == Outcome.WITHHOLD,
            "released": entry.outcome == Outcome.PERMIT,
            "reasons": "" if discretion.asks_in(entry.group) else entry.reasons.replace(",", ", "),
        }
        for entry in entries
    ]


def _named(entry: Entry, beginning: str) -> list[str]:
    """Return the codes of one kind that an entry stood on, besides its own."""
    ground = decode(bytes(entry.body))["ground"].split(",")
    return [code for code in ground if code.startswith(beginning) and code != entry.code]


def _wanted(
    request: HouseRequest,
    asked: dict[str, Any],
    groups: dict[UUID, str],
    named: dict[str, set[UUID]],
    members: dict[UUID, str],
) -> Wanted:
    """Turn what was typed into ids."""
    practice, person = request.practice, asked["who"]
    by_code = {member: pk for pk, member in members.items()}
    return Wanted(
        act=asked["act"],
        actor=by_code.get(person) or (UUID(person) if person else None),
        things=frozenset(consents.named_by(groups, [person])[person])
        if person in by_code
        else frozenset(),
        since=local_midnight(asked["since"], practice) if asked["since"] else None,
        until=local_midnight(asked["until"] + timedelta(days=1), practice)
        if asked["until"]
        else None,
        about=tuple((code, frozenset(ids)) for code, ids in named.items()),
    )
