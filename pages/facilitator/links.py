"""A link to a release: made, shown once with its passcode, and ended."""

from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.services import StepUpRefused
from consent import queries as consents
from consent.models import Release
from consent.services.links import end_link, link_scope, make_link
from consent.services.release import Withheld
from pages.facilitator.forms import LINK_HOURS, LINK_OPENINGS, NewLinkForm
from pages.facilitator.groups import facilitator
from pages.shared.access import HouseRequest
from pages.shared.forms import posted_key
from pages.shared.names import recipient_names
from pages.shared.sentences import OUT_FOR
from pages.shared.views import ask_for_proof


@require_http_methods(["GET", "POST"])
@facilitator
def new_link(request: HouseRequest, code: str) -> HttpResponse:
    """Choose how long and how often; the password is asked next, for this one link."""
    release = _open_release(request, code)
    form = NewLinkForm(request.POST or None)
    if form.is_valid():
        return ask_for_proof(
            request,
            link_scope(release),
            _("To make a link to release %(release)s.") % {"release": code},
            "make_link",
            code=code,
            hours=str(form.cleaned_data["hours"]),
            openings=str(form.cleaned_data["openings"]),
        )
    context = {"form": form, "release": release, "recipient": _reader(request, release)}
    return render(request, "facilitator/link_form.html", context)


@require_http_methods(["GET", "POST"])
@facilitator
def make(
    request: HouseRequest, code: str, hours: int, openings: int, step_up: UUID
) -> HttpResponse:
    """Say it once more, then make the link and show both secrets, this once."""
    release = _open_release(request, code)
    if hours not in LINK_HOURS or openings not in LINK_OPENINGS:
        raise Http404
    context: dict[str, object] = {
        "release": release,
        "recipient": _reader(request, release),
        "purpose": OUT_FOR[release.purpose],
        "hours": LINK_HOURS[hours],
        "openings": LINK_OPENINGS[openings],
        "once": uuid4(),
    }
    over = False
    if request.method == "POST":
        try:
            made = make_link(
                by=request.actor,
                code=code,
                hours=hours,
                openings=openings,
                step_up_id=step_up,
                once=posted_key(request),
            )
            context |= {"made": made, "address": _address(request, made.link.code, made.secret)}
            return render(request, "facilitator/link_made.html", context)
        except Withheld:
            return redirect("release_page", code=code)
        except StepUpRefused:
            over = True
    context["over"] = over
    return render(request, "facilitator/link_confirm.html", context, status=409 if over else 200)


@require_POST
@facilitator
def end(request: HouseRequest, code: str) -> HttpResponse:
    """End a link now; no password, no key."""
    link = end_link(by=request.actor, code=code)
    messages.success(request, _("The link has ended. It opens nothing any more."))
    return redirect("release_page", code=link.release.code)


def links_of(release: Release) -> list[dict[str, object]]:
    """Return a release's links, newest first, as its page tells of them."""
    now = timezone.now()
    return [
        {"link": link, "state": consents.link_state(link, now)}
        for link in consents.links_to(release)
    ]


def _open_release(request: HouseRequest, code: str) -> Release:
    release = consents.own_release(request.actor, code)
    if release.decision == Release.Decision.WITHHOLD:
        raise Http404
    return release


def _reader(request: HouseRequest, release: Release) -> str:
    return recipient_names(request.actor, [release.recipient])[release.recipient_id]


def _address(request: HouseRequest, code: str, secret: str) -> str:
    """Return the whole link: from the setting, or from a host that ALLOWED_HOSTS lists."""
    path = reverse("open_link", kwargs={"code": code})
    base = settings.GROUPCARE_ADDRESS
    whole = f"{base.rstrip('/')}{path}" if base else request.build_absolute_uri(path)
    return f"{whole}#{secret}"
