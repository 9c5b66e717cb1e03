"""Hostile, empty, huge, twice, late: a clear answer each, nothing half saved, typed text kept."""

from datetime import timedelta
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from accounts.models import StepUp
from accounts.services import begin_step_up, confirm_step_up
from consent.models import ConsentEvent, ConsentRequest, Release
from consent.services.deciding import grant_scope
from consent.services.release import release_scope
from sessions_app import queries as sessions
from sessions_app.models import Attendance, Disclosure, DisclosureVersion, GroupSession
from sessions_app.services.items import edit_item
from tests.cast import CastTestCase, proof_of, sign_in, user_of


class Pages(CastTestCase):
    def setUp(self):
        self.fays = Client()
        sign_in(self.fays, self.fay)

    def text(self, response) -> str:
        return response.content.decode()


class LogASession(Pages):
    def form(self, **more) -> dict:
        day = (self.today - timedelta(days=1)).isoformat()
        return {"day": day, "starts_at": "18:00", "ends_at": "19:30", **more}

    def send(self, **more):
        return self.fays.post(f"/groups/{self.group.code}/sessions/new/", self.form(**more))

    def refused(self, sentence: str, **more) -> None:
        before = GroupSession.objects.count(), Attendance.objects.count()
        response = self.send(**more)
        assert response.status_code == 200
        assert sentence in self.text(response), self.text(response)
        assert (GroupSession.objects.count(), Attendance.objects.count()) == before
        assert 'value="18:00"' in self.text(response) or "starts_at" in more

    def test_a_session_in_the_future_is_another_act(self):
        tomorrow = (self.today + timedelta(days=1)).isoformat()
        self.refused("This session has not begun yet.", day=tomorrow)

    def test_an_end_before_its_start(self):
        self.refused("The session ends before it starts.", ends_at="17:00")

    def test_no_day_no_time_nonsense(self):
        self.refused("Give a day", day="")
        self.refused("Give a day", day="yesterday")
        self.refused("Give the end as a time", ends_at="25:99")

    def test_sent_twice_it_is_one_session(self):
        once = str(uuid4())
        first, second = self.send(once=once), self.send(once=once)
        assert first["Location"] == second["Location"]
        assert GroupSession.objects.filter(group=self.group).count() == 2  # one is the cast's

    def test_the_same_start_again_is_refused(self):
        assert self.send().status_code == 302
        self.refused("is logged already")


class WriteAnItem(Pages):
    def send(self, **more):
        given = {"speaker": str(self.ana.member.pk), "text": "I told the truth.", **more}
        return self.fays.post(f"/sessions/{self.session.pk}/items/new/", given)

    def refused(self, sentence: str, status: int = 200, **more) -> str:
        response = self.send(**more)
        assert response.status_code == status
        assert sentence in self.text(response)
        assert Disclosure.objects.count() == DisclosureVersion.objects.count() == 0
        return self.text(response)

    def test_a_speaker_who_was_not_there(self):
        kept = self.refused("Choose somebody from the list.", 400, speaker=str(self.ben.member.pk))
        assert "I told the truth." in kept

    def test_no_speaker_a_stranger_as_speaker_and_a_stranger_concerned(self):
        self.refused("Choose who said it.", speaker="")
        self.refused("Choose somebody from the list.", 400, speaker=str(self.dora.member.pk))
        self.refused("Choose people from the list.", 400, concerned=[str(self.zed.member.pk)])
        self.refused("Choose somebody from the list.", 400, speaker="not an id")

    def test_empty_and_only_blanks(self):
        self.refused("Write down what was said.", text="")
        self.refused("Write down what was said.", text=" \n\t ")

    def test_20001_characters_are_too_many_and_come_back_whole(self):
        long = "a" * 20_001
        assert long in self.refused("This is too long.", text=long)

    def test_20000_characters_of_any_kind_are_kept(self):
        assert self.send(text="🪑" * 20_000).status_code == 302

    def test_hostile_text_comes_back_as_text(self):
        hostile = "</textarea><script>alert(1)</script>{{ 7*7 }}{% now %}"
        response = self.send(text=hostile, speaker="")
        assert "<script>" not in self.text(response)
        self.send(text=hostile)
        item = Disclosure.objects.get()
        opened = self.text(self.fays.post(f"/items/{item.code}/open/"))
        assert "<script>" not in opened
        assert "{{ 7*7 }}" in opened

    def test_a_null_character_is_refused(self):
        self.refused("There is a character in it that cannot be kept.", text="a\x00b")

    def test_sent_twice_it_is_one_item(self):
        once = str(uuid4())
        assert self.send(once=once).status_code == self.send(once=once).status_code == 302
        assert Disclosure.objects.count() == 1

    def test_a_field_the_page_does_not_have_is_refused_with_everything(self):
        for more in ({"state": "asked"}, {"code": "D-AAAAAA"}, {"user": "x"}, {"guard": "x"}):
            assert self.send(**more).status_code == 404
        assert not Disclosure.objects.exists()

    def test_a_body_beyond_a_mebibyte_is_refused(self):
        response = self.send(text="a" * 1_100_000)
        assert response.status_code == 413
        assert Disclosure.objects.count() == 0


