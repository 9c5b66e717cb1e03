"""Dilemmas, the steps of a case, and what a careful colleague would still ask. Pure.

Every rule returns its problems as `field: code`; an empty answer means yes. The
models of deciding that the steps unite, the types and their usual resolutions:
docs/dilemmas.md (Forester-Miller and Davis, Corey, NASW, ETHIC; Haas and Malouf).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sessions_app.rules import LONGEST_TEXT, Problem

LONGEST_LINE = 200
LONGEST_INVITATION = timedelta(days=366)
FURTHEST_LOOK = timedelta(days=3 * 366)
MISTAKE_LASTS = timedelta(days=1)


class Dilemma(StrEnum):
    """The four of the origin text (docs/dilemmas.md)."""

    SELF_DETERMINATION = "self_determination"
    DANGER = "danger"
    VALUES = "values"
    POLICY = "policy"


class ResolutionKind(StrEnum):
    """The three ways of resolving; several may be taken."""

    CLIENT_CONSULTATION = "client"
    REFERRAL = "referral"
    DIALOGUE = "dialogue"


USUAL = {
    Dilemma.SELF_DETERMINATION: ResolutionKind.CLIENT_CONSULTATION,
    Dilemma.DANGER: ResolutionKind.REFERRAL,
    Dilemma.VALUES: ResolutionKind.DIALOGUE,
    Dilemma.POLICY: ResolutionKind.DIALOGUE,
}


class Whom(StrEnum):
    """With whom somebody spoke, or to whom they referred."""

    CLIENT = "client"
    PEER = "peer"
    SUPERVISOR = "supervisor"
    OUTSIDE = "outside"
    ADMINISTRATION = "administration"
    AUTHORITY = "authority"
    SERVICE = "service"
    GUIDELINE = "guideline"


class Wish(StrEnum):
    """Whether the client's own wish could be had."""

    ASKED = "asked"
    COULD_NOT = "could_not"


class Escalation(StrEnum):
    """The stages of a conflict with a policy: the administration, then an ethics body."""

    ADMINISTRATION = "administration"
    POLICY_CHANGE = "policy_change"
    ETHICS_BODY = "ethics_body"


class Action(StrEnum):
    """What a case ends in. None of it is done by the case."""

    CONSENT_REQUEST = "consent_request"
    EMERGENCY = "emergency"
    REFERRAL = "referral"
    DIALOGUE = "dialogue"
    NO_ACTION = "no_action"


class Closing(StrEnum):
    """A case that went its way, or one that was plain after codes and law."""

    FULL = "full"
    PLAIN = "plain"


class Reopening(StrEnum):
    """Why a closed case goes on."""

    AGAIN = "again"
    MISTAKE = "mistake"


class StepKind(StrEnum):
    """What an entry of a case is."""

    FACTS = "facts"
    STAKEHOLDERS = "stakeholders"
    DILEMMA = "dilemma"
    CITATION = "citation"
    WISH = "wish"
    CONSULTATION = "consultation"
    OPTION = "option"
    CHOICE = "choice"
    TESTS = "tests"
    RESOLUTION = "resolution"
    ESCALATION = "escalation"
    ACTION = "action"
    FOLLOW_UP = "follow_up"
    LOOKING_BACK = "looking_back"
    DISSENT = "dissent"
    CLOSING = "closing"
    REOPENING = "reopening"


PRINCIPLES = ("autonomy", "nonmaleficence", "beneficence", "justice", "fidelity")
TESTS = ("justice", "publicity", "universality")


@dataclass(frozen=True)
class Shape:
    """What an entry of one kind holds.

    `fields` are its texts, `needed` those that must say something; with `some`
    any one of them is enough. `lines` are short. `values` and `whom` are chosen
    from; a `past` day is of something that happened, and asked for. Of `many`
    kinds a case has as many entries as it needs; of others a new one takes the
    place of the one before.
    """

    fields: tuple[str, ...]
    needed: tuple[str, ...] = ()
    some: bool = False
    lines: frozenset[str] = frozenset()
    values: tuple[str, ...] = ()
    whom: tuple[Whom, ...] = ()
    past: bool = False
    many: bool = False


def _all(values: Iterable[StrEnum]) -> tuple[str, ...]:
    return tuple(one.value for one in values)


