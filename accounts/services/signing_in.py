"""Signing in by a passkey: no name is typed, the key says whose it is."""

from allauth.mfa.models import Authenticator

from accounts.models import User
from accounts.passkeys import House, Refused, State, owner_of, passkey_answered
from accounts.services.stays import note_failed_sign_in


def sign_in_by_passkey(
    *, state: State, credential: object, house: House
) -> tuple[User, Authenticator]:
    """Return whose passkey answered the challenge, and the key. A failure leaves an entry.

    Raises Refused.
    """
    try:
        user = owner_of(credential)
        return user, passkey_answered(user, state, credential, house)
    except Refused:
        note_failed_sign_in()
        raise
