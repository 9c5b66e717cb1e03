"""A second look by a supervisor: exactly the text under review, and nothing else of the item."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Role
from pages.shared.access import HouseRequest, door
from pages.shared.keeping import keeps_form
from pages.shared.looks import CONFIRM, LookForm, look_form
from sessions_app import queries
from sessions_app.services.redacting import look_at_redacted
from vault import services as vault


@keeps_form(LookForm)
@require_http_methods(["GET", "POST"])
@door(Role.SUPERVISOR)
def review_look(request: HouseRequest, code: str) -> HttpResponse:
    """Read redacted words, recorded, and say whether anybody else can be recognised."""
    version = queries.looks_asked_of(request.actor).get(disclosure__code=code)
    form, done = look_form(request, version)
    if done:
        said = _("Confirmed. It can be asked about now.")
        messages.success(request, said if done == CONFIRM else _("Sent back, with your reason."))
        return redirect("desk")
    version, receipt = look_at_redacted(by=request.actor, code=code)
    context = {
        "form": form,
        "item": version.disclosure,
        "words": vault.open(version.sealed_text(request.actor.practice), receipt),
        "concerns": sorted(version.subjects.values_list("member__code", flat=True)),
    }
    return render(request, "supervisor/second_look.html", context)
