"""The ways through the front door: password and second step, passkey, one-time code."""

from typing import Any
from uuid import UUID

from allauth.account import views as allauth
from allauth.account.adapter import get_adapter
from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.adapter import device_of
from accounts.models import Invitation, User
from accounts.passkeys import Refused, begin_answer, begin_passkey, made_passkey
from accounts.queries import has_codes, live_invitations
from accounts.services.invitations import InvitationOver, accept_invitation, open_invitation
from accounts.services.second_step import pass_second_step
from accounts.services.signing_in import sign_in_by_passkey
from accounts.services.tries import TooMany
from audit.acting import acting_as
from pages.shared.access import HouseRequest
from pages.shared.forms import CodeForm, InvitationForm, NewPasswordForm, SignInForm
from pages.shared.keeping import bring_back
from pages.shared.passkeys import answer_in, house_of, keep_state, take_state

SIGNING_IN, INVITED = "signing in", "invitation"
CARRIED = "carried"
LATER = gettext_lazy("Too many tries. Wait a few minutes, or call the practice.")


@login_not_required
@require_http_methods(["GET", "POST"])
def sign_in(request: HouseRequest) -> HttpResponse:
    """Sign in; what was typed before a stay ended comes back as a draft."""
    response: Any = allauth.login(request)
    if getattr(response, "context_data", None):  # what is not ours is not even carried on
        response.context_data["redirect_field_value"] = get_next_redirect_url(request) or ""
    return _carrying(request, response)


@require_http_methods(["GET", "POST"])
@login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")
def second_step(request: HouseRequest) -> HttpResponse:
    """The second step after a right password: a code of the app, or a recovery code."""
    stage: Any = request._login_stage  # type: ignore[attr-defined]
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            if pass_second_step(user=stage.login.user, code=form.cleaned_data["code"]):
                return _carrying(request, stage.exit())
            form.add_error("code", _("That code is not right, or was used. Wait for the next one."))
        except TooMany:
            form.add_error("code", LATER)
    context = {"form": form, "has_codes": has_codes(stage.login.user)}
    return render(request, "account/second_step.html", context)


@login_not_required
@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    """Hand out a challenge for a passkey of whoever it may be."""
    if request.user.is_authenticated:
        return redirect("home")
    if not ratelimit.consume(request, action="login"):
        return JsonResponse({}, status=429)
    options = keep_state(request, SIGNING_IN, begin_answer(house_of(request)))
    return HttpResponse(options, content_type="application/json")


@login_not_required
@require_POST
def passkey_sign_in(request: HouseRequest) -> HttpResponse:
    """Sign in by a passkey: no name is typed, the key says whose it is."""
    if request.user.is_authenticated:
        return redirect("home")
    try:
        state = take_state(request, SIGNING_IN)
        user, row = sign_in_by_passkey(
            state=state, credential=answer_in(request), house=house_of(request)
        )
    except Refused:
        form = SignInForm()
        context = {"form": form, "passkey_failed": True, CARRIED: request.POST.get(CARRIED, "")}
        return render(request, "account/login.html", context)
    return _carrying(request, _let_in(request, user, row, get_next_redirect_url(request)))


@login_not_required
@require_http_methods(["GET", "POST"])
def invitation(request: HouseRequest) -> HttpResponse:
    """Come in by the name and the one-time code on the paper that was handed over."""
    form = InvitationForm(request.POST or None)
    if form.is_valid():
        try:
            found = open_invitation(
                name=form.cleaned_data["name"],
                code=form.cleaned_data["code"],
                address=get_adapter().get_client_ip(request),
            )
            if found:
                request.session[INVITED] = found.pk.hex
                return redirect("invitation_way")
            form.add_error(None, _("Name or code is not right, or the code is used or too old."))
        except TooMany:
            form.add_error(None, LATER)
    return render(request, "account/invitation.html", {"form": form})


@login_not_required
@require_http_methods(["GET", "POST"])
def invitation_way(request: HouseRequest) -> HttpResponse:
    """Choose how to sign in from now on: make a passkey, or choose a password."""
    if INVITED not in request.session:
        return redirect("account_login")
    found = _invited(request)
    if found is None:
        return render(request, "account/invitation_over.html", status=410)
    user = found.user
    by_passkey, failed = "credential" in request.POST, False
    form = NewPasswordForm(None if by_passkey else request.POST or None, user=user)
    try:
        if by_passkey:
            return _accept_by_passkey(request, found)
        if form.is_valid():
            password = form.cleaned_data["password"]
            user, _none = accept_invitation(invitation_id=found.pk, password=password)
            del request.session[INVITED]
            return _let_in(request, user, None, reverse("ways_in"))
    except InvitationOver:
        return render(request, "account/invitation_over.html", status=410)
    except ValidationError as error:
        form.add_error("password", error)
    except Refused:
        failed = True
    begun = begin_passkey(user, house_of(request))
    context = {
        "form": form,
        "failed": failed,
        "invited": user,
        "options": keep_state(request, INVITED, begun),
    }
    return render(request, "account/invitation_way.html", context)


def _accept_by_passkey(request: HouseRequest, found: Invitation) -> HttpResponse:
    made = made_passkey(
        found.user,
        take_state(request, INVITED),
        answer_in(request),
        house_of(request),
        device=device_of(request.headers.get("User-Agent", "")),
    )
    user, row = accept_invitation(invitation_id=found.pk, passkey=made)
    del request.session[INVITED]
    return _let_in(request, user, row, reverse("ways_in"))


def _invited(request: HouseRequest) -> Invitation | None:
    kept = UUID(request.session[INVITED])
    return live_invitations().select_related("user__practice").filter(pk=kept).first()


def _let_in(
    request: HouseRequest, user: User, row: Authenticator | None, to: str | None
) -> HttpResponse:
    """Begin a stay; after a passkey no second step is due, for it is two already."""
    if row:
        post_authentication(request, row, passwordless=True)
    response: HttpResponse = perform_login(request, Login(user=user, redirect_url=to))
    return response


def _carrying(request: HouseRequest, response: HttpResponse) -> HttpResponse:
    """Bring typed text back once somebody is in; on the way to the second step it is kept."""
    carried = request.POST.get(CARRIED) or request.session.pop(CARRIED, "")
    if not carried or response.status_code != 302:
        return response
    if not request.user.is_authenticated:
        request.session[CARRIED] = carried
        return response
    with acting_as(request.user.practice_id):
        bring_back(request, carried)
    return response
