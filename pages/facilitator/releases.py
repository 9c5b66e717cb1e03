"""Releasing an item, the page it makes, and the page that says no."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.services import StepUpRefused
from consent import queries as consents
from consent.models import PurposeOfUse, Release
from consent.services.release import (
    OpenedRelease,
    Received,
    Withheld,
    hand_over,
    open_release,
    release_item,
    release_scope,
)
from pages.facilitator.asking import by_kind
from pages.facilitator.forms import ReleaseForm
from pages.facilitator.groups import facilitator
from pages.facilitator.items import names_in
from pages.facilitator.links import links_of
from pages.shared.access import HouseRequest
from pages.shared.letter import letter
from pages.shared.names import open_wanted, recipient_names, wanted_names, wanted_recipients
from pages.shared.sentences import STAFF_PURPOSES
from pages.shared.views import ask_for_password
from sessions_app import queries


@require_http_methods(["GET", "POST"])
@facilitator
def release(request: HouseRequest, code: str) -> HttpResponse:
    """Choose to whom and why; the password is asked next, for exactly this."""
    item = queries.own_item(request.actor, code)
    recipients = list(consents.receivers_of(request.actor))
    names = recipient_names(request.actor, recipients)
    choices = by_kind(recipients, names)
    form = ReleaseForm(request.POST or None, recipients=choices, initial=request.GET.dict())
    if form.is_valid():
        recipient = consents.own_recipient(request.actor, form.cleaned_data["recipient"])
        purpose = form.cleaned_data["purpose"]
        return ask_for_password(
            request,
            release_scope(item, recipient, purpose),
            _("To release item %(item)s to %(reader)s.")
            % {"item": code, "reader": names[recipient.pk]},
            "release_confirm",
            code=code,
            recipient=recipient.code,
            purpose=purpose,
        )
    return render(request, "facilitator/release_form.html", {"form": form, "item": item})


@require_http_methods(["GET", "POST"])
@facilitator
def confirm(
    request: HouseRequest, code: str, recipient: str, purpose: str, step_up: UUID
) -> HttpResponse:
    """Say it once more, then release. A refusal is recorded and shown as what it is."""
    item = queries.own_item(request.actor, code)
    found = consents.own_recipient(request.actor, recipient)
    if purpose not in PurposeOfUse.values:
        raise Http404
    over = False
    if request.method == "POST":
        try:
            made = release_item(
                by=request.actor,
                code=code,
                recipient=found,
                purpose=purpose,
                step_up_id=step_up,
                once=_key(request),
            )
            return redirect("release_page", code=made.code)
        except Withheld as withheld:
            return redirect("release_page", code=withheld.release.code)
        except StepUpRefused:
            over = True
    context = {
        "item": item,
        "recipient": recipient_names(request.actor, [found])[found.pk],
        "recipient_code": recipient,
        "purpose": STAFF_PURPOSES[purpose],
        "purpose_code": purpose,
        "once": uuid4(),
        "over": over,
    }
    return render(request, "facilitator/release_confirm.html", context, status=409 if over else 200)


@require_GET
@facilitator
def release_page(request: HouseRequest, code: str) -> HttpResponse:
    """What came of a release: ready to be opened and printed, or withheld."""
    found = consents.own_release(request.actor, code)
    if found.decision == Release.Decision.WITHHOLD or not consents.still_stands(found):
        return _refusal(request, found)
    name = recipient_names(request.actor, [found.recipient])[found.recipient_id]
    context = {
        "release": found,
        "item": {"code": found.item_code},
        "recipient": name,
        "purpose": STAFF_PURPOSES[found.purpose],
        "links": links_of(found),
    }
    return render(request, "facilitator/release.html", context)


@require_POST
@facilitator
def open_package(request: HouseRequest, code: str) -> HttpResponse:
    """Open the release to print it: decided again now, recorded, then shown."""
    found = consents.own_release(request.actor, code)
    try:
        opened = open_release(by=request.actor, code=code)
    except Withheld:
        return _refusal(request, found)
    return render(request, "recipient/package.html", _letter(request, opened))


@require_POST
@facilitator
def give(request: HouseRequest, code: str) -> HttpResponse:
    """Record that the print is handed over now, and into whose hands."""
    found = consents.own_release(request.actor, code)
    signed_for = request.POST.get("received") == Received.SIGNED_FOR
    try:
        hand_over(
            by=request.actor,
            code=code,
            received=Received.SIGNED_FOR if signed_for else Received.NAMED,
        )
    except Withheld:
        return _refusal(request, found)
    messages.success(request, _("Handed over, and recorded."))
    return redirect("release_page", code=code)


@require_GET
@facilitator
def receipt(request: HouseRequest, code: str) -> HttpResponse:
    """The receipt of a hand-over, to print for both sides: no word of what was handed over."""
    found = consents.own_release(request.actor, code)
    if not hasattr(found, "hand_over"):
        raise Http404
    names = open_wanted(
        request.actor,
        wanted_recipients([found.recipient]),
        wanted_names("staff.listed", [found.hand_over.by]),
    )
    context = {
        "release": found,
        "recipient": names[found.recipient_id],
        "giver": names[found.hand_over.by_id],
        "signed_for": Received.SIGNED_FOR in consents.hands_of(found),
    }
    return render(request, "facilitator/receipt.html", context)


def _letter(request: HouseRequest, opened: OpenedRelease) -> dict[str, object]:
    return letter(
        opened.release.recipient,
        opened.parts,
        opened.receipt,
        purpose=opened.release.purpose,
        practice=request.practice,
    ) | {"release": opened.release}


def _refusal(request: HouseRequest, found: Release) -> HttpResponse:
    """The same words for every cause; who agreed, as far as the asker may know."""
    item = queries.own_item(request.actor, found.item_code)
    names = names_in(request, item.session, wanted_recipients([found.recipient]))
    version = queries.current_version(item)
    asked = consents.question_behind(found, version)
    answered = consents.answers(asked, version, timezone.now()) if asked else []
    context = {
        "release": found,
        "was_released": found.decision == Release.Decision.PERMIT,
        "item": item,
        "session": item.session,
        "recipient": names[found.recipient_id],
        "several": len(version.subjects.all()) > 1,
        "asked": asked,
        "answers": [(names[a.member.pk], a) for a in answered],
    }
    return render(request, "facilitator/refused.html", context)


def _key(request: HouseRequest) -> UUID:
    try:
        return UUID(request.POST.get("once", ""))
    except ValueError:
        return uuid4()
