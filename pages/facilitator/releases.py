"""Letting out an item, a session's or a group's: choosing, trying, the release, and the no.

One flow for the three. What differs between them is in `LetOut` and `_place_of`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.services import StepUpRefused
from consent import queries as consents
from consent.models import Override, PurposeOfUse, Recipient, Release
from consent.services.previewing import Stays
from consent.services.previewing import preview as preview_of
from consent.services.release import (
    OpenedRelease,
    Received,
    Withheld,
    hand_over,
    open_release,
    release_group,
    release_item,
    release_session,
)
from consent.services.verdicts import (
    AskedFor,
    group_asked_for,
    item_asked_for,
    session_asked_for,
)
from pages.facilitator.asking import by_kind
from pages.facilitator.forms import ReleaseForm
from pages.facilitator.groups import facilitator
from pages.facilitator.items import names_in
from pages.facilitator.links import links_of
from pages.shared.access import HouseRequest, is_frozen
from pages.shared.forms import posted_key
from pages.shared.letter import NO_CODE_YET, letter
from pages.shared.names import open_wanted, recipient_names, wanted_names, wanted_recipients
from pages.shared.sentences import OUT_FOR, SOMETHING_MISSING, STAFF_PURPOSES, WHY_IT_STAYS
from pages.shared.views import ask_for_proof
from sessions_app import queries


@dataclass(frozen=True)
class LetOut:
    """What an address lets out: how it is found, how it is released, and its three steps."""

    of: dict[str, Any]
    ask: Callable[[], AskedFor]
    release: Callable[..., Release]
    choose: str
    try_it: str
    confirm: str

    def address(self) -> str:
        return reverse(self.choose, kwargs=self.of)


def _let_out(request: HouseRequest, of: dict[str, Any]) -> LetOut:
    by = request.actor
    match of:
        case {"session": UUID() as session}:
            return LetOut(
                of,
                partial(session_asked_for, by, session),
                partial(release_session, by=by, session=session),
                *("release_session", "try_session", "release_session_confirm"),
            )
        case {"group": str(group)}:
            return LetOut(
                of,
                partial(group_asked_for, by, group),
                partial(release_group, by=by, code=group),
                *("release_group", "try_group", "release_group_confirm"),
            )
        case {"code": str(code)}:
            return LetOut(
                of,
                partial(item_asked_for, by, code),
                partial(release_item, by=by, code=code),
                *("release", "try_release", "release_confirm"),
            )
    raise Http404


@require_http_methods(["GET", "POST"])
@facilitator
def release(request: HouseRequest, **of: Any) -> HttpResponse:
    """Choose to whom and why; then try it, or give the password for exactly this."""
    what = _let_out(request, of)
    asked = what.ask()
    recipients = list(consents.receivers_of(request.actor))
    names = recipient_names(request.actor, recipients)
    choices = by_kind(recipients, names)
    form = ReleaseForm(request.POST or None, recipients=choices, initial=request.GET.dict())
    place = _place_of(asked)
    if form.is_valid() and asked.items:
        recipient = consents.own_recipient(request.actor, form.cleaned_data["recipient"])
        purpose = form.cleaned_data["purpose"]
        if "try" in request.POST:
            return _tried(request, what, recipient, purpose)
        return ask_for_proof(
            request,
            asked.scope(recipient, purpose),
            _act_of(asked) % {"item": asked.code, "reader": names[recipient.pk], **place},
            what.confirm,
            **{name: str(value) for name, value in of.items()},
            recipient=recipient.code,
            purpose=purpose,
        )
    context = {"form": form, "empty": not asked.items, **place}
    return render(request, "facilitator/release_form.html", context)


@require_POST
@facilitator
def try_it(request: HouseRequest, recipient: str, purpose: str, **of: Any) -> HttpResponse:
    """Show what this recipient would get at this moment; it is recorded, and nothing leaves."""
    found = _chosen(request, recipient, purpose)
    return _tried(request, _let_out(request, of), found, purpose)


@require_http_methods(["GET", "POST"])
@facilitator
def confirm(
    request: HouseRequest, recipient: str, purpose: str, step_up: UUID, **of: Any
) -> HttpResponse:
    """Say it once more, then release. A refusal is recorded and shown as what it is."""
    what = _let_out(request, of)
    asked = what.ask()
    found = _chosen(request, recipient, purpose)
    over = False
    if request.method == "POST":
        try:
            made = what.release(
                recipient=found, purpose=purpose, step_up_id=step_up, once=posted_key(request)
            )
            return redirect("release_page", code=made.code)
        except Withheld as withheld:
            return redirect("release_page", code=withheld.release.code)
        except StepUpRefused:
            over = True
    context = {
        **_place_of(asked),
        "recipient": recipient_names(request.actor, [found])[found.pk],
        "purpose": STAFF_PURPOSES[purpose],
        "again": f"{what.address()}?recipient={recipient}&purpose={purpose}",
        "once": uuid4(),
        "over": over,
    }
    return render(request, "facilitator/release_confirm.html", context, status=409 if over else 200)


@require_GET
@facilitator
def release_page(request: HouseRequest, code: str) -> HttpResponse:
    """What came of a release: ready to be opened and printed, or withheld."""
    found = consents.own_release(request.actor, code)
    withheld = found.decision == Release.Decision.WITHHOLD
    emergency = None if withheld else consents.override_behind(found)
    anothers = emergency and emergency.requested_by_id != request.actor.user
    if withheld or not anothers and not consents.still_stands(found):
        return _refusal(request, found, emergency)
    name = recipient_names(request.actor, [found.recipient])[found.recipient_id]
    context = {
        "release": found,
        "recipient": name,
        "purpose": OUT_FOR[found.purpose],
        **_place_of_release(found),
        **_lists(request, found),
        "links": links_of(found),
        "emergency": emergency,
        "anothers": anothers,
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
        return _refusal(request, found, consents.override_behind(found))
    return render(request, "recipient/package.html", _letter(request, opened))


@require_POST
@facilitator
def give(request: HouseRequest, code: str) -> HttpResponse:
    """Record that the print is handed over now, and into whose hands."""
    found = consents.own_release(request.actor, code)
    received = request.POST.get("received")
    hands = Received(received) if received in list(Received) else Received.NAMED
    if not hasattr(found, "hand_over") and not consents.printed_last(found):
        messages.warning(request, _("Open and print it first."))
        return redirect("release_page", code=code)
    try:
        hand_over(
            by=request.actor,
            code=code,
            received=hands,
        )
    except Withheld:
        return _refusal(request, found, consents.override_behind(found))
    if emergency := consents.override_behind(found):
        read_out = hands is Received.READ_OUT
        said = _("Read out, and recorded.") if read_out else _("Handed over, and recorded.")
        messages.success(request, said)
        return redirect("override", code=emergency.code)
    messages.success(request, _("Handed over, and recorded."))
    return redirect("release_page", code=code)


def _chosen(request: HouseRequest, recipient: str, purpose: str) -> Recipient:
    found = consents.own_recipient(request.actor, recipient)
    if purpose not in PurposeOfUse.values:
        raise Http404
    return found


def _tried(request: HouseRequest, what: LetOut, recipient: Recipient, purpose: str) -> HttpResponse:
    found = preview_of(by=request.actor, ask=what.ask, recipient=recipient, purpose=purpose)
    context: dict[str, object] = {
        **_place_of(found.asked),
        "stays": [_stay(one) for one in found.stays],
        "choose": what.address(),
        "recipient_code": recipient.code,
        "purpose_code": purpose,
    }
    if not found.receipt:
        name = recipient_names(request.actor, [recipient])[recipient.pk]
        context |= {"recipient": name, "purpose": STAFF_PURPOSES[purpose]}
        return render(request, "facilitator/preview_nothing.html", context)
    context |= letter(
        recipient, found.parts, found.receipt, purpose=purpose, practice=request.practice
    )
    context["release"] = {"code": NO_CODE_YET, "decided_at": timezone.now()}
    return render(request, "facilitator/preview.html", context)


def _stay(one: Stays) -> dict[str, object]:
    why = [WHY_IT_STAYS.get(reason, SOMETHING_MISSING) for reason in one.reasons]
    return {"item": one.item, "why": why}


def _place_of(asked: AskedFor) -> dict[str, Any]:
    """Return where something is to be found, for a page's head and its way back."""
    if asked.whole_group:
        return _place("group", asked.code, asked.code)
    if asked.session:
        starts = asked.items[0].session.starts if asked.items else None
        return _place("session", asked.session, starts)
    return _place("item", asked.code, asked.code)


