"""The oracle of the races, on trails written by hand: it must see what a race is lost by."""

from dataclasses import replace

import pytest

from tests.drills.oracle import Act, Call, Oracle, Scope, let_out_after_taking_back

NOON, LATER, MIDNIGHT = "2024-05-06T12", "2024-05-06T18", "2024-05-07T00"
CONSENTS = {
    "C-ANA": Scope("M-ANA", "D-1", 1, "P-CLINIC", frozenset({"TREAT"}), MIDNIGHT),
    "C-BEN": Scope("M-BEN", "D-1", 1, "P-CLINIC", frozenset({"TREAT"}), MIDNIGHT),
    "C-CARE": Scope("M-ANA", "D-1", 1, "P-CLINIC", frozenset({"COC"}), MIDNIGHT),
    "C-BRIEF": Scope("M-ANA", "D-1", 1, "P-CLINIC", frozenset({"TREAT"}), LATER),
    "C-INSURER": Scope("M-ANA", "D-1", 1, "P-INSURER", frozenset({"TREAT"}), MIDNIGHT),
    "C-NEW": Scope("M-ANA", "D-1", 2, "P-CLINIC", frozenset({"TREAT"}), MIDNIGHT),
}


def act(what: str, code: str, *ground: str, at: str = NOON, outcome: str = "done") -> Act:
    return Act(0, at, what, code, ground, outcome)


def yes(code: str) -> Act:
    return act("consent.granted", code, "D-1")


def no(code: str) -> Act:
    return act("consent.revoked", code, "D-1")


def out(what: str = "release", purpose: str = "TREAT", at: str = NOON) -> Act:
    return act(what, "R-1", "D-1", purpose, at=at, outcome="permit")


EDIT = act("item.edited", "D-1")
WITH_BEN = act("item.edited", "D-1", "+M-BEN")


@pytest.mark.parametrize(
    ("acts", "broken"),
    [
        ([yes("C-ANA"), out()], 0),
        ([yes("C-ANA"), out(purpose="COC")], 0),
        ([out()], 1),
        ([yes("C-ANA"), no("C-ANA"), out()], 1),
        ([yes("C-ANA"), out(), no("C-ANA"), out("release.opened")], 1),
        ([yes("C-ANA"), out(), no("C-ANA"), out("release.handed_over")], 1),
        ([yes("C-ANA"), no("C-ANA"), yes("C-ANA"), out()], 0),
        ([yes("C-ANA"), yes("C-CARE"), no("C-ANA"), out(purpose="COC")], 1),
        ([yes("C-ANA"), yes("C-CARE"), no("C-CARE"), out()], 0),
        ([yes("C-INSURER"), out()], 1),
        ([yes("C-ANA"), EDIT, out()], 1),
        ([yes("C-ANA"), EDIT, yes("C-NEW"), out()], 0),
        ([yes("C-ANA"), out(), EDIT, yes("C-NEW"), out("release.opened")], 1),
        ([WITH_BEN, yes("C-NEW"), out()], 1),
        ([yes("C-BRIEF"), out(at=LATER)], 0),
        ([yes("C-BRIEF"), act("consent.asked", "Q-1", "D-1", at=LATER), out(at=LATER)], 1),
    ],
)
def test_a_trail_is_judged_by_its_order(acts, broken):
    oracle = Oracle({"D-1": ["M-ANA"]}, CONSENTS, {"R-1": "P-CLINIC"})
    assert len(oracle.judge(acts)) == broken


FAY, CODY = "fay", "cody"
ASKED = Act(0, NOON, "override.requested", "E-1", ("D-1", "THREAT", "urgent=0"), "done", FAY)
ALONE = Act(0, NOON, "override.requested", "E-1", ("D-1", "THREAT", "urgent=1"), "done", FAY)
REFUSED = Act(0, NOON, "override.requested", "E-1", ("D-1", "SUBPOENA"), "withhold", FAY)
AGREED = Act(0, NOON, "override.approved", "E-1", ("D-1",), "done", CODY)
BY_HERSELF = Act(0, NOON, "override.approved", "E-1", ("D-1",), "done", FAY)
DROPPED = Act(0, NOON, "override.dropped", "E-1", ("D-1",), "done", FAY)
NOT_JUSTIFIED = Act(0, NOON, "review.closed", "E-1", ("D-1", "not_justified"), "done", "sue")
UPHELD = Act(0, NOON, "review.closed", "E-1", ("D-1", "upheld"), "done", "sue")
WENT = Act(0, NOON, "override.released", "E-1", ("D-1", "THREAT"), "permit", FAY)
STAYED = Act(0, NOON, "override.released", "E-1", ("D-1", "THREAT"), "withhold", FAY)
OPENED = Act(0, NOON, "release.opened", "R-2", ("D-1", "THREAT", "E-1"), "permit", FAY)
GIVEN = Act(0, NOON, "release.handed_over", "R-2", ("D-1", "THREAT", "E-1"), "permit", FAY)


@pytest.mark.parametrize(
    ("acts", "broken"),
    [
        ([ASKED, AGREED, WENT, OPENED, GIVEN], 0),
        ([ALONE, WENT, OPENED], 0),
        ([ASKED, WENT], 1),
        ([ASKED, STAYED, AGREED, WENT], 0),
        ([ASKED, BY_HERSELF, WENT], 1),
        ([REFUSED, AGREED, WENT], 1),
        ([ASKED, AGREED, DROPPED, WENT], 1),
        ([ASKED, AGREED, WENT, DROPPED, OPENED], 1),
        ([ASKED, AGREED, EDIT, WENT], 1),
        ([ASKED, AGREED, WENT, EDIT, OPENED], 1),
        ([ASKED, AGREED, WENT, WENT], 1),
        ([ASKED, AGREED, OPENED], 1),
        ([ASKED, AGREED, WENT, GIVEN, OPENED], 1),
        ([ASKED, AGREED, WENT, NOT_JUSTIFIED, OPENED], 1),
        ([ASKED, AGREED, WENT, UPHELD, OPENED], 0),
        ([ASKED, AGREED, replace(WENT, by=CODY)], 1),
    ],
)
def test_what_goes_without_permission_stands_on_one_request_that_two_looked_at(acts, broken):
    oracle = Oracle({"D-1": ["M-ANA"]}, CONSENTS, {})
    assert len(oracle.judge(acts)) == broken


@pytest.mark.parametrize(
    ("between", "broken"),
    [
        ([], 1),
        ([Call("grant", "D-1", "P-CLINIC", "M-ANA", 3, 4, "done")], 0),
        ([Call("grant", "D-1", "P-CLINIC", "M-ANA", 3, 4, "refused")], 1),
        ([Call("grant", "D-1", "P-CLINIC", "M-BEN", 3, 4, "done")], 1),
        ([Call("edit", "D-1", "", "", 3, 4, "done")], 0),
    ],
)
def test_what_was_taken_back_before_the_call_stays_in(between, broken):
    taken_back = Call("revoke", "D-1", "P-CLINIC", "M-ANA", 1, 2, "done")
    release = Call("release", "D-1", "P-CLINIC", "", 5, 6, "done")
    assert len(let_out_after_taking_back([taken_back, *between, release])) == broken


def test_an_emergency_that_was_let_go_before_the_call_stays_in():
    let_go = Call("drop", "D-1", "E-1", "", 1, 2, "done")
    other = Call("emergency", "D-1", "E-2", "", 5, 6, "done")
    assert let_out_after_taking_back([let_go, other]) == []
    assert len(let_out_after_taking_back([let_go, replace(other, reader="E-1")])) == 1
