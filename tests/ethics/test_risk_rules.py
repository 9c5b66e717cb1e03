"""R116: what may not fit together is said, and nothing is added up."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ethics.risk_rules import (
    DISAGREE,
    Doubt,
    Talk,
    doubts,
    plan_parts,
    plan_problems,
    plan_text,
    talk_of,
    talk_problems,
)
from sessions_app.rules import Problem

TODAY = date(2026, 6, 1)
# Seen, asked, a step, somebody consulted, a day to come back: nothing is open.
WHOLE = Talk(where="room", wish="yes", level="low", steps="plan", consulted="Helen, at noon")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"intent": "yes", "plan": "yes"}, [Doubt.INTENT_AND_PLAN]),
        ({"intent": "yes", "plan": "yes", "level": "moderate"}, [Doubt.INTENT_AND_PLAN]),
        ({"intent": "yes", "plan": "yes", "level": "high"}, []),
        ({"intent": "yes", "plan": "no"}, []),
        ({"intent": "yes", "plan": "unsure"}, []),
        ({"behaviour": "yes"}, [Doubt.BEHAVIOUR]),
        ({"behaviour": "yes", "level": "moderate"}, []),
        (
            {
                **dict.fromkeys(
                    ("wish", "thoughts", "method", "intent", "plan", "behaviour", "means"), "no"
                ),
                "level": "high",
            },
            [Doubt.HIGHER_THAN_ANSWERS],
        ),
        ({"wish": ""}, [Doubt.NOTHING_ASKED]),
        ({"where": ""}, [Doubt.NOT_SEEN]),
        ({"steps": ""}, [Doubt.NO_STEP]),
        ({"level": "now"}, [Doubt.NO_HELP_NOW]),
        ({"level": "now", "steps": "plan emergency"}, []),
        ({"level": "high", "consulted": " "}, [Doubt.NOBODY_CONSULTED]),
    ],
)
def test_what_may_not_fit_together(changed, expected):
    assert doubts(replace(WHOLE, **changed), TODAY) == expected


def test_without_a_day_to_come_back_it_says_so():
    assert doubts(WHOLE, None) == [Doubt.NO_FOLLOW_UP]


def test_only_a_disagreement_is_asked_about_before_it_is_written_down():
    assert set(DISAGREE) == {
        Doubt.INTENT_AND_PLAN,
        Doubt.BEHAVIOUR,
        Doubt.HIGHER_THAN_ANSWERS,
        Doubt.NO_HELP_NOW,
    }


@pytest.mark.parametrize(
    ("talk", "on", "expected"),
    [
        (Talk(level="low"), None, {}),
        (Talk(level="low"), TODAY, {}),
        (Talk(), None, {"level": Problem.REQUIRED}),
        (Talk(level="grave"), None, {"level": Problem.UNKNOWN}),
        (Talk(level="low", wish="perhaps"), None, {"wish": Problem.UNKNOWN}),
        (Talk(level="low", where="moon"), None, {"where": Problem.UNKNOWN}),
        (Talk(level="low", steps="plan arrest"), None, {"steps": Problem.UNKNOWN}),
        (Talk(level="low", heard="x" * 2_001), None, {"heard": Problem.TOO_LONG}),
        (Talk(level="low", told="a\0b"), None, {"told": Problem.CANNOT_BE_KEPT}),
        (Talk(level="low"), TODAY - timedelta(days=1), {"follow_up_on": Problem.PAST}),
        (Talk(level="low"), TODAY + timedelta(days=400), {"follow_up_on": Problem.OUT_OF_BOUNDS}),
    ],
)
def test_only_the_level_has_to_be_there(talk, on, expected):
    assert talk_problems(talk, on, TODAY) == expected


def test_a_talk_comes_back_as_it_was_written_and_what_is_unknown_is_left_out():
    talk = replace(WHOLE, heard='She said “enough”.\n"Yes."')
    assert talk_of(talk.text()) == talk
    assert talk_of(talk.text()[:-1] + ', "score": "9"}') == talk


def test_a_plan_says_something_and_comes_back_as_it_was_written():
    assert plan_problems({}) == {"signs": Problem.REQUIRED}
    assert plan_problems({"alone": "…"}) == {"signs": Problem.REQUIRED}
    assert plan_problems({"alone": "x" * 2_001, "signs": "I stop eating."}) == {
        "alone": Problem.TOO_LONG
    }
    assert plan_parts(plan_text({"alone": " Walk.\n"}))["alone"] == "Walk."
