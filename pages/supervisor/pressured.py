"""Somebody was pressured into a yes: what to do, and the two ways it can end."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Role
from accounts.services import StepUpRefused
from consent import queries as consents
from consent.services.holding import lift_hold, lift_scope
from oversight.queries import alarm_about
from pages.shared.access import HouseRequest, door
from pages.shared.sentences import PROBLEMS
from pages.shared.views import ask_for_proof
from sessions_app.rules import Problem, Rejected


@require_http_methods(["GET", "POST"])
@door(Role.SUPERVISOR)
def pressured(request: HouseRequest, code: str) -> HttpResponse:
    """What to do about one held yes; a POST goes and gives the password to lift it."""
    held = consents.pressured(request.actor, code)
    if request.method == "POST" and held.may_stand_again:
        what = _("To let the yes of member %(member)s stand again.") % {"member": held.member.code}
        return ask_for_proof(request, lift_scope(held), what, "lift_hold", code=code)
    return _page(request, code)


@require_http_methods(["GET", "POST"])
@door(Role.SUPERVISOR)
def lift(request: HouseRequest, code: str, step_up: UUID) -> HttpResponse:
    """What is attested, once more, and the button that attests it."""
    over, problem = False, ""
    if request.method == "POST":
        try:
            lift_hold(by=request.actor, code=code, step_up_id=step_up)
            messages.success(request, _("Their yes stands again. It is recorded."))
            return redirect("desk")
        except StepUpRefused:
            over = True
        except Rejected:
            problem = str(PROBLEMS[Problem.FROZEN])
    return _page(request, code, confirming=True, over=over, problem=problem)


def _page(request: HouseRequest, code: str, **more: object) -> HttpResponse:
    held = consents.pressured(request.actor, code)
    context = {"held": held, "alarm": alarm_about(request.actor, held.pk), **more}
    status = 409 if more.get("over") else 200
    return render(request, "supervisor/pressured.html", context, status=status)
