"""Asking members whether their words may go to a recipient."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.models import Practice
from accounts.services import answer, claim
from audit import trail
from audit.clock import database_now
from audit.ids import free_code
from audit.trail import Actor
from consent.facts import facts_of
from consent.models import ConsentRequest, PurposeOfUse, Recipient
from consent.policies import last_day_of, policy_of
from consent.rules import speaker_allows_showing
from consent.services.freezing import unless_frozen
from consent.services.ledger import ask_the_others, put_question
from consent.shadow import follow_ledger
from sessions_app import queries as sessions
from sessions_app.models import Disclosure, DisclosureVersion, local_midnight
from sessions_app.rules import Problem, Rejected, check
from sessions_app.services.items import mark_asked
from vault import key_ring


def ask_consent(
    *,
    by: Actor,
    codes: Collection[str],
    recipient: Recipient,
    purposes: Collection[str],
    expires_on: date,
    answer_by: date,
    once: UUID,
    recipient_class: Recipient | None = None,
) -> ConsentRequest:
    """Ask the members whom items concern whether one recipient may have them.

    The recipient may be a group: then whoever is shown to belong to it is meant,
    now and later. With a `recipient_class` both must match: this recipient,
    while shown to belong (domain reading 6).

    Days are whole local days of the practice, both included. The speaker of an
    item is asked first; the others only after the speaker's yes (rule R8). The
    first question ends an item's draft. The same `once` returns the same
    request. Raises Rejected (a missing agreement, days that do not fit, the same
    question still open, redacted words that wait for their second look),
    freezing.Frozen (a speaker's earlier yes would show the words to the others at
    once), Disclosure.DoesNotExist, vault.Keyless.
    """
    key_ring.current()
    items = [sessions.own_item(by, code) for code in codes]
    if len({item.group_id for item in items}) != 1:
        raise Rejected({"items": Problem.UNKNOWN})  # the trail of a question is one group's
    practice = Practice.objects.get(pk=by.practice)
    today = sessions.today_in(by.practice)
    check(
        _day_problems(today, expires_on, answer_by)
        or _policy_problems(by, today, expires_on)
        or _scope_problems(by, recipient, recipient_class, purposes)
    )
    with unless_frozen(by, "items") as check_open, transaction.atomic(durable=True):
        within = recipient_class.pk if recipient_class else ""
        asked = (*sorted(codes), recipient.pk, within, *sorted(purposes), expires_on, answer_by)
        claimed = claim(by=by, once=once, act="consent.asked", content=asked)
        if claimed.answer:
            return ConsentRequest.objects.select_related("recipient").get(pk=claimed.answer)
        sessions.lock_disclosures(item.pk for item in items)
        items = [sessions.own_item(by, code) for code in codes]
        check_open()
        _check_agreements(items)
        now = database_now()
        _check_not_open(items, recipient, purposes, now)
        request = ConsentRequest.objects.create(
            practice=practice,
            code=free_code("Q", lambda code: ConsentRequest.objects.filter(code=code).exists()),
            recipient=recipient,
            recipient_class=recipient_class,
            purposes=sorted(purposes),
            effective=now,
            expires=local_midnight(expires_on + timedelta(days=1), practice),
            answer_by=local_midnight(answer_by + timedelta(days=1), practice),
            asked_by_id=by.user,
            asked_at=now,
        )
        for item in items:
            version = sessions.current_version(item)
            request.versions.add(version)
            _ask(request, version, by)
            mark_asked(item)
            follow_ledger(version)
        answer(claimed, request.pk)
        trail.append(
            by,
            "consent.asked",
            object_id=request.pk,
            code=request.code,
            group=items[0].group_id,
            ground=",".join([*sorted(item.code for item in items), *request.purposes]),
        )
    return request


def _ask(request: ConsentRequest, version: DisclosureVersion, by: Actor) -> None:
    item = facts_of(version.disclosure_id)
    if item.speaker:
        put_question(request, version, item.speaker, by=by, at=request.asked_at)
    if speaker_allows_showing(item, request.asked_at):
        ask_the_others(version, by=by, at=request.asked_at)


def _day_problems(today: date, expires_on: date, answer_by: date) -> dict[str, Problem]:
    problems = {}
    if expires_on < today:
        problems["expires_on"] = Problem.ENDS_TOO_EARLY
    if answer_by < today or answer_by > max(expires_on, today):
        problems["answer_by"] = Problem.PAST
    return problems


def _policy_problems(by: Actor, today: date, expires_on: date) -> dict[str, Problem]:
    last = last_day_of(policy_of(by.practice), today)
    return {"expires_on": Problem.LONGER_THAN_THE_HOUSE} if last and expires_on > last else {}


def _scope_problems(
    by: Actor, recipient: Recipient, within: Recipient | None, purposes: Collection[str]
) -> dict[str, Problem]:
    if recipient.practice_id != by.practice:
        return {"recipient": Problem.UNKNOWN}
    if within and (
        within.practice_id != by.practice
        or within.kind != Recipient.Kind.CLASS
        or recipient.kind == Recipient.Kind.CLASS
    ):
        return {"recipient_class": Problem.UNKNOWN}
    if not purposes or not set(purposes) <= set(PurposeOfUse.values):
        return {"purpose": Problem.REQUIRED}
    return {}


def _check_not_open(
    items: Collection[Disclosure], recipient: Recipient, purposes: Collection[str], now: datetime
) -> None:
    """Nobody is asked the same again while the question is open, after silence or after a no.

    The answer is the same whatever was answered, so asking again tells nothing.
    """
    versions = [sessions.current_version(item) for item in items]
    still_open = ConsentRequest.objects.filter(
        versions__in=versions, recipient=recipient, answer_by__gt=now
    )
    if any(set(purposes) & set(request.purposes) for request in still_open):
        raise Rejected({"items": Problem.ASKED_ALREADY})


def _check_agreements(items: Collection[Disclosure]) -> None:
    for item in items:
        if item.state in Disclosure.OUT:
            raise Rejected({"items": Problem.CLOSED})
        if item.kind != Disclosure.Kind.ITEM and item.state == Disclosure.State.DRAFT:
            raise Rejected({"items": Problem.NOT_SIGNED})
        if item.redacted_from_id and not item.second_look_at:
            raise Rejected({"items": Problem.LOOK_WAITING})
        subjects = [s.member_id for s in sessions.current_version(item).subjects.all()]
        if sessions.agreement_missing(item.session, subjects):
            raise Rejected({"items": Problem.AGREEMENT_OPEN})
