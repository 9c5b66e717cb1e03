"""Rows 16, 17, 19 to 21, 25 and 56 to 59: an item that concerns several members."""

import pytest

from consent.kinds import Reason
from consent.rules import Decision, ItemKind, LegalStanding, Signs, decide, speaker_allows_showing
from tests.consent.rules.scene import (
    ASKED,
    DAY,
    EXPIRED,
    GRANTED,
    INSTANT,
    INSURER,
    NOON,
    OLD_VERSION,
    PAULA,
    PERMIT,
    PROVIDERS,
    REVOKED,
    ana,
    ask,
    assert_decided,
    ben,
    carla,
    consent,
    item,
    no,
    note,
    representative,
    row,
    table,
    yes,
)

SEVERAL = [
    row(
        "row 16: Ana and Ben both allow it [CAMFT/AAMFT 2.2]",
        item(ana(yes()), ben(yes())),
        answer=PERMIT,
    ),
    row(
        "row 17: Ana allows it, Ben was not asked [CAMFT 2.2; Evid. 912(b); ACA B.6.e]",
        item(ana(yes()), ben()),
        answer={Reason.NO_CONSENT, Reason.SUBJECT_CONSENT_MISSING},
    ),
    row(
        "row 17: Ana allows it, Ben said no [CAMFT 2.2; Evid. 912(b); ACA B.6.e]",
        item(ana(yes()), ben(no())),
        answer={Reason.REFUSED, Reason.SUBJECT_CONSENT_MISSING},
    ),
    row(
        "row 17: Ana allows it, Ben took it back [CAMFT 2.2; Evid. 912(b); ACA B.6.e]",
        item(ana(yes()), ben(consent(GRANTED, REVOKED))),
        answer={Reason.REVOKED, Reason.SUBJECT_CONSENT_MISSING},
    ),
    row(
        "row 19: Ana for the clinic, Ben for the insurer [D]",
        item(ana(yes()), ben(yes(to=INSURER))),
        answer={Reason.RECIPIENT_MISMATCH, Reason.SUBJECT_CONSENT_MISSING},
    ),
    row(
        "row 19: Ana until noon, Ben from noon on; before noon [D]",
        item(ana(yes(expires=NOON)), ben(yes(effective=NOON))),
        ask(at=NOON - INSTANT),
        answer={Reason.NOT_YET_EFFECTIVE, Reason.SUBJECT_CONSENT_MISSING},
    ),
    row(
        "row 19: Ana until noon, Ben from noon on; at noon [D]",
        item(ana(yes(expires=NOON)), ben(yes(effective=NOON))),
        ask(at=NOON),
        answer={Reason.EXPIRED, Reason.NOT_SHOWABLE, Reason.SUBJECT_CONSENT_MISSING},
    ),
    row(
        "row 19: Ana for care, Ben for payment [D]",
        item(ana(yes(purposes="TREAT")), ben(yes(purposes="HPAYMT"))),
        answer={Reason.PURPOSE_MISMATCH, Reason.SUBJECT_CONSENT_MISSING},
    ),
    row(
        "row 19: Ana for all care, Ben for working together: they meet there [D]",
        item(ana(yes(purposes="TREAT")), ben(yes(purposes="COC"))),
        answer=PERMIT,
    ),
    row(
        "row 20: Ana spoke about Ben; her yes is not his [CAMFT 2.2]",
        item(ana(yes(), yes()), ben()),
        answer={Reason.NO_CONSENT, Reason.SUBJECT_CONSENT_MISSING},
    ),
    row(
        "row 20: Ana spoke about Ben; his yes is not hers [CAMFT 2.2]",
        item(ana(), ben(yes())),
        answer={Reason.NO_CONSENT, Reason.NOT_SHOWABLE, Reason.SUBJECT_CONSENT_MISSING},
    ),
    row(
        "row 21: someone said [D]",
        item(ana(yes()), subjects_resolved=False),
        answer={Reason.SUBJECTS_NOT_RESOLVED},
    ),
    row("row 21: it concerns nobody [D]", item(), answer={Reason.SUBJECTS_NOT_RESOLVED}),
    row(
        "row 56: Ana was not asked whether Ben may see her words [CAMFT 2.2; D]",
        item(ana(), ben()),
        answer={Reason.NO_CONSENT, Reason.NOT_SHOWABLE},
    ),
    row(
        "row 56: Ana has not answered yet [CAMFT 2.2; D]",
        item(ana(consent(ASKED)), ben()),
        answer={Reason.NO_CONSENT, Reason.NOT_SHOWABLE},
    ),
    row(
        "row 56: Ana's yes to the old words shows nobody the new ones [CAMFT 2.2; D]",
        item(ana(yes(version=OLD_VERSION)), ben(yes())),
        answer={Reason.NOT_SHOWABLE, Reason.SUBJECT_CONSENT_MISSING, Reason.VERSION_CHANGED},
    ),
    row(
        "row 57: Ana's yes to the insurer shows Ben the words, and no more [AAMFT 2.2]",
        item(ana(yes(to=INSURER)), ben(yes())),
        answer={Reason.RECIPIENT_MISMATCH, Reason.SUBJECT_CONSENT_MISSING},
    ),
    row(
        "row 57: Ben's answer stands when Ana takes back and renews hers [AAMFT 2.2]",
        item(ana(consent(GRANTED, REVOKED, GRANTED, first=1)), ben(yes(first=2))),
        answer=PERMIT,
    ),
    row(
        "row 57: without a speaker there is no order of asking [AAMFT 2.2]",
        item(ana(yes()), ben(yes()), speaker=None),
        answer=PERMIT,
    ),
    row(
        "row 57: about Ana alone nobody else is shown anything [AAMFT 2.2]",
        item(ana(consent(ASKED))),
        answer={Reason.NO_CONSENT},
    ),
    row(
        "row 58: Ana said no [D]",
        item(ana(no()), ben()),
        answer={Reason.NO_CONSENT, Reason.NOT_SHOWABLE, Reason.REFUSED},
    ),
    row(
        "row 58: Ana let the request lapse [D]",
        item(ana(consent(ASKED, EXPIRED)), ben(yes())),
        answer={Reason.EXPIRED, Reason.NOT_SHOWABLE, Reason.SUBJECT_CONSENT_MISSING},
    ),
    row(
        "row 58: Ana took her yes back after Ben's [D]",
        item(ana(consent(GRANTED, REVOKED)), ben(yes())),
        answer={Reason.NOT_SHOWABLE, Reason.REVOKED, Reason.SUBJECT_CONSENT_MISSING},
    ),
    row(
        "row 59: Ana has not signed the group agreement [6.1; ACA B.4.a; D]",
        item(ana(yes(), agreement_signed=False)),
        answer={Reason.AGREEMENT_OPEN},
    ),
    row(
        "row 59: Ben has not signed the group agreement [6.1; ACA B.4.a; D]",
        item(ana(yes()), ben(yes(), agreement_signed=False)),
        answer={Reason.AGREEMENT_OPEN},
    ),
    row(
        "row 59: the agreement is no consent [6.1; 2.32]",
        item(ana(agreement_signed=True)),
        answer={Reason.NO_CONSENT},
    ),
    row(
        "row 21: a speaker whom it does not concern resolves nothing [D]",
        item(ben(yes())),
        answer={Reason.SUBJECTS_NOT_RESOLVED},
    ),
    row(
        "row 19: Ana for her providers, Ben for one of them: they meet there [D]",
        item(ana(yes(to=PROVIDERS)), ben(yes())),
        ask(classes=[PROVIDERS]),
        answer=PERMIT,
    ),
    row(
        "row 25: a summary that names all three, and all three allow it [CAMFT 2.2]",
        note(ana(yes()), ben(yes()), carla(yes()), kind=ItemKind.SUMMARY),
        answer=PERMIT,
    ),
    row(
        "row 25: a summary that names all three, and two allow it [CAMFT 2.2]",
        note(ana(yes()), ben(yes()), carla(), kind=ItemKind.SUMMARY),
        answer={Reason.NO_CONSENT, Reason.SUBJECT_CONSENT_MISSING},
    ),
]


