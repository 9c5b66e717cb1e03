"""Rows 43 to 54, reading 8: what may go out without consent, on which ground, and for whom."""

import pytest

from consent.kinds import Reason
from consent.rules import HousePolicyFacts, ItemKind
from consent.rules.overrides import NEEDED, Basis, Claim, Fact, OverrideDecision, decide_override
from tests.consent.rules.scene import (
    ANA,
    BEN,
    CARLA,
    CLINIC,
    DECLINED,
    EMPLOYERS,
    GRANTED,
    OLD_VERSION,
    OTHER_VERSION,
    PAULA,
    PETER,
    VERSION,
    ana,
    ben,
    consent,
    item,
    no,
    note,
    yes,
)

FAY, SUE = PAULA, PETER  # Fay asks, Sue is the second person
STATED = {Fact.REASON, Fact.MINIMUM}
IMMINENT_DANGER = STATED | {Fact.SERIOUS, Fact.IMMINENT, Fact.RECIPIENT_CAN_PREVENT}
EMERGENCY = STATED | {
    Fact.MEDICAL_PERSONNEL,
    Fact.CONSENT_UNOBTAINABLE,
    Fact.RECIPIENT_AND_FACILITY,
    Fact.DISCLOSER,
    Fact.DATE_AND_TIME,
    Fact.NATURE_OF_EMERGENCY,
}
REPORT = STATED | {Fact.REPORT_ONLY}
ORDER = STATED | {
    Fact.SIGNED_BY_JUDGE,
    Fact.ONLY_WHAT_IS_ORDERED,
    Fact.COUNSEL_TOLD,
    Fact.MEMBER_TOLD,
}
SUBPART_E = {Fact.SUBPART_E_ORDER, Fact.COMPULSION}
EVERYTHING = frozenset(Fact)

ITEM = item(ana())
PART2 = item(ana(), part2=True)


def claim(basis, facts=EVERYTHING, **more):
    """Fay asks on this ground, about Ana, and Sue has approved."""
    given = {
        "version": VERSION,
        "requester": FAY,
        "requester_may": True,
        "recipient": CLINIC,
        "involved": frozenset({ANA}),
        "approver": SUE,
        "approver_may": True,
    }
    return Claim(basis, facts=frozenset(facts), **(given | more))


def urgent(basis, facts=EVERYTHING, **more):
    return claim(basis, facts, approver=None, approver_may=False, urgent=True, **more)


def holds(name, facts, made, as_basis=None, shown=(ANA,)):
    answer = OverrideDecision(basis=as_basis or made.basis, shown=frozenset(shown))
    return pytest.param(facts, made, answer, id=name)


def fails(name, facts, made, *reasons):
    return pytest.param(facts, made, OverrideDecision(reasons=reasons), id=name)


def lacking(basis, needed, name, facts=ITEM, **more):
    """A claim for each fact without which the basis does not hold."""
    return [
        fails(
            f"{name.format(missing=missing.value)}",
            facts,
            claim(basis, needed - {missing}, **more),
            Reason.OVERRIDE_INCOMPLETE,
        )
        for missing in sorted(needed)
    ]


ALL_OF_US = item(ana(), ben())

