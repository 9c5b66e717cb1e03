"""A practice's own lines to call: changed by a new version, taken off by one that is not shown."""

from uuid import UUID

from django.db import transaction

from accounts.models import Practice, Role
from accounts.queries import live_role
from accounts.services import answer, claim
from audit import trail
from audit.clock import database_now
from audit.ids import free_code, uuid7
from audit.trail import Actor
from ethics import queries
from ethics.library_rules import country_of, crisis_problems
from ethics.models import CrisisContact
from sessions_app.rules import Problem, Rejected, check

WRITERS = (Role.SUPERVISOR, Role.ADMINISTRATOR)
ADDED = "crisis.added"


def add_crisis_contact(*, by: Actor, name: str, call: str, how: str, once: UUID) -> CrisisContact:
    """Add a line to call, behind those that are there. The same `once` returns the same one.

    Raises Rejected, StaffRole.DoesNotExist unless the actor supervises or administrates.
    """
    live_role(by.user, by.role if by.role in WRITERS else "")
    check(crisis_problems(name=name, call=call, how=how))
    with transaction.atomic(durable=True):
        claimed = claim(by=by, once=once, act=ADDED, content=(name, call, how))
        if claimed.answer:
            return CrisisContact.objects.get(pk=claimed.answer)
        practice = Practice.objects.select_for_update(no_key=True).get(pk=by.practice)
        place = max((one.place for one in queries.crisis_contacts(practice)), default=0) + 1
        code = free_code("T", lambda one: CrisisContact.objects.filter(code=one).exists())
        made = _write(by, practice, code, 1, place, name, call, how)
        answer(claimed, made.pk)
        trail.append(by, ADDED, object_id=made.pk, code=code)
    return made


def change_crisis_contact(
    *, by: Actor, code: str, seen: int, name: str, call: str, how: str
) -> CrisisContact:
    """Write a line anew for the actor's practice, and show it; for others it stays as it was.

    `seen` is the version it was written from. Raises Rejected, also with
    CHANGED_MEANWHILE, CrisisContact.DoesNotExist, StaffRole.DoesNotExist.
    """
    live_role(by.user, by.role if by.role in WRITERS else "")
    check(crisis_problems(name=name, call=call, how=how))
    with transaction.atomic(durable=True):
        practice, there = _locked(by, code)
        same = (there.name, there.call, there.how) == (name.strip(), call.strip(), how.strip())
        if same and there.shown:
            return there
        if there.version != seen:
            raise Rejected({"name": Problem.CHANGED_MEANWHILE})
        made = _write(by, practice, code, seen + 1, there.place, name, call, how)
        trail.append(
            by, "crisis.changed", object_id=made.pk, code=code, ground=f"version={made.version}"
        )
    return made


def remove_crisis_contact(*, by: Actor, code: str) -> CrisisContact:
    """Take a line off the practice's pages; the last one stays, so that there is always one.

    One that is off already stays off. Raises Rejected with LAST_ONE,
    CrisisContact.DoesNotExist, StaffRole.DoesNotExist.
    """
    live_role(by.user, by.role if by.role in WRITERS else "")
    with transaction.atomic(durable=True):
        practice, there = _locked(by, code)
        if not there.shown:
            return there
        if len(queries.crisis_contacts(practice)) == 1:
            raise Rejected({"code": Problem.LAST_ONE})
        made = _write(
            by,
            practice,
            code,
            there.version + 1,
            there.place,
            there.name,
            there.call,
            there.how,
            shown=False,
        )
        trail.append(by, "crisis.removed", object_id=made.pk, code=code)
    return made


def _locked(by: Actor, code: str) -> tuple[Practice, CrisisContact]:
    practice = Practice.objects.select_for_update(no_key=True).get(pk=by.practice)
    return practice, queries.crisis_contact(practice, code)


def _write(
    by: Actor,
    practice: Practice,
    code: str,
    version: int,
    place: int,
    name: str,
    call: str,
    how: str,
    *,
    shown: bool = True,
) -> CrisisContact:
    return CrisisContact.objects.create(
        pk=uuid7(),
        practice=practice,
        code=code,
        version=version,
        country=country_of(practice.jurisdiction),
        place=place,
        name=name.strip(),
        call=call.strip(),
        how=how.strip(),
        shown=shown,
        written_by_id=by.user,
        written_at=database_now(),
    )
