"""The pages of leaving somebody out, of the second look and of summaries."""

from typing import Any
from unittest.mock import patch

from django.test import Client

from audit.models import Entry
from consent.services.deciding import decline_consent
from sessions_app import queries
from sessions_app.models import Disclosure
from tests.cast import Cast, CastTestCase, sign_in

WHOLE = "Ben waited until my light went on. I told my brother the truth."
LESS = "I told my brother the truth."


class Stage(Cast):
    def play(self) -> None:
        super().play()
        self.shared = self.said(WHOLE, self.ana, self.ben)


class Pages(Stage, CastTestCase):
    stage = Stage

    def browser(self, who: Any) -> Client:
        client = Client()
        sign_in(client, getattr(who, "actor", who))
        return client

    def page(self, client: Client, path: str) -> str:
        return client.get(path).content.decode()

    def leave_out(self, client: Client, text: str, *stay: Any) -> Any:
        return client.post(
            f"/items/{self.shared.code}/leave-out/",
            {
                "seen_version": "1",
                "text": text,
                "concerned": [str(one.member.pk) for one in stay or (self.ana,)],
            },
        )

    def made(self) -> Disclosure:
        return Disclosure.objects.get(redacted_from=self.shared)

    def test_the_item_page_offers_it_for_items_about_several_alone(self):
        fay = self.browser(self.fay)
        alone = self.said("I slept.")
        assert "leave-out" in self.page(fay, f"/items/{self.shared.code}/")
        assert "leave-out" not in self.page(fay, f"/items/{alone.code}/")

    def test_the_offer_is_the_same_before_and_after_an_answer(self):
        fay = self.browser(self.fay)
        request = self.asked(self.shared)
        before = self.page(fay, f"/items/{self.shared.code}/").count("leave-out")
        decline_consent(by=self.ana.actor, code=self.consent_of(self.ana, request).code)
        assert before == self.page(fay, f"/items/{self.shared.code}/").count("leave-out") == 1

    def test_the_page_marks_what_may_point_at_others_and_leaves_an_entry(self):
        page = self.page(self.browser(self.fay), f"/items/{self.shared.code}/leave-out/")
        assert '<mark class="guard">Ben' in page
        opened = Entry.objects.filter(act="item.opened", object_id=self.shared.pk)
        assert opened.count() == 1

    def test_a_name_left_in_comes_back_with_the_question_what_to_do_about_it(self):
        response = self.leave_out(self.browser(self.fay), "Ben waited.")
        assert response.status_code == 200
        page = response.content.decode()
        assert "guard-item-0" in page and "It concerns" not in page
        assert not Disclosure.objects.filter(redacted_from=self.shared).exists()

    def test_made_it_says_what_it_waits_for_and_asking_is_refused_in_words(self):
        fay = self.browser(self.fay)
        assert self.leave_out(fay, LESS).status_code == 302
        item = self.made()
        page = self.page(fay, f"/items/{item.code}/")
        assert self.shared.code in page and "Waits for a second look" in page
        assert "second-look" not in page
        response = fay.post(
            f"/items/{item.code}/ask/",
            {
                "recipient": self.clinic.code,
                "purpose": "TREAT",
                "expires_on": "2099-01-01",
                "answer_by": self.today.isoformat(),
                "nobody_else": "on",
            },
        )
        assert "A second person has not looked at these words yet." in response.content.decode()

    def test_cody_finds_the_look_on_today_and_confirms_it_there(self):
        item = self.redacted(self.shared, LESS)
        cody = self.browser(self.cody)
        path = f"/items/{item.code}/second-look/"
        assert path in self.page(cody, "/today/")
        assert path not in self.page(self.browser(self.fay), "/today/")
        page = self.page(cody, path)
        assert LESS in page and "Ben waited" not in page
        assert "Ben waited" in cody.post(path, {"compare": "1"}).content.decode()
        unticked = cody.post(path, {"confirm": "1", "seen_version": "1"})
        assert "then tick this" in unticked.content.decode()
        done = cody.post(path, {"confirm": "1", "seen_version": "1", "nobody_else": "on"})
        assert done.status_code == 302
        item.refresh_from_db()
        assert item.second_look_by_id == self.cody.user
        assert cody.get(path).status_code == 404
        assert path not in self.page(cody, "/today/")

    def test_what_is_typed_stays_when_one_opens_the_item_to_compare(self):
        item = self.redacted(self.shared, LESS)
        cody = self.browser(self.cody)
        path = f"/items/{item.code}/second-look/"
        page = self.page(cody, path)
        form = page.split('id="answer"')[1].split("</form>")[0]
        assert 'name="reason"' in form
        assert 'name="compare" value="1" form="answer"' in page
        typed = {"compare": "1", "reason": "The brother <is> known.", "nobody_else": "on"}
        page = cody.post(path, typed).content.decode()
        assert "Ben waited" in page
        assert "The brother &lt;is&gt; known.</textarea>" in page
        assert " checked" in page.split('name="nobody_else"')[1].split(">")[0]
        assert "error" not in page.split("</h1>")[1].split("</form>")[0]

    def test_after_a_change_one_is_told_to_ask_again_and_offered_it(self):
        fay = self.browser(self.fay)
        item = self.said("I told them.")
        path, words = f"/items/{item.code}/", "Ask again"
        self.grants(self.ana, self.asked(item))
        assert words not in self.page(fay, path), "it was asked about as it stands"
        form = self.page(fay, f"{path}edit/")
        assert "everybody is asked again" not in form and "are asked again" not in form
        assert "you have to ask everybody again" in form
        sent = {"seen_version": "1", "text": "I told everybody."}
        done = fay.post(f"{path}edit/", sent, follow=True).content.decode()
        assert "Nobody is asked until you ask again." in done
        button = done.split("What you can do")[1].split(words)[0]
        assert f"{path}ask/" in button
        never = self.said("Nobody was asked.")
        page = self.page(fay, f"/items/{never.code}/")
        assert words not in page and "Ask for permission" in page

    def test_sent_back_fay_finds_the_reason_where_she_changes_it(self):
        item = self.redacted(self.shared, LESS)
        self.browser(self.cody).post(
            f"/items/{item.code}/second-look/",
            {"back": "1", "seen_version": "1", "reason": "The brother is known here."},
        )
        fay = self.browser(self.fay)
        path = f"/items/{item.code}/left-out/"
        assert path in self.page(fay, "/today/")
        assert "The brother is known here." in self.page(fay, path)
        more = {"seen_version": "1", "text": "I told the truth."}
        assert fay.post(path, {**more, "concerned": [str(self.ana.member.pk)]}).status_code == 302
        assert path not in self.page(fay, "/today/")
        assert "The brother is known here." not in self.page(fay, path)

    def test_a_supervisor_reads_this_text_alone_and_only_until_the_answer(self):
        self.group.facilitations.filter(user=self.cody.user).update(until=self.session.local_day())
        item = self.redacted(self.shared, LESS)
        sue = self.browser(self.sue)
        path = f"/desk/looks/{item.code}/"
        assert path in self.page(sue, "/desk/")
        page = self.page(sue, path)
        assert LESS in page and self.ana.member.code in page
        for secret in ("Ben", "Ana", "waited", self.shared.code, self.ben.member.code):
            assert secret not in page, secret
        entry = Entry.objects.get(act="second_look.opened")
        assert (entry.actor, entry.object_id) == (self.sue.user, item.pk)
        for closed in (f"/items/{item.code}/", f"/items/{self.shared.code}/"):
            assert sue.get(closed).status_code == 404
        sue.post(path, {"confirm": "1", "seen_version": "1", "nobody_else": "on"})
        assert sue.get(path).status_code == 404
        assert path not in self.page(sue, "/desk/")

    def test_a_supervisor_whose_time_ended_while_the_page_waited_reads_nothing(self):
        self.group.facilitations.filter(user=self.cody.user).update(until=self.session.local_day())
        item = self.redacted(self.shared, LESS)
        sue = self.browser(self.sue)
        lock = queries.lock_disclosures

        def slowly(ids):
            self.group.supervisions.update(until=self.session.local_day())
            lock(ids)

        with patch.object(queries, "lock_disclosures", slowly):
            page = sue.get(f"/desk/looks/{item.code}/")
        assert page.status_code == 404
        assert not Entry.objects.filter(act="second_look.opened").exists()

    def test_ana_sees_her_own_text_and_ben_nothing_at_all(self):
        item = self.looked_at(self.redacted(self.shared, LESS))
        request = self.asked(item)
        consent = self.consent_of(self.ana, request)
        ana, ben = self.browser(self.ana), self.browser(self.ben)
        page = self.page(ana, f"/questions/{consent.code}/")
        assert LESS in page
        for trace in (self.shared.code, "waited", "second look", "left out"):
            assert trace not in page, trace
        told = self.page(ana, "/who-saw/")
        assert "nobody else can be recognised" in told and self.shared.code not in told
        for path in ("/home/", "/permissions/", "/who-saw/"):
            assert item.code not in self.page(ben, path)
            assert consent.code not in self.page(ben, path)
        assert ben.get(f"/questions/{consent.code}/").status_code == 404


