"""The member's place: the question, the answer, taking back, and the agreement."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.services import StepUpRefused
from audit import trail
from consent import queries
from consent.models import Consent, Recipient
from consent.queries import Standing
from consent.services.deciding import (
    decline_consent,
    grant_consent,
    grant_scope,
    revoke_consent,
)
from consent.services.showing import show_words
from pages.member.forms import SignatureForm
from pages.shared.access import MEMBER, HouseRequest, door
from pages.shared.names import Names, open_names
from pages.shared.sentences import PURPOSES
from pages.shared.views import ask_for_password
from sessions_app import queries as sessions
from sessions_app.models import DisclosureVersion, Membership
from sessions_app.rules import Rejected
from sessions_app.services.groups import sign_agreement
from vault import services as vault
from vault.envelope import Unreadable
from vault.key_ring import Keyless

member = door(MEMBER)


@require_GET
@member
def home(request: HouseRequest) -> HttpResponse:
    """What needs an answer, what is allowed now, and the agreement."""
    cards = _cards(request, list(queries.own_consents(request.actor)))
    stints = list(sessions.own_memberships(request.actor))
    context = {
        "asked_before": bool(cards),
        "waiting": [card for card in cards if card["standing"] is Standing.WAITING],
        "shared": [card for card in cards if card["standing"] is Standing.GRANTED],
        "unsigned": [s for s in stints if not hasattr(s, "agreement_signature")],
        "stints": stints,
    }
    return render(request, "member/home.html", context)


@require_GET
@member
def permissions(request: HouseRequest) -> HttpResponse:
    """Everything the member was ever asked, newest first, each with what stands."""
    consents = queries.page_of_own_consents(request.actor, before=request.GET.get("before", ""))
    more = consents[-1].code if len(consents) == queries.PAGE else ""
    context = {"cards": _cards(request, consents), "more": more}
    return render(request, "member/permissions.html", context)


@require_GET
@member
def question(request: HouseRequest, code: str) -> HttpResponse:
    """The one question: exact words, who, why, how long, and what no and yes mean."""
    consent = queries.open_question(request.actor, code)
    return render(request, "member/question.html", _with_words(request, consent))


@require_POST
@member
def allow(request: HouseRequest, code: str) -> HttpResponse:
    """Go and give the password for this one yes; nothing is allowed yet."""
    consent = queries.open_question(request.actor, code)
    reader = _names(request, [consent]).get(consent.recipient_id, consent.recipient.code)
    what = _("To allow these words to go to %(reader)s.") % {"reader": reader}
    return ask_for_password(request, grant_scope(consent), what, "sign_question", code=code)


@require_POST
@member
def decline(request: HouseRequest, code: str) -> HttpResponse:
    """No. It needs nothing else."""
    decline_consent(by=request.actor, code=code)
    return redirect("permission", code=code)


@require_http_methods(["GET", "POST"])
@member
def sign_question(request: HouseRequest, code: str, step_up: UUID) -> HttpResponse:
    """The same words once more, and the typed name that says yes to them."""
    consent = queries.open_question(request.actor, code)
    form = SignatureForm(request.POST or None)
    over = False
    if form.is_valid():
        try:
            grant_consent(
                by=request.actor,
                code=code,
                signature=form.cleaned_data["signature"],
                step_up_id=step_up,
            )
            return redirect("permission", code=code)
        except Rejected as rejected:
            form.reject(rejected)
        except StepUpRefused:
            over = True
    context = {**_with_words(request, consent), "form": form, "over": over}
    return render(request, "member/sign.html", context, status=409 if over else 200)


@require_GET
@member
def permission(request: HouseRequest, code: str) -> HttpResponse:
    """One consent: what stands, since when, and the way to take it back."""
    return render(
        request, "member/permission.html", _story(request, queries.own_consent(request.actor, code))
    )


@require_POST
@member
def read_words(request: HouseRequest, code: str) -> HttpResponse:
    """The same page with the words, where the member may read them."""
    consent = queries.own_consent(request.actor, code)
    context = {**_story(request, consent), **_with_words(request, consent)}
    return render(request, "member/permission.html", context)


@require_http_methods(["GET", "POST"])
@member
def take_back(request: HouseRequest, code: str) -> HttpResponse:
    """Ask once, then end it from this instant. No password, no reason, no key."""
    consent = queries.own_consent(request.actor, code)
    if request.method == "POST":
        revoke_consent(by=request.actor, code=consent.code)
        return redirect("permission", code=code)
    return render(request, "member/take_back.html", _card(consent, _names(request, [consent])))


@require_GET
@member
def agreements(request: HouseRequest) -> HttpResponse:
    """The agreements of the groups the member is in."""
    stints = list(sessions.own_memberships(request.actor))
    return render(request, "member/agreements.html", {"rows": _agreement_rows(request, stints)})


@require_http_methods(["GET", "POST"])
@member
def agreement(request: HouseRequest, membership: UUID) -> HttpResponse:
    """The agreement of one group, its honest limits, and the place to sign."""
    stint = sessions.own_memberships(request.actor).get(pk=membership)
    form = SignatureForm(request.POST or None)
    if form.is_valid():
        try:
            sign_agreement(
                by=request.actor,
                membership_id=membership,
                signature=form.cleaned_data["signature"],
            )
            messages.success(request, _("You signed the agreement."))
            return redirect("agreement", membership=membership)
        except Rejected as rejected:
            form.reject(rejected)
    [row] = _agreement_rows(request, [stint])
    return render(request, "member/agreement.html", {"form": form, **row})


def _agreement_rows(request: HouseRequest, stints: list[Membership]) -> list[dict[str, object]]:
    groups = {stint.group_id: stint.group for stint in stints}
    receipt = trail.receipt_for(request.actor, "home.opened", groups, once_per_sign_in=True)
    names = open_names(groups.values(), receipt)
    return [
        {
            "stint": stint,
            "group_name": names[stint.group_id],
            "signed": getattr(stint, "agreement_signature", None),
        }
        for stint in stints
    ]


def _cards(request: HouseRequest, consents: list[Consent]) -> list[dict[str, object]]:
    names = _names(request, consents)
    return [_card(consent, names) for consent in consents]


def _names(request: HouseRequest, consents: list[Consent]) -> Names:
    """Names of recipients and askers; without keys none, and the codes stand in for them."""
    things: dict[UUID, Recipient | User] = {c.recipient_id: c.recipient for c in consents}
    things |= {c.request.asked_by_id: c.request.asked_by for c in consents}
    try:
        receipt = trail.receipt_for(request.actor, "home.opened", things, once_per_sign_in=True)
        return open_names(things.values(), receipt)
    except (Keyless, Unreadable):
        return {}


def _card(consent: Consent, names: Names) -> dict[str, object]:
    return {
        "consent": consent,
        "standing": queries.standing(consent, timezone.now()),
        "recipient": names.get(consent.recipient_id, consent.recipient.code),
        "asker": names.get(consent.request.asked_by_id, ""),
        "purpose": [PURPOSES[purpose] for purpose in consent.purposes],
        "spoke": consent.version.disclosure.speaker_id == consent.member_id,
        "said_on": consent.version.disclosure.session.starts,
        "last_day": consent.expires - timedelta(microseconds=1),
        "answer_by": consent.request.answer_by - timedelta(microseconds=1),
        "changed": consent.version.number != consent.version.disclosure.current_version,
        "open": consent.request.answer_by > timezone.now()
        and consent.version.number == consent.version.disclosure.current_version,
    }


def _story(request: HouseRequest, consent: Consent) -> dict[str, object]:
    return {
        **_card(consent, _names(request, [consent])),
        "events": list(consent.events.order_by("-counter")),
        "given": queries.handed_over_under(consent),
        "several": consent.several,
    }


def _with_words(request: HouseRequest, consent: Consent) -> dict[str, object]:
    """Add the words, after the entry that this member was shown them."""
    card = _card(consent, _names(request, [consent]))
    try:
        shown = show_words(by=request.actor, consent=consent)
    except DisclosureVersion.DoesNotExist:
        return {**card, "closed": True}
    return {
        **card,
        "words": vault.open(shown.version.sealed_text(request.actor.practice), shown.receipt),
        "several": consent.several,
    }