DANGER = [
    holds(
        "row 43: a serious and imminent threat, told to somebody who can prevent it "
        "[512(j)(1)(i); 508(a)(2)(ii)]",
        ITEM,
        claim(Basis.THREAT, IMMINENT_DANGER),
    ),
    *lacking(
        Basis.THREAT, IMMINENT_DANGER, "row 43: a threat without this recorded: {missing} [512(j)]"
    ),
    holds(
        "row 43: only who is involved is shown, the other is cut out [508(a)(2)(ii); reading 8]",
        ALL_OF_US,
        claim(Basis.THREAT, IMMINENT_DANGER),
    ),
    holds(
        "row 43: both are involved [508(a)(2)(ii)]",
        ALL_OF_US,
        claim(Basis.THREAT, IMMINENT_DANGER, involved=frozenset({ANA, BEN})),
        shown=(ANA, BEN),
    ),
    fails(
        "row 43: nobody is involved [508(a)(2)(ii)]",
        ITEM,
        claim(Basis.THREAT, IMMINENT_DANGER, involved=frozenset()),
        Reason.OVERRIDE_INCOMPLETE,
    ),
    fails(
        "row 43: somebody is involved whom the item does not concern [508(a)(2)(ii)]",
        ITEM,
        claim(Basis.THREAT, IMMINENT_DANGER, involved=frozenset({ANA, CARLA})),
        Reason.OVERRIDE_INCOMPLETE,
    ),
    fails(
        "row 44: she told of past violence, and the police ask [512(j)(2)]",
        ITEM,
        claim(Basis.PAST_VIOLENCE),
        Reason.PAST_VIOLENCE,
    ),
    holds(
        "row 45: Part 2, a medical emergency, and nobody can be asked [2.51]",
        PART2,
        claim(Basis.MEDICAL_EMERGENCY, EMERGENCY),
    ),
    *lacking(
        Basis.MEDICAL_EMERGENCY,
        EMERGENCY,
        "row 45: an emergency without this recorded: {missing} [2.51(c)]",
        PART2,
    ),
    holds(
        "reading 8: outside Part 2 a medical emergency is a threat",
        ITEM,
        claim(Basis.MEDICAL_EMERGENCY, IMMINENT_DANGER),
        as_basis=Basis.THREAT,
    ),
    fails(
        "reading 8: outside Part 2 the facts of 2.51 alone do not show a threat",
        ITEM,
        claim(Basis.MEDICAL_EMERGENCY, EMERGENCY),
        Reason.OVERRIDE_INCOMPLETE,
    ),
    fails(
        "row 46: Part 2, and a threat [2.12(c)(5); 2.63]",
        PART2,
        claim(Basis.THREAT),
        Reason.PART2_NO_DUTY_TO_WARN,
    ),
    holds(
        "row 47: a child is being abused [512(b)(1)(ii)]",
        ITEM,
        claim(Basis.MANDATED_REPORT, REPORT),
    ),
    holds(
        "row 47: a child is being abused, Part 2: the report [2.12(c)(6)]",
        PART2,
        claim(Basis.MANDATED_REPORT, REPORT),
    ),
    *lacking(
        Basis.MANDATED_REPORT, REPORT, "row 47: more than the report: {missing} [2.12(c)(6)]", PART2
    ),
    holds("row 48: an old man is being abused [512(c)]", ITEM, claim(Basis.ELDER_ABUSE, REPORT)),
    fails(
        "row 48: an old man is being abused, Part 2 [512(c); reading 8]",
        PART2,
        claim(Basis.ELDER_ABUSE),
        Reason.PART2_UNIDENTIFIED_ONLY,
    ),
]

COURTS = [
    holds(
        "row 49: a judge ordered it [512(e)(1)(i), 512(a); ACA B.2.d]",
        ITEM,
        claim(Basis.COURT_ORDER, ORDER),
    ),
    *lacking(Basis.COURT_ORDER, ORDER, "row 49: ordered, but not this: {missing} [512(e)(1)(i)]"),
    fails(
        "row 50: a subpoena without an order [512(e)(1)(ii); 2.61(b)]",
        ITEM,
        claim(Basis.SUBPOENA),
        Reason.SUBPOENA_ONLY,
    ),
    holds(
        "row 51: Part 2, an order under subpart E that compels [2.61-2.65]",
        PART2,
        claim(Basis.COURT_ORDER, ORDER | SUBPART_E),
    ),
    *lacking(
        Basis.COURT_ORDER, ORDER | SUBPART_E, "row 51: Part 2, without {missing} [2.61-2.65]", PART2
    ),
    holds(
        "row 52: an agency oversees the practice [508(a)(2)]", ITEM, claim(Basis.OVERSIGHT, STATED)
    ),
    holds("row 52: a coroner asks [508(a)(2)]", ITEM, claim(Basis.CORONER, STATED)),
    holds(
        "row 52: a suit that she brought [508(a)(2)]",
        ITEM,
        claim(Basis.LEGAL_DEFENSE, STATED, suing=frozenset({ANA})),
    ),
    fails(
        "row 52: a suit that somebody else brought [508(a)(2)]",
        ITEM,
        claim(Basis.LEGAL_DEFENSE, STATED, suing=frozenset({BEN})),
        Reason.OVERRIDE_INCOMPLETE,
    ),
    fails(
        "row 52: a suit that one of two brought [508(a)(2); reading 8]",
        ALL_OF_US,
        claim(Basis.LEGAL_DEFENSE, STATED, suing=frozenset({ANA}), involved=frozenset({ANA, BEN})),
        Reason.OVERRIDE_INCOMPLETE,
    ),
    holds(
        "row 52: Part 2, an audit of the program [2.53]",
        PART2,
        claim(Basis.OVERSIGHT, STATED | {Fact.AUDIT_OF_THE_PROGRAM}),
    ),
    *lacking(
        Basis.OVERSIGHT,
        STATED | {Fact.AUDIT_OF_THE_PROGRAM},
        "row 52: Part 2, oversight without {missing} [2.53]",
        PART2,
    ),
    holds(
        "row 52: Part 2, the cause of a death [2.15(b)]",
        PART2,
        claim(Basis.CORONER, STATED | {Fact.CAUSE_OF_DEATH}),
    ),
    *lacking(
        Basis.CORONER,
        STATED | {Fact.CAUSE_OF_DEATH},
        "row 52: Part 2, a coroner without {missing} [2.15(b)]",
        PART2,
    ),
    holds(
        "reading 8: Part 2, a suit that she brought, with order and compulsion [2.61-2.65]",
        PART2,
        claim(Basis.LEGAL_DEFENSE, ORDER | SUBPART_E, suing=frozenset({ANA})),
    ),
    *lacking(
        Basis.LEGAL_DEFENSE,
        ORDER | SUBPART_E,
        "reading 8: Part 2, a suit that she brought, without {missing} [2.61-2.65]",
        PART2,
        suing=frozenset({ANA}),
    ),
]

