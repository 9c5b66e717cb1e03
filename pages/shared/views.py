"""Pages for everybody: the first page, the way out, oneself, and step-up."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.i18n import set_language

from accounts.adapter import SIGN_IN
from accounts.passkeys import Refused, begin_answer
from accounts.queries import changes_of, has_passkey, password_is_enough, stay_of
from accounts.services import (
    StepUpRefused,
    StepUpScope,
    begin_step_up,
    confirm_by_passkey,
    confirm_step_up,
    note_sign_out,
)
from accounts.services.changes import dismiss_changes
from accounts.services.recovery import HELPERS
from pages.shared.access import AFTER_STEP_UP, PERSON, HouseRequest, door, roles_in
from pages.shared.context import ways_of
from pages.shared.forms import PasswordAgainForm
from pages.shared.passkeys import answer_in, house_of, keep_state, take_state
from pages.shared.sentences import CHANGES
from pages.shared.stays import FORGET
from sessions_app.queries.calendars import may_have_feed

MOST_WAITING = 4

# Django's own: it goes back to a page of this house and nowhere else. A visitor may choose too.
choose_language = login_not_required(require_POST(set_language))


@require_GET
@door(PERSON)
def home(request: HouseRequest) -> HttpResponse:
    """Send each person to the first page of their room."""
    by_role = ways_of(roles_in(request))
    return redirect(by_role[0][0].url_name if by_role else "you")


@require_GET
@door(PERSON)
def you(request: HouseRequest) -> HttpResponse:
    """One's own name, roles and rooms, and the way out."""
    idle, lasts = (span // timedelta(minutes=1) for span in stay_of(request.user))
    helps = any(role in HELPERS for role in roles_in(request))
    context = {
        "idle": idle,
        "hours": lasts // 60,
        "helps": helps,
        "changes": [(CHANGES[one.what], one.at) for one in changes_of(request.user.pk)],
        "meets": may_have_feed(request.user),
    }
    return render(request, "shared/you.html", context)


@require_POST
@door(PERSON)
def changes_seen(request: HouseRequest) -> HttpResponse:
    """Take the notice away that a way in was changed; the list of them stays."""
    dismiss_changes(by=request.actor)
    return redirect("you")


# Exempt from the form token: whoever sends it can only sign somebody out, and a page that
# says "send it again" would keep a person here who has to be gone.
@csrf_exempt
@login_not_required
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out at once and show a blank page that moves on by itself; never asks."""
    with suppress(DatabaseError):
        sign_in, user = request.session.get(SIGN_IN), request.user
        logout(request)
        if sign_in and user.is_authenticated:
            note_sign_out(user=user, sign_in_id=UUID(sign_in))
    response = render(request, "shared/left.html")
    response["Clear-Site-Data"] = FORGET
    response["Refresh"] = "0; url=https://www.wikipedia.org/"
    return response


def ask_for_proof(
    request: HouseRequest, scope: StepUpScope, what: str, then: str, **place: str
) -> HttpResponse:
    """Begin a step-up for one act and go to its page.

    `what` is the act as a sentence, shown beside the fields. `then` is the URL
    name of the page that finishes the act, `place` its arguments; `step_up` is
    added to them. Nothing that was typed travels along.
    """
    step_up = begin_step_up(by=request.actor, scope=scope)
    arguments = {**place, "step_up": step_up.pk}
    waiting = list(request.session.get(AFTER_STEP_UP, {}).items())[-MOST_WAITING:]
    page = {"then": reverse(then, kwargs=arguments), "what": str(what)}
    request.session[AFTER_STEP_UP] = dict([*waiting, (step_up.pk.hex, page)])
    return redirect("step_up", step_up=step_up.pk)


@require_http_methods(["GET", "POST"])
@door(PERSON)
def step_up(request: HouseRequest, step_up: UUID) -> HttpResponse:
    """Ask once more who this is, on a page of its own, for the one act that waits behind it."""
    waiting = request.session.get(AFTER_STEP_UP, {}).get(step_up.hex)
    if waiting is None:
        return render(request, "shared/step_up_over.html", status=410)
    purpose = f"step-up {step_up.hex}"
    by_passkey = "credential" in request.POST
    form = PasswordAgainForm(
        None if by_passkey else request.POST or None,
        with_code=not password_is_enough(request.user),
    )
    try:
        if by_passkey and _passkey_confirms(request, step_up, purpose):
            return _confirmed(request, waiting["then"])
        if form.is_valid():
            if confirm_step_up(
                by=request.actor,
                user=request.user,
                step_up_id=step_up,
                password=form.cleaned_data["password"],
                code=form.cleaned_data.get("code", ""),
            ):
                return _confirmed(request, waiting["then"])
            form.add_error("password", form.wrong)
    except StepUpRefused:
        return render(request, "shared/step_up_over.html", status=410)
    context = {
        "form": form if request.user.has_usable_password() else None,
        "what": waiting["what"],
        "failed": by_passkey,
    }
    if has_passkey(request.user):
        begun = begin_answer(house_of(request), request.user)
        context["options"] = keep_state(request, purpose, begun)
    return render(request, "shared/step_up.html", context)


def _passkey_confirms(request: HouseRequest, step_up: UUID, purpose: str) -> bool:
    try:
        state, answer = take_state(request, purpose), answer_in(request)
    except Refused:
        state, answer = {}, None
    return confirm_by_passkey(
        by=request.actor,
        user=request.user,
        step_up_id=step_up,
        state=state,
        credential=answer,
        house=house_of(request),
    )


def _confirmed(request: HouseRequest, then: str) -> HttpResponse:
    request.session.cycle_key()
    return redirect(then)
