"""What an item must be to go out at all: rows 18, 22 to 24, 26, 42, 55, and the house's own."""

from dataclasses import replace
from uuid import UUID

import pytest

from consent.kinds import Reason
from consent.rules import ItemKind, Outsiders, decide
from tests.consent.rules.scene import (
    ANA,
    BEN,
    INSURER,
    OLD_VERSION,
    PERMIT,
    ana,
    ask,
    assert_decided,
    ben,
    item,
    no,
    note,
    row,
    table,
    yes,
)

REDACTED = [
    row(
        "row 18: a copy in which Ben cannot be recognised, and Ana allows it [APA guideline 11; D]",
        item(ana(yes())),
        answer=PERMIT,
    ),
    row(
        "row 18: nobody has looked at the copy a second time [APA guideline 11; D]",
        item(ana(yes()), unchecked_redaction=True),
        answer={Reason.REDACTION_UNCHECKED},
    ),
    row(
        "row 18: Ana's yes to the whole is none to the copy [APA guideline 11; D]",
        item(ana(yes(disclosure=UUID(int=50), version=UUID(int=51)))),
        answer={Reason.ITEM_NOT_COVERED},
    ),
]

OUTSIDERS = [
    row(
        "row 22: her husband is named, and somebody looked whether he must be [524(a)(2)(v)]",
        item(ana(yes()), outsiders=Outsiders.REVIEWED),
        answer=PERMIT,
    ),
    row(
        "row 22: her husband is named, and nobody has looked [524(a)(2)(v)]",
        item(ana(yes()), outsiders=Outsiders.UNREVIEWED),
        answer={Reason.OUTSIDER},
    ),
    row(
        "row 22: her husband would have to consent, and nobody can ask him [GDPR 15(4)]",
        item(ana(yes()), outsiders=Outsiders.MUST_CONSENT),
        answer={Reason.OUTSIDER},
    ),
]

KINDS = [
    row(
        "row 26: a group note has no way out [APA guideline 11; D]",
        note(kind=ItemKind.GROUP_NOTE),
        answer={Reason.GROUP_NOTE},
    ),
    row(
        "row 26: a group note has no way out, whoever would allow it [APA guideline 11; D]",
        note(ana(yes()), kind=ItemKind.GROUP_NOTE),
        answer={Reason.GROUP_NOTE},
    ),
    row(
        "row 26: a kind that the gate does not know has none either [D]",
        item(ana(yes()), kind="poem"),
        answer={Reason.GROUP_NOTE},
    ),
    row(
        "row 42: the insurer asks for what she said [508(a)(2)]",
        item(ana()),
        ask(to=INSURER, purpose="HPAYMT"),
        answer={Reason.NO_CONSENT},
    ),
    row(
        "row 42: the insurer asks for a progress note, which law would let it have [508(a)(2); D]",
        note(ana(), kind=ItemKind.PROGRESS_NOTE),
        ask(to=INSURER, purpose="HPAYMT"),
        answer={Reason.NO_CONSENT},
    ),
    row(
        "row 42: she allows the insurer a progress note [508(a)(2); reading 5]",
        note(ana(yes(to=INSURER, purposes="HPAYMT")), kind=ItemKind.PROGRESS_NOTE),
        ask(to=INSURER, purpose="HPAYMT"),
        answer=PERMIT,
    ),
]

THE_HOUSE = [
    row(
        "R10: entered in error",
        item(ana(yes()), entered_in_error=True),
        answer={Reason.ENTERED_IN_ERROR},
    ),
    row(
        "reading 12: the releaser may not read it",
        item(ana(yes()), releaser_may_read=False),
        answer={Reason.NOT_PERMITTED},
    ),
    row(
        "reading 12: the releaser may read but not release it",
        item(ana(yes()), releaser_may_release=False),
        answer={Reason.NOT_PERMITTED},
    ),
    row(
        "reading 12: who may not read is told so beside every other reason",
        item(ana(), releaser_may_read=False),
        answer={Reason.NOT_PERMITTED, Reason.NO_CONSENT},
    ),
    row(
        "R18: the right to release follows from the consents, so theirs is the reason",
        item(ana(), releaser_may_release=False),
        answer={Reason.NO_CONSENT},
    ),
    row(
        "row 55: ledger, clock or trail cannot be relied on [D; PCF]",
        item(ana(yes())),
        ask(record_available=False),
        answer={Reason.RECORD_UNAVAILABLE},
    ),
    row(
        "reading 12: the practice is frozen",
        item(ana(yes())),
        ask(frozen=True),
        answer={Reason.FROZEN},
    ),
    row(
        "reading 12: frozen is said beside every other reason",
        item(ana(no())),
        ask(frozen=True),
        answer={Reason.FROZEN, Reason.REFUSED},
    ),
]


@table(*REDACTED, *OUTSIDERS, *KINDS, *THE_HOUSE)
def test_what_an_item_must_be_to_go_out(facts, question, answer):
    assert_decided(facts, question, answer)


SAID = {
    "Ana's own, allowed": item(ana(yes())),
    "Ana's own, refused": item(ana(no())),
    "of both, allowed by both": item(ana(yes()), ben(yes())),
    "of both, allowed by one": item(ana(yes()), ben()),
    "edited since": item(ana(yes(version=OLD_VERSION))),
}


@pytest.mark.parametrize("leaves_out", [None, *SAID])
def test_row_23_a_session_is_decided_item_by_item_whatever_lies_beside_it(leaves_out):
    evening = {name: facts for name, facts in SAID.items() if name != leaves_out}

    out = {name for name, facts in evening.items() if decide(facts, ask()).permits}

    assert out == {"Ana's own, allowed", "of both, allowed by both"} - {leaves_out}


def test_row_24_who_is_in_a_group_is_an_item_like_any_other_and_needs_everybody():
    roster = note(ana(yes()), ben(yes()), kind=ItemKind.SUMMARY)

    assert decide(roster, ask()).permits
    for one, other in ((ANA, BEN), (BEN, ANA)):
        silent = tuple(
            replace(who, consents=()) if who.member == one else who for who in roster.subjects
        )
        assert decide(replace(roster, subjects=silent), ask()).reasons == (
            Reason.NO_CONSENT,
            Reason.SUBJECT_CONSENT_MISSING,
        ), other
