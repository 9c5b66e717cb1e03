"""A step-up by passkey serves its own act and nothing else; taking back asks for none."""

import json
from dataclasses import replace
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import StepUp
from accounts.passkeys import begin_answer
from accounts.services import StepUpRefused, StepUpScope, begin_step_up, confirm_by_passkey
from accounts.services.step_up import use_step_up
from audit.models import Entry
from consent.models import ConsentEvent
from tests.accounts.test_passkeys import gets_a_passkey, signs_in
from tests.cast import CastTestCase, user_of
from tests.soft_key import HOUSE, SoftKey


class ByPasskey(CastTestCase):
    def setUp(self):
        self.key = gets_a_passkey(self.ana.actor)
        self.scope = StepUpScope("act", uuid4(), uuid4(), uuid4(), "TREAT")

    def confirmed(self, key: SoftKey | None = None, scope: StepUpScope | None = None):
        by = self.ana.actor
        step_up = begin_step_up(by=by, scope=scope or self.scope)
        options, state = begin_answer(HOUSE, user_of(by))
        right = confirm_by_passkey(
            by=by,
            user=user_of(by),
            step_up_id=step_up.pk,
            state=state,
            credential=(key or self.key).answers(options),
            house=HOUSE,
        )
        return step_up.pk if right else None

    def use(self, step_up, **other):
        use_step_up(by=self.ana.actor, step_up_id=step_up, scope=replace(self.scope, **other))

    def test_it_is_refused_for_another_item_version_recipient_act_and_a_second_time(self):
        step_up = self.confirmed()
        refusals = 0
        for part in ("item", "version", "recipient"):
            with pytest.raises(StepUpRefused):
                self.use(step_up, **{part: uuid4()})
            refusals += 1
        for other in ({"act": "another"}, {"purpose": "HPAYMT"}):
            with pytest.raises(StepUpRefused):
                self.use(step_up, **other)
        self.use(step_up)
        with pytest.raises(StepUpRefused):
            self.use(step_up)
        print(f"step_up_replays_refused={refusals + 1}")
        with pytest.raises(StepUpRefused):
            use_step_up(by=self.ben.actor, step_up_id=self.confirmed(), scope=self.scope)

    def test_the_key_of_another_person_proves_nothing_and_is_noted(self):
        assert self.confirmed(gets_a_passkey(self.ben.actor)) is None
        assert self.last_entry().act == "step_up.failed"

    def test_five_wrong_answers_end_the_question(self):
        by, stranger = self.ana.actor, SoftKey()
        step_up = begin_step_up(by=by, scope=self.scope)

        def answer(key: SoftKey) -> bool:
            options, state = begin_answer(HOUSE, user_of(by))
            return confirm_by_passkey(
                by=by,
                user=user_of(by),
                step_up_id=step_up.pk,
                state=state,
                credential=key.answers(options),
                house=HOUSE,
            )

        assert [answer(stranger) for _ in range(5)] == [False] * 5
        with pytest.raises(StepUpRefused):
            answer(self.key)


class OnThePages(CastTestCase):
    """Ana has a passkey and no name is typed; her yes needs it, her no does not."""

    def setUp(self):
        self.key, self.client = gets_a_passkey(self.ana.actor), Client()
        signs_in(self.client, self.key)
        request = self.asked(self.said())
        self.consent = self.consent_of(self.ana, request)

    def answered(self, page: str) -> str:
        html = self.client.get(page).content.decode()
        options = html.split('data-options="')[1].split('"')[0].replace("&quot;", '"')
        return json.dumps(self.key.answers(json.loads(options)))

    def test_she_allows_by_passkey_and_takes_back_without_any(self):
        page = self.client.post(f"/questions/{self.consent.code}/allow/")["Location"]
        sign = self.client.post(page, {"credential": self.answered(page)})["Location"]
        signed = self.client.post(sign, {"signature": "Ana Almeida"})
        assert signed.status_code == 302
        asked = StepUp.objects.count()
        back = self.client.post(f"/permissions/{self.consent.code}/take-back/")
        assert back.status_code == 302
        kinds = ConsentEvent.objects.filter(consent=self.consent).order_by("counter")
        assert [one.kind for one in kinds][-2:] == ["granted", "revoked"]
        assert StepUp.objects.count() == asked

    def test_an_answer_to_the_challenge_of_another_question_is_refused(self):
        pages = [
            self.client.post(f"/questions/{self.consent.code}/allow/")["Location"] for _ in range(2)
        ]
        answer = self.answered(pages[0])
        wrong = self.client.post(pages[1], {"credential": answer})
        assert (wrong.status_code, "The passkey did not work" in wrong.content.decode()) == (
            200,
            True,
        )
        assert Entry.objects.filter(act="step_up.failed").count() == 1

    def test_an_answer_sent_twice_confirms_once(self):
        page = self.client.post(f"/questions/{self.consent.code}/allow/")["Location"]
        answer = self.answered(page)
        assert self.client.post(page, {"credential": answer}).status_code == 302
        assert self.client.post(page, {"credential": answer}).status_code in (200, 410)
        assert Entry.objects.filter(act="step_up.confirmed").count() == 1
