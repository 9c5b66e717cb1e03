"""What is stored of a code app and of recovery codes, and comparing against it. No transactions.

The rows are allauth's `Authenticator`. Its own functions for them are not used:
they keep the time step in a cache and the recovery codes as a seed.
"""

import hmac
from collections.abc import Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)

from accounts.models import User
from accounts.sign_in_names import new_code, typed_code
from vault.envelope import Unreadable
from vault.session_seal import digests, seal_secret, unseal_secret

TOTP, PASSKEY, RECOVERY = (
    Authenticator.Type.TOTP,
    Authenticator.Type.WEBAUTHN,
    Authenticator.Type.RECOVERY_CODES,
)
SECOND_FACTORS = (TOTP, PASSKEY)
RECOVERY_CODES = 10
new_seed = generate_totp_secret


def place_of(user: User, kind: str) -> bytes:
    """Return what a sealed secret is bound to: whose, and what for."""
    return f"{kind} ".encode() + user.pk.bytes


def totp_data(user: User, seed: str, step: int) -> dict[str, Any]:
    """Return what is stored of a seed; the code of `step` was used."""
    return {"secret": seal_secret(seed.encode(), place=place_of(user, TOTP)), "step": step}


def step_of(seed: str, code: str, *, after: int = -1) -> int | None:
    """Return the time step whose code this is, if it is near now and later than `after`.

    Each code counts once, so whoever saw it typed is too late.
    """
    typed = "".join(code.split())
    found = None
    for step in yield_hotp_counters_from_time():
        expected = format_hotp_value(hotp_value(seed, step))
        if hmac.compare_digest(typed.encode(), expected.encode()) and step > after:
            found = step
    return found


def seed_of(user: User, data: dict[str, Any]) -> str:
    """Return the seed of a code app. Raises Unreadable if the row is another's or altered."""
    return unseal_secret(str(data.get("secret", "")), place=place_of(user, TOTP)).decode()


def totp_step(user: User, data: dict[str, Any], code: str) -> int | None:
    """Return the step of a right code that was not used; None for any other."""
    try:
        return step_of(seed_of(user, data), code, after=int(data.get("step", -1)))
    except Unreadable:
        return None


def new_recovery_codes(user: User) -> tuple[list[str], dict[str, Any]]:
    """Return new codes to show once, and what is stored of them."""
    codes = [new_code(groups=3) for _ in range(RECOVERY_CODES)]
    return codes, {"codes": [_digests(user, code)[0] for code in codes]}


def without_code(user: User, data: dict[str, Any], code: str) -> dict[str, Any] | None:
    """Return what is stored once this recovery code is used; None if it is none of them."""
    given = _digests(user, typed_code(code))
    stored: Iterable[str] = data.get("codes", [])
    left = [one for one in stored if not any(hmac.compare_digest(one, g) for g in given)]
    return {"codes": left} if len(left) < len(list(stored)) else None


def _digests(user: User, code: str) -> list[str]:
    return digests(code, place=f"recovery code {user.pk.hex}")
