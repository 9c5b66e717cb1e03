"""Row keys and codes: how things are named inside the house and outside it."""

import secrets
import threading
import time
from collections.abc import Callable
from uuid import UUID

# No I, L, O, U, 0 or 1: a code is read aloud on the telephone.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

_last_key = 0
_key_lock = threading.Lock()


def uuid7() -> UUID:
    """Return a time-ordered row key (RFC 9562 version 7), rising within this process.

    It is a key, never a secret: whoever has one can tell when it was made.
    """
    global _last_key
    milliseconds = time.time_ns() // 1_000_000
    key = (
        (milliseconds << 80)
        | (0x7 << 76)
        | (secrets.randbits(12) << 64)
        | (0b10 << 62)
        | secrets.randbits(62)
    )
    with _key_lock:
        if key <= _last_key:
            key = _last_key + 1
        _last_key = key
    return UUID(int=key)


def random_code(letter: str) -> str:
    """Return a random code such as `D-3F8K2M`, safe to show in trails and addresses."""
    return f"{letter}-" + "".join(secrets.choice(CODE_ALPHABET) for _ in range(6))


def free_code(letter: str, taken: Callable[[str], bool]) -> str:
    """Return a random code that is not `taken`; the table's constraint has the last word."""
    while taken(code := random_code(letter)):
        pass
    return code
