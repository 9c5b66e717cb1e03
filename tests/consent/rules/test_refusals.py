"""Row 14 and reading 2: how far a no reaches, and what alone lifts it."""

from consent.kinds import Kind, Reason
from consent.rules import EventFacts, decide, standing_no
from tests.consent.rules.scene import (
    ASKED,
    DAY,
    DECLINED,
    EMPLOYERS,
    EXPIRED,
    GRANTED,
    HELD,
    INSTANT,
    INSURER,
    NOON,
    OLD_VERSION,
    PAULA,
    PERMIT,
    PROVIDERS,
    REVOKED,
    UNHELD,
    ana,
    ask,
    assert_decided,
    ben,
    consent,
    item,
    no,
    row,
    table,
    yes,
)

GIVEN_THEN_HELD_FOR_A_WHILE = yes(
    events=(
        EventFacts(1, GRANTED, authentic=True),
        EventFacts(3, HELD),
        EventFacts(4, UNHELD, authentic=True),
    )
)

REFUSALS = [
    row("row 14: Ana said no [D]", item(ana(no())), answer={Reason.REFUSED}),
    row(
        "row 14: a yes on another question does not outweigh a later no [D]",
        item(ana(yes(first=1), no(first=2))),
        answer={Reason.REFUSED},
    ),
    row(
        "row 14: a yes after the no supersedes it [D]",
        item(ana(no(first=1), yes(first=2))),
        answer=PERMIT,
    ),
    row(
        "row 14: a yes after the no, on the same question [D]",
        item(ana(consent(ASKED, DECLINED, GRANTED))),
        answer=PERMIT,
    ),
    row(
        "row 14: a yes after the no that was taken back again [D]",
        item(ana(yes(first=1), no(first=2), consent(GRANTED, REVOKED, first=3))),
        answer={Reason.REFUSED, Reason.REVOKED},
    ),
    row(
        "row 14: a yes after the no whose MAC does not hold [D]",
        item(ana(yes(first=1), no(first=2), yes(first=3, authentic=False))),
        answer={Reason.REFUSED},
    ),
    row(
        "row 14: Ben's later yes does not supersede Ana's no [D]",
        item(ana(yes(first=1), no(first=2)), ben(yes(first=3))),
        answer={Reason.REFUSED},
    ),
    row(
        "reading 2: the order is the ledger's, whatever the dates say",
        item(ana(yes(first=1, effective=NOON), no(first=2, effective=NOON - 9 * DAY))),
        answer={Reason.REFUSED},
    ),
    row(
        "reading 2: a no counts from its own moment, even for a time that is still to come",
        item(ana(yes(first=1), no(first=2, effective=NOON + DAY))),
        answer={Reason.REFUSED},
    ),
    row(
        "reading 2: a no to care reaches the parts of care",
        item(ana(yes(first=1), no(first=2, purposes="TREAT"))),
        answer={Reason.REFUSED},
    ),
    row(
        "reading 2: a no to care reaches breaking the glass too",
        item(ana(yes(first=1, purposes="BTG"), no(first=2, purposes="TREAT"))),
        ask(purpose="BTG"),
        answer={Reason.REFUSED},
    ),
    row(
        "reading 2: a no never reaches upwards",
        item(ana(yes(first=1, purposes="TREAT"), no(first=2, purposes="COC"))),
        ask(purpose="TREAT"),
        answer=PERMIT,
    ),
    row(
        "reading 2: a no never reaches sideways",
        item(ana(yes(first=1), no(first=2, purposes="HPAYMT"))),
        answer=PERMIT,
    ),
    row(
        "reading 2: a yes to a part does not lift a no to the whole",
        item(ana(no(first=1, purposes="TREAT"), yes(first=2, purposes="COC"))),
        answer={Reason.REFUSED},
    ),
    row(
        "reading 2: a yes to the whole lifts a no to the whole",
        item(ana(no(first=1, purposes="TREAT"), yes(first=2, purposes="TREAT"))),
        answer=PERMIT,
    ),
    row(
        "reading 2: the yes must name every refused purpose that reaches the asked one",
        item(ana(no(first=1, purposes="TREAT COC"), yes(first=2, purposes="TREAT"))),
        answer={Reason.REFUSED},
    ),
    row(
        "reading 2: refused purposes that do not reach the asked one need not be named",
        item(ana(no(first=1, purposes="COC HPAYMT"), yes(first=2, purposes="COC"))),
        answer=PERMIT,
    ),
    row(
        "reading 2: every no needs its own later yes",
        item(ana(no(first=1), yes(first=2), no(first=3))),
        answer={Reason.REFUSED},
    ),
    row(
        "reading 2: a no to the insurer leaves the clinic alone",
        item(ana(yes(first=1), no(first=2, to=INSURER))),
        answer=PERMIT,
    ),
    row(
        "reading 2: a later yes to the insurer does not lift a no to the clinic",
        item(ana(yes(first=1), no(first=2), yes(first=3, to=INSURER))),
        answer={Reason.REFUSED},
    ),
    row(
        "reading 2: a no belongs to the version asked about",
        item(ana(no(first=1, version=OLD_VERSION), yes(first=2), no(first=3, version=OLD_VERSION))),
        answer=PERMIT,
    ),
    row(
        "reading 2: a later yes to the old version does not lift a no to this one",
        item(ana(yes(first=1), no(first=2), yes(first=3, version=OLD_VERSION))),
        answer={Reason.REFUSED},
    ),
    row(
        "reading 2: a no to emergencies reaches breaking the glass, which is one",
        item(ana(yes(first=1, purposes="BTG"), no(first=2, purposes="ETREAT"))),
        ask(purpose="BTG"),
        answer={Reason.REFUSED},
    ),
    row(
        "reading 2: the end of a hold is no later yes",
        item(ana(no(first=2), GIVEN_THEN_HELD_FOR_A_WHILE)),
        answer={Reason.REFUSED},
    ),
    *(
        row(
            f"reading 2: {what} refusal is never superseded",
            item(ana(no(first=1, purposes=purposes), yes(first=2))),
            answer={Reason.REFUSED},
        )
        for what, purposes in (("a blanket", ""), ("an unreadable", "NONSENSE COC"))
    ),
    *(
        row(
            f"reading 2: a refusal stays one after the worker wrote {later.value}",
            item(ana(yes(first=1), consent(DECLINED, later, first=2))),
            answer={Reason.REFUSED},
        )
        for later in (EXPIRED, Kind.SUPERSEDED, Kind.DEFECT, ASKED)
    ),
    row(
        "reading 2: a later grant lifts a refusal also after a hold on it was lifted",
        item(ana(no(first=1), consent(GRANTED, HELD, UNHELD, first=2))),
        answer=PERMIT,
    ),
]

