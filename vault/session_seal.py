"""Sealing under a key from SECRET_KEY: what signing in needs, and what a form carries on.

It works without the other keys, so that people can sign in and take back without them.
"""

import base64
import binascii
import os
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from vault.envelope import Unreadable, derive, keyed_digest

_SESSIONS, _CARRIED = b"groupcare sign-in sessions", b"groupcare carried forms"
_SECRETS, _DIGESTS = b"groupcare sign-in secrets", b"groupcare sign-in digests"


def seal_session(raw: bytes, *, row: bytes) -> bytes:
    """Return the ciphertext of one sign-in session's data, bound to its row."""
    nonce = os.urandom(12)
    return nonce + _cipher(settings.SECRET_KEY).encrypt(nonce, raw, row)


def unseal_session(blob: bytes, *, row: bytes) -> bytes:
    """Return the session's data. Raises Unreadable if it is not this row's or was altered."""
    for secret in _secrets():
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
    for secret in _secrets():
        try:
            stamped = _cipher(secret, _CARRIED).decrypt(blob[:12], blob[12:], bound_to)
        except (InvalidTag, ValueError):
            continue
        if int.from_bytes(stamped[:8], "big") < (at - lasts).timestamp():
            break
        return stamped[8:]
    raise Unreadable


def seal_secret(raw: bytes, *, place: bytes) -> str:
    """Return what is stored of a secret that somebody signs in with, bound to its place."""
    nonce = os.urandom(12)
    sealed = _cipher(settings.SECRET_KEY, _SECRETS).encrypt(nonce, raw, place)
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal_secret(sealed: str, *, place: bytes) -> bytes:
    """Return the secret. Raises Unreadable if it is another place's or was altered."""
    try:
        blob = base64.urlsafe_b64decode(sealed.encode("ascii"))
    except (binascii.Error, UnicodeEncodeError):
        raise Unreadable from None
    for secret in _secrets():
        try:
            return _cipher(secret, _SECRETS).decrypt(blob[:12], blob[12:], place)
        except (InvalidTag, ValueError):
            continue
    raise Unreadable


def digests(text: str, *, place: str) -> list[str]:
    """Return keyed digests of a short secret: the first is stored, each of them is looked for.

    Keyed, because a table of short codes under a bare hash is soon read. More
    than one while a former SECRET_KEY still counts.
    """
    message = b"".join(len(p).to_bytes(4, "big") + p for p in (place.encode(), text.encode()))
    return [keyed_digest(derive(one.encode(), _DIGESTS), message).hex() for one in _secrets()]


def _secrets() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


def _cipher(secret: str, purpose: bytes = _SESSIONS) -> AESGCM:
    return AESGCM(derive(secret.encode(), purpose))
