"""What is recorded must fit the group, the day and the page; what does not is said field by field.

Ana and Ben are on the roster of that Monday; Ben was absent. Carla is not a
member of this group.
"""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from sessions_app.rules import (
    LONGEST_TEXT,
    Problem,
    Rejected,
    attendance_problems,
    check,
    item_problems,
    name_problems,
    session_problems,
    text_problems,
)

ANA, BEN, CARLA = (UUID(int=n) for n in range(1, 4))
NOON = datetime(2024, 5, 6, 12, tzinfo=UTC)
HOUR, INSTANT = timedelta(hours=1), timedelta(microseconds=1)
NONE: dict[str, Problem] = {}


@pytest.mark.parametrize(
    ("starts", "ends", "problems"),
    [
        pytest.param(NOON - 2 * HOUR, NOON - HOUR, NONE, id="this morning"),
        pytest.param(NOON - HOUR, NOON + HOUR, NONE, id="still going on"),
        pytest.param(NOON, NOON + HOUR, NONE, id="beginning now"),
        pytest.param(
            NOON + INSTANT,
            NOON + HOUR,
            {"starts": Problem.SESSION_IN_THE_FUTURE},
            id="about to begin",
        ),
        pytest.param(
            NOON - HOUR, NOON - HOUR, {"ends": Problem.ENDS_BEFORE_START}, id="without length"
        ),
        pytest.param(
            NOON - HOUR, NOON - 2 * HOUR, {"ends": Problem.ENDS_BEFORE_START}, id="backwards"
        ),
        pytest.param(
            NOON + HOUR,
            NOON - HOUR,
            {"starts": Problem.SESSION_IN_THE_FUTURE, "ends": Problem.ENDS_BEFORE_START},
            id="both wrong, both said",
        ),
        pytest.param(
            NOON.replace(hour=13, tzinfo=timezone(2 * HOUR)),
            NOON,
            NONE,
            id="an hour ago, by a clock further east",
        ),
    ],
)
def test_a_held_session_has_begun_and_ends_after_it_began(starts, ends, problems):
    assert session_problems(starts=starts, ends=ends, now=NOON) == problems


@pytest.mark.parametrize(
    ("marked", "problems"),
    [
        pytest.param([ANA, BEN], NONE, id="everybody"),
        pytest.param([BEN, ANA], NONE, id="in any order"),
        pytest.param([ANA], {"attendance": Problem.NOT_ON_THE_ROSTER}, id="Ben forgotten"),
        pytest.param(
            [ANA, BEN, CARLA], {"attendance": Problem.NOT_ON_THE_ROSTER}, id="Carla too many"
        ),
        pytest.param(
            [ANA, CARLA], {"attendance": Problem.NOT_ON_THE_ROSTER}, id="Carla instead of Ben"
        ),
        pytest.param([], {"attendance": Problem.NOT_ON_THE_ROSTER}, id="nobody"),
    ],
)
def test_attendance_is_of_everybody_on_the_roster_and_of_nobody_else(marked, problems):
    assert attendance_problems(marked, [ANA, BEN]) == problems


def test_a_group_without_members_that_day_has_nobody_to_mark():
    assert attendance_problems([], []) == NONE


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        pytest.param({}, NONE, id="Ana about herself"),
        pytest.param({"subjects": [ANA, BEN]}, NONE, id="Ana about Ben, who was absent"),
        pytest.param({"subjects": []}, NONE, id="about nobody yet"),
        pytest.param({"speaker": None}, {"speaker": Problem.REQUIRED}, id="no speaker"),
        pytest.param(
            {"speaker": BEN}, {"speaker": Problem.SPEAKER_NOT_THERE}, id="Ben was not there"
        ),
        pytest.param(
            {"speaker": CARLA}, {"speaker": Problem.SPEAKER_NOT_THERE}, id="Carla is no member"
        ),
        pytest.param(
            {"subjects": [ANA, CARLA]},
            {"concerned": Problem.NOT_ON_THE_ROSTER},
            id="about Carla, who is no member",
        ),
        pytest.param({"text": " "}, {"text": Problem.REQUIRED}, id="no words"),
        pytest.param(
            {"text": "", "speaker": None, "subjects": [CARLA]},
            {
                "text": Problem.REQUIRED,
                "speaker": Problem.REQUIRED,
                "concerned": Problem.NOT_ON_THE_ROSTER,
            },
            id="everything wrong, everything said",
        ),
    ],
)
def test_an_item_has_words_a_speaker_who_was_there_and_concerns_members_alone(changes, problems):
    fitting = {"text": "I have not slept.", "speaker": ANA, "subjects": [ANA]}

    found = item_problems(**{**fitting, **changes}, present=[ANA], on_the_roster=[ANA, BEN])

    assert found == problems


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param("a", NONE, id="one letter"),
        pytest.param("…", NONE, id="a silence"),
        pytest.param("x" * LONGEST_TEXT, NONE, id="20,000 characters"),
        pytest.param("🜁" * LONGEST_TEXT, NONE, id="20,000 characters of four bytes"),
        pytest.param("x" * (LONGEST_TEXT + 1), {"text": Problem.TOO_LONG}, id="20,001"),
        pytest.param("", {"text": Problem.REQUIRED}, id="nothing"),
        pytest.param(" \n\t\u00a0\u2003", {"text": Problem.REQUIRED}, id="only spaces"),
        pytest.param(" " * (LONGEST_TEXT + 1), {"text": Problem.REQUIRED}, id="too many spaces"),
    ],
)
def test_words_are_there_and_not_too_many(text, problems):
    assert text_problems(text) == problems


def test_the_longest_text_is_twenty_thousand_characters():
    assert LONGEST_TEXT == 20_000


@pytest.mark.parametrize(
    ("name", "problems"),
    [
        pytest.param("Ana", NONE, id="Ana"),
        pytest.param("X", NONE, id="one letter"),
        pytest.param("José-María O'Neill 3rd", NONE, id="accents, signs and digits"),
        pytest.param("小林", NONE, id="another script"),
        pytest.param("x" * 120, NONE, id="120 characters"),
        pytest.param("x" * 121, {"name": Problem.TOO_LONG}, id="121 characters"),
        pytest.param("", {"name": Problem.REQUIRED}, id="nothing"),
        pytest.param("   ", {"name": Problem.REQUIRED}, id="only spaces"),
        pytest.param("4821", {"name": Problem.REQUIRED}, id="only digits"),
        pytest.param("?!" * 61, {"name": Problem.REQUIRED}, id="only signs"),
    ],
)
def test_a_name_has_a_letter_and_at_most_120_characters(name, problems):
    assert name_problems(name) == problems


@pytest.mark.parametrize("name", ["", "x" * 121])
def test_the_problem_of_a_name_is_said_at_the_field_it_was_typed_in(name):
    assert list(name_problems(name, "signature")) == ["signature"]


def test_without_problems_nothing_is_rejected():
    check(NONE)


def test_a_rejection_says_every_field_and_why():
    problems = {"text": Problem.REQUIRED, "speaker": Problem.SPEAKER_NOT_THERE}

    with pytest.raises(Rejected, match="text: required, speaker: speaker_not_there") as rejection:
        check(problems)

    assert rejection.value.problems == problems