REFUSED_EVEN_THEN = item(ana(no(purposes="ETREAT")))
NOTED = IMMINENT_DANGER | {Fact.REFUSAL_NOTED}

REFUSALS = [
    holds(
        "row 53: she refused even this; noted, and a second person agrees [512(j); D]",
        REFUSED_EVEN_THEN,
        claim(Basis.THREAT, NOTED),
    ),
    fails(
        "row 53: she refused even this, and nobody noted it [512(j); D]",
        REFUSED_EVEN_THEN,
        claim(Basis.THREAT, IMMINENT_DANGER),
        Reason.OVERRIDE_INCOMPLETE,
    ),
    fails(
        "row 53: she refused even this; no second person has agreed, however urgent [512(j); D]",
        REFUSED_EVEN_THEN,
        urgent(Basis.THREAT, NOTED),
        Reason.OVERRIDE_INCOMPLETE,
    ),
    *(
        fails(
            f"row 53: {what} is a refusal of emergencies too [D; reading 2]",
            item(ana(refusal)),
            urgent(Basis.THREAT, NOTED),
            Reason.OVERRIDE_INCOMPLETE,
        )
        for what, refusal in (
            ("a no to all care", no(purposes="TREAT")),
            ("a no to breaking the glass", no(purposes="BTG")),
            ("a no that names no purpose", no(purposes="")),
            ("a no that nobody can read", no(purposes="NONSENSE")),
            ("a no to somebody else", no(purposes="ETREAT", to=EMPLOYERS)),
            ("a no to older words", no(purposes="ETREAT", version=OLD_VERSION)),
            ("a no that a yes lifted for one", consent(DECLINED, GRANTED, purposes="ETREAT")),
        )
    ),
    holds(
        "row 53: a no to the insurer's purposes is none [D]",
        item(ana(no(purposes="HPAYMT"))),
        urgent(Basis.THREAT, IMMINENT_DANGER),
    ),
    fails(
        "row 53: she said so on paper [D]",
        ITEM,
        urgent(Basis.THREAT, NOTED, refused_emergencies=frozenset({ANA})),
        Reason.OVERRIDE_INCOMPLETE,
    ),
    holds(
        "row 53: another refused, who is not shown [reading 8]",
        item(ana(), ben(no(purposes="ETREAT"))),
        urgent(Basis.THREAT, IMMINENT_DANGER),
    ),
    holds(
        "row 53: a report that must be made does not ask [reading 8]",
        REFUSED_EVEN_THEN,
        urgent(Basis.MANDATED_REPORT, REPORT),
    ),
]

