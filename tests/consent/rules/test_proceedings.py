"""Row 51, readings 6 and 11: consents for a proceeding stand alone."""

from consent.kinds import Reason
from tests.consent.rules.scene import PERMIT, ana, ask, assert_decided, item, row, table, yes


def court(purpose="HLEGAL"):
    return ask(purpose=purpose, proceeding=True)


def for_court(**more):
    return yes(**{"purposes": "HLEGAL", "for_proceedings": True, **more})


PROCEEDINGS = [
    row(
        "row 51: a consent for this proceeding and nothing else [2.31(d)]",
        item(ana(for_court()), part2=True),
        court(),
        answer=PERMIT,
    ),
    row(
        "row 51: an ordinary consent in a proceeding [2.12(d); 2.31(d)]",
        item(ana(yes(purposes="HLEGAL")), part2=True),
        court(),
        answer={Reason.PROCEEDING_CONSENT_MISSING},
    ),
    row(
        "row 51: an ordinary consent in a proceeding, outside Part 2 [2.31(d); D]",
        item(ana(yes(purposes="HLEGAL"))),
        court(),
        answer={Reason.PROCEEDING_CONSENT_MISSING},
    ),
    row(
        "reading 11: a consent for a proceeding serves no other use [2.31(d)]",
        item(ana(for_court())),
        ask(purpose="HLEGAL"),
        answer={Reason.PURPOSE_MISMATCH},
    ),
    row(
        "reading 11: a consent for a proceeding and for care on one paper [2.31(d)]",
        item(ana(for_court(purposes="HLEGAL COC"))),
        court(),
        answer={Reason.COMPOUND},
    ),
    row(
        "reading 6: a proceeding is reached by no wider purpose [D]",
        item(ana(for_court(purposes="HOPERAT"))),
        court(),
        answer={Reason.PURPOSE_MISMATCH},
    ),
    row(
        "reading 6: legal use outside a proceeding, named itself [D]",
        item(ana(yes(purposes="HLEGAL"))),
        ask(purpose="HLEGAL"),
        answer=PERMIT,
    ),
]


@table(*PROCEEDINGS)
def test_consents_for_a_proceeding_stand_alone(facts, question, answer):
    assert_decided(facts, question, answer)
