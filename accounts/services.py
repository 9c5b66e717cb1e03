"""Making practices and people, noting sign-ins, and step-up before a grave act."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import F, Sum

from accounts.models import Idempotency, Practice, Role, SignIn, StaffRole, StepUp, User
from accounts.sign_in_names import new_first_password, new_sign_in_name
from audit import trail
from audit.clock import database_now
from audit.ids import uuid7
from audit.models import Outcome
from audit.trail import INSTALLATION, NOBODY, Actor
from vault import services as vault

STEP_UP_LASTS = timedelta(minutes=5)
STEP_UP_TRIES = 5
PERSON_TRIES = 15
SET_UP = Actor(practice=INSTALLATION, user=NOBODY, role="setup")


class DemoBesideReal(Exception):
    """Invented people and real ones never share a house."""


class StepUpRefused(Exception):
    """The proof is missing, too old, used, or was given for another act."""


@dataclass(frozen=True)
class StepUpScope:
    """What a step-up is good for: this act on this version, this recipient, this purpose."""

    act: str
    item: UUID
    version: UUID
    recipient: UUID
    purpose: str = ""


@dataclass(frozen=True)
class Issued:
    """A new person and the password to hand to them; it is shown once and kept nowhere."""

    user: User
    first_password: str


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

    The erasure key is made and committed on its own, the name sealed and the
    password hashed here, before any transaction: all of them are slow. Raises
    vault.Keyless.
    """
    user = User(pk=uuid7(), practice_id=practice, sign_in_name=sign_in_name or _free_sign_in_name())
    vault.make_shred_key(user.pk)
    user.name_sealed = vault.seal_text(name, user.name_place, owner=user.pk)
    password = password or new_first_password()
    user.set_password(password)
    return Issued(user, password)


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

    The same `once` returns the same person, without the password: it was shown
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
            return Issued(User.objects.get(pk=claimed.answer), "")
        issued.user.save(force_insert=True)
        answer(claimed, issued.user.pk)
        for role in roles:
            StaffRole.objects.create(user=issued.user, role=role)
        trail.append(by, "staff.created", object_id=issued.user.pk, ground=",".join(sorted(roles)))
    return issued


def note_sign_in(*, user: User, device: str) -> SignIn:
    """Begin a stay: one row, and one entry in the practice's chain."""
    with transaction.atomic(durable=True):
        sign_in = SignIn.objects.create(user=user, device=device[:60])
        trail.append(_person(user, sign_in.pk), "sign_in.begun", object_id=user.pk)
    return sign_in


def note_sign_out(*, user: User, sign_in_id: UUID) -> None:
    """End a stay; a second call changes nothing."""
    with transaction.atomic(durable=True):
        ended = SignIn.objects.filter(pk=sign_in_id, user=user, ended_at=None).update(
            ended_at=database_now()
        )
        if ended:
            trail.append(_person(user, sign_in_id), "sign_in.ended", object_id=user.pk)


def note_failed_sign_in() -> None:
    """Note that somebody failed to sign in; the installation's chain learns no name."""
    with transaction.atomic(durable=True):
        trail.append(
            Actor(INSTALLATION, NOBODY, "visitor"), "sign_in.failed", outcome=Outcome.REFUSED
        )


def begin_step_up(*, by: Actor, scope: StepUpScope) -> StepUp:
    """Open a question for the password again, bound to one act. Nothing is proven yet.

    Raises StepUpRefused for an actor without a sign-in.
    """
    if by.sign_in is None:
        raise StepUpRefused
    with transaction.atomic(durable=True):
        step_up = StepUp.objects.create(
            sign_in_id=by.sign_in,
            act=scope.act,
            item=scope.item,
            version=scope.version,
            recipient=scope.recipient,
            purpose=scope.purpose,
            asked_at=database_now(),
        )
        trail.append(by, "step_up.asked", object_id=scope.item, ground=scope.act)
    return step_up


