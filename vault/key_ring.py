"""The keys this process works with, or the knowledge that it has none."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from vault.envelope import derive, key_id, keyed_digest
from vault.models import KeyCheck
from vault.providers import EnvironmentKeys, FileKeys, KeyMissing, KeyProvider


class Keyless(Exception):
    """Nothing can be sealed, opened or granted now; sign-in and withdrawing still work."""


@dataclass(frozen=True)
class KeyRing:
    """The sealing key and the key that authenticates consents, 32 bytes each."""

    kek: bytes
    mac: bytes

    @cached_property
    def mac_id(self) -> str:
        return key_id(self.mac).hex()

    @cached_property
    def of_consents(self) -> bytes:
        """The key that authenticates consents and nothing else."""
        return derive(self.mac, b"consent")


_ring: KeyRing | None = None


def current() -> KeyRing:
    """Return this installation's keys, read once per process.

    Raises Keyless if one is missing, is not the key the ciphertext was made
    with, or the vault's database does not answer.
    """
    global _ring
    if _ring is None:
        _ring = _load(_provider())
    return _ring


def forget() -> None:
    """Read the keys again at their next use."""
    global _ring
    _ring = None


def _provider() -> KeyProvider:
    folder = settings.GROUPCARE_KEYS_DIR
    return FileKeys(Path(folder)) if folder else EnvironmentKeys()


def adopt() -> None:
    """Take this process's keys as those of a new installation, which holds no ciphertext yet.

    Called where a house begins and nowhere else: a vault that lost its check
    must not take the next key that comes along. Raises Keyless if there is no
    key, or another one is in use.
    """
    ring = _read(_provider())
    try:
        KeyCheck.objects.get_or_create(
            key_id=key_id(ring.kek).hex(), defaults={"value": _check_value(ring)}
        )
    except DatabaseError as error:
        raise Keyless("the vault's database does not answer") from error
    forget()
    current()


def _load(provider: KeyProvider) -> KeyRing:
    ring = _read(provider)
    try:
        checks = list(KeyCheck.objects.all())
    except DatabaseError as error:
        raise Keyless("the vault's database does not answer") from error
    if [bytes(check.value) for check in checks] != [_check_value(ring)]:
        raise Keyless("these are not the keys that sealed what is here")
    return ring


def _read(provider: KeyProvider) -> KeyRing:
    try:
        return KeyRing(provider.key("kek"), provider.key("mac"))
    except KeyMissing as error:
        raise Keyless(str(error)) from error


def _check_value(ring: KeyRing) -> bytes:
    return keyed_digest(derive(ring.kek, b"groupcare key check"), ring.mac)
