"""R7-R9: who is asked when, what each sees, and that no longer means no longer."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import StepUp
from accounts.services import StepUpRefused, StepUpScope
from accounts.services.stays import end_stays
from consent import queries
from consent.models import Consent, ConsentEvent, ConsentRequest, PurposeOfUse
from consent.queries import AnswerSeen, ItemState, Standing
from consent.services.asking import ask_consent
from consent.services.deciding import (
    decline_consent,
    grant_consent,
    grant_scope,
    revoke_consent,
)
from sessions_app import queries as sessions
from sessions_app.models import DisclosureVersion, VersionUserPermission
from sessions_app.rights import give, holders
from sessions_app.rules import Problem, Rejected
from sessions_app.services.items import edit_item
from tests.cast import CastTestCase, recipient, sign_in, user_of
from vault import key_ring
from vault.key_ring import Keyless


class TheSpeakerFirst(CastTestCase):
    """R8, rows 56-58: deciding is not reading."""

    def setUp(self):
        self.item = self.said("Ben waited until my light went on.", self.ana, self.ben)
        self.request = self.asked(self.item)
        self.version = sessions.current_version(sessions.own_item(self.fay, self.item.code))

    def may(self, right: str) -> set:
        return holders(VersionUserPermission, right, self.version)

    def test_before_the_speakers_yes_the_other_is_not_asked_and_shown_nothing(self):
        assert list(queries.own_consents(self.ben.actor)) == []
        assert self.may("decide_version") == {self.ana.actor.user}
        assert self.may("read_version") == set()

    def test_presence_in_the_room_does_not_change_the_order(self):
        item = self.said("Cleo and I spoke outside.", self.ana, self.cleo)
        self.signs(self.cleo)
        self.asked(item)

        assert list(queries.own_consents(self.cleo.actor)) == []

    def test_after_the_yes_the_other_is_asked_and_shown_exactly_this_version(self):
        self.grants(self.ana, self.request)

        consent = queries.own_consents(self.ben.actor).get()
        assert queries.words_shown_to(self.ben.actor, consent) == self.version
        assert self.may("read_version") == {self.ben.actor.user}

    def test_when_the_speaker_takes_back_the_words_close_for_the_other_who_keeps_an_answer(self):
        spoken = self.grants(self.ana, self.request)
        given = self.grants(self.ben, self.request)
        revoke_consent(by=self.ana.actor, code=spoken.code)

        consent = queries.own_consent(self.ben.actor, given.code)
        with pytest.raises(DisclosureVersion.DoesNotExist):
            queries.words_shown_to(self.ben.actor, consent)
        assert queries.standing(consent, timezone.now()) is Standing.GRANTED
        assert revoke_consent(by=self.ben.actor, code=given.code).kind == "revoked"

    def test_a_forged_row_of_guardian_shows_nothing(self):
        self.grants(self.ana, self.request)
        consent = queries.own_consents(self.ben.actor).get()
        revoke_consent(by=self.ana.actor, code=self.consent_of(self.ana, self.request).code)
        give(VersionUserPermission, "read_version", self.ben.actor.user, self.version)

        with pytest.raises(DisclosureVersion.DoesNotExist):
            queries.words_shown_to(self.ben.actor, consent)

    def test_a_forged_grant_of_the_speaker_shows_nothing_either(self):
        self.grants(self.ana, self.request)
        spoken = self.consent_of(self.ana, self.request)
        consent = queries.own_consents(self.ben.actor).get()
        revoke_consent(by=self.ana.actor, code=spoken.code)
        ConsentEvent.objects.create(
            consent=spoken, counter=99, kind="granted", at=timezone.now(), until=spoken.expires
        )
        give(VersionUserPermission, "read_version", self.ben.actor.user, self.version)

        with pytest.raises(DisclosureVersion.DoesNotExist):
            queries.words_shown_to(self.ben.actor, consent)

    def test_the_speakers_no_leaves_the_other_unasked(self):
        decline_consent(by=self.ana.actor, code=self.consent_of(self.ana, self.request).code)

        assert list(queries.own_consents(self.ben.actor)) == []

    def test_a_later_question_about_allowed_words_reaches_the_other_at_once(self):
        self.grants(self.ana, self.request)
        self.asked(self.item, self.insurer)

        asked = {c.recipient_id for c in queries.own_consents(self.ben.actor)}
        assert asked == {self.clinic.pk, self.insurer.pk}

    def test_the_right_to_release_follows_the_ledger_and_comes_back(self):
        first = self.grants(self.ana, self.request)
        assert self.may("release_version") == set()
        self.grants(self.ben, self.request)
        assert self.may("release_version") == {self.fay.user, self.cody.user}
        revoke_consent(by=self.ana.actor, code=first.code)
        assert self.may("release_version") == set()
        self.grants(self.ana, self.request)
        assert self.may("release_version") == {self.fay.user, self.cody.user}

    def test_it_stays_while_another_recipient_is_covered(self):
        item = self.said("Only about me.")
        to_clinic = self.grants(self.ana, self.asked(item))
        self.grants(self.ana, self.asked(item, self.insurer))
        revoke_consent(by=self.ana.actor, code=to_clinic.code)

        version = sessions.current_version(sessions.own_item(self.fay, item.code))
        assert holders(VersionUserPermission, "release_version", version)


class WhatTheAskerSees(CastTestCase):
    """A no looks like silence until the request's date; taking back shows at once."""

    def setUp(self):
        self.item = self.said()
        self.request = self.asked(self.item)
        self.consent = self.consent_of(self.ana, self.request)
        self.version = sessions.current_version(sessions.own_item(self.fay, self.item.code))

    def seen(self, later: timedelta = timedelta()) -> AnswerSeen:
        [answer] = queries.answers(self.request, self.version, timezone.now() + later)
        return answer.seen

    def page(self, client: Client) -> bytes:
        page = client.get(f"/requests/{self.request.code}/").content
        return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", page)

    def test_a_decline_and_silence_are_the_same_bytes_until_the_date(self):
        client = Client()
        sign_in(client, self.fay)
        self.page(client)
        silent = self.page(client)

        decline_consent(by=self.ana.actor, code=self.consent.code)

        assert self.page(client) == silent
        assert self.seen() is AnswerSeen.NO_ANSWER_YET
        assert self.seen(timedelta(days=20)) is AnswerSeen.NOT_AGREED

    def test_silence_counts_as_no_after_the_date(self):
        assert self.seen(timedelta(days=20)) is AnswerSeen.NOT_AGREED

    def test_agreed_and_then_taken_back_show_at_once(self):
        self.grants(self.ana, self.request)
        assert self.seen() is AnswerSeen.AGREED
        revoke_consent(by=self.ana.actor, code=self.consent.code)
        assert self.seen() is AnswerSeen.NOT_AGREED

    def test_a_no_after_a_yes_is_a_taking_back(self):
        self.grants(self.ana, self.request)
        assert decline_consent(by=self.ana.actor, code=self.consent.code).kind == "revoked"
        assert self.seen() is AnswerSeen.NOT_AGREED

    def test_the_chip_of_the_item_says_waiting_for_both(self):
        assert queries.item_states([self.version])[self.version.pk] is ItemState.WAITING
        decline_consent(by=self.ana.actor, code=self.consent.code)
        assert queries.item_states([self.version])[self.version.pk] is ItemState.WAITING

    def test_the_refusal_page_is_the_same_for_a_no_and_for_silence(self):
        client = Client()
        sign_in(client, self.fay)
        pages = []
        for decide in (
            lambda: None,
            lambda: decline_consent(by=self.ana.actor, code=self.consent.code),
        ):
            decide()
            with pytest.raises(Exception) as withheld:
                self.releases(self.item)
            code = withheld.value.release.code
            client.get(f"/releases/{code}/")
            page = client.get(f"/releases/{code}/").content.decode()
            page = re.sub(r'value="\w{64}"', "", page)  # the form token, masked anew each time
            pages.append(page.replace(code, "R").split("<aside")[0])
        assert pages[0] == pages[1]


