"""Help now: whom to call, in a calm place, for whoever comes by."""

from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.queries import practice_of
from ethics import queries

COUNTRIES: dict[str, Any] = {
    "US": _("United States"),
    "CA": _("Canada"),
    "MX": _("Mexico"),
    "ES": _("Spain"),
    "GB": _("United Kingdom"),
    "IE": _("Ireland"),
    "DE": _("Germany"),
    "AU": _("Australia"),
}


@login_not_required
@require_GET
def help_now(request: HttpRequest) -> HttpResponse:
    """The lines of one's own practice; for somebody who is not signed in, of each country."""
    if request.user.is_authenticated:
        practice = practice_of(request.user)
        return render(request, "risk/help.html", {"lines": queries.crisis_contacts(practice)})
    shared = queries.shared_crisis_contacts()
    by_country = {code: list(rows) for code, rows in groupby(shared, lambda one: one.country)}
    places = [(name, by_country[code]) for code, name in COUNTRIES.items() if code in by_country]
    return render(request, "risk/help.html", {"places": places})
