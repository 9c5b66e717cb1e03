"""What is refused, hidden or late leaves the right trace and the right face."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.services import (
    StepUpRefused,
    begin_step_up,
    confirm_step_up,
)
from accounts.services.step_up import PERSON_TRIES
from consent import queries
from consent.queries import AnswerSeen
from consent.services.deciding import (
    decline_consent,
    grant_consent,
    grant_scope,
    revoke_consent,
)
from sessions_app import queries as sessions
from sessions_app.models import Facilitation
from sessions_app.rules import Problem, Rejected
from sessions_app.services.items import record_item
from tests.cast import CastTestCase, sign_in, user_of
from vault import key_ring
from vault.models import KeyCheck


class TheFaceOfANo(CastTestCase):
    """To the asker a no is silence until the date, whichever way it was said."""

    def setUp(self):
        self.item = self.said()
        self.request = self.asked(self.item)
        self.consent = self.consent_of(self.ana, self.request)
        self.version = sessions.current_version(sessions.own_item(self.fay, self.item.code))

    def seen(self) -> AnswerSeen:
        [answer] = queries.answers(self.request, self.version, timezone.now())
        return answer.seen

    def test_taking_back_what_was_never_given_is_a_no_and_looks_like_silence(self):
        assert revoke_consent(by=self.ana.actor, code=self.consent.code).kind == "declined"
        assert self.seen() is AnswerSeen.NO_ANSWER_YET

    def test_a_no_after_taking_back_does_not_hide_the_taking_back(self):
        self.grants(self.ana, self.request)
        taken = revoke_consent(by=self.ana.actor, code=self.consent.code)
        assert decline_consent(by=self.ana.actor, code=self.consent.code) == taken
        assert self.seen() is AnswerSeen.NOT_AGREED


class StepUpsThatAreRefused(CastTestCase):
    def setUp(self):
        self.consent = self.consent_of(self.ana, self.asked(self.said()))

    def test_the_trail_keeps_the_refusal_though_the_act_is_rolled_back(self):
        with pytest.raises(StepUpRefused):
            grant_consent(
                by=self.ana.actor,
                code=self.consent.code,
                signature="Ana Almeida",
                step_up_id=uuid4(),
            )
        entry = self.last_entry()
        assert (entry.act, entry.actor, entry.outcome) == (
            "step_up.refused",
            self.ana.actor.user,
            "refused",
        )

    def test_new_questions_give_no_new_guesses_beyond_the_persons_limit(self):
        def guess(password: str) -> bool:
            step_up = begin_step_up(by=self.ana.actor, scope=grant_scope(self.consent))
            return confirm_step_up(
                by=self.ana.actor,
                user=user_of(self.ana.actor),
                step_up_id=step_up.pk,
                password=password,
            )

        for _ in range(PERSON_TRIES):
            assert guess("wrong") is False
        with pytest.raises(StepUpRefused):
            guess("a chair by the window")


class WhoLedThen(CastTestCase):
    """An item has a reader among the staff, or it is not written."""

    def test_somebody_who_did_not_lead_on_that_day_writes_nothing_for_it(self):
        Facilitation.objects.filter(user=self.cody.user).update(since=self.today)
        with pytest.raises(Rejected) as rejected:
            record_item(
                by=self.cody,
                session=self.session,
                speaker=self.ana.member.pk,
                concerned=[],
                text="Words.",
                once=uuid4(),
                guard=self.guard(),
            )
        assert Problem.NOT_LEADING_THEN in rejected.value.problems.values()

    def test_nor_logs_a_session_of_a_day_before(self):
        Facilitation.objects.filter(group=self.group).update(since=self.today)
        with pytest.raises(Rejected) as rejected:
            self.held(self.fay, self.group, present=[self.ana, self.ben, self.cleo], days_ago=9)
        assert rejected.value.problems == {"starts": Problem.NOT_LEADING_THEN}


class OddAddresses(CastTestCase):
    def test_odd_pages_of_a_list_are_its_first_page(self):
        sues, fays, anas = Client(), Client(), Client()
        for client, actor in ((sues, self.sue), (fays, self.fay), (anas, self.ana.actor)):
            sign_in(client, actor)
        for odd in ("²", "-1", "9" * 40, "x", "\x00", "1e3"):
            for client, path in (
                (sues, "/trail/"),
                (fays, "/requests/"),
                (anas, "/permissions/"),
            ):
                assert client.get(path, {"before": odd}).status_code == 200

    def test_older_decisions_are_reached_page_by_page(self):
        for n in range(queries.PAGE + 2):
            self.asked(self.said(f"Words {n}."), expires_on=self.today + timedelta(days=20))
        anas = Client()
        sign_in(anas, self.ana.actor)
        first = queries.page_of_own_consents(self.ana.actor)
        page = anas.get("/permissions/").content.decode()
        assert f"?before={first[-1].code}" in page
        older = anas.get("/permissions/", {"before": first[-1].code}).content.decode()
        assert older.count('class="rows__what"') == 2


class AnotherKey(CastTestCase):
    """A vault that lost its check takes no key that comes along."""

    def test_without_the_check_the_house_is_keyless_and_makes_none(self):
        KeyCheck.objects.all().delete()
        key_ring.forget()
        with pytest.raises(key_ring.Keyless):
            key_ring.current()
        assert not KeyCheck.objects.exists()

    def test_another_mac_key_is_noticed_at_once(self):
        key_ring.forget()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("GROUPCARE_MAC", "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=")
            with pytest.raises(key_ring.Keyless):
                key_ring.current()
            with pytest.raises(key_ring.Keyless):
                key_ring.adopt()