class ChangeAnItem(Pages):
    def test_two_at_once_the_second_keeps_its_text_and_is_told(self):
        item = self.said("First words.")
        page = self.text(self.fays.get(f"/items/{item.code}/edit/"))
        assert "First words." in page
        edit_item(
            by=self.cody,
            code=item.code,
            seen_version=1,
            concerned=[],
            text="Cody's words.",
            guard=self.guard(),
        )
        response = self.fays.post(
            f"/items/{item.code}/edit/", {"text": "Fay's words.", "seen_version": "1"}
        )
        assert "Somebody else changed this meanwhile." in self.text(response)
        assert "Fay&#x27;s words." in self.text(response)
        assert DisclosureVersion.objects.count() == 2

    def test_it_says_how_many_permissions_a_change_ends(self):
        item = self.said()
        self.grants(self.ana, self.asked(item))
        page = self.text(self.fays.get(f"/items/{item.code}/edit/"))
        assert "This ends 1 permission" in page


class Ask(Pages):
    def send(self, item: Disclosure, **more):
        given = {
            "recipient": self.clinic.code,
            "purpose": "TREAT",
            "expires_on": (self.today + timedelta(days=30)).isoformat(),
            "answer_by": (self.today + timedelta(days=7)).isoformat(),
            "nobody_else": "on",
            **more,
        }
        return self.fays.post(f"/items/{item.code}/ask/", given)

    def refused(self, sentence: str, status: int = 200, **more) -> None:
        response = self.send(more.pop("item", None) or self.said(), **more)
        assert response.status_code == status
        assert sentence in self.text(response)
        assert ConsentRequest.objects.count() == ConsentEvent.objects.count() == 0

    def test_a_permission_that_ends_before_it_starts(self):
        yesterday = (self.today - timedelta(days=1)).isoformat()
        self.refused("The permission would end before it starts.", expires_on=yesterday)

    def test_no_recipient_anothers_recipient_no_reason_no_look(self):
        self.refused("Choose a recipient.", recipient="")
        self.refused("Choose a recipient.", 400, recipient="P-222222")
        self.refused("Choose a reason.", 400, purpose="BTG")
        self.refused("Read the words once more, then tick this.", nobody_else="")

    def test_a_missing_agreement_is_said_without_a_name(self):
        item = self.said("I nearly did not come.", self.cleo)
        self.refused("has signed the group agreement", item=item)