def _place_of_release(found: Release) -> dict[str, Any]:
    if found.group:
        return _place("group", found.group.code, found.group.code)
    if found.session:
        return _place("session", found.session_id, found.session.starts)
    return _place("item", found.item_code, found.item_code)


def _place(kind: str, key: Any, called: Any) -> dict[str, Any]:
    words = {
        "group": (_("Group"), _("Group %(which)s")),
        "session": (_("Session"), _("Session of %(which)s")),
        "item": (_("Item"), _("Item %(which)s")),
    }
    word, which = words[kind]
    if kind == "session" and called:
        called = date_format(timezone.localtime(called), "DATE_FORMAT")
    return {
        "kind": kind,
        "several": kind != "item",
        "back": reverse(kind, args=[key]),
        "back_word": word,
        "which": which % {"which": called} if called else word,
    }


def _act_of(asked: AskedFor) -> str:
    if asked.whole_group:
        return _("To release to %(reader)s what is allowed of group %(item)s.")
    if asked.session:
        return _("To release to %(reader)s what is allowed of a session.")
    return _("To release item %(item)s to %(reader)s.")


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


def _lists(request: HouseRequest, found: Release) -> dict[str, object]:
    """What went and what stayed, of a release of several, as far as it is the asker's."""
    if not (found.session_id or found.group_id):
        return {}
    return {
        "went": consents.items_let_out(found),
        "stayed": consents.items_kept(request.actor, found),
    }


