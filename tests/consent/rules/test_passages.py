"""R95: passages are chosen from the very words, and go out as they were chosen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.rules.claims import (
    SAID,
    ClaimWords,
    bases_offered,
    facts_shown,
    read_claim,
    written,
)
from consent.rules.overrides import NEVER, NEVER_FOR_PART2, Basis, Fact
from consent.rules.passages import MARKER, is_all, joined, sentences_of, spans_of

TEXT = 'I bought them. I will take them tonight! "Nobody knows." My sister\nthinks I am fine'
SENTENCES = (
    "I bought them.",
    "I will take them tonight!",
    '"Nobody knows."',
    "My sister",
    "thinks I am fine",
)


def test_a_text_is_offered_sentence_by_sentence():
    assert sentences_of(TEXT) == SENTENCES


def test_a_time_or_a_number_ends_no_sentence():
    assert sentences_of("At 5.30 she left. He stayed.") == ("At 5.30 she left.", "He stayed.")


def test_what_stands_together_stays_so_and_a_gap_is_marked():
    assert joined(TEXT, SENTENCES[:2]) == "I bought them. I will take them tonight!"
    assert joined(TEXT, [SENTENCES[0], SENTENCES[2]]) == f"{SENTENCES[0]}{MARKER}{SENTENCES[2]}"


@pytest.mark.parametrize(
    "passages", [[], ["He will."], [SENTENCES[1], SENTENCES[0]], [SENTENCES[0]] * 2, [" "]]
)
def test_what_is_not_there_or_not_in_its_order_is_no_choice(passages):
    assert not spans_of(TEXT, passages)
    with pytest.raises(ValueError, match="not in the text"):
        joined(TEXT, passages)


@given(st.text(alphabet="ab .!?…\n\r\"”'"), st.data())
def test_whatever_is_offered_can_be_chosen(text, data):
    offered = sentences_of(text)
    assert "".join("".join(offered).split()) == "".join(text.split())
    chosen = [one for one in offered if data.draw(st.booleans())]
    if chosen:
        out = joined(text, chosen)
        assert all(part in text for part in out.split(MARKER))


@given(st.builds(ClaimWords, what=st.text(), judge=st.text(), passages=st.tuples(st.text())))
def test_a_claim_is_read_as_it_was_written(words):
    assert read_claim(written(words)) == words


def test_all_there_is_is_the_minimum_only_if_somebody_says_so():
    some, whole = (
        ClaimWords("why", passages=SENTENCES[:2]),
        ClaimWords("why", passages=SENTENCES),
    )
    assert is_all(TEXT, SENTENCES)
    assert Fact.MINIMUM in facts_shown(some, (), TEXT)
    assert Fact.MINIMUM not in facts_shown(whole, (), TEXT)
    assert Fact.MINIMUM in facts_shown(whole, [Fact.MINIMUM], TEXT)


def test_a_fact_without_its_words_is_not_shown_whatever_is_ticked():
    shown = facts_shown(ClaimWords("why", passages=SENTENCES[:1]), list(Fact), TEXT)
    assert shown == {*SAID, Fact.REASON, Fact.DISCLOSER, Fact.DATE_AND_TIME}


def test_only_what_can_hold_is_offered():
    for part2 in (False, True):
        offered = {one.basis for one in bases_offered(part2=part2)}
        never = set(NEVER) | (set(NEVER_FOR_PART2) if part2 else {Basis.MEDICAL_EMERGENCY})
        assert offered == set(Basis) - never


def test_of_somebody_who_prevents_nothing_no_threat_is_offered():
    offered = bases_offered(part2=False, can_prevent=False)
    assert Basis.THREAT not in {one.basis for one in offered}
    [threat] = [one for one in bases_offered(part2=False) if one.basis is Basis.THREAT]
    assert threat.said == {Fact.SERIOUS, Fact.IMMINENT}
    assert threat.words == ("what", "can_prevent") and threat.may_be_urgent
