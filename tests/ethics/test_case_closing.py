"""R110, R111: how a case is resolved, what it takes to close it, and when it comes back."""

from datetime import timedelta
from uuid import uuid4

from django.test import Client

from audit.models import Entry
from consent.services.deciding import revoke_consent
from ethics import queries
from ethics.models import CaseShare, EthicsCase
from ethics.rules import Question, StepKind, still_asks
from sessions_app.rules import Problem
from tests.cast import refused, sign_in, user_of
from tests.ethics.scene import CaseTestCase


class Resolving(CaseTestCase):
    """By talking with the client, by referral, by dialogue; several of them (R110)."""

    def test_each_goes_with_its_people(self):
        case = self.opens()
        self.writes(case, StepKind.RESOLUTION, value="client", whom="client")
        self.writes(case, StepKind.RESOLUTION, value="referral", whom="service")
        self.writes(case, StepKind.RESOLUTION, value="dialogue", whom="administration")
        for value, whom in (
            ("client", "service"),
            ("referral", "client"),
            ("dialogue", "guideline"),
        ):
            with refused(Problem.NOT_WITH_THEM):
                self.writes(case, StepKind.RESOLUTION, value=value, whom=whom)

    def test_a_referral_names_a_permission_that_its_writer_sees_agreed_to(self):
        case = self.about_ana()
        consent = self.grants(self.ana, self.asked(self.said()))
        step = self.refers(case, consent.code)
        assert step.consent == consent

    def test_any_other_code_has_one_answer(self):
        case = self.about_ana()
        waiting = self.consent_of(self.ana, self.asked(self.said()))
        granted = self.grants(self.ana, self.asked(self.said("Else.")))
        revoke_consent(by=self.ana.actor, code=granted.code)
        for code in (waiting.code, granted.code, "C-XXXXXX", case.code):
            with refused(Problem.NO_SUCH_PERMISSION):
                self.refers(case, code)
        given = self.grants(self.ana, self.asked(self.said("More.")))
        ottos = self.opens(by=self.otto)
        with refused(Problem.NO_SUCH_PERMISSION):
            self.refers(ottos, given.code, by=self.otto)

    def test_another_permission_under_a_key_that_a_browser_brought_back_is_not_lost(self):
        case, once = self.about_ana(), uuid4()
        wrong, right = (self.grants(self.ana, self.asked(self.said(w))) for w in ("One.", "Two."))
        steps = [self.refers(case, one.code, once=once) for one in (wrong, right, right)]
        assert [one.consent for one in steps] == [wrong, right, right]
        assert steps[1] == steps[2]

    def test_its_outcome_comes_later_whatever_became_of_the_permission(self):
        case = self.about_ana()
        consent = self.grants(self.ana, self.asked(self.said()))
        first = self.refers(case, consent.code)
        revoke_consent(by=self.ana.actor, code=consent.code)
        later = self.refers(case, consent.code, outcome="They called back.", replaces=first.pk)
        assert later.consent == consent
        assert "outcome" in later.filled

    def test_a_permission_goes_with_a_referral_alone(self):
        consent = self.grants(self.ana, self.asked(self.said()))
        with refused(Problem.UNKNOWN):
            self.writes(
                self.about_ana(),
                StepKind.RESOLUTION,
                value="dialogue",
                whom="supervisor",
                consent_code=consent.code,
            )

    def test_an_ethics_body_is_asked_after_the_administration(self):
        case = self.opens(dilemma="policy")
        with refused(Problem.ADMINISTRATION_FIRST):
            self.writes(case, StepKind.ESCALATION, value="ethics_body")
        for stage in ("administration", "policy_change", "ethics_body"):
            self.writes(case, StepKind.ESCALATION, value=stage)

    def refers(self, case, code, *, by=None, outcome="", **more):
        words = {"about": "The clinic.", "shared": "That there is a danger.", "outcome": outcome}
        return self.writes(
            case,
            StepKind.RESOLUTION,
            words,
            by=by,
            value="referral",
            whom="service",
            consent_code=code,
            **more,
        )


