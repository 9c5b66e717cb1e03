"""The supervisor's first page: what needs them now, the most pressing first; then the rest."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Role
from accounts.queries import users_by_id
from audit import queries as audit
from audit import trail as trail_of
from audit.models import Entry
from audit.queries import Discretion
from oversight.queries import alarms_and_withheld
from oversight.services import close_alarm
from pages.shared.access import HouseRequest, door
from pages.shared.names import open_names
from pages.shared.sentences import ACTS, ALARMS, SOMETHING_MISSING, WHY_IT_WAS_KEPT
from pages.supervisor.trail import discretion_for, rows_of
from pages.supervisor.waiting import consulted_on, waiting_for, weighed
from sessions_app import queries as sessions

WITHHELD_FOR = timedelta(days=14)
LATELY = timedelta(days=7)
MOST = 6


@require_GET
@door(Role.SUPERVISOR)
def desk(request: HouseRequest) -> HttpResponse:
    """What waits for this person, and how the supervised groups stand; all of this moment."""
    now, practice = timezone.now(), request.actor.practice
    supervised, left = sessions.groups_at_the_desk(request.actor)
    codes = {group.pk: group.code for group in supervised}
    led = {group.pk for group in supervised if group.led}
    discretion = discretion_for(request.actor, supervised)
    alarms, withheld = alarms_and_withheld(
        practice, codes, since=now - WITHHELD_FOR, limit=MOST, discretion=discretion
    )
    staff = users_by_id(practice, {one.actor for [one, *_more] in withheld if one.actor})
    receipt = trail_of.receipt_for(request.actor, audit.AT_THE_DESK, staff, once_per_sign_in=True)
    lately = audit.latest_by_group(practice, codes, now - LATELY, discretion=discretion)
    times, people = audit.closed_doors(practice, now - LATELY)
    links = audit.check_last_links(practice)
    context = {
        "now": now,
        **weighed(waiting_for(request.actor), now),
        "cases": consulted_on(request.actor, now),
        "withheld": _one_by_one(withheld, open_names(staff.values(), receipt), codes, discretion),
        "alarms": [
            {"entry": one, "act": ACTS[one.act], "todo": ALARMS[one.act], "group": codes[one.group]}
            for one in alarms
            if one.group
        ],
        "groups": [(group, lately.get(group.pk)) for group in supervised],
        "left": left,
        "led": led,
        "doors": times,
        "door_people": people,
        "links": links,
        "asks": bool(discretion.groups or discretion.asked_in),
        "whole": links.checked == links.length,
    }
    return render(request, "supervisor/desk.html", context)


def _one_by_one(
    withheld: list[list[Entry]],
    who: dict[UUID, str],
    codes: dict[UUID, str],
    discretion: Discretion,
) -> list[dict[str, Any]]:
    """Return a row for each thing withheld: how many items stayed, and why, as far as one may know.

    The trail has its entries one by one, and the reasons by their names.
    """
    rows = []
    for entries in withheld:
        each = rows_of(entries, who, codes, discretion, {})
        reasons = {one for row in each for one in row["reasons"].split(", ") if one}
        words = {str(WHY_IT_WAS_KEPT.get(one, SOMETHING_MISSING)) for one in reasons}
        items = sorted({code for row in each for code in row["items"]})
        rows.append({**each[0], "items": items, "reasons": sorted(words)})
    return rows


@require_POST
@door(Role.SUPERVISOR)
def looked_into(request: HouseRequest, seq: int) -> HttpResponse:
    """The supervisor has looked into an alarm; from then on it is not open any more."""
    close_alarm(by=request.actor, seq=seq)
    messages.success(request, _("Noted that you looked into it."))
    return redirect("desk")
