"""One's own ways in: what there is, adding, changing and taking away, each after a step-up."""

from typing import Any
from uuid import UUID

import qrcode
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.adapter import device_of
from accounts.factors import PASSKEY, RECOVERY, TOTP, new_seed
from accounts.passkeys import Refused, begin_passkey, made_passkey
from accounts.queries import (
    lacks_second_factor,
    must_have_second_factor,
    own_way_in,
    ways_in_of,
)
from accounts.services.credentials import (
    LastWayIn,
    add_code_app,
    add_passkey,
    credential_scope,
    remove_way_in,
    renew_recovery_codes,
    set_password,
    set_pin,
)
from accounts.services.step_up import StepUpRefused
from pages.shared.access import MEMBER, PERSON, HouseRequest, door, roles_in
from pages.shared.forms import CodeForm, NewPasswordForm, NewPinForm
from pages.shared.passkeys import answer_in, house_of, keep_state, take_state
from pages.shared.views import ask_for_proof

SEED = "code_app"
# What may be changed, the page that does it, and the act as a sentence.
CHANGES: dict[str, tuple[str, Any]] = {
    "passkey": ("new_passkey", gettext_lazy("To add a passkey to your sign-in.")),
    "code-app": ("new_code_app", gettext_lazy("To set up a code app for your sign-in.")),
    "recovery-codes": ("new_recovery_codes", gettext_lazy("To make new recovery codes.")),
    "pin": ("new_pin", gettext_lazy("To choose a PIN.")),
    "password": ("new_password", gettext_lazy("To change your password.")),
}


@require_GET
@door(PERSON)
def ways_in(request: HouseRequest) -> HttpResponse:
    """What one signs in with; for staff without a second factor the only page there is."""
    rows = ways_in_of(request.user)
    codes = next((len(row.data["codes"]) for row in rows if row.type == RECOVERY), None)
    context = {
        "has_pin": bool(request.user.pin),
        "has_password": request.user.has_usable_password(),
        "passkeys": [_shown(row) for row in rows if row.type == PASSKEY],
        "code_app": next((_shown(row) for row in rows if row.type == TOTP), None),
        "codes_left": codes,
        "has_second": any(row.type != RECOVERY for row in rows),
        "must": must_have_second_factor(request.user),
        "lacks": lacks_second_factor(request.user),
    }
    return render(request, "shared/ways_in.html", context)


@require_POST
@door(PERSON)
def change_way_in(request: HouseRequest, what: str) -> HttpResponse:
    """Begin a change: prove first who this is."""
    if what not in CHANGES:
        raise Http404
    then, sentence = CHANGES[what]
    return ask_for_proof(request, credential_scope(request.actor), sentence, then)


@require_POST
@door(PERSON)
def remove_way(request: HouseRequest, way: int) -> HttpResponse:
    """Begin to take a way in away: prove first who this is."""
    own_way_in(request.user, way)
    what = _("To remove a passkey or code app from your sign-in.")
    scope = credential_scope(request.actor)
    return ask_for_proof(request, scope, what, "way_removed", way=str(way))


@require_http_methods(["GET", "POST"])
@door(PERSON)
def way_removed(request: HouseRequest, way: int, step_up: UUID) -> HttpResponse:
    """Take it away, once asked again."""
    row = own_way_in(request.user, way)
    if request.method == "POST":
        try:
            remove_way_in(by=request.actor, way=way, step_up_id=step_up)
            messages.success(request, _("Removed. Your other stays have ended."))
            return redirect("ways_in")
        except LastWayIn:
            messages.info(request, _("You need this one. Add another way in, then remove this."))
            return redirect("ways_in")
        except StepUpRefused:
            return _over(request)
    return render(request, "shared/remove_way_in.html", {"way": _shown(row)})


@require_http_methods(["GET", "POST"])
@door(PERSON)
def new_passkey(request: HouseRequest, step_up: UUID) -> HttpResponse:
    """Make a passkey on this device."""
    purpose, failed = f"new {step_up.hex}", False
    if request.method == "POST":
        try:
            made = made_passkey(
                request.user,
                take_state(request, purpose),
                answer_in(request),
                house_of(request),
                device=device_of(request.headers.get("User-Agent", "")),
            )
            return _done(request, add_passkey(by=request.actor, new=made, step_up_id=step_up))
        except Refused:
            failed = True
        except StepUpRefused:
            return _over(request)
    begun = begin_passkey(request.user, house_of(request))
    context = {"options": keep_state(request, purpose, begun), "failed": failed}
    return render(request, "shared/new_passkey.html", context)