@table(*SEVERAL)
def test_an_item_about_several_goes_out_whole_or_stays_whole(facts, question, answer):
    assert_decided(facts, question, answer)


def test_row_16_a_permit_cites_the_consents_of_both_and_ends_with_the_first_of_them():
    hers, his = yes(expires=NOON + 9 * DAY), yes(until=NOON + DAY)

    decision = decide(item(ana(hers), ben(his)), ask())

    assert decision == Decision(consents=(hers.id, his.id), until=NOON + DAY)


PAULA_SIGNS = LegalStanding(Signs.REPRESENTATIVE, (representative(),))
BOTH_SIGN = LegalStanding(Signs.BOTH, (representative(),))


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        pytest.param(item(ana(yes()), ben()), True, id="row 57: her live yes"),
        pytest.param(item(ana(yes(to=INSURER)), ben()), True, id="row 57: to whomever"),
        pytest.param(item(ana(), ben(), speaker=None), True, id="row 57: no speaker"),
        pytest.param(item(ana(consent(ASKED)), ben()), False, id="row 56: no answer yet"),
        pytest.param(item(ana(), ben(yes())), False, id="row 56: his yes is not hers"),
        pytest.param(item(ana(yes(version=OLD_VERSION)), ben()), False, id="row 57: old version"),
        pytest.param(item(ana(yes(effective=NOON + DAY)), ben()), False, id="row 57: not yet"),
        pytest.param(item(ana(yes(expires=NOON)), ben()), False, id="row 57: no longer"),
        pytest.param(item(ana(yes(authentic=False)), ben()), False, id="row 57: MAC broken"),
        pytest.param(item(ana(no()), ben()), False, id="row 58: she said no"),
        pytest.param(
            item(ana(yes(defects=frozenset({Reason.FALSE}))), ben()), False, id="row 13: void"
        ),
        pytest.param(
            item(ana(yes(ends_with_event=True, event_at=NOON)), ben()), False, id="row 9: over"
        ),
        pytest.param(
            item(ana(yes(signer=PAULA), standing=PAULA_SIGNS), ben()), True, id="row 30: parent"
        ),
        pytest.param(
            item(ana(yes(), standing=PAULA_SIGNS), ben()), False, id="row 30: the minor alone"
        ),
        pytest.param(item(ana(yes(signer=PAULA)), ben()), False, id="row 31: her mother"),
        pytest.param(item(ana(yes(), standing=BOTH_SIGN), ben()), False, id="row 32: one of two"),
        pytest.param(
            item(ana(yes(), yes(signer=PAULA), standing=BOTH_SIGN), ben()), True, id="row 32: both"
        ),
        pytest.param(
            item(ana(yes(), standing=LegalStanding(died=True)), ben()), False, id="row 36: she died"
        ),
        pytest.param(item(ben(yes())), False, id="row 21: the speaker is not among them"),
    ],
)
def test_the_others_see_the_words_only_while_their_speaker_says_yes(facts, shown):
    assert speaker_allows_showing(facts, NOON) is shown
