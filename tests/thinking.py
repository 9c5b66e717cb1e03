"""The shortest ways through an ethics case: for whoever plays on the cast."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from audit import trail
from audit.trail import Actor
from ethics import queries
from ethics.guarding import CaseGuard, guard_for_case
from ethics.models import CasePerson, CaseShare, CaseStep, EthicsCase
from ethics.models.cases import unpacked
from ethics.rules import SHAPES, StepKind
from ethics.services.cases import close_case, open_case, reopen_case, write_step
from ethics.services.consulting import invite_to_case, open_lesson, share_step
from vault import services as vault

WORDS = {
    StepKind.FACTS: {"facts": "An employer telephoned.", "assumptions": "They mean well."},
    StepKind.STAKEHOLDERS: {"vulnerable": "The member, whose work hangs on it."},
    StepKind.CITATION: {
        "source": "NASW Code of Ethics",
        "rule": "1.02",
        "edition": "2021",
        "says": "Their own decision comes first.",
    },
    StepKind.CONSULTATION: {"came_of_it": "Nothing has to be answered today."},
    StepKind.CHOICE: {"choice": "Wait the week.", "rationale": "It leaves the choice with them."},
    StepKind.TESTS: {"justice": "Yes.", "publicity": "Yes.", "universality": "Yes."},
    StepKind.ACTION: {"action": "Nothing is answered."},
    StepKind.DISSENT: {"dissent": "A week is too long."},
    StepKind.LOOKING_BACK: {"reflection": "They answered themselves."},
    StepKind.RESOLUTION: {"about": "What they want to say.", "outcome": "They know."},
    StepKind.ESCALATION: {"asked": "To leave it out.", "came_of_it": "They think about it."},
}
WISH = "They would rather answer themselves."


class Thinking:
    """Verbs of the workbench; `fay` opens the cases."""

    def opens(self: Any, title: str = "A request from an employer", **how: Any) -> EthicsCase:
        by: Actor = how.pop("by", self.fay)
        how = {"dilemma": "self_determination", **how}
        return open_case(by=by, title=title, guard=guard_for_case(by), once=uuid4(), **how)

    def about_ana(self: Any, **how: Any) -> EthicsCase:
        return self.opens(group_code=self.group.code, member_code=self.ana.member.code, **how)

    def writes(
        self: Any,
        case: EthicsCase,
        kind: StepKind,
        words: dict[str, str] | None = None,
        *,
        by: Actor | None = None,
        guard: CaseGuard | None = None,
        **more: Any,
    ) -> CaseStep:
        by = by or self.fay
        if SHAPES[kind].past:
            more.setdefault("on", self.today)
        if kind is StepKind.CONSULTATION:
            more.setdefault("whom", "peer")
        if kind is StepKind.ACTION:
            more.setdefault("value", "no_action")
        return write_step(
            by=by,
            code=case.code,
            kind=kind,
            words=WORDS[kind] if words is None else words,
            guard=guard or guard_for_case(by, case=case),
            once=more.pop("once", uuid4()),
            **more,
        )

    def wishes(self: Any, case: EthicsCase, wish: str = WISH, **more: Any) -> CaseStep:
        more = {"value": "asked", "on": self.today, **more}
        return self.writes(case, StepKind.WISH, {"wish": wish}, **more)

    def closes(
        self: Any, case: EthicsCase, how: str = "full", *, knows: bool = True, ending: str = ""
    ) -> EthicsCase:
        guard = guard_for_case(self.fay, case=case)
        return close_case(
            by=self.fay, code=case.code, how=how, knows=knows, ending=ending, guard=guard
        )

    def reopens(self: Any, case: EthicsCase, because: str = "") -> EthicsCase:
        guard = guard_for_case(self.fay, case=case)
        return reopen_case(by=self.fay, code=case.code, because=because, guard=guard)

    def asks_onto(
        self: Any, case: EthicsCase, who: Any, part: str, until: date | None = None
    ) -> CasePerson:
        return invite_to_case(
            by=self.fay,
            code=case.code,
            user=who,
            part=part,
            until=until or self.today + timedelta(days=30),
            once=uuid4(),
        )

    def shares(self: Any, case: EthicsCase, step: CaseStep, words: dict[str, str]) -> CaseShare:
        guard = guard_for_case(self.fay, case=case, goes_further=True)
        return share_step(
            by=self.fay, code=case.code, step_id=step.pk, words=words, guard=guard, once=uuid4()
        )

    def teaches(self: Any, case: EthicsCase, **words: str) -> CaseShare:
        guard = guard_for_case(self.fay, case=case, goes_further=True)
        words = {"summary": "Somebody outside asked whether a person attends.", **words}
        return open_lesson(by=self.fay, code=case.code, words=words, guard=guard, once=uuid4())

    def standing(self: Any, case: EthicsCase) -> list[CaseStep]:
        return queries.current_steps(queries.steps_of(case))


class Thought(Thinking):
    """The verbs for a cast that has verbs of its own."""

    def __init__(self, cast: Any) -> None:
        self.cast = cast

    def __getattr__(self, name: str) -> Any:
        return getattr(self.cast, name)


def words_of(step: CaseStep | CaseShare, practice: Any) -> dict[str, str]:
    """Return the texts of an entry, opened for the test alone."""
    by = Actor(practice.pk, trail.NOBODY, "test")
    receipt = trail.machine_receipt(by, "test", [step.pk])
    return unpacked(vault.open(step.sealed_words(practice.pk), receipt))
