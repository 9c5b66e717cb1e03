"""Questions to the privacy officer: asking, and the answers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from consent import queries
from consent.models import Consent, PrivacyRequest
from consent.services.privacy import ask_privacy
from pages.member.forms import PrivacyForm
from pages.shared.access import MEMBER, HouseRequest, door
from pages.shared.keeping import draw, keeps_form
from pages.shared.privacy import opened
from sessions_app.models import Disclosure
from sessions_app.rules import Rejected

member = door(MEMBER)


@require_GET
@member
def privacy(request: HouseRequest) -> HttpResponse:
    """Everything the member asked about their own record, with what became of it."""
    rows = [told(one) for one in queries.own_privacy_requests(request.actor)]
    return render(request, "member/privacy.html", {"rows": rows})


@keeps_form(PrivacyForm)
@require_http_methods(["GET", "POST"])
@member
def ask(request: HouseRequest) -> HttpResponse:
    """Ask, or say what should be corrected, held back or erased."""
    form = draw(request, PrivacyForm, request.POST or None, items=_own_words(request))
    if form.is_valid():
        try:
            asked = ask_privacy(
                by=request.actor,
                kind=form.cleaned_data["kind"],
                text=form.cleaned_data["said"],
                about_code=form.cleaned_data["about"],
                once=form.key,
            )
            messages.success(request, _("It is sent. The answer will be here."))
            return redirect("privacy_request", code=asked.code)
        except Rejected as rejected:
            form.reject(rejected)
    return render(request, "member/privacy_ask.html", {"form": form})


@require_GET
@member
def privacy_request(request: HouseRequest, code: str) -> HttpResponse:
    """What was asked, and the answer, recorded as a look at one's own."""
    found = queries.own_privacy_requests(request.actor).get(code=code)
    group = queries.latest_stint(found.member).group_id
    context = {**told(found), **opened(request, found, group)._asdict()}
    return render(request, "member/privacy_request.html", context)


def told(found: PrivacyRequest) -> dict[str, object]:
    """Return what a page says of a request without opening it: what it is, and how it stands."""
    item = found.about
    gone = item is not None and item.state in Disclosure.GONE
    return {"request_": found, "erased": gone}


def _own_words(request: HouseRequest) -> list[tuple[str, str]]:
    """Words the member said and was asked about, by day and code, one line for each item."""
    items: dict[object, Consent] = {}
    for one in queries.all_own_consents(request.actor):
        item = one.version.disclosure
        if item.speaker_id == one.member_id and item.state not in Disclosure.OUT:
            items.setdefault(item.pk, one)
    return [(one.code, _said_on(one)) for one in items.values()]


def _said_on(consent: Consent) -> str:
    day = timezone.localtime(consent.version.disclosure.session.starts)
    said = _("What you said on %(day)s") % {"day": date_format(day, "MONTH_DAY_FORMAT")}
    return f"{said} ({consent.code})"
