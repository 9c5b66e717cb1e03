"""Whoever types a command says who they are: sign-in name and password, and a code of staff."""

import getpass
import sys

from django.core.management.base import CommandError

from accounts.models import User
from accounts.queries import password_is_enough, person_named
from accounts.services import note_failed_sign_in
from accounts.services.second_step import pass_second_step
from accounts.services.tries import TooMany
from audit.acting import acting_as
from groupcare.known_heads import heads_kept


def person_at_the_machine(sign_in_name: str) -> User:
    """Return an active person. Raises CommandError."""
    try:
        return person_named(sign_in_name)
    except User.DoesNotExist as error:
        raise CommandError(f"Nobody here signs in as {sign_in_name}.") from error


def check_who(person: User) -> None:
    """Ask for somebody's password, and for a code where signing in asks for one (R70).

    A wrong one leaves its entry. A passkey cannot be asked for here: whoever has
    no code app gives a recovery code. Raises CommandError.
    """
    given = typed(f"Password of {person.sign_in_name}: ", hidden=True)
    if not person.check_password(given):
        note_failed_sign_in()
        raise CommandError(f"That is not the password of {person.sign_in_name}.")
    if password_is_enough(person):
        return
    code = typed(f"Code of {person.sign_in_name}, of the app or a recovery code: ", hidden=True)
    try:
        with acting_as(person.practice_id), heads_kept():
            right = pass_second_step(user=person, code=code)
    except TooMany as error:
        raise CommandError("Too many wrong codes. Wait some minutes, then try again.") from error
    if not right:
        raise CommandError(f"That is no code of {person.sign_in_name}, or it was used.")


def typed(ask: str, *, hidden: bool = False) -> str:
    """Return a line that was typed, or that another program gives."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return getpass.getpass(ask) if hidden else input(ask)
