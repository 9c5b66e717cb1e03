"""Promises about a practice's own rules: whatever they are, they let nothing more out."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

pytest.importorskip("hypothesis")

from hypothesis import strategies as st

from consent.rules import HousePolicyFacts, ItemFacts, Question, SubjectFacts, decide
from tests.consent.promises import (
    figures,  # noqa: F401 - a fixture
    never_wider,
    promise,
)
from tests.consent.worlds import (
    ANA,
    CLINIC,
    CONSENT_FIELDS,
    DAY,
    DAYS,
    GIVEN,
    INSTANT,
    ITEM,
    MEMBERS,
    NOON,
    NOTHING,
    PERMITTED,
    VERSION,
    began,
    changes,
    ends,
    items,
    one_consent,
    policies,
    questions,
    under_policy,
    with_consent,
)

# Everybody allows, and what a policy asks for is mostly met: one thing lacks, or an instant.
allowing = st.builds(
    lambda at, effective, expires: replace(
        PERMITTED, effective=effective, expires=expires, events=(replace(GIVEN, at=at),)
    ),
    st.sampled_from(DAYS[:3]),
    began,
    ends,
)
allowed_items = st.lists(allowing, min_size=1, max_size=2).map(
    lambda consents: ItemFacts(
        ITEM,
        VERSION,
        None,
        tuple(
            SubjectFacts(member, True, (replace(consent, id=UUID(int=10**10 * member.int)),))
            for member, consent in zip(MEMBERS, consents, strict=False)
        ),
    )
)
met_policies = st.sampled_from(
    [
        HousePolicyFacts(longest, cooling_off, in_person)
        for longest in (9 * DAY, None)
        for cooling_off in (DAY, timedelta(0))
        for in_person in (False, True)
        if longest or cooling_off or in_person
    ]
)


plain = st.just(Question(CLINIC, "COC", NOON))
rarely_changed = NOTHING | NOTHING | changes(CONSENT_FIELDS)


def borders_of(consent):
    """The instants at which a consent begins or stops to count, and those right before."""
    borders = {consent.effective, consent.expires, consent.event_at}
    borders |= {event.until for event in consent.events}
    there = sorted(filter(None, borders))
    return [*there, *(border - INSTANT for border in there)]


@promise(
    st.tuples(items, questions, policies, changes(CONSENT_FIELDS))
    | st.tuples(allowed_items, plain, met_policies | policies, rarely_changed)
    | st.tuples(allowed_items, plain, met_policies, NOTHING),
    st.data(),
)
def test_no_policy_widens(world, data):
    """Whatever one consent lacks, and at its borders, where a policy might take another end."""
    item, question, policy, change = world
    place = s, c = one_consent(item, data)
    item = with_consent(item, place, lambda consent: replace(consent, **change))
    at = data.draw(st.sampled_from([question.at, *borders_of(item.subjects[s].consents[c])]))
    free = replace(question, at=at)

    assert never_wider(decide(item, replace(free, policy=policy)), decide(item, free))


@promise(changes(CONSENT_FIELDS), policies)
def test_no_policy_mends_what_one_consent_lacks(change, policy):
    lacking = SubjectFacts(ANA, True, (replace(PERMITTED, **change),))
    item, question = ItemFacts(ITEM, VERSION, ANA, (lacking,)), Question(CLINIC, "COC", NOON)

    narrow = decide(item, replace(question, policy=policy))
    assert never_wider(narrow, decide(item, question))


@promise(items, under_policy, policies)
def test_no_stricter_policy_widens(item, question, more):
    policy = question.policy
    longest = [length for length in (policy.longest, more.longest) if length is not None]
    stricter = HousePolicyFacts(
        longest=min(longest, default=None),
        cooling_off=max(policy.cooling_off, more.cooling_off),
        in_person=policy.in_person or more.in_person,
        blocks=policy.blocks + more.blocks,
    )

    narrow = decide(item, replace(question, policy=stricter))
    assert never_wider(narrow, decide(item, question))
