"""R113: which version of a citation is in force, as a table; where a rule holds."""

from datetime import date

import pytest

from consent.rules.overrides import NEVER, Basis
from ethics.library_rules import Version, has_words, in_force, places_of, standing
from ethics.seed import CITATIONS, CRISIS_LINES, RULES
from ethics.seed.rules import MAJORITY, STATES

MAY, JUNE, JULY, AUGUST = (date(2026, month, 1) for month in (5, 6, 7, 8))
LAST_OF_JUNE = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("versions", "day", "expected"),
    [
        ([Version(1)], MAY, 1),
        ([Version(1, since=JUNE)], MAY, None),
        ([Version(1, since=JUNE)], JUNE, 1),
        ([Version(1, until=JUNE)], JUNE, 1),
        ([Version(1, until=JUNE)], JULY, None),
        ([Version(1), Version(2, since=JULY)], LAST_OF_JUNE, 1),
        ([Version(1), Version(2, since=JULY)], JULY, 2),
        ([Version(1), Version(2)], MAY, 2),
        # Ended by the later one though that one ended too: an old version does not come back.
        ([Version(1), Version(2, since=JUNE, until=JULY)], AUGUST, None),
        ([Version(1, replaced=True)], MAY, None),
        ([], MAY, None),
    ],
)
def test_which_version_is_in_force(versions, day, expected):
    assert in_force(versions, day) == expected


def test_a_version_past_its_day_says_until_when_and_which_one_is_now():
    stands = standing(1, [Version(1), Version(2, since=JULY)], AUGUST)
    assert (stands.in_force, stands.ended, stands.now) == (False, LAST_OF_JUNE, 2)


def test_a_version_to_come_says_from_when_and_which_one_is_now():
    stands = standing(2, [Version(1), Version(2, since=JULY)], MAY)
    assert (stands.in_force, stands.begins, stands.now) == (False, JULY, 1)


@pytest.mark.parametrize(
    ("jurisdiction", "places"),
    [
        ("US-NY", ("US-NY", "US")),
        ("US", ("US",)),
        ("DE", ("DE", "EU")),
        ("DE-BY", ("DE-BY", "DE", "EU")),
        ("", ("",)),
    ],
)
def test_rules_of_a_place_are_those_of_everything_around_it(jurisdiction, places):
    assert places_of(jurisdiction) == places


def test_words_are_found_in_any_order_and_case():
    assert has_words("Tell only what is Essential", "essential only")
    assert has_words("anything", "  ")
    assert not has_words("Tell only what is essential", "essential more")


class TestTheSeeds:
    def test_every_code_is_used_once_and_fits_the_trail(self):
        codes = [one.code for one in (*CITATIONS, *RULES, *CRISIS_LINES)]
        assert len(codes) == len(set(codes))
        assert max(map(len, codes)) <= 20

    def test_every_state_has_its_rule_on_danger_and_its_age(self):
        for subject in ("protect", "majority"):
            states = {one.jurisdiction for one in RULES if one.subject == subject}
            assert {f"US-{state}" for state in STATES} <= states
        assert len(STATES) == 51
        assert (MAJORITY["AL"], MAJORITY["NE"], MAJORITY["MS"], MAJORITY["NY"]) == (19, 19, 21, 18)

    def test_every_ground_of_an_emergency_release_has_a_rule_to_show(self):
        told = {basis for one in RULES if one.jurisdiction == "US" for basis in one.bases}
        assert told == {basis.value for basis in Basis} - {basis.value for basis in NEVER}

    def test_what_is_replaced_names_a_citation_that_is_there(self):
        codes = {one.code for one in CITATIONS}
        assert {one.replaced_by for one in CITATIONS if one.replaced_by} <= codes

    def test_ages_and_wordings_nobody_read_are_marked_as_not_confirmed(self):
        marks = {one.code: one.read for one in (*CITATIONS, *RULES)}
        assert not any(marks[f"majority-{state.lower()}"] for state in STATES)
        assert not marks["nohs-7"] and not marks["aamft-2-2"]
        assert marks["hipaa-164-512j"] and marks["protect-ny"] and marks["part2-51"]
