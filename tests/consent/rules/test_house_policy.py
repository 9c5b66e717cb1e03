"""Reading 9: a practice may be stricter than the rules, never laxer."""

from datetime import timedelta

from consent.kinds import Reason
from consent.rules import Block, EventFacts, HousePolicyFacts, decide
from tests.consent.rules.scene import (
    DAY,
    EMPLOYERS,
    GRANTED,
    HELD,
    INSTANT,
    NOON,
    PERMIT,
    PROVIDERS,
    UNHELD,
    ana,
    ask,
    assert_decided,
    ben,
    item,
    no,
    row,
    table,
    yes,
)

WEEK = HousePolicyFacts(longest=timedelta(days=7))
COOLING = HousePolicyFacts(cooling_off=timedelta(days=2))
IN_PERSON = HousePolicyFacts(in_person=True)


def under(policy, **more):
    return ask(policy=policy, **more)


def blocked(never, to_class=None, **more):
    return ask(policy=HousePolicyFacts(blocks=(Block(never, to_class),)), **more)


def confirmed(*later, in_person=True, authentic=True):
    """Granted online, held, and no longer held since somebody confirmed it."""
    return yes(
        events=(
            EventFacts(1, GRANTED, authentic=True, at=NOON - DAY),
            EventFacts(2, HELD, at=NOON - DAY),
            EventFacts(3, UNHELD, authentic=authentic, at=NOON - DAY, in_person=in_person),
            *later,
        )
    )


POLICY = [
    row(
        "reading 9: the last instant of the longest period, counted from the grant",
        item(ana(yes(at=NOON - timedelta(days=7) + INSTANT))),
        under(WEEK),
        answer=PERMIT,
    ),
    row(
        "reading 9: the instant the longest period is over",
        item(ana(yes(at=NOON - timedelta(days=7)))),
        under(WEEK),
        answer={Reason.HOUSE_POLICY},
    ),
    row(
        "reading 9: a longest period prolongs nothing",
        item(ana(yes(at=NOON - DAY, expires=NOON))),
        under(WEEK),
        answer={Reason.EXPIRED},
    ),
    row(
        "reading 9: the last instant of thinking it over",
        item(ana(yes(at=NOON - timedelta(days=2) + INSTANT))),
        under(COOLING),
        answer={Reason.HOUSE_POLICY},
    ),
    row(
        "reading 9: the instant when a grant begins to count",
        item(ana(yes(at=NOON - timedelta(days=2)))),
        under(COOLING),
        answer=PERMIT,
    ),
    row(
        "reading 9: a grant that does not count yet lifts no no",
        item(ana(yes(first=1), no(first=2), yes(first=3, at=NOON - DAY))),
        under(COOLING),
        answer={Reason.REFUSED},
    ),
    row(
        "reading 9: given in person",
        item(ana(yes(in_person=True))),
        under(IN_PERSON),
        answer=PERMIT,
    ),
    row(
        "reading 9: given online and confirmed nowhere",
        item(ana(yes())),
        under(IN_PERSON),
        answer={Reason.HOUSE_POLICY},
    ),
    row(
        "reading 9: given online, confirmed in person",
        item(ana(confirmed())),
        under(IN_PERSON),
        answer=PERMIT,
    ),
    row(
        "reading 9: given online, confirmed online",
        item(ana(confirmed(in_person=False))),
        under(IN_PERSON),
        answer={Reason.HOUSE_POLICY},
    ),
    row(
        "reading 9: a confirmation does not outlive the grant it confirmed",
        item(ana(confirmed(EventFacts(4, GRANTED, authentic=True, at=NOON - DAY)))),
        under(IN_PERSON),
        answer={Reason.HOUSE_POLICY},
    ),
    row(
        "reading 9: a confirmation whose MAC does not hold",
        item(ana(confirmed(authentic=False))),
        under(IN_PERSON),
        answer={Reason.REVOKED, Reason.UNREADABLE},
    ),
    *(
        row(
            f"reading 9: under {name} a grant without a day counts for nothing",
            item(ana(yes(at=None, in_person=True))),
            under(policy),
            answer={Reason.HOUSE_POLICY},
        )
        for name, policy in (
            ("a longest period", WEEK),
            ("a time to think", COOLING),
            ("a rule of presence", IN_PERSON),
        )
    ),
    row(
        "reading 9: without a policy a grant needs no day",
        item(ana(yes(at=None))),
        under(HousePolicyFacts()),
        answer=PERMIT,
    ),
    row(
        "reading 9: of two grants one is too old",
        item(ana(yes(at=NOON - DAY)), ben(yes())),
        under(WEEK),
        answer={Reason.HOUSE_POLICY, Reason.SUBJECT_CONSENT_MISSING},
    ),
    row(
        "reading 9: a block withholds what everybody allows",
        item(ana(yes())),
        blocked("COC"),
        answer={Reason.HOUSE_POLICY},
    ),
    row(
        "reading 9: a block of care reaches its parts, breaking the glass too",
        item(ana(yes(purposes="BTG"))),
        blocked("TREAT", purpose="BTG"),
        answer={Reason.HOUSE_POLICY},
    ),
    row(
        "reading 9: a block never reaches upwards",
        item(ana(yes(purposes="TREAT"))),
        blocked("COC", purpose="TREAT"),
        answer=PERMIT,
    ),
    row(
        "reading 9: a block of a purpose that nobody knows blocks all",
        item(ana(yes())),
        blocked("NONSENSE"),
        answer={Reason.HOUSE_POLICY},
    ),
    row(
        "reading 9: employers are blocked, and it is one",
        item(ana(yes())),
        blocked(None, EMPLOYERS, classes=[EMPLOYERS]),
        answer={Reason.HOUSE_POLICY},
    ),
    row(
        "reading 9: employers are blocked, and nobody knows what it is",
        item(ana(yes())),
        blocked(None, EMPLOYERS),
        answer={Reason.HOUSE_POLICY},
    ),
    row(
        "reading 9: employers are blocked, and it is a provider",
        item(ana(yes())),
        blocked(None, EMPLOYERS, classes=[PROVIDERS]),
        answer=PERMIT,
    ),
]


@table(*POLICY)
def test_a_practice_may_be_stricter(facts, question, answer):
    assert_decided(facts, question, answer)


def test_reading_9_a_permit_ends_with_the_longest_period():
    facts = item(ana(yes(at=NOON - DAY)))

    assert decide(facts, under(WEEK)).until == NOON + timedelta(days=6)