SHAPES = {
    StepKind.FACTS: Shape(("facts", "assumptions"), ("facts",)),
    StepKind.STAKEHOLDERS: Shape(("gains", "harmed", "vulnerable"), some=True),
    StepKind.DILEMMA: Shape(("because",), values=_all(Dilemma)),
    StepKind.CITATION: Shape(
        ("source", "rule", "edition", "says"),
        ("source", "rule"),
        lines=frozenset(("source", "rule", "edition")),
        many=True,
    ),
    StepKind.WISH: Shape(("wish",), ("wish",), values=_all(Wish)),
    StepKind.CONSULTATION: Shape(
        ("came_of_it",),
        ("came_of_it",),
        whom=(Whom.CLIENT, Whom.PEER, Whom.SUPERVISOR, Whom.OUTSIDE),
        past=True,
        many=True,
    ),
    StepKind.OPTION: Shape(("option", *PRINCIPLES, "consequences"), ("option",), many=True),
    StepKind.CHOICE: Shape(("choice", "rationale"), ("choice", "rationale")),
    StepKind.TESTS: Shape(TESTS, some=True),
    StepKind.RESOLUTION: Shape(
        ("about", "shared", "outcome"),
        ("about",),
        values=_all(ResolutionKind),
        whom=(
            *(Whom.CLIENT, Whom.SUPERVISOR, Whom.ADMINISTRATION),
            *(Whom.AUTHORITY, Whom.SERVICE, Whom.GUIDELINE),
        ),
        past=True,
        many=True,
    ),
    StepKind.ESCALATION: Shape(
        ("asked", "came_of_it"), ("asked",), values=_all(Escalation), past=True, many=True
    ),
    StepKind.ACTION: Shape(("action",), ("action",), values=_all(Action), many=True),
    StepKind.FOLLOW_UP: Shape(("look_at",)),
    StepKind.LOOKING_BACK: Shape(("reflection",), ("reflection",), many=True),
    StepKind.DISSENT: Shape(("dissent",), ("dissent",), many=True),
    StepKind.CLOSING: Shape(("ending",), values=_all(Closing), many=True),
    StepKind.REOPENING: Shape(("because",), values=_all(Reopening), many=True),
}
# With whom each resolution is.
WITH = {
    ResolutionKind.CLIENT_CONSULTATION: {Whom.CLIENT},
    ResolutionKind.REFERRAL: {Whom.AUTHORITY, Whom.SERVICE, Whom.GUIDELINE},
    ResolutionKind.DIALOGUE: {Whom.CLIENT, Whom.SUPERVISOR, Whom.ADMINISTRATION},
}
# What is still written once a case is closed; the rest asks for it to be opened again.
AFTER_CLOSING = frozenset(
    (StepKind.DISSENT, StepKind.LOOKING_BACK, StepKind.RESOLUTION, StepKind.FOLLOW_UP)
)
# Written by the acts of the same name alone.
OF_ACTS = frozenset((StepKind.CLOSING, StepKind.REOPENING))
# Never corrected: what was dissent stays as it was said.
FINAL = OF_ACTS | {StepKind.DISSENT}
# What somebody who was asked for advice may write.
OF_CONSULTED = frozenset((StepKind.CONSULTATION, StepKind.DISSENT))
# What may be shown to an outside consultant, once its words name nobody.
SHAREABLE = frozenset(
    (
        *(StepKind.FACTS, StepKind.STAKEHOLDERS, StepKind.DILEMMA, StepKind.CITATION),
        *(StepKind.WISH, StepKind.CONSULTATION, StepKind.OPTION, StepKind.CHOICE),
        *(StepKind.TESTS, StepKind.RESOLUTION, StepKind.ESCALATION, StepKind.ACTION),
    )
)


def step_problems(
    kind: StepKind,
    words: Mapping[str, str],
    *,
    value: str = "",
    whom: str = "",
    on: date | None = None,
    today: date,
) -> dict[str, Problem]:
    """An entry says what its kind asks for, in words that can be kept, of a day that fits."""
    shape = SHAPES[kind]
    problems = {}
    for name in shape.fields:
        if found := _text_problem(words.get(name, ""), name in shape.lines):
            problems[name] = found
        elif name in shape.needed and not _says_something(words.get(name, "")):
            problems[name] = Problem.REQUIRED
    if shape.some and not any(_says_something(words.get(name, "")) for name in shape.fields):
        problems[shape.fields[0]] = Problem.REQUIRED
    if shape.values and value not in shape.values:
        problems["value"] = Problem.UNKNOWN if value else Problem.REQUIRED
    problems |= _whom_problems(kind, value, whom) | _day_problems(kind, value, on, today)
    return problems


