"""What django-allauth does is decided here: closed sign-up, and every sign-in noted."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth import authenticate
from django.utils.translation import gettext_lazy as _

from accounts.models import SignIn, User
from accounts.queries import stay_of
from accounts.services import note_failed_sign_in, note_sign_in, note_sign_out
from accounts.services.tries import TooMany, forget_tries_at_a_name, take_a_try_at_a_name
from accounts.session_store import SIGN_IN
from audit import trail
from audit.trail import Actor
from vault import services as vault
from vault.envelope import Unreadable
from vault.key_ring import Keyless

__all__ = ["NAME", "PRACTICE", "SIGN_IN", "AccountAdapter", "SecondStepAdapter", "device_of"]
NAME = "name"
PRACTICE = "practice"
PASSWORD = "password"  # noqa: S105 (what is tried, not one)


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
        sign_in = note_sign_in(user=user, device=device_of(request.headers.get("User-Agent", "")))
        idle, lasts = stay_of(user)
        request.session.begin_stay(sign_in.pk, idle=idle, lasts=lasts)
        request.session[PRACTICE] = user.practice_id.hex
        request.session[NAME] = _own_name(user, sign_in)

    def logout(self, request: Any) -> None:
        sign_in, user = request.session.get(SIGN_IN), request.user
        super().logout(request)
        if sign_in and user.is_authenticated:
            note_sign_out(user=user, sign_in_id=sign_in)

    def authenticate(self, request: Any, **credentials: Any) -> Any:
        """Look a name and a password up, once the try is counted and committed."""
        name, address = credentials["username"].strip().lower(), self.get_client_ip(request)
        try:
            take_a_try_at_a_name(PASSWORD, name, address=address)
        except TooMany:
            raise self.validation_error("too_many_login_attempts") from None
        user = authenticate(request, **credentials)
        if user is None:
            note_failed_sign_in()
        else:
            forget_tries_at_a_name(PASSWORD, name, address=address)
        return user

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send nothing: nobody has a mail address here."""

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing in passing: allauth's messages name the person who signed in."""


class SecondStepAdapter(DefaultMFAAdapter):
    """allauth asks here whether a second step is due. What it would store itself, it may not."""

    def encrypt(self, text: str) -> str:
        raise NotImplementedError("accounts.factors seals it, bound to its person")

    def decrypt(self, encrypted_text: str) -> str:
        raise NotImplementedError("accounts.factors opens it")


def _own_name(user: User, sign_in: SignIn) -> str:
    """Return a person's own name for the head of their pages; without keys, none."""
    by = Actor(user.practice_id, user.pk, "person", sign_in.pk)
    receipt = trail.receipt_for(by, "name.own", [user.pk], object_id=user.pk)
    try:
        return vault.open(user.sealed_name, receipt)
    except (Keyless, Unreadable):
        return ""


def device_of(user_agent: str) -> str:
    """Return a coarse label: enough to recognise one's own phone, not to follow anybody."""
    known = ("iPhone", "iPad", "Android", "Windows", "Macintosh", "Linux")
    return next((word for word in known if word in user_agent), "")
