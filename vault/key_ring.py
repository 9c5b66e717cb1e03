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


@dataclass(frozen=True)
class RingState:
    """What can be said of the keys without showing them: ids, and whether they fit.

    An id is empty if that key is not there, `sealed_with` if no ciphertext was
    begun or the vault's database (`answers`) does not tell.
    """

    kek_id: str
    mac_id: str
    sealed_with: str
    answers: bool
    fits: bool


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


def state() -> RingState:
    """Return how the keys stand at this moment: read and compared anew, for showing alone."""
    try:
        ring = _read(_provider())
    except Keyless:
        ring = None
    try:
        checks, answers = list(KeyCheck.objects.all()), True
    except DatabaseError:
        checks, answers = [], False
    return RingState(
        kek_id=key_id(ring.kek).hex() if ring else "",
        mac_id=ring.mac_id if ring else "",
        sealed_with=", ".join(check.key_id for check in checks),
        answers=answers,
        fits=ring is not None and _fit(ring, checks),
    )


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
    if not _fit(ring, checks):
        raise Keyless("these are not the keys that sealed what is here")
    return ring


def _read(provider: KeyProvider) -> KeyRing:
    try:
        return KeyRing(provider.key("kek"), provider.key("mac"))
    except KeyMissing as error:
        raise Keyless(str(error)) from error


def _fit(ring: KeyRing, checks: list[KeyCheck]) -> bool:
    return [bytes(check.value) for check in checks] == [_check_value(ring)]


def _check_value(ring: KeyRing) -> bytes:
    return keyed_digest(derive(ring.kek, b"groupcare key check"), ring.mac)
