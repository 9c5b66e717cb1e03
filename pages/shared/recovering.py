"""Letting somebody in anew who lost every way in: two of the staff, one after the other."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.queries import own_step_up, users_by_id, waiting_recoveries
from accounts.services.recovery import (
    HELPERS,
    OVERSEERS,
    NotTheirs,
    ask_recovery,
    ask_scope,
    confirm_recovery,
    confirm_scope_of,
    person_to_recover,
)
from accounts.services.step_up import StepUpRefused
from audit.trail import Actor
from pages.shared.access import PERSON, HouseRequest, actor, door, roles_in
from pages.shared.forms import SignInNameForm
from pages.shared.views import ask_for_proof


@require_http_methods(["GET", "POST"])
@door(PERSON)
def recoveries(request: HouseRequest) -> HttpResponse:
    """Who waits to be let in anew, and the form to ask for somebody."""
    by = _helper(request)
    form = SignInNameForm(request.POST or None)
    if form.is_valid():
        try:
            user = person_to_recover(by, form.cleaned_data["name"])
            what = _("To say that %(name)s stands before you and lost every way in.")
            return ask_for_proof(
                request,
                ask_scope(user.pk),
                what % {"name": user.sign_in_name},
                "ask_recovery",
                person=str(user.pk),
            )
        except User.DoesNotExist:
            form.add_error("name", _("Nobody else here has this sign-in name. Look once more."))
    waiting = [
        {"recovery": one, "own": one.asked_by_id == by.user, "about_self": one.user_id == by.user}
        for one in waiting_recoveries(by.practice)
    ]
    return render(request, "shared/recoveries.html", {"form": form, "waiting": waiting})


@require_http_methods(["GET", "POST"])
@door(PERSON)
def ask(request: HouseRequest, person: UUID, step_up: UUID) -> HttpResponse:
    """Say it: the first of two."""
    by = _helper(request)
    user = users_by_id(by.practice, [person]).get(person)
    if user is None or own_step_up(by.user, step_up).version != person:
        raise Http404
    if request.method == "POST":
        try:
            ask_recovery(by=by, user=user, step_up_id=step_up)
            return redirect("recoveries")
        except StepUpRefused:
            return render(request, "shared/step_up_over.html", status=410)
    return render(request, "shared/recovery_say.html", {"person": user, "first": True})


@require_POST
@door(PERSON)
def begin_confirm(request: HouseRequest, recovery: UUID) -> HttpResponse:
    """Go and prove who this is, before saying it as the second."""
    by = _helper(request)
    found = waiting_recoveries(by.practice).exclude(asked_by=by.user).get(pk=recovery)
    what = _("To agree that %(name)s is let in anew.") % {"name": found.user.sign_in_name}
    scope = confirm_scope_of(found)
    return ask_for_proof(request, scope, what, "confirm_recovery", recovery=str(recovery))


@require_http_methods(["GET", "POST"])
@door(PERSON)
def confirm(request: HouseRequest, recovery: UUID, step_up: UUID) -> HttpResponse:
    """Say it as the second; the one-time code is shown once, to hand over."""
    by = _helper(request)
    found = waiting_recoveries(by.practice).exclude(asked_by=by.user).get(pk=recovery)
    if own_step_up(by.user, step_up).version != recovery:
        raise Http404
    context = {"person": found.user, "first": False}
    if request.method == "POST":
        try:
            code = confirm_recovery(by=by, recovery_id=recovery, step_up_id=step_up)
            return render(request, "shared/recovery_code.html", {**context, "code": code})
        except StepUpRefused:
            return render(request, "shared/step_up_over.html", status=410)
        except NotTheirs:
            context["not_theirs"] = True
    return render(request, "shared/recovery_say.html", context)


def _helper(request: HouseRequest) -> Actor:
    """Act in the role that may most; for whoever is not on the staff there is no such page."""
    held = [role for role in (*OVERSEERS, *HELPERS) if role in roles_in(request)]
    if not held:
        raise Http404
    return actor(request, held[0])
