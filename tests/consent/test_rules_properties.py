"""Promises of the decision that hold for every ledger, not only for those we thought of.

Letters are the invariants of docs/rules.md. How cases are drawn is in `worlds.py`;
the promises about policies, signers and emergencies are in files of their own.
"""

from dataclasses import replace

import pytest

pytest.importorskip("hypothesis")

import hypothesis
from hypothesis import Phase, assume, settings
from hypothesis import strategies as st

from consent.kinds import Kind
from consent.rules import EventFacts, decide, standing_no
from tests.consent import (  # noqa: F401 - their promises are counted with these
    test_override_properties,
    test_policy_properties,
    test_signing_properties,
)
from tests.consent.promises import (
    EACH,
    PROMISES,
    covers,
    figures,  # noqa: F401 - a fixture
    never_wider,
    promise,
    promise_settings,
    sides,
)
from tests.consent.worlds import (
    AFTERWARDS,
    CONSENT_FIELDS,
    DAYS,
    DORA,
    EXECUTOR,
    INSTANT,
    PAULA,
    SUBJECTS,
    UNKNOWN_PURPOSES,
    VERSION,
    any_signer,
    appended,
    asked,
    changes,
    consents,
    every_consent,
    every_event,
    items,
    one_consent,
    others,
    refusals,
    under_policy,
    with_consent,
    with_subject,
)


@promise(items, asked, st.data())
def test_a_removing_any_consent_never_widens(item, question, data):
    # A no, or a hold, is no consent: to forget one would widen, which is why the ledger only grows.
    s, c = one_consent(item, data)
    who = item.subjects[s]
    assume(who.consents[c].no is None and not who.consents[c].stopped)
    fewer = with_subject(item, s, replace(who, consents=who.consents[:c] + who.consents[c + 1 :]))

    assert never_wider(decide(fewer, question), decide(item, question))


@promise(items, asked, SUBJECTS[DORA], st.integers(0, 3))
def test_b_adding_a_subject_never_widens(item, question, dora, place):
    assume(item.subjects)
    more = replace(item, subjects=(*item.subjects[:place], dora, *item.subjects[place:]))

    assert never_wider(decide(more, question), decide(item, question))


@promise(items, asked, st.data(), st.sampled_from(DAYS))
def test_c_taking_back_takes_effect_at_every_instant_from_then_on(item, question, data, at):
    place = one_consent(item, data)
    s, c = place
    now = with_consent(item, place, lambda consent: appended(consent, Kind.REVOKED))
    later = replace(question, at=at)

    assert item.subjects[s].consents[c].id not in decide(now, later).consents
    taken = now.subjects[s].consents[c]
    same_words = taken.version == item.version and taken.recipient == question.recipient
    if same_words and question.purpose in taken.purposes:
        assert not decide(now, later).permits


@promise(st.lists(items, min_size=1, max_size=4), asked)
def test_d_the_released_set_is_what_is_permitted_one_by_one(evening, question):
    out = [n for n, item in enumerate(evening) if decide(item, question).permits]
    backwards = [n for n in reversed(range(len(evening))) if decide(evening[n], question).permits]

    assert out == sorted(backwards)
    for n in out:
        assert all(
            any(
                covers(c, evening[n], question, side)
                for c in who.consents
                for side in (None, True, False)
            )
            for who in evening[n].subjects
        )


@promise(items, asked, changes(CONSENT_FIELDS), st.data())
def test_f_a_permit_stands_on_a_covering_consent_of_every_subject(item, question, change, data):
    place = one_consent(item, data)
    item = with_consent(item, place, lambda consent: replace(consent, **change))
    decision = decide(item, question)
    if not decision.permits:
        return

    assert len(set(decision.consents)) == len(decision.consents) >= len(item.subjects)
    for who in item.subjects:
        for side in sides(who, question.at):
            cited = [c for c in who.consents if c.id in decision.consents]
            assert any(covers(c, item, question, side) for c in cited)
    for who in item.subjects:
        for consent in who.consents:
            if consent.id in decision.consents:
                assert any(covers(consent, item, question, s) for s in (None, True, False))


@promise(items, asked, st.data(), st.lists(others | refusals, max_size=4))
def test_h_every_decision_can_be_made_again_from_the_ledger(item, question, data, later):
    """No matter how far the ledger has grown since, and what was decided meanwhile."""
    place = one_consent(item, data)
    told, decided = item, [decide(item, question)]
    for n, event in enumerate(later, start=1):
        more = replace(event, counter=AFTERWARDS + n)
        told = with_consent(told, place, lambda c, e=more: replace(c, events=(*c.events, e)))
        decided.append(decide(told, question))

    for n, then in enumerate(decided):
        upto = every_consent(
            told,
            lambda c, n=n: replace(
                c, events=tuple(e for e in c.events if e.counter <= AFTERWARDS + n)
            ),
        )
        assert decide(upto, question) == then


@promise(items, asked)
def test_an_item_that_concerns_nobody_is_always_withheld(item, question):
    assert not decide(replace(item, subjects=()), question).permits


@promise(items, asked)
def test_a_decision_either_permits_with_consents_or_withholds_with_reasons(item, question):
    decision = decide(item, question)

    assert bool(decision.reasons) != bool(decision.consents)
    assert decision.permits == bool(decision.consents)
    assert decision.reasons == tuple(sorted(set(decision.reasons)))
    assert decision.permits or decision.until is None


