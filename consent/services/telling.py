"""Telling a member what went out without their consent, or writing down why not yet (R102)."""

from datetime import date
from uuid import UUID

from django.db import transaction

from audit import trail
from audit.clock import database_now
from audit.ids import uuid7
from audit.trail import Actor
from consent import queries
from consent.models import Involved, Notice, Override, Telling
from consent.rules.claims import waiting_problems
from consent.services.notifying import notify
from sessions_app import queries as sessions
from sessions_app.models import Disclosure
from sessions_app.queries import lock_disclosures
from sessions_app.rules import Problem, Rejected, check, reason_problems
from vault import services as vault

TOLD, WAITS = "override.told", "override.waits"


def tell_member(*, by: Actor, code: str, member: UUID, how: Telling.How) -> Telling:
    """Record that a member involved was told, and how; from now on they find it on their pages.

    By the requester, or whoever reviews the group. With `NOTICE` the house tells
    them now. Telling twice is once. Raises Rejected, Override.DoesNotExist,
    Involved.DoesNotExist.
    """
    if how not in Telling.How.values:
        raise Rejected({"how": Problem.UNKNOWN})
    override = queries.overrides_told_by(by).get(code=code)
    with transaction.atomic(durable=True):
        lock_disclosures([override.version.disclosure_id])
        involved = _involved(override, member)
        for before in override.tellings.filter(member=member).exclude(how=""):
            return before
        told = Telling.objects.create(
            override=override, member_id=member, how=how, by_id=by.user, at=database_now()
        )
        if how == Telling.How.NOTICE:
            notify([involved.member.user_id], Notice.Kind.WENT_OUT, override.pk, at=told.at)
        _append(by, TOLD, override, involved, how)
    return told


def wait_to_tell(*, by: Actor, code: str, member: UUID, why: str, until: date) -> Telling:
    """Write down why a member is not told yet, and the day on which the question comes back.

    The reason is sealed with the item's key. Raises Rejected (also CLOSED once
    they were told), Override.DoesNotExist, Involved.DoesNotExist, vault.Keyless.
    """
    days = (until - sessions.today_in(by.practice)).days
    check({**reason_problems(why), **waiting_problems(days)})
    override = queries.overrides_told_by(by).get(code=code)
    item = override.version.disclosure
    waits = Telling(pk=uuid7(), override=override, member_id=member, by_id=by.user)
    waits.waits_until = until
    if item.state != Disclosure.State.ERASED:  # nothing can be sealed with its key any more
        waits.why_sealed = vault.seal_text(why.strip(), waits.why_place(by.practice), owner=item.pk)
    with transaction.atomic(durable=True):
        lock_disclosures([item.pk])
        involved = _involved(override, member)
        if override.tellings.filter(member=member).exclude(how="").exists():
            raise Rejected({"why": Problem.CLOSED})
        waits.at = database_now()
        waits.save(force_insert=True)
        _append(by, WAITS, override, involved, until.isoformat())
    return waits


def _involved(override: Override, member: UUID) -> Involved:
    return override.involved.select_related("member").get(member=member)


def _append(by: Actor, act: str, override: Override, involved: Involved, told: str) -> None:
    item = override.version.disclosure
    trail.append(
        by,
        act,
        object_id=override.pk,
        code=override.code,
        group=item.group_id,
        ground=f"{item.code},{involved.member.code},{told}",
    )
