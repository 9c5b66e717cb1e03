"""Passkeys between page and browser: what a page hands out, and what comes back in a form."""

import json
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from accounts.passkeys import House, Refused, State

_KEPT = "passkey"
LONGEST = 20_000


def house_of(request: HttpRequest) -> House:
    """Return where passkeys count: the house's address, else the host that ALLOWED_HOSTS let in."""
    address = settings.GROUPCARE_ADDRESS or request.build_absolute_uri("/")
    parts = urlsplit(address)
    return House(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")


def keep_state(request: HttpRequest, purpose: str, begun: tuple[dict[str, Any], State]) -> str:
    """Keep a challenge in the sealed session for one purpose; return the browser's options."""
    options, state = begun
    request.session[_KEPT] = [purpose, dict(state)]
    return json.dumps(options)


def take_state(request: HttpRequest, purpose: str) -> State:
    """Return the challenge that was made for this purpose; it counts once. Raises Refused."""
    kept, state = request.session.pop(_KEPT, None) or ("", {})
    if kept != purpose:
        raise Refused
    return dict(state)


def answer_in(request: HttpRequest) -> object:
    """Return what the browser's key answered. Raises Refused if it cannot be read."""
    given = request.POST.get("credential", "")
    try:
        return json.loads(given) if len(given) < LONGEST else None
    except (ValueError, RecursionError):
        raise Refused from None
