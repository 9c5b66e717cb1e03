"""A yes that was given online, said once more in the room, where the house asks for that."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.services import StepUpRefused
from consent import queries as consents
from consent.services.confirming import confirm_in_person, confirm_scope
from pages.facilitator.groups import facilitator
from pages.shared.access import HouseRequest
from pages.shared.names import recipient_names
from pages.shared.sentences import PROBLEMS
from pages.shared.views import ask_for_proof
from sessions_app.rules import Problem, Rejected


@require_POST
@facilitator
def confirm_yes(request: HouseRequest, code: str, consent: str) -> HttpResponse:
    """Go and give the password for this one confirmation; nothing is confirmed yet."""
    found = consents.consent_to_confirm(request.actor, consent, request=code)
    what = _("To confirm that member %(member)s said yes to you in the room.") % {
        "member": found.member.code
    }
    return ask_for_proof(
        request, confirm_scope(found), what, "confirm_in_room", code=code, consent=consent
    )


@require_http_methods(["GET", "POST"])
@facilitator
def confirm_in_room(request: HouseRequest, code: str, consent: str, step_up: UUID) -> HttpResponse:
    """What is attested, once more, and the button that attests it."""
    found = consents.consent_to_confirm(request.actor, consent, request=code)
    over, problem = False, ""
    if request.method == "POST":
        try:
            confirm_in_person(by=request.actor, code=consent, step_up_id=step_up)
            messages.success(request, _("Confirmed, and recorded."))
            return redirect("request", code=code)
        except StepUpRefused:
            over = True
        except Rejected:
            problem = PROBLEMS[Problem.FROZEN]
    context = {
        "asked_code": code,
        "consent": found,
        "recipient": recipient_names(request.actor, [found.recipient])[found.recipient_id],
        "over": over,
        "problem": problem,
    }
    return render(request, "facilitator/confirm.html", context, status=409 if over else 200)
