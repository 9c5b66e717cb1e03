"""Promises about people: who has to sign, for whom, and to whom it may be shown."""

from dataclasses import replace
from uuid import UUID

import pytest

pytest.importorskip("hypothesis")

from hypothesis import strategies as st

from consent.kinds import Reason
from consent.rules import (
    ItemFacts,
    Question,
    SubjectFacts,
    covered_scopes,
    decide,
    speaker_allows_showing,
)
from tests.consent.promises import (
    covers,
    figures,  # noqa: F401 - a fixture
    never_wider,
    promise,
    sides,
)
from tests.consent.worlds import (
    ANA,
    CLINIC,
    CONSENT_FIELDS,
    GIVEN,
    ITEM,
    NOON,
    PERMITTED,
    VERSION,
    asked,
    changes,
    items,
    signed_rightly,
    with_subject,
)


@promise(signed_rightly, changes(CONSENT_FIELDS), st.integers(0, 1))
def test_f_everybody_who_has_to_sign_is_needed(signing, change, place):
    standing, signers = signing
    given = [
        replace(PERMITTED, id=UUID(int=n), events=(replace(GIVEN, signer=signer),))
        for n, signer in enumerate(signers, start=1)
    ]
    missing = place % len(given)
    changed = [replace(c, **change) if n == missing else c for n, c in enumerate(given)]
    fewer = given[:missing] + given[missing + 1 :]

    def signed(consents):
        return ItemFacts(ITEM, VERSION, ANA, (SubjectFacts(ANA, True, tuple(consents), standing),))

    question = Question(CLINIC, "COC", NOON)
    assert decide(signed(given), question).permits
    assert not decide(signed(fewer), question).permits
    lacking = signed(changed)
    needed = sides(lacking.subjects[0], NOON)
    assert not decide(lacking, question).permits or all(
        any(covers(c, lacking, question, side) for c in changed) for side in needed
    )


@promise(items, asked)
def test_a_class_that_nobody_is_shown_to_belong_to_lets_nothing_out(item, question):
    decision = decide(item, replace(question, classes=frozenset()))
    by_class = {
        c.id
        for who in item.subjects
        for c in who.consents
        if c.recipient_class is not None or c.recipient_is_class
    }

    assert not by_class & set(decision.consents)


@promise(items, asked)
def test_what_goes_out_about_several_would_go_out_about_each(item, question):
    """Row 19: what goes out is the intersection."""
    if not decide(item, question).permits:
        return

    for who in item.subjects:
        alone = replace(item, subjects=(who,), speaker=None)
        assert decide(alone, question).permits


@promise(items, asked)
def test_what_goes_out_about_several_may_be_shown_to_them(item, question):
    decision = decide(item, question)
    shown = speaker_allows_showing(item, question.at)

    assert shown or len(item.subjects) == 1 or not decision.permits
    assert shown or len(item.subjects) == 1 or Reason.NOT_SHOWABLE in decision.reasons


@promise(items, asked)
def test_guardians_shadow_never_withholds_what_the_ledger_permits(item, question):
    permits = decide(item, question).permits

    assert not permits or covered_scopes(item, question.at)


@promise(items, asked, st.data())
def test_barring_a_representative_never_widens(item, question, data):
    s = data.draw(st.integers(0, len(item.subjects) - 1))
    who = item.subjects[s]
    barred = tuple(replace(one, barred=True) for one in who.standing.representatives)
    now = with_subject(
        item, s, replace(who, standing=replace(who.standing, representatives=barred))
    )

    assert never_wider(decide(now, question), decide(item, question))
    if decide(now, question).permits:
        cited = set(decide(now, question).consents)
        signers = {c.carrying.signer for c in who.consents if c.id in cited}
        assert not signers & {one.user for one in barred}


@promise(items, asked, st.data())
def test_when_somebody_dies_only_an_executor_lets_anything_out(item, question, data):
    s = data.draw(st.integers(0, len(item.subjects) - 1))
    who = item.subjects[s]
    now = with_subject(item, s, replace(who, standing=replace(who.standing, died=True)))

    if decide(now, question).permits:
        cited = set(decide(now, question).consents)
        executors = {one.user for one in who.standing.representatives if one.executor}
        assert {c.carrying.signer for c in who.consents if c.id in cited} <= executors
