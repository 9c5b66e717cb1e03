"""Erasing what somebody said, or somebody: the keys go, the entry stays.

Two databases cannot commit together, so the order is: first the main one, where
nothing finds it any more and a row says which keys have to go; then the vault,
where they go; then the main one again, which says that they are gone. Stopped
anywhere between, nobody reads it, and asking again goes on from there. The
other order could lose the keys and keep no word of it. Source: docs/rules.md
R66 to R68; docs/decisions/0017.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Greatest

from accounts.models import Role
from accounts.queries import holding, live_role
from accounts.staffing import erase_account
from audit import trail
from audit.clock import database_now
from audit.ids import uuid7
from audit.models import Outcome
from audit.trail import Actor
from consent.models import Review
from sessions_app.models import (
    PRESENT,
    Disclosure,
    DisclosureUserPermission,
    DisclosureVersion,
    Draft,
    Erasure,
    LegalHold,
    Member,
    Representation,
    VersionUserPermission,
)
from sessions_app.queries import (
    lock_disclosures,
    lock_with_what_came_of_it,
    today_in,
    with_what_came_of_it,
)
from sessions_app.rights import clear
from sessions_app.rules import Problem, Rejected, check, reason_problems
from sessions_app.services.drafts import ITEM, draft_place
from vault import services as vault
from vault.key_ring import Keyless

ERASERS = (Role.SUPERVISOR, Role.ADMINISTRATOR)
State = Disclosure.State


class OnHold(Rejected):
    """Nothing was erased: a legal hold stands on it, or on something it would take along."""

    def __init__(self) -> None:
        super().__init__({"erase": Problem.ON_HOLD})


class ReviewWaits(Rejected):
    """Nothing was erased: the actor let it out without permission, and nobody has looked yet."""

    def __init__(self) -> None:
        super().__init__({"erase": Problem.REVIEW_WAITS})


@dataclass(frozen=True)
class Erased:
    """What an erasure took. `pending`: the vault did not answer, so the keys are still to go.

    `before` says that there was nothing left to do; `out_of_use` are items of
    others that concern the member and stay, unreadable, until their retention ends.
    """

    code: str
    items: tuple[str, ...] = ()
    out_of_use: tuple[str, ...] = ()
    pending: bool = False
    before: bool = False


def erase_item(*, by: Actor, code: str) -> Erased:
    """Erase an item or note, all its versions, and what was made from it. Twice is once.

    Raises OnHold, ReviewWaits, Disclosure.DoesNotExist, and StaffRole.DoesNotExist
    unless the actor is a supervisor or administrator of its practice.
    """
    _check_may(by)
    item = Disclosure.objects.get(code=code, group__practice=by.practice)
    kept, begun = None, None
    with transaction.atomic(durable=True):
        taken = lock_with_what_came_of_it(item.pk)
        kept = _kept(by, taken, member=None)
        if kept:
            _refuse(by, item.pk, code, kept)
        elif left := _still_there(taken):
            codes = _close(left, State.ERASED)
            begun = _begin(by, Erasure.Kind.ITEM, item.pk, code, left, codes)
    if kept:
        raise kept
    return _outcome(by, item.pk, code, begun)


def erase_member(*, by: Actor, code: str) -> Erased:
    """Erase a member: names, contact, account, what they said, and notes about them.

    What others said that concerns them goes out of use and keeps its key. Twice
    is once; what was recorded since then is taken too. Raises OnHold,
    ReviewWaits, Member.DoesNotExist, StaffRole.DoesNotExist.
    """
    _check_may(by)
    member = Member.objects.get(code=code, practice=by.practice)
    kept, begun, unused = None, None, list[str]()
    with transaction.atomic(durable=True):
        own, others = _of_member(member)
        lock_disclosures(own | others)
        member = Member.objects.select_for_update().get(pk=member.pk)
        # What was recorded while this waited: ids grow, so the order of locks holds.
        own_now, others_now = _of_member(member)
        lock_disclosures((own_now | others_now) - own - others)
        kept = _kept(by, own_now | others_now, member=member)
        if kept:
            _refuse(by, member.pk, code, kept)
        else:
            left = _still_there(own_now)
            unused = _close(others_now - own_now, State.OUT_OF_USE)
            if left or member.erased_at is None:
                codes = _close(left, State.ERASED)
                keys = set[UUID]()
                if member.erased_at is None:
                    keys = {member.pk, member.user_id, *_speak_for_nobody_else(member)}
                _erase_person(member)
                begun = _begin(by, Erasure.Kind.MEMBER, member.pk, code, left | keys, codes, unused)
    if kept:
        raise kept
    return _outcome(by, member.pk, code, begun, unused)


def finish_erasures() -> int:
    """Finish every erasure that was stopped between the two databases; return how many.

    Raises vault.Keyless while the vault's database does not answer.
    """
    stopped = list(Erasure.objects.filter(finished_at=None).order_by("pk"))
    for one in stopped:
        _finish(Actor(one.practice_id, trail.NOBODY, "house"), one)
    return len(stopped)


def place_legal_hold(
    *, by: Actor, why: str, item_code: str = "", member_code: str = ""
) -> LegalHold:
    """Stop the erasing of one item, or of a member with all that concerns them.

    Raises Rejected without a reason, Disclosure.DoesNotExist,
    Member.DoesNotExist (also for what is erased), StaffRole.DoesNotExist,
    vault.Keyless.
    """
    _check_may(by)
    check(reason_problems(why))
    hold = LegalHold(pk=uuid7(), practice_id=by.practice, placed_by_id=by.user)
    vault.make_shred_key(hold.pk)
    hold.why_sealed = vault.seal_text(why.strip(), hold.why_place, owner=hold.pk)
    with transaction.atomic(durable=True):
        if member_code:
            found = Member.objects.filter(practice=by.practice, erased_at=None)
            member = found.get(code=member_code)
            own, others = _of_member(member)
            lock_disclosures(own | others)
            hold.member = found.select_for_update().get(pk=member.pk)
        else:
            items = Disclosure.objects.filter(group__practice=by.practice)
            hold.disclosure = items.exclude(state__in=Disclosure.GONE).get(code=item_code)
            lock_disclosures([hold.disclosure.pk])
            hold.disclosure = items.exclude(state__in=Disclosure.GONE).get(code=item_code)
        hold.since = database_now()
        hold.save(force_insert=True)
        trail.append(by, "hold.placed", object_id=hold.pk, code=member_code or item_code)
    return hold


def lift_legal_hold(*, by: Actor, hold_id: UUID) -> bool:
    """Ask for a hold to be lifted, or, as somebody else than who asked, lift it.

    Returns whether it is lifted. Asking twice is once; who asked and may not lift
    it any more has asked nothing. Raises LegalHold.DoesNotExist, StaffRole.DoesNotExist.
    """
    _check_may(by)
    with transaction.atomic(durable=True):
        holds = LegalHold.objects.select_for_update(of=("self",)).filter(practice=by.practice)
        hold = holds.get(pk=hold_id)
        if hold.until is not None or hold.lift_asked_by_id == by.user:
            return hold.until is not None
        if hold.lift_asked_by_id is None or not holding([hold.lift_asked_by_id], *ERASERS):
            hold.lift_asked_by_id = by.user
            hold.save(update_fields=["lift_asked_by"])
            trail.append(by, "hold.lift_asked", object_id=hold.pk)
            return False
        hold.lifted_by_id, hold.until = by.user, database_now()
        hold.save(update_fields=["lifted_by", "until"])
        trail.append(by, "hold.lifted", object_id=hold.pk)
    return True


def _check_may(by: Actor) -> None:
    live_role(by.user, by.role if by.role in ERASERS else "")


def _of_member(member: Member) -> tuple[set[UUID], set[UUID]]:
    """What is the member's to erase, and what concerns them beside others."""
    own = Disclosure.objects.filter(Q(speaker=member) | Q(about=member))
    concerned = Disclosure.objects.filter(versions__subjects__member=member)
    alone = concerned.filter(speaker=None, about=None).exclude(
        pk__in=Disclosure.objects.filter(
            versions__subjects__member__in=Member.objects.exclude(pk=member.pk)
        ).values("pk")
    )
    mine = set(own.values_list("pk", flat=True)) | set(alone.values_list("pk", flat=True))
    mine = with_what_came_of_it(mine)
    return mine, set(concerned.values_list("pk", flat=True)) - mine