CLASSES = [
    row(
        "reading 2: a no to her employers reaches whoever is shown to be one",
        item(ana(yes(first=1), no(first=2, to=EMPLOYERS))),
        ask(classes=[EMPLOYERS]),
        answer={Reason.REFUSED},
    ),
    row(
        "reading 2: a no to her employers leaves alone who is shown to be none",
        item(ana(yes(first=1), no(first=2, to=EMPLOYERS))),
        ask(classes=[PROVIDERS]),
        answer=PERMIT,
    ),
    row(
        "reading 2: a yes to the clinic by name does not lift a no to its class",
        item(ana(no(first=1, to=EMPLOYERS), yes(first=2))),
        ask(classes=[EMPLOYERS]),
        answer={Reason.REFUSED},
    ),
    row(
        "reading 2: a yes to the class does not lift a no to the clinic by name",
        item(ana(no(first=1), yes(first=2, to=PROVIDERS))),
        ask(classes=[PROVIDERS]),
        answer={Reason.REFUSED},
    ),
    row(
        "reading 2: a yes to the class lifts a no to the class",
        item(ana(no(first=1, to=PROVIDERS), yes(first=2, to=PROVIDERS))),
        ask(classes=[PROVIDERS]),
        answer=PERMIT,
    ),
    row(
        "reading 2: a no to the clinic as a provider is one to the clinic in any class",
        item(ana(yes(first=1), no(first=2, recipient_class=PROVIDERS))),
        answer={Reason.REFUSED},
    ),
    row(
        "reading 2: a no to the insurer as a provider leaves other providers alone",
        item(ana(yes(first=1), no(first=2, to=INSURER, recipient_class=PROVIDERS))),
        ask(classes=[PROVIDERS]),
        answer=PERMIT,
    ),
    row(
        "reading 2: a yes that holds only in a class lifts no no outside it",
        item(ana(yes(first=1), no(first=2), yes(first=3, recipient_class=PROVIDERS))),
        answer={Reason.REFUSED},
    ),
]

WHAT_LIFTS = [
    row(
        "reading 2: a forged yes on the same question hides no no",
        item(ana(yes(first=1), consent(DECLINED, GRANTED, first=2, authentic=False))),
        answer={Reason.REFUSED},
    ),
    row(
        "reading 2: a void yes lifts nothing",
        item(ana(yes(first=1), no(first=2), yes(first=3, defects=frozenset({Reason.FALSE})))),
        answer={Reason.REFUSED},
    ),
    row(
        "reading 2: a yes signed by somebody without authority lifts nothing",
        item(ana(yes(first=1), no(first=2), yes(first=3, signer=PAULA))),
        answer={Reason.REFUSED},
    ),
    row(
        "reading 2: a later yes lifts a no while it lasts",
        item(ana(yes(first=1), no(first=2), yes(first=3, expires=NOON))),
        ask(at=NOON - INSTANT),
        answer=PERMIT,
    ),
    row(
        "reading 2: when the later yes has ended, the no is there again",
        item(ana(yes(first=1), no(first=2), yes(first=3, expires=NOON))),
        answer={Reason.REFUSED},
    ),
    row(
        "reading 2: a later yes lifts a no from its beginning on",
        item(ana(yes(first=1), no(first=2), yes(first=3, effective=NOON + DAY))),
        answer={Reason.REFUSED},
    ),
    row(
        "reading 2: a yes for a proceeding lifts no ordinary no",
        item(ana(yes(first=1), no(first=2), yes(first=3, for_proceedings=True))),
        answer={Reason.REFUSED},
    ),
    row(
        "reading 2: a no that a representative signed counts without authority",
        item(ana(yes(first=1), no(first=2, signer=PAULA))),
        answer={Reason.REFUSED},
    ),
    row(
        "reading 12: a refusal and a taking back are both said, whichever is read first",
        item(ana(yes(first=1), no(first=2), consent(REVOKED, first=3, purposes="TREAT"))),
        answer={Reason.REFUSED, Reason.REVOKED},
    ),
]


@table(*REFUSALS, *CLASSES, *WHAT_LIFTS)
def test_how_far_a_no_reaches(facts, question, answer):
    assert_decided(facts, question, answer)


def test_reading_2_a_permit_ends_with_the_yes_that_lifted_a_no():
    facts = item(ana(yes(first=1), no(first=2), yes(first=3, expires=NOON + DAY)))

    assert decide(facts, ask()).until == NOON + DAY


def test_row_14_the_standing_no_of_one_member_is_said_by_itself():
    said_no, said_yes = ana(no()), ana(no(first=1), yes(first=2))

    assert standing_no(said_no, item(said_no), ask()) is Reason.REFUSED
    assert standing_no(said_yes, item(said_yes), ask()) is None
