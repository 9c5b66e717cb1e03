"""Promises about emergencies: a fact less lets nothing more out, and shows nobody else."""

from dataclasses import replace

import pytest

pytest.importorskip("hypothesis")

from hypothesis import strategies as st

from consent.rules import HousePolicyFacts
from consent.rules.overrides import Basis, Claim, Fact, decide_override
from tests.consent.promises import (
    figures,  # noqa: F401 - a fixture
    promise,
)
from tests.consent.worlds import (
    ANA,
    BEN,
    CARLA,
    CLINIC,
    OLD_VERSION,
    PAULA,
    PETER,
    VERSION,
    items,
    rarely,
    rarely_not,
)

claims = st.builds(
    Claim,
    basis=st.sampled_from(list(Basis)),
    version=st.sampled_from([VERSION, VERSION, VERSION, OLD_VERSION]),
    requester=st.just(PAULA),
    requester_may=rarely_not,
    recipient=st.sampled_from([CLINIC, CLINIC, None]),
    facts=st.just(frozenset(Fact))
    | st.sampled_from(list(Fact)).map(lambda one: frozenset(Fact) - {one}),
    involved=st.frozensets(st.sampled_from([ANA, BEN, CARLA]), max_size=2),
    suing=st.just(frozenset({ANA, BEN, CARLA})),
    approver=st.sampled_from([PETER, PETER, PAULA, None]),
    approver_may=rarely_not,
    urgent=st.booleans(),
    policy=st.builds(HousePolicyFacts, second_person=st.booleans()),
    frozen=rarely,
    record_available=rarely_not,
)


@promise(items, claims, st.data())
def test_an_override_never_widens_by_losing_a_fact_and_shows_only_who_is_involved(
    item, claim, data
):
    decision = decide_override(item, claim)
    lost = data.draw(st.sampled_from(sorted(claim.facts)))
    poorer = decide_override(item, replace(claim, facts=claim.facts - {lost}))
    alone = decide_override(item, replace(claim, approver=None))

    assert bool(decision.reasons) != decision.overrides
    assert decision.overrides or not poorer.overrides
    assert (
        decision.overrides
        or claim.approver == claim.requester
        or not alone.overrides
        or (not claim.approver_may)
    )
    assert decision.shown <= claim.involved & {who.member for who in item.subjects}
