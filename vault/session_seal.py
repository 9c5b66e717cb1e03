"""Sealing of what sign-in needs, under a key from SECRET_KEY: it works without the other keys."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from vault.envelope import Unreadable, derive


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


def _cipher(secret: str) -> AESGCM:
    return AESGCM(derive(secret.encode(), b"groupcare sign-in sessions"))
