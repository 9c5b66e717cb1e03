"""Opening a case, entering its steps, closing it and opening it again. It never lets anything out.

Words come in read by a guard (`ethics.guarding`): no text of a case names
anybody. Entries are added and never changed. The trail keeps codes, kinds and
ids, and of no group: whoever reviews a group's trail is not on its cases.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Role
from accounts.services import answer, claim
from audit import trail
from audit.clock import database_now
from audit.ids import free_code, uuid7
from audit.models import Outcome
from audit.trail import Actor
from consent.models import Consent, Notice
from consent.services.notifying import notify
from ethics import queries
from ethics.guarding import CaseGuard
from ethics.models import CasePerson, CaseShare, CaseStep, EthicsCase
from ethics.models.cases import packed
from ethics.queries.cases import BEGUN, begun_by
from ethics.rules import (
    AFTER_CLOSING,
    FINAL,
    OF_ACTS,
    OF_CONSULTED,
    SHAPES,
    Closing,
    Dilemma,
    Reopening,
    ResolutionKind,
    StepKind,
    Whom,
    closing_problems,
    escalation_problems,
    filled,
    reopening_problems,
    step_problems,
)
from ethics.services.consulting import end_rows, note_ended
from sessions_app import queries as sessions
from sessions_app.models import Draft, Member, TherapyGroup
from sessions_app.rules import Problem, Rejected, check, name_problems
from vault import services as vault

WRITTEN, CLOSED, REOPENED = "case.written", "case.closed", "case.reopened"
FORGOTTEN = "case.member_forgotten"
# As what somebody who was asked for advice gives it.
GIVEN_AS = {Role.SUPERVISOR: Whom.SUPERVISOR, Role.OUTSIDE_COLLEAGUE: Whom.OUTSIDE}


def open_case(
    *,
    by: Actor,
    title: str,
    dilemma: str,
    guard: CaseGuard,
    once: UUID,
    group_code: str = "",
    member_code: str = "",
) -> EthicsCase:
    """Open a case about a member or a group the actor leads, or about nobody in particular.

    Makes the case's own key first. The same `once` returns the same case. Raises
    Rejected, guarding.CaseNamesFound, TherapyGroup.DoesNotExist,
    Membership.DoesNotExist, vault.Keyless.
    """
    problems = name_problems(title, "title")
    if dilemma not in set(Dilemma):
        problems["dilemma"] = Problem.UNKNOWN if dilemma else Problem.REQUIRED
    check(problems)
    title = guard.read({"title": title.strip()})["title"]
    group, member = _about(by, group_code, member_code)
    case = EthicsCase(pk=uuid7(), practice_id=by.practice, dilemma=dilemma, opened_by_id=by.user)
    case.group, case.member = group, member
    vault.make_shred_key(case.pk)
    case.title_sealed = vault.seal_text(title, case.title_place, owner=case.pk)
    with transaction.atomic(durable=True):
        asked = (title, dilemma, group_code, member_code)
        claimed = claim(by=by, once=once, act=BEGUN, content=asked)
        if claimed.answer:
            return EthicsCase.objects.get(pk=claimed.answer)
        case.code = free_code("K", lambda code: EthicsCase.objects.filter(code=code).exists())
        case.opened_at = database_now()
        case.save(force_insert=True)
        answer(claimed, case.pk)
        trail.append(by, BEGUN, object_id=case.pk, code=case.code, ground=begun_by(by.user))
    return case


def write_step(
    *,
    by: Actor,
    code: str,
    kind: StepKind,
    words: Mapping[str, str],
    guard: CaseGuard,
    once: UUID,
    value: str = "",
    whom: str = "",
    on: date | None = None,
    consent_code: str = "",
    reference: UUID | None = None,
    replaces: UUID | None = None,
) -> CaseStep:
    """Add an entry to a case: a new one, or one that takes the place of `replaces`.

    Of kinds that a case has once, `replaces` is the entry that was seen; if
    another stands by now, nothing is written (CHANGED_MEANWHILE). An entry of a
    kind that a case has several of is corrected by its author alone, a dissent
    by nobody. What the client wished or said is sealed with the client's key.
    Whoever was asked for advice writes advice and dissent. Raises Rejected,
    guarding.CaseNamesFound, EthicsCase.DoesNotExist, CasePerson.DoesNotExist,
    vault.Keyless.
    """
    advises = by.role in GIVEN_AS
    case = _case_to_write(by, code)
    if kind in OF_ACTS or (advises and kind not in OF_CONSULTED):
        raise Rejected({"kind": Problem.UNKNOWN})
    if advises and kind is StepKind.CONSULTATION:
        whom, on = GIVEN_AS[Role(by.role)], sessions.today_in(by.practice)
    today = sessions.today_in(by.practice)
    check(step_problems(kind, words, value=value, whom=whom, on=on, today=today))
    consent = _shared_under(by, value, consent_code, replaces)
    texts = guard.read({name: words.get(name, "").strip() for name in SHAPES[kind].fields})
    step = CaseStep(
        pk=uuid7(),
        case=case,
        kind=kind,
        value=value,
        whom=whom,
        on=on,
        filled=",".join(filled(kind, texts)),
        author_id=by.user,
        author_role=by.role,
        replaces_id=replaces,
        reference=reference,
        consent=consent,
        owner=_owner_of(case, kind, whom),
    )
    step.words_sealed = vault.seal_text(
        packed(texts), step.words_place(by.practice), owner=step.owner
    )
    with transaction.atomic(durable=True):
        under = (reference, consent_code)
        asked = (code, kind, value, whom, on, replaces, *under, *sorted(texts.items()))
        claimed = claim(by=by, once=once, act=WRITTEN, content=asked)
        if claimed.answer:
            return CaseStep.objects.get(pk=claimed.answer)
        case = _locked(_case_to_write(by, code))
        if case.closed_at and kind not in AFTER_CLOSING:
            raise Rejected({"kind": Problem.CASE_CLOSED})
        standing = queries.current_steps(queries.steps_of(case))
        _check_place(by, kind, replaces, standing)
        if kind is StepKind.ESCALATION:
            check(escalation_problems(queries.state_of(case, standing), value))
        step.at = database_now()
        step.save(force_insert=True)
        _follow(case, step)
        # What was replaced is shown outside no more; what takes its place is shared anew.
        outdated = case.shares.filter(ended_at=None, step=replaces) if replaces else ()
        ended = end_rows(outdated)
        answer(claimed, step.pk)
        if advises:
            notify([case.opened_by_id], Notice.Kind.CASE, case.pk, at=step.at)
        ground = [step.kind, *filter(None, (value, whom)), f"step={step.pk.hex}"]
        if replaces:
            ground.append(f"replaces={replaces.hex}")
        note_ended(by, case, ended)
        trail.append(by, WRITTEN, object_id=case.pk, code=case.code, ground=",".join(ground))
    return step


def cite(
    *,
    by: Actor,
    code: str,
    source: str,
    rule: str,
    guard: CaseGuard,
    once: UUID,
    edition: str = "",
    says: str = "",
    reference: UUID | None = None,
) -> CaseStep:
    """Cite a code or law on a case: freely, or as the row `reference` of the library.

    The words are the case's own, so a library that changes later changes no
    case. Raises as `write_step`.
    """
    words = {"source": source, "rule": rule, "edition": edition, "says": says}
    return write_step(
        by=by,
        code=code,
        kind=StepKind.CITATION,
        words=words,
        guard=guard,
        once=once,
        reference=reference,
    )


def close_case(
    *, by: Actor, code: str, how: str, knows: bool, ending: str, guard: CaseGuard
) -> EthicsCase:
    """Close a case, knowing what a careful colleague would still ask; twice is once.

    Not without the client's own wish, or why it could not be had: that refusal is
    an entry too. Outside consultants leave it and see nothing of it any more.
    Raises Rejected, guarding.CaseNamesFound, EthicsCase.DoesNotExist, vault.Keyless.
    """
    case = queries.led_case(by, code)
    check(step_problems(StepKind.CLOSING, {"ending": ending}, value=how, today=date.min))
    step = _own_step(by, case, StepKind.CLOSING, how, {"ending": ending}, guard)
    problems: dict[str, Problem] = {}
    ended: list[CaseShare | CasePerson] = []
    with transaction.atomic(durable=True):
        case = _locked(queries.led_case(by, code))
        if case.closed_at:
            return case
        state = queries.state_of(case, queries.current_steps(queries.steps_of(case)))
        problems = closing_problems(state, how, knows=knows)
        if not problems:
            step.at = case.closed_at = database_now()
            case.closed_by_id = by.user
            case.save(update_fields=["closed_at", "closed_by"])
            step.save(force_insert=True)
            outside = case.people.filter(ended_at=None, part=CasePerson.Part.OUTSIDE)
            ended = [*end_rows(case.shares.filter(ended_at=None)), *end_rows(outside)]
        note_ended(by, case, ended)
        trail.append(
            by,
            CLOSED,
            object_id=case.pk,
            code=case.code,
            ground=how if how in set(Closing) else "",
            outcome=Outcome.REFUSED if problems else Outcome.DONE,
            reasons=sorted(problem.value for problem in problems.values()),
        )
    check(problems)
    return case


def reopen_case(*, by: Actor, code: str, because: str, guard: CaseGuard) -> EthicsCase:
    """Open a closed case again; whoever closed it by mistake within a day gives no reason.

    What was open to learn from it is closed. Opening an open case does nothing.
    Raises Rejected, guarding.CaseNamesFound, EthicsCase.DoesNotExist, vault.Keyless.
    """
    case = queries.led_case(by, code)
    why = Reopening.AGAIN if because.strip() else Reopening.MISTAKE
    step = _own_step(by, case, StepKind.REOPENING, why, {"because": because}, guard)
    with transaction.atomic(durable=True):
        case = _locked(queries.led_case(by, code))
        if case.closed_at is None or case.closed_by_id is None:
            return case
        now = database_now()
        check(
            reopening_problems(
                because, closed_by=case.closed_by_id, by=by.user, closed_at=case.closed_at, now=now
            )
        )
        case.closed_at = case.closed_by = None
        case.save(update_fields=["closed_at", "closed_by"])
        step.at = now
        step.save(force_insert=True)
        note_ended(by, case, end_rows(case.shares.filter(ended_at=None)))
        trail.append(by, REOPENED, object_id=case.pk, code=case.code, ground=why)
    return case


def forget_erased_members() -> int:
    """Take the reference to members who were erased off every case; return how many cases.

    Nothing shows it from the moment of their erasure; this empties the row. What they
    wished or said went with their key; what somebody was typing about it goes here.
    """
    erased = EthicsCase.objects.filter(member__erased_at__isnull=False).order_by("pk")
    done = 0
    for case in erased:
        with transaction.atomic(durable=True):
            if EthicsCase.objects.filter(pk=case.pk, member=case.member_id).update(member=None):
                Draft.objects.filter(place__startswith=f"case:{case.code}:").delete()
                nobody = Actor(case.practice_id, trail.NOBODY, "house")
                trail.append(nobody, FORGOTTEN, object_id=case.pk, code=case.code)
                done += 1
    return done


def _about(
    by: Actor, group_code: str, member_code: str
) -> tuple[TherapyGroup | None, Member | None]:
    if not group_code:
        if member_code:
            raise Rejected({"about": Problem.UNKNOWN})
        return None, None
    group = sessions.own_group(by, group_code)
    return group, sessions.open_stint(group, member_code).member if member_code else None


def _case_to_write(by: Actor, code: str) -> EthicsCase:
    if by.role in GIVEN_AS:
        return queries.consulted_case(by, code).case
    return queries.own_case(by, code)


def _locked(case: EthicsCase) -> EthicsCase:
    return EthicsCase.objects.select_for_update().get(pk=case.pk)


def _owner_of(case: EthicsCase, kind: StepKind, whom: str) -> UUID:
    """Whose key an entry goes with: the client's own words with the client's (R107)."""
    theirs = kind is StepKind.WISH or whom == Whom.CLIENT
    return case.about.pk if theirs and case.about else case.pk


def _shared_under(
    by: Actor, value: str, consent_code: str, replaces: UUID | None
) -> Consent | None:
    """Return the permission that something was shared under: one the actor sees agreed to now.

    A correction keeps the one it had, whatever became of it since.
    """
    if not consent_code:
        return None
    if value != ResolutionKind.REFERRAL:
        raise Rejected({"consent": Problem.UNKNOWN})
    if replaces:
        earlier = CaseStep.objects.filter(pk=replaces, author=by.user, consent__code=consent_code)
        if kept := earlier.select_related("consent").first():
            return kept.consent
    try:
        return queries.permission_in_place(by, consent_code)
    except Consent.DoesNotExist:
        raise Rejected({"consent": Problem.NO_SUCH_PERMISSION}) from None


def _check_place(
    by: Actor, kind: StepKind, replaces: UUID | None, standing: list[CaseStep]
) -> None:
    if not SHAPES[kind].many:
        stands = next((one.pk for one in standing if one.kind == kind), None)
        if stands != replaces:
            raise Rejected({SHAPES[kind].fields[0]: Problem.CHANGED_MEANWHILE})
    elif replaces:
        own = [one for one in standing if one.pk == replaces and one.kind == kind]
        if kind in FINAL or not own or own[0].author_id != by.user:
            raise Rejected({SHAPES[kind].fields[0]: Problem.CHANGED_MEANWHILE})


def _follow(case: EthicsCase, step: CaseStep) -> None:
    """Keep on the case what its lists are made of: its type, and the day it comes back."""
    kind = StepKind(step.kind)
    if kind is StepKind.DILEMMA:
        case.dilemma = step.value
    elif kind is StepKind.FOLLOW_UP:
        case.follow_up_on = step.on
    elif kind is StepKind.LOOKING_BACK and case.is_due(sessions.today_in(case.practice_id)):
        case.follow_up_on = None
    case.save(update_fields=["dilemma", "follow_up_on"])


def _own_step(
    by: Actor,
    case: EthicsCase,
    kind: StepKind,
    value: str,
    words: dict[str, Any],
    guard: CaseGuard,
) -> CaseStep:
    texts = guard.read({name: text.strip() for name, text in words.items()})
    step = CaseStep(
        pk=uuid7(),
        case=case,
        kind=kind,
        value=value,
        filled=",".join(filled(kind, texts)),
        author_id=by.user,
        author_role=by.role,
        owner=case.pk,
    )
    step.words_sealed = vault.seal_text(packed(texts), step.words_place(by.practice), owner=case.pk)
    return step
