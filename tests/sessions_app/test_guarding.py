"""What answers about names lead to. Pure: no database.

Ana, Ben and two called Sam are in the group; Dora is not.
"""

from dataclasses import replace
from uuid import UUID

import pytest

from sessions_app.guarding import Answer, Choice, Guard, NamesFound, wording
from sessions_app.name_guard import KnownAs
from sessions_app.rules import Problem

ANA, BEN, SAM_WEST, SAM_HILL, DORA = (UUID(int=n) for n in range(1, 6))
ROSTER = [
    KnownAs(ANA, "Ana Almeida"),
    KnownAs(BEN, "Ben Brandt", "", ("Bear",)),
    KnownAs(SAM_WEST, "Sam West"),
    KnownAs(SAM_HILL, "Sam Hill"),
]
REWRITE = Answer(Choice.REWRITE)


def guard(**answers: Answer) -> Guard:
    return Guard(ROSTER, {words.replace("_", " "): one for words, one in answers.items()})


def concerns(member: UUID) -> Answer:
    return Answer(Choice.CONCERNS, member=member)


def somebody_else(reason: str) -> Answer:
    return Answer(Choice.SOMEBODY_ELSE, reason=reason)


def open_words(reading) -> list[str]:
    return [reading.text[span.start : span.end] for span in reading.open]


def test_a_text_that_names_nobody_is_read_as_it_is():
    reading = guard().read("The theme was trust.")
    assert reading.text == "The theme was trust."
    assert not (reading.open or reading.marks or reading.concerned)


def test_each_place_without_an_answer_stays_open():
    reading = guard().read("Ben waited. Later Ben and Ana talked.")
    assert open_words(reading) == ["Ben", "Ben", "Ana"]


def test_require_raises_with_the_reading_and_the_field():
    with pytest.raises(NamesFound) as found:
        guard().require("Ben waited.", field="reason")
    assert found.value.problems == {"reason": Problem.NAMES_SOMEBODY}
    assert open_words(found.value.reading) == ["Ben"]


def test_who_chose_somebody_else_and_did_not_say_who_is_asked_for_that():
    unsaid = {"ben": Answer(Choice.SOMEBODY_ELSE)}
    with pytest.raises(NamesFound) as found:
        Guard(ROSTER, unsaid).require("Ben waited.")
    assert found.value.problems == {"text": Problem.WHO_IS_MEANT}
    with pytest.raises(NamesFound) as found:
        Guard(ROSTER, unsaid).require("Ben waited for Ana.")
    assert found.value.problems == {"text": Problem.NAMES_SOMEBODY}


def test_whom_a_text_is_about_may_be_named_in_it():
    assert guard().require("Ana listened.", known={ANA}).text == "Ana listened."
    assert open_words(guard().read("Ana listened to Ben.", known={ANA})) == ["Ben"]


def test_one_answer_counts_for_the_same_words_wherever_and_however_written():
    reading = guard(ben=REWRITE).read("Ben's turn came. I saw BEN. Ana was there.", known={ANA})
    assert reading.text == "Another member's turn came. I saw another member. Ana was there."
    assert not reading.open


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Ben came.", "Another member came."),
        ("It rained. Ben came.", "It rained. Another member came."),
        ("It rained\nBen came.", "It rained\nAnother member came."),
        ("She said: “Ben came.”", "She said: “Another member came.”"),
        ("I met Ben.", "I met another member."),
        ("I took Ben’s chair.", "I took another member’s chair."),
    ],
)
def test_a_rewritten_name_keeps_its_ending_and_begins_a_sentence_with_a_capital(before, after):
    assert guard(ben=REWRITE).require(before).text == after


def test_whom_a_text_is_about_is_never_rewritten():
    assert guard(ana=REWRITE).read("Ana listened.", known={ANA}).text == "Ana listened."


def test_it_concerns_ben_adds_ben_and_marks_the_place():
    reading = guard(ben=concerns(BEN)).require("I told Ben everything.")
    assert reading.concerned == {BEN}
    assert [(m.start, m.end, m.member) for m in reading.marks] == [(7, 10, BEN)]


def test_whoever_is_concerned_by_one_wording_may_stand_there_by_another():
    reading = guard(ben=concerns(BEN)).require("I told Ben. Bear laughed.")
    assert reading.concerned == {BEN}


def test_a_note_concerns_nobody_but_its_subject():
    reading = guard(ben=concerns(BEN)).read("I told Ben.", may_concern=False)
    assert open_words(reading) == ["Ben"]
    assert not reading.concerned


@pytest.mark.parametrize("who", [DORA, ANA])
def test_an_answer_that_points_at_somebody_the_words_do_not_mean_is_none(who):
    reading = guard(ben=concerns(who)).read("I told Ben.")
    assert open_words(reading) == ["Ben"]
    assert not (reading.concerned or reading.marks)


def test_of_two_called_sam_the_writer_says_which():
    [span] = guard().read("I told Sam.").open
    assert span.members == {SAM_WEST, SAM_HILL}
    assert guard(sam=concerns(SAM_HILL)).require("I told Sam.").concerned == {SAM_HILL}


def test_somebody_else_is_kept_with_its_reason():
    reading = guard(ben=somebody_else("  my brother  ")).require("I told Ben.")
    [mark] = reading.marks
    assert (mark.start, mark.end, mark.member, mark.reason) == (7, 10, None, "my brother")


@pytest.mark.parametrize("reason", ["", "   ", "...", "—"])
def test_somebody_else_without_a_word_of_who_is_no_answer(reason):
    assert open_words(guard(ben=somebody_else(reason)).read("I told Ben.")) == ["Ben"]


def test_a_hint_is_shown_and_holds_nothing_up():
    reading = guard().require("I looked at the man who sits opposite me.")
    assert reading.hints
    assert not reading.open


def test_other_words_for_what_was_rewritten_can_be_given():
    spanish = replace(guard(ben=REWRITE), instead="otra persona")
    assert spanish.read("Ben came.").text == "Otra persona came."


@pytest.mark.parametrize("found", ["Ben", "BEN", "ben's", "Ben’s", " Ben "])
def test_one_key_for_one_wording(found):
    assert wording(found) == "ben"
