"""Passkeys: the two ceremonies of WebAuthn, and what is stored of a key.

User verification is required throughout, so a passkey alone is two factors.
What a browser sends is hostile until the library has checked it; whatever is
wrong with it is Refused.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.factors import PASSKEY, place_of
from accounts.models import User
from vault.envelope import Unreadable
from vault.session_seal import seal_secret, unseal_secret

State = Mapping[str, Any]
_WRONG = (ValueError, TypeError, KeyError, AttributeError, IndexError, struct.error)
_VERIFIED = UserVerificationRequirement.REQUIRED


class Refused(Exception):
    """The browser's answer proves nothing."""


@dataclass(frozen=True)
class House:
    """Where the passkeys of this house count: its host, and the one origin they may come from."""

    host: str
    origin: str

    def server(self) -> Fido2Server:
        named = PublicKeyCredentialRpEntity(id=self.host, name=self.host)
        return Fido2Server(named, verify_origin=lambda origin: origin == self.origin)


@dataclass(frozen=True)
class NewPasskey:
    """A key that was just made, as it is stored."""

    data: dict[str, Any]


def begin_passkey(user: User, house: House) -> tuple[dict[str, Any], State]:
    """Return the options for the browser to make a key, and the state to keep until it answers.

    The key is named after the sign-in name, and after nothing else.
    """
    options, state = house.server().register_begin(
        PublicKeyCredentialUserEntity(
            id=user.pk.bytes, name=user.sign_in_name, display_name=user.sign_in_name
        ),
        credentials=[one for _, one in _keys_of(user)],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=_VERIFIED,
    )
    return dict(options.public_key), state


def made_passkey(user: User, state: State, answer: Any, house: House, *, device: str) -> NewPasskey:
    """Return the key that a browser made. Raises Refused."""
    try:
        made = house.server().register_complete(state, RegistrationResponse.from_dict(answer))
        key = made.credential_data
    except _WRONG:
        raise Refused from None
    if key is None:
        raise Refused
    sealed = seal_secret(bytes(key), place=place_of(user, PASSKEY))
    return NewPasskey({"device": device, "credential": sealed, "counter": made.counter})


def begin_answer(house: House, user: User | None = None) -> tuple[dict[str, Any], State]:
    """Return the options for the browser to answer with a key, and the state to keep.

    Without `user` any key of this house will do: it tells whose it is.
    """
    keys = [one for _, one in _keys_of(user)] if user else None
    options, state = house.server().authenticate_begin(keys, user_verification=_VERIFIED)
    return dict(options.public_key), state


def passkey_answered(user: User, state: State, answer: Any, house: House) -> Authenticator:
    """Return the person's key that gave this answer, its counter moved on. Raises Refused.

    A counter that does not move on is that of a copied key.
    """
    keys = _keys_of(user)
    try:
        given = AuthenticationResponse.from_dict(answer)
        used = house.server().authenticate_complete(state, [one for _, one in keys], given)
        counter = given.response.authenticator_data.counter
    except _WRONG:
        raise Refused from None
    row = next(row for row, key in keys if key.credential_id == used.credential_id)
    _move_counter(row, counter)
    return row


def owner_of(answer: Any) -> User:
    """Return the active person a key says it belongs to: not proven yet. Raises Refused."""
    try:
        handle = websafe_decode(answer["response"]["userHandle"])
        return User.objects.select_related("practice").get(
            pk=UUID(bytes=bytes(handle)), is_active=True
        )
    except (*_WRONG, User.DoesNotExist):
        raise Refused from None


def _move_counter(row: Authenticator, counter: int) -> None:
    with transaction.atomic():
        now = Authenticator.objects.select_for_update().filter(pk=row.pk).first()
        if now is None or (counter or now.data["counter"]) and counter <= now.data["counter"]:
            raise Refused
        Authenticator.objects.filter(pk=row.pk).update(data={**now.data, "counter": counter})


def _keys_of(user: User) -> list[tuple[Authenticator, AttestedCredentialData]]:
    """The keys of a person; a row that does not open is none."""
    keys = []
    for row in Authenticator.objects.filter(user=user, type=PASSKEY).order_by("pk"):
        try:
            raw = unseal_secret(str(row.data.get("credential", "")), place=place_of(user, PASSKEY))
        except Unreadable:
            continue
        keys.append((row, AttestedCredentialData(raw)))
    return keys
