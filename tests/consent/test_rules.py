"""The decision table, row by row: what goes out, what stays in, and the true reason why.

Ana said something that also concerns Ben, who was absent that day. The clinic
asks for it, so that those who care for them can work together (`COC`); the
insurer may ask too. Numbers are the rows and readings of docs/rules.md,
with their citations in brackets. An empty set of reasons means PERMIT.
"""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from consent.kinds import PARENT_PURPOSE, Kind, Reason
from consent.rules import (
    ConsentFacts,
    Decision,
    EventFacts,
    ItemFacts,
    Question,
    SubjectFacts,
    covered_scopes,
    decide,
    reaches,
    speaker_allows_showing,
)

ANA, BEN, CLINIC, INSURER = (UUID(int=n) for n in range(1, 5))
ITEM, OTHER_ITEM, VERSION, OLD_VERSION, OTHER_VERSION = (UUID(int=n) for n in range(5, 10))
NOON = datetime(2024, 5, 6, 12, tzinfo=UTC)
DAY, INSTANT = timedelta(days=1), timedelta(microseconds=1)
PERMIT: set[Reason] = set()
ASKED, GRANTED, DECLINED, REVOKED = Kind.ASKED, Kind.GRANTED, Kind.DECLINED, Kind.REVOKED
HELD, UNHELD, EXPIRED = Kind.HELD, Kind.UNHELD, Kind.EXPIRED

_consent_ids = (UUID(int=n) for n in itertools.count(100))


def consent(*kinds, first=1, authentic=True, until=None, to=CLINIC, purposes="COC", **scope):
    """One consent; its events are numbered from `first` in the ledger of the item."""
    facts = ConsentFacts(
        id=next(_consent_ids),
        disclosure=ITEM,
        version=VERSION,
        recipient=to,
        purposes=frozenset(purposes.split()),
        effective=NOON - 30 * DAY,
        expires=NOON + 30 * DAY,
        events=tuple(
            EventFacts(counter, kind, until, authentic and kind in (GRANTED, UNHELD))
            for counter, kind in enumerate(kinds, start=first)
        ),
    )
    return replace(facts, **scope)


def ana(*consents, agreement_signed=True):
    return SubjectFacts(ANA, agreement_signed, consents)


def ben(*consents, agreement_signed=True):
    return SubjectFacts(BEN, agreement_signed, consents)


def item(*subjects, **facts):
    return ItemFacts(ITEM, VERSION, **{"speaker": ANA, "subjects": subjects, **facts})


def ask(to=CLINIC, purpose="COC", at=NOON):
    return Question(to, purpose, at)


def row(name, facts, question=None, *, answer):
    return pytest.param(facts, question or ask(), answer, id=name)


def yes(**scope):
    return consent(GRANTED, **scope)


def no(**scope):
    return consent(DECLINED, **scope)


GIVEN_THEN_HELD_FOR_A_WHILE = yes(
    events=(
        EventFacts(1, GRANTED, authentic=True),
        EventFacts(3, HELD),
        EventFacts(4, UNHELD, authentic=True),
    )
)

