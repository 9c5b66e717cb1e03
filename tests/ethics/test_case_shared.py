"""R107 to R109: what others are shown of a case names nobody, and what an erased member leaves."""

from collections.abc import Callable, Mapping
from uuid import uuid4

import pytest

from consent.services.erasing import erase_member
from consent.services.freezing import Frozen, freeze
from ethics import queries
from ethics.guarding import CaseGuard, CaseNamesFound
from ethics.models import CaseShare, CaseStep, EthicsCase
from ethics.rules import StepKind
from ethics.services.cases import forget_erased_members
from ethics.services.consulting import end_share, look_from_outside, share_step
from sessions_app.guarding import Guard
from sessions_app.models import Draft
from sessions_app.rules import Problem
from sessions_app.services.drafts import keep_draft
from tests.cast import refused, user_of
from tests.ethics.scene import CaseTestCase
from tests.thinking import WISH, words_of
from vault.envelope import Unreadable


class CorrectedMeanwhile(CaseGuard):
    """Reads as a guard that knows no name does; a colleague corrects the entry in that moment."""

    def __init__(self, correct: Callable[[], object]) -> None:
        super().__init__(Guard([], {}))
        object.__setattr__(self, "correct", correct)

    def read(self, texts: Mapping[str, str]) -> dict[str, str]:
        self.correct()
        return super().read(texts)


class WithoutIdentity(CaseTestCase):
    """What an outside consultant and a later reader are shown names nobody (R108, R109)."""

    def test_an_outside_consultant_sees_what_is_shared_and_what_they_said(self):
        case = self.about_ana()
        self.asks_onto(case, user_of(self.uma), "outside")
        shared, kept = self.writes(case, StepKind.FACTS), self.writes(case, StepKind.CHOICE)
        share = self.shares(case, shared, {"facts": "Somebody telephoned."})
        self.writes(case, StepKind.CONSULTATION, by=self.uma)
        seen = look_from_outside(by=self.uma, code=case.code)
        assert [one.pk for one in seen.shares] == [share.pk]
        assert [one.whom for one in seen.own] == ["outside"]
        assert kept.pk not in seen.receipt.ids and case.pk not in seen.receipt.ids

    def test_what_was_ended_is_not_shown_even_if_its_row_is_opened_by_hand(self):
        case = self.opens()
        self.asks_onto(case, user_of(self.uma), "outside")
        share = self.shares(case, self.writes(case, StepKind.FACTS), {"facts": "Somebody."})
        end_share(by=self.fay, code=case.code, share_id=share.pk)
        CaseShare.objects.filter(pk=share.pk).update(ended_at=None)
        assert look_from_outside(by=self.uma, code=case.code).shares == []

    def test_a_share_moved_to_another_case_by_hand_is_not_shown(self):
        case, other = self.opens(), self.opens("Other")
        self.asks_onto(other, user_of(self.uma), "outside")
        share = self.shares(case, self.writes(case, StepKind.FACTS), {"facts": "Somebody."})
        CaseShare.objects.filter(pk=share.pk).update(case=other)
        assert look_from_outside(by=self.uma, code=other.code).shares == []

    def test_what_was_corrected_is_shown_no_more_until_it_is_shared_anew(self):
        case = self.opens()
        self.asks_onto(case, user_of(self.uma), "outside")
        first = self.writes(case, StepKind.FACTS)
        share = self.shares(case, first, {"facts": "A nurse of the north ward telephoned."})
        self.writes(case, StepKind.FACTS, replaces=first.pk)
        assert look_from_outside(by=self.uma, code=case.code).shares == []
        assert CaseShare.objects.get(pk=share.pk).ended_at

    def test_an_entry_that_is_corrected_while_it_is_being_shared_is_not_shown(self):
        case = self.opens()
        self.asks_onto(case, user_of(self.uma), "outside")
        first = self.writes(case, StepKind.FACTS)
        guard = CorrectedMeanwhile(lambda: self.writes(case, StepKind.FACTS, replaces=first.pk))
        with pytest.raises(CaseStep.DoesNotExist):
            share_step(
                by=self.fay,
                code=case.code,
                step_id=first.pk,
                words={"facts": "A nurse of the north ward telephoned."},
                guard=guard,
                once=uuid4(),
            )
        assert look_from_outside(by=self.uma, code=case.code).shares == []

    def test_words_that_go_further_name_no_member_and_no_staff(self):
        case = self.about_ana()
        step = self.writes(case, StepKind.FACTS)
        for named in ("Ana was telephoned.", "Cody heard it.", "Sue said so."):
            with pytest.raises(CaseNamesFound):
                self.shares(case, step, {"facts": named})
            self.wishes(case) if not self.of(case, "wish") else None
        self.closes(case)
        with pytest.raises(CaseNamesFound):
            self.teaches(case, outcome="Fay waited.")

    def test_shared_again_the_new_words_take_the_place(self):
        case = self.opens()
        self.asks_onto(case, user_of(self.uma), "outside")
        step = self.writes(case, StepKind.FACTS)
        self.shares(case, step, {"facts": "Somebody telephoned."})
        second = self.shares(case, step, {"facts": "Somebody called."})
        assert [one.pk for one in look_from_outside(by=self.uma, code=case.code).shares] == [
            second.pk
        ]

    def test_frozen_nothing_is_shared_and_nobody_of_outside_reads_or_comes(self):
        case = self.opens()
        step = self.writes(case, StepKind.FACTS)
        self.asks_onto(case, user_of(self.uma), "outside")
        freeze(by=self.sue)
        with pytest.raises(Frozen):
            self.shares(case, step, {"facts": "Somebody."})
        with pytest.raises(Frozen):
            look_from_outside(by=self.uma, code=case.code)
        other = self.opens("Written while frozen")
        with pytest.raises(Frozen):
            self.asks_onto(other, user_of(self.uma), "outside")
        self.asks_onto(other, user_of(self.sue), "supervisor")

    def test_facilitators_and_supervisors_learn_from_a_closed_case_alone(self):
        case = self.opens()
        with refused(Problem.CASE_OPEN):
            self.teaches(case)
        self.wishes(case)
        self.closes(case)
        lesson = self.teaches(case)
        for reader in (self.fay, self.otto, self.sue):
            assert queries.lesson(reader, lesson.code).pk == lesson.pk
        for other in (self.adam, self.uma, self.zoe, self.ana.actor):
            assert queries.lessons(other) == []
            with pytest.raises(CaseShare.DoesNotExist):
                queries.lesson(other, lesson.code)
        self.reopens(case)
        assert queries.lessons(self.otto) == []

    def test_a_lesson_has_a_code_of_its_own(self):
        case = self.opens()
        self.wishes(case)
        self.closes(case)
        assert self.teaches(case).code != case.code

    def test_an_empty_share_is_no_share(self):
        case = self.opens()
        step = self.writes(case, StepKind.FACTS)
        with refused(Problem.REQUIRED):
            self.shares(case, step, {"facts": " . "})
        with pytest.raises(CaseStep.DoesNotExist):
            self.shares(case, self.writes(case, StepKind.DISSENT), {"dissent": "No."})

    def of(self, case, kind):
        return [one for one in self.standing(case) if one.kind == kind]


