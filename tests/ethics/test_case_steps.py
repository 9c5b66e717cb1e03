"""R106, R107, R112: steps are added in any order, name nobody, and let nothing out."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from consent.models import Consent, Release
from consent.services.leading import set_cover
from ethics.guarding import CaseNamesFound, guard_for_case
from ethics.models import CaseStep, EthicsCase
from ethics.rules import StepKind
from ethics.services.cases import cite
from sessions_app.guarding import Answer, Choice
from sessions_app.models import Facilitation, Membership
from sessions_app.rules import Problem
from tests.cast import refused, sign_in, user_of
from tests.ethics.scene import CaseTestCase
from tests.thinking import words_of


class WritingSteps(CaseTestCase):
    """In any order; added, never changed; naming nobody (R106, R107)."""

    def test_in_any_order(self):
        case = self.opens()
        for kind in (StepKind.CHOICE, StepKind.TESTS, StepKind.FACTS, StepKind.STAKEHOLDERS):
            self.writes(case, kind)
        assert [one.kind for one in self.standing(case)] == [
            "choice",
            "tests",
            "facts",
            "stakeholders",
        ]

    def test_a_correction_is_another_entry_and_the_earlier_stays(self):
        case = self.opens()
        first = self.writes(case, StepKind.FACTS)
        second = self.writes(
            case, StepKind.FACTS, {"facts": "They wrote a letter."}, replaces=first.pk
        )
        assert [one.pk for one in self.standing(case)] == [second.pk]
        assert words_of(first, self.practice)["facts"] == "An employer telephoned."

    def test_an_entry_is_never_changed(self):
        self.writes(self.opens(), StepKind.FACTS)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            CaseStep.objects.update(value="else")

    def test_two_who_write_the_same_step_both_keep_their_words(self):
        case = self.opens()
        self.writes(case, StepKind.FACTS)
        with refused(Problem.CHANGED_MEANWHILE):
            self.writes(case, StepKind.FACTS, {"facts": "I saw none of it."})

    def test_of_several_entries_each_is_corrected_by_its_author_alone(self):
        case = self.opens()
        self.asks_onto(case, user_of(self.cody), "peer")
        codys = self.writes(case, StepKind.OPTION, {"option": "Wait."}, by=self.cody)
        with refused(Problem.CHANGED_MEANWHILE):
            self.writes(case, StepKind.OPTION, {"option": "Do not wait."}, replaces=codys.pk)
        self.writes(
            case, StepKind.OPTION, {"option": "Wait a day."}, by=self.cody, replaces=codys.pk
        )
        assert len(self.standing(case)) == 1

    def test_a_dissent_is_noted_by_anybody_on_it_and_taken_out_by_nobody(self):
        case = self.opens()
        self.asks_onto(case, user_of(self.sue), "supervisor")
        dissent = self.writes(case, StepKind.DISSENT, by=self.sue)
        with refused(Problem.CHANGED_MEANWHILE):
            self.writes(case, StepKind.DISSENT, by=self.sue, replaces=dissent.pk)
        self.wishes(case)
        self.closes(case)
        self.writes(case, StepKind.DISSENT, by=self.sue)
        assert len(self.standing(case)) == 4

    def test_whoever_was_asked_for_advice_writes_advice_and_dissent_alone(self):
        case = self.opens()
        self.asks_onto(case, user_of(self.sue), "supervisor")
        advice = self.writes(case, StepKind.CONSULTATION, by=self.sue, whom="client")
        assert (advice.whom, advice.on) == ("supervisor", self.today)
        with refused(Problem.UNKNOWN):
            self.writes(case, StepKind.CHOICE, by=self.sue)

    def test_nobody_closes_a_case_by_writing_that_it_is_closed(self):
        with refused(Problem.UNKNOWN):
            self.writes(self.opens(), StepKind.CLOSING, {}, value="full")

    def test_a_name_is_asked_about_and_rewritten_or_explained(self):
        case = self.about_ana()
        words = {"facts": "Ana was telephoned. Ben heard it.", "assumptions": "Cleo knows."}
        with pytest.raises(CaseNamesFound) as found:
            self.writes(case, StepKind.FACTS, words)
        reading = found.value.reading
        asked = {reading.text[one.start : one.end] for one in reading.open}
        assert asked == {"Ana", "Ben", "Cleo"}
        answers = {
            "ana": Answer(Choice.REWRITE),
            "ben": Answer(Choice.SOMEBODY_ELSE, reason="The clock tower."),
            "cleo": Answer(Choice.REWRITE),
        }
        guard = guard_for_case(self.fay, case=case, answers=answers, instead="the member")
        step = self.writes(case, StepKind.FACTS, words, guard=guard)
        assert words_of(step, self.practice) == {
            "facts": "The member was telephoned. Ben heard it.",
            "assumptions": "The member knows.",
        }

    def test_a_refusal_tells_no_name_of_somebody_whom_the_writer_never_met(self):
        set_cover(
            by=self.sue,
            code=self.group.code,
            user=user_of(self.otto),
            since=self.today,
            until=self.today,
            once=uuid4(),
        )
        case = self.opens(by=self.otto, group_code=self.group.code)
        with pytest.raises(CaseNamesFound):
            self.writes(case, StepKind.OPTION, {"option": "Tell Ana."}, by=self.otto)
        Facilitation.objects.filter(user=self.otto.user, group=self.group).update(
            since=self.today - timedelta(days=9), until=self.today - timedelta(days=1)
        )
        nora = self.join(self.fay, self.group, "Nora Quistgaard")
        Membership.objects.filter(member=nora.member).update(since=self.today)
        self.writes(case, StepKind.OPTION, {"option": "Quistgaard telephoned."}, by=self.otto)

    def test_a_refusal_tells_a_supervisor_no_name(self):
        case = self.about_ana()
        self.asks_onto(case, user_of(self.sue), "supervisor")
        self.writes(case, StepKind.CONSULTATION, {"came_of_it": "Is it Ana?"}, by=self.sue)

    def test_huge_and_unkeepable_texts_have_their_answer(self):
        case = self.opens()
        with refused(Problem.TOO_LONG):
            self.writes(case, StepKind.FACTS, {"facts": "a" * 20_001})
        with refused(Problem.CANNOT_BE_KEPT):
            self.writes(case, StepKind.FACTS, {"facts": "a\0b"})
        with refused(Problem.TOO_LONG):
            self.writes(case, StepKind.CITATION, {"source": "a" * 201, "rule": "1"})
        self.writes(case, StepKind.FACTS, {"facts": "a" * 20_000})

    def test_sent_twice_it_is_written_once(self):
        case, once = self.opens(), uuid4()
        guard = guard_for_case(self.fay, case=case)
        first, again = (
            self.writes(case, StepKind.OPTION, {"option": "Wait."}, once=once, guard=guard)
            for _ in range(2)
        )
        assert first.pk == again.pk and len(self.standing(case)) == 1

    def test_a_citation_may_point_at_the_library(self):
        case, row = self.opens(), uuid4()
        step = cite(
            by=self.fay,
            code=case.code,
            source="ACA",
            rule="B.2.a",
            edition="2014",
            guard=guard_for_case(self.fay, case=case),
            once=uuid4(),
            reference=row,
        )
        assert step.reference == row
        assert words_of(step, self.practice)["rule"] == "B.2.a"

    def test_a_foreign_case_is_not_found(self):
        theirs = self.opens(by=self.otto)
        with pytest.raises(EthicsCase.DoesNotExist):
            self.writes(theirs, StepKind.FACTS)
        far = self.opens(by=self.zoe)
        with pytest.raises(EthicsCase.DoesNotExist):
            self.closes(far)

    def test_a_case_lets_nothing_out(self):
        item = self.said()
        case = self.about_ana()
        for action in ("consent_request", "emergency", "referral", "dialogue", "no_action"):
            self.writes(case, StepKind.ACTION, value=action)
        assert not Release.objects.exists() and not Consent.objects.exists()
        assert item.current_version == 1


class OnThePages(CaseTestCase):
    def test_a_correction_that_is_sent_twice_is_saved_once_and_answers_the_same(self):
        case = self.opens()
        option = {"option": "Wait.", "consequences": "Nothing changes."}
        step = self.writes(case, StepKind.OPTION, option)
        client, where = Client(), f"/cases/{case.code}/option/{step.pk}/"
        sign_in(client, self.fay)
        form = client.get(where).content.decode()
        sent = {"seen": str(step.pk), "once": re.search(r'name="once" value="([^"]+)"', form)[1]}
        answers = [client.post(where, {**sent, **option, "option": "Ask."}) for _ in range(2)]
        assert [one.status_code for one in answers] == [302, 302]
        assert len([one for one in self.standing(case) if one.kind == "option"]) == 1
