"""Ledgers, items and questions as hypothesis draws them, for promises that hold for all of them.

Every case starts from a world in which the item goes out to the clinic, and
departs from it in a few places (another recipient, class, day, version, purpose,
event, signer, policy, ...), so that what is missing is often one thing only.
"""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import assume
from hypothesis import strategies as st

from consent.kinds import Kind, Reason
from consent.rules import (
    ADULT,
    Block,
    ConsentFacts,
    EventFacts,
    HousePolicyFacts,
    ItemFacts,
    ItemKind,
    LegalStanding,
    Outsiders,
    Question,
    RepresentativeFacts,
    Signs,
    SubjectFacts,
)

ANA, BEN, CARLA, DORA, CLINIC, INSURER = (UUID(int=n) for n in range(1, 7))
ITEM, OTHER_ITEM, VERSION, OLD_VERSION, PROVIDERS, EMPLOYERS = (UUID(int=n) for n in range(7, 13))
PAULA, PETER, EXECUTOR = (UUID(int=n) for n in range(13, 16))
NOON = datetime(2024, 5, 6, 12, tzinfo=UTC)
DAY, INSTANT = timedelta(days=1), timedelta(microseconds=1)
DAYS = [NOON + n * DAY for n in range(-3, 4)]
LOOSE = UUID(int=10**6)  # of a consent that is drawn alone
LATER = 10**6
AFTERWARDS = LATER + 9

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

days, any_signer = st.sampled_from(DAYS), st.sampled_from([None, PAULA, PETER, EXECUTOR])
rarely = st.sampled_from([False] * 4 + [True] + [False] * 3)
rarely_not = rarely.map(lambda chance: not chance)

# What stands is the event with the high counter, although an earlier one may be read after it.
HIGH, LOW = (LATER - 2, LATER - 1, LATER), (1, 2)
SIGNED = (None, *DAYS[:4], *DAYS[:4])


def events(counters, kinds, signers=(None,), untils=(None,), authentic=(True,)):
    return st.sampled_from(
        [
            EventFacts(counter, kind, until, holds, at, in_person, signer)
            for counter, kind, until, holds, at, in_person, signer in itertools.product(
                counters, kinds, untils, authentic, SIGNED, (True, False), signers
            )
        ]
    )


EVERYBODY = (None, PAULA, PETER, EXECUTOR)
TO_COME = (None, *DAYS[4:])
GRANTS = {
    signer: events(HIGH, (Kind.GRANTED,), (signer,), TO_COME) for signer in (None, PAULA, EXECUTOR)
}
refusals = events(HIGH, (Kind.DECLINED, Kind.REVOKED))
others = events(HIGH, Kind, EVERYBODY, (None, *DAYS), (True, True, False))
earlier = events(LOW, Kind, (None,), (None, *DAYS), (True, False))
lifted = st.tuples(
    st.just(EventFacts(LATER + 2, Kind.HELD)),
    events((LATER + 3,), (Kind.UNHELD,), EVERYBODY, authentic=(True, True, False)),
)
departed = st.one_of(
    events(HIGH, (Kind.GRANTED, Kind.UNHELD), authentic=(False,)),
    refusals,
    events(HIGH, (Kind.GRANTED,), EVERYBODY, DAYS),
    others,
)


NOTHING = st.just({})


@st.composite
def ledgers(draw, last):
    """What stands last, sometimes with something earlier, or held and no longer held since."""
    stands = draw(last)
    if draw(rarely):
        return stands, draw(earlier)
    if draw(rarely):
        return *draw(lifted), stands
    return (stands,)


def changes(fields):
    """Draw another value of one field."""
    values = [
        (values if isinstance(values, st.SearchStrategy) else st.sampled_from(values)).map(
            lambda value, name=name: {name: value}
        )
        for name, values in fields.items()
    ]
    return st.one_of(*values)


def departing(fields):
    """Draw the changed fields of one thing: mostly none, else one of them."""
    other = changes(fields)
    return rarely.flatmap(lambda departs: other if departs else NOTHING)


