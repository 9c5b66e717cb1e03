"""Promises of the decision that hold for every ledger, not only for those we thought of.

Every case starts from a world in which the item goes out to the clinic, and
departs from it in a few places (another recipient, day, version, purpose,
event, ...), so that what is missing is often one thing only.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

hypothesis = pytest.importorskip("hypothesis")

from hypothesis import Phase, assume, given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from consent.kinds import Kind  # noqa: E402
from consent.rules import (  # noqa: E402
    ConsentFacts,
    EventFacts,
    ItemFacts,
    Question,
    SubjectFacts,
    decide,
)

promise = settings(max_examples=200, deadline=None, derandomize=True)

ANA, BEN, CARLA, DORA, CLINIC, INSURER = (UUID(int=n) for n in range(1, 7))
ITEM, OTHER_ITEM, VERSION, OLD_VERSION = (UUID(int=n) for n in range(7, 11))
NOON = datetime(2024, 5, 6, 12, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
DAYS = [NOON + timedelta(days=n) for n in range(-3, 4)]
PERMITTING = {Kind.GRANTED, Kind.UNHELD}
LATER = 10**6

# What a purpose covers, written out anew: the code under test derives it from a tree.
COVERED_BY = {
    "TREAT": {"TREAT", "COC", "ETREAT"},
    "ETREAT": {"ETREAT"},
    "COC": {"COC"},
    "BTG": {"BTG"},
    "HPAYMT": {"HPAYMT"},
}
PURPOSES = sorted(COVERED_BY)
UNKNOWN_PURPOSES = ["", "coc", "HRESCH", "TREAT "]

days, purposes = st.sampled_from(DAYS), st.sampled_from(PURPOSES)
until_now, from_now = st.sampled_from(DAYS[:4]), st.sampled_from(DAYS[4:])
rarely_not = st.integers(0, 7).map(lambda n: n != 5)

# What stands is the event with the high counter, although an earlier one may be read after it.
high, low = st.integers(LATER // 2 + 1, LATER), st.integers(1, LATER // 2)
grants = st.builds(
    EventFacts, high, st.sampled_from(sorted(PERMITTING)), st.none() | from_now, st.just(True)
)
forgeries = st.builds(EventFacts, high, st.just(Kind.GRANTED))
refusals = st.builds(EventFacts, high, st.just(Kind.DECLINED))
ended_grants = st.builds(EventFacts, high, st.just(Kind.GRANTED), days, st.just(True))
others = st.builds(EventFacts, high, st.sampled_from(list(Kind)), st.none() | days, rarely_not)
earlier = st.builds(EventFacts, low, st.sampled_from(list(Kind)), st.none() | days, st.booleans())


def ledgers(last):
    return st.tuples(last) | st.tuples(last, earlier)


def departing(**fields):
    """Draw the changed fields of one thing: none three times out of four, else one of them."""
    one = st.one_of(*(st.fixed_dictionaries({name: new}) for name, new in fields.items()))
    return st.integers(0, 3).flatmap(lambda n: one if n == 2 else st.just({}))


consent_departures = departing(
    disclosure=st.just(OTHER_ITEM),
    version=st.just(OLD_VERSION),
    recipient=st.just(INSURER),
    purposes=st.frozensets(purposes, max_size=3),
    effective=days,
    expires=days,
    events=st.just(()) | ledgers(forgeries | refusals | ended_grants | others),
)
item_departures = departing(
    speaker=st.none(),
    subjects_resolved=st.just(False),
    entered_in_error=st.just(True),
    releaser_may_read=st.just(False),
    releaser_may_release=st.just(False),
)
question_departures = departing(recipient=st.just(INSURER), purpose=purposes, at=days)


@st.composite
def consents(draw):
    fitting = ConsentFacts(
        id=draw(st.uuids()),
        disclosure=ITEM,
        version=VERSION,
        recipient=CLINIC,
        purposes=frozenset({"COC"}),
        effective=draw(until_now),
        expires=draw(from_now),
        events=draw(ledgers(grants)),
    )
    return replace(fitting, **(draw(consent_departures) | draw(consent_departures)))


def subject(member):
    some = st.lists(consents(), min_size=1, max_size=3) | st.just([])
    return st.builds(SubjectFacts, st.just(member), rarely_not, some.map(tuple))


@st.composite
def items(draw):
    """An item about one to three members; its speaker, if it has one, is the first of them."""
    members = [ANA, BEN, CARLA][: draw(st.integers(1, 3))]
    subjects = tuple(draw(subject(member)) for member in members)
    return replace(ItemFacts(ITEM, VERSION, ANA, subjects), **draw(item_departures))


questions = question_departures.map(
    lambda changed: replace(Question(CLINIC, "COC", NOON), **changed)
)


def with_subject(item, place, changed):
    return replace(item, subjects=(*item.subjects[:place], changed, *item.subjects[place + 1 :]))


def every_consent(item, change):
    """Return the item with `change` made to each consent."""
    return replace(
        item,
        subjects=tuple(
            replace(who, consents=tuple(change(c) for c in who.consents)) for who in item.subjects
        ),
    )


def covers(consent, item, question):
    """The formula of docs/rules.md; a lifted hold leaves what was there before it."""
    told = sorted(consent.events, key=lambda event: event.counter)
    lifted = told and told[-1].kind is Kind.UNHELD and told[-1].authentic
    if lifted:
        told = [event for event in told if event.kind not in (Kind.HELD, Kind.UNHELD)]
    last = told[-1] if told else None
    return (
        consent.disclosure == item.disclosure
        and consent.version == item.version
        and consent.recipient == question.recipient
        and any(question.purpose in COVERED_BY[purpose] for purpose in consent.purposes)
        and consent.effective <= question.at < consent.expires
        and last is not None
        and last.kind is Kind.GRANTED
        and last.authentic
        and (last.until is None or question.at < last.until)
    )


@promise
@given(items(), questions, st.data())
def test_removing_any_consent_never_widens(item, question, data):
    # A refusal is no consent: to forget one would widen, which is why the ledger only grows.
    places = [
        (s, c)
        for s, who in enumerate(item.subjects)
        for c, consent in enumerate(who.consents)
        if all(event.kind is not Kind.DECLINED for event in consent.events)
    ]
    assume(places)
    s, c = data.draw(st.sampled_from(places))
    who = item.subjects[s]
    fewer = with_subject(item, s, replace(who, consents=who.consents[:c] + who.consents[c + 1 :]))

    assert decide(item, question).permits or not decide(fewer, question).permits


@promise
@given(items(), questions, subject(DORA), st.integers(0, 3))
def test_adding_a_subject_never_widens(item, question, dora, place):
    more = replace(item, subjects=(*item.subjects[:place], dora, *item.subjects[place:]))

    assert decide(item, question).permits or not decide(more, question).permits


@promise
@given(items(), questions)
def test_an_item_that_concerns_nobody_is_always_withheld(item, question):
    assert not decide(replace(item, subjects=()), question).permits


@promise
@given(items(), questions)
def test_a_permit_stands_on_a_covering_consent_of_every_subject(item, question):
    decision = decide(item, question)
    covering = [[c.id for c in who.consents if covers(c, item, question)] for who in item.subjects]

    if decision.permits:
        assert all(covering)
        assert set(decision.consents) == {one for of_one in covering for one in of_one}


@promise
@given(items(), questions)
def test_a_decision_either_permits_with_consents_or_withholds_with_reasons(item, question):
    decision = decide(item, question)

    assert bool(decision.reasons) != bool(decision.consents)
    assert decision.permits == bool(decision.consents) == (decision.until is not None)


@promise
@given(items(), questions, st.sampled_from(UNKNOWN_PURPOSES))
def test_an_unknown_purpose_withholds_even_when_every_consent_names_it(item, question, unknown):
    named_by_all = every_consent(item, lambda c: replace(c, purposes=c.purposes | {unknown}))

    assert not decide(named_by_all, replace(question, purpose=unknown)).permits


@promise
@given(items(), questions, st.sampled_from(list(Kind)), st.data())
def test_whatever_is_added_without_a_mac_ends_a_consent_at_once(item, question, kind, data):
    ids = [consent.id for who in item.subjects for consent in who.consents]
    assume(ids)
    ended = data.draw(st.sampled_from(ids))
    added = EventFacts(LATER + 1, kind, authentic=False)
    now = every_consent(
        item, lambda c: replace(c, events=(*c.events, added)) if c.id == ended else c
    )

    assert ended not in decide(now, question).consents


@promise
@given(items(), questions, st.data())
def test_a_refusal_said_last_withholds_whatever_else_is_on_file(item, question, data):
    s = data.draw(st.integers(0, len(item.subjects) - 1))
    who = item.subjects[s]
    said_no = replace(
        data.draw(consents()),
        version=VERSION,
        recipient=question.recipient,
        purposes=frozenset({question.purpose}),
        events=(EventFacts(LATER + 1, Kind.DECLINED),),
    )
    now = with_subject(item, s, replace(who, consents=(said_no, *who.consents)))

    assert not decide(now, question).permits


@promise
@given(items(), questions)
def test_a_permit_holds_until_its_end_and_not_at_it(item, question):
    decision = decide(item, question)

    if decision.permits:
        assert decide(item, replace(question, at=decision.until - INSTANT)).permits
        at_the_end = decide(item, replace(question, at=decision.until))
        assert not set(decision.consents) <= set(at_the_end.consents)


@promise
@given(items(), questions, st.randoms(use_true_random=False))
def test_the_order_in_which_facts_are_read_never_decides(item, question, random):
    def shuffled(things):
        return tuple(random.sample(things, len(things)))

    other = every_consent(item, lambda c: replace(c, events=shuffled(c.events)))
    other = replace(
        other,
        subjects=shuffled([replace(s, consents=shuffled(s.consents)) for s in other.subjects]),
    )

    assert decide(other, question).permits == decide(item, question).permits


def test_the_worlds_drawn_here_include_items_about_three_that_do_go_out():
    """Else the promises above would say little; `find` raises if there is none."""
    hypothesis.find(
        st.tuples(items(), questions),
        lambda world: decide(*world).permits and len(world[0].subjects) == 3,
        settings=settings(promise, phases=[Phase.generate]),
    )
