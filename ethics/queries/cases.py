"""Cases and what is shown of them, found by their people alone (docs/rules.md R105, R108).

An invitation, a share and the opening of a case let somebody read. Each is
believed only if it is what the trail's last entry about it says: a row that was
written by hand opens nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from accounts.models import Role
from accounts.queries import live_roles
from audit.clock import database_now
from audit.models import Entry
from audit.trail import Actor
from consent.models import Consent, ConsentRequest
from consent.proofs import entry_row, ground_of
from consent.queries.ledger import Standing, standing, with_last_event
from ethics.models import CasePerson, CaseShare, CaseStep, EthicsCase
from ethics.models.cases import told_of
from ethics.rules import Dilemma, State, StepKind, Written
from sessions_app import queries as sessions
from sessions_app.models import Disclosure, Member

BEGUN, INVITED, LEFT = "case.begun", "case.invited", "case.invitation_ended"
SHARED, UNSHARED = "case.shared", "case.share_ended"
ACTS = (BEGUN, INVITED, LEFT, SHARED, UNSHARED)
OF_ENTRY = ("seq", "act", "hash", "prev", "body")
PARTS = {
    Role.FACILITATOR: CasePerson.Part.PEER,
    Role.SUPERVISOR: CasePerson.Part.SUPERVISOR,
    Role.OUTSIDE_COLLEAGUE: CasePerson.Part.OUTSIDE,
}
LEARNERS = (Role.FACILITATOR, Role.SUPERVISOR)


def begun_by(user: UUID) -> str:
    """Return what the trail keeps of who opened a case."""
    return f"by={user.hex}"


def cases_worked_on(by: Actor) -> list[EthicsCase]:
    """Return the cases a facilitator opened or was asked onto.

    Those that are due first, then open ones, then closed; of each the newest
    first. With `leads`: whether the actor decides about its people and its end.
    """
    found = list(_worked_on(by).order_by("-pk"))
    believed = _believed(by, found)
    today = sessions.today_of(by)
    kept = [case for case in found if case.pk in believed]
    return sorted(kept, key=lambda case: (not case.is_due(today), case.closed_at is not None))


def own_case(by: Actor, code: str) -> EthicsCase:
    """Return a case a facilitator works on, with `leads`. Raises EthicsCase.DoesNotExist."""
    return _if_believed(by, _worked_on(by).get(code=code))


def led_case(by: Actor, code: str) -> EthicsCase:
    """Return a case whose people and end the actor decides about.

    They opened it, or were asked onto it and whoever did leads nothing any
    more. Raises EthicsCase.DoesNotExist.
    """
    return _if_believed(by, _worked_on(by).filter(leads=True).get(code=code))


def cases_consulted_on(by: Actor) -> list[CasePerson]:
    """Return the invitations of a supervisor or outside colleague that run, with their cases.

    Those whose case is open first, the newest first.
    """
    rows = _invitations(by).select_related(
        "case__group", "case__member", "case__opened_by", "invited_by"
    )
    if by.role not in (Role.SUPERVISOR, Role.OUTSIDE_COLLEAGUE):
        return []
    found = _with_last_entry(rows, by.practice).order_by("-pk")
    kept = [one for one in found if _last_word(one, by.practice) == (INVITED, one.told())]
    return sorted(kept, key=lambda one: one.case.closed_at is not None)


def consulted_case(by: Actor, code: str) -> CasePerson:
    """Return the invitation by which the actor was asked for advice on a case.

    Raises CasePerson.DoesNotExist: never asked, ended, over, or not as it was written.
    """
    found = [one for one in cases_consulted_on(by) if one.case.code == code]
    if not found:
        raise CasePerson.DoesNotExist
    return found[0]


def was_asked_onto(by: Actor, code: str) -> bool:
    """Say whether the actor was ever asked onto a case, also if that is over by now."""
    rows = CasePerson.objects.filter(user=by.user, case__practice=by.practice, case__code=code)
    return rows.exists()


def cases_due(by: Actor) -> QuerySet[EthicsCase]:
    """Return a facilitator's cases whose day to look back has come, the oldest first."""
    due = _worked_on(by).filter(follow_up_on__lte=sessions.today_of(by))
    return due.order_by("follow_up_on", "pk")


def case_told_of(by: Actor) -> QuerySet[EthicsCase]:
    """Return the cases somebody is on in whatever role: to find what a notice is about."""
    today = sessions.today_of(by)
    on_it = CasePerson.objects.filter(
        case=OuterRef("pk"), user=by.user, ended_at=None, until__gte=today
    )
    return EthicsCase.objects.filter(Q(opened_by=by.user) | Exists(on_it), practice_id=by.practice)


