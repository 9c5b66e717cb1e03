"""Sealing under a key from SECRET_KEY: sign-in sessions, and what a form carries to its next step.

It works without the other keys, and nothing of it is meant to last.
"""

import base64
import binascii
import os
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from vault.envelope import Unreadable, derive

_SESSIONS, _CARRIED = b"groupcare sign-in sessions", b"groupcare carried forms"


def seal_session(raw: bytes, *, row: bytes) -> bytes:
    """Return the ciphertext of one sign-in session's data, bound to its row."""
    nonce = os.urandom(12)
    return nonce + _cipher(settings.SECRET_KEY).encrypt(nonce, raw, row)


def unseal_session(blob: bytes, *, row: bytes) -> bytes:
    """Return the session's data. Raises Unreadable if it is not this row's or was altered."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return _cipher(secret).decrypt(blob[:12], blob[12:], row)
        except (InvalidTag, ValueError):
            continue
    raise Unreadable


def seal_carried(raw: bytes, *, bound_to: bytes, at: datetime) -> str:
    """Return what a form carries from one page to the next, readable to nobody on the way.

    `bound_to` says whose it is and what for, `at` when it was sealed.
    """
    nonce = os.urandom(12)
    stamped = int(at.timestamp()).to_bytes(8, "big") + raw
    sealed = _cipher(settings.SECRET_KEY, _CARRIED).encrypt(nonce, stamped, bound_to)
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal_carried(carried: str, *, bound_to: bytes, at: datetime, lasts: timedelta) -> bytes:
    """Return what was sealed.

    Raises Unreadable if it was altered, is another's or for another thing, or
    is older at `at` than it `lasts`.
    """
    try:
        blob = base64.urlsafe_b64decode(carried.encode("ascii"))
    except (binascii.Error, UnicodeEncodeError):
        raise Unreadable from None
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            stamped = _cipher(secret, _CARRIED).decrypt(blob[:12], blob[12:], bound_to)
        except (InvalidTag, ValueError):
            continue
        if int.from_bytes(stamped[:8], "big") < (at - lasts).timestamp():
            break
        return stamped[8:]
    raise Unreadable


def _cipher(secret: str, purpose: bytes = _SESSIONS) -> AESGCM:
    return AESGCM(derive(secret.encode(), purpose))
