"""The member's own plan for hard hours: theirs to read, and to print."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from audit.trail import Look
from ethics import queries
from ethics.risk_rules import PARTS, plan_parts
from pages.shared.access import MEMBER, HouseRequest, door
from pages.shared.names import Wanted, open_wanted
from pages.shared.risk_words import HEADINGS


@require_GET
@door(MEMBER)
def safety_plan(request: HouseRequest) -> HttpResponse:
    """The latest version of one's own plan, recorded as a look; nobody else's is found here."""
    plan = queries.own_safety_plan(request.actor)
    parts = []
    if plan:
        look = Look(
            "safety_plan.opened", frozenset([plan.pk]), object_id=plan.pk, once_per_sign_in=True
        )
        words = open_wanted(request.actor, Wanted(look, {plan.pk: plan.sealed_words}))
        said = plan_parts(words[plan.pk])
        parts = [(HEADINGS[part], said[part]) for part in PARTS if said[part]]
    context = {"plan": plan, "parts": parts, "lines": queries.crisis_contacts(request.practice)}
    return render(request, "risk/own_plan.html", context)
