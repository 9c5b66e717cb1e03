"""The envelope around one sealed value. Pure: keys and bytes in, bytes out.

    version(1) | algorithm(1) | key id(4) | shred key id(16)
    | nonce(12) | wrapped data key(48) | nonce(12) | ciphertext and tag

A fresh 256-bit data key per value, wrapped under HKDF(key encryption key |
shred key). The place where the value belongs is authenticated, so a value
copied to another row, column, version or practice does not open (I12).
"""

import hashlib
import hmac
import os
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION_AND_ALGORITHM = b"\x01\x01"
_SMALLEST = 512
_HEADER = len(_VERSION_AND_ALGORITHM) + 4 + 16
_WRAPPED = 12 + 48


class Unreadable(Exception):
    """The value does not open: altered, moved to another place, or its key is gone."""


@dataclass(frozen=True)
class Place:
    """Where a sealed value belongs; `row` is also the id that a receipt must list."""

    table: str
    column: str
    row: UUID
    practice: UUID
    version: int = 1

    def as_bytes(self) -> bytes:
        parts = (self.table, self.column, self.row.hex, self.practice.hex, str(self.version))
        return b"".join(len(p.encode()).to_bytes(4, "big") + p.encode() for p in parts)


def key_id(key: bytes) -> bytes:
    """Return the 4-byte id of a key; it tells which key, and nothing about it."""
    return derive(key, b"groupcare key id", 4)


def derive(key: bytes, purpose: bytes, length: int = 32) -> bytes:
    """Return a key for one purpose (HKDF-SHA256)."""
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose).derive(key)


def seal(text: str, place: Place, *, kek: bytes, shred_id: UUID, shred_key: bytes) -> bytes:
    """Return the envelope of `text` for `place`, padded so that its size says little."""
    header = _VERSION_AND_ALGORITHM + key_id(kek) + shred_id.bytes
    data_key = AESGCM.generate_key(bit_length=256)
    authenticated = header + place.as_bytes()
    wrapping = AESGCM(derive(kek + shred_key, b"wrap" + authenticated))
    wrap_nonce, text_nonce = os.urandom(12), os.urandom(12)
    wrapped = wrapping.encrypt(wrap_nonce, data_key, authenticated)
    ciphertext = AESGCM(data_key).encrypt(text_nonce, _pad(text.encode()), authenticated)
    return header + wrap_nonce + wrapped + text_nonce + ciphertext


def unseal(blob: bytes, place: Place, *, kek: bytes, shred_key: bytes) -> str:
    """Return the text of an envelope. Raises Unreadable whatever is wrong with it."""
    header, rest = blob[:_HEADER], blob[_HEADER:]
    if header[:2] != _VERSION_AND_ALGORITHM or header[2:6] != key_id(kek):
        raise Unreadable
    authenticated = header + place.as_bytes()
    try:
        wrapping = AESGCM(derive(kek + shred_key, b"wrap" + authenticated))
        data_key = wrapping.decrypt(rest[:12], rest[12:_WRAPPED], authenticated)
        sealed = rest[_WRAPPED:]
        return _unpad(AESGCM(data_key).decrypt(sealed[:12], sealed[12:], authenticated)).decode()
    except (InvalidTag, ValueError):
        raise Unreadable from None


def shred_id_of(blob: bytes) -> UUID:
    """Return the id of the shred key an envelope needs. Raises Unreadable if there is none."""
    if len(blob) < _HEADER + _WRAPPED:
        raise Unreadable
    return UUID(bytes=bytes(blob[6:_HEADER]))


def keyed_digest(key: bytes, message: bytes) -> bytes:
    """Return HMAC-SHA256: it binds a message without telling it to who lacks the key."""
    return hmac.digest(key, message, hashlib.sha256)


def _pad(raw: bytes) -> bytes:
    size = _SMALLEST
    while size < len(raw) + 4:
        size *= 2
    return len(raw).to_bytes(4, "big") + raw + bytes(size - len(raw) - 4)


def _unpad(padded: bytes) -> bytes:
    return padded[4 : 4 + int.from_bytes(padded[:4], "big")]
