"""Who is asked onto a case, and what is shown of it without an identity (R108, R109)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from accounts.models import Role, User
from accounts.queries import live_roles
from accounts.services import answer, claim
from audit import trail
from audit.clock import database_now
from audit.entry import listed
from audit.ids import free_code, uuid7
from audit.trail import Actor, Receipt
from consent.models import Notice
from consent.services.freezing import unless_frozen
from consent.services.notifying import notify
from ethics import queries
from ethics.guarding import CaseGuard
from ethics.models import CasePerson, CaseShare, CaseStep, EthicsCase
from ethics.models.cases import packed
from ethics.queries.cases import INVITED, LEFT, SHARED, UNSHARED
from ethics.rules import SHAPES, SHAREABLE, StepKind, invitation_problems
from sessions_app import queries as sessions
from sessions_app.rules import LONGEST_TEXT, Problem, Rejected, check
from vault import key_ring
from vault import services as vault

OPENED = "case.opened"
Ending = CasePerson | CaseShare
LESSON = ("summary", "codes", "options", "choice", "outcome")
ROLES = {
    CasePerson.Part.PEER: Role.FACILITATOR,
    CasePerson.Part.SUPERVISOR: Role.SUPERVISOR,
    CasePerson.Part.OUTSIDE: Role.OUTSIDE_COLLEAGUE,
}


def invite_to_case(
    *, by: Actor, code: str, user: User, part: str, until: date, once: UUID
) -> CasePerson:
    """Ask somebody of the practice by name onto a case, in a role they hold, until a day.

    They are told that there is something for them. Outside colleagues are asked
    onto open cases alone, and while nothing is frozen. Raises Rejected,
    EthicsCase.DoesNotExist, freezing.Frozen, vault.Keyless.
    """
    case = queries.led_case(by, code)
    check(invitation_problems(until, sessions.today_in(by.practice)))
    if part not in CasePerson.Part.values:
        raise Rejected({"user": Problem.UNKNOWN})
    outside = part == CasePerson.Part.OUTSIDE
    person = CasePerson(pk=uuid7(), case=case, user=user, part=part, until=until)
    person.invited_by_id = by.user
    with unless_frozen(by, "user") as check_open, transaction.atomic(durable=True):
        claimed = claim(by=by, once=once, act=INVITED, content=(code, user.pk, part, until))
        if claimed.answer:
            return CasePerson.objects.get(pk=claimed.answer)
        case = EthicsCase.objects.select_for_update().get(pk=queries.led_case(by, code).pk)
        if outside:
            check_open()
            if case.closed_at:
                raise Rejected({"user": Problem.CASE_CLOSED})
        _check_may_come(case, user, part)
        person.invited_at = database_now()
        person.save(force_insert=True)
        answer(claimed, person.pk)
        notify([user.pk], Notice.Kind.CASE, case.pk, at=person.invited_at)
        trail.append(by, INVITED, object_id=person.pk, code=case.code, ground=person.told())
    return person


def end_invitation(*, by: Actor, code: str, person_id: UUID) -> CasePerson:
    """Take somebody off a case at once; twice is once.

    Raises EthicsCase.DoesNotExist, CasePerson.DoesNotExist.
    """
    case = queries.led_case(by, code)
    with transaction.atomic(durable=True):
        person = CasePerson.objects.select_for_update().get(pk=person_id, case=case)
        if person.ended_at is None:
            note_ended(by, case, end_rows([person]))
    return person


def share_step(
    *, by: Actor, code: str, step_id: UUID, words: Mapping[str, str], guard: CaseGuard, once: UUID
) -> CaseShare:
    """Show outside consultants an entry in words that tell nobody; shared again, it is in these.

    The words are the opener's own, read against the names of members and staff.
    Raises Rejected, guarding.CaseNamesFound, freezing.Frozen,
    EthicsCase.DoesNotExist, CaseStep.DoesNotExist, vault.Keyless.
    """
    case = queries.led_case(by, code)
    step = own_step(case, step_id)
    texts = guard.read(
        {name: words.get(name, "").strip() for name in SHAPES[StepKind(step.kind)].fields}
    )
    check(_words_problems(texts))
    share = _share(by, case, texts, step)
    with unless_frozen(by, "words") as check_open, transaction.atomic(durable=True):
        claimed = claim(by=by, once=once, act=SHARED, content=(step.pk, *sorted(texts.items())))
        if claimed.answer:
            return CaseShare.objects.get(pk=claimed.answer)
        case = EthicsCase.objects.select_for_update().get(pk=queries.led_case(by, code).pk)
        check_open()
        if case.closed_at:
            raise Rejected({"words": Problem.CASE_CLOSED})
        own_step(case, step_id)  # an entry that was corrected meanwhile is shown no more
        earlier = end_rows(case.shares.filter(ended_at=None, step=step))
        _save_share(share)
        answer(claimed, share.pk)
        note_ended(by, case, earlier)
        trail.append(by, SHARED, object_id=share.pk, code=case.code, ground=share.told())
    return share


def end_share(*, by: Actor, code: str, share_id: UUID) -> CaseShare:
    """Show an entry to outside consultants no more; twice is once.

    Raises EthicsCase.DoesNotExist, CaseShare.DoesNotExist.
    """
    case = queries.led_case(by, code)
    with transaction.atomic(durable=True):
        share = CaseShare.objects.select_for_update().get(pk=share_id, case=case)
        if share.ended_at is None:
            note_ended(by, case, end_rows([share]))
    return share


def open_lesson(
    *, by: Actor, code: str, words: Mapping[str, str], guard: CaseGuard, once: UUID
) -> CaseShare:
    """Let facilitators and supervisors of the practice learn from a closed case.

    It tells nobody: in words written for it, read against the names of members and staff.
    Raises Rejected (also while it is open), guarding.CaseNamesFound,
    EthicsCase.DoesNotExist, vault.Keyless.
    """
    case = queries.led_case(by, code)
    texts = guard.read({name: words.get(name, "").strip() for name in LESSON})
    check(_words_problems(texts))
    share = _share(by, case, texts, None)
    with transaction.atomic(durable=True):
        claimed = claim(by=by, once=once, act="lesson", content=(code, *sorted(texts.items())))
        if claimed.answer:
            return CaseShare.objects.get(pk=claimed.answer)
        case = EthicsCase.objects.select_for_update().get(pk=queries.led_case(by, code).pk)
        if case.closed_at is None:
            raise Rejected({"summary": Problem.CASE_OPEN})
        earlier = end_rows(case.shares.filter(ended_at=None, step=None))
        _save_share(share)
        answer(claimed, share.pk)
        note_ended(by, case, earlier)
        trail.append(by, SHARED, object_id=share.pk, code=share.code, ground=share.told())
    return share


@dataclass(frozen=True)
class FromOutside:
    """What an outside consultant sees of a case: what is shared, and what they wrote themselves."""

    invitation: CasePerson
    shares: list[CaseShare]
    own: list[CaseStep]
    receipt: Receipt


def look_from_outside(*, by: Actor, code: str) -> FromOutside:
    """Note that an outside consultant reads what is shared with them, and return it.

    Raises CasePerson.DoesNotExist, freezing.Frozen, vault.Keyless.
    """
    key_ring.current()
    with unless_frozen(by, "words") as check_open, transaction.atomic(durable=True):
        invitation = queries.consulted_case(by, code)
        check_open()
        shares = queries.shares_of(invitation.case)
        steps = queries.current_steps(queries.steps_of(invitation.case))
        own = [one for one in steps if one.author_id == by.user and not one.gone]
        entry = trail.append(
            by,
            OPENED,
            object_id=invitation.case_id,
            code=code,
            ids=listed([one.pk for one in (*shares, *own)]),
        )
    return FromOutside(invitation, shares, own, trail.receipt_of(entry))


def own_step(case: EthicsCase, step_id: UUID) -> CaseStep:
    """Return an entry of a case that stands, may be shown outside, and can still be read.

    Raises CaseStep.DoesNotExist.
    """
    for one in queries.current_steps(queries.steps_of(case)):
        if one.pk == step_id and StepKind(one.kind) in SHAREABLE and not one.gone:
            return one
    raise CaseStep.DoesNotExist


def end_rows(rows: Iterable[Ending]) -> list[Ending]:
    """End shares and invitations inside the caller's transaction; return them for `note_ended`."""
    ended = list(rows)
    for one in ended:
        one.ended_at = database_now()
        one.save(update_fields=["ended_at"])
    return ended