def _refusal(request: HouseRequest, found: Release, emergency: Override | None) -> HttpResponse:
    """The same words for every cause; who agreed, as far as the asker may know.

    Of an emergency whose one way is taken, its own page tells how it went out. In a
    frozen house the freeze is the one cause that is told, whatever else there is (R21).
    """
    if emergency and not consents.still_stands(found):
        if emergency.requested_by_id == request.actor.user:
            return redirect("override", code=emergency.code)
        return redirect("release_page", code=found.code)
    was_released = found.decision == Release.Decision.PERMIT
    links = consents.links_to(found) if was_released else []
    context = {
        "release": found,
        "was_released": was_released,
        "readings": [link for link in links if link.openings_used],
        **_place_of_release(found),
    }
    if is_frozen(request):
        name = recipient_names(request.actor, [found.recipient])[found.recipient_id]
        return render(request, "facilitator/release_frozen.html", context | {"recipient": name})
    if found.session_id or found.group_id:
        name = recipient_names(request.actor, [found.recipient])[found.recipient_id]
        context |= {"recipient": name, **_lists(request, found)}
        return render(request, "facilitator/refused_several.html", context)
    item = queries.own_item(request.actor, found.item_code)
    names = names_in(request, item.session, wanted_recipients([found.recipient]))
    version = queries.current_version(item)
    asked = consents.question_behind(found, version)
    answered = consents.answers(asked, version, timezone.now()) if asked else []
    context |= {
        "item": item,
        "recipient": names[found.recipient_id],
        "concerns_several": len(version.subjects.all()) > 1,
        "asked": asked,
        "answers": [(names[a.member.pk], a) for a in answered],
    }
    return render(request, "facilitator/refused.html", context)