ABOUT_ONE = [
    row("row 1: nobody was asked [508(a)(1)-(2)]", item(ana()), answer={Reason.NO_CONSENT}),
    row(
        "row 1: asked and silent [508(a)(1)-(2)]",
        item(ana(consent(ASKED))),
        answer={Reason.NO_CONSENT},
    ),
    row(
        "row 1: a consent without any event [508(a)(1)-(2)]",
        item(ana(consent())),
        answer={Reason.NO_CONSENT},
    ),
    row(
        "row 2: this item, this recipient, this purpose, today [508(a)(1), (c)]",
        item(ana(consent(ASKED, GRANTED))),
        answer=PERMIT,
    ),
    row(
        "row 3: Ana allowed another item [508(c)(1)(i)]",
        item(ana(yes(disclosure=OTHER_ITEM, version=OTHER_VERSION))),
        answer={Reason.ITEM_NOT_COVERED},
    ),
    row(
        "row 3: the reason is that of the consent for this very item [5.1.12]",
        item(
            ana(
                yes(disclosure=OTHER_ITEM, version=OTHER_VERSION),
                yes(version=OLD_VERSION, to=INSURER),
            )
        ),
        answer={Reason.VERSION_CHANGED, Reason.RECIPIENT_MISMATCH},
    ),
    row(
        "row 4: the item was edited after signing [D]",
        item(ana(yes(version=OLD_VERSION))),
        answer={Reason.VERSION_CHANGED},
    ),
    row(
        "row 4: Ben was added after Ana signed [D]",
        item(ana(yes(version=OLD_VERSION)), ben()),
        answer={Reason.VERSION_CHANGED, Reason.NO_CONSENT, Reason.NOT_SHOWABLE},
    ),
    row(
        "row 4: the ledger already says that it was superseded [D]",
        item(ana(consent(GRANTED, Kind.SUPERSEDED))),
        answer={Reason.VERSION_CHANGED},
    ),
    row(
        "row 5: allowed to the insurer, asked by the clinic [508(c)(1)(iii)]",
        item(ana(yes(to=INSURER))),
        answer={Reason.RECIPIENT_MISMATCH},
    ),
    row(
        "row 6: allowed for care, asked for payment [508(a)(1)]",
        item(ana(yes(purposes="TREAT COC"))),
        ask(purpose="HPAYMT"),
        answer={Reason.PURPOSE_MISMATCH},
    ),
    row(
        "row 6: a part of what was allowed [PCF]",
        item(ana(yes(purposes="TREAT"))),
        ask(purpose="COC"),
        answer=PERMIT,
    ),
    row(
        "row 6: the whole of which a part was allowed [508(a)(1)]",
        item(ana(yes(purposes="COC"))),
        ask(purpose="TREAT"),
        answer={Reason.PURPOSE_MISMATCH},
    ),
    row(
        "row 6: breaking the glass is never inherited [D]",
        item(ana(yes(purposes="TREAT ETREAT"))),
        ask(purpose="BTG"),
        answer={Reason.PURPOSE_MISMATCH},
    ),
    row(
        "row 6: breaking the glass, named itself [D]",
        item(ana(yes(purposes="BTG"))),
        ask(purpose="BTG"),
        answer=PERMIT,
    ),
    row(
        "row 7: an instant before it begins",
        item(ana(yes(effective=NOON))),
        ask(at=NOON - INSTANT),
        answer={Reason.NOT_YET_EFFECTIVE},
    ),
    row(
        "row 7: the instant it begins",
        item(ana(yes(effective=NOON))),
        ask(at=NOON),
        answer=PERMIT,
    ),
    row(
        "row 8: the last instant before it ends [508(b)(2)(i)]",
        item(ana(yes(expires=NOON))),
        ask(at=NOON - INSTANT),
        answer=PERMIT,
    ),
    row(
        "row 8: the instant it ends [508(b)(2)(i)]",
        item(ana(yes(expires=NOON))),
        ask(at=NOON),
        answer={Reason.EXPIRED},
    ),
    row(
        "row 8: the grant itself ends earlier than its scope [508(b)(2)(i)]",
        item(ana(yes(until=NOON))),
        ask(at=NOON),
        answer={Reason.EXPIRED},
    ),
    row(
        "row 8: a grant cannot outlive its scope [508(b)(2)(i)]",
        item(ana(yes(expires=NOON, until=NOON + DAY))),
        ask(at=NOON),
        answer={Reason.EXPIRED},
    ),
    row(
        "row 8: the ledger says that it ended [508(b)(2)(i)]",
        item(ana(consent(GRANTED, EXPIRED))),
        answer={Reason.EXPIRED},
    ),
    row(
        "row 10: Ana took it back [508(b)(5); 2.31(c)(3); GDPR 7(3)]",
        item(ana(consent(ASKED, GRANTED, REVOKED))),
        answer={Reason.REVOKED},
    ),
    row(
        "row 10: taken back and given again [508(b)(5)]",
        item(ana(consent(GRANTED, REVOKED, GRANTED))),
        answer=PERMIT,
    ),
    row(
        "row 10: held reads as taken back",
        item(ana(consent(GRANTED, HELD))),
        answer={Reason.REVOKED},
    ),
    row(
        "row 10: held, and no longer held",
        item(ana(consent(GRANTED, HELD, UNHELD))),
        answer=PERMIT,
    ),
    row(
        "row 13: a defect was found [508(b)(2)]",
        item(ana(consent(GRANTED, Kind.DEFECT))),
        answer={Reason.INCOMPLETE},
    ),
    row(
        "reading 12: a grant whose MAC does not hold",
        item(ana(yes(authentic=False))),
        answer={Reason.UNREADABLE},
    ),
    row(
        "reading 12: an end of hold whose MAC does not hold",
        item(ana(consent(GRANTED, HELD, UNHELD, authentic=False))),
        answer={Reason.UNREADABLE},
    ),
    row(
        "reading 12: everything that is short is said",
        item(
            ana(
                consent(
                    GRANTED,
                    REVOKED,
                    version=OLD_VERSION,
                    to=INSURER,
                    purposes="HPAYMT",
                    expires=NOON,
                )
            )
        ),
        answer={
            Reason.EXPIRED,
            Reason.PURPOSE_MISMATCH,
            Reason.RECIPIENT_MISMATCH,
            Reason.REVOKED,
            Reason.VERSION_CHANGED,
        },
    ),
]

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
        answer={Reason.REFUSED},
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
    row(
        "reading 6: an unknown purpose is said even where nobody was asked",
        item(ana()),
        ask(purpose="HRESCH"),
        answer={Reason.NO_CONSENT, Reason.PURPOSE_MISMATCH},
    ),
    row(
        "reading 6: an unknown purpose withholds even when both sides use it",
        item(ana(yes(purposes="HRESCH"))),
        ask(purpose="HRESCH"),
        answer={Reason.PURPOSE_MISMATCH},
    ),
    row(
        "reading 6: no purpose at all",
        item(ana(yes(purposes=""))),
        ask(purpose=""),
        answer={Reason.INCOMPLETE, Reason.PURPOSE_MISMATCH},
    ),
    row(
        "reading 6: a legal proceeding is never inherited",
        item(ana(yes(purposes="HOPERAT"))),
        ask(purpose="HLEGAL"),
        answer={Reason.PURPOSE_MISMATCH},
    ),
]

