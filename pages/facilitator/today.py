"""Today: what needs the facilitator, what is on tonight, and each group's last weeks."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from pages.facilitator.groups import facilitator
from pages.shared.access import HouseRequest
from pages.shared.names import Names, group_names
from sessions_app import queries
from sessions_app.models import GroupSession, TherapyGroup


class Need(NamedTuple):
    """One thing to do: where, what, in which group, how old in days."""

    icon: str
    url_name: str
    place: object
    what: str
    group: str
    days: int


@require_GET
@facilitator
def today(request: HouseRequest) -> HttpResponse:
    """What needs the person first, then tonight, then their groups."""
    groups = list(queries.groups_run_by(request.actor))
    names = group_names(request.actor, groups)
    day = queries.today_in(request.actor.practice)
    latest = queries.latest_sessions(groups)
    work = queries.work_left(request.actor, groups, since=day - timedelta(days=60))
    open_groups = [group for group in groups if not group.closed_on]
    context = {
        "today": day,
        "needs": _needs(work, names, day),
        "tonight": [_card(g, names, latest, day) for g in open_groups if _meets(g, day)],
        "others": [_card(g, names, latest, day) for g in open_groups if not _meets(g, day)],
        "groups": groups,
    }
    return render(request, "facilitator/today.html", context)


def _meets(group: TherapyGroup, day: date) -> bool:
    return group.weekday == day.weekday()


def _card(
    group: TherapyGroup, names: Names, latest: dict[Any, GroupSession], day: date
) -> dict[str, Any]:
    last = latest.get(group.pk)
    logged = bool(last and _meets(group, day) and timezone.localdate(last.starts) == day)
    return {"group": group, "name": names[group.pk], "latest": last, "logged": logged}


def _needs(work: list[queries.WorkLeft], names: Names, day: date) -> list[Need]:
    needs = []
    for left in work:
        age = (day - left.session.local_day()).days
        for icon, url_name, words, place in _sentences(left):
            needs.append(Need(icon, url_name, place, words, names[left.session.group_id], age))
    return sorted(needs, key=lambda need: -need.days)


def _sentences(left: queries.WorkLeft) -> Iterator[tuple[str, str, str, object]]:
    session = left.session.pk
    if left.look:
        yield "eye", "second_look", _("Take a second look at an item"), left.look
    if left.sent_back:
        yield "pencil", "change_redacted", _("Change an item that came back"), left.sent_back
    if left.summaries:
        said = ngettext("Sign %(n)s summary", "Sign %(n)s summaries", left.summaries)
        yield "pencil", "session", said % {"n": left.summaries}, session
    if left.unsaid:
        said = ngettext(
            "Say whether %(n)s person was there",
            "Say whether %(n)s people were there",
            left.unsaid,
        )
        yield "people", "session", said % {"n": left.unsaid}, session
    if left.unsigned:
        said = ngettext("Sign %(n)s note", "Sign %(n)s notes", left.unsigned)
        yield "pencil", "notes", said % {"n": left.unsigned}, session
    if left.unwritten:
        said = ngettext("Write %(n)s note", "Write %(n)s notes", left.unwritten)
        yield "pencil", "notes", said % {"n": left.unwritten}, session
    if left.drafts:
        said = ngettext(
            "Save what you were typing", "Save %(n)s texts you were typing", left.drafts
        )
        yield "waiting", "notes", said % {"n": left.drafts}, session