class Granting(CastTestCase):
    """A yes needs a name, a step-up for this very act, an open question, and keys."""

    def setUp(self):
        self.item = self.said()
        self.request = self.asked(self.item)
        self.consent = self.consent_of(self.ana, self.request)

    def grant(self, **more):
        step_up = more.pop("step_up_id", None) or self.stepped_up(
            self.ana.actor, grant_scope(self.consent)
        )
        given = {"by": self.ana.actor, "code": self.consent.code, "signature": "Ana Almeida"}
        return grant_consent(**(given | more), step_up_id=step_up)

    def test_the_signature_is_a_name(self):
        for nothing in ("", "   ", "123", "…"):
            with pytest.raises(Rejected):
                self.grant(signature=nothing)
        assert ConsentEvent.objects.filter(kind="granted").count() == 0

    def test_a_step_up_for_another_act_consent_or_sign_in_is_refused(self):
        other = self.consent_of(self.ana, self.asked(self.said("Else."), self.insurer))
        wrong_scopes = (
            grant_scope(other),
            StepUpScope("release", self.consent.pk, uuid4(), uuid4()),
        )
        for scope in wrong_scopes:
            with pytest.raises(StepUpRefused):
                self.grant(step_up_id=self.stepped_up(self.ana.actor, scope))
        with pytest.raises(StepUpRefused):
            self.grant(step_up_id=uuid4())

    def test_an_old_step_up_is_refused(self):
        step_up = self.stepped_up(self.ana.actor, grant_scope(self.consent))
        StepUp.objects.update(confirmed_at=timezone.now() - timedelta(minutes=5, seconds=1))
        with pytest.raises(StepUpRefused):
            self.grant(step_up_id=step_up)

    def test_a_used_step_up_does_not_serve_again_after_a_withdrawal(self):
        step_up = self.stepped_up(self.ana.actor, grant_scope(self.consent))
        self.grant(step_up_id=step_up)
        revoke_consent(by=self.ana.actor, code=self.consent.code)
        with pytest.raises(StepUpRefused):
            self.grant(step_up_id=step_up)

    def test_a_step_up_from_a_stay_that_was_ended_is_refused(self):
        step_up = self.stepped_up(self.ana.actor, grant_scope(self.consent))
        end_stays(user_of(self.ana.actor))
        with pytest.raises(StepUpRefused):
            self.grant(step_up_id=step_up)
        assert not ConsentEvent.objects.filter(kind="granted").exists()

    def test_granting_twice_is_once(self):
        assert self.grant() == self.grant()

    def test_after_the_date_the_question_is_closed(self):
        past = timezone.now() - timedelta(seconds=1)
        ConsentRequest.objects.filter(pk=self.request.pk).update(answer_by=past)
        with pytest.raises(Consent.DoesNotExist):
            self.grant()

    def test_after_an_edit_the_old_question_is_closed(self):
        edit_item(
            by=self.fay,
            code=self.item.code,
            seen_version=1,
            concerned=[],
            text="Other.",
            guard=self.guard(),
        )
        with pytest.raises(Consent.DoesNotExist):
            self.grant()

    def test_nobody_decides_for_another(self):
        for other in (self.ben, self.cleo, self.dora, self.zed):
            for act in (
                lambda by: self.grant(by=by),
                lambda by: decline_consent(by=by, code=self.consent.code),
                lambda by: revoke_consent(by=by, code=self.consent.code),
            ):
                with pytest.raises(Consent.DoesNotExist):
                    act(other.actor)


