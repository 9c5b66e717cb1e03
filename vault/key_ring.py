"""The keys this process works with, or the knowledge that it has none."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, transaction

from vault.envelope import derive, key_id, keyed_digest
from vault.models import KeyCheck
from vault.providers import EnvironmentKeys, FileKeys, KeyMissing, KeyProvider
from vault.routers import VAULT


class Keyless(Exception):
    """Nothing can be sealed, opened or granted now; sign-in and withdrawing still work."""


@dataclass(frozen=True)
class KeyRing:
    """The sealing key and the key that authenticates consents, 32 bytes each."""

    kek: bytes
    mac: bytes

    @property
    def mac_id(self) -> str:
        return key_id(self.mac).hex()


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


def _load(provider: KeyProvider) -> KeyRing:
    try:
        ring = KeyRing(provider.key("kek"), provider.key("mac"))
        if not _is_the_key_in_use(ring):
            raise KeyMissing("another key sealed what is here")
    except (KeyMissing, DatabaseError) as error:
        raise Keyless(str(error)) from error
    return ring


def _is_the_key_in_use(ring: KeyRing) -> bool:
    """An installation without any key takes this one as its first."""
    value = keyed_digest(derive(ring.kek, b"groupcare key check"), b"in use")
    with transaction.atomic(using=VAULT):
        checks = list(KeyCheck.objects.all()) or [
            KeyCheck.objects.get_or_create(
                key_id=key_id(ring.kek).hex(), defaults={"value": value}
            )[0]
        ]
    return any(bytes(check.value) == value for check in checks)
