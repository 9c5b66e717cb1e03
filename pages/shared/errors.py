"""The pages for what does not work: each says what happened and what to do, and nothing else."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Too much, or not readable. Drawn without reading the request any further."""
    return HttpResponse(render_to_string("errors/400.html"), status=400)


class NotFound(HttpResponse):
    """Not yours, not there, erased, another practice: one page for all of them."""

    status_code = 404


def not_found(request: HttpRequest, exception: Any = None) -> NotFound:
    """Draw the one page of all that is closed, as its visitor sees every page."""
    request.resolver_match = None  # or the navigation would say which address it was almost
    return NotFound(render_to_string("errors/404.html", request=request))


def not_this_way(allowed: str) -> HttpResponse:
    """An address that only takes a form, looked at; drawn without knowing who looks."""
    response = HttpResponse(render_to_string("errors/405.html"), status=405)
    response["Allow"] = allowed
    return response


def unavailable(request: HttpRequest) -> HttpResponse:
    """Something cannot be opened now. Drawn without asking any database: it may be what is away."""
    return HttpResponse(
        render_to_string("errors/503.html", {"demo": settings.GROUPCARE_DEMO}), status=503
    )


def too_large(request: HttpRequest) -> HttpResponse:
    """More was sent at once than any page takes; nothing of it was read."""
    return render(request, "errors/too_large.html", status=413)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's protection against other sites did not match."""
    return render(request, "errors/403.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """The last resort, without any detail and without asking any database."""
    return HttpResponse(render_to_string("errors/500.html"), status=500)
