"""What members ask about their own record, by code, and the answer of whoever reviews the group."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import Role
from consent import queries
from consent.models import PrivacyRequest
from consent.services.privacy import answer_privacy
from pages.shared.access import HouseRequest, door
from pages.shared.keeping import draw, keeps_form
from pages.shared.privacy import opened
from pages.supervisor.forms import AnswerForm
from sessions_app.rules import Rejected

supervisor = door(Role.SUPERVISOR)


@require_GET
@supervisor
def requests(request: HouseRequest) -> HttpResponse:
    """What waits for an answer, and what was answered lately; closed until it is opened."""
    rows = queries.page_of_privacy_requests(request.actor)
    return render(request, "supervisor/requests.html", {"rows": rows})


@keeps_form(AnswerForm)
@require_http_methods(["GET", "POST"])
@supervisor
def answer(request: HouseRequest, code: str) -> HttpResponse:
    """One request, read and recorded, and the answer the member will find on their page."""
    found = queries.privacy_requests_for(request.actor).get(code=code)
    question = found.kind == PrivacyRequest.Kind.QUESTION
    form = draw(request, AnswerForm, request.POST or None, question=question)
    if form.is_valid():
        try:
            answer_privacy(
                by=request.actor,
                code=code,
                text=form.cleaned_data["answer"],
                agrees=form.agrees_to_it,
            )
            messages.success(request, _("Answered. The member finds it on their page."))
            return redirect("requests_of_members")
        except Rejected as rejected:
            form.reject(rejected)
    context = {"request_": found, "form": form, **opened(request, found, found.group)._asdict()}
    return render(request, "supervisor/request.html", context)