def confirm_step_up(*, by: Actor, user: User, step_up_id: UUID, password: str) -> bool:
    """Check the password for an open question of this stay; both answers leave an entry.

    Returns False for a wrong password. Raises StepUpRefused if the question is
    not this stay's, was answered already, had five tries or is older than five
    minutes, or if the person had fifteen wrong tries in that time.
    """
    step_up = StepUp.objects.filter(pk=step_up_id, sign_in_id=by.sign_in).first()
    counted = _count_a_try(user, step_up)
    right = counted and user.check_password(password)
    with transaction.atomic(durable=True):
        if right:
            StepUp.objects.filter(pk=step_up_id, confirmed_at=None).update(
                confirmed_at=database_now()
            )
        trail.append(
            by,
            "step_up.confirmed" if right else "step_up.failed",
            object_id=step_up.item if step_up else None,
            ground=step_up.act if step_up else "",
            outcome=Outcome.DONE if right else Outcome.REFUSED,
        )
    if not counted:
        raise StepUpRefused
    return right


def use_step_up(*, by: Actor, step_up_id: UUID, scope: StepUpScope) -> None:
    """Spend a confirmed step-up, inside the transaction of the act it was given for.

    Raises StepUpRefused if it was given for anything else, is older than five
    minutes, or was spent before.
    """
    now = database_now()
    spent = StepUp.objects.filter(
        pk=step_up_id,
        sign_in_id=by.sign_in,
        act=scope.act,
        item=scope.item,
        version=scope.version,
        recipient=scope.recipient,
        purpose=scope.purpose,
        confirmed_at__gt=now - STEP_UP_LASTS,
        used_at=None,
    ).update(used_at=now)
    if not spent:
        raise StepUpRefused


@contextmanager
def step_up_refusals_noted(by: Actor, act: str) -> Iterator[None]:
    """Write the entry of a refused step-up after the act it was shown for is rolled back."""
    try:
        yield
    except StepUpRefused:
        with transaction.atomic(durable=True):
            trail.append(by, "step_up.refused", ground=act, outcome=Outcome.REFUSED)
        raise


def claim(*, by: Actor, once: UUID, act: str, content: Iterable[object] = ()) -> Idempotency:
    """Return the row for a form's key, inside the caller's transaction.

    `answer` is None the first time; the second sender waits for the first to
    commit and then finds its answer. The key holds for this act and this
    content: other words under a key that a browser brought back are another
    sending, and are not lost.
    """
    key = uuid5(once, "\x1f".join([act, *(str(part) for part in content)]))
    row, _ = Idempotency.objects.get_or_create(key=key, actor=by.user)
    return row


def answer(row: Idempotency, answer_id: UUID) -> None:
    """Keep what a form's first sending made."""
    Idempotency.objects.filter(pk=row.pk).update(answer=answer_id)


def _count_a_try(user: User, step_up: StepUp | None) -> bool:
    """Count one try, and commit that before anything is compared (T17).

    Guessing in parallel gains nothing. Returns False if the question is over,
    or its tries or the person's are used up.
    """
    with transaction.atomic(durable=True):
        User.objects.select_for_update().get(pk=user.pk)
        since = database_now() - STEP_UP_LASTS
        recent = StepUp.objects.filter(sign_in__user=user, confirmed_at=None, asked_at__gt=since)
        if (recent.aggregate(tries=Sum("tries"))["tries"] or 0) >= PERSON_TRIES or not step_up:
            return False
        left = recent.filter(pk=step_up.pk, tries__lt=STEP_UP_TRIES)
        return bool(left.update(tries=F("tries") + 1))


def _free_sign_in_name() -> str:
    while User.objects.filter(sign_in_name=(name := new_sign_in_name())).exists():
        pass
    return name


def _person(user: User, sign_in_id: UUID) -> Actor:
    return Actor(user.practice_id, user.pk, "person", sign_in_id)