SUBSETS = [frozenset(some) for n in range(3) for some in itertools.combinations(PURPOSES, n)]
CONSENT_FIELDS = {
    "disclosure": (OTHER_ITEM,),
    "version": (OLD_VERSION,),
    "recipient": (INSURER, PROVIDERS),
    "recipient_class": (PROVIDERS, EMPLOYERS),
    "purposes": SUBSETS,
    "effective": DAYS,
    "expires": (None, *DAYS),
    "event_at": DAYS,
    "for_proceedings": (True,),
    "defects": (frozenset({Reason.FALSE}), frozenset({Reason.COMPOUND})),
    "events": st.just(()) | ledgers(departed),
}
consent_departures = departing(CONSENT_FIELDS)
item_departures = departing(
    {
        "speaker": (None,),
        "subjects_resolved": (False,),
        "entered_in_error": (True,),
        "releaser_may_read": (False,),
        "releaser_may_release": (False,),
        "kind": list(ItemKind),
        "part2": (True,),
        "outsiders": list(Outsiders),
        "unchecked_redaction": (True,),
    }
)
CLASSES = [
    frozenset(some) for n in range(3) for some in itertools.combinations((PROVIDERS, EMPLOYERS), n)
]
question_departures = departing(
    {
        "recipient": (INSURER,),
        "purpose": PURPOSES,
        "at": DAYS,
        "classes": CLASSES,
        "asker": (ANA,),
        "proceeding": (True,),
        "frozen": (True,),
        "reader": (PAULA,),
        "record_available": (False,),
    }
)
BLOCKS = [
    (Block(purpose, to),)
    for purpose in (None, *PURPOSES, "NONSENSE")
    for to in (None, PROVIDERS, EMPLOYERS)
]
policies = st.builds(
    HousePolicyFacts,
    st.sampled_from([None, None, DAY, 2 * DAY, 3 * DAY, 5 * DAY]),
    st.sampled_from([timedelta(0), timedelta(0), DAY, 2 * DAY]),
    rarely,
    st.sampled_from([()] * 2 * len(BLOCKS) + BLOCKS),
)
representatives = st.builds(
    RepresentativeFacts,
    st.sampled_from([PAULA, PETER, EXECUTOR]),
    st.sampled_from(DAYS[:4]),
    st.sampled_from(TO_COME),
    rarely,
    st.booleans(),
    rarely,
)
standings = st.builds(
    LegalStanding,
    st.sampled_from(list(Signs)),
    st.lists(representatives, max_size=2).map(tuple),
    st.sampled_from([None, *DAYS]),
    rarely,
)
LONG_AGO = NOON - 9000 * DAY
PARENT = RepresentativeFacts(PAULA, LONG_AGO, may_read=True)
MOURNED = RepresentativeFacts(EXECUTOR, LONG_AGO, executor=True)
# Who has to sign, and who therefore signed, in worlds in which the item goes out.
SIGNED_RIGHTLY = [
    *[(ADULT, (None,))] * 5,
    (LegalStanding(Signs.MEMBER, (PARENT,), of_age_at=DAYS[5]), (None,)),
    (LegalStanding(Signs.REPRESENTATIVE, (PARENT,), of_age_at=DAYS[5]), (PAULA,)),
    (LegalStanding(Signs.BOTH, (PARENT,), of_age_at=DAYS[5]), (None, PAULA)),
    (LegalStanding(representatives=(MOURNED,), died=True), (EXECUTOR,)),
]


began, ends = st.sampled_from(DAYS[:4]), st.sampled_from(DAYS[4:])
LEDGERS = {signer: ledgers(last) for signer, last in GRANTS.items()}


@st.composite
def drawn_consents(draw, ledger):
    fitting = ConsentFacts(
        id=LOOSE,
        disclosure=ITEM,
        version=VERSION,
        recipient=CLINIC,
        purposes=frozenset({"COC"}),
        effective=draw(began),
        expires=draw(ends),
        events=draw(ledger),
    )
    changed = replace(fitting, **(draw(consent_departures) | draw(consent_departures)))
    if changed.recipient in (PROVIDERS, EMPLOYERS):
        return replace(changed, recipient_is_class=True)
    return changed


CONSENTS = {signer: drawn_consents(ledger) for signer, ledger in LEDGERS.items()}
consents, signed_rightly = CONSENTS[None], st.sampled_from(SIGNED_RIGHTLY)


@st.composite
def drawn_subject(draw, member):
    """A member with a consent for each who has to sign, sometimes fewer, sometimes more."""
    standing, signing = draw(signed_rightly)
    given = [draw(CONSENTS[signer]) for signer in signing if draw(rarely_not)]
    if draw(rarely):
        given.append(draw(consents))
    if draw(rarely):
        standing = draw(standings)
    first = 10**10 * member.int  # no two consents share an id
    own = tuple(replace(one, id=UUID(int=first + n)) for n, one in enumerate(given))
    return SubjectFacts(member, draw(rarely_not), own, standing)


MEMBERS = (ANA, BEN, CARLA, DORA)
SUBJECTS = {member: drawn_subject(member) for member in MEMBERS}
how_many = st.integers(1, 3)


@st.composite
def drawn_items(draw):
    """An item about one to three members; its speaker, if it has one, is the first of them."""
    subjects = tuple(draw(SUBJECTS[member]) for member in MEMBERS[: draw(how_many)])
    return replace(ItemFacts(ITEM, VERSION, ANA, subjects), **draw(item_departures))


items = drawn_items()
questions = question_departures.map(
    lambda changed: replace(Question(CLINIC, "COC", NOON), **changed)
)
under_policy = st.builds(
    lambda question, policy: replace(question, policy=policy), questions, policies
)
asked = questions | questions | under_policy

# One item that goes out, on one grant.
GIVEN = EventFacts(1, Kind.GRANTED, authentic=True, at=DAYS[1], in_person=True)
PERMITTED = ConsentFacts(
    UUID(int=99), ITEM, VERSION, CLINIC, frozenset({"COC"}), DAYS[0], DAYS[6], (GIVEN,)
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


def every_event(item, **changed):
    return every_consent(
        item, lambda c: replace(c, events=tuple(replace(e, **changed) for e in c.events))
    )


def one_consent(item, data):
    """Draw a place of a consent in an item: whose it is, and which."""
    places = [(s, c) for s, who in enumerate(item.subjects) for c in range(len(who.consents))]
    assume(places)
    return data.draw(st.sampled_from(places))


def with_consent(item, place, change):
    s, c = place
    who = item.subjects[s]
    changed = (*who.consents[:c], change(who.consents[c]), *who.consents[c + 1 :])
    return with_subject(item, s, replace(who, consents=changed))


def appended(consent, kind, counter=AFTERWARDS, **more):
    return replace(consent, events=(*consent.events, EventFacts(counter, kind, **more)))
