"""Releasing on pages: trying it, the letter, and the lists inside, for one item and for several."""

import re

from django.test import Client

from audit.models import Entry
from consent.models import HandOver, Release, ReleaseLink
from consent.services.deciding import decline_consent, revoke_consent
from consent.services.freezing import freeze
from tests.cast import CastTestCase, proof_of, sign_in


class ReleasesOnPages(CastTestCase):
    def setUp(self):
        self.allowed = self.said("I sleep again.")
        self.consent = self.grants(self.ana, self.asked(self.allowed))
        self.stays = self.said("I lied to him.")
        no = self.consent_of(self.ana, self.asked(self.stays))
        decline_consent(by=self.ana.actor, code=no.code)
        self.client = self.visits(self.fay)

    def visits(self, actor) -> Client:
        client = Client()
        sign_in(client, actor)
        return client

    def letter_in(self, page: str, release: Release | None = None) -> str:
        [letter] = re.findall(r'<article class="letter">.*?</article>', page, re.DOTALL)
        return letter.replace(release.code if release else "R-······", "R-CODE")

    def chosen(self, path: str) -> str:
        return f"{path}release/{self.clinic.code}/TREAT/try/"

    def paths(self) -> dict[str, str]:
        return {
            "item": f"/items/{self.allowed.code}/",
            "session": f"/sessions/{self.session.pk}/",
            "group": f"/groups/{self.group.code}/",
        }

    def test_the_letter_of_a_preview_has_the_bytes_of_the_released_one(self):
        acts = (lambda: self.releases(self.allowed), self.releases_session, self.releases_group)
        for (name, path), act in zip(self.paths().items(), acts, strict=True):
            tried = self.client.post(self.chosen(path)).content.decode()
            release = act()
            opened = self.client.post(f"/releases/{release.code}/open/").content.decode()
            letter = self.letter_in(opened, release)
            assert self.letter_in(tried) == letter, name
            assert "I sleep again." in letter
            assert "PREVIEW" not in letter
            assert "PREVIEW" in tried
            assert "PREVIEW" not in opened

    def test_what_stays_stands_beside_the_letter_with_the_reason_of_silence(self):
        page = self.client.post(self.chosen(self.paths()["session"])).content.decode()
        beside = page.split("</article>")[1]
        assert self.stays.code in beside
        assert "A permission is missing." in beside
        assert self.stays.code not in self.letter_in(page)

    def test_of_many_that_stay_the_button_stands_before_the_list_and_the_list_is_folded(self):
        few = self.client.post(self.chosen(self.paths()["session"])).content.decode()
        assert '<details class="more" open>' in few
        for n in range(8):
            self.said(f"Word {n}.")
        page = self.client.post(self.chosen(self.paths()["group"])).content.decode()
        assert page.index("Go on to the password") < page.index('id="stays"')
        assert "9 items" in page
        assert '<details class="more">' in page
        release = self.releases_group()
        page = self.client.get(f"/releases/{release.code}/").content.decode()
        assert '<details class="more">' in page.split('id="stayed"')[1]

    def test_where_nothing_would_go_the_page_says_so_and_opens_nothing(self):
        page = self.client.post(self.chosen(f"/items/{self.stays.code}/")).content.decode()
        assert "Dr Osei, Riverside Clinic would get nothing" in page
        assert "PREVIEW" in page
        assert "Go on to the password" not in page

    def test_from_the_choice_over_the_preview_and_the_password_to_the_list_inside(self):
        for path in (self.paths()["session"], self.paths()["group"]):
            given = {"recipient": self.clinic.code, "purpose": "TREAT"}
            tried = self.client.post(f"{path}release/", {**given, "try": "1"}).content.decode()
            assert "Go on to the password" in tried
            password = self.client.post(f"{path}release/", given)["Location"]
            confirm = self.client.post(password, proof_of(self.fay))["Location"]
            made = self.client.post(confirm)["Location"]
            page = self.client.get(made).content.decode()
            went, stayed = page.split('id="went"')[1].split('id="stayed"')
            assert self.allowed.code in went
            assert self.stays.code in stayed
            opened = self.client.post(f"{made}open/").content.decode()
            assert self.stays.code not in opened
            assert self.client.post(f"{made}hand-over/").status_code == 302

    def test_a_refused_session_says_so_and_lists_what_stayed(self):
        made = Release.objects.count()
        given = {"recipient": self.insurer.code, "purpose": "TREAT"}
        path = f"{self.paths()['session']}release/"
        confirm = self.client.post(self.client.post(path, given)["Location"], proof_of(self.fay))[
            "Location"
        ]
        page = self.client.post(confirm, follow=True).content.decode()
        assert Release.objects.count() == made + 1
        assert "These words stay in the group" in page
        for item in (self.allowed, self.stays):
            assert item.code in page

    def test_a_colleague_who_did_not_lead_that_evening_is_not_told_what_stayed(self):
        release = self.releases_session()
        self.stays.user_rights.filter(user=self.cody.user).delete()
        page = self.visits(self.cody).get(f"/releases/{release.code}/").content.decode()
        assert self.allowed.code in page
        assert self.stays.code not in page
        assert "What stayed here" not in page

    def test_an_evening_without_a_word_offers_nothing_to_release(self):
        empty = self.held(self.fay, self.group, present=[self.ana, self.ben, self.cleo], days_ago=9)
        path = f"/sessions/{empty.pk}/release/"
        assert "nothing to release" in self.client.get(path).content.decode()
        given = {"recipient": self.clinic.code, "purpose": "TREAT"}
        assert "nothing to release" in self.client.post(path, given).content.decode()

    def test_a_member_sees_the_letter_of_own_words_with_the_bytes_of_the_released_one(self):
        mine = self.visits(self.ana.actor)
        page = mine.post(f"/permissions/{self.consent.code}/preview/").content.decode()
        release = self.releases(self.allowed)
        opened = self.client.post(f"/releases/{release.code}/open/").content.decode()
        assert self.letter_in(page) == self.letter_in(opened, release)
        assert "would get today" in page
        assert "Leave quickly" in page
        assert Entry.objects.filter(act="question.previewed").count() == 1

    def test_before_the_answer_it_says_what_would_be_and_after_a_no_that_there_is_nothing(self):
        mine = self.visits(self.ana.actor)
        waits = self.consent_of(self.ana, self.asked(self.said("Something else.")))
        path = f"/permissions/{waits.code}/preview/"
        assert "would get this if you allow it" in mine.post(path).content.decode()
        decline_consent(by=self.ana.actor, code=waits.code)
        assert "would get nothing today" in mine.post(path).content.decode()

    def test_words_about_somebody_else_too_have_a_fixed_sentence_in_place_of_the_button(self):
        shared = self.said("Ben waited.", self.ana, self.ben)
        consent = self.consent_of(self.ana, self.asked(shared))
        mine = self.visits(self.ana.actor)
        for path in (f"/questions/{consent.code}/", f"/permissions/{consent.code}/"):
            page = mine.get(path).content.decode()
            assert "nobody is told of another’s answer" in page
            assert "See what they would get" not in page

    def test_what_was_handed_over_says_so_where_the_release_is_closed_since(self):
        for release in (self.releases(self.allowed), self.releases_session()):
            path = f"/releases/{release.code}/"
            self.client.post(f"{path}open/")
            self.client.post(f"{path}hand-over/")
            link = self.linked(release).link
            ReleaseLink.objects.filter(pk=link.pk).update(openings_used=1)
        revoke_consent(by=self.ana.actor, code=self.consent.code)
        for given in HandOver.objects.all():
            path = f"/releases/{given.release.code}/"
            page = self.client.get(path).content.decode()
            assert "This release is closed" in page
            assert "Handed over in print" in page.split('id="out"')[1]
            assert "<time datetime=" in page.split('id="out"')[1].split("</section>")[0]
            assert "Opened 1 of 3 times." in page
            assert f"{path}receipt/" in page
            assert "/end/" not in page, "nothing lives there to be ended"

    def test_what_never_went_out_has_nothing_to_show_of_it(self):
        release = self.releases(self.allowed)
        revoke_consent(by=self.ana.actor, code=self.consent.code)
        page = self.client.get(f"/releases/{release.code}/").content.decode()
        assert "This release is closed" in page
        assert 'id="out"' not in page

    def test_nothing_is_handed_over_that_was_never_opened(self):
        release = self.releases(self.allowed)
        path = f"/releases/{release.code}/"
        page = self.client.post(f"{path}hand-over/", follow=True).content.decode()
        assert "Open and print it first." in page
        assert not HandOver.objects.exists()
        self.client.post(f"{path}open/")
        page = self.client.post(f"{path}hand-over/", follow=True).content.decode()
        assert "Handed over, and recorded." in page
        assert HandOver.objects.exists()

    def test_during_a_freeze_a_release_is_kept_and_not_called_closed(self):
        kept = [self.releases(self.allowed), self.releases_session()]
        [self.client.post(f"/releases/{one.code}/open/") for one in kept]
        freeze(by=self.sue)
        for release in kept:
            for act in ("open", "hand-over"):
                page = self.client.post(f"/releases/{release.code}/{act}/").content.decode()
                assert "The release is kept" in page
                assert "try again when the freeze is lifted" in page
                assert "This release is closed" not in page
                assert "destroy" not in page

    def test_a_release_tried_during_a_freeze_hears_of_the_freeze_and_of_nothing_else(self):
        """Whatever anybody answered, it is one page: a freeze is no member's secret, a no is."""
        asked = self.said("Nobody was asked.")
        taken = self.said("Taken back.")
        yes = self.grants(self.ana, self.asked(taken))
        kept = self.releases(taken)
        revoke_consent(by=self.ana.actor, code=yes.code)
        freeze(by=self.sue)
        pages = set()
        for item in (self.allowed, self.stays, asked, taken):
            given = {"recipient": self.clinic.code, "purpose": "TREAT"}
            path = f"/items/{item.code}/release/"
            confirm = self.client.post(
                self.client.post(path, given)["Location"], proof_of(self.fay)
            )["Location"]
            answer = self.client.post(confirm, follow=True)
            page = answer.content.decode()
            code = answer.request["PATH_INFO"].split("/")[2]
            assert "Nothing was sent. Try again when the freeze is lifted." in page
            page = page.replace(code, "R-CODE").replace(item.code, "D-CODE")
            page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
            pages.add(re.sub("<time.*?</time>", "", page))
        assert len(pages) == 1
        page = self.client.get(f"/releases/{kept.code}/").content.decode()
        assert "The release is kept" in page
