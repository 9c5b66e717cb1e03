"""Making practices and the people in them."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from accounts.models import Invitation, Practice, Role, StaffRole, User
from accounts.services.invitations import INVITATION_LASTS, new_invitation, save_invitation
from accounts.services.once import answer, claim
from accounts.sign_in_names import new_sign_in_name
from audit import trail
from audit.ids import uuid7
from audit.trail import INSTALLATION, NOBODY, Actor
from vault import services as vault

SET_UP = Actor(practice=INSTALLATION, user=NOBODY, role="setup")


class DemoBesideReal(Exception):
    """Invented people and real ones never share a house."""


@dataclass(frozen=True)
class Issued:
    """A new person and the one-time code to hand to them; it is shown once and kept nowhere."""

    user: User
    code: str = ""
    invitation: Invitation | None = None

    def save(self, by: Actor) -> None:
        """Save the person, and the invitation with its entry, in the caller's transaction."""
        self.user.save(force_insert=True)
        if self.invitation:
            save_invitation(by, self.invitation)


def create_practice(*, name: str, time_zone: str, jurisdiction: str, **facts: object) -> Practice:
    """Make a practice. The trail of the installation notes it by id alone.

    Raises DemoBesideReal for a demo practice where a real one is, and the other way round.
    """
    with transaction.atomic(durable=True):
        practice = Practice(name=name, time_zone=time_zone, jurisdiction=jurisdiction, **facts)
        practice.full_clean()
        if Practice.objects.exclude(demo=practice.demo).exists():
            raise DemoBesideReal
        practice.save()
        trail.append(SET_UP, "practice.created", object_id=practice.pk)
    return practice


def prepare_user(
    *, practice: UUID, name: str, password: str | None = None, sign_in_name: str | None = None
) -> Issued:
    """Return an unsaved person with an issued sign-in name; the caller saves it and notes why.

    They come in by an invitation, unless a password is given. The erasure key
    is made and committed on its own, the name sealed and the password hashed
    here, before any transaction: all of them are slow. Raises vault.Keyless.
    """
    user = User(pk=uuid7(), practice_id=practice, sign_in_name=sign_in_name or _free_sign_in_name())
    vault.make_shred_key(user.pk)
    user.name_sealed = vault.seal_text(name, user.name_place, owner=user.pk)
    if password:
        user.set_password(password)
        return Issued(user)
    user.set_unusable_password()
    invitation, code = new_invitation(user, lasts=INVITATION_LASTS)
    return Issued(user, code, invitation)


def free_sign_in_names(count: int) -> list[str]:
    """Return sign-in names that nobody has, each another one, for many people prepared at once."""
    names: set[str] = set()
    while len(names) < count:
        names.add(_free_sign_in_name())
    return list(names)


def create_staff(
    *,
    by: Actor,
    practice: UUID,
    name: str,
    roles: list[Role],
    password: str | None = None,
    sign_in_name: str | None = None,
    once: UUID | None = None,
) -> Issued:
    """Make a member of staff with their roles, in one act.

    The same `once` returns the same person, without the code: it was shown
    once. Raises ValueError without a name or a role, vault.Keyless without keys.
    """
    if not name.strip() or not roles:
        raise ValueError("a name and a role are needed")
    issued = prepare_user(
        practice=practice, name=name.strip(), password=password, sign_in_name=sign_in_name
    )
    with transaction.atomic(durable=True):
        claimed = claim(by=by, once=once or uuid7(), act="staff.created", content=(name, *roles))
        if claimed.answer:
            return Issued(User.objects.get(pk=claimed.answer))
        issued.save(by)
        answer(claimed, issued.user.pk)
        for role in roles:
            StaffRole.objects.create(user=issued.user, role=role)
        trail.append(by, "staff.created", object_id=issued.user.pk, ground=",".join(sorted(roles)))
    return issued


def _free_sign_in_name() -> str:
    while User.objects.filter(sign_in_name=(name := new_sign_in_name())).exists():
        pass
    return name
