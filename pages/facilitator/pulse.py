"""How a group goes, as its members answer: whole batches of five people, and never one of them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import Role
from pages.shared.access import HouseRequest, door
from pages.shared.pulse import texts_of
from sessions_app import queries as sessions
from sessions_app.queries.pulse import is_large, pulse_trends, pulse_wordings


@require_GET
@door(Role.FACILITATOR)
def group_pulse(request: HouseRequest, code: str) -> HttpResponse:
    """The trend of each question; of a group of fewer than five, the sentence why there is none."""
    group = sessions.own_group(request.actor, code)
    large = is_large(group, sessions.today_of(request.actor))
    wordings = pulse_wordings(request.actor.practice)
    trends = [
        {"text": texts_of(wordings.get(one.wording))[one.question - 1], "points": one.points}
        for one in (pulse_trends(group) if large else ())
    ]
    return render(
        request, "facilitator/pulse.html", {"group": group, "large": large, "trends": trends}
    )
