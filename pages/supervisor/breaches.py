"""What members told of a breach: read, with an entry, and answered once."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Role
from pages.shared.access import HouseRequest, door
from pages.shared.keeping import draw, keeps_form
from pages.supervisor.forms import AnswerForm
from sessions_app import queries
from sessions_app.rules import Rejected
from sessions_app.services.agreements import answer_breach, read_breach
from vault import services as vault

supervisor = door(Role.SUPERVISOR)


@require_GET
@supervisor
def breaches(request: HouseRequest) -> HttpResponse:
    """Everything that was told of the groups this person reviews, newest first."""
    context = {"told": list(queries.breaches_for(request.actor)[:50])}
    return render(request, "supervisor/breaches.html", context)


@keeps_form(AnswerForm, back="breaches")
@require_POST
@supervisor
def read(request: HouseRequest, report: UUID) -> HttpResponse:
    """One report with its words, and the place to answer; with an answer it is sent."""
    sent = request.POST if "answer" in request.POST else None
    form = draw(request, AnswerForm, sent, question=True)
    if form.is_valid():
        try:
            answer_breach(by=request.actor, report_id=report, text=form.cleaned_data["answer"])
            messages.success(request, _("Answered. The member finds it on their page."))
            return redirect("breaches")
        except Rejected as rejected:
            form.reject(rejected)
    found, receipt = read_breach(by=request.actor, report_id=report)
    practice = request.actor.practice
    answer = found.sealed_answer(practice)
    context = {
        "report": found,
        "form": form,
        "words": vault.open(found.sealed_text(practice), receipt),
        "answer": vault.open(answer, receipt) if answer else "",
    }
    return render(request, "supervisor/breach.html", context)
