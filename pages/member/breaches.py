"""Telling that something left the room, and reading what was answered."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from pages.member.forms import BreachForm
from pages.shared.access import MEMBER, HouseRequest, door
from pages.shared.keeping import draw, keeps_form
from pages.shared.names import staff_names
from sessions_app import queries
from sessions_app.rules import Rejected
from sessions_app.services.agreements import read_breach, report_breach
from vault import services as vault


@keeps_form(BreachForm)
@require_http_methods(["GET", "POST"])
@door(MEMBER)
def tell(request: HouseRequest, membership: UUID) -> HttpResponse:
    """What happened, and who may read it; below, what was told before."""
    stint = queries.own_stint(request.actor, membership)
    form = draw(request, BreachForm, request.POST or None)
    if form.is_valid():
        try:
            report_breach(
                by=request.actor,
                membership_id=membership,
                text=form.cleaned_data["text"],
                tell_leaders=form.cleaned_data["tell_leaders"],
                once=form.key,
            )
            messages.success(request, _("Told, and sealed."))
            return redirect("tell_breach", membership=membership)
        except Rejected as rejected:
            form.reject(rejected)
    today = queries.today_of(request.actor)
    reviewing = queries.supervisors_on(stint.group, today)
    context = {
        "form": form,
        "stint": stint,
        "told": list(queries.own_breaches(request.actor).filter(group=stint.group_id)),
        "nobody_else": not reviewing - queries.leaders_on(stint.group, today),
    }
    return render(request, "member/breach.html", context)


@require_POST
@door(MEMBER)
def read(request: HouseRequest, report: UUID) -> HttpResponse:
    """One's own words, and the answer."""
    found, receipt = read_breach(by=request.actor, report_id=report)
    practice = request.actor.practice
    answer = found.sealed_answer(practice)
    context = {
        "report": found,
        "words": vault.open(found.sealed_text(practice), receipt),
        "answer": vault.open(answer, receipt) if answer else "",
        "by": "".join(staff_names(request.actor, filter(None, [found.answered_by_id])).values()),
    }
    return render(request, "member/own_breach.html", context)
