"""What django-allauth does is decided here: closed sign-up, and every sign-in noted."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.utils.translation import gettext_lazy as _

from accounts.models import SignIn, User
from accounts.services import note_failed_sign_in, note_sign_in, note_sign_out
from audit import trail
from audit.trail import Actor
from vault import services as vault
from vault.envelope import Unreadable
from vault.key_ring import Keyless

SIGN_IN = "sign_in"
NAME = "name"
PRACTICE = "practice"


class AccountAdapter(DefaultAccountAdapter):
    """People are issued a sign-in name; nobody signs up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("Name or password is not right. Try once more."),
        "account_inactive": _("Name or password is not right. Try once more."),
        "rate_limited": _("Too many tries. Wait a few minutes, or call the practice."),
        "too_many_login_attempts": _("Too many tries. Wait a few minutes, or call the practice."),
    }

    def is_open_for_signup(self, request: Any) -> bool:
        return False

    def login(self, request: Any, user: User) -> None:
        super().login(request, user)
        sign_in = note_sign_in(user=user, device=_device(request.headers.get("User-Agent", "")))
        request.session[SIGN_IN] = sign_in.pk.hex
        request.session[PRACTICE] = user.practice_id.hex
        request.session[NAME] = _own_name(user, sign_in)

    def logout(self, request: Any) -> None:
        sign_in, user = request.session.get(SIGN_IN), request.user
        super().logout(request)
        if sign_in and user.is_authenticated:
            note_sign_out(user=user, sign_in_id=sign_in)

    def authentication_failed(self, request: Any, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        note_failed_sign_in()

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing in passing: allauth's messages name the person who signed in."""


def _own_name(user: User, sign_in: SignIn) -> str:
    """Return a person's own name for the head of their pages; without keys, none."""
    by = Actor(user.practice_id, user.pk, "person", sign_in.pk)
    receipt = trail.receipt_for(by, "name.own", [user.pk], object_id=user.pk)
    try:
        return vault.open(user.sealed_name, receipt)
    except (Keyless, Unreadable):
        return ""


def _device(user_agent: str) -> str:
    """Return a coarse label: enough to recognise one's own phone, not to follow anybody."""
    known = ("iPhone", "iPad", "Android", "Windows", "Macintosh", "Linux")
    return next((word for word in known if word in user_agent), "")
