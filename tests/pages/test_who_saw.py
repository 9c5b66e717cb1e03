"""Who saw what: every reading and release of one's own words, and nobody else's anything."""

import re
from datetime import timedelta

from django.test import Client, override_settings

from audit.models import Entry
from audit.queries import Place
from consent import queries
from consent.models import ConsentEvent
from consent.services.deciding import decline_consent, revoke_consent
from consent.services.release import Withheld, hand_over, open_release
from consent.services.showing import show_words
from pages.member import who_saw
from pages.shared.paging import as_text
from sessions_app.models import VersionUserPermission
from sessions_app.services.items import edit_item
from tests.cast import CastTestCase, sign_in
from tests.walls import wall_lowered
from vault import key_ring


class WhoSaw(CastTestCase):
    def page(self, actor, path: str = "/who-saw/") -> str:
        client = Client()
        sign_in(client, actor)
        main = client.get(path).content.decode().split("<main")[1].split("</main>")[0]
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))

    def opens(self, actor, item) -> None:
        client = Client()
        sign_in(client, actor)
        assert client.post(f"/items/{item.code}/open/").status_code == 200

    def withheld(self, item, to=None) -> None:
        try:
            self.releases(item, to)
        except Withheld:
            return
        raise AssertionError("this should have been withheld")


class MyOwnWords(WhoSaw):
    def test_each_act_is_a_sentence_with_who_and_what_they_are_to_me(self):
        item = self.said()
        self.grants(self.ana, self.asked(item))
        self.opens(self.cody, item)
        release = self.releases(item)
        open_release(by=self.fay, code=release.code)
        hand_over(by=self.fay, code=release.code)
        page = self.page(self.ana.actor)
        told = [
            "Fay, who leads your group, handed it to Dr Osei, Riverside Clinic on paper",
            "Fay, who leads your group, opened the letter to Dr Osei, Riverside Clinic",
            "Fay, who leads your group, released it to Dr Osei, Riverside Clinic",
            "Cody, who leads your group, opened it",
            "Fay, who leads your group, wrote it down",
        ]
        places = [page.index(sentence) for sentence in told]
        assert places == sorted(places), "newest first"

    def test_a_draft_that_nobody_asked_me_about_is_not_told(self):
        self.opens(self.fay, self.said())
        assert "Nothing here yet" in self.page(self.ana.actor)

    def test_who_led_then_and_no_longer_is_told_so(self):
        item = self.said()
        self.opens(self.cody, item)
        self.asked(item)
        self.group.facilitations.filter(user=self.cody.user).update(
            until=self.today - timedelta(days=1)
        )
        assert "Cody, who led your group then, opened it" in self.page(self.ana.actor)

    def test_my_own_reading_is_mine_to_see(self):
        consent = self.consent_of(self.ana, self.asked(self.said()))
        show_words(by=self.ana.actor, consent=queries.own_consent(self.ana.actor, consent.code))
        assert "You read it" in self.page(self.ana.actor)

    def test_a_try_that_was_withheld_is_told_where_it_concerns_me_alone(self):
        item = self.said()
        self.asked(item)
        self.withheld(item)
        assert "tried to release it to Dr Osei, Riverside Clinic. Nothing was sent" in self.page(
            self.ana.actor
        )

    def test_looking_is_itself_an_entry_before_anything_is_shown(self):
        self.asked(self.said())
        client = Client()
        sign_in(client, self.ana.actor)
        for looks in (1, 2):
            client.get("/who-saw/")
            assert Entry.objects.filter(act=who_saw.LOOKED, actor=self.ana.actor.user).count() == (
                looks
            )

    def test_older_lines_are_on_the_next_page_and_none_twice(self):
        item = self.said()
        self.asked(item)
        for _ in range(who_saw.ON_A_PAGE):
            self.opens(self.fay, item)
        first = Client()
        sign_in(first, self.ana.actor)
        page = first.get("/who-saw/").content.decode()
        [before] = re.findall(r'\?before=([^"]+)"', page)
        older = first.get("/who-saw/", {"before": before}).content.decode()
        assert page.count(", opened it") == who_saw.ON_A_PAGE
        assert (older.count(", opened it"), older.count(", wrote it down")) == (0, 1)
        for nonsense in ("-1", "x", "1e9", "9" * 30, "٣", f"{'9' * 17}-1", f"0-{'9' * 4}"):
            assert first.get("/who-saw/", {"before": nonsense}).status_code == 200

    def test_its_addresses_do_not_tell_how_much_happens_in_the_practice(self):
        item = self.said()
        self.asked(item)
        for _ in range(who_saw.ON_A_PAGE):
            self.opens(self.fay, item)
        client = Client()
        sign_in(client, self.ana.actor)
        [before] = re.findall(r'\?before=([^"]+)"', client.get("/who-saw/").content.decode())
        last = Entry.objects.filter(object_id=item.pk, act="item.opened").earliest("seq")
        assert before == as_text(Place(last.at, 1)), "when, and how many of one's own lines then"

    def test_without_keys_home_works_and_this_page_says_that_it_is_closed(self):
        self.grants(self.ana, self.asked(self.said()))
        client = Client()
        sign_in(client, self.ana.actor)
        key_ring.forget()
        with override_settings(GROUPCARE_KEYS_DIR="/nowhere"):
            assert client.get("/home/").status_code == 200


