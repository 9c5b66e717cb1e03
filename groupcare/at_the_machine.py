"""Whoever types a command says who they are, by sign-in name and password."""

import getpass
import sys

from django.core.management.base import CommandError

from accounts.models import User
from accounts.queries import person_named
from accounts.services import note_failed_sign_in


def person_at_the_machine(sign_in_name: str) -> User:
    """Return an active person. Raises CommandError."""
    try:
        return person_named(sign_in_name)
    except User.DoesNotExist as error:
        raise CommandError(f"Nobody here signs in as {sign_in_name}.") from error


def check_password_of(person: User) -> None:
    """Ask for somebody's password; a wrong one leaves its entry. Raises CommandError."""
    given = typed(f"Password of {person.sign_in_name}: ", hidden=True)
    if not person.check_password(given):
        note_failed_sign_in()
        raise CommandError(f"That is not the password of {person.sign_in_name}.")


def typed(ask: str, *, hidden: bool = False) -> str:
    """Return a line that was typed, or that another program gives."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return getpass.getpass(ask) if hidden else input(ask)