class NobodyIsTakenOff(CastTestCase):
    """R7, T14: a no does not go with whoever said it."""

    def setUp(self):
        self.item = self.said("He waited until my light went on.", self.ana, self.ben)

    def changed(self, *concerned, text="He waited until my light went on."):
        version = sessions.own_item(self.fay, self.item.code).current_version
        edit_item(
            by=self.fay,
            code=self.item.code,
            seen_version=version,
            concerned=[one.member.pk for one in concerned],
            text=text,
            guard=self.guard(),
        )

    def test_once_an_item_was_asked_about_whom_it_concerns_stays_concerned(self):
        request = self.asked(self.item)
        self.grants(self.ana, request)
        decline_consent(by=self.ben.actor, code=self.consent_of(self.ben, request).code)
        for text in ("He waited until my light went on.", "Somebody waited."):
            with pytest.raises(Rejected) as refused:
                self.changed(text=text)
            assert refused.value.problems == {"concerned": Problem.STAYS_CONCERNED}
        assert sessions.own_item(self.fay, self.item.code).current_version == 1

    def test_a_question_to_the_speaker_alone_is_enough(self):
        self.asked(self.item)
        with pytest.raises(Rejected):
            self.changed(text="Somebody waited.")

    def test_before_anybody_was_asked_and_to_add_somebody_it_can_be_changed(self):
        self.changed(text="Somebody waited.")
        self.changed(self.ben)
        self.asked(self.item)
        self.changed(self.ben, self.cleo)

    def test_the_page_names_who_stays_and_says_what_to_do_instead(self):
        self.asked(self.item)
        client = Client()
        sign_in(client, self.fay)
        page = client.get(f"/items/{self.item.code}/edit/").content.decode()
        assert "They stay concerned" in page
        ben = f'name="concerned" value="{self.ben.member.pk}"'
        assert page.count(ben) == page.count(f'type="hidden" {ben}') == 1, "no choice any more"
        assert f"/items/{self.item.code}/leave-out/" in page
        form = {"text": "Somebody waited.", "seen_version": "1"}
        kept = client.post(f"/items/{self.item.code}/edit/", form).content.decode()
        assert "nobody can be taken off it" in kept
        assert "Somebody waited." in kept
        form["concerned"] = str(self.ben.member.pk)
        assert client.post(f"/items/{self.item.code}/edit/", form).status_code == 302


