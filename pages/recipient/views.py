"""The recipient's room: one page, before which nobody is known and behind which the gate decides.

Drawn without the request, so that no sign-in of this house is read, and no page
tells whose house it is before it opens. Looking (GET, HEAD) reads and changes
nothing, whatever the address.
"""

import time
from contextlib import nullcontext, suppress

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from audit.acting import acting_as
from consent.queries import practice_of_link
from consent.services.links import VISIT_LASTS, LinkClosed, OpenedLink, open_link, reopen
from pages.recipient.forms import LinkForm
from pages.shared.letter import letter

# A no is answered at a full step of this many seconds, above what any of them costs (T19).
STEP = 0.5
SECURE = settings.GROUPCARE_HTTPS
VISIT = "__Host-letter" if SECURE else "letter"


# Without a form token: it would set a cookie on looking. Whoever sends this form has to know
# both secrets, or hold the visit's cookie, which no other site can send along.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def open_by_link(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for link and passcode; sent, open the letter, or show the one page that says no."""
    if request.method != "POST":
        asked = {"form": LinkForm(), "visited": VISIT in request.COOKIES}
        return _page("recipient/link.html", asked)
    if not ratelimit.consume(request, action="open_link"):
        return _page("recipient/later.html", {}, status=429)
    began = time.monotonic()
    again = "again" in request.POST
    form = LinkForm(request.POST)
    if not again and not form.is_valid():
        return _page("recipient/link.html", {"form": form})
    practice = practice_of_link(code)
    with suppress(LinkClosed), acting_as(practice) if practice else nullcontext():
        opened = reopen(code=code, visit=request.COOKIES.get(VISIT, ""))
        if opened is None and not again:
            opened = open_link(code=code, **form.cleaned_data)
        if opened:
            return _letter(opened)
    closed = _page("recipient/closed.html", {"form": LinkForm()}, status=410)
    time.sleep((began - time.monotonic()) % STEP)
    return closed


def _letter(opened: OpenedLink) -> HttpResponse:
    shown = letter(
        opened.release.recipient,
        opened.parts,
        opened.receipt,
        purpose=opened.release.purpose,
        practice=opened.practice,
    )
    shown |= {"release": opened.release, "practice": opened.practice, "link": opened.link}
    with timezone.override(opened.practice.zone):
        response = _page("recipient/opened.html", shown)
    if opened.visit:
        response.set_cookie(
            VISIT,
            opened.visit,
            max_age=VISIT_LASTS,
            secure=SECURE,
            httponly=True,
            samesite="Strict",
        )
    return response


def _page(template: str, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    shown = {"demo": settings.GROUPCARE_DEMO, **context}
    return HttpResponse(render_to_string(template, shown), status=status)
