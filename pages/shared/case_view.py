"""Opening an ethics case for a page: one look, then its entries under their steps."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from audit.trail import Actor, Look
from ethics import queries
from ethics.models import CaseShare, CaseStep, EthicsCase
from ethics.models.cases import unpacked
from ethics.rules import (
    AFTER_CLOSING,
    FINAL,
    PRINCIPLES,
    SHAPES,
    SHAREABLE,
    Dilemma,
    StepKind,
    still_asks,
)
from pages.shared.case_words import (
    ACTION_PAGES,
    ADDS,
    DILEMMAS,
    KINDS,
    LESSON_TEXTS,
    QUESTIONS,
    TEXTS,
    VALUES,
    WHOM,
)
from pages.shared.names import Names, Wanted, open_wanted, wanted_names, wanted_roster
from sessions_app.models import Member

OPENED = "case.opened"
SHOWN = tuple(kind for kind in StepKind if kind not in (StepKind.CLOSING, StepKind.REOPENING))
FEW = 5


@dataclass(frozen=True)
class Line:
    """One entry as a page shows it: its texts with their headings, and who wrote it."""

    step: CaseStep
    texts: list[tuple[Any, str]]
    by_name: Mapping[str, str]
    author: str
    value: Any
    whom: Any
    may_correct: bool
    shareable: bool
    page: tuple[str, Any] | None
    earlier: list["Line"] = field(default_factory=list)

    @property
    def many(self) -> bool:
        return SHAPES[StepKind(self.step.kind)].many

    @property
    def principles(self) -> list[tuple[Any, str]]:
        """How an option stands to each principle, as far as it was weighed."""
        found = [(TEXTS[StepKind.OPTION, one], self.by_name.get(one, "")) for one in PRINCIPLES]
        return [(head, text) for head, text in found if text.strip()]


@dataclass(frozen=True)
class Part:
    """One step of the path with its entries; `add` is the word of the link that writes."""

    kind: StepKind
    heading: Any
    lead: Any
    lines: list[Line]
    add: Any

    @property
    def many(self) -> bool:
        return SHAPES[self.kind].many


@dataclass(frozen=True)
class OpenedCase:
    """A case as it reads to somebody who is on it."""

    case: EthicsCase
    title: str
    group: str
    member: str
    parts: list[Part]
    endings: list[Line]
    names: Names
    asks: list[tuple[Any, str]]
    asks_more: int
    steps: list[CaseStep]
    texts: dict[UUID, dict[str, str]]

    @property
    def as_context(self) -> dict[str, Any]:
        """What the templates read."""
        shown = [part for part in self.parts if part.kind is not StepKind.DISSENT]
        return {
            "case": self.case,
            "title_": self.title,
            "group_name": self.group,
            "member_name": self.member,
            "dilemma": DILEMMAS[self.case.dilemma],
            "parts": self.parts,
            "to_write": [part for part in self.parts if part.add and not part.lines],
            "path": [part for part in shown if part.kind not in (StepKind.ESCALATION,)],
            "endings": self.endings,
            "asks": self.asks,
            "asks_more": self.asks_more,
        }


def wanted_case(case: EthicsCase, steps: Iterable[CaseStep]) -> Wanted:
    """The title of a case and the texts of entries, to be opened with their entry of the trail."""
    sealed = {case.pk: case.sealed_title}
    sealed |= {one.pk: one.sealed_words(case.practice_id) for one in steps if not one.gone}
    look = Look(OPENED, frozenset(sealed), object_id=case.pk, code=case.code)
    return Wanted(look, sealed)


def open_whole(
    by: Actor, case: EthicsCase, *, works: bool, more: Collection[Any] = ()
) -> OpenedCase:
    """Open a case with all its entries for somebody on it; the look is recorded.

    With `works` they may write its steps. The group's and the member's names are
    shown to whoever leads the group today, the member's only if they met them in it
    (R31); to others by code. `more` are people
    whose names the page wants too.
    """
    steps = queries.steps_of(case)
    leads = getattr(case, "knows", False)  # who is asked for advice is shown codes
    about = case.about
    people = {one.author_id: one.author for one in steps}
    people[case.opened_by_id] = case.opened_by
    people |= {one.pk: one for one in more}
    wanted = [wanted_case(case, steps), wanted_names("staff.listed", people.values())]
    if leads and case.group:
        roster: list[Member] = [about] if about and case.met else []
        wanted.append(wanted_roster(case.group, roster))
    names = open_wanted(by, *wanted)
    current = queries.current_steps(steps)
    asks = still_asks(queries.state_of(case, current))
    texts = {one.pk: unpacked(names[one.pk]) for one in steps if not one.gone}
    lines = _lines(by, case, steps, texts, names, works=works)
    parts = [
        _part(kind, [line for line in lines if line.step.kind == kind], case, works)
        for kind in SHOWN
    ]
    return OpenedCase(
        case=case,
        title=names[case.pk],
        group=_named(names, case.group_id, case.group.code if case.group else ""),
        member=_named(names, about.pk if about else None, about.code if about else ""),
        parts=parts,
        endings=[one for one in lines if one.step.kind in ("closing", "reopening")],
        names=names,
        asks=[QUESTIONS[one] for one in asks[:FEW]],
        asks_more=max(0, len(asks) - FEW),
        steps=steps,
        texts=texts,
    )


def texts_of(kind: str, words: Mapping[str, str]) -> list[tuple[Any, str]]:
    """Return the texts of an entry that say something, each under its heading."""
    names = SHAPES[StepKind(kind)].fields
    return [(TEXTS[kind, name], words[name]) for name in names if words.get(name, "").strip()]


def lesson_texts(words: Mapping[str, str]) -> list[tuple[Any, str]]:
    """Return the texts of a lesson that say something, each under its heading."""
    return [(head, words[name]) for name, head in LESSON_TEXTS.items() if words.get(name)]


def shared_lines(
    shares: Sequence[CaseShare], words: Mapping[UUID, Mapping[str, str]]
) -> list[dict[str, Any]]:
    """Return what an outside consultant is shown: of which step, and its texts; no name, no day."""
    return [
        {
            "heading": KINDS[share.step.kind][0],
            "value": VALUES.get(share.step.kind, {}).get(share.step.value, ""),
            "texts": texts_of(share.step.kind, words[share.pk]),
        }
        for share in shares
        if share.step
    ]


def _lines(
    by: Actor,
    case: EthicsCase,
    steps: Sequence[CaseStep],
    texts: Mapping[UUID, Mapping[str, str]],
    names: Names,
    *,
    works: bool,
) -> list[Line]:
    """Return a line for each entry that stands, with the earlier ones that it took the place of."""
    made: dict[UUID, Line] = {}
    replaced = {one.replaces_id for one in steps}
    for step in steps:
        kind = StepKind(step.kind)
        words = texts.get(step.pk, {})
        before = made.get(step.replaces_id) if step.replaces_id else None
        earlier = [before, *before.earlier] if before else []
        stands = step.pk not in replaced and not step.gone
        may = works and stands and kind not in FINAL
        may = may and (case.closed_at is None or kind in AFTER_CLOSING)
        made[step.pk] = Line(
            step,
            texts_of(step.kind, words),
            words,
            names[step.author_id],
            VALUES.get(step.kind, {}).get(step.value, ""),
            WHOM.get(step.whom, ""),
            may and (not SHAPES[kind].many or step.author_id == by.user),
            stands and kind in SHAREABLE,
            ACTION_PAGES.get(step.value) if kind is StepKind.ACTION else None,
            earlier,
        )
    return [line for pk, line in made.items() if pk not in replaced]


def _part(kind: StepKind, lines: list[Line], case: EthicsCase, works: bool) -> Part:
    heading, lead = KINDS[kind]
    open_to_it = works and (case.closed_at is None or kind in AFTER_CLOSING)
    if kind is StepKind.ESCALATION and case.dilemma != Dilemma.POLICY:
        open_to_it = bool(lines) and open_to_it
    add = ""
    if open_to_it and (SHAPES[kind].many or not lines):
        add = ADDS.get(kind, heading)
    elif open_to_it and not any(line.may_correct for line in lines):
        add = heading  # its words went with a member's key: another may be written
    return Part(kind, heading, lead, lines, add)


def _named(names: Names, row: UUID | None, code: str) -> str:
    return names.get(row, code) if row else ""


def days_of(day: date | None, today: date) -> int:
    """Return how many days ago a day was; of none, and of one to come, 0."""
    return max(0, (today - day).days) if day else 0
