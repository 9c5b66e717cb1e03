"""What was passed on without the member's permission, once they were told of it (R102)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from audit import trail
from consent import queries
from consent.models import Override
from consent.rules.claims import read_claim
from pages.shared.access import MEMBER, HouseRequest, door
from pages.shared.bases import told_as
from pages.shared.names import open_names
from vault import services as vault

READ = "override.read"


@require_GET
@door(MEMBER)
def passed_on(request: HouseRequest, code: str) -> HttpResponse:
    """When, to whom, why, the exact words, and what the member can do; reading it is recorded."""
    found = next((o for o in queries.own_overrides(request.actor) if o.override.code == code), None)
    if found is None:
        raise Override.DoesNotExist
    override = found.override
    receipt = trail.receipt_for(
        request.actor,
        READ,
        [override.pk, override.recipient_id],
        object_id=override.pk,
        code=override.code,
        group=override.version.disclosure.group_id,
    )
    shown: dict[str, Any] = {"words": "", "beside": "", "more": False, "why": ""}
    if found.shows_words or found.shows_why:
        claim = read_claim(vault.open(override.sealed_claim, receipt))
        if found.shows_words:
            shown["words"] = claim.released
            shown["more"] = bool(claim.to_recipient) and not found.shows_beside
        if found.shows_beside:
            shown["beside"] = claim.to_recipient
        if found.shows_why:
            shown["why"] = claim.what
    review = queries.review_of(override)
    context = {
        "told": found,
        "override": override,
        "recipient": open_names([override.recipient], receipt)[override.recipient_id],
        "ground": told_as(override),
        "reviewed": getattr(review, "outcome", None) if review else None,
        **shown,
    }
    return render(request, "member/passed_on.html", context)