class ClosingACase(CaseTestCase):
    """Not without the client's wish, or why it could not be had (R111)."""

    def test_without_the_wish_it_is_refused_and_nothing_is_lost(self):
        case = self.opens()
        self.writes(case, StepKind.FACTS)
        with refused(Problem.NO_WISH):
            self.closes(case)
        entry = self.last_entry()
        assert (entry.act, entry.outcome) == ("case.closed", "refused")
        assert len(self.standing(case)) == 1
        assert not EthicsCase.objects.get(pk=case.pk).closed_at

    def test_why_it_could_not_be_had_is_enough(self):
        case = self.opens()
        self.wishes(case, "They do not answer.", value="could_not", on=None)
        assert self.closes(case).closed_at

    def test_with_questions_open_it_is_closed_knowingly(self):
        case = self.opens()
        self.wishes(case)
        with refused(Problem.STILL_OPEN):
            self.closes(case, knows=False)
        assert self.closes(case, knows=True).closed_at

    def test_a_plain_case_ends_after_codes_and_law(self):
        case = self.opens()
        self.wishes(case)
        with refused(Problem.NOT_PLAIN):
            self.closes(case, "plain", knows=False)
        self.writes(case, StepKind.FACTS)
        self.writes(case, StepKind.CITATION)
        assert self.closes(case, "plain", knows=False).closed_at

    def test_closed_it_takes_no_more_steps_until_it_is_opened_again(self):
        case = self.closed()
        with refused(Problem.CASE_CLOSED):
            self.writes(case, StepKind.FACTS)
        self.closes(case)
        assert Entry.objects.filter(act="case.closed").count() == 1
        self.reopens(case)
        self.writes(case, StepKind.FACTS)

    def test_a_mistake_needs_no_reason_and_anything_later_does(self):
        case = self.closed()
        self.reopens(case)
        self.reopens(case)
        assert Entry.objects.filter(act="case.reopened").count() == 1
        self.closes(case)
        EthicsCase.objects.filter(pk=case.pk).update(closed_at=case.opened_at - timedelta(days=2))
        with refused(Problem.REQUIRED):
            self.reopens(case)
        assert self.reopens(case, "They asked again.").closed_at is None

    def test_closing_takes_outside_consultants_off_and_ends_what_they_were_shown(self):
        case = self.opens()
        self.asks_onto(case, user_of(self.uma), "outside")
        step = self.writes(case, StepKind.FACTS)
        self.shares(case, step, {"facts": "Somebody telephoned."})
        self.asks_onto(case, user_of(self.sue), "supervisor")
        self.wishes(case)
        self.closes(case)
        assert queries.cases_consulted_on(self.uma) == []
        assert not CaseShare.objects.filter(ended_at=None).exists()
        assert len(queries.cases_consulted_on(self.sue)) == 1
        with refused(Problem.CASE_CLOSED):
            self.asks_onto(case, user_of(self.uma), "outside")

    def test_advice_that_was_being_written_meanwhile_is_shown_to_its_writer_alone(
        self,
    ):
        case, advice = self.opens(), "Ask what the list is for."
        self.wishes(case)
        self.asks_onto(case, user_of(self.uma), "outside")
        self.closes(case)
        sent = {"what": "consultation", "words": advice, "once": str(uuid4())}
        for who, status in ((self.uma, 410), (self.sue, 404), (self.otto, 404)):
            client = Client()
            sign_in(client, who)
            page = client.post(f"/consulted/{case.code}/", sent)
            assert page.status_code == status
            assert (advice in page.content.decode()) == (who is self.uma)

    def test_it_comes_back_on_its_day_until_somebody_looks_back(self):
        case = self.closed()
        self.writes(case, StepKind.FOLLOW_UP, {}, on=self.today + timedelta(days=7))
        assert list(queries.cases_due(self.fay)) == []
        EthicsCase.objects.filter(pk=case.pk).update(follow_up_on=self.today - timedelta(days=1))
        assert [one.pk for one in queries.cases_due(self.fay)] == [case.pk]
        self.writes(case, StepKind.LOOKING_BACK)
        assert list(queries.cases_due(self.fay)) == []
        with refused(Problem.DAY_TO_LOOK):
            self.writes(
                case,
                StepKind.FOLLOW_UP,
                {},
                on=self.today - timedelta(days=1),
                replaces=self.of_kind(case, "follow_up"),
            )

    def test_a_colleague_asks_less_and_less(self):
        case = self.opens()
        asked = self.asks(case)
        assert asked[0] is Question.WISH
        self.wishes(case)
        assert Question.WISH not in self.asks(case)
        for kind in (StepKind.FACTS, StepKind.STAKEHOLDERS, StepKind.CITATION, StepKind.CHOICE):
            self.writes(case, kind)
        self.writes(case, StepKind.CONSULTATION)
        self.writes(case, StepKind.CONSULTATION, whom="client")
        for option in ("Wait.", "Answer."):
            words = {"option": option, "autonomy": "Theirs.", "consequences": "None."}
            self.writes(case, StepKind.OPTION, words)
        self.writes(case, StepKind.TESTS)
        self.writes(case, StepKind.RESOLUTION, value="client", whom="client")
        self.writes(case, StepKind.ACTION)
        self.writes(case, StepKind.FOLLOW_UP, {}, on=self.today)
        assert self.asks(case) == []

    def asks(self, case):
        fresh = EthicsCase.objects.get(pk=case.pk)
        return still_asks(queries.state_of(fresh, self.standing(fresh)))

    def of_kind(self, case, kind):
        return next(one.pk for one in self.standing(case) if one.kind == kind)

    def closed(self):
        case = self.opens()
        self.wishes(case)
        return self.closes(case)
