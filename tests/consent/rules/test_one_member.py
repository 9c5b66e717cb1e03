"""Rows 1 to 13 and 15: what one member's consent covers, and what ends it."""

from dataclasses import replace

import pytest

from consent.kinds import PARENT_PURPOSE, Kind, Reason
from consent.rules import Decision, EventFacts, covered_scopes, decide, reaches
from tests.consent.rules.scene import (
    ASKED,
    CLINIC,
    DAY,
    DECLINED,
    DEFECT,
    EMPLOYERS,
    EXPIRED,
    GRANTED,
    HELD,
    INSTANT,
    INSURER,
    NOON,
    OLD_VERSION,
    OTHER_ITEM,
    OTHER_VERSION,
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
    row,
    table,
    yes,
)

SCOPE_AND_LEDGER = [
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
        "row 7: an instant before it begins [reading 7]",
        item(ana(yes(effective=NOON))),
        ask(at=NOON - INSTANT),
        answer={Reason.NOT_YET_EFFECTIVE},
    ),
    row(
        "row 7: the instant it begins [reading 7]",
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
        "row 10: held reads as taken back [reading 12]",
        item(ana(consent(GRANTED, HELD))),
        answer={Reason.REVOKED},
    ),
    row(
        "row 10: held, and no longer held [reading 12]",
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
        answer={Reason.REVOKED, Reason.UNREADABLE},
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

CLASSES = [
    row(
        "row 5: allowed to her providers, and the clinic is shown to be one [508(c)(1)(iii)]",
        item(ana(yes(to=PROVIDERS))),
        ask(classes=[PROVIDERS]),
        answer=PERMIT,
    ),
    row(
        "row 5: allowed to her providers, and the clinic is not shown to be one [508(c)(1)(iii)]",
        item(ana(yes(to=PROVIDERS))),
        answer={Reason.RECIPIENT_MISMATCH},
    ),
    row(
        "row 5: allowed to her providers, and the clinic is shown to be something else "
        "[508(c)(1)(iii)]",
        item(ana(yes(to=PROVIDERS))),
        ask(classes=[EMPLOYERS]),
        answer={Reason.RECIPIENT_MISMATCH},
    ),
    row(
        "row 5: allowed to the clinic, which is one of her employers too [508(c)(1)(iii)]",
        item(ana(yes(to=CLINIC))),
        ask(classes=[EMPLOYERS]),
        answer=PERMIT,
    ),
    row(
        "reading 6: allowed to the clinic as a provider, and it is one [508(c)(1)(iii)]",
        item(ana(yes(to=CLINIC, recipient_class=PROVIDERS))),
        ask(classes=[PROVIDERS, EMPLOYERS]),
        answer=PERMIT,
    ),
    row(
        "reading 6: allowed to the clinic as a provider, and it is not shown to be one "
        "[508(c)(1)(iii)]",
        item(ana(yes(to=CLINIC, recipient_class=PROVIDERS))),
        ask(classes=[EMPLOYERS]),
        answer={Reason.RECIPIENT_MISMATCH},
    ),
    row(
        "reading 6: allowed to the insurer as a provider; another provider asks [508(c)(1)(iii)]",
        item(ana(yes(to=INSURER, recipient_class=PROVIDERS))),
        ask(classes=[PROVIDERS]),
        answer={Reason.RECIPIENT_MISMATCH},
    ),
]

ENDS_WITH_AN_EVENT = [
    row(
        "row 9: until she leaves treatment, and she has not [508(b)(2)(i)]",
        item(ana(yes(expires=None, ends_with_event=True))),
        ask(at=NOON + 9000 * DAY),
        answer=PERMIT,
    ),
    row(
        "row 9: the instant before she leaves treatment [508(b)(2)(i)]",
        item(ana(yes(expires=None, ends_with_event=True, event_at=NOON))),
        ask(at=NOON - INSTANT),
        answer=PERMIT,
    ),
    row(
        "row 9: the instant she leaves treatment [508(b)(2)(i)]",
        item(ana(yes(expires=None, ends_with_event=True, event_at=NOON))),
        answer={Reason.EXPIRED_EVENT},
    ),
    row(
        "row 9: the event came before the date that was also set [508(b)(2)(i)]",
        item(ana(yes(ends_with_event=True, event_at=NOON))),
        answer={Reason.EXPIRED_EVENT},
    ),
    row(
        "row 9: the date came before the event [508(b)(2)(i); reading 7]",
        item(ana(yes(expires=NOON, ends_with_event=True))),
        answer={Reason.EXPIRED},
    ),
]

DEFECTS = [
    *(
        row(
            f"row 13: {what} [{source}]",
            item(ana(yes(defects=frozenset({code})))),
            answer={code},
        )
        for code, what, source in (
            (Reason.EXPIRED, "its day is known to have passed", "508(b)(2)(i); 2.31(c)(1)"),
            (Reason.EXPIRED_EVENT, "its event is known to have happened", "508(b)(2)(i)"),
            (Reason.INCOMPLETE, "it was not filled in", "508(b)(2)(ii); 2.31(c)(2)"),
            (Reason.REVOKED, "known to have been taken back elsewhere", "508(b)(2)(iii)"),
            (Reason.COMPOUND, "on one paper with something else", "508(b)(3)(ii)"),
            (Reason.CONDITIONED, "treatment hung on it", "508(b)(4); GDPR 7(4)"),
            (Reason.FALSE, "it says what is known to be false", "508(b)(2)(v); 2.31(c)(4)"),
            (Reason.SIGNER_NOT_AUTHORIZED, "signed by somebody else", "502(g); 2.14, 2.15"),
            (Reason.NOT_WRITTEN, "only said aloud", "508(c); 2.31(a)"),
        )
    ),
    row(
        "row 13: two defects are both said [508(b)(2)]",
        item(ana(yes(defects=frozenset({Reason.FALSE, Reason.CONDITIONED})))),
        answer={Reason.CONDITIONED, Reason.FALSE},
    ),
    row(
        "row 13: the ledger says that there is one, and its name is known [508(b)(2)]",
        item(ana(consent(GRANTED, DEFECT, defects=frozenset({Reason.FALSE})))),
        answer={Reason.FALSE},
    ),
    row(
        "row 13: it has no end at all [508(b)(2)(ii)]",
        item(ana(yes(expires=None))),
        answer={Reason.INCOMPLETE},
    ),
    row(
        "row 13: a void consent beside a good one does no harm [508(b)(2)]",
        item(ana(yes(defects=frozenset({Reason.FALSE})), yes())),
        answer=PERMIT,
    ),
    row(
        "row 15: a general release was offered as consent [2.32; 508]",
        item(ana(yes(defects=frozenset({Reason.GENERAL_RELEASE})))),
        answer={Reason.GENERAL_RELEASE},
    ),
    row(
        "row 15: there is only the group agreement [2.32; 508]",
        item(ana(agreement_signed=True)),
        answer={Reason.NO_CONSENT},
    ),
]

PURPOSES = [
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

HOLDS = [
    *(
        row(
            f"row 10: lifting a hold gives back what stood: {' '.join(kinds)} [reading 12]",
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
        "row 10: a lifted hold gives no more time than the grant had [reading 12]",
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
        "row 10: a lifted hold does not make a forged grant true [reading 12]",
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
]


@table(*SCOPE_AND_LEDGER, *CLASSES, *ENDS_WITH_AN_EVENT, *DEFECTS, *PURPOSES, *HOLDS)
def test_what_one_members_consent_covers(facts, question, answer):
    assert_decided(facts, question, answer)


def test_row_12_what_was_permitted_is_decided_again_when_the_link_is_opened():
    allowed = yes()
    taken_back = replace(allowed, events=(*allowed.events, EventFacts(2, REVOKED)))

    assert decide(item(ana(allowed)), ask()).permits
    assert decide(item(ana(taken_back)), ask()).reasons == (Reason.REVOKED,)


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


def test_row_9_without_a_date_no_date_limits_a_permit():
    assert decide(item(ana(yes(expires=None, ends_with_event=True))), ask()).until is None


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
        pytest.param(
            item(ana(yes(to=PROVIDERS, recipient_is_class=True)), ben(yes())),
            True,
            id="row 5: one for a class, one for somebody who may be shown to belong to it",
        ),
        pytest.param(
            item(ana(yes(recipient_class=PROVIDERS)), ben(yes())),
            True,
            id="reading 6: one in a class only",
        ),
        pytest.param(item(ana(yes(for_proceedings=True))), True, id="row 51: for a proceeding"),
        pytest.param(item(ana(yes(defects=frozenset({Reason.FALSE})))), False, id="row 13: void"),
    ],
)
def test_the_right_to_release_follows_a_recipient_and_purpose_that_everybody_allows(facts, covered):
    assert covered_scopes(facts, NOON) is covered
