"""Ending an authority and barring somebody, as whoever leads or reviews the group does it."""

from uuid import UUID

from django.contrib import messages
from django.utils.translation import gettext as _

from consent.services.representing import bar_representative, end_representation
from pages.shared.access import HouseRequest
from sessions_app.models import Representation


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
