"""A case through its services: who finds it, what it is about, and how it is opened."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import override_settings

from accounts.models import StaffRole
from audit.clock import database_now
from audit.models import Entry
from consent.models import Notice
from ethics import queries
from ethics.guarding import CaseNamesFound, guard_for_case
from ethics.models import CasePerson, EthicsCase
from ethics.rules import StepKind
from ethics.services.cases import open_case
from ethics.services.consulting import end_invitation
from sessions_app.models import Membership, TherapyGroup
from sessions_app.rules import Problem
from tests.cast import refused, user_of
from tests.ethics.scene import CaseTestCase
from vault import key_ring


class WhoFindsACase(CaseTestCase):
    """Its people alone, each in the part they were asked for (R105)."""

    def test_its_opener_finds_it_and_decides_about_it(self):
        case = self.opens()
        assert queries.own_case(self.fay, case.code).leads
        assert [one.pk for one in queries.cases_worked_on(self.fay)] == [case.pk]

    def test_nobody_else_finds_it_not_even_who_leads_or_reviews_the_group(self):
        case = self.about_ana()
        for nobody in (self.cody, self.otto, self.sue, self.adam, self.zoe, self.ana.actor):
            with pytest.raises(EthicsCase.DoesNotExist):
                queries.own_case(nobody, case.code)
            with pytest.raises(CasePerson.DoesNotExist):
                queries.consulted_case(nobody, case.code)
            assert queries.cases_worked_on(nobody) == []
            assert queries.cases_consulted_on(nobody) == []
            assert list(queries.cases_due(nobody)) == []

    def test_a_peer_who_is_asked_writes_in_it_and_decides_nothing(self):
        case = self.opens()
        self.asks_onto(case, user_of(self.cody), "peer")
        assert not queries.own_case(self.cody, case.code).leads
        self.writes(case, StepKind.FACTS, by=self.cody)
        with pytest.raises(EthicsCase.DoesNotExist):
            queries.led_case(self.cody, case.code)

    def test_a_peer_leads_it_on_once_its_opener_leads_nothing_any_more(self):
        case = self.opens()
        self.asks_onto(case, user_of(self.cody), "peer")
        StaffRole.objects.filter(user=self.fay.user).update(
            until=database_now() - timedelta(hours=1)
        )
        assert queries.led_case(self.cody, case.code).leads

    def test_a_supervisor_who_is_asked_finds_it_where_advice_is_asked(self):
        case = self.opens()
        self.asks_onto(case, user_of(self.sid), "supervisor")
        assert queries.consulted_case(self.sid, case.code).case_id == case.pk
        with pytest.raises(CasePerson.DoesNotExist):
            queries.consulted_case(self.sue, case.code)

    def test_once_an_invitation_is_ended_or_over_nothing_is_found(self):
        case = self.opens()
        person = self.asks_onto(case, user_of(self.sue), "supervisor")
        end_invitation(by=self.fay, code=case.code, person_id=person.pk)
        end_invitation(by=self.fay, code=case.code, person_id=person.pk)
        self.not_consulted(self.sue, case)
        assert Entry.objects.filter(act="case.invitation_ended", object_id=person.pk).count() == 1
        over = self.asks_onto(case, user_of(self.sue), "supervisor")
        CasePerson.objects.filter(pk=over.pk).update(until=self.today - timedelta(days=1))
        self.not_consulted(self.sue, case)
        with pytest.raises(CasePerson.DoesNotExist):
            self.writes(case, StepKind.CONSULTATION, by=self.sue)

    def test_a_row_that_was_written_by_hand_lets_nobody_in(self):
        case, other = self.opens(), self.opens("Another")
        CasePerson.objects.create(
            case=case,
            user=user_of(self.sue),
            part="supervisor",
            invited_by=user_of(self.fay),
            invited_at=database_now(),
            until=self.today,
        )
        self.not_consulted(self.sue, case)
        person = self.asks_onto(other, user_of(self.sid), "supervisor", self.today)
        CasePerson.objects.filter(pk=person.pk).update(until=self.today + timedelta(days=90))
        self.not_consulted(self.sid, other)
        EthicsCase.objects.filter(pk=case.pk).update(opened_by=self.otto.user)
        with pytest.raises(EthicsCase.DoesNotExist):
            queries.own_case(self.otto, case.code)
        assert queries.cases_worked_on(self.otto) == []

    def test_an_ended_invitation_that_was_opened_again_by_hand_lets_nobody_in(self):
        case = self.opens()
        person = self.asks_onto(case, user_of(self.sue), "supervisor")
        end_invitation(by=self.fay, code=case.code, person_id=person.pk)
        CasePerson.objects.filter(pk=person.pk).update(ended_at=None)
        self.not_consulted(self.sue, case)

    def test_only_somebody_in_the_part_is_asked_and_once(self):
        case = self.opens()
        for who, part in ((self.adam, "supervisor"), (self.otto, "outside"), (self.zoe, "peer")):
            with refused(Problem.NOT_IN_ROLE):
                self.asks_onto(case, user_of(who), part)
        with refused(Problem.NOT_IN_ROLE):
            self.asks_onto(case, user_of(self.fay), "peer")
        with refused(Problem.UNKNOWN):
            self.asks_onto(case, user_of(self.sue), "administrator")
        self.asks_onto(case, user_of(self.sue), "supervisor")
        with refused(Problem.ON_IT_ALREADY):
            self.asks_onto(case, user_of(self.sue), "supervisor")
        with refused(Problem.DAY_TO_LOOK):
            self.asks_onto(case, user_of(self.sid), "supervisor", self.today - timedelta(days=1))
        with refused(Problem.OUT_OF_BOUNDS):
            self.asks_onto(case, user_of(self.sid), "supervisor", self.today + timedelta(days=400))

    def test_whoever_is_asked_is_told_and_so_is_the_opener_of_their_advice(self):
        case = self.opens()
        self.asks_onto(case, user_of(self.sue), "supervisor")
        assert self.told(self.sue) == [case.pk]
        self.writes(case, StepKind.CONSULTATION, by=self.sue)
        assert self.told(self.fay) == [case.pk]

    def test_the_trail_keeps_codes_of_no_group(self):
        case = self.about_ana()
        self.writes(case, StepKind.FACTS)
        entries = Entry.objects.filter(act__startswith="case.")
        assert entries.count() == 2
        for entry in entries:
            assert entry.group is None
            assert self.ana.member.pk.hex.encode() not in bytes(entry.body)

    def told(self, who):
        return list(
            Notice.objects.filter(person=who.user, kind="case").values_list("about", flat=True)
        )

    def not_consulted(self, who, case):
        with pytest.raises(CasePerson.DoesNotExist):
            queries.consulted_case(who, case.code)
        assert queries.cases_consulted_on(who) == []


class OpeningACase(CaseTestCase):
    def test_it_may_be_about_a_member_a_group_or_nobody(self):
        assert self.about_ana().about == self.ana.member
        assert self.opens(group_code=self.group.code).group == self.group
        nobody = self.opens()
        assert nobody.group is None and nobody.about is None

    def test_sent_twice_it_is_opened_once(self):
        once = uuid4()
        guard = guard_for_case(self.fay)
        given = {
            "by": self.fay,
            "title": "Twice",
            "dilemma": "values",
            "guard": guard,
            "once": once,
        }
        assert open_case(**given).pk == open_case(**given).pk
        assert EthicsCase.objects.count() == 1

    def test_not_about_anybody_elses_group_or_member(self):
        with pytest.raises(TherapyGroup.DoesNotExist):
            self.opens(group_code=self.other_group.code)
        with pytest.raises(TherapyGroup.DoesNotExist):
            self.opens(group_code=self.far_group.code, member_code=self.zed.member.code)
        with pytest.raises(Membership.DoesNotExist):
            self.opens(group_code=self.group.code, member_code=self.dora.member.code)
        with refused(Problem.UNKNOWN):
            self.opens(member_code=self.ana.member.code)

    def test_a_title_says_something_short_and_names_nobody(self):
        with refused(Problem.REQUIRED):
            self.opens(" . ")
        with refused(Problem.TOO_LONG):
            self.opens("a" * 121)
        with pytest.raises(CaseNamesFound):
            self.opens("What Ben asks for")
        with refused(Problem.UNKNOWN):
            self.opens(dilemma="taste")

    def test_without_keys_nothing_is_opened(self):
        guard = guard_for_case(self.fay)
        key_ring.forget()
        self.addCleanup(key_ring.forget)
        given = {"title": "Away", "dilemma": "values", "guard": guard, "once": uuid4()}
        away = override_settings(GROUPCARE_KEYS_DIR="/nowhere/keys")
        with away, pytest.raises(key_ring.Keyless):
            open_case(by=self.fay, **given)
        assert not EthicsCase.objects.exists()
