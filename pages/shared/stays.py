"""Where one is signed in, ending it there, and signing out here."""

from uuid import UUID

from allauth.account import views as allauth
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.queries import own_stays
from accounts.services.stays import end_other_stays, end_own_stay
from pages.shared.access import PERSON, HouseRequest, door

FORGET = '"cache", "storage"'


@require_GET
@door(PERSON)
def stays(request: HouseRequest) -> HttpResponse:
    """The stays of one's own that run now, this one first."""
    here = request.actor.sign_in
    found = sorted(own_stays(request.user), key=lambda one: one.pk != here)
    context = {"stays": found, "here_now": here, "elsewhere": any(s.pk != here for s in found)}
    return render(request, "shared/stays.html", context)


@require_POST
@door(PERSON)
def end_one(request: HouseRequest, stay: UUID) -> HttpResponse:
    """End one of them, wherever it runs."""
    end_own_stay(by=request.actor, stay=stay)
    messages.success(request, _("Ended. Whoever was signed in there is out."))
    return redirect("stays")


@require_POST
@door(PERSON)
def end_others(request: HouseRequest) -> HttpResponse:
    """End all of them but this one."""
    end_other_stays(by=request.actor)
    messages.success(request, _("Ended. You are signed in nowhere else."))
    return redirect("stays")


# allauth's own answers every method there is; a form is sent by one.
@login_not_required
@require_http_methods(["GET", "POST"])
def sign_out(request: HouseRequest) -> HttpResponse:
    """Sign out; the browser forgets what it kept of this house."""
    response: HttpResponse = allauth.logout(request)
    if not request.user.is_authenticated:
        response["Clear-Site-Data"] = FORGET
    return response