@promise(items, asked, st.sampled_from(UNKNOWN_PURPOSES))
def test_an_unknown_purpose_withholds_even_when_every_consent_names_it(item, question, unknown):
    named_by_all = every_consent(item, lambda c: replace(c, purposes=c.purposes | {unknown}))

    assert not decide(named_by_all, replace(question, purpose=unknown)).permits


STOPS = {
    "subjects_resolved": False,
    "entered_in_error": True,
    "releaser_may_read": False,
    "releaser_may_release": False,
    "kind": "unheard of",
    "outsiders": "unheard of",
    "unchecked_redaction": True,
}
HALTS = {"frozen": True, "record_available": False, "purpose": "unheard of"}


@promise(items, asked, st.sampled_from([*STOPS, *HALTS]))
def test_whatever_is_unknown_or_stopped_withholds(item, question, what):
    if what in STOPS:
        item = replace(item, **{what: STOPS[what]})
    else:
        question = replace(question, **{what: HALTS[what]})

    assert not decide(item, question).permits


@promise(items, asked, st.sampled_from(["at", "authentic", "in_person", "agreement", "consents"]))
def test_forgetting_what_was_known_never_widens(item, question, what):
    forgotten = {
        "at": lambda: every_event(item, at=None),
        "in_person": lambda: every_event(item, in_person=False),
        "authentic": lambda: every_event(item, authentic=False),
        "agreement": lambda: replace(
            item, subjects=tuple(replace(s, agreement_signed=False) for s in item.subjects)
        ),
        "consents": lambda: replace(
            item, subjects=tuple(replace(s, consents=()) for s in item.subjects)
        ),
    }[what]()

    assert never_wider(decide(forgotten, question), decide(item, question))
    assert what in ("at", "in_person") or not decide(forgotten, question).permits


@promise(items, asked, st.sampled_from(list(Kind)), st.data())
def test_whatever_is_added_without_a_mac_ends_a_consent_at_once(item, question, kind, data):
    place = one_consent(item, data)
    s, c = place
    assume(sides(item.subjects[s], question.at) == [None])
    now = with_consent(item, place, lambda consent: appended(consent, kind))

    assert item.subjects[s].consents[c].id not in decide(now, question).consents


@promise(items, asked, st.data(), st.sampled_from([Kind.DECLINED, Kind.REVOKED]))
def test_a_no_said_last_withholds_whatever_else_is_on_file(item, question, data, kind):
    s = data.draw(st.integers(0, len(item.subjects) - 1))
    who = item.subjects[s]
    said_no = replace(
        data.draw(consents),
        version=VERSION,
        recipient=data.draw(st.sampled_from([question.recipient, *sorted(question.classes)])),
        purposes=data.draw(st.sampled_from([frozenset(), frozenset({question.purpose})])),
        events=(EventFacts(AFTERWARDS, kind),),
    )
    now = with_subject(item, s, replace(who, consents=(said_no, *who.consents)))

    assert not decide(now, question).permits
    assert standing_no(now.subjects[s], now, question) is not None


@promise(
    items,
    asked,
    st.data(),
    st.sampled_from([Kind.DECLINED, Kind.REVOKED, Kind.HELD, Kind.DEFECT]),
)
def test_a_no_never_widens(item, question, data, kind):
    """Whoever says it, about whatever, in an old question or in one of its own."""
    place = one_consent(item, data)
    signer = data.draw(any_signer)
    now = with_consent(item, place, lambda c: appended(c, kind, signer=signer))
    s = place[0]
    another = replace(data.draw(consents), events=(EventFacts(AFTERWARDS, kind),))
    also = with_subject(
        item, s, replace(item.subjects[s], consents=(*item.subjects[s].consents, another))
    )

    before = decide(item, question)
    assert never_wider(decide(now, question), before)
    assert never_wider(decide(also, question), before)


@promise(items, asked)
def test_a_permit_holds_until_its_end_and_not_at_it(item, question):
    decision = decide(item, question)
    if not decision.until:
        return

    assert decide(item, replace(question, at=decision.until - INSTANT)).permits
    at_the_end = decide(item, replace(question, at=decision.until))
    assert not at_the_end.permits or set(decision.consents) - set(at_the_end.consents)


@promise(items, asked, st.randoms(use_true_random=False))
def test_the_order_in_which_facts_are_read_never_decides(item, question, random):
    def shuffled(things):
        return tuple(random.sample(things, len(things)))

    other = every_consent(item, lambda c: replace(c, events=shuffled(c.events)))
    other = replace(
        other,
        subjects=shuffled([replace(s, consents=shuffled(s.consents)) for s in other.subjects]),
    )

    there, here = decide(other, question), decide(item, question)
    assert (there.reasons, there.until) == (here.reasons, here.until)
    assert set(there.consents) == set(here.consents)


def test_the_worlds_drawn_here_include_items_about_three_that_do_go_out():
    """Else the promises above would say little; `find` raises if there is none."""
    hypothesis.find(
        st.tuples(items, asked),
        lambda world: decide(*world).permits and len(world[0].subjects) == 3,
        settings=settings(promise_settings, phases=[Phase.generate]),
    )


@pytest.mark.parametrize("signer", [PAULA, EXECUTOR])
def test_the_worlds_drawn_here_include_items_that_others_signed_for(signer):
    hypothesis.find(
        st.tuples(items, under_policy),
        lambda world: (
            decide(*world).permits
            and any(
                e.signer == signer
                for who in world[0].subjects
                for c in who.consents
                for e in c.events
            )
        ),
        settings=settings(promise_settings, phases=[Phase.generate]),
    )


def test_ten_thousand_cases_are_drawn():
    assert len(PROMISES) * EACH >= 10_000
