"""Headers on every page, and the one way a closed door looks."""

import logging
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from audit.services import note_denial
from pages.shared.errors import not_found, unavailable
from vault.envelope import Unreadable
from vault.key_ring import Keyless

Handler = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("groupcare")

_NO_SENSORS = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()"


class HouseHeaders:
    """Nothing is kept by browsers or on the way, and nothing is asked of the device."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith("/static/"):
            response["Cache-Control"] = "no-store"
        response["Permissions-Policy"] = _NO_SENSORS
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response


class ClosedDoors:
    """What is not yours, not there or cannot be opened gets one page each, and a count."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 404 and request.user.is_authenticated:
            note_denial(practice=request.user.practice_id, actor=request.user.pk)
            return not_found(request)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Keyless | Unreadable | DatabaseError):
            log.error("unavailable: %s", type(error).__name__)
            return unavailable(request)
        return None
