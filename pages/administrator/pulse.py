"""The practice's own words for the three questions after an evening."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Role
from pages.administrator.forms import PulseQuestionsForm
from pages.shared.access import HouseRequest, door
from pages.shared.pulse import texts_of
from sessions_app.queries.pulse import pulse_in_force
from sessions_app.rules import Rejected
from sessions_app.services.pulse import set_pulse_questions


@require_http_methods(["GET", "POST"])
@door(Role.ADMINISTRATOR)
def pulse_questions(request: HouseRequest) -> HttpResponse:
    """The three questions, and since when they are asked in these words."""
    wording = pulse_in_force(request.actor.practice)
    fields = ("first", "second", "third")
    form = PulseQuestionsForm(
        request.POST or None, initial=dict(zip(fields, texts_of(wording), strict=True))
    )
    if form.is_valid():
        try:
            first, second, third = (form.cleaned_data[field] for field in fields)
            set_pulse_questions(by=request.actor, texts=(first, second, third))
            messages.success(request, _("Set. Members are asked in these words from now on."))
            return redirect("pulse_questions")
        except Rejected as rejected:
            form.reject(rejected)
    return render(request, "administrator/pulse_questions.html", {"form": form, "wording": wording})
