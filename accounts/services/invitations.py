"""Coming in for the first time, or anew: a one-time code, handed over on paper.

Stored is a keyed digest. The code is typed beside the sign-in name, and a try
at it is counted like one at a password.
"""

from datetime import timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from accounts.factors import PASSKEY
from accounts.models import Invitation, User
from accounts.passkeys import NewPasskey
from accounts.passwords import ALONE
from accounts.queries import has_joined, live_invitations
from accounts.services.changes import COMING_IN, note_change
from accounts.services.outside import end_feeds
from accounts.services.stays import end_stays
from accounts.services.tries import forget_tries_at_a_name, take_a_try_at_a_name
from accounts.sign_in_names import new_code, typed_code
from audit import trail
from audit.clock import database_now
from audit.ids import uuid7
from audit.models import Outcome
from audit.trail import INSTALLATION, NOBODY, Actor
from vault.session_seal import digests

INVITATION_LASTS = timedelta(days=14)
RECOVERY_LASTS = timedelta(hours=24)
CODE_GROUPS = 5
INVITATION = "invitation"


class InvitationOver(Exception):
    """The code was used meanwhile, or its time has passed."""


class Joined(Exception):
    """The person has a way in already; who lost it is let in anew by two (recovery)."""


def new_invitation(
    user: User, *, lasts: timedelta, recovery: bool = False
) -> tuple[Invitation, str]:
    """Return an unsaved invitation and its code, which is kept nowhere."""
    code = new_code(CODE_GROUPS)
    invitation = Invitation(pk=uuid7(), user=user, recovery=recovery, until=database_now() + lasts)
    invitation.code_digest = _digests(code)[0]
    return invitation, code


def save_invitation(by: Actor, invitation: Invitation) -> None:
    """Save an invitation in place of an open one, with its entry, in the caller's transaction."""
    Invitation.objects.filter(user=invitation.user, used_at=None, ended_at=None).update(
        ended_at=database_now()
    )
    invitation.save(force_insert=True)
    trail.append(
        by,
        "invitation.made",
        object_id=invitation.user_id,
        ground="recovery" if invitation.recovery else "",
    )


def invite_again(*, by: Actor, user: User) -> str:
    """Return a new one-time code for somebody who never came in; the old one ends.

    The caller found the person as theirs to invite. Raises Joined.
    """
    with transaction.atomic(durable=True):
        user = User.objects.select_for_update().get(pk=user.pk)
        if has_joined(user):
            raise Joined
        invitation, code = new_invitation(user, lasts=INVITATION_LASTS)
        save_invitation(by, invitation)
    return code


def open_invitation(*, name: str, code: str, address: str) -> Invitation | None:
    """Return the invitation that a sign-in name and a code belong to; None for anything else.

    Known and unknown names cost the same. Nothing is used up. Raises TooMany.
    """
    name = name.strip().lower()
    take_a_try_at_a_name(INVITATION, name, address=address)
    found = matching(name, code)
    if found is None:
        with transaction.atomic(durable=True):
            visitor = Actor(INSTALLATION, NOBODY, "visitor")
            trail.append(visitor, "invitation.refused", outcome=Outcome.REFUSED)
        return None
    forget_tries_at_a_name(INVITATION, name, address=address)
    return found


def matching(name: str, code: str) -> Invitation | None:
    """Return the live invitation of a name and a code. The one place where they are compared."""
    found = live_invitations().filter(
        user__sign_in_name=name,
        user__is_active=True,
        code_digest__in=_digests(typed_code(code)),
    )
    return found.select_related("user__practice").first()


def accept_invitation(
    *, invitation_id: UUID, password: str = "", passkey: NewPasskey | None = None
) -> tuple[User, Authenticator | None]:
    """Use an invitation up: choose a password or bring a passkey. Returns the person and the key.

    Whatever let them in before counts no more, and every stay ends. Raises
    InvitationOver; ValidationError for a password that will not do.
    """
    found = live_invitations().select_related("user__practice").filter(pk=invitation_id).first()
    if found is None:
        raise InvitationOver
    user = found.user
    if passkey is None:
        validate_password(password, user)
        user.set_password(password)
    else:
        user.set_unusable_password()
    user.needs_second_factor = passkey is None and len(password) < ALONE
    by = Actor(user.practice_id, user.pk, "person")
    with transaction.atomic(durable=True):
        User.objects.select_for_update().get(pk=user.pk)
        used = live_invitations().filter(pk=invitation_id, user__is_active=True)
        if not used.update(used_at=database_now()):
            raise InvitationOver
        Authenticator.objects.filter(user=user).delete()
        end_feeds(user)
        user.pin = ""
        user.save(update_fields=["password", "needs_second_factor", "pin"])
        row = None
        if passkey:
            row = Authenticator.objects.create(user=user, type=PASSKEY, data=passkey.data)
        end_stays(user)
        if found.recovery:
            note_change(user.pk, "invitation.used", waits=COMING_IN)
        ground = PASSKEY if passkey else "password"
        trail.append(by, "invitation.used", object_id=user.pk, ground=str(ground))
    return user, row


def _digests(code: str) -> list[str]:
    return digests(code, place=INVITATION)