def _kept(by: Actor, items: Collection[UUID], member: Member | None) -> OnHold | ReviewWaits | None:
    """Return what keeps these items from being erased by this person, if anything does.

    With the words goes what was claimed when they were let out (R103): whoever
    let them out does not take that from whoever has to look at it.
    """
    if _is_held(items, member):
        return OnHold()
    waits = Review.objects.filter(override__version__disclosure__in=items, outcome=None)
    return ReviewWaits() if waits.filter(override__requested_by=by.user).exists() else None


def _is_held(items: Collection[UUID], member: Member | None) -> bool:
    on = Q(disclosure__in=items) | Q(member__subject_of__version__disclosure__in=items)
    on |= Q(member__spoken__in=items) | Q(member__notes_about__in=items)
    if member:
        on |= Q(member=member)
    return LegalHold.objects.filter(on, until=None).exists()


def _still_there(items: Collection[UUID]) -> set[UUID]:
    there = Disclosure.objects.filter(pk__in=items).exclude(state=State.ERASED)
    return set(there.values_list("pk", flat=True))


def _close(items: Collection[UUID], state: Disclosure.State) -> list[str]:
    """Let nothing find these items any more; return the codes of those that something found."""
    there = Disclosure.objects.filter(pk__in=items).exclude(state__in=(State.ERASED, state))
    codes = sorted(there.values_list("code", flat=True))
    Disclosure.objects.filter(code__in=codes).update(state=state)
    versions = DisclosureVersion.objects.filter(disclosure__in=items)
    clear(DisclosureUserPermission, items)
    clear(VersionUserPermission, versions.values_list("pk", flat=True))
    for code in codes:
        Draft.objects.filter(place__contains=code).delete()
    return codes


