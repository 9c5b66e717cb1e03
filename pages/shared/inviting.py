"""A new one-time code for somebody who never came in, for whoever may invite them."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from accounts.models import User
from accounts.queries import has_joined
from accounts.services.invitations import Joined, invite_again
from pages.shared.access import HouseRequest


def invite_page(request: HouseRequest, user: User, context: dict[str, Any]) -> HttpResponse:
    """Ask whether to, or make the code and show it once. `context` says who it is, and where from.

    The caller found the person as theirs to invite.
    """
    context = {**context, "joined": has_joined(user) or not user.is_active}
    if request.method == "POST" and not context["joined"]:
        try:
            context["code"] = invite_again(by=request.actor, user=user)
        except Joined:
            context["joined"] = True
    return render(request, "shared/invite.html", context)
