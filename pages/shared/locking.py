"""The lock over a page: what was typed stays in the page, and nothing answers until it is open.

A script covers the page and asks here without leaving it; it says so by the
header that htmx sends. Without a script every address answers with the lock
page, which goes back to where one was.
"""

from typing import Any

from allauth.account.utils import get_next_redirect_url
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.passkeys import Refused, begin_answer
from accounts.queries import has_passkey
from accounts.services import locking
from pages.shared.access import PERSON, HouseRequest, door
from pages.shared.forms import UnlockForm
from pages.shared.keeping import bring_back, carried_from, sign_in_with
from pages.shared.passkeys import answer_in, house_of, keep_state, take_state

PURPOSE, CARRIED, LOCKED = "unlock", "carried", 423
# The frame of a page says who is here and where they may go; of the lock page it says nothing.
NOBODY: dict[str, Any] = {
    "roles": [],
    "ways": [],
    "practice": None,
    "messages": (),
    "way_in_changed": None,
}


def locked_page(request: HttpRequest, view: Any = None) -> HttpResponse:
    """Answer for any page while the stay is locked; what a form brought is carried along."""
    if request.headers.get("HX-Request"):
        return render(request, "shared/_locked.html", status=LOCKED)
    carried, back = carried_from(request, view) or ("", "")
    if request.method == "GET":
        back = request.get_full_path()
    return _ask(request, _form_for(request), carried, back)


@require_POST
@door(PERSON)
def lock(request: HouseRequest) -> HttpResponse:
    """Lock this stay, everywhere it is open."""
    locking.lock_stay(by=request.actor)
    if _by_script(request):
        return _ask(request, _form_for(request))
    return redirect("you")


@require_POST
@door(PERSON)
def unlock_options(request: HouseRequest) -> HttpResponse:
    """Hand out a challenge for one of the person's own passkeys."""
    if not request.session.locked:  # type: ignore[attr-defined]
        return redirect("home")
    options = keep_state(request, PURPOSE, begin_answer(house_of(request), request.user))
    return HttpResponse(options, content_type="application/json")


@require_POST
@door(PERSON)
def unlock(request: HouseRequest) -> HttpResponse:
    """Open this stay again, by passkey, PIN or password, and go back to where one was."""
    carried, back = request.POST.get(CARRIED, ""), get_next_redirect_url(request) or "/"
    by_passkey = "credential" in request.POST
    form = _form_for(request, None if by_passkey else request.POST)
    try:
        session: Any = request.session
        if not session.locked or _opens(request, form, by_passkey):
            session.move_on()
            if _by_script(request):
                return HttpResponse(status=204)
            if carried:
                bring_back(request, carried)
            return redirect(back)
    except locking.StayOver:
        logout(request)
        if _by_script(request):
            return render(request, "shared/_signed_out.html", status=401)
        return sign_in_with(request, carried, back)
    return _ask(request, form, carried, back, failed=by_passkey)


def _opens(request: HouseRequest, form: UnlockForm, by_passkey: bool) -> bool:
    if by_passkey:
        try:
            state, answer = take_state(request, PURPOSE), answer_in(request)
        except Refused:
            state, answer = {}, None
        return locking.unlock_by_passkey(
            by=request.actor,
            user=request.user,
            state=state,
            credential=answer,
            house=house_of(request),
        )
    if not form.is_valid():
        return False
    if locking.unlock(by=request.actor, user=request.user, secret=form.cleaned_data["secret"]):
        return True
    form.add_error("secret", _("That is not it. Try once more."))
    return False


def _ask(
    request: HttpRequest,
    form: UnlockForm,
    carried: str = "",
    back: str = "",
    *,
    failed: bool = False,
) -> HttpResponse:
    user: Any = request.user
    context = {
        **NOBODY,
        "form": form if user.pin or user.has_usable_password() else None,
        "has_passkey": has_passkey(user),
        "failed": failed,
        "carried": carried,
        "redirect_field_name": REDIRECT_FIELD_NAME,
        "redirect_field_value": back,
    }
    by_script = _by_script(request)
    page = "shared/_unlock.html" if by_script else "shared/locked.html"
    return render(request, page, context, status=200 if by_script else LOCKED)


def _form_for(request: HttpRequest, given: Any = None) -> UnlockForm:
    user: Any = request.user
    return UnlockForm(given, with_pin=bool(user.pin))


def _by_script(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers
