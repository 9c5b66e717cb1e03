"""The member's own place: until when, several at once, changed words, copies, what went out."""

import io
import json
import re
import zipfile
from datetime import datetime, time, timedelta
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from accounts.services import StepUpScope
from audit.models import Entry
from consent.models import Consent, ConsentRequest, PrivacyRequest
from consent.services.asking import ask_consent
from consent.services.deciding import decline_consent, grant_scope, revoke_consent
from consent.services.deciding_for import deny_for, show_words_for
from consent.services.erasing import erase_item
from consent.services.freezing import freeze
from consent.services.holding import hold_consent
from consent.services.links import open_link
from consent.services.papers import attest_paper, confirm_paper, paper_scope
from consent.services.privacy import answer_privacy, ask_privacy
from consent.services.release import hand_over, open_release
from pages.member.my_data import neutral
from sessions_app import queries as sessions
from sessions_app.models import Attendance, BreachReport, GroupSession, TherapyGroup, Weekday
from sessions_app.services.agreements import answer_breach, report_breach
from sessions_app.services.items import edit_item
from sessions_app.services.stints import end_stint
from tests.cast import PASSWORD, CastTestCase, proven, sign_in
from tests.speaking_for import SpeakingFor


class MembersPlace(CastTestCase):
    def browser(self, actor=None) -> Client:
        client = Client()
        sign_in(client, actor or self.ana.actor)
        return client

    def text(self, response) -> str:
        main = response.content.decode().split("<main")[1].split("</main>")[0]
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))

    def page(self, path: str, actor=None) -> str:
        return self.text(self.browser(actor).get(path, follow=True))

    def confirmed(self, client: Client, response) -> str:
        """Give the password on the page a response leads to; return where it goes on."""
        return client.post(response["Location"], {"password": PASSWORD})["Location"]

    def edited(self, item, text="Other words.", *also) -> None:
        edit_item(
            by=self.fay,
            code=item.code,
            text=text,
            concerned=[one.member.pk for one in also],
            seen_version=item.current_version,
            guard=self.guard(),
        )

    def asked_about_both(self) -> list[Consent]:
        items = [self.said("The first words."), self.said("The second words.")]
        request = ask_consent(
            by=self.fay,
            codes=[one.code for one in items],
            recipient=self.clinic,
            purposes=["TREAT"],
            expires_on=self.today + timedelta(days=90),
            answer_by=self.today + timedelta(days=14),
            once=uuid4(),
        )
        return list(Consent.objects.filter(request=request).order_by("pk"))


class UntilWhen(MembersPlace):
    def test_an_earlier_day_travels_with_the_proof_and_not_with_the_form(self):
        consent = self.consent_of(self.ana, self.asked(self.said()))
        client, day = self.browser(), self.today + timedelta(days=5)
        asked = client.post(f"/questions/{consent.code}/allow/", {"last_day": day.isoformat()})
        sign = self.confirmed(client, asked)
        assert str(day.year) in self.text(client.get(sign))
        assert client.post(sign, {"signature": "Ana", "last_day": ""}).status_code == 404
        client.post(sign, {"signature": "Ana"})
        ends = timezone.localtime(consent.events.latest("counter").until, self.practice.zone).date()
        assert ends == day + timedelta(days=1)

    def test_a_day_that_does_not_fit_is_said_at_the_field_and_asks_nothing(self):
        consent = self.consent_of(self.ana, self.asked(self.said()))
        for day in (self.today - timedelta(days=1), self.today + timedelta(days=91)):
            response = self.browser().post(
                f"/questions/{consent.code}/allow/", {"last_day": day.isoformat()}
            )
            assert response.status_code == 200
            assert "no later than you were asked for" in self.text(response)
        assert not Entry.objects.filter(act="step_up.asked", object_id=consent.pk).exists()

    def test_a_day_nobody_can_read_stops_no_one_from_saying_no(self):
        consent = self.consent_of(self.ana, self.asked(self.said()))
        self.browser().post(f"/questions/{consent.code}/decline/", {"last_day": "nonsense"})
        assert consent.events.latest("counter").kind == "declined"

    def test_beside_the_signature_yes_and_no_weigh_the_same(self):
        consent = self.consent_of(self.ana, self.asked(self.said()))
        client = self.browser()
        sign = self.confirmed(client, client.post(f"/questions/{consent.code}/allow/"))
        page = client.get(sign).content.decode().split("<main")[1]
        pair = page.split('<div class="choice">')[1].split("</div>")[0]
        assert pair.count("<button") == 2 and "Don’t allow" in pair
        assert '<button class="button" ' not in page
        client.post(f"/questions/{consent.code}/decline/", {"signature": ""})
        assert consent.events.latest("counter").kind == "declined"


class SeveralAtOnce(MembersPlace):
    def test_some_yes_and_some_no_with_one_password(self):
        first, second = self.asked_about_both()
        client = self.browser()
        path = f"/questions/{first.code}/together/"
        both = self.text(client.get(path))
        assert "The first words." in both and "The second words." in both
        answers = {f"answer-{first.code}": "allow", f"answer-{second.code}": "decline"}
        sign = self.confirmed(client, client.post(path, answers))
        assert second.events.latest("counter").kind == "declined", "a no counts at once"
        shown = self.text(client.get(sign))
        assert "The first words." in shown and "The second words." not in shown
        done = self.text(client.post(sign, {"signature": "Ana"}, follow=True))
        assert "You allowed it." in done
        assert first.events.latest("counter").kind == "granted"

    def test_a_no_counts_whatever_the_day_is_and_a_yes_waits_for_a_day_that_fits(self):
        first, second = self.asked_about_both()
        answers = {f"answer-{first.code}": "allow", f"answer-{second.code}": "decline"}
        response = self.browser().post(
            f"/questions/{first.code}/together/", {**answers, "last_day": "nonsense"}
        )
        assert response.status_code == 200
        assert "Something needs you" in self.text(response)
        assert first.events.latest("counter").kind == "asked"
        assert second.events.latest("counter").kind == "declined"

    def test_the_address_of_the_signature_takes_no_other_set(self):
        first, second = self.asked_about_both()
        client = self.browser()
        sign = self.confirmed(
            client,
            client.post(f"/questions/{first.code}/together/", {f"answer-{first.code}": "allow"}),
        )
        wider = re.sub(r"/together/[^/]+/", f"/together/{first.code}.{second.code}/", sign)
        response = client.post(wider, {"signature": "Ana"})
        assert response.status_code == 409
        assert first.events.latest("counter").kind == "asked"

    def test_anothers_item_is_no_item_of_it(self):
        first, _ = self.asked_about_both()
        cleos = self.said("What Cleo said.", self.cleo)
        self.signs(self.cleo)
        other = self.consent_of(self.cleo, self.asked(cleos))
        response = self.browser().post(
            f"/questions/{first.code}/together/", {f"answer-{other.code}": "allow"}
        )
        assert response.status_code == 404

    def test_home_asks_once_for_both_and_the_reading_is_told_for_each(self):
        first, _ = self.asked_about_both()
        home = self.browser().get("/home/").content.decode()
        assert home.count("Read the question") == 1
        assert "/together/" in home
        self.page(f"/questions/{first.code}/together/")
        assert self.page("/who-saw/").count("You read it") == 2


class WhatCannotBeAnswered(MembersPlace):
    def test_changed_words_are_shown_beside_the_old_ones_to_who_said_them(self):
        item = self.said("The words before.")
        old = self.consent_of(self.ana, self.asked(item))
        self.edited(item, "The words now.")
        asked_again = self.consent_of(self.ana, self.asked(item))
        client = self.browser()
        for method, path in (("post", "allow/"), ("post", "decline/"), ("get", "")):
            response = getattr(client, method)(f"/questions/{old.code}/{path}")
            assert response.status_code == (409 if method == "post" else 200)
            told = self.text(response)
            assert "The words were changed" in told
            assert "The words before." in told and "The words now." in told
            assert f"/questions/{asked_again.code}/" in response.content.decode()
        assert old.events.latest("counter").kind == "asked", "nothing was answered"

    def test_another_it_concerns_is_not_shown_the_words_that_closed(self):
        shared = self.said("She waved to Ben.", self.ana, self.ben)
        request = self.asked(shared)
        self.grants(self.ana, request)
        old = self.consent_of(self.ben, request)
        self.edited(shared, "Somebody waved to Ben.", self.ben)
        again = self.asked(shared)
        told = self.page(f"/questions/{old.code}/", self.ben.actor)
        assert "She waved" not in told and "Somebody waved" not in told
        self.grants(self.ana, again)
        told = self.page(f"/questions/{old.code}/", self.ben.actor)
        assert "Somebody waved to Ben." in told and "She waved" not in told

    def test_after_its_day_the_question_says_so(self):
        consent = self.consent_of(self.ana, self.asked(self.said()))
        ConsentRequest.objects.update(answer_by=timezone.now() - timedelta(minutes=1))
        response = self.browser().post(f"/questions/{consent.code}/allow/")
        assert response.status_code == 409
        assert "The day to answer has passed" in self.text(response)

    def test_in_two_tabs_the_second_finds_what_the_first_did(self):
        consent = self.consent_of(self.ana, self.asked(self.said()))
        client = self.browser()
        signs = [
            self.confirmed(client, client.post(f"/questions/{consent.code}/allow/"))
            for _tab in range(2)
        ]
        for sign in signs:
            told = self.text(client.post(sign, {"signature": "Ana"}, follow=True))
            assert "You allowed it" in told
        assert consent.events.filter(kind="granted").count() == 1
        again = client.post(f"/questions/{consent.code}/allow/")
        assert again["Location"] == f"/permissions/{consent.code}/", "no second password"

    def test_who_said_no_in_one_tab_may_still_say_yes_in_the_other(self):
        consent = self.consent_of(self.ana, self.asked(self.said()))
        client = self.browser()
        sign = self.confirmed(client, client.post(f"/questions/{consent.code}/allow/"))
        decline_consent(by=self.ana.actor, code=consent.code)
        client.post(sign, {"signature": "Ana"})
        assert consent.events.latest("counter").kind == "granted"

    def test_who_left_the_group_still_answers_and_takes_back(self):
        item = self.said()
        consent = self.consent_of(self.ana, self.asked(item))
        end_stint(by=self.fay, group=self.group, member_code=self.ana.member.code, until=self.today)
        client = self.browser()
        sign = self.confirmed(client, client.post(f"/questions/{consent.code}/allow/"))
        assert "You allowed it" in self.text(client.post(sign, {"signature": "A"}, follow=True))
        client.post(f"/permissions/{consent.code}/take-back/")
        assert consent.events.latest("counter").kind == "revoked"

    def test_while_frozen_the_page_says_that_nothing_was_done(self):
        consent = self.consent_of(self.ana, self.asked(self.said()))
        client = self.browser()
        sign = self.confirmed(client, client.post(f"/questions/{consent.code}/allow/"))
        freeze(by=self.sue)
        assert "Nothing can leave the house" in self.text(client.post(sign, {"signature": "Ana"}))
        assert consent.events.latest("counter").kind == "asked"


class Why(MembersPlace):
    def test_of_anothers_words_no_page_says_that_they_go_out_for_ones_own_care(self):
        own, theirs = "To help plan your care", "To help plan the care of whoever said it"
        item = self.said("She waved to Ben.", self.ana, self.ben)
        request = self.asked(item)
        self.grants(self.ana, request)
        bens = self.consent_of(self.ben, request)
        anas = self.consent_of(self.ana, request)
        assert own in self.page(f"/questions/{anas.code}/")
        page = self.page(f"/questions/{bens.code}/", self.ben.actor)
        assert theirs in page and own not in page
        self.grants(self.ben, request)
        self.releases(item)
        for path in (f"/permissions/{bens.code}/", f"/permissions/{bens.code}/copy/"):
            page = self.page(path, self.ben.actor)
            assert theirs in page and own not in page, path
        left = self.page("/who-saw/left/", self.ben.actor)
        assert theirs in left and own not in left

    def test_where_some_words_are_ones_own_and_some_anothers_the_reason_fits_both(self):
        self.signs(self.cleo)
        cleos = self.said("Ana waved to me.", self.cleo, self.ana)
        request = ask_consent(
            by=self.fay,
            codes=[self.said().code, cleos.code],
            recipient=self.clinic,
            purposes=["TREAT"],
            expires_on=self.today + timedelta(days=90),
            answer_by=self.today + timedelta(days=14),
            once=uuid4(),
        )
        self.grants(self.cleo, request)
        first = Consent.objects.filter(request=request, member=self.ana.member).first()
        page = self.page(f"/questions/{first.code}/together/")
        assert "the care of whoever said it" in page and "plan your care" not in page


class AllowingAgain(MembersPlace):
    OFFERS = ("you can allow it again", "Look at the question again")

    def test_after_a_hold_the_offers_stand_as_after_a_taking_back_and_the_refusal_is_true(self):
        for end in (revoke_consent, hold_consent):
            consent = self.grants(self.ana, self.asked(self.said()))
            end(by=self.ana.actor, code=consent.code)
            page = self.page(f"/permissions/{consent.code}/")
            assert all(offer in page for offer in self.OFFERS), end.__name__
        client = self.browser()
        sign = self.confirmed(client, client.post(f"/questions/{consent.code}/allow/"))
        said = self.text(client.post(sign, {"signature": "Ana"}))
        assert "tell us when we meet" in said and "wider" not in said

    def test_where_the_words_are_closed_to_the_member_nothing_is_offered(self):
        request = self.asked(self.said("She waved to Ben.", self.ana, self.ben))
        self.grants(self.ana, request)
        bens = self.grants(self.ben, request)
        revoke_consent(by=self.ben.actor, code=bens.code)
        path = f"/permissions/{bens.code}/"
        assert all(offer in self.page(path, self.ben.actor) for offer in self.OFFERS)
        revoke_consent(by=self.ana.actor, code=self.consent_of(self.ana, request).code)
        client = self.browser(self.ben.actor)
        for page in (client.get(path), client.post(f"{path}words/")):
            assert not any(offer in self.text(page) for offer in self.OFFERS)


class ACopy(MembersPlace):
    def test_it_has_all_that_was_signed(self):
        consent = self.grants(self.ana, self.asked(self.said("Exactly these words.")))
        copy = self.page(f"/permissions/{consent.code}/copy/")
        for told in (
            *("Dr Osei, Riverside Clinic", "To help plan your care", "Exactly these words."),
            *("Ana Almeida", "question-1", "Online", consent.code, "Fay Ferrer"),
        ):
            assert told in copy, told

    def test_beside_what_was_typed_it_has_the_name_that_the_practice_knows(self):
        consent = self.consent_of(self.ana, self.asked(self.said()))
        client = self.browser()
        sign = self.confirmed(client, client.post(f"/questions/{consent.code}/allow/"))
        client.post(sign, {"signature": "Mary"})
        copy = self.page(f"/permissions/{consent.code}/copy/")
        assert "Signed as Mary Known here as Ana Almeida" in copy

    def test_of_what_was_never_signed_there_is_none(self):
        consent = self.consent_of(self.ana, self.asked(self.said()))
        assert self.browser().get(f"/permissions/{consent.code}/copy/").status_code == 404

    def test_closed_words_are_not_in_it(self):
        shared = self.said("She waved to Ben.", self.ana, self.ben)
        request = self.asked(shared)
        self.grants(self.ana, request)
        bens = self.grants(self.ben, request)
        assert "She waved" in self.page(f"/permissions/{bens.code}/copy/", self.ben.actor)
        decline_consent(by=self.ana.actor, code=self.consent_of(self.ana, request).code)
        closed = self.page(f"/permissions/{bens.code}/copy/", self.ben.actor)
        assert "She waved" not in closed and "Ben Brandt" in closed


class WhatLeft(MembersPlace):
    def test_each_step_out_of_the_house_is_a_line_with_whom_where_what_and_why(self):
        item = self.said()
        self.grants(self.ana, self.asked(item))
        release = self.releases(item)
        open_release(by=self.fay, code=release.code)
        made = self.linked(release)
        open_link(code=made.link.code, secret=made.secret, passcode=made.passcode)
        hand_over(by=self.fay, code=release.code)
        page = self.page("/who-saw/left/")
        ways = ["Handed over on paper", "Read by a link", "Link made", "Printed", "Released"]
        places = [page.index(way) for way in ways]
        assert places == sorted(places), "newest first"
        assert page.count("40 Mill Lane") == len(ways)
        assert "To help plan your care" in page and "Dr Osei, Riverside Clinic" in page

    def test_a_try_that_stayed_and_what_others_let_out_is_not_there(self):
        cleos = self.said("What Cleo said.", self.cleo)
        self.signs(self.cleo)
        self.grants(self.cleo, self.asked(cleos))
        self.releases(cleos)
        assert "Nothing left the house" in self.page("/who-saw/left/")

    def test_a_year_that_is_none_is_no_page(self):
        for year in ("1", "abcd", "2999", "-100", ""):
            assert self.browser().get(f"/who-saw/left/?year={year}").status_code == 404, year


class WhatHappenedAndWhen(MembersPlace):
    def test_what_was_read_before_it_was_taken_back_is_told_before(self):
        item = self.said()
        consent = self.grants(self.ana, self.asked(item))
        release = self.releases(item)
        made = self.linked(release)
        open_link(code=made.link.code, secret=made.secret, passcode=made.passcode)
        hand_over(by=self.fay, code=release.code)
        revoke_consent(by=self.ana.actor, code=consent.code)
        page = self.page(f"/permissions/{consent.code}/").split("What happened, and when")[1]
        ways = [
            *("You took your permission back", "Given to Dr Osei", "Read by Dr Osei"),
            *("You allowed it", "asked you"),
        ]
        places = [page.index(way) for way in ways]
        assert places == sorted(places), "newest first"


class AskingUs(MembersPlace):
    def test_a_question_and_its_answer(self):
        client = self.browser()
        sent = {"kind": "question", "said": "Who keeps it?", "once": str(uuid4())}
        assert client.post("/privacy/ask/", sent).status_code == 302
        client.post("/privacy/ask/", sent)
        asked = PrivacyRequest.objects.get()
        sue = self.browser(self.sue)
        listed = self.text(sue.get("/requests-of-members/"))
        assert self.ana.member.code in listed and "Ana" not in listed
        assert "Who keeps it?" not in listed, "closed until it is opened"
        path = f"/requests-of-members/{asked.code}/"
        assert "Who keeps it?" in self.text(sue.get(path))
        assert Entry.objects.filter(act="privacy.opened", actor=self.sue.user).count() == 1
        sue.post(path, {"answer": "The practice does."})
        told = self.page(f"/privacy/{asked.code}/")
        assert "The practice does." in told and "Sue Sanders answered" in told
        again = self.text(sue.post(path, {"answer": "Something else."}))
        assert "Nothing was done twice" in again
        assert "Something else" not in self.page(f"/privacy/{asked.code}/")

    def test_a_wish_is_agreed_to_or_not_and_the_page_tells_when_it_is_erased(self):
        item = self.said()
        consent = self.consent_of(self.ana, self.asked(item))
        wish = ask_privacy(
            by=self.ana.actor,
            kind="erase",
            text="Please.",
            about_code=consent.code,
            once=uuid4(),
        )
        assert (
            self.browser(self.sue)
            .post(f"/requests-of-members/{wish.code}/", {"answer": "Yes."})
            .status_code
            == 200
        ), "a wish needs yes or no"
        answer_privacy(by=self.sue, code=wish.code, text="We will.", agrees=True)
        assert "passed on to be erased" in self.page(f"/privacy/{wish.code}/")
        erase_item(by=self.sue, code=item.code)
        assert "These words are erased." in self.page(f"/privacy/{wish.code}/")

    def test_nobody_else_finds_it(self):
        wish = ask_privacy(by=self.ana.actor, kind="correct", text="Please.", once=uuid4())
        for actor, path in (
            (self.ben.actor, f"/privacy/{wish.code}/"),
            (self.fay, f"/requests-of-members/{wish.code}/"),
            (self.zoe, f"/requests-of-members/{wish.code}/"),
        ):
            assert self.browser(actor).get(path).status_code == 404

    def test_words_of_another_are_not_asked_about(self):
        shared = self.said("She waved to Ben.", self.ana, self.ben)
        request = self.asked(shared)
        self.grants(self.ana, request)
        bens = self.consent_of(self.ben, request)
        response = self.browser(self.ben.actor).post(
            "/privacy/ask/", {"kind": "erase", "about": bens.code, "said": "Please."}
        )
        assert response.status_code == 400
        assert not PrivacyRequest.objects.exists()


class TakenAlong(MembersPlace, SpeakingFor):
    def package(self, actor=None) -> tuple[dict, dict[str, str]]:
        client = self.browser(actor)
        there = self.confirmed(client, client.post("/my-data/"))
        response = client.post(there)
        assert response["Content-Disposition"] == 'attachment; filename="my-data.zip"'
        assert response["Cache-Control"] == "no-store"
        with zipfile.ZipFile(io.BytesIO(response.content)) as file:
            told = {name: file.read(name).decode() for name in file.namelist()}
        assert client.post(there).status_code == 409, "the check counts once"
        return json.loads(told["my-data.json"]), told

    def test_it_holds_what_is_ones_own(self):
        item = self.said("Exactly these words.")
        consent = self.grants(self.ana, self.asked(item))
        hand_over(by=self.fay, code=self.releases(item).code)
        ask_privacy(by=self.ana.actor, kind="question", text="Who keeps it?", once=uuid4())
        data, files = self.package()
        assert data["me"][0]["name"] == "Ana Almeida"
        assert data["groups"][0]["signature"] == "Ana Almeida"
        assert data["words"][0]["words"] == "Exactly these words."
        assert data["permissions"][0]["permission"] == consent.code
        assert [one["what"] for one in data["events"]] == ["You were asked", "You allowed it"]
        assert data["events"][1]["signature"] == "Ana Almeida"
        assert {one["how"] for one in data["left"]} == {"Released to them", "Handed over on paper"}
        assert data["requests"][0]["text"] == "Who keeps it?"
        assert len(data["attendance"]) == 1 and data["who_saw"]
        assert set(files) == {"my-data.json", *(f"{name}.csv" for name in data)}

    def test_what_one_told_of_a_breach_is_in_it_and_what_another_told_is_not(self):
        for one in (self.ana, self.ben):
            [stint] = sessions.own_memberships(one.actor)
            report_breach(
                by=one.actor,
                membership_id=stint.pk,
                text=f"{one.name} was told of it at work.",
                tell_leaders=False,
                once=uuid4(),
            )
        answer_breach(
            by=self.sue,
            report_id=BreachReport.objects.get(member=self.ana.member).pk,
            text="I spoke with them.",
        )
        data, files = self.package()
        [told] = data["told"]
        assert told["text"] == "Ana Almeida was told of it at work."
        assert (told["answer"], told["answered_by"]) == ("I spoke with them.", "Sue Sanders")
        assert not any("Ben Brandt" in text for text in files.values())

    def test_a_paper_is_told_by_its_reference_and_who_attested_it(self):
        consent = self.consent_of(self.ana, self.asked(self.said()))
        attested = {"reference": "F-2026-17", "signed_on": self.today}
        paper = attest_paper(by=self.fay, code=consent.code, **attested, once=uuid4())
        proof = proven(self.cody, paper_scope(paper))
        confirm_paper(by=self.cody, paper_id=paper.pk, reference="F-2026-17", step_up_id=proof)
        data, files = self.package()
        signed = data["events"][-1]
        assert (signed["signature"], signed["by"]) == ("F-2026-17", "Fay Ferrer, Cody Clark")
        copy = self.page(f"/permissions/{consent.code}/copy/")
        assert "F-2026-17" in copy
        for text in (copy, *files.values()):
            assert self.fay.user.hex not in text and "attested" not in text

    def test_what_somebody_signed_for_the_member_is_not_told_as_their_own(self):
        self.minor(self.ana)
        recorded, paula = self.recorded(self.ana)
        SpeakingFor.confirmed(self, recorded)
        consent = self.consent_of(self.ana, self.asked(self.said()))
        self.signs_for(paula, consent)
        deny_for(by=paula, code=consent.code)
        data, _ = self.package()
        assert [one["what"] for one in data["events"]] == [
            "You were asked",
            "Somebody who speaks for you allowed it",
            "Somebody who speaks for you took it back",
        ]

    def test_what_somebody_who_speaks_for_the_member_read_is_not_told_as_their_own_reading(self):
        self.minor(self.ana)
        recorded, paula = self.recorded(self.ana, may_read=True)
        SpeakingFor.confirmed(self, recorded)
        consent = self.consent_of(self.ana, self.asked(self.said()))
        show_words_for(by=paula, consent=consent)
        seen = self.page("/who-saw/")
        assert "Somebody who speaks for you read it" in seen and "You read it" not in seen

    def test_attendance_is_ones_own_alone(self):
        own = Attendance.objects.get(member=self.ben.member)
        data, _ = self.package(self.ben.actor)
        assert [one["status"] for one in data["attendance"]] == [own.get_status_display()]

    def test_a_shared_item_is_code_and_day_alone_once_its_speaker_closed_it(self):
        shared = self.said("She waved to Ben.", self.ana, self.ben)
        request = self.asked(shared)
        self.grants(self.ana, request)
        self.grants(self.ben, request)
        data, _ = self.package(self.ben.actor)
        assert data["words"][0]["words"] == "She waved to Ben."
        decline_consent(by=self.ana.actor, code=self.consent_of(self.ana, request).code)
        data, files = self.package(self.ben.actor)
        assert data["words"][0]["words"] == "These words are closed now."
        assert not any("waved" in told for told in files.values())

    def test_what_was_stopped_quietly_reads_as_taken_back(self):
        consent = self.grants(self.ana, self.asked(self.said()))
        hold_consent(by=self.ana.actor, code=consent.code)
        data, files = self.package()
        assert data["events"][-1]["what"] == "You took your permission back"
        assert not any("held" in told for told in files.values())

    def test_a_spreadsheet_takes_nothing_for_a_formula(self):
        for cell in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\uff1d1"):
            assert neutral(cell) == f"'{cell}"
        assert neutral("I said = and - too") == "I said = and - too"
        self.grants(self.ana, self.asked(self.said('=HYPERLINK("https://example.org")')))
        _, files = self.package()
        assert "'=HYPERLINK" in files["words.csv"]
        assert ",=HYPERLINK" not in files["words.csv"] and ',"=HYP' not in files["words.csv"]

    def test_without_the_proof_for_it_nothing_is_taken(self):
        other = self.stepped_up(
            self.ana.actor,
            StepUpScope("grant", *(self.ana.member.pk for _ in range(3))),
        )
        consent = self.consent_of(self.ana, self.asked(self.said()))
        grant = self.stepped_up(self.ana.actor, grant_scope(consent))
        client = self.browser()
        for step_up in (other, grant):
            assert client.post(f"/my-data/{step_up}/").status_code in (404, 409)
        assert not Entry.objects.filter(act="data.exported").exists()


