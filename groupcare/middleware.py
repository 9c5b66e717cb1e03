"""Headers on every page, and the one way a closed door looks."""

import logging
import traceback
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers

from accounts.adapter import PRACTICE
from accounts.queries import lacks_second_factor
from audit.acting import acting_as
from audit.services import note_denial
from groupcare.known_heads import heads_kept
from pages.fields import is_taken
from pages.shared.errors import (
    NotFound,
    form_expired,
    not_found,
    not_this_way,
    too_large,
    unavailable,
)
from pages.shared.forms import choices_watched
from pages.shared.keeping import sign_in_and_keep
from pages.shared.locking import locked_page
from sessions_app.queries import LockMissed
from vault.envelope import Unreadable
from vault.key_ring import Keyless

Handler = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("groupcare")

_NO_SENSORS = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()"


class OneCharset:
    """Forms come in UTF-8 or not at all: other encodings smuggle what no page would send."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "utf-8")
        if charset.lower() not in ("utf-8", "utf8"):
            return HttpResponse("This form is not in UTF-8.", "text/plain", status=400)
        return self.get_response(request)


class OwnSite:
    """What another site sends or embeds is refused; somebody may follow a link to here.

    The browser says where a request comes from (`Sec-Fetch-Site`); older ones say it
    with a form alone (`Origin`). It stands beside the form's token, for the two forms
    that have none too. Source: docs/rules.md R69.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _from_elsewhere(request):
            return form_expired(request)
        return self.get_response(request)


class FewFiles:
    """Bodies are small, and a file is taken by the pages in `TAKE_A_FILE` alone.

    Django's own limit does not count files, so the whole body is measured
    here, before anything of it is read. It stands before the check of the
    form's token, which reads the form.
    """

    TAKE_A_FILE = frozenset({"import_roster"})

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponse | None:
        length = str(request.META.get("CONTENT_LENGTH", ""))
        if length.isdecimal() and int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return too_large(request)
        here = request.resolver_match.url_name if request.resolver_match else ""
        if here not in self.TAKE_A_FILE and request.FILES:
            return HttpResponse("This page takes no file.", "text/plain", status=400)
        return None


class OwnFields:
    """A page that is sent a field it does not have is not there, before anybody reads the form.

    The table is `pages.fields`.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponse | None:
        if request.method != "POST":
            return None
        here = request.resolver_match.url_name if request.resolver_match else ""
        if not is_taken(here or "", request.POST):
            raise Http404
        return None


class HouseHeaders:
    """Nothing is kept by browsers or on the way, and nothing is asked of the device."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not (request.path.startswith("/static/") and response.status_code in (200, 304)):
            response["Cache-Control"] = "no-store"
            patch_vary_headers(response, ["Cookie"])  # the language is one, whoever looks
        response["Permissions-Policy"] = _NO_SENSORS
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response


class KnownHeads:
    """After a request that wrote to the trail, how far it has come is kept in the vault."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with heads_kept():
            return self.get_response(request)


class OnePractice:
    """Whoever is signed in works on the rows of their own practice (audit/acting.py).

    The practice comes from the sealed session, so that it stands before the
    first question to a table is who this is.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        practice = request.session.get(PRACTICE)
        with acting_as(UUID(practice)) if practice else nullcontext():
            return self.get_response(request)


class SignInFirst(LoginRequiredMiddleware):
    """Nothing opens to a visitor; what somebody typed until their stay ended is not lost."""

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """Let everybody into an open room, without asking who they are."""
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponse:
        if request.headers.get("HX-Request"):
            return render(request, "shared/_signed_out.html", status=401)
        kept = sign_in_and_keep(request, view_func)
        return kept or super().handle_no_permission(request, view_func)


class Stays:
    """A stay is put off by what its person does, and shows nothing while it is locked.

    Locked, whatever never came as far as a view is answered with the lock page
    too: a form without its token, too long a body, an address that is not there.
    """

    OPEN = frozenset(
        (
            *("lock", "unlock", "unlock_options", "account_logout", "leave"),
            # A device that was handed over in the room: for whom it was handed to (R83).
            *("room", "room_pin", "room_sign", "room_decline", "room_leave"),
        )
    )
    # What pages ask for by themselves: nobody has done anything. None does so today.
    POLLING: frozenset[str] = frozenset()

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        locked = _is_locked(request)
        response = self.get_response(request)
        if locked and not hasattr(request, "met_the_lock"):
            return locked_page(request)
        return response

    def process_view(
        self, request: HttpRequest, view_func: Any, *arguments: object
    ) -> HttpResponse | None:
        here = request.resolver_match.url_name if request.resolver_match else ""
        if _is_locked(request):
            request.met_the_lock = True  # type: ignore[attr-defined]
            if here not in self.OPEN:
                return locked_page(request, view_func)
        elif here not in self.POLLING:
            request.session.move_on()  # type: ignore[attr-defined]
        return None


class SecondFactorFirst:
    """Staff without a second factor reach the pages where they add one, and the way out.

    It stands behind the sign-in and before every room, whatever the room asks
    for itself. A page that a newcomer brings is closed until it is listed.
    """

    OPEN = frozenset(
        (
            *("ways_in", "change_way_in", "new_passkey", "new_code_app", "step_up"),
            *("account_logout", "lock", "unlock", "unlock_options"),
        )
    )

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: Any, *arguments: object
    ) -> HttpResponse | None:
        here = request.resolver_match.url_name if request.resolver_match else ""
        if here in self.OPEN or not getattr(view_func, "login_required", True):
            return None
        if not request.user.is_authenticated or not lacks_second_factor(request.user):
            return None
        if request.headers.get("HX-Request"):
            return render(request, "shared/_signed_out.html", status=401)
        return redirect("ways_in")


class ClosedDoors:
    """What is not yours, not there or cannot be opened gets one page each, and a count.

    Views look things up as somebody and let DoesNotExist rise: here it becomes
    the same 404 as an address that does not exist, by the same path.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with choices_watched() as watched:
            response = self.get_response(request)
        if watched.tampered and response.status_code == 200:
            response.status_code = 400  # the form comes back with what was typed
        if response.status_code == 405 and not response.content:
            return not_this_way(response["Allow"])
        closed = response.status_code == 404
        if (closed or watched.tampered) and request.user.is_authenticated:
            note_denial(practice=request.user.practice_id, actor=request.user.pk)
        return not_found(request) if closed and not isinstance(response, NotFound) else response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, ObjectDoesNotExist | LockMissed):
            return not_found(request)
        if not isinstance(error, Http404):
            log.error("%s in %s", type(error).__name__, _where(error))
        if isinstance(error, Keyless | Unreadable | DatabaseError):
            return unavailable(request)
        return None


def _from_elsewhere(request: HttpRequest) -> bool:
    looks = request.method in ("GET", "HEAD")
    if request.headers.get("Sec-Fetch-Site", "none") in ("cross-site", "same-site"):
        followed = request.headers.get("Sec-Fetch-Dest") == "document"
        return not (looks and followed and request.headers.get("Sec-Fetch-Mode") == "navigate")
    if looks:
        return False
    own = f"{request.scheme}://{request.get_host()}"
    # Whoever hides where they come from is asked for the token, where there is one.
    return request.headers.get("Origin", "null") not in ("null", own)


def _is_locked(request: HttpRequest) -> bool:
    return request.session.locked and request.user.is_authenticated  # type: ignore[attr-defined]


def _where(error: Exception) -> str:
    """Return the lines an error came through: never its message, which may hold what was typed."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return " < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames))
