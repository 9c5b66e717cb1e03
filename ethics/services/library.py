"""The library is filled, a practice adds its policies, and somebody looks a version up."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Practice, Role
from accounts.queries import live_role
from accounts.services import answer, claim
from audit import trail
from audit.clock import database_now
from audit.ids import free_code, uuid7
from audit.trail import INSTALLATION, NOBODY, Actor
from ethics import queries
from ethics.library_rules import policy_problems
from ethics.models import Confirmation, CrisisContact, JurisdictionRule, PolicyReference
from ethics.seed import CITATIONS, CRISIS_LINES, RULES
from sessions_app.queries import today_of
from sessions_app.rules import Problem, Rejected, check

WRITERS = (Role.SUPERVISOR, Role.ADMINISTRATOR)
ADDED = "policy.added"


def load_library() -> int:
    """Bring what is everybody's up to the seeds of this code; return how many versions are new.

    A fact that changed becomes a new version and the old one stays; loading twice
    adds nothing. What a practice wrote is not touched.
    """
    house = Actor(INSTALLATION, NOBODY, "house")
    with transaction.atomic(durable=True):
        citations = PolicyReference.objects.filter(practice=None)
        made = _bring_up(PolicyReference, citations, map(asdict, CITATIONS))
        rules = ({**asdict(one), "bases": list(one.bases)} for one in RULES)
        made += _bring_up(JurisdictionRule, JurisdictionRule.objects.all(), rules)
        lines = CrisisContact.objects.filter(practice=None)
        made += _bring_up(CrisisContact, lines, map(asdict, CRISIS_LINES))
        if made:
            trail.append(house, "library.loaded", ground=f"versions={made}")
    return made


def _bring_up(kind: Any, shared: QuerySet[Any], wanted: Iterable[dict[str, Any]]) -> int:
    newest = {row.code: row for row in shared.order_by("code", "version")}
    now, rows = database_now(), []
    for facts in wanted:
        before = newest.get(facts["code"])
        if before and all(getattr(before, name) == value for name, value in facts.items()):
            continue
        version = before.version + 1 if before else 1
        rows.append(kind(pk=uuid7(), version=version, written_at=now, **facts))
    kind.objects.bulk_create(rows)
    return len(rows)


def add_policy(
    *,
    by: Actor,
    title: str,
    says: str,
    once: UUID,
    number: str = "",
    effective_from: date | None = None,
    effective_until: date | None = None,
    relates_to: str = "",
    compared: str = "",
) -> PolicyReference:
    """Add a policy of the actor's practice (R113). The same `once` returns the same one.

    `relates_to` is the code of a citation, `compared` says whether the policy
    asks for less, the same or more protection than that. Raises Rejected,
    StaffRole.DoesNotExist unless the actor supervises or administrates.
    """
    live_role(by.user, by.role if by.role in WRITERS else "")
    facts = _facts(
        by, title, number, says, effective_from, effective_until, relates_to, compared, code=""
    )
    with transaction.atomic(durable=True):
        claimed = claim(by=by, once=once, act=ADDED, content=facts.values())
        if claimed.answer:
            return PolicyReference.objects.get(pk=claimed.answer)
        code = free_code("Y", lambda one: PolicyReference.objects.filter(code=one).exists())
        made = _write(by, code, 1, facts)
        answer(claimed, made.pk)
        trail.append(by, ADDED, object_id=made.pk, code=code, ground=_ground(made))
    return made


def change_policy(
    *,
    by: Actor,
    code: str,
    seen: int,
    title: str,
    says: str,
    number: str = "",
    effective_from: date | None = None,
    effective_until: date | None = None,
    relates_to: str = "",
    compared: str = "",
) -> PolicyReference:
    """Write the next version of an own policy; the ones before stay readable.

    `seen` is the version it was written from. Raises Rejected, also with
    CHANGED_MEANWHILE, PolicyReference.DoesNotExist for what is everybody's or
    another practice's, StaffRole.DoesNotExist.
    """
    live_role(by.user, by.role if by.role in WRITERS else "")
    facts = _facts(
        by, title, number, says, effective_from, effective_until, relates_to, compared, code=code
    )
    own = PolicyReference.objects.filter(practice_id=by.practice, code=code)
    with transaction.atomic(durable=True):
        Practice.objects.select_for_update(no_key=True).get(pk=by.practice)
        latest = own.order_by("-version").first()
        if latest is None:
            raise PolicyReference.DoesNotExist
        if all(getattr(latest, name) == value for name, value in facts.items()):
            return latest  # sent twice: the same words are no new version
        if latest.version != seen:
            raise Rejected({"says": Problem.CHANGED_MEANWHILE})
        made = _write(by, code, seen + 1, facts)
        trail.append(by, "policy.changed", object_id=made.pk, code=code, ground=_ground(made))
    return made


def confirm_entry(*, by: Actor, code: str, version: int) -> Confirmation:
    """Note that the actor looked up a version today and found it so (R113).

    Raises PolicyReference.DoesNotExist if there is no such version for the actor,
    StaffRole.DoesNotExist unless they supervise.
    """
    live_role(by.user, by.role if by.role == Role.SUPERVISOR else "")
    if not _is_there(by, code, version):
        raise PolicyReference.DoesNotExist
    with transaction.atomic(durable=True):
        now = database_now()
        made = Confirmation.objects.create(
            pk=uuid7(),
            practice_id=by.practice,
            code=code,
            version=version,
            on=today_of(by),
            by_id=by.user,
            at=now,
        )
        trail.append(
            by, "library.confirmed", object_id=made.pk, code=code, ground=f"version={version}"
        )
    return made


def _is_there(by: Actor, code: str, version: int) -> bool:
    if JurisdictionRule.objects.filter(code=code, version=version).exists():
        return True
    return any(one.version == version for one in queries.versions_of(by, code))


def _facts(
    by: Actor,
    title: str,
    number: str,
    says: str,
    since: date | None,
    until: date | None,
    relates_to: str,
    compared: str,
    *,
    code: str,
) -> dict[str, Any]:
    facts = {
        "title": title.strip(),
        "number": number.strip(),
        "says": says.strip(),
        "effective_from": since,
        "effective_until": until,
        "relates_to": relates_to,
        "compared": compared,
    }
    problems = policy_problems(
        title=title,
        number=number,
        says=says,
        since=since,
        until=until,
        relates_to=relates_to,
        compared=compared,
    )
    if compared and compared not in PolicyReference.Compared.values:
        problems["compared"] = Problem.UNKNOWN
    if relates_to and (relates_to == code or not _may_relate_to(by, relates_to)):
        problems["relates_to"] = Problem.UNKNOWN
    check(problems)
    return facts


def _may_relate_to(by: Actor, code: str) -> bool:
    try:
        queries.versions_of(by, code)
    except PolicyReference.DoesNotExist:
        return False
    return True


def _write(by: Actor, code: str, version: int, facts: dict[str, Any]) -> PolicyReference:
    jurisdiction = Practice.objects.get(pk=by.practice).jurisdiction
    return PolicyReference.objects.create(
        pk=uuid7(),
        practice_id=by.practice,
        code=code,
        version=version,
        kind=PolicyReference.Kind.EMPLOYER_POLICY,
        jurisdiction=jurisdiction,
        written_by_id=by.user,
        written_at=database_now(),
        **facts,
    )


def _ground(made: PolicyReference) -> str:
    told = [f"version={made.version}"]
    if made.compared:
        told.append(f"{made.compared}={made.relates_to}")
    return ",".join(told)