PEOPLE = [
    fails(
        "row 54: it was used, ended, or not let out in its time [D]",
        ITEM,
        claim(Basis.THREAT, over=True),
        Reason.OVERRIDE_OVER,
    ),
    *(
        fails(
            f"row 54: {what} [D]",
            ITEM,
            claim(Basis.THREAT, **lacks),
            Reason.OVERRIDE_INCOMPLETE,
        )
        for what, lacks in (
            ("who asks has no such role", {"requester_may": False}),
            ("no recipient is named", {"recipient": None}),
            ("no second person", {"approver": None}),
            ("the second person is the first", {"approver": FAY}),
            ("the second person has no such role", {"approver_may": False}),
            ("no reason is given", {"facts": EVERYTHING - {Fact.REASON}}),
        )
    ),
    *(
        holds(f"row 54: urgent, so the second person may follow: {basis} [D]", facts, urgent(basis))
        for basis, facts in (
            (Basis.THREAT, ITEM),
            (Basis.MEDICAL_EMERGENCY, PART2),
            (Basis.MANDATED_REPORT, ITEM),
            (Basis.ELDER_ABUSE, ITEM),
        )
    ),
    *(
        fails(
            f"row 54: a paper is never so urgent: {basis} [D]",
            ITEM,
            urgent(basis, suing=frozenset({ANA})),
            Reason.OVERRIDE_INCOMPLETE,
        )
        for basis in (Basis.COURT_ORDER, Basis.OVERSIGHT, Basis.CORONER, Basis.LEGAL_DEFENSE)
    ),
    fails(
        "row 54: urgent, and approved by who asks [reading 8]",
        ITEM,
        claim(Basis.THREAT, urgent=True, approver=FAY),
        Reason.OVERRIDE_INCOMPLETE,
    ),
    fails(
        "reading 9: the practice wants a second person, however urgent",
        ITEM,
        urgent(Basis.THREAT, policy=HousePolicyFacts(second_person=True)),
        Reason.OVERRIDE_INCOMPLETE,
    ),
]

THE_HOUSE = [
    fails(
        "row 55: the trail is down, also where a report must be made [D; reading 10]",
        ITEM,
        urgent(Basis.MANDATED_REPORT, record_available=False),
        Reason.RECORD_UNAVAILABLE,
    ),
    fails("reading 12: frozen", ITEM, urgent(Basis.THREAT, frozen=True), Reason.FROZEN),
    fails(
        "row 26: not even a court gets a group note [reading 5]",
        note(ana(), kind=ItemKind.GROUP_NOTE),
        claim(Basis.COURT_ORDER),
        Reason.GROUP_NOTE,
    ),
    fails(
        "R10: entered in error",
        item(ana(), entered_in_error=True),
        claim(Basis.THREAT),
        Reason.ENTERED_IN_ERROR,
    ),
    fails(
        "row 18: a copy that nobody looked at twice [reading 12]",
        item(ana(), unchecked_redaction=True),
        claim(Basis.THREAT),
        Reason.REDACTION_UNCHECKED,
    ),
    fails(
        "row 21: nobody knows whom it concerns [D]",
        item(ana(), subjects_resolved=False),
        claim(Basis.THREAT),
        Reason.SUBJECTS_NOT_RESOLVED,
    ),
    fails(
        "reading 3: an old version, whatever the danger",
        ITEM,
        claim(Basis.THREAT, version=OLD_VERSION, ordered_versions=frozenset({OLD_VERSION})),
        Reason.SUPERSEDED,
    ),
    fails(
        "reading 3: an old version that no court named",
        ITEM,
        claim(Basis.COURT_ORDER, version=OLD_VERSION, ordered_versions=frozenset({OTHER_VERSION})),
        Reason.SUPERSEDED,
    ),
    holds(
        "reading 3: an old version that a court named",
        ITEM,
        claim(Basis.COURT_ORDER, version=OLD_VERSION, ordered_versions=frozenset({OLD_VERSION})),
    ),
    holds(
        "row 59: an open agreement holds up no override [6.1; ACA B.4.a]",
        item(ana(agreement_signed=False)),
        claim(Basis.THREAT),
    ),
    fails(
        "reading 12: everything that is wrong is said, and nothing of the consents",
        item(ana(no()), entered_in_error=True),
        claim(Basis.THREAT, facts=set(), frozen=True),
        Reason.ENTERED_IN_ERROR,
        Reason.FROZEN,
        Reason.OVERRIDE_INCOMPLETE,
    ),
]


@pytest.mark.parametrize(
    ("facts", "made", "answer"), [*DANGER, *COURTS, *REFUSALS, *PEOPLE, *THE_HOUSE]
)
def test_what_may_go_out_without_consent(facts, made, answer):
    decision = decide_override(facts, made)

    assert decision == answer
    assert decision.overrides == (not answer.reasons)


def test_an_empty_override_lets_nothing_out():
    assert not OverrideDecision().overrides
    assert not OverrideDecision(basis=Basis.THREAT).overrides


@pytest.mark.parametrize("basis", [basis for basis in Basis if basis not in NEEDED])
def test_a_ground_that_is_none_is_refused_whatever_is_recorded(basis):
    for facts in (ITEM, PART2):
        assert not decide_override(facts, claim(basis, suing=frozenset({ANA}))).overrides


def test_consents_open_no_override():
    assert not decide_override(item(ana(yes())), claim(Basis.THREAT, facts=set())).overrides
