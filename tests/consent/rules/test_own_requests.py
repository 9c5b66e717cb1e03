"""Rows 39 to 41, reading 4: a member asks for their own words, or for another's."""

from consent.kinds import Reason
from consent.rules import Block, HousePolicyFacts, LegalStanding, Signs
from tests.consent.rules.scene import (
    ANA,
    ANA_HERSELF,
    BEN,
    BEN_HIMSELF,
    PAULA,
    PERMIT,
    ana,
    ask,
    assert_decided,
    ben,
    item,
    representative,
    row,
    table,
    yes,
)

BLOCKED = HousePolicyFacts(blocks=(Block("PATRQT"),))


def by_ana(**more):
    return ask(to=ANA_HERSELF, purpose="PATRQT", asker=ANA, **more)


def by_ben():
    return ask(to=BEN_HIMSELF, purpose="PATRQT", asker=BEN)


def to_ana(**more):
    return yes(to=ANA_HERSELF, purposes="PATRQT", **more)


def to_ben(**more):
    return yes(to=BEN_HIMSELF, purposes="PATRQT", **more)


def mother(*, may_read):
    return LegalStanding(Signs.REPRESENTATIVE, (representative(PAULA, may_read=may_read),))


OWN_REQUESTS = [
    row(
        "row 39: Ana asks for her own words [524(a)(1)(i); ACA B.6.e]",
        item(ana(to_ana())),
        by_ana(),
        answer=PERMIT,
    ),
    row(
        "row 39: asking is a grant to herself, signed like any other [524(a)(1)(i); reading 4]",
        item(ana()),
        by_ana(),
        answer={Reason.NO_CONSENT},
    ),
    row(
        "row 39: what she allows the clinic is no request of her own [reading 4]",
        item(ana(yes())),
        by_ana(),
        answer={Reason.PURPOSE_MISMATCH, Reason.RECIPIENT_MISMATCH},
    ),
    row(
        "row 39: the house lets nobody have them so [reading 9]",
        item(ana(to_ana())),
        by_ana(policy=BLOCKED),
        answer={Reason.HOUSE_POLICY},
    ),
    row(
        "row 40: Ana asks for what she said about Ben; he has not allowed it [ACA B.6.e]",
        item(ana(to_ana()), ben()),
        by_ana(),
        answer={Reason.NO_CONSENT, Reason.SUBJECT_CONSENT_MISSING},
    ),
    row(
        "row 40: Ana asks for what she said about Ben, and he allows it [ACA B.6.e]",
        item(ana(to_ana()), ben(to_ana())),
        by_ana(),
        answer=PERMIT,
    ),
    row(
        "row 40: Ben asks for what Ana said about him; she lets nobody be shown it "
        "[GDPR 15(4); 524(a)(3)(ii)]",
        item(ana(), ben(to_ben())),
        by_ben(),
        answer={Reason.NO_CONSENT, Reason.NOT_SHOWABLE, Reason.SUBJECT_CONSENT_MISSING},
    ),
    row(
        "row 40: Ben asks for what Ana said about him; she lets the clinic have it "
        "[GDPR 15(4); 524(a)(3)(ii)]",
        item(ana(yes()), ben(to_ben())),
        by_ben(),
        answer={
            Reason.PURPOSE_MISMATCH,
            Reason.RECIPIENT_MISMATCH,
            Reason.SUBJECT_CONSENT_MISSING,
        },
    ),
    row(
        "row 41: Ben asks for Ana's words; he is a recipient like any other [AAMFT 2.2]",
        item(ana(yes())),
        by_ben(),
        answer={Reason.PURPOSE_MISMATCH, Reason.RECIPIENT_MISMATCH},
    ),
    row(
        "row 41: Ana allows Ben to have her words [AAMFT 2.2]",
        item(ana(to_ben())),
        by_ben(),
        answer=PERMIT,
    ),
    row(
        "reading 4: her mother signs the request, and may read",
        item(ana(to_ana(signer=PAULA), standing=mother(may_read=True))),
        by_ana(),
        answer=PERMIT,
    ),
    row(
        "reading 4: her mother signs the request, and may decide but not read",
        item(ana(to_ana(signer=PAULA), standing=mother(may_read=False))),
        by_ana(),
        answer={Reason.MAY_NOT_READ},
    ),
    row(
        "reading 4: her mother, who may not read, decides about a request of somebody else",
        item(ana(yes(signer=PAULA), standing=mother(may_read=False))),
        answer=PERMIT,
    ),
    row(
        "reading 4: her mother, who may not read, decides about a request of Ben's",
        item(ana(to_ben(signer=PAULA), standing=mother(may_read=False))),
        by_ben(),
        answer=PERMIT,
    ),
]


@table(*OWN_REQUESTS)
def test_who_asks_for_words_of_their_group(facts, question, answer):
    assert_decided(facts, question, answer)
