"""Ending an authority and barring somebody, as whoever leads or reviews the group does it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from consent.services.representing import bar_representative, end_representation
from pages.shared.access import HouseRequest
from sessions_app import queries
from sessions_app.models import Representation


def back_to_member(request: HouseRequest, found: Representation, page: str) -> HttpResponse:
    """Go back to the member's page, in the group it was recorded in or one of the actor's own."""
    groups = [one.group for one in queries.stints_reached(request.actor, found.member.code)]
    group = found.group if found.group in groups else groups[-1]
    return redirect(page, code=group.code, member=found.member.code)


def end_at_once(request: HouseRequest, representation: UUID) -> Representation:
    """End an authority, and say what that means."""
    found = end_representation(by=request.actor, representation_id=representation)
    messages.success(request, _("Ended. What was signed under it has to be signed again."))
    return found


def bar_for_good(request: HouseRequest, representation: UUID) -> Representation:
    """Bar somebody who may harm the member, and say what that means."""
    found = bar_representative(by=request.actor, representation_id=representation)
    messages.success(request, _("Barred. Nothing they signed counts, and nothing goes to them."))
    return found
