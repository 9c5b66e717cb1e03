"""The pure rules of the workbench, as tables."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from ethics.rules import (
    SHAPES,
    USUAL,
    Closing,
    Dilemma,
    Question,
    State,
    StepKind,
    Written,
    closing_problems,
    escalation_problems,
    filled,
    reopening_problems,
    step_problems,
    still_asks,
)
from sessions_app.rules import Problem

TODAY = date(2026, 11, 24)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def state(dilemma: Dilemma, *written: Written, follow_up: bool = False) -> State:
    return State(dilemma, written, follow_up)


WISH = Written(StepKind.WISH, "asked")
OWN = {
    Dilemma.SELF_DETERMINATION: Question.CLIENT_CONSULTED,
    Dilemma.DANGER: Question.DUTY,
    Dilemma.VALUES: Question.OWN_VALUES,
    Dilemma.POLICY: Question.ADMINISTRATION,
}


@pytest.mark.parametrize("dilemma", Dilemma)
def test_each_type_has_its_usual_resolution_and_a_question_of_its_own(dilemma):
    asked = still_asks(state(dilemma))
    assert asked[0] is Question.WISH
    assert set(OWN.values()) & set(asked) == {OWN[dilemma]}
    assert Question.USUAL in asked
    resolved = Written(StepKind.RESOLUTION, USUAL[dilemma], "client", frozenset({"outcome"}))
    assert Question.USUAL not in still_asks(state(dilemma, resolved))


ANSWERS = [
    (
        Dilemma.SELF_DETERMINATION,
        Written(StepKind.CONSULTATION, whom="client"),
        Question.CLIENT_CONSULTED,
    ),
    (Dilemma.DANGER, Written(StepKind.CITATION, filled=frozenset({"says"})), Question.DUTY),
    (Dilemma.VALUES, Written(StepKind.CONSULTATION, whom="supervisor"), Question.OWN_VALUES),
    (Dilemma.POLICY, Written(StepKind.ESCALATION, "administration"), Question.ADMINISTRATION),
    (Dilemma.VALUES, Written(StepKind.FACTS, filled=frozenset({"facts"})), Question.FACTS),
    (Dilemma.VALUES, Written(StepKind.CONSULTATION, whom="outside"), Question.CONSULTED),
    (Dilemma.VALUES, Written(StepKind.ACTION, "no_action"), Question.ACTION),
]


@pytest.mark.parametrize(("dilemma", "written", "question"), ANSWERS)
def test_what_was_written_is_asked_no_more(dilemma, written, question):
    assert question in still_asks(state(dilemma))
    assert question not in still_asks(state(dilemma, written))


RAISED = [
    (Written(StepKind.FACTS, filled=frozenset({"facts"})), Question.ASSUMPTIONS),
    (Written(StepKind.OPTION, filled=frozenset({"option"})), Question.PRINCIPLES),
    (Written(StepKind.OPTION, filled=frozenset({"option"})), Question.CONSEQUENCES),
    (Written(StepKind.CHOICE), Question.TESTS),
    (Written(StepKind.RESOLUTION, "dialogue", "client"), Question.OUTCOME),
]


@pytest.mark.parametrize(("written", "question"), RAISED)
def test_what_was_half_written_raises_its_question(written, question):
    assert question not in still_asks(state(Dilemma.VALUES))
    assert question in still_asks(state(Dilemma.VALUES, written))


def test_once_the_administration_was_asked_an_ethics_body_or_a_change_is():
    asked = Written(StepKind.ESCALATION, "administration", filled=frozenset({"came_of_it"}))
    assert Question.ETHICS_BODY in still_asks(state(Dilemma.POLICY, asked))
    changed = Written(StepKind.ESCALATION, "policy_change", filled=frozenset({"came_of_it"}))
    assert Question.ETHICS_BODY not in still_asks(state(Dilemma.POLICY, asked, changed))
    assert escalation_problems(state(Dilemma.POLICY), "ethics_body") == {
        "value": Problem.ADMINISTRATION_FIRST
    }
    assert escalation_problems(state(Dilemma.POLICY, asked), "ethics_body") == {}


PLAIN = (WISH, Written(StepKind.FACTS), Written(StepKind.CITATION))
CLOSINGS = [
    ((), "full", True, {"value": Problem.NO_WISH}),
    ((), "plain", True, {"value": Problem.NO_WISH}),
    ((WISH,), "full", False, {"knows": Problem.STILL_OPEN}),
    ((WISH,), "full", True, {}),
    ((WISH,), "plain", True, {"value": Problem.NOT_PLAIN}),
    (PLAIN, "plain", False, {}),
    ((WISH,), "somehow", True, {"value": Problem.UNKNOWN}),
]


@pytest.mark.parametrize(("written", "how", "knows", "problems"), CLOSINGS)
def test_how_a_case_is_closed(written, how, knows, problems):
    assert closing_problems(state(Dilemma.VALUES, *written), how, knows=knows) == problems


STEPS = [
    (StepKind.FACTS, {"assumptions": "Only this."}, {}, {"facts": Problem.REQUIRED}),
    (StepKind.STAKEHOLDERS, {}, {}, {"gains": Problem.REQUIRED}),
    (StepKind.STAKEHOLDERS, {"harmed": "The group."}, {}, {}),
    (StepKind.TESTS, {"publicity": "Yes."}, {}, {}),
    (StepKind.WISH, {"wish": "To wait."}, {"value": "asked"}, {"on": Problem.REQUIRED}),
    (StepKind.WISH, {"wish": "Away."}, {"value": "could_not"}, {}),
    (StepKind.WISH, {"wish": "…"}, {"value": "could_not"}, {"wish": Problem.REQUIRED}),
    (StepKind.WISH, {"wish": "To wait."}, {}, {"value": Problem.REQUIRED}),
    (
        StepKind.CONSULTATION,
        {"came_of_it": "Wait."},
        {"whom": "peer", "on": TOMORROW},
        {"on": Problem.DAY_TO_COME},
    ),
    (
        StepKind.CONSULTATION,
        {"came_of_it": "Wait."},
        {"whom": "authority", "on": TODAY},
        {"whom": Problem.NOT_WITH_THEM},
    ),
    (StepKind.FOLLOW_UP, {}, {"on": YESTERDAY}, {"on": Problem.DAY_TO_LOOK}),
    (StepKind.FOLLOW_UP, {}, {"on": TODAY}, {}),
    (StepKind.FOLLOW_UP, {}, {"on": date(2040, 1, 1)}, {"on": Problem.OUT_OF_BOUNDS}),
    (StepKind.DILEMMA, {}, {"value": "taste"}, {"value": Problem.UNKNOWN}),
]


@pytest.mark.parametrize(("kind", "words", "more", "problems"), STEPS)
def test_what_an_entry_has_to_say(kind, words, more, problems):
    assert step_problems(kind, words, today=TODAY, **more) == problems


def test_what_is_filled_is_known_without_the_words():
    assert filled(StepKind.FACTS, {"facts": "Known.", "assumptions": " – "}) == ["facts"]
    assert set(SHAPES) == set(StepKind)


NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BY, OTHER = uuid4(), uuid4()
REOPENINGS = [
    ("", BY, timedelta(hours=1), {}),
    ("", OTHER, timedelta(hours=1), {"because": Problem.REQUIRED}),
    ("", BY, timedelta(days=2), {"because": Problem.REQUIRED}),
    ("They asked again.", OTHER, timedelta(days=2), {}),
    ("a" * 20_001, BY, timedelta(hours=1), {"because": Problem.TOO_LONG}),
]


@pytest.mark.parametrize(("because", "closed_by", "ago", "problems"), REOPENINGS)
def test_when_opening_again_needs_a_reason(because, closed_by, ago, problems):
    found = reopening_problems(because, closed_by=closed_by, by=BY, closed_at=NOW - ago, now=NOW)
    assert found == problems


def test_closing_has_its_two_ways():
    assert [one.value for one in Closing] == ["full", "plain"]