def _whom_problems(kind: StepKind, value: str, whom: str) -> dict[str, Problem]:
    if kind is StepKind.RESOLUTION and value in set(ResolutionKind):
        offered = WITH[ResolutionKind(value)]
    else:
        offered = set(SHAPES[kind].whom)
    if offered and whom not in offered:
        return {"whom": Problem.NOT_WITH_THEM if whom else Problem.REQUIRED}
    return {}


def _day_problems(kind: StepKind, value: str, on: date | None, today: date) -> dict[str, Problem]:
    if kind is StepKind.FOLLOW_UP:
        if on is None:
            return {"on": Problem.REQUIRED}
        if on < today:
            return {"on": Problem.DAY_TO_LOOK}
        return {"on": Problem.OUT_OF_BOUNDS} if on - today > FURTHEST_LOOK else {}
    if SHAPES[kind].past or (kind is StepKind.WISH and value == Wish.ASKED):
        if on is None:
            return {"on": Problem.REQUIRED}
        return {"on": Problem.DAY_TO_COME} if on > today else {}
    return {}


def _text_problem(text: str, line: bool) -> Problem | None:
    if "\0" in text:
        return Problem.CANNOT_BE_KEPT
    return Problem.TOO_LONG if len(text) > (LONGEST_LINE if line else LONGEST_TEXT) else None


def _says_something(text: str) -> bool:
    return any(character.isalnum() for character in text)


def filled(kind: StepKind, words: Mapping[str, str]) -> list[str]:
    """Return which texts of an entry say something: what may be known without opening them."""
    return [name for name in SHAPES[kind].fields if _says_something(words.get(name, ""))]


def invitation_problems(until: date, today: date) -> dict[str, Problem]:
    """An invitation ends today at the earliest, and within a year."""
    if until < today:
        return {"until": Problem.DAY_TO_LOOK}
    return {"until": Problem.OUT_OF_BOUNDS} if until - today > LONGEST_INVITATION else {}


@dataclass(frozen=True)
class Written:
    """One entry that stands, as far as it is known without its words."""

    kind: StepKind
    value: str = ""
    whom: str = ""
    filled: frozenset[str] = frozenset()


class Question(StrEnum):
    """What a careful colleague would still ask, the weightiest first."""

    WISH = "wish"
    FACTS = "facts"
    ASSUMPTIONS = "assumptions"
    VULNERABLE = "vulnerable"
    CITATION = "citation"
    DUTY = "duty"
    CONSULTED = "consulted"
    CLIENT_CONSULTED = "client_consulted"
    OWN_VALUES = "own_values"
    ADMINISTRATION = "administration"
    ETHICS_BODY = "ethics_body"
    SECOND_OPTION = "second_option"
    PRINCIPLES = "principles"
    CONSEQUENCES = "consequences"
    CHOICE = "choice"
    TESTS = "tests"
    USUAL = "usual"
    OUTCOME = "outcome"
    ACTION = "action"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True)
class State:
    """A case without a word of it: its dilemma, the entries that stand, and whether it looks back.

    `follow_up` says that a day to look back is set, or somebody has.
    """

    dilemma: Dilemma
    written: tuple[Written, ...] = ()
    follow_up: bool = False

    def of(self, kind: StepKind) -> list[Written]:
        """Return the entries of one kind."""
        return [one for one in self.written if one.kind is kind]


