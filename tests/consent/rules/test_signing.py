"""Rows 30 to 36, readings 1, 4 and 7: minors, representatives, both signatures, the dead.

Ana is a minor; Paula is her mother and Peter her father, until it is said otherwise.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from consent.kinds import Reason
from consent.rules import LegalStanding, Signs, covered_scopes, decide
from tests.consent.rules.scene import (
    ASKED,
    DAY,
    EXECUTOR,
    GRANTED,
    HELD,
    INSTANT,
    INSURER,
    NOON,
    PAULA,
    PERMIT,
    PETER,
    REVOKED,
    SIGNED,
    UNHELD,
    ana,
    ask,
    assert_decided,
    ben,
    consent,
    item,
    no,
    representative,
    row,
    table,
    yes,
)

PARENTS = representative(PAULA), representative(PETER)
MINOR = LegalStanding(Signs.REPRESENTATIVE, PARENTS, of_age_at=NOON + 900 * DAY)
MATURE_MINOR = LegalStanding(Signs.MEMBER, PARENTS, of_age_at=NOON + 900 * DAY)
OF_AGE = LegalStanding(Signs.REPRESENTATIVE, PARENTS, of_age_at=NOON)
BOTH = LegalStanding(Signs.BOTH, PARENTS, of_age_at=NOON + 900 * DAY)
BOTH_OF_AGE = LegalStanding(Signs.BOTH, PARENTS, of_age_at=NOON)
DEAD = LegalStanding(
    Signs.MEMBER,
    (*PARENTS, representative(EXECUTOR, since=NOON - 9 * DAY, executor=True)),
    died=True,
)


def guarded(**period):
    """An adult for whom a court appointed Paula."""
    return LegalStanding(Signs.REPRESENTATIVE, (representative(PAULA, **period),))


def barred(user):
    return LegalStanding(
        Signs.REPRESENTATIVE,
        tuple(representative(one, barred=one == user) for one in (PAULA, PETER)),
        of_age_at=NOON + 900 * DAY,
    )


def hers(*consents, standing):
    return item(ana(*consents, standing=standing))


MINORS = [
    row(
        "row 30: her mother signs [502(g)(3)(i)]",
        hers(yes(signer=PAULA), standing=MINOR),
        answer=PERMIT,
    ),
    row(
        "row 30: she signs herself where her parents must [502(g)(3)(i)]",
        hers(yes(), standing=MINOR),
        answer={Reason.SIGNER_NOT_AUTHORIZED},
    ),
    row(
        "row 30: somebody signs who represents nobody [502(g)(3)(i)]",
        hers(yes(signer=EXECUTOR), standing=MINOR),
        answer={Reason.SIGNER_NOT_AUTHORIZED},
    ),
    row(
        "row 30: it is not known when her mother signed [502(g)(3)(i); 508(b)(2)]",
        hers(yes(signer=PAULA, at=None), standing=MINOR),
        answer={Reason.SIGNER_NOT_AUTHORIZED},
    ),
    row(
        "row 31: she may consent alone, and does [502(g)(3)(i)(A)-(C); 2.14]",
        hers(yes(), standing=MATURE_MINOR),
        answer=PERMIT,
    ),
    row(
        "row 31: she may consent alone, and her mother signs [502(g)(3)(i)(A)-(C); 2.14]",
        hers(yes(signer=PAULA), standing=MATURE_MINOR),
        answer={Reason.SIGNER_NOT_AUTHORIZED},
    ),
    row(
        "row 31: her parents are recipients like any other [502(g)(3)(i)(A)-(C); 2.14]",
        hers(yes(), standing=MATURE_MINOR),
        ask(to=PAULA, purpose="FAMRQT"),
        answer={Reason.PURPOSE_MISMATCH, Reason.RECIPIENT_MISMATCH},
    ),
    row(
        "row 31: what she signed alone stays good when she is of age [2.14]",
        hers(yes(), standing=LegalStanding(Signs.MEMBER, PARENTS, of_age_at=NOON)),
        answer=PERMIT,
    ),
]

TWO_SIGNATURES = [
    row(
        "row 32: she and her mother each signed [2.14]",
        hers(yes(), yes(signer=PAULA), standing=BOTH),
        answer=PERMIT,
    ),
    row(
        "row 32: each signed the same question, one after the other [2.14]",
        hers(
            consent(
                ASKED,
                events=(
                    *yes(first=2).events,
                    *yes(first=3, signer=PAULA).events,
                ),
            ),
            standing=BOTH,
        ),
        answer=PERMIT,
    ),
    row(
        "row 32: only she signed [2.14]",
        hers(yes(), standing=BOTH),
        answer={Reason.SECOND_SIGNATURE_MISSING},
    ),
    row(
        "row 32: only her mother signed [2.14]",
        hers(yes(signer=PAULA), standing=BOTH),
        answer={Reason.SECOND_SIGNATURE_MISSING},
    ),
    row(
        "row 32: both parents signed, she did not [2.14]",
        hers(yes(signer=PAULA), yes(signer=PETER), standing=BOTH),
        answer={Reason.SECOND_SIGNATURE_MISSING},
    ),
    row(
        "row 32: nobody signed [2.14]",
        hers(consent(ASKED), standing=BOTH),
        answer={Reason.NO_CONSENT},
    ),
    row(
        "row 32: one paper signed by both is one grant [2.14; reading 1]",
        hers(consent(GRANTED, HELD, UNHELD), standing=BOTH),
        answer={Reason.SECOND_SIGNATURE_MISSING},
    ),
    row(
        "row 32: her mother took hers back [2.14]",
        hers(yes(first=1), consent(GRANTED, REVOKED, first=2, signer=PAULA), standing=BOTH),
        answer={Reason.REVOKED, Reason.SECOND_SIGNATURE_MISSING},
    ),
    row(
        "row 32: her mother's new yes does not lift the no that she said herself [2.14; reading 2]",
        hers(
            yes(first=1),
            yes(first=2, signer=PAULA),
            no(first=3),
            yes(first=4, signer=PAULA),
            standing=BOTH,
        ),
        answer={Reason.REFUSED},
    ),
    row(
        "row 32: for the clinic she, for the insurer her mother [2.14; row 19]",
        hers(yes(), yes(signer=PAULA, to=INSURER), standing=BOTH),
        answer={Reason.SECOND_SIGNATURE_MISSING},
    ),
]

BARRED = [
    row(
        "row 33: her mother is suspected of abuse, and signs [502(g)(5)]",
        hers(yes(signer=PAULA), standing=barred(PAULA)),
        answer={Reason.REPRESENTATIVE_BARRED},
    ),
    row(
        "row 33: her mother is suspected of abuse, and her father signs [502(g)(5)]",
        hers(yes(signer=PETER), standing=barred(PAULA)),
        answer=PERMIT,
    ),
    row(
        "row 33: her father signed that her mother may read it [502(g)(5)]",
        hers(yes(signer=PETER), standing=barred(PAULA)),
        ask(reader=PAULA),
        answer={Reason.REPRESENTATIVE_BARRED},
    ),
    row(
        "row 33: her father signed that he may read it [502(g)(5)]",
        hers(yes(signer=PETER), standing=barred(PAULA)),
        ask(reader=PETER),
        answer=PERMIT,
    ),
]

COMING_OF_AGE = [
    row(
        "row 34: the instant before she comes of age [D]",
        hers(yes(signer=PAULA), standing=OF_AGE),
        ask(at=NOON - INSTANT),
        answer=PERMIT,
    ),
    row(
        "row 34: the instant she comes of age [D]",
        hers(yes(signer=PAULA), standing=OF_AGE),
        answer={Reason.REAFFIRM_REQUIRED},
    ),
    row(
        "row 34: she affirms it with a grant of her own [D; reading 1]",
        hers(yes(signer=PAULA), yes(at=NOON), standing=OF_AGE),
        answer=PERMIT,
    ),
    row(
        "row 34: what she signed as a child is none [D; 508(b)(2)]",
        hers(yes(at=SIGNED), standing=OF_AGE),
        answer={Reason.SIGNER_NOT_AUTHORIZED},
    ),
    row(
        "row 34: it is not known when she signed [D]",
        hers(yes(at=None), standing=OF_AGE),
        answer={Reason.SIGNER_NOT_AUTHORIZED},
    ),
    row(
        "row 34: her mother signs for her when she is of age [D]",
        hers(yes(signer=PAULA, at=NOON), standing=OF_AGE),
        answer={Reason.SIGNER_NOT_AUTHORIZED},
    ),
    row(
        "row 34: of two who signed she affirms it alone [D; reading 1]",
        hers(yes(), yes(signer=PAULA), standing=BOTH_OF_AGE),
        answer={Reason.REAFFIRM_REQUIRED},
    ),
    row(
        "row 34: of two who signed she has affirmed it alone [D; reading 1]",
        hers(yes(at=NOON), yes(signer=PAULA), standing=BOTH_OF_AGE),
        answer=PERMIT,
    ),
]

GUARDIANS = [
    row(
        "row 35: a guardian signs for an adult [502(g)(2); 2.15(a)]",
        hers(yes(signer=PAULA), standing=guarded()),
        answer=PERMIT,
    ),
    row(
        "row 35: an adult who has a guardian signs alone [502(g)(2); 2.15(a)]",
        hers(yes(), standing=guarded()),
        answer={Reason.SIGNER_NOT_AUTHORIZED},
    ),
    row(
        "row 35: a guardian appointed after she came of age [502(g)(2); 2.15(a)]",
        hers(
            yes(signer=PAULA),
            standing=LegalStanding(
                Signs.REPRESENTATIVE,
                (representative(since=NOON - 90 * DAY),),
                of_age_at=NOON - 900 * DAY,
            ),
        ),
        answer=PERMIT,
    ),
    row(
        "row 35: she signs although a guardian was appointed after she came of age [502(g)(2)]",
        hers(
            yes(),
            standing=LegalStanding(
                Signs.REPRESENTATIVE,
                (representative(since=NOON - 90 * DAY),),
                of_age_at=NOON - 900 * DAY,
            ),
        ),
        answer={Reason.SIGNER_NOT_AUTHORIZED},
    ),
    row(
        "row 35: what she signed under a guardian does not count when there is none [502(g)(2)]",
        hers(
            yes(),
            standing=LegalStanding(
                Signs.REPRESENTATIVE,
                (representative(since=NOON - 90 * DAY, until=NOON - INSTANT),),
                of_age_at=NOON - 900 * DAY,
            ),
        ),
        answer={Reason.SIGNER_NOT_AUTHORIZED},
    ),
    row(
        "row 35: what she signs after her guardian's authority ended [502(g)(2)]",
        hers(
            yes(at=NOON - DAY),
            standing=LegalStanding(
                Signs.REPRESENTATIVE,
                (representative(since=NOON - 90 * DAY, until=NOON - 9 * DAY),),
                of_age_at=NOON - 900 * DAY,
            ),
        ),
        answer={Reason.SIGNER_NOT_AUTHORIZED},
    ),
    row(
        "row 35: where both sign, her own alone after her guardian's authority ended [502(g)(2)]",
        hers(
            yes(at=NOON - DAY),
            standing=LegalStanding(
                Signs.BOTH,
                (representative(since=NOON - 90 * DAY, until=NOON - 9 * DAY),),
                of_age_at=NOON - 900 * DAY,
            ),
        ),
        answer={Reason.SECOND_SIGNATURE_MISSING},
    ),
    row(
        "reading 1: the instant before the guardian's authority ends",
        hers(yes(signer=PAULA), standing=guarded(until=NOON)),
        ask(at=NOON - INSTANT),
        answer=PERMIT,
    ),
    row(
        "reading 1: the instant the guardian's authority ends",
        hers(yes(signer=PAULA), standing=guarded(until=NOON)),
        answer={Reason.REAFFIRM_REQUIRED},
    ),
    row(
        "reading 1: signed after the guardian's authority had ended",
        hers(yes(signer=PAULA, at=NOON), standing=guarded(until=NOON)),
        answer={Reason.SIGNER_NOT_AUTHORIZED},
    ),
    row(
        "reading 1: signed before the guardian's authority began",
        hers(yes(signer=PAULA), standing=guarded(since=SIGNED + INSTANT)),
        answer={Reason.SIGNER_NOT_AUTHORIZED},
    ),
    row(
        "reading 1: a guardian's signature, and there is no guardian any more",
        hers(
            yes(signer=PAULA),
            standing=LegalStanding(Signs.MEMBER, (representative(PAULA, until=NOON),)),
        ),
        answer={Reason.REAFFIRM_REQUIRED},
    ),
]

THE_DEAD = [
    row(
        "row 36: what she allowed is frozen [502(f), (g)(4); 2.15(b); ACA B.3.f; D]",
        hers(yes(), standing=DEAD),
        answer={Reason.SUBJECT_DECEASED},
    ),
    row(
        "row 36: she had not been asked [502(f)]",
        hers(standing=DEAD),
        answer={Reason.NO_CONSENT, Reason.SUBJECT_DECEASED},
    ),
    row(
        "row 36: the executor affirms it with a new grant [502(g)(4); 2.15(b); reading 1]",
        hers(yes(), yes(signer=EXECUTOR, at=NOON - DAY), standing=DEAD),
        answer=PERMIT,
    ),
    row(
        "row 36: the executor signed before being one [502(g)(4); 2.15(b)]",
        hers(yes(signer=EXECUTOR, at=NOON - 10 * DAY), standing=DEAD),
        answer={Reason.SUBJECT_DECEASED},
    ),
    row(
        "row 36: her mother's authority ended with her life [502(g)(4)]",
        hers(yes(signer=PAULA), standing=DEAD),
        answer={Reason.SUBJECT_DECEASED},
    ),
    row(
        "row 36: an executor signs for the living [502(g)(4)]",
        hers(
            yes(signer=EXECUTOR),
            standing=LegalStanding(
                Signs.REPRESENTATIVE, (representative(EXECUTOR, executor=True),)
            ),
        ),
        answer={Reason.SIGNER_NOT_AUTHORIZED},
    ),
    row(
        "row 36: her no outlives her [502(f); reading 2]",
        hers(no(first=9), yes(signer=EXECUTOR, first=1, at=NOON - DAY), standing=DEAD),
        answer={Reason.REFUSED},
    ),
    row(
        "row 36: of two one has died [502(f); CAMFT 2.2]",
        item(ana(yes()), ben(yes(), standing=LegalStanding(died=True))),
        answer={Reason.SUBJECT_CONSENT_MISSING, Reason.SUBJECT_DECEASED},
    ),
]


@table(*MINORS, *TWO_SIGNATURES, *BARRED, *COMING_OF_AGE, *GUARDIANS, *THE_DEAD)
def test_whose_signature_counts(facts, question, answer):
    assert_decided(facts, question, answer)


def test_row_31_an_adult_needs_no_representative_and_none_can_sign_for_them():
    assert decide(item(ana(yes(signer=PAULA))), ask()).reasons == (Reason.SIGNER_NOT_AUTHORIZED,)


def test_row_34_a_guardians_permit_ends_on_the_day_she_comes_of_age():
    facts = hers(yes(signer=PAULA), standing=OF_AGE)

    assert decide(facts, ask(at=NOON - DAY)).until == NOON


def test_row_32_a_permit_cites_both_grants_and_ends_with_the_first():
    own, mothers = yes(expires=NOON + 9 * DAY), yes(signer=PAULA, expires=NOON + DAY)
    decision = decide(hers(own, mothers, standing=BOTH), ask())

    assert set(decision.consents) == {own.id, mothers.id}
    assert decision.until == NOON + DAY


def test_reading_7_a_birthday_begins_at_the_practices_midnight():
    midnight = datetime(2024, 5, 6, tzinfo=ZoneInfo("America/New_York"))
    facts = hers(
        yes(signer=PAULA),
        standing=LegalStanding(Signs.REPRESENTATIVE, PARENTS, of_age_at=midnight),
    )

    assert decide(facts, ask(at=midnight - INSTANT)).permits
    assert decide(facts, ask(at=midnight)).reasons == (Reason.REAFFIRM_REQUIRED,)


@pytest.mark.parametrize(
    ("facts", "covered"),
    [
        pytest.param(hers(yes(), standing=BOTH), False, id="row 32: one of two"),
        pytest.param(hers(yes(), yes(signer=PAULA), standing=BOTH), True, id="row 32: both"),
        pytest.param(hers(yes(signer=PAULA), standing=MINOR), True, id="row 30: her mother"),
        pytest.param(hers(yes(), standing=DEAD), False, id="row 36: she died"),
    ],
)
def test_the_right_to_release_follows_signatures_too(facts, covered):
    assert covered_scopes(facts, NOON) is covered
