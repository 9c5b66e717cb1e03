"""R102, R103: the member is told what went out and why, or there is a reason and a day."""

import io
import json
import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from consent import queries
from consent.models import Notice, Override, Telling
from consent.services.erasing import erase_item
from consent.services.links import link_scope, make_link, open_link
from consent.services.telling import tell_member, wait_to_tell
from consent.services.voiding import void_item
from tests.cast import PASSWORD, proven, sign_in
from tests.overriding import TEXT, TONIGHT, Emergency
from tests.pages.visible import blocks


class TheMember(Emergency):
    def test_is_told_and_finds_when_why_to_whom_and_the_exact_words(self):
        self.let_out(self.item)
        [told] = queries.own_overrides(self.ana.actor)
        assert (told.shows_words, told.shows_why) == (True, True)
        assert told.override.recipient == self.crisis
        assert Notice.objects.filter(person=self.ana.actor.user, kind="went_out").exists()

    def test_whoever_else_it_concerns_learns_nothing(self):
        self.item = self.said(TEXT, self.ana, self.ben)
        self.let_out(self.item)
        assert queries.own_overrides(self.ben.actor) == []
        assert queries.let_out_of(self.ben.actor) == []
        assert not Notice.objects.filter(person=self.ben.actor.user, kind="went_out").exists()

    def test_of_two_involved_only_who_said_it_is_shown_the_words(self):
        self.item = self.said(TEXT, self.ana, self.ben)
        self.let_out(self.item, involved=[self.ana, self.ben])
        [ana], [ben] = (queries.own_overrides(one.actor) for one in (self.ana, self.ben))
        assert (ana.shows_words, ben.shows_words) == (True, False)
        assert (ana.shows_why, ben.shows_why) == (False, False)

    def reads(self) -> str:
        client = Client()
        sign_in(client, self.ana.actor)
        page = client.get(f"/passed-on/{Override.objects.get().code}/")
        return " ".join(blocks(page.content.decode()))

    def test_is_not_told_that_nothing_else_went_out_where_words_went_along(self):
        also = {"to_recipient": "She lives at 12 Elm Street."}
        self.item = self.said(TEXT, self.ana, self.ben)
        self.let_out(self.item, more=also)
        page = self.reads()
        assert TONIGHT in page and "own words went along" in page
        assert "Nothing else" not in page and "Elm" not in page

    def test_finds_what_was_added_where_the_words_are_about_her_alone(self):
        self.let_out(self.item, more={"to_recipient": "She lives at 12 Elm Street."})
        page = self.reads()
        assert "She lives at 12 Elm Street." in page and "Nothing else went out." in page
        assert self.takes_along()["beside"] == "She lives at 12 Elm Street."

    def test_is_told_that_words_are_closed_since_and_not_that_they_were_anothers(self):
        self.let_out(self.item)
        void_item(by=self.fay, code=self.item.code)
        page = self.reads()
        assert "closed now" in page and "not yours alone" not in page and TONIGHT not in page

    def waiting(self) -> Override:
        tomorrow = self.today + timedelta(days=1)
        self.let_out(self.item, tell_by=tomorrow, more={"wait": "He reads her telephone."})
        return Override.objects.get()

    def test_is_told_nothing_while_there_is_a_reason_and_the_day_comes_back(self):
        override = self.waiting()
        assert queries.own_overrides(self.ana.actor) == []
        assert queries.let_out_of(self.ana.actor) == []
        assert not Notice.objects.filter(person=self.ana.actor.user, kind="went_out").exists()
        for by in (self.fay, self.sue):
            assert not queries.overrides_to_tell(by, self.today).exists()
            tomorrow = self.today + timedelta(days=1)
            assert list(queries.overrides_to_tell(by, tomorrow)) == [override]

    def test_until_then_no_page_of_hers_says_anything_else(self):
        self.grants(self.ana, self.asked(self.item))
        client = Client()
        sign_in(client, self.ana.actor)

        def told(page: str) -> list[str]:
            return blocks(client.get(page).content.decode())

        pages = (
            "/home/",
            "/who-saw/left/",
            "/who-saw/",
            "/you/notices/",
            "/permissions/",
            "/my-data/",
        )
        before = {page: told(page) for page in pages}
        override = self.waiting()
        made = self.releases_link(override)
        open_link(code=made.link.code, secret=made.secret, passcode=made.passcode)
        assert {page: told(page) for page in pages} == before
        tell_member(
            by=self.fay, code=override.code, member=self.ana.member.pk, how=Telling.How.NOTICE
        )
        assert "Crisis team" in " ".join(told("/who-saw/left/"))

    def releases_link(self, override: Override):
        release = override.release_item.release
        return make_link(
            by=self.fay,
            code=release.code,
            hours=24,
            openings=1,
            step_up_id=proven(self.fay, link_scope(release)),
            once=uuid4(),
        )

    def test_takes_along_what_she_was_told(self):
        self.let_out(self.item)
        row = self.takes_along()
        assert (row["words"], row["beside"], row["recipient"]) == (TONIGHT, "", "Crisis team")

    def takes_along(self) -> dict[str, str]:
        client = Client()
        sign_in(client, self.ana.actor)
        asked = client.post("/my-data/")["Location"]
        there = client.post(asked, {"password": PASSWORD})["Location"]
        answer = client.post(there)
        with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
            [row] = json.loads(file.read("my-data.json"))["without"]
        return row

    def test_a_reason_to_wait_on_is_written_down_with_another_day(self):
        override, later = self.waiting(), self.today + timedelta(days=9)
        given = {"code": override.code, "member": self.ana.member.pk}
        wait_to_tell(by=self.fay, **given, why="She is in hospital.", until=later)
        assert not queries.overrides_to_tell(self.fay, self.today + timedelta(days=8)).exists()
        assert list(queries.overrides_to_tell(self.fay, later)) == [override]
        told = tell_member(by=self.sue, **given, how=Telling.How.IN_PERSON)
        assert tell_member(by=self.fay, **given, how=Telling.How.NOTICE) == told
        assert len(queries.own_overrides(self.ana.actor)) == 1
        assert not queries.overrides_to_tell(self.fay, later).exists()

    def test_others_tell_nobody(self):
        override = self.waiting()
        given = {"code": override.code, "member": self.ana.member.pk}
        for by in (self.cody, self.otto, self.adam, self.zoe):
            with self.subTest(by=by.role), pytest.raises(Override.DoesNotExist):
                tell_member(by=by, **given, how=Telling.How.LETTER)

    def test_finds_it_in_what_left_the_house_once_told(self):
        self.let_out(self.item)
        items = queries.let_out_of(self.ana.actor)
        day = timedelta(days=1)
        steps = queries.went_out(self.ana.actor, items, timezone.now() - day, timezone.now() + day)
        assert [(one.act, one.consent) for one in steps] == [("override.released", None)]

    def test_what_was_erased_is_gone_from_the_claim_too(self):
        self.let_out(self.item)
        erase_item(by=self.sue, code=self.item.code)
        [told] = queries.own_overrides(self.ana.actor)
        assert not told.shows_words
