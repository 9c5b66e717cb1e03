"""Reading in an emergency: closed until a reason is given, then shown once, and reviewed.

Whom to call, and for the same reason how great the danger was judged last, and
the member's own safety plan (R65, R119).
"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from audit.trail import Receipt
from ethics import queries as ethics
from ethics.queries import ForEmergency
from ethics.risk_rules import PARTS, plan_parts, talk_of
from pages.shared.access import HouseRequest
from pages.shared.forms import WhyForm
from pages.shared.keeping import draw
from pages.shared.risk_words import HEADINGS, LEVELS, STEPS
from sessions_app.models import Member, Membership, TherapyGroup
from sessions_app.rules import Rejected
from sessions_app.services.contacts import read_contact
from vault import services as vault


def contact_page(
    request: HouseRequest, group: TherapyGroup, stint: Membership, *, back: str, change: str = ""
) -> HttpResponse:
    """Ask for the reason; with one, note the reading and show what is there.

    `back` is where the page came from, `change` where the contact is written.
    Before a reason is given the page is the same for everybody who is closed to
    it: that something is written is itself something to know.
    """
    member = stint.member
    form = draw(request, WhyForm, request.POST or None)
    context: dict[str, Any] = {
        "member": member,
        "group": group,
        "to": back,
        "change": change,
        "form": form,
    }
    if form.is_valid():
        joined = ethics.of_emergency(request.actor, group, member)
        try:
            read, receipt = read_contact(
                by=request.actor,
                group=group,
                member_code=member.code,
                why=form.cleaned_data["why"],
                also=[one.pk for one in joined.rows],
            )
            context |= {"open": True, **_opened(read, joined, receipt)}
        except Rejected as rejected:
            form.reject(rejected)
    return render(request, "shared/contact.html", context)


def _opened(member: Member, joined: ForEmergency, receipt: Receipt) -> dict[str, Any]:
    sealed = {one.pk: one.sealed_words for one in joined.rows}
    if contact := member.sealed_contact:
        sealed[member.pk] = contact
    words = dict(zip(sealed, vault.open_all(list(sealed.values()), receipt), strict=True))
    told: dict[str, Any] = {"contact": words.get(member.pk, "")}
    if joined.assessment:
        talk = talk_of(words[joined.assessment.pk])
        told["level"] = dict(LEVELS)[talk.level]  # type: ignore[index]
        told["judged_at"] = joined.assessment.at
        told["steps"] = [name for step, name in STEPS if step in talk.chosen]
    if joined.plan:
        said = plan_parts(words[joined.plan.pk])
        told["plan"] = [(HEADINGS[part], said[part]) for part in PARTS if said[part]]
        told["planned_at"] = joined.plan.at
    return told