def still_asks(state: State) -> list[Question]:
    """Return what a careful colleague would still ask of a case, the weightiest first."""
    asks = {
        Question.WISH: not state.of(StepKind.WISH),
        Question.FACTS: not state.of(StepKind.FACTS),
        Question.ASSUMPTIONS: _lacks(state, StepKind.FACTS, "assumptions"),
        Question.VULNERABLE: _lacks(state, StepKind.STAKEHOLDERS, "vulnerable", asked=True),
        Question.CITATION: not state.of(StepKind.CITATION),
        Question.DUTY: _duty_open(state),
        Question.CONSULTED: not _spoke_with(state, Whom.PEER, Whom.SUPERVISOR, Whom.OUTSIDE),
        Question.CLIENT_CONSULTED: state.dilemma is Dilemma.SELF_DETERMINATION
        and not _spoke_with(state, Whom.CLIENT),
        Question.OWN_VALUES: state.dilemma is Dilemma.VALUES
        and not _spoke_with(state, Whom.SUPERVISOR),
        Question.ADMINISTRATION: state.dilemma is Dilemma.POLICY
        and not _asked_of(state, Escalation.ADMINISTRATION)
        and not _spoke_with(state, Whom.ADMINISTRATION),
        Question.ETHICS_BODY: state.dilemma is Dilemma.POLICY
        and _asked_of(state, Escalation.ADMINISTRATION)
        and not _asked_of(state, Escalation.ETHICS_BODY, Escalation.POLICY_CHANGE),
        Question.SECOND_OPTION: len(state.of(StepKind.OPTION)) < 2,
        Question.PRINCIPLES: any(
            not one.filled & set(PRINCIPLES) for one in state.of(StepKind.OPTION)
        ),
        Question.CONSEQUENCES: any(
            "consequences" not in one.filled for one in state.of(StepKind.OPTION)
        ),
        Question.CHOICE: not state.of(StepKind.CHOICE),
        Question.TESTS: bool(state.of(StepKind.CHOICE))
        and any(_lacks(state, StepKind.TESTS, name, asked=True) for name in TESTS),
        Question.USUAL: not any(
            one.value == USUAL[state.dilemma] for one in state.of(StepKind.RESOLUTION)
        ),
        Question.OUTCOME: _outcome_open(state),
        Question.ACTION: not state.of(StepKind.ACTION),
        Question.FOLLOW_UP: not state.follow_up,
    }
    return [question for question in Question if asks[question]]


def _lacks(state: State, kind: StepKind, name: str, *, asked: bool = False) -> bool:
    """Whether the entry of a kind leaves a text empty; with `asked` also if there is no entry."""
    entries = state.of(kind)
    return asked if not entries else all(name not in one.filled for one in entries)


def _spoke_with(state: State, *whom: Whom) -> bool:
    spoken = [*state.of(StepKind.CONSULTATION), *state.of(StepKind.RESOLUTION)]
    return any(one.whom in whom for one in spoken)


def _asked_of(state: State, *stages: Escalation) -> bool:
    return any(one.value in stages for one in state.of(StepKind.ESCALATION))


def _duty_open(state: State) -> bool:
    """A danger asks for the rule of the state: a citation that says what it says."""
    if state.dilemma is not Dilemma.DANGER:
        return False
    return not any("says" in one.filled for one in state.of(StepKind.CITATION))


def _outcome_open(state: State) -> bool:
    ended = [(one, "outcome") for one in state.of(StepKind.RESOLUTION)]
    ended += [(one, "came_of_it") for one in state.of(StepKind.ESCALATION)]
    return any(name not in one.filled for one, name in ended)


def closing_problems(state: State, how: str, *, knows: bool) -> dict[str, Problem]:
    """A case is closed with the client's wish, or why it could not be had, and knowingly.

    A plain one needs the facts and what code or law says, and nothing else.
    """
    if how not in set(Closing):
        return {"value": Problem.UNKNOWN}
    if not state.of(StepKind.WISH):
        return {"value": Problem.NO_WISH}
    if how == Closing.PLAIN:
        plain = state.of(StepKind.FACTS) and state.of(StepKind.CITATION)
        return {} if plain else {"value": Problem.NOT_PLAIN}
    return {"knows": Problem.STILL_OPEN} if still_asks(state) and not knows else {}


def escalation_problems(state: State, value: str) -> dict[str, Problem]:
    """An ethics body is asked after the administration was (APA 1.03, NASW 3.09)."""
    if value == Escalation.ETHICS_BODY and not (
        _asked_of(state, Escalation.ADMINISTRATION) or _spoke_with(state, Whom.ADMINISTRATION)
    ):
        return {"value": Problem.ADMINISTRATION_FIRST}
    return {}


def reopening_problems(
    reason: str, *, closed_by: UUID, by: UUID, closed_at: datetime, now: datetime
) -> dict[str, Problem]:
    """Opening again needs a reason, except of whoever closed it by mistake within a day."""
    if _text_problem(reason, line=False):
        return {"because": Problem.TOO_LONG}
    if _says_something(reason) or (closed_by == by and now - closed_at < MISTAKE_LASTS):
        return {}
    return {"because": Problem.REQUIRED}