class WhenAMemberIsErased(CaseTestCase):
    """The reference and what they wished go with them; the practice's own thinking stays (R107)."""

    def test_the_reference_is_not_shown_any_more_and_is_taken_off(self):
        case = self.erased()
        assert EthicsCase.objects.get(pk=case.pk).about is None
        assert forget_erased_members() == 1
        assert forget_erased_members() == 0
        assert EthicsCase.objects.get(pk=case.pk).member is None

    def test_what_they_wished_and_said_goes_and_the_rest_stays(self):
        case = self.erased()
        forget_erased_members()
        gone = {one.kind: one.gone for one in self.standing(case)}
        assert gone == {"facts": False, "wish": True, "consultation": True}
        [wish] = [one for one in self.standing(case) if one.kind == "wish"]
        with pytest.raises(Unreadable):
            words_of(wish, self.practice)

    def test_what_somebody_was_typing_of_it_goes_too(self):
        case = self.about_ana()
        keep_draft(by=self.fay, place=f"case:{case.code}:wish", text="To answer alone.")
        erase_member(by=self.sue, code=self.ana.member.code)
        forget_erased_members()
        assert not Draft.objects.exists()

    def test_what_was_shared_of_it_is_shown_no_more(self):
        case = self.about_ana()
        self.asks_onto(case, user_of(self.uma), "outside")
        self.shares(case, self.wishes(case), {"wish": "To answer alone."})
        erase_member(by=self.sue, code=self.ana.member.code)
        assert look_from_outside(by=self.uma, code=case.code).shares == []

    def test_another_wish_may_be_written_and_the_case_closed(self):
        case = self.erased()
        [wish] = [one for one in self.standing(case) if one.kind == "wish"]
        self.wishes(case, "Not to be had.", value="could_not", on=None, replaces=wish.pk)
        assert self.closes(case).closed_at

    def erased(self):
        case = self.about_ana()
        self.writes(case, StepKind.FACTS)
        self.wishes(case, WISH)
        self.writes(case, StepKind.CONSULTATION, whom="client")
        erase_member(by=self.sue, code=self.ana.member.code)
        return case