class NoKeys(CastTestCase):
    """R9, I2: without keys nothing is asked, granted or opened, and taking back works."""

    def setUp(self):
        self.item = self.said()
        self.given = self.grants(self.ana, self.asked(self.item))
        self.waiting = self.consent_of(self.ana, self.asked(self.said("Else.")))

    def test_taking_back_and_declining_need_no_key(self):
        with no_keys():
            with pytest.raises(Keyless):
                key_ring.current()
            assert revoke_consent(by=self.ana.actor, code=self.given.code).kind == "revoked"
            assert decline_consent(by=self.ana.actor, code=self.waiting.code).kind == "declined"

    def test_the_pages_of_a_member_say_so_and_take_back_in_two_steps(self):
        with no_keys():
            client = Client()
            sign_in(client, self.ana.actor)
            home = client.get("/home/").content.decode()
            assert "The keys are away." in home
            assert self.given.code in home
            assert client.get(f"/permissions/{self.given.code}/take-back/").status_code == 200
            done = client.post(f"/permissions/{self.given.code}/take-back/", follow=True)
            assert "You took your permission back" in done.content.decode()

    def test_everything_that_shows_words_or_names_is_closed_and_says_so(self):
        with no_keys():
            client = Client()
            sign_in(client, self.fay)
            for path in ("/today/", f"/items/{self.item.code}/", f"/items/{self.item.code}/ask/"):
                assert client.get(path).status_code == 503

    def test_a_release_is_refused_before_any_lock(self):
        with no_keys(), pytest.raises(Keyless):
            self.releases(self.item)


class Asking(CastTestCase):
    """R6: no question without everybody's agreement; days that fit; once."""

    def ask(self, **more):
        given = {
            "by": self.fay,
            "codes": [self.said().code],
            "recipient": self.clinic,
            "purposes": ["TREAT"],
            "expires_on": self.today + timedelta(days=30),
            "answer_by": self.today + timedelta(days=7),
            "once": uuid4(),
        }
        return ask_consent(**(given | more))

    def refused(self, **more) -> dict:
        with pytest.raises(Rejected) as rejected:
            self.ask(**more)
        assert ConsentRequest.objects.count() == 0
        return rejected.value.problems

    def test_a_missing_agreement_blocks_asking_but_not_recording(self):
        item = self.said("I nearly did not come.", self.cleo)
        assert self.refused(codes=[item.code]) == {"items": Problem.AGREEMENT_OPEN}
        self.signs(self.cleo)
        assert self.ask(codes=[item.code])

    def test_a_permission_that_ends_before_it_starts_is_refused(self):
        yesterday = self.today - timedelta(days=1)
        problems = self.refused(expires_on=yesterday)
        assert problems["expires_on"] is Problem.ENDS_TOO_EARLY

    def test_an_answer_is_due_from_today_to_the_end(self):
        for day in (self.today - timedelta(days=1), self.today + timedelta(days=31)):
            assert self.refused(answer_by=day) == {"answer_by": Problem.PAST}

    def test_an_unknown_or_no_purpose_and_a_foreign_recipient_are_refused(self):
        assert "BTG" not in PurposeOfUse.values
        for purposes in ([], ["BTG"], ["NONSENSE"]):
            assert self.refused(purposes=purposes) == {"purpose": Problem.REQUIRED}
        foreign = recipient(self.zoe, "Dr Far")
        assert self.refused(recipient=foreign) == {"recipient": Problem.UNKNOWN}

    def test_the_same_form_twice_asks_once(self):
        item, once = self.said(), uuid4()
        first = self.ask(codes=[item.code], once=once)
        assert self.ask(codes=[item.code], once=once) == first
        assert ConsentEvent.objects.count() == 1

    def test_days_end_at_the_practices_midnight(self):
        request = self.ask(expires_on=self.today, answer_by=self.today)
        end = request.expires.astimezone(self.practice.zone)
        assert (end.date(), end.hour, end.minute) == (self.today + timedelta(days=1), 0, 0)

    def test_the_same_is_not_asked_again_while_it_is_open_whatever_was_answered(self):
        answers = (
            lambda request: None,
            lambda request: decline_consent(
                by=self.ana.actor, code=self.consent_of(self.ana, request).code
            ),
            lambda request: revoke_consent(
                by=self.ana.actor, code=self.grants(self.ana, request).code
            ),
        )
        for answered in answers:
            item = self.said()
            answered(self.asked(item))
            with pytest.raises(Rejected) as rejected:
                self.ask(codes=[item.code])
            assert rejected.value.problems == {"items": Problem.ASKED_ALREADY}
            assert self.ask(codes=[item.code], purposes=["HPAYMT"])
            assert self.ask(codes=[item.code], recipient=self.insurer)

    def test_several_items_go_on_one_screen(self):
        first, second = self.said("One."), self.said("Two.")
        request = self.ask(codes=[first.code, second.code])
        assert request.versions.count() == 2
        assert queries.own_consents(self.ana.actor).filter(request=request).count() == 2


def no_keys():
    """No key file, no key in the environment: what a lost key looks like."""
    key_ring.forget()
    return override_settings(GROUPCARE_KEYS_DIR=str(settings.DATA_DIR / "no-such-folder"))