def _erase_person(member: Member) -> None:
    """Empty what the member goes by and close their account; their stints end today."""
    today = today_in(member.practice_id)
    member.memberships.filter(until=None).update(until=Greatest("since", today))
    member.name_sealed = b""
    member.preferred_sealed = member.aliases_sealed = member.contact_sealed = None
    member.erased_at = member.erased_at or database_now()
    member.save()
    typed = Q(place__contains=str(member.pk)) | Q(place__contains=member.code)
    # Whose words a new item holds is written down once it is saved. Until then they may be theirs.
    there = member.attendances.filter(status__in=PRESENT).values_list("session_id", flat=True)
    typed |= Q(place__in=[draft_place(session, ITEM) for session in there])
    Draft.objects.filter(typed | Q(user=member.user_id)).delete()
    for user in (member.user_id, *sorted(_speak_for_nobody_else(member))):
        erase_account(user)


def _speak_for_nobody_else(member: Member) -> set[UUID]:
    """Return the accounts of those who speak for this member alone; they go with the member."""
    speaking = set(member.representations.values_list("user", flat=True))
    others = Representation.objects.filter(user__in=speaking).exclude(member=member)
    return speaking - set(others.values_list("user", flat=True))


def _begin(
    by: Actor,
    kind: Erasure.Kind,
    object_id: UUID,
    code: str,
    keys: Collection[UUID],
    items: Collection[str],
    unused: Collection[str] = (),
) -> Erasure:
    begun = Erasure.objects.create(
        pk=uuid7(),
        practice_id=by.practice,
        kind=kind,
        object_id=object_id,
        code=code,
        keys=sorted(key.hex for key in keys),
        asked_by_id=by.user,
        begun_at=database_now(),
    )
    ground = ",".join([*items, *(f"unused={one}" for one in unused)])
    trail.append(by, "erasure.begun", object_id=object_id, code=code, ground=ground)
    return begun


def _outcome(
    by: Actor, object_id: UUID, code: str, begun: Erasure | None, unused: Collection[str] = ()
) -> Erased:
    """Finish what was begun, now or before; without the vault it stays pending."""
    open_ones = list(Erasure.objects.filter(object_id=object_id, finished_at=None).order_by("pk"))
    pending = False
    for one in open_ones:
        try:
            _finish(by, one)
        except Keyless:
            pending = True
    keys = [UUID(key) for one in ([begun] if begun else open_ones) for key in one.keys]
    items = Disclosure.objects.filter(pk__in=keys).values_list("code", flat=True)
    return Erased(
        code=code,
        items=tuple(sorted(items)),
        out_of_use=tuple(unused),
        pending=pending,
        before=not open_ones and not unused,
    )


def _finish(by: Actor, one: Erasure) -> None:
    """Destroy the keys, then say that they are gone. Raises vault.Keyless."""
    vault.destroy_keys([UUID(key) for key in one.keys])
    with transaction.atomic(durable=True):
        done = Erasure.objects.filter(pk=one.pk, finished_at=None)
        if done.update(finished_at=database_now()):
            trail.append(
                by,
                "erasure.finished",
                object_id=one.object_id,
                code=one.code,
                ground=f"keys={len(one.keys)}",
            )


def _refuse(by: Actor, object_id: UUID, code: str, why: OnHold | ReviewWaits) -> None:
    trail.append(
        by,
        "erasure.begun",
        object_id=object_id,
        code=code,
        outcome=Outcome.REFUSED,
        reasons=["LEGAL_HOLD" if isinstance(why, OnHold) else "REVIEW_OPEN"],
    )