def note_ended(by: Actor, case: EthicsCase, rows: Iterable[Ending]) -> None:
    """Write down what `end_rows` ended, as the last thing of the caller's transaction."""
    for one in rows:
        act = UNSHARED if isinstance(one, CaseShare) else LEFT
        trail.append(by, act, object_id=one.pk, code=case.code, ground=one.told())


def _check_may_come(case: EthicsCase, user: User, part: str) -> None:
    held = live_roles().filter(
        user=user.pk,
        user__is_active=True,
        user__practice=case.practice_id,
        role=ROLES[CasePerson.Part(part)],
    )
    if user.pk == case.opened_by_id or not held.exists():
        raise Rejected({"user": Problem.NOT_IN_ROLE})
    today = sessions.today_in(case.practice_id)
    earlier = CasePerson.objects.filter(case=case, user=user, ended_at=None)
    if earlier.filter(until__gte=today).exists():
        raise Rejected({"user": Problem.ON_IT_ALREADY})
    earlier.update(ended_at=database_now())


def _share(by: Actor, case: EthicsCase, texts: dict[str, str], step: CaseStep | None) -> CaseShare:
    share = CaseShare(pk=uuid7(), case=case, step=step, shared_by_id=by.user)
    share.words_sealed = vault.seal_text(
        packed(texts), share.words_place(by.practice), owner=step.owner if step else case.pk
    )
    return share


def _save_share(share: CaseShare) -> None:
    share.code = free_code("B", lambda code: CaseShare.objects.filter(code=code).exists())
    share.at = database_now()
    share.save(force_insert=True)


def _words_problems(texts: Mapping[str, str]) -> dict[str, Problem]:
    first = next(iter(texts))
    if not any(character.isalnum() for text in texts.values() for character in text):
        return {first: Problem.REQUIRED}
    problems = {}
    for name, text in texts.items():
        if len(text) > LONGEST_TEXT:
            problems[name] = Problem.TOO_LONG
        elif "\0" in text:
            problems[name] = Problem.CANNOT_BE_KEPT
    return problems