class NextMeeting(MembersPlace):
    def test_home_tells_the_next_planned_day_and_time_and_nothing_else_of_it(self):
        assert "You meet next" not in self.page("/home/")
        starts = timezone.now() + timedelta(days=3)
        GroupSession.objects.create(
            group=self.group,
            state=GroupSession.State.PLANNED,
            starts=starts,
            ends=starts + timedelta(hours=2),
            logged_by_id=self.fay.user,
        )
        here = timezone.localtime(starts, self.practice.zone)
        home = self.page("/home/")
        assert "You meet next" in home and f"{here:%H:%M}" in home

    def test_else_by_its_rhythm_and_not_on_an_evening_that_is_off(self):
        TherapyGroup.objects.filter(pk=self.group.pk).update(
            weekday=Weekday.TUESDAY, starts_at="18:00", ends_at="19:30"
        )
        group = TherapyGroup.objects.get(pk=self.group.pk)
        now, zone = timezone.now(), self.practice.zone
        first, second = self.next_tuesdays_at_six(now, zone)
        GroupSession.objects.create(
            group=group,
            state=GroupSession.State.CANCELLED,
            starts=first,
            ends=first + timedelta(hours=1),
            logged_by_id=self.fay.user,
        )
        home = self.browser().get("/home/").content.decode()
        assert f'datetime="{second.isoformat()}"' in home
        assert f'datetime="{first.isoformat()}"' not in home

    def test_an_evening_that_was_moved_to_another_hour_is_not_told_at_its_old_one(self):
        TherapyGroup.objects.filter(pk=self.group.pk).update(
            weekday=Weekday.TUESDAY, starts_at="18:00", ends_at="19:30"
        )
        first, _ = self.next_tuesdays_at_six(timezone.now(), self.practice.zone)
        moved = first + timedelta(hours=1)
        GroupSession.objects.create(
            group=self.group,
            state=GroupSession.State.PLANNED,
            starts=moved,
            ends=moved + timedelta(hours=1),
            logged_by_id=self.fay.user,
        )
        home = self.browser().get("/home/").content.decode()
        assert f'datetime="{moved.isoformat()}"' in home
        assert f'datetime="{first.isoformat()}"' not in home

    def next_tuesdays_at_six(self, now, zone):
        """The two next ones that are still to come, on the practice's clock."""
        today = now.astimezone(zone).date()
        days = (today + timedelta(days=n) for n in range(22))
        at_six = [
            datetime.combine(day, time(18), zone)
            for day in days
            if day.weekday() == Weekday.TUESDAY
        ]
        first, second, *_ = [one for one in at_six if one > now]
        return first, second