class WordsAboutSomebodyElseToo(WhoSaw):
    """Ana said it, Ben can be recognised in it: neither learns of the other here."""

    def setUp(self):
        self.item = self.said("Ben waited until my light went on.", self.ana, self.ben)
        self.request = self.asked(self.item)

    def test_who_was_not_shown_an_item_does_not_learn_of_it_here(self):
        self.opens(self.fay, self.item)
        assert "Nothing here yet" in self.page(self.ben.actor)

    def test_who_was_shown_it_sees_who_opened_it_and_no_longer_when_it_is_closed_again(self):
        consent = self.grants(self.ana, self.request)
        self.opens(self.fay, self.item)
        page = self.page(self.ben.actor)
        assert "Fay, who leads your group, opened it" in page
        assert "Words about you from" in page
        revoke_consent(by=self.ana.actor, code=consent.code)
        assert "Nothing here yet" in self.page(self.ben.actor)

    def test_a_row_of_guardian_alone_opens_nothing_here(self):
        self.grants(self.ana, self.request)
        row = VersionUserPermission.objects.get(
            user=self.ben.actor.user, permission__codename="read_version"
        )
        assert row
        with wall_lowered("consent_consentevent"):
            ConsentEvent.objects.filter(kind="granted").update(mac=b"x" * 32)
        assert "Nothing here yet" in self.page(self.ben.actor)

    def test_neither_learns_what_the_other_read_or_answered(self):
        self.grants(self.ana, self.request)
        bens = self.consent_of(self.ben, self.request)
        show_words(by=self.ben.actor, consent=queries.own_consent(self.ben.actor, bens.code))
        anas_before = self.page(self.ana.actor)
        decline_consent(by=self.ben.actor, code=bens.code)
        self.withheld(self.item)
        anas = self.page(self.ana.actor)
        assert anas == anas_before, "a no, and a try that it stopped, change nothing here"
        assert "Ben" not in anas
        assert "You read it" not in anas
        assert "tried" not in self.page(self.ben.actor)
        assert "Ana" not in self.page(self.ben.actor)

    def test_the_members_of_the_group_who_are_not_concerned_see_nothing(self):
        self.grants(self.ana, self.request)
        self.opens(self.fay, self.item)
        for other in (self.cleo, self.dora, self.zed):
            assert "Nothing here yet" in self.page(other.actor)

    def test_who_came_into_the_words_later_learns_nothing_of_the_time_before(self):
        alone = self.said("I waited for somebody.")
        self.grants(self.ana, self.asked(alone))
        self.opens(self.cody, alone)
        self.releases(alone)
        edit_item(
            by=self.fay,
            code=alone.code,
            seen_version=1,
            concerned=[self.ben.member.pk],
            text="I waited for Ben.",
            guard=self.guard(),
        )
        self.grants(self.ana, self.asked(alone))
        page = self.page(self.ben.actor)
        assert "Cody" not in page
        assert "released" not in page
        assert "Cody, who leads your group, opened it" in self.page(self.ana.actor)


class OnOtherPages(WhoSaw):
    def test_home_shows_the_last_three_and_a_permission_its_own_item_alone(self):
        one, two = self.said("One."), self.said("Two.")
        first = self.grants(self.ana, self.asked(one))
        self.asked(two)
        self.opens(self.cody, one)
        for _ in range(3):
            self.opens(self.fay, two)
        home = self.page(self.ana.actor, "/home/")
        assert home.count("opened it") == 3
        assert "Cody, who" not in home
        permission = self.page(self.ana.actor, f"/permissions/{first.code}/")
        assert permission.count("opened it") == 1
        assert "Cody, who leads your group, opened it" in permission

    def test_after_taking_back_the_page_says_when_and_who_had_the_words(self):
        item = self.said()
        consent = self.grants(self.ana, self.asked(item))
        never = self.grants(self.ana, self.asked(self.said("Other words."), self.insurer))
        self.releases(item)
        for code in (consent.code, never.code):
            revoke_consent(by=self.ana.actor, code=code)
        at = consent.events.latest("counter").at.astimezone(self.practice.zone)
        page = self.page(self.ana.actor, f"/permissions/{consent.code}/")
        assert f"Since {at:%B} {at.day}"[:5] in page
        assert f"{at:%H:%M:%S} nobody can get these words" in page
        assert "They were released to Dr Osei, Riverside Clinic on" in page
        assert "did not get these words from us" in self.page(
            self.ana.actor, f"/permissions/{never.code}/"
        )
