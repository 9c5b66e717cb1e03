"""What is asked when somebody's life may be in danger, and what may not fit together. Pure.

In our own words; nothing of it is a scale and nothing adds up. The clinician
chooses the level, the house only says where level and answers disagree (R116).
Sources: the five steps of SAFE-T and common practice, docs/library.md.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from enum import StrEnum

from sessions_app.rules import LONGEST_REASON, Problem

LONGEST_WAIT = timedelta(days=366)


class Answer(StrEnum):
    """What came of one question."""

    NOT_ASKED = ""
    NO = "no"
    YES = "yes"
    UNSURE = "unsure"


class Level(StrEnum):
    """How great the clinician judges the danger; never computed."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    NOW = "now"


class Where(StrEnum):
    """Where somebody was spoken with alone."""

    NOT_YET = ""
    ROOM = "room"
    TELEPHONE = "telephone"
    VIDEO = "video"
    ELSEWHERE = "elsewhere"


class Step(StrEnum):
    """What is done, from the least to the most intrusive."""

    PLAN = "plan"
    MEANS = "means"
    CONTACT = "contact"
    LINE = "line"
    WELFARE = "welfare"
    EMERGENCY = "emergency"
    RELEASE = "release"


class Doubt(StrEnum):
    """Where what was chosen and what was answered may not fit together."""

    INTENT_AND_PLAN = "intent_and_plan"
    BEHAVIOUR = "behaviour"
    HIGHER_THAN_ANSWERS = "higher_than_answers"
    NOTHING_ASKED = "nothing_asked"
    NOT_SEEN = "not_seen"
    NO_STEP = "no_step"
    NO_HELP_NOW = "no_help_now"
    NOBODY_CONSULTED = "nobody_consulted"
    NO_FOLLOW_UP = "no_follow_up"


QUESTIONS = ("wish", "thoughts", "method", "intent", "plan", "behaviour", "means")
# Where level and answers disagree: asked about before it is recorded. The others are what a careful
# colleague would still ask afterwards.
DISAGREE = (Doubt.INTENT_AND_PLAN, Doubt.BEHAVIOUR, Doubt.HIGHER_THAN_ANSWERS, Doubt.NO_HELP_NOW)
GRAVE = {Level.HIGH, Level.NOW}
HELP_NOW = {Step.LINE, Step.WELFARE, Step.EMERGENCY, Step.RELEASE}


@dataclass(frozen=True)
class Talk:
    """One private talk: what was asked and answered, chosen, and done. Everything is text.

    The questions hold an `Answer`; `steps` are codes of `Step` with spaces between.
    """

    seen_at: str = ""
    where: str = ""
    wish: str = ""
    thoughts: str = ""
    method: str = ""
    intent: str = ""
    plan: str = ""
    behaviour: str = ""
    behaviour_when: str = ""
    means: str = ""
    heard: str = ""
    protective: str = ""
    level: str = ""
    why_level: str = ""
    steps: str = ""
    contact_agreed: str = ""
    consulted: str = ""
    told: str = ""
    group_after: str = ""
    warned: str = ""

    def text(self) -> str:
        """Return the talk as it is sealed."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @property
    def chosen(self) -> tuple[Step, ...]:
        return tuple(step for step in Step if step in self.steps.split())


def talk_of(text: str) -> Talk:
    """Return a talk from its sealed text; what a later house added is left out."""
    known = {one.name for one in fields(Talk)}
    return Talk(**{name: value for name, value in json.loads(text).items() if name in known})


PARTS = ("signs", "alone", "distract", "people", "professionals", "around")


def plan_text(parts: Mapping[str, str]) -> str:
    """Return a safety plan as it is sealed."""
    return json.dumps({one: parts.get(one, "").strip() for one in PARTS}, ensure_ascii=False)


def plan_parts(text: str) -> dict[str, str]:
    """Return the parts of a safety plan from its sealed text, in their order."""
    told = json.loads(text)
    return {one: str(told.get(one, "")) for one in PARTS}


def talk_problems(talk: Talk, follow_up_on: date | None, today: date) -> dict[str, Problem]:
    """A talk has a level. Everything else can wait; what is there can be kept."""
    problems = {}
    for one in fields(Talk):
        value = getattr(talk, one.name)
        if len(value) > LONGEST_REASON:
            problems[one.name] = Problem.TOO_LONG
        elif "\0" in value:
            problems[one.name] = Problem.CANNOT_BE_KEPT
    for name in QUESTIONS:
        if getattr(talk, name) not in set(Answer):
            problems[name] = Problem.UNKNOWN
    if talk.where not in set(Where):
        problems["where"] = Problem.UNKNOWN
    if not set(talk.steps.split()) <= set(Step):
        problems["steps"] = Problem.UNKNOWN
    if not talk.level:
        problems["level"] = Problem.REQUIRED
    elif talk.level not in set(Level):
        problems["level"] = Problem.UNKNOWN
    return problems | follow_up_problems(follow_up_on, today)


def follow_up_problems(
    on: date | None, today: date, field: str = "follow_up_on"
) -> dict[str, Problem]:
    """A day to come back is today or later, within a year; without one nothing comes back."""
    if on is None:
        return {}
    if on < today:
        return {field: Problem.PAST}
    return {field: Problem.OUT_OF_BOUNDS} if on - today > LONGEST_WAIT else {}


def plan_problems(parts: Mapping[str, str]) -> dict[str, Problem]:
    """A safety plan says something, in at most 2,000 characters a part."""
    problems = {}
    for one in PARTS:
        if len(parts.get(one, "")) > LONGEST_REASON:
            problems[one] = Problem.TOO_LONG
        elif "\0" in parts.get(one, ""):
            problems[one] = Problem.CANNOT_BE_KEPT
    if not any(any(c.isalnum() for c in parts.get(one, "")) for one in PARTS):
        problems[PARTS[0]] = Problem.REQUIRED
    return problems


def doubts(talk: Talk, follow_up_on: date | None) -> list[Doubt]:
    """Return what may not fit together, in a fixed order. It warns, and never changes a level."""
    answered = {name: getattr(talk, name) for name in QUESTIONS}
    said = {name for name, answer in answered.items() if answer == Answer.YES}
    steps = set(talk.chosen)
    found = {
        Doubt.INTENT_AND_PLAN: {"intent", "plan"} <= said and talk.level not in GRAVE,
        Doubt.BEHAVIOUR: "behaviour" in said and talk.level == Level.LOW,
        Doubt.HIGHER_THAN_ANSWERS: talk.level in GRAVE
        and all(answer == Answer.NO for answer in answered.values()),
        Doubt.NOTHING_ASKED: not any(answered.values()),
        Doubt.NOT_SEEN: not talk.where,
        Doubt.NO_STEP: not steps,
        Doubt.NO_HELP_NOW: talk.level == Level.NOW and bool(steps) and not steps & HELP_NOW,
        Doubt.NOBODY_CONSULTED: talk.level in GRAVE and not talk.consulted.strip(),
        Doubt.NO_FOLLOW_UP: follow_up_on is None,
    }
    return [doubt for doubt, there in found.items() if there]
