"""R43: a practice may be stricter than the rules; what it asks for is said, and confirmed."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.services import StepUpRefused
from audit.models import Entry
from consent import queries
from consent.evidence import mac_of, message
from consent.models import Consent, ConsentEvent, HousePolicy, Release
from consent.policies import counts_from, policy_of
from consent.queries import Standing
from consent.services.confirming import confirm_in_person, confirm_scope
from consent.services.deciding import decline_consent, grant_scope, revoke_consent
from consent.services.policy import set_house_policy
from sessions_app.models import WhoSigns
from sessions_app.rules import Problem
from tests.cast import CastTestCase, refused
from tests.speaking_for import SpeakingFor, comes_of_age
from vault import services as vault


class Setting(CastTestCase):
    def set(self, **more) -> HousePolicy:
        terms = {"longest_days": 30, "cooling_off_hours": 24, "in_person": True}
        return set_house_policy(by=self.adam, **(terms | more))

    def test_the_latest_is_in_force_and_each_leaves_an_entry(self):
        self.set()
        latest = self.set(longest_days=60)
        assert policy_of(self.practice.pk) == latest
        assert HousePolicy.objects.count() == 2
        assert self.last_entry().act == "house.policy_set"
        assert policy_of(self.other_practice.pk).longest_days is None

    def test_the_same_again_is_not_set_again(self):
        assert self.set() == self.set()
        assert Entry.objects.filter(act="house.policy_set").count() == 1

    def test_what_asks_for_nothing_from_the_start_is_not_written(self):
        self.set(longest_days=None, cooling_off_hours=0, in_person=False)
        assert not HousePolicy.objects.exists()

    def test_numbers_have_bounds(self):
        for wrong in ({"longest_days": 0}, {"longest_days": 3651}, {"cooling_off_hours": 721}):
            with refused(Problem.OUT_OF_BOUNDS):
                self.set(**wrong)

    def test_a_longer_question_is_refused_with_its_sentence(self):
        self.set(longest_days=30)
        item = self.said()
        with refused(Problem.LONGER_THAN_THE_HOUSE):
            self.asked(item, expires_on=self.today + timedelta(days=31))
        self.asked(item, expires_on=self.today + timedelta(days=30))

    def test_a_yes_counts_after_the_wait(self):
        policy = self.set(cooling_off_hours=24)
        given = self.grants(
            self.ana, self.asked(self.said(), expires_on=self.today + timedelta(days=30))
        )
        at = queries.last_event(given).at
        assert counts_from(policy, at) - at == timedelta(hours=24)


class ConfirmingInTheRoom(SpeakingFor, CastTestCase):
    """A standing yes, said once more before an originator: it adds evidence and no scope."""

    def setUp(self):
        self.item = self.said()
        self.request = self.asked(self.item)
        self.given = self.grants(self.ana, self.request)

    def confirm(self, by=None, consent=None, step_up=None) -> ConsentEvent:
        by, consent = by or self.fay, consent or self.given
        step_up = step_up or self.stepped_up(by, confirm_scope(consent))
        return confirm_in_person(by=by, code=consent.code, step_up_id=step_up)

    def test_it_is_an_authentic_event_with_an_entry_and_changes_no_scope(self):
        granted = queries.last_event(self.given)
        event = self.confirm()
        assert (event.kind, event.evidence, event.until) == ("unheld", "in_room", granted.until)
        assert event.counter > granted.counter
        version = self.given.version
        told = message(
            self.given, event, digest=bytes(version.digest), subjects=[self.ana.member.pk]
        )
        assert vault.holds(mac_of(event), told)
        entry = self.last_entry()
        assert (entry.act, entry.object_id) == ("consent.unheld", self.given.pk)
        own = queries.own_consent(self.ana.actor, self.given.code)
        assert queries.standing(own, event.at) is Standing.GRANTED

    def test_twice_is_once(self):
        assert self.confirm() == self.confirm()
        assert Entry.objects.filter(act="consent.unheld").count() == 1

    def test_it_is_listed_until_it_is_confirmed_and_again_after_another_yes(self):
        here = {(self.given.version_id, self.ana.member.pk): self.given.code}
        assert queries.unconfirmed(self.fay, self.request) == here
        self.confirm()
        assert queries.unconfirmed(self.fay, self.request) == {}
        revoke_consent(by=self.ana.actor, code=self.given.code)
        assert queries.unconfirmed(self.fay, self.request) == {}
        self.grants(self.ana, self.request)
        assert queries.unconfirmed(self.fay, self.request) == here

    def test_a_yes_that_one_of_two_signed_is_not_there_before_the_other_signed_too(self):
        self.minor(self.ana, WhoSigns.BOTH)
        paula = self.speaks_for(self.ana, "Paula Almeida")
        request = self.asked(self.said("Another.", self.ana))
        half = self.grants(self.ana, request)
        assert queries.unconfirmed(self.fay, request) == {}
        with pytest.raises(Consent.DoesNotExist):
            self.confirm(consent=half)
        self.signs_for(paula, half)
        assert len(queries.unconfirmed(self.fay, request)) == 1

    def test_a_yes_to_be_given_anew_is_not_there(self):
        self.minor(self.ana)
        paula = self.speaks_for(self.ana, "Paula Almeida")
        request = self.asked(self.said("Another.", self.ana))
        given = self.consent_of(self.ana, request)
        self.signs_for(paula, given)
        assert len(queries.unconfirmed(self.fay, request)) == 1
        comes_of_age(self.ana.member, self.group, self.fay)
        assert queries.unconfirmed(self.fay, request) == {}

    def test_a_password_check_for_another_act_is_refused(self):
        with pytest.raises(StepUpRefused):
            self.confirm(step_up=self.stepped_up(self.fay, grant_scope(self.given)))
        with pytest.raises(StepUpRefused):
            self.confirm(step_up=uuid4())

    def test_only_an_originator_may(self):
        for other in (self.otto, self.sue, self.zoe):
            with pytest.raises(Consent.DoesNotExist):
                self.confirm(by=other)
        assert self.confirm(by=self.cody)

    def test_a_no_silence_and_a_yes_taken_back_are_one_answer(self):
        silent = self.consent_of(self.ana, self.asked(self.said("One."), self.insurer))
        declined = self.consent_of(self.ana, self.asked(self.said("Two."), self.insurer))
        decline_consent(by=self.ana.actor, code=declined.code)
        revoke_consent(by=self.ana.actor, code=self.given.code)
        for consent in (silent, declined, self.given):
            with pytest.raises(Consent.DoesNotExist):
                self.confirm(consent=consent)

    def test_a_confirmed_yes_lets_out_what_it_let_out_before(self):
        self.confirm()
        assert self.releases(self.item).decision == Release.Decision.PERMIT

    def test_taking_back_after_it_takes_back(self):
        self.confirm()
        assert revoke_consent(by=self.ana.actor, code=self.given.code).kind == "revoked"