@require_http_methods(["GET", "POST"])
@door(PERSON)
def new_code_app(request: HouseRequest, step_up: UUID) -> HttpResponse:
    """Show the seed for a code app, until the app shows a right code."""
    kept = request.session.get(SEED)
    seed = kept[1] if kept and kept[0] == step_up.hex else new_seed()
    request.session[SEED] = [step_up.hex, seed]
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            code = form.cleaned_data["code"]
            codes = add_code_app(by=request.actor, seed=seed, code=code, step_up_id=step_up)
        except StepUpRefused:
            return _over(request)
        if codes is not None:
            del request.session[SEED]
            return _done(request, codes)
        form.add_error("code", _("That code is not right. Type the one the app shows now."))
    address = get_adapter().build_totp_url(request.user, seed)
    context = {"form": form, "seed": seed, "address": address, "picture": _picture(address)}
    return render(request, "shared/new_code_app.html", context)


@require_http_methods(["GET", "POST"])
@door(PERSON)
def new_recovery_codes(request: HouseRequest, step_up: UUID) -> HttpResponse:
    """Make new recovery codes and show them once."""
    if request.method == "POST":
        try:
            return _done(request, renew_recovery_codes(by=request.actor, step_up_id=step_up))
        except LastWayIn:
            messages.info(request, _("Add a passkey or a code app first."))
            return redirect("ways_in")
        except StepUpRefused:
            return _over(request)
    return render(request, "shared/new_recovery_codes.html")


@require_http_methods(["GET", "POST"])
@door(PERSON)
def new_password(request: HouseRequest, step_up: UUID) -> HttpResponse:
    """Choose another password."""
    form = NewPasswordForm(request.POST or None, user=request.user)
    if form.is_valid():
        try:
            password = form.cleaned_data["password"]
            user = set_password(by=request.actor, password=password, step_up_id=step_up)
            update_session_auth_hash(request, user)
            messages.success(request, _("Changed. Your other stays have ended."))
            return redirect("ways_in")
        except ValidationError as error:
            form.add_error("password", error)
        except StepUpRefused:
            return _over(request)
    context = {
        "form": form,
        "title": _("New password"),
        "back": "ways_in",
        "button": _("Change the password"),
    }
    return render(request, "components/form_page.html", context)


@require_http_methods(["GET", "POST"])
@door(PERSON)
def new_pin(request: HouseRequest, step_up: UUID) -> HttpResponse:
    """Choose the PIN that opens a locked page."""
    form = NewPinForm(request.POST or None, member=MEMBER in roles_in(request))
    if form.is_valid():
        try:
            set_pin(by=request.actor, pin=form.cleaned_data["pin"], step_up_id=step_up)
            request.session.cycle_key()
            messages.success(request, _("Set. Your other stays have ended."))
            return redirect("ways_in")
        except ValidationError as error:
            form.add_error("pin", error)
        except StepUpRefused:
            return _over(request)
    context = {"form": form, "title": _("New PIN"), "back": "ways_in", "button": _("Set the PIN")}
    return render(request, "components/form_page.html", context)


def _done(request: HouseRequest, codes: list[str]) -> HttpResponse:
    """Show recovery codes that were just made, or go back."""
    request.session.cycle_key()
    if codes:
        return render(request, "shared/recovery_codes.html", {"codes": codes})
    messages.success(request, _("Added. Your other stays have ended."))
    return redirect("ways_in")


def _over(request: HouseRequest) -> HttpResponse:
    return render(request, "shared/step_up_over.html", status=410)


def _shown(row: Authenticator) -> dict[str, Any]:
    return {
        "id": row.pk,
        "is_passkey": row.type == PASSKEY,
        "device": row.data.get("device", ""),
        "added": row.created_at,
        "used": row.last_used_at,
    }


def _picture(text: str) -> dict[str, Any]:
    """Return a square picture of `text` for a code app's camera, as one path."""
    code = qrcode.QRCode(border=4)
    code.add_data(text)
    matrix = code.get_matrix()
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark
    )
    return {"size": len(matrix), "path": path}
