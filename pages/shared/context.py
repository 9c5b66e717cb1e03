"""What every page's frame needs: who is here, where they may go, and what is wrong."""

from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.adapter import NAME
from accounts.models import Role
from accounts.queries import practice_of
from pages.shared.access import MEMBER, HouseRequest, roles_in
from pages.shared.keeping import keeper_of
from vault import key_ring


class Way(NamedTuple):
    """One entry of the navigation."""

    url_name: str
    icon: str
    word: Any


WAYS: dict[str, list[Way]] = {
    MEMBER: [
        Way("member_home", "home", _("Home")),
        Way("permissions", "ask", _("Decisions")),
        Way("agreements", "book", _("Agreement")),
    ],
    Role.FACILITATOR: [
        Way("today", "today", _("Today")),
        Way("groups", "groups", _("Groups")),
        Way("requests", "ask", _("Permissions")),
        Way("find_person", "search", _("Find")),
    ],
    Role.SUPERVISOR: [Way("trail", "trail", _("Trail"))],
    Role.ADMINISTRATOR: [
        Way("people", "people", _("People")),
        Way("recipients", "send", _("Recipients")),
    ],
}
ROLE_WORDS = {MEMBER: _("Member"), **dict(Role.choices)}


def house(request: HouseRequest) -> dict[str, Any]:
    """Return the frame's facts; for a visitor, whether everybody in this house is invented."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"roles": [], "demo": settings.GROUPCARE_DEMO}
    roles = roles_in(request)
    who = request.session.get(NAME) or request.user.sign_in_name
    practice = getattr(request, "practice", None) or practice_of(request.user)
    return {
        "roles": roles,
        "role_words": [ROLE_WORDS[role] for role in roles],
        "is_member": roles == [MEMBER],
        "ways": [way for role in roles for way in WAYS.get(role, [])],
        "here": request.resolver_match.url_name if request.resolver_match else "",
        "who": who,
        "first_name": who.split(" ")[0],
        "practice": practice,
        "demo": practice.demo,
        "keyless": _keyless(),
        "keeper": keeper_of(request.user),
    }


def _keyless() -> bool:
    try:
        key_ring.current()
    except key_ring.Keyless:
        return True
    return False
