"""What was typed comes back when a stay ends in the middle of it.

The text of a form that arrives too late is sealed for the person who was
signed in when the form was drawn, travels in the sign-in page, and becomes
their draft once they are back. Nothing of it is stored meanwhile; for anybody
else it never opens.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from pages.shared.access import PERSON, HouseRequest, actor
from pages.shared.forms import SignInForm
from sessions_app.rules import Rejected
from sessions_app.services.drafts import keep_draft
from vault.envelope import Unreadable
from vault.key_ring import Keyless
from vault.session_seal import seal_carried, unseal_carried

View = Callable[..., HttpResponse]
# What a form holds: where to go back to, and each text by the place where its draft belongs.
Texts = tuple[str, dict[str, str]]
Kept = Callable[..., Texts]
LASTS = timedelta(hours=12)
KEEPER = "keeper"
_signer = Signer(salt="groupcare.keeper")


def keeps(texts: Kept) -> Callable[[View], View]:
    """Mark a view whose typed text shall not be lost; `texts(post, **kwargs)` finds it."""

    def mark(view: View) -> View:
        view.keeps = texts  # type: ignore[attr-defined]
        return view

    return mark


def keeper_of(user: Any) -> str:
    """Return what a form carries to say for whom its text is kept."""
    return _signer.sign(user.pk.hex)


def sign_in_and_keep(request: HttpRequest, view: View) -> HttpResponse | None:
    """Return the sign-in page that carries what was typed; None if there is nothing to keep."""
    found = carried_from(request, view)
    return sign_in_with(request, *found) if found else None


def carried_from(request: HttpRequest, view: View | None) -> tuple[str, str] | None:
    """Return what was typed, sealed, and where to go back to; None if there is nothing to keep."""
    texts: Kept | None = getattr(view, "keeps", None)
    if request.method != "POST" or texts is None or request.resolver_match is None:
        return None
    try:
        person = UUID(_signer.unsign(request.POST.get(KEEPER, "")))
    except (BadSignature, ValueError):
        return None
    back, found = texts(request.POST, **request.resolver_match.kwargs)
    raw = json.dumps(found).encode()
    return seal_carried(raw, bound_to=_bound_to(person), at=timezone.now()), back


def sign_in_with(request: HttpRequest, carried: str, back: str) -> HttpResponse:
    """Return the sign-in page that carries sealed text to the draft it becomes."""
    context = {
        "form": SignInForm(),
        "carried": carried,
        "redirect_field_name": REDIRECT_FIELD_NAME,
        "redirect_field_value": back,
    }
    return render(request, "account/login.html", context)


def bring_back(request: HouseRequest, carried: str) -> None:
    """Turn what came along with a sign-in into drafts, if it is this person's."""
    with suppress(Unreadable, Keyless):
        raw = unseal_carried(
            carried, bound_to=_bound_to(request.user.pk), at=timezone.now(), lasts=LASTS
        )
        found: Mapping[str, str] = json.loads(raw)
        for place, text in found.items():
            with suppress(Rejected):  # one that is too long takes no other with it
                keep_draft(by=actor(request, PERSON), place=place, text=text)


def _bound_to(person: UUID) -> bytes:
    return b"kept text" + person.bytes
