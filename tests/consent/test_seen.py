"""R21: a no, silence and not being asked yet have one reason; so have a hold and a taking back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from consent.kinds import Kind, Reason
from consent.rules import (
    ConsentFacts,
    EventFacts,
    ItemFacts,
    LegalStanding,
    Question,
    Signs,
    SubjectFacts,
    decide,
)
from consent.seen import reasons_seen

ANA, BEN, CLINIC, INSURER, ITEM, OTHER, VERSION, OLD = (UUID(int=n) for n in range(1, 9))
NOON = datetime(2024, 5, 6, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TREATMENT = Question(CLINIC, "TREAT", NOON)


def consent(*kinds: Kind, number: int = 100, **changed) -> ConsentFacts:
    fitting = ConsentFacts(
        id=UUID(int=number),
        disclosure=ITEM,
        version=VERSION,
        recipient=CLINIC,
        purposes=frozenset({"TREAT"}),
        effective=NOON - DAY,
        expires=NOON + DAY,
        events=tuple(
            EventFacts(number + n, kind, authentic=kind in (Kind.GRANTED, Kind.UNHELD))
            for n, kind in enumerate(kinds)
        ),
    )
    return replace(fitting, **changed)


YES = (Kind.ASKED, Kind.GRANTED)
SILENT = (Kind.ASKED,)
NO = (Kind.ASKED, Kind.DECLINED)
BACK = (*YES, Kind.REVOKED)
HELD = (*YES, Kind.HELD)


def about_ana(*consents: ConsentFacts) -> ItemFacts:
    return ItemFacts(ITEM, VERSION, ANA, (SubjectFacts(ANA, True, consents),))


def about_both(anas: tuple[ConsentFacts, ...], bens: tuple[ConsentFacts, ...]) -> ItemFacts:
    subjects = (SubjectFacts(ANA, True, anas), SubjectFacts(BEN, True, bens))
    return ItemFacts(ITEM, VERSION, ANA, subjects)


# What else the same member was asked: each once shifted the reasons of a no from those of silence.
BESIDE = {
    "nothing": (),
    "a yes to another reader": (consent(*YES, number=10, recipient=INSURER),),
    "a yes to another reason": (consent(*YES, number=10, purposes=frozenset({"HPAYMT"})),),
    "a yes about another item": (consent(*YES, number=10, disclosure=OTHER),),
    "a yes to the old words": (consent(*YES, number=10, version=OLD),),
    "a yes that ended": (consent(*YES, number=10, expires=NOON),),
    "a yes taken back": (consent(*BACK, number=10),),
    "a yes to the old words for another reason": (
        consent(*YES, number=10, version=OLD, purposes=frozenset({"HPAYMT"})),
    ),
    "a no to another reader": (consent(*NO, number=10, recipient=INSURER),),
}
NOT_GIVEN = {
    "silence": (consent(*SILENT),),
    "a no": (consent(*NO),),
    "not asked yet": (),
    "silence swept by the worker": (consent(*SILENT, Kind.EXPIRED),),
    "a no swept by the worker": (consent(*NO, Kind.EXPIRED),),
    "a no after the question's end": (consent(*SILENT, Kind.EXPIRED, Kind.REVOKED),),
    "a question with a defect": (consent(*SILENT, Kind.DEFECT),),
}


@pytest.mark.parametrize("beside", BESIDE)
@pytest.mark.parametrize("answer", NOT_GIVEN)
class TestWhatWasNotGiven:
    def test_of_an_item_about_one_member_it_has_the_reasons_of_silence(self, answer, beside):
        item = about_ana(*NOT_GIVEN[answer], *BESIDE[beside])
        silent = about_ana(*NOT_GIVEN["silence"], *BESIDE[beside])
        seen = reasons_seen(item, TREATMENT)
        assert not decide(item, TREATMENT).permits
        assert seen == reasons_seen(silent, TREATMENT)
        assert Reason.REFUSED not in seen

    def test_so_it_has_of_the_speaker_and_of_the_other_in_an_item_about_two(self, answer, beside):
        given, silence = NOT_GIVEN[answer], NOT_GIVEN["silence"]
        yes = (consent(*YES, number=50),)
        for item, silent in (
            (
                about_both((*given, *BESIDE[beside]), ()),
                about_both((*silence, *BESIDE[beside]), ()),
            ),
            (
                about_both(yes, (*given, *BESIDE[beside])),
                about_both(yes, (*silence, *BESIDE[beside])),
            ),
        ):
            assert reasons_seen(item, TREATMENT) == reasons_seen(silent, TREATMENT)


@pytest.mark.parametrize("beside", BESIDE)
@pytest.mark.parametrize("then", [(), (Kind.EXPIRED,), (Kind.SUPERSEDED,)])
def test_a_hold_has_the_reasons_of_a_taking_back(beside, then):
    held = about_ana(consent(*HELD, *then), *BESIDE[beside])
    back = about_ana(consent(*BACK, *then), *BESIDE[beside])
    assert reasons_seen(held, TREATMENT) == reasons_seen(back, TREATMENT)
    assert Reason.REVOKED in reasons_seen(held, TREATMENT)


@pytest.mark.parametrize(
    ("item", "seen"),
    [
        (about_ana(), ["NO_CONSENT"]),
        (about_ana(consent(*NO)), ["NO_CONSENT"]),
        (about_ana(consent(*BACK)), ["REVOKED"]),
        (about_ana(consent(*HELD)), ["REVOKED"]),
        (about_ana(consent(*NO, Kind.GRANTED, Kind.REVOKED)), ["REVOKED"]),
        (about_ana(consent(*YES, recipient=INSURER)), ["RECIPIENT_MISMATCH"]),
        (about_ana(consent(*YES, expires=NOON)), ["EXPIRED"]),
        (about_ana(consent(*HELD, Kind.UNHELD, expires=NOON)), ["EXPIRED"]),
        (about_ana(consent(*YES, version=OLD)), ["VERSION_CHANGED"]),
        (
            replace(about_ana(consent(*NO)), entered_in_error=True),
            ["ENTERED_IN_ERROR", "NO_CONSENT"],
        ),
        (about_both((), ()), ["NOT_SHOWABLE", "NO_CONSENT"]),
        (about_both((consent(*NO),), ()), ["NOT_SHOWABLE", "NO_CONSENT"]),
        (
            about_both((consent(*YES),), (consent(*NO, number=50),)),
            ["NO_CONSENT", "SUBJECT_CONSENT_MISSING"],
        ),
        (
            about_both((consent(*YES),), (consent(*HELD, number=50),)),
            ["REVOKED", "SUBJECT_CONSENT_MISSING"],
        ),
    ],
)
def test_what_the_asker_sees(item, seen):
    assert list(reasons_seen(item, TREATMENT)) == seen


def test_a_narrow_no_beside_a_wider_yes_is_a_permission_that_is_missing():
    item = about_ana(consent(*YES), consent(*NO, number=50, purposes=frozenset({"COC"})))
    asked = replace(TREATMENT, purpose="COC")
    assert decide(item, asked).reasons == (Reason.REFUSED,)
    assert reasons_seen(item, asked) == (Reason.NO_CONSENT,)


@pytest.mark.parametrize("last", [Kind.DECLINED, Kind.HELD])
def test_what_ends_a_yes_that_had_ended_by_itself_changes_no_reason(last: Kind) -> None:
    yes = EventFacts(1, Kind.GRANTED, until=NOON - DAY, authentic=True, at=NOON - 2 * DAY)
    end = EventFacts(2, last, at=NOON - DAY / 2)

    silent = reasons_seen(about_ana(consent(events=(yes,))), TREATMENT)
    assert silent == (Reason.EXPIRED,)
    assert reasons_seen(about_ana(consent(events=(yes, end))), TREATMENT) == silent


def test_a_hold_by_somebody_who_came_of_age_beside_whom_nobody_signs_any_more_shows() -> None:
    grown = LegalStanding(Signs.BOTH, of_age_at=NOON - 3 * DAY)
    yes = EventFacts(1, Kind.GRANTED, authentic=True, at=NOON - 2 * DAY)
    held = consent(events=(yes, EventFacts(2, Kind.HELD, at=NOON - DAY)))
    item = ItemFacts(ITEM, VERSION, ANA, (SubjectFacts(ANA, True, (held,), grown),))

    assert reasons_seen(item, TREATMENT) == (Reason.REVOKED,)