class Summaries(Stage, CastTestCase):
    stage = Stage

    def setUp(self) -> None:
        self.client = Client()
        sign_in(self.client, self.fay)
        self.path = f"/sessions/{self.session.pk}/summaries/{self.ben.member.code}/new/"

    def test_it_is_reached_from_the_members_row_and_listed_with_the_notes(self):
        page = self.client.get(f"/sessions/{self.session.pk}/").content.decode()
        assert f"/summaries/{self.ana.member.code}/new/" in page
        self.client.post(self.path, {"text": "Back at work.", "seen_version": "0"})
        [summary] = Disclosure.objects.filter(kind="summary")
        page = self.client.get(f"/sessions/{self.session.pk}/").content.decode()
        assert f"/items/{summary.code}/summary/" in page
        assert "Sign 1 summary" in self.client.get("/today/").content.decode()

    def test_saved_it_is_a_draft_and_signed_it_can_be_asked_about(self):
        self.client.post(self.path, {"text": "Back at work.", "seen_version": "0"})
        [summary] = Disclosure.objects.filter(kind="summary")
        assert summary.state == Disclosure.State.DRAFT
        path = f"/items/{summary.code}/summary/"
        assert "Back at work." in self.client.get(path).content.decode()
        signed = {"text": "Back at work since May.", "seen_version": "1", "sign": "1"}
        assert self.client.post(path, signed).status_code == 302
        summary.refresh_from_db()
        assert (summary.state, summary.current_version) == (Disclosure.State.SIGNED, 2)
        assert self.client.get(path).status_code == 404

    def test_it_names_nobody_else(self):
        response = self.client.post(self.path, {"text": "Sat with Ana.", "seen_version": "0"})
        assert "guard-item-0" in response.content.decode()
        assert not Disclosure.objects.filter(kind="summary").exists()

    def test_of_somebody_who_was_not_in_the_group_there_is_none(self):
        path = f"/sessions/{self.session.pk}/summaries/{self.dora.member.code}/new/"
        assert self.client.get(path).status_code == 404
