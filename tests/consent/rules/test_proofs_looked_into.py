"""A proof that is found out when it is asked changes no answer, and is asked for where it counts.

The answer to a question about one reader looks into the proofs of the consents to
that reader; and where nothing covers, into that of the consent that comes nearest.
"""

import itertools
from dataclasses import replace

import pytest

from consent.kinds import Reason
from consent.rules import decide, shortfalls
from consent.rules.decision import nearest
from tests.consent.rules.scene import (
    GRANTED,
    INSURER,
    OLD_VERSION,
    REVOKED,
    VERSION,
    ana,
    ask,
    consent,
    item,
    yes,
)


class Looked:
    """A proof that counts how often it was asked."""

    def __init__(self, answer: bool) -> None:
        self.answer, self.asked = answer, 0

    def __bool__(self) -> bool:
        self.asked += 1
        return self.answer


def proven_by(proof, one):
    """Return a consent whose events are as authentic as `proof` says."""
    return replace(one, events=tuple(replace(event, authentic=proof) for event in one.events))


def test_what_covers_is_looked_into_and_a_consent_to_another_reader_is_not():
    own, other = Looked(True), Looked(True)
    facts = item(ana(proven_by(own, yes()), proven_by(other, yes(to=INSURER))))

    assert decide(facts, ask()).permits
    assert own.asked
    assert not other.asked


@pytest.mark.parametrize("answer", [True, False])
def test_where_nothing_covers_the_nearest_is_looked_into_before_its_reason_is_told(answer):
    near, far = Looked(answer), Looked(True)
    facts = item(
        ana(
            proven_by(near, yes(to=INSURER)),
            proven_by(far, yes(to=INSURER, purposes="HPAYMT", version=OLD_VERSION)),
        )
    )

    reasons = set(decide(facts, ask()).reasons)
    assert near.asked
    assert not far.asked
    assert (Reason.UNREADABLE in reasons) is not answer
    assert Reason.RECIPIENT_MISMATCH in reasons


def test_the_nearest_is_that_of_all_looked_into_in_every_combination():
    shapes = [
        {"to": to, "version": version, "authentic": authentic}
        for to in (INSURER, ask().recipient)
        for version in (VERSION, OLD_VERSION)
        for authentic in (True, False)
    ]
    ledgers = [(GRANTED,), (GRANTED, REVOKED)]
    every = list(itertools.product(shapes, ledgers))
    for some in itertools.combinations(every, 3):
        subject = ana(*(consent(*ledger, **shape) for shape, ledger in some))
        facts = item(subject)
        gaps = [shortfalls(one, subject, facts, ask()) for one in subject.consents]
        if not all(gaps):
            continue
        least = min(gaps, key=lambda gap: (len(gap), sorted(gap)))
        assert nearest(subject, facts, ask()) == least, some
