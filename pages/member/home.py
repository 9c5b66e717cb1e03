"""The member's first page, and the agreements of their groups."""

from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from audit import trail
from consent import queries
from consent.models import Consent
from consent.queries import Standing
from pages.member.cards import Card, asked_anew, card, named_in, names_of
from pages.member.forms import SignatureForm
from pages.member.who_saw import LATELY, Seen, lines_of, seen_of
from pages.shared.access import MEMBER, HouseRequest, door
from pages.shared.names import Names, open_names
from sessions_app import queries as sessions
from sessions_app.models import AgreementSignature, Facilitation, Membership
from sessions_app.rules import Rejected
from sessions_app.services.agreements import sign_agreement
from vault import services as vault
from vault.key_ring import Keyless

member = door(MEMBER)
# How long the first page says that something was passed on; “Who saw” always does.
TOLD_FOR = timedelta(days=30)


@require_GET
@member
def home(request: HouseRequest) -> HttpResponse:
    """What needs an answer, what is allowed now, who saw the words lately, and the group."""
    consents = queries.all_own_consents(request.actor)
    stints = list(sessions.own_open_stints(request.actor))
    led = sessions.leaders_of({stint.group_id for stint in stints})
    leading = [one for one in led if one.covers(timezone.localdate())]
    seen = _lately(request, consents, led)
    # One look for everything on the page, so that one entry a sign-in is enough.
    names = names_of(request, [*named_in(consents), *seen.named(), *(one.user for one in leading)])
    cards = [card(consent, names) for consent in consents]
    waiting = [one for one in cards if one["standing"] is Standing.WAITING]
    meetings = sessions.next_meetings(
        (stint.group for stint in stints), timezone.now(), request.practice.zone
    )
    context = {
        "asked_before": bool(cards),
        "waiting": _by_question(waiting),
        "to_reaffirm": [card(one, names) for one in consents if asked_anew(one)],
        "shared": [one for one in cards if one["standing"] is Standing.GRANTED],
        "unsigned": [stint for stint in stints if stint.signed_at is None],
        "told": queries.told_lately(request.actor, timezone.now() - TOLD_FOR),
        "lately": lines_of(seen, names, request.practice) if names else [],
        "groups": [
            {
                **_group(stint, _today(request, leading), names),
                "meets": meetings.get(stint.group_id),
            }
            for stint in stints
        ],
    }
    return render(request, "member/home.html", context)


def _by_question(waiting: list[Card]) -> list[Card]:
    """Return one card for each question, however many items it asks about."""
    found: dict[UUID, Card] = {}
    for one in waiting:
        request_id = cast(Consent, one["consent"]).request_id
        first = found.setdefault(request_id, {**one, "items": 0})
        first["items"] = cast(int, first["items"]) + 1
    return list(found.values())


def _lately(request: HouseRequest, asked: list[Consent], led: list[Facilitation]) -> Seen:
    try:
        known = queries.known_items(request.actor, asked=asked)
    except Keyless:
        return Seen([], {}, {}, [])
    return seen_of(request.actor, known, limit=LATELY, leading=led)


def _today(request: HouseRequest, leading: list[Facilitation]) -> list[Facilitation]:
    """Who leads now; whoever handed a group over, or covered once, does not any more."""
    today = sessions.today_of(request.actor)
    return [one for one in leading if one.covers(today)]


def _group(stint: Any, leading: list[Facilitation], names: Names) -> dict[str, object]:
    people = [names[one.user_id] for one in leading if one.group_id == stint.group_id and names]
    return {
        "stint": stint,
        "leaders": list(dict.fromkeys(people)),
        "signed_at": stint.signed_at,
    }


@require_GET
@member
def agreements(request: HouseRequest) -> HttpResponse:
    """The agreements of the groups the member is or was in: what left a room is told here."""
    stints = sessions.own_stints(request.actor)
    there = {stint.group_id for stint in stints if stint.until is None}
    listed = [one for one in stints if not (_is_over(one) and one.group_id in there)]
    rows = _agreement_rows(request, sorted(listed, key=lambda one: one.until is not None))
    return render(request, "member/agreements.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@member
def agreement(request: HouseRequest, membership: UUID) -> HttpResponse:
    """The agreement of one group, its honest limits, and the place to sign.

    Of a group that was left only until it is signed: what is in force there since
    is not for who left.
    """
    stint = sessions.own_stint(request.actor, membership)
    if _is_over(stint):
        return redirect("agreements")
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
    own = sessions.agreements_in_force([one.group for one in stints if not _is_over(one)])
    rows = [*groups, *(version.pk for version in own.values())]
    receipt = trail.receipt_for(request.actor, "home.opened", rows, once_per_sign_in=True)
    names = open_names(groups.values(), receipt)
    texts = [version.sealed_text(request.actor.practice) for version in own.values()]
    own_texts = dict(zip(own, vault.open_all(texts, receipt), strict=True))
    return [
        {
            "stint": stint,
            "group_name": names[stint.group_id],
            "over": _is_over(stint),
            "signed": getattr(stint, "agreement_signature", None),
            "earlier": max(stint.agreement_signatures.all(), key=_signed_at, default=None),
            "own_text": own_texts.get(stint.group_id, ""),
        }
        for stint in stints
    ]


def _is_over(stint: Membership) -> bool:
    """Say whether a stint ended and was signed for: there is nothing more to sign of it."""
    return stint.until is not None and hasattr(stint, "agreement_signature")


def _signed_at(signature: AgreementSignature) -> datetime:
    return signature.signed_at