def part_on(by: Actor, code: str) -> str:
    """Return as what somebody is on a case: `opener`, or a part. Raises EthicsCase.DoesNotExist."""
    case = case_told_of(by).get(code=code)
    if case.opened_by_id == by.user:
        return "opener"
    return case.people.filter(user=by.user, ended_at=None).latest("pk").part


def people_on(case: EthicsCase) -> list[CasePerson]:
    """Return everybody who was asked onto a case, those still on it first, then the newest."""
    rows = case.people.select_related("user")
    return list(rows.order_by(F("ended_at").desc(nulls_first=True), "-pk"))


def steps_of(case: EthicsCase) -> list[CaseStep]:
    """Return every entry of a case, oldest first, with `gone`: its key went with a member."""
    kept = Member.objects.filter(pk=OuterRef("owner"), erased_at=None)
    steps = case.steps.annotate(  # type: ignore[no-redef]
        gone=~Q(owner=case.pk) & ~Exists(kept)
    )
    return list(steps.select_related("author", "consent").order_by("pk"))


def current_steps(steps: Collection[CaseStep]) -> list[CaseStep]:
    """Return the entries that stand: those that no later one took the place of."""
    replaced = {one.replaces_id for one in steps}
    return [one for one in steps if one.pk not in replaced]


def state_of(case: EthicsCase, steps: Iterable[CaseStep]) -> State:
    """Return what is known of a case without opening a word; `steps` are those that stand."""
    written = [
        Written(
            StepKind(one.kind),
            one.value,
            one.whom,
            frozenset(filter(None, one.filled.split(","))),
        )
        for one in steps
    ]
    looks = case.follow_up_on is not None or any(
        one.kind is StepKind.LOOKING_BACK for one in written
    )
    return State(Dilemma(case.dilemma), tuple(written), looks)


def shared_steps(case: EthicsCase) -> set[UUID]:
    """Return which entries of a case are marked as shared now: for its own people."""
    rows = case.shares.filter(ended_at=None, step__isnull=False)
    return {one for one in rows.values_list("step_id", flat=True) if one}


def shares_of(case: EthicsCase) -> list[CaseShare]:
    """Return what outside consultants are shown of a case now, oldest entry first."""
    kept = Member.objects.filter(pk=OuterRef("step__owner"), erased_at=None)
    rows = case.shares.filter(
        Q(step__owner=case.pk) | Exists(kept),
        ended_at=None,
        step__isnull=False,
        step__replaced_by=None,
    ).select_related("step")
    return _believed_shares(case.practice_id, rows.order_by("step"))


def lessons(by: Actor) -> list[CaseShare]:
    """Return what may be learnt from closed cases of the practice, newest month first.

    Within a month by code, which tells no order.
    """
    found = _believed_shares(by.practice, _lessons(by))
    by_code = sorted(found, key=lambda one: one.code)
    return sorted(by_code, key=_month_closed, reverse=True)


def lesson(by: Actor, code: str) -> CaseShare:
    """Return one of `lessons`. Raises CaseShare.DoesNotExist."""
    found = _believed_shares(by.practice, _lessons(by).filter(code=code))
    if not found:
        raise CaseShare.DoesNotExist
    return found[0]


def lesson_of(case: EthicsCase) -> CaseShare | None:
    """Return what of a case is open to learn from, if anything is."""
    return case.shares.filter(ended_at=None, step=None).first()


def permission_in_place(by: Actor, code: str) -> Consent:
    """Return a permission about an item of the actor's that they see agreed to now.

    A code of anything else is one answer, whatever it is the code of: nothing
    here tells a no from silence (R21). Raises Consent.DoesNotExist.
    """
    mine = sessions.originated_by(by).exclude(state__in=Disclosure.OUT)
    found = with_last_event(
        Consent.objects.filter(
            request__in=ConsentRequest.objects.filter(practice=by.practice),
            version__disclosure__in=mine.values("pk"),
            version__number=F("version__disclosure__current_version"),
        )
    ).get(code=code)
    if standing(found, database_now()) is not Standing.GRANTED:
        raise Consent.DoesNotExist
    return found


def _lessons(by: Actor) -> QuerySet[CaseShare]:
    rows = CaseShare.objects.filter(
        case__practice_id=by.practice, case__closed_at__isnull=False, ended_at=None, step=None
    )
    return (rows if by.role in LEARNERS else rows.none()).select_related("case")


