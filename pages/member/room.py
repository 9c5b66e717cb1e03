"""A device that was handed to a member in the room: one question, and nothing else of the house.

The stay that the device is signed in with is locked. These addresses answer
only while it is, and only about what was handed over; every other address is
the lock page, which opens for the person whose stay it is.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.adapter import SIGN_IN
from accounts.models import InRoom
from accounts.queries import open_room
from accounts.services.in_room import RoomOver, leave_room, proof_lasts, prove_in_room
from accounts.services.tries import TooMany
from audit import trail
from audit.trail import Actor
from consent import queries
from consent.models import Consent
from consent.services.deciding import GRANT
from consent.services.in_room import decline_in_room, grant_in_room
from consent.services.showing import show_words
from pages.member.cards import card, counting, named_in, names_of
from pages.member.deciding import asked_day
from pages.member.forms import InRoomForm, SignatureForm
from pages.shared.access import MEMBER, HouseRequest
from pages.shared.forms import PinInRoomForm
from pages.shared.locking import NOBODY, locked_page
from pages.shared.names import open_names
from sessions_app import queries as sessions
from sessions_app.models import DisclosureVersion, Membership
from sessions_app.rules import Rejected
from sessions_app.services.agreements import SIGN, sign_agreement_in_room
from vault import services as vault

View = Callable[..., HttpResponse]


class RoomRequest(HouseRequest):
    """A request from a device that was handed over; its actor is whoever holds it now."""

    handed: InRoom


def handed_over(view: View) -> View:
    """Let in whoever holds a device that was handed to them; else it is locked, or not there."""

    @wraps(view)
    def entered(request: RoomRequest, *args: object, **kwargs: object) -> HttpResponse:
        stay = request.session.get(SIGN_IN)
        locked = request.session.locked  # type: ignore[attr-defined]
        handed = open_room(UUID(stay)) if stay and locked else None
        if handed is None or handed.sign_in.user_id != request.user.pk:
            if locked:
                return locked_page(request)  # what was open here is over; the stay is still locked
            raise Http404
        request.handed = handed
        request.practice = handed.person.practice
        request.actor = Actor(request.practice.pk, handed.person_id, MEMBER, handed.sign_in_id)
        with timezone.override(request.practice.zone):
            return view(request, *args, **kwargs)

    return entered


@require_GET
@handed_over
def room(request: RoomRequest) -> HttpResponse:
    """Ask for the PIN first, then show the one question."""
    if request.handed.proven_at is None or not proof_lasts(request.handed):
        return _ask_pin(request, PinInRoomForm())
    return _question(request, _form(request))


@require_POST
@handed_over
def room_pin(request: RoomRequest) -> HttpResponse:
    """Prove who holds the device. The fifth wrong PIN closes it."""
    form = PinInRoomForm(request.POST)
    if form.is_valid():
        try:
            if prove_in_room(by=request.actor, pin=form.cleaned_data["pin"]):
                return redirect("room")
            form.add_error("pin", _("That is not it. Try once more."))
        except (RoomOver, TooMany):
            return over(request)
    return _ask_pin(request, form)


@require_POST
@handed_over
def room_sign(request: RoomRequest) -> HttpResponse:
    """Sign what was handed over, with one's own typed name; of a consent, until when."""
    if request.handed.proven_at is None:
        raise Http404
    if not proof_lasts(request.handed):
        return over(request)
    form = _form(request, request.POST)
    if form.is_valid():
        signature = form.cleaned_data["signature"]
        try:
            if isinstance(form, InRoomForm):
                code, day = _consent(request).code, form.chosen
                grant_in_room(by=request.actor, code=code, signature=signature, last_day=day)
            else:
                sign_agreement_in_room(
                    by=request.actor, membership_id=request.handed.object_id, signature=signature
                )
            return render(request, "room/over.html", {**NOBODY, "signed": True})
        except Rejected as rejected:
            form.reject(rejected)
        except RoomOver:
            return over(request)
    return _question(request, form)


@require_POST
@handed_over
def room_decline(request: RoomRequest) -> HttpResponse:
    """No: of a consent it is the member's no, of the agreement nothing is written."""
    if request.handed.proven_at is None:
        raise Http404
    if not proof_lasts(request.handed):
        return over(request)
    if request.handed.act == GRANT:
        decline_in_room(by=request.actor, code=_consent(request).code)
    return _left(request)


@require_POST
@handed_over
def room_leave(request: RoomRequest) -> HttpResponse:
    """Give the device back without an answer."""
    return _left(request)


def _left(request: RoomRequest) -> HttpResponse:
    """Say the same after a no as after no answer: whoever gets the device back reads it (R21)."""
    leave_room(by=request.actor)
    return render(request, "room/over.html", {**NOBODY, "left": True})


def over(request: HttpRequest) -> HttpResponse:
    return render(request, "room/over.html", NOBODY, status=410)


def _ask_pin(request: RoomRequest, form: PinInRoomForm) -> HttpResponse:
    consent = request.handed.act == GRANT
    return render(request, "room/pin.html", {**NOBODY, "form": form, "consent": consent})


def _form(request: RoomRequest, sent: QueryDict | None = None) -> SignatureForm:
    if request.handed.act == GRANT:
        return InRoomForm(sent, asked=asked_day(_consent(request)))
    return SignatureForm(sent)


def _question(request: RoomRequest, form: SignatureForm) -> HttpResponse:
    told = _of_consent(request) if request.handed.act == GRANT else _of_agreement(request)
    page = "room/consent.html" if request.handed.act == GRANT else "room/agreement.html"
    return render(request, page, {**told, **NOBODY, "form": form})


def _consent(request: RoomRequest) -> Consent:
    code = queries.own_consents(request.actor).get(pk=request.handed.object_id).code
    return queries.open_question(request.actor, code)


def _of_consent(request: RoomRequest) -> dict[str, Any]:
    consent = _consent(request)
    told = card(consent, names_of(request, named_in([consent])))
    try:
        shown = show_words(by=request.actor, consent=consent)
    except DisclosureVersion.DoesNotExist:
        return {**told, "closed": True}
    words = vault.open(shown.version.sealed_text(request.actor.practice), shown.receipt)
    return {**told, **counting(request), "words": words, "several": consent.several}


def _of_agreement(request: RoomRequest) -> dict[str, Any]:
    stint: Membership = sessions.own_memberships(request.actor).get(pk=request.handed.object_id)
    own = sessions.agreement_in_force(stint.group)
    rows = {stint.group_id, *([own.pk] if own else [])}
    receipt = trail.receipt_for(request.actor, "home.opened", rows, once_per_sign_in=True)
    name = open_names([stint.group], receipt)[stint.group_id]
    text = vault.open(own.sealed_text(request.actor.practice), receipt) if own else ""
    return {"group_name": name, "own_text": text, "act": SIGN}
