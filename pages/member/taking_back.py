"""Taking everything back: one page, one button, and it works without keys."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from consent import queries
from consent.queries import Standing
from consent.services.together import revoke_everything
from pages.member.cards import cards
from pages.shared.access import MEMBER, HouseRequest, door


@require_http_methods(["GET", "POST"])
@door(MEMBER)
def take_everything_back(request: HouseRequest) -> HttpResponse:
    """Ask once, then end every permission that stands. No password, no reason, no key (R76)."""
    if request.method == "POST":
        ended = revoke_everything(by=request.actor)
        messages.success(
            request,
            _("You took everything back. It is done.") if ended else _("You allow nothing now."),
        )
        return redirect("permissions")
    told = cards(request, queries.standing_of(request.actor))
    standing = [one for one in told if one["standing"] is Standing.GRANTED]
    return render(request, "member/take_everything_back.html", {"cards": standing})
