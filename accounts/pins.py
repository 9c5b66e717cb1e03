"""A PIN opens a locked stay, and shows in the room who holds a device; what is stored of it.

Six digits are soon tried from a dump, however slow the hash. So a digest under
a key from SECRET_KEY, bound to its person, is what is hashed.
"""

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from vault.session_seal import digests

SHORTEST, LONGEST = 6, 12


def check_pin(pin: str) -> None:
    """Raise ValidationError for what is no PIN, or one of those that are tried first."""
    if not (pin.isascii() and pin.isdecimal() and SHORTEST <= len(pin) <= LONGEST):
        words = _("Use %(least)d to %(most)d digits, and nothing else.")
        raise ValidationError(words % {"least": SHORTEST, "most": LONGEST}, code="pin_unfit")
    if is_trivial(pin):
        words = _("Many people use one like this, so it is tried first. Choose another.")
        raise ValidationError(words, code="pin_common")


def is_trivial(pin: str) -> bool:
    """Say whether digits repeat, count up or down, or are fewer than three different ones.

    >>> [is_trivial(p) for p in ("111111", "345678", "098765", "123123", "112233", "121212")]
    [True, True, True, True, True, True]
    >>> is_trivial("820417")
    False
    """
    steps = {(int(after) - int(before)) % 10 for before, after in zip(pin, pin[1:], strict=False)}
    repeats = any(len(pin) % n == 0 and pin == pin[:n] * (len(pin) // n) for n in (2, 3, 4))
    pairs = pin[::2] == pin[1::2] and is_trivial(pin[::2])
    return len(steps) == 1 or steps in ({0, 1}, {0, 9}) or len(set(pin)) < 3 or repeats or pairs


def hashed_pin(user: User, pin: str) -> str:
    """Return what is stored of a checked PIN."""
    return make_password(_digests(user, pin)[0])


def pin_is(user: User, pin: str) -> bool:
    """Say whether this is the person's PIN; nobody's is empty."""
    return bool(user.pin) and any(check_password(one, user.pin) for one in _digests(user, pin))


def _digests(user: User, pin: str) -> list[str]:
    return digests(pin, place=f"pin {user.pk.hex}")