ABOUT_SEVERAL = [
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
]


@pytest.mark.parametrize(
    ("facts", "question", "answer"), ABOUT_ONE + REFUSALS + ABOUT_SEVERAL + THE_HOUSE
)
def test_the_decision_table(facts, question, answer):
    decision = decide(facts, question)

    assert decision.reasons == tuple(sorted(answer))
    assert decision.permits == (not answer)
    assert bool(decision.consents) == (not answer)


def test_row_12_what_was_permitted_is_decided_again_when_the_link_is_opened():
    allowed = yes()
    taken_back = replace(allowed, events=(*allowed.events, EventFacts(2, REVOKED)))

    assert decide(item(ana(allowed)), ask()).permits
    assert decide(item(ana(taken_back)), ask()).reasons == (Reason.REVOKED,)


def test_row_16_a_permit_cites_the_consents_of_both_and_ends_with_the_first_of_them():
    hers, his = yes(expires=NOON + 9 * DAY), yes(until=NOON + DAY)

    decision = decide(item(ana(hers), ben(his)), ask())

    assert decision == Decision(consents=(hers.id, his.id), until=NOON + DAY)


def test_a_permit_cites_no_consent_that_does_not_cover_it():
    covering = yes()
    others = yes(to=INSURER), yes(version=OLD_VERSION), yes(authentic=False), consent(ASKED)

    assert decide(item(ana(*others, covering)), ask()).consents == (covering.id,)


def test_an_empty_decision_permits_nothing():
    assert not Decision().permits


@pytest.mark.parametrize("kind", [k for k in Kind if k not in (GRANTED, UNHELD)])
def test_every_event_but_a_grant_and_the_end_of_a_hold_withholds_at_once(kind):
    assert not decide(item(ana(consent(GRANTED, kind))), ask()).permits


