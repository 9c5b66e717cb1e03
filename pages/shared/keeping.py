"""What was typed comes back when a stay ends in the middle of it.

The text of a form that arrives too late is sealed for the person who was
signed in when the form was drawn, and travels in the sign-in page. Once they are
back, long texts become their drafts; any other form begins with what was typed
in it, which waits in their sealed session. Nothing of it is stored meanwhile;
for anybody else it never opens.
"""

import json
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.signing import BadSignature, Signer
from django.forms import MultipleChoiceField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from pages.shared.access import PERSON, HouseRequest, actor
from pages.shared.forms import HouseForm, SignInForm
from sessions_app.rules import Rejected
from sessions_app.services.drafts import keep_draft
from vault.envelope import Unreadable
from vault.key_ring import Keyless
from vault.session_seal import seal_carried, unseal_carried

View = Callable[..., HttpResponse]
# What a form holds: where to go back to, and each text by the place where its draft belongs.
Texts = tuple[str, dict[str, str]]
Kept = Callable[[HttpRequest], Texts]
LASTS = timedelta(hours=12)
KEEPER = "keeper"
# Places that begin so are forms by their address; what was typed there waits in the session.
FORM = "form:"
LONGEST = 120_000
Form = TypeVar("Form", bound=HouseForm)
_signer = Signer(salt="groupcare.keeper")


def keeps(texts: Callable[..., Texts]) -> Callable[[View], View]:
    """Mark a view whose typed text becomes a draft; `texts(post, **kwargs)` finds it."""

    def found(request: HttpRequest) -> Texts:
        assert request.resolver_match
        return texts(request.POST, **request.resolver_match.kwargs)

    return _marked(found)


def keeps_form(
    form: type[HouseForm], *, besides: Collection[str] = (), back: str = ""
) -> Callable[[View], View]:
    """Mark a view that draws this form with `draw`: it comes back as it was typed.

    What a form carries unseen does not come back, nor do the fields in `besides`, which
    have to be chosen anew. `back` names the page to go back to where the form has no
    address of its own.
    """

    def found(request: HttpRequest) -> Texts:
        unseen = {name for name, one in form.base_fields.items() if one.widget.is_hidden}
        typed = all_typed(request.POST, form, unseen.union(besides))
        return reverse(back) if back else request.path, {FORM + request.path: typed}

    return _marked(found)


def _marked(found: Kept) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.keeps = found  # type: ignore[attr-defined]
        return view

    return mark


def draw(
    request: HouseRequest,
    form: type[Form],
    sent: QueryDict | None = None,
    *,
    initial: Mapping[str, Any] | None = None,
    **more: Any,
) -> Form:
    """Return the form of a page: with what was sent, or with what was typed when a stay ended.

    Once the form is sent, what was typed stands in the page and waits no longer.
    """
    waiting: dict[str, str] = request.session.get(FORM, {})
    typed = waiting.get(request.path, "")
    if typed and sent is not None:
        rest = {path: text for path, text in waiting.items() if path != request.path}
        request.session[FORM], typed = rest, ""
    drawn = form(sent, initial={**(initial or {}), **initial_of(typed, form)}, **more)
    drawn.keeper, drawn.is_back = keeper_of(request.user), bool(typed)
    return drawn


def keeper_of(user: Any) -> str:
    """Return what a form carries to say for whom its text is kept."""
    return _signer.sign(user.pk.hex)


def sign_in_and_keep(request: HttpRequest, view: View) -> HttpResponse | None:
    """Return the sign-in page that carries what was typed; None if there is nothing to keep."""
    found = carried_from(request, view)
    return sign_in_with(request, *found) if found else None


def carried_from(request: HttpRequest, view: View | None) -> tuple[str, str] | None:
    """Return what was typed, sealed, and where to go back to; None if there is nothing to keep."""
    kept: Kept | None = getattr(view, "keeps", None)
    if request.method != "POST" or kept is None or request.resolver_match is None:
        return None
    try:
        person = UUID(_signer.unsign(request.POST.get(KEEPER, "")))
    except (BadSignature, ValueError):
        return None
    back, found = kept(request)
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
    """Turn what came along with a sign-in into drafts and forms, if it is this person's."""
    with suppress(Unreadable, Keyless):
        raw = unseal_carried(
            carried, bound_to=_bound_to(request.user.pk), at=timezone.now(), lasts=LASTS
        )
        found: Mapping[str, str] = json.loads(raw)
        for place, text in found.items():
            if place.startswith(FORM):
                _let_wait(request, place.removeprefix(FORM), text)
                continue
            with suppress(Rejected):  # one that is too long takes no other with it
                keep_draft(by=actor(request, PERSON), place=place, text=text)


def _let_wait(request: HouseRequest, path: str, typed: str) -> None:
    if typed and len(typed) <= LONGEST:
        request.session[FORM] = {**request.session.get(FORM, {}), path: typed}


def all_typed(post: QueryDict, form: type[HouseForm], besides: Collection[str]) -> str:
    """Return all that stands in a form as one text, for its draft; empty if nothing does.

    Fields named in `besides` are left out: ids, versions and what has to be chosen anew.
    """
    names = form.base_fields.keys() - besides
    found = {name: post.getlist(name) for name in names if any(post.getlist(name))}
    return json.dumps(found, ensure_ascii=False) if found else ""


def initial_of(draft: str, form: type[HouseForm]) -> dict[str, Any]:
    """Return the text of `all_typed` as what a form begins with."""
    found: dict[str, list[str]] = json.loads(draft) if draft else {}
    return {
        name: said if isinstance(form.base_fields[name], MultipleChoiceField) else said[0]
        for name, said in found.items()
        if name in form.base_fields
    }


def _bound_to(person: UUID) -> bytes:
    return b"kept text" + person.bytes