def _month_closed(one: CaseShare) -> tuple[int, int]:
    closed = one.case.closed_at
    assert closed
    return closed.year, closed.month


def _invitations(by: Actor) -> QuerySet[CasePerson]:
    """The rows by which the actor is on cases in the role they act in, until the end of a day."""
    rows = CasePerson.objects.filter(user=by.user, case__practice_id=by.practice, ended_at=None)
    if by.role not in PARTS:
        return rows.none()
    return rows.filter(part=PARTS[Role(by.role)], until__gte=sessions.today_of(by))


def _worked_on(by: Actor) -> QuerySet[Any]:
    cases = EthicsCase.objects.filter(practice_id=by.practice)
    if by.role != Role.FACILITATOR:
        cases = cases.none()
    asked = _invitations(by).filter(case=OuterRef("pk"))
    opener = live_roles().filter(
        user=OuterRef("opened_by"), user__is_active=True, role=Role.FACILITATOR
    )
    mine = Q(opened_by=by.user)
    led = sessions.groups_run_by(by).filter(pk=OuterRef("group"))
    met = sessions.stints_met_by(by).filter(member=OuterRef("member"), group=OuterRef("group"))
    found = cases.annotate(  # type: ignore[no-redef]
        asked_id=Subquery(asked.values("pk")[:1]),
        asked_until=Subquery(asked.values("until")[:1]),
        leads=mine | Exists(asked) & ~Exists(opener),
        knows=Exists(led.order_by()),
        met=Exists(met),
    )
    kept = found.filter(mine | Q(asked_id__isnull=False))
    return kept.select_related("group", "member", "opened_by")


def _if_believed(by: Actor, case: EthicsCase) -> EthicsCase:
    if case.pk not in _believed(by, [case]):
        raise EthicsCase.DoesNotExist
    return case


def _believed(by: Actor, cases: Collection[EthicsCase]) -> set[UUID]:
    """Return those of `cases` that the trail says the actor opened, or was asked onto."""
    rows = [case.asked_id for case in cases if case.asked_id]
    last = _last_words(by.practice, [*(case.pk for case in cases), *rows])
    return {case.pk for case in cases if _is_as_told(by, case, last)}


def _is_as_told(by: Actor, case: EthicsCase, last: Mapping[UUID, tuple[str, str]]) -> bool:
    if case.opened_by_id == by.user and last.get(case.pk) == (BEGUN, begun_by(by.user)):
        return True
    if case.asked_id is None or case.asked_until is None:
        return False
    told = told_of(case.pk, by.user, PARTS[Role(by.role)], case.asked_until)
    return last.get(case.asked_id) == (INVITED, told)


def _believed_shares(practice: UUID, rows: QuerySet[CaseShare]) -> list[CaseShare]:
    found = list(rows)
    last = _last_words(practice, [one.pk for one in found])
    return [one for one in found if last.get(one.pk) == (SHARED, one.told())]


def _with_last_entry(rows: QuerySet[Any], practice: UUID) -> QuerySet[Any]:
    """Return rows each with the trail's last entry about it, to be judged by `_last_word`."""
    about = Entry.objects.filter(chain=practice, object_id=OuterRef("pk"), act__in=ACTS)
    last = about.order_by("-seq")
    return rows.annotate(**{f"entry_{name}": Subquery(last.values(name)[:1]) for name in OF_ENTRY})


def _last_word(row: Any, practice: UUID) -> tuple[str, str] | None:
    told = {name: getattr(row, f"entry_{name}") for name in OF_ENTRY}
    if told["act"] is None:
        return None
    ground = ground_of(entry_row(Entry(**told)), practice.hex, told["act"], row.pk.hex)
    return told["act"], "" if ground is None else ground.decode()


def _last_words(practice: UUID, about: Collection[UUID]) -> dict[UUID, tuple[str, str]]:
    """Return the trail's last act about each row, and its ground, as its hashed bytes give them."""
    entries = Entry.objects.filter(chain=practice, object_id__in=list(about), act__in=ACTS)
    last: dict[UUID, tuple[str, str]] = {}
    for entry in entries.order_by("seq"):
        about_row = entry.object_id
        assert about_row
        ground = ground_of(entry_row(entry), practice.hex, entry.act, about_row.hex)
        last[about_row] = (entry.act, "" if ground is None else ground.decode())
    return last