def test_the_highest_counter_is_what_stands_in_whatever_order_events_are_read():
    taken_back = consent(ASKED, GRANTED, REVOKED)
    backwards = replace(taken_back, events=taken_back.events[::-1])

    assert decide(item(ana(backwards)), ask()).reasons == (Reason.REVOKED,)


PARTS = {
    "TREAT": {"COC", "ETREAT", "ERTREAT"},
    "ETREAT": {"ERTREAT"},
    "HPAYMT": {"COVERAGE"},
    "HOPERAT": {"HQUALIMP", "HCOMPL", "TRAIN"},
    "PATRQT": {"FAMRQT", "SUPNWK"},
}


def test_reading_6_an_unknown_purpose_does_not_even_reach_itself():
    assert not reaches("HRESCH", "HRESCH")


@pytest.mark.parametrize("granted", PARENT_PURPOSE)
def test_row_6_a_purpose_reaches_itself_and_its_parts_and_nothing_else(granted):
    reached = {asked for asked in PARENT_PURPOSE if reaches(granted, asked)}

    assert reached == {granted} | PARTS.get(granted, set())


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
    ],
)
def test_the_others_see_the_words_only_while_their_speaker_says_yes(facts, shown):
    assert speaker_allows_showing(facts, NOON) is shown


@pytest.mark.parametrize(
    ("facts", "covered"),
    [
        pytest.param(item(ana(yes()), ben(yes())), True, id="both, for the same"),
        pytest.param(item(ana(yes()), ben(yes(purposes="TREAT"))), True, id="a part of the other"),
        pytest.param(item(ana(yes(effective=NOON + DAY))), True, id="from tomorrow on"),
        pytest.param(item(ana(yes()), ben(yes(to=INSURER))), False, id="two recipients"),
        pytest.param(item(ana(yes()), ben(yes(purposes="HPAYMT"))), False, id="two purposes"),
        pytest.param(item(ana(yes()), ben()), False, id="one of two"),
        pytest.param(item(ana(consent(GRANTED, REVOKED))), False, id="taken back"),
        pytest.param(item(ana(yes(expires=NOON))), False, id="no longer"),
        pytest.param(item(), False, id="nobody"),
    ],
)
def test_the_right_to_release_follows_a_recipient_and_purpose_that_everybody_allows(facts, covered):
    assert covered_scopes(facts, NOON) is covered


SUBTLE = [
    row(
        "S is the speaker and everyone identifiable: a speaker who is not in it resolves nothing",
        item(ben(yes())),
        answer={Reason.SUBJECTS_NOT_RESOLVED},
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
    *(
        row(
            f"lifting a hold grants nothing that was not given: {' '.join(k.value for k in kinds)}",
            item(ana(consent(*kinds))),
            answer=answer,
        )
        for kinds, answer in (
            ((ASKED, HELD, UNHELD), {Reason.NO_CONSENT}),
            ((GRANTED, REVOKED, HELD, UNHELD), {Reason.REVOKED}),
            ((DECLINED, HELD, UNHELD), {Reason.REFUSED}),
            ((GRANTED, HELD, UNHELD), PERMIT),
        )
    ),
    row(
        "a lifted hold gives no more time than the grant had",
        item(
            ana(
                yes(
                    events=(
                        EventFacts(1, GRANTED, NOON, authentic=True),
                        EventFacts(2, HELD),
                        EventFacts(3, UNHELD, authentic=True),
                    )
                )
            )
        ),
        ask(at=NOON + DAY),
        answer={Reason.EXPIRED},
    ),
    row(
        "a lifted hold does not make a forged grant true",
        item(
            ana(
                yes(
                    events=(
                        EventFacts(1, GRANTED),
                        EventFacts(2, HELD),
                        EventFacts(3, UNHELD, authentic=True),
                    )
                )
            )
        ),
        answer={Reason.UNREADABLE},
    ),
    row(
        "reading 2: a later grant lifts a refusal also after a hold on it was lifted",
        item(ana(no(first=1), consent(GRANTED, HELD, UNHELD, first=2))),
        answer=PERMIT,
    ),
]


@pytest.mark.parametrize(("facts", "question", "answer"), SUBTLE)
def test_what_is_easily_got_wrong(facts, question, answer):
    assert set(decide(facts, question).reasons) == answer