class GiveThePasswordAgain(Pages):
    def setUp(self):
        super().setUp()
        self.item = self.said()
        self.grants(self.ana, self.asked(self.item))

    def choose(self) -> str:
        response = self.fays.post(
            f"/items/{self.item.code}/release/",
            {"recipient": self.clinic.code, "purpose": "TREAT"},
        )
        return response["Location"]

    def test_a_wrong_password_is_said_and_may_be_tried_again(self):
        page = self.choose()
        wrong = self.fays.post(page, {**proof_of(self.fay), "password": "not this"})
        assert "Password or code is not right." in self.text(wrong)
        assert self.fays.post(page, proof_of(self.fay)).status_code == 302

    def test_a_step_up_that_is_too_old_releases_nothing_and_says_so(self):
        confirm = self.fays.post(self.choose(), proof_of(self.fay))["Location"]
        StepUp.objects.update(confirmed_at=timezone.now() - timedelta(minutes=6))
        response = self.fays.post(confirm, {"once": str(uuid4())})
        assert response.status_code == 409
        assert "Your check is over" in self.text(response)
        assert Release.objects.count() == 0

    def test_a_second_use_releases_nothing_and_says_so(self):
        confirm = self.fays.post(self.choose(), proof_of(self.fay))["Location"]
        assert self.fays.post(confirm, {"once": str(uuid4())}).status_code == 302
        assert self.fays.post(confirm, {"once": str(uuid4())}).status_code == 409
        assert Release.objects.count() == 1

    def test_a_release_sent_twice_by_one_press_is_one(self):
        confirm = self.fays.post(self.choose(), proof_of(self.fay))["Location"]
        once = str(uuid4())
        first = self.fays.post(confirm, {"once": once})
        second = self.fays.post(confirm, {"once": once})
        assert first["Location"] == second["Location"]
        assert Release.objects.count() == 1

    def test_an_expired_check_keeps_the_typed_name_on_the_members_page(self):
        consent = self.consent_of(self.ana, self.asked(self.said("Else."), self.insurer))
        anas = Client()
        sign_in(anas, self.ana.actor)
        step_up = begin_step_up(by=self.ana.actor, scope=grant_scope(consent))
        response = anas.post(
            f"/questions/{consent.code}/sign/{step_up.pk}/", {"signature": "Ana Almeida"}
        )
        assert response.status_code == 409
        assert 'value="Ana Almeida"' in self.text(response)
        assert not ConsentEvent.objects.filter(consent=consent, kind="granted").exists()

    def test_somebody_elses_step_up_is_worth_nothing(self):
        own = sessions.own_item(self.fay, self.item.code)
        theirs = begin_step_up(by=self.cody, scope=release_scope(own, self.clinic, "TREAT"))
        confirm_step_up(
            by=self.cody, user=user_of(self.cody), step_up_id=theirs.pk, **proof_of(self.cody)
        )
        path = f"/items/{self.item.code}/release/{self.clinic.code}/TREAT/{theirs.pk}/"
        assert self.fays.get(path).status_code == 404
        assert self.fays.post(path, {"once": str(uuid4())}).status_code == 404
        assert self.fays.post(path.replace("TREAT", "BTG")).status_code == 404
        assert Release.objects.count() == 0


class Forms(Pages):
    def test_a_form_without_its_token_is_sent_back_with_a_sentence(self):
        strict = Client(enforce_csrf_checks=True)
        response = strict.post("/sign-in/", {"login": "x", "password": "y"})
        assert response.status_code == 403
        assert "Please send it once more" in self.text(response)

    def test_a_name_without_a_letter_makes_no_group_member_person_or_recipient(self):
        adams = Client()
        sign_in(adams, self.adam)
        for client, path, more in (
            (
                self.fays,
                "/groups/new/",
                {
                    "modality": "grief",
                    "record_class": "psychotherapy",
                    "since": self.today.isoformat(),
                },
            ),
            (
                self.fays,
                f"/groups/{self.group.code}/members/new/",
                {"since": self.today.isoformat()},
            ),
            (adams, "/people/new/", {"roles": ["facilitator"]}),
            (adams, "/recipients/new/", {"address": "", "kind": "person"}),
        ):
            for name in ("", "  ", "42"):
                response = client.post(path, {"name": name, **more})
                assert response.status_code == 200
                assert "Give a name." in self.text(response)
