"""Finding people: who is found, by what, and that nothing of the search stays anywhere."""

import html
import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import StoredSession
from audit.models import Entry
from pages.facilitator import find
from sessions_app.models import Facilitation, Member, Membership
from sessions_app.services.groups import add_member
from tests.cast import CastTestCase, sign_in
from tests.probe import probing


class FindPages(CastTestCase):
    def setUp(self):
        self.fays = Client()
        sign_in(self.fays, self.fay)

    def find(self, q: str, client: Client | None = None, **more) -> str:
        client = client or self.fays
        sent = client.post("/find/", {"q": q, **more})
        assert (sent.status_code, sent["Location"]) == (302, "/find/")
        return self.shown(client.get("/find/"))

    def find_as_one_types(self, q: str, **more) -> str:
        return self.shown(
            self.fays.post("/find/", {"q": q, **more}, headers={"HX-Request": "true"})
        )

    def shown(self, response) -> str:
        assert response.status_code == 200
        return html.unescape(response.content.decode())


class Find(FindPages):
    def test_by_the_beginning_of_a_name_with_code_and_the_way_to_the_group(self):
        page = self.find("alm")
        assert "Ana Almeida" in page and self.ana.member.code in page
        assert f'href="/groups/{self.group.code}/">Tuesday group</a>' in page
        assert "Ben Brandt" not in page

    def test_by_what_they_are_called(self):
        self.comes("Josephine Dunn", preferred="Josie", aliases=["Zsa-Zsa"])
        for typed in ("josie", "zsa", "dunn jo"):
            assert "Josephine Dunn" in self.find(typed), typed

    def test_by_code_whatever_its_case(self):
        code = self.ana.member.code
        for typed in (code, code.lower(), f" {code} ", code.replace("-", "")):
            page = self.find(typed)
            assert "Ana Almeida" in page and "Ben Brandt" not in page, typed

    def test_nobody_who_left_before_one_led_the_group(self):
        left = self.today - timedelta(days=10)
        Membership.objects.filter(member=self.ben.member).update(until=left)
        assert "Ben Brandt" in self.find("brandt")

        Facilitation.objects.filter(user=self.cody.user).update(since=left + timedelta(days=1))
        codys = Client()
        sign_in(codys, self.cody)
        for typed in ("brandt", self.ben.member.code):
            assert "Ben Brandt" not in self.find(typed, codys), typed
        assert "Ana Almeida" in self.find("almeida", codys)
        Facilitation.objects.filter(user=self.cody.user).update(since=left)
        assert "Ben Brandt" in self.find("brandt", codys), "they met on one day"

    def test_nobody_of_a_group_one_does_not_lead_is_found(self):
        for typed in ("dora", "zed", self.dora.member.code, self.zed.member.code):
            assert "Nobody was found" in self.find(typed), typed
        ottos = Client()
        sign_in(ottos, self.otto)
        assert "Dora Dahl" in self.find("dora", ottos)
        assert "Nobody was found" in self.find("ana", ottos)

    def test_in_one_group_alone(self):
        ottos = Client()
        sign_in(ottos, self.otto)
        assert "Nobody was found" in self.find("ana", group=self.other_group.code, client=ottos)

    def test_who_left_is_found_with_the_day(self):
        Membership.objects.filter(member=self.ben.member).update(until=self.today)
        assert "until" in self.find("ben")

    def test_nothing_typed_and_nothing_but_dots(self):
        assert "Type a name or a code." in self.find("")
        assert "Nobody was found" in self.find(" .-. ")
        assert "Type at most 120 characters." in self.find("a" * 121)

    def test_thirty_are_shown_and_more_are_told(self):
        for n in range(31):
            self.comes(f"Newcomer {n}")
        page = self.find("newcomer")
        assert page.count("rows__what") == 30
        assert "And more. Type more letters." in page
        assert "And more." not in self.find("newcomer 3")

    def test_beyond_two_thousand_a_name_is_not_searched_but_a_code_is(self):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(find, "MOST_READ", 2)
            before = Entry.objects.count()
            page = self.find("ana")
            assert "too many people to search by name" in page
            assert Entry.objects.filter(act="machine.search").count() == 0
            assert Entry.objects.count() <= before + 1  # the groups' names
            assert "Ana Almeida" in self.find(self.ana.member.code)

    def test_going_back_shows_the_empty_form_and_asks_to_send_nothing_again(self):
        assert "Ana Almeida" in self.find("almeida")
        again = self.fays.get("/find/")
        assert again["Cache-Control"] == "no-store"
        assert "Ana Almeida" not in self.shown(again) and "almeida" not in self.shown(again)

    def test_while_one_types_the_rows_alone_are_drawn(self):
        part = self.find_as_one_types("alm")
        assert "Ana Almeida" in part and "<form" not in part and "<html" not in part
        assert self.find_as_one_types("").strip() == ""

    def comes(self, name: str, **more) -> Member:
        more |= {"since": self.today, "once": uuid4()}
        return add_member(by=self.fay, group=self.group, name=name, **more).member


class WhatIsNoted(FindPages):
    def test_one_entry_for_the_search_and_one_for_whom_it_shows(self):
        self.fays.get("/find/")  # the groups' names
        last = self.last_entry().seq
        with probing() as probe:
            self.find("a")
        entries = Entry.objects.filter(chain=self.practice.pk, seq__gt=last).order_by("seq")
        assert [entry.act for entry in entries] == ["machine.search", "roster.opened"]
        assert probe.opened and probe.unproven() == []

    def test_by_code_no_other_name_is_opened(self):
        with probing() as probe:
            self.find(self.ana.member.code)
        rows = {row for row, _ in probe.opened}
        names = {self.ben.member.pk, self.cleo.member.pk}
        assert self.ana.member.pk in rows and not rows & names
        assert probe.unproven() == []

    def test_names_that_were_noted_in_this_stay_are_not_noted_again(self):
        self.fays.get(f"/groups/{self.group.code}/")
        self.find("ana")
        before = Entry.objects.filter(act="roster.opened").count()
        self.find("ben")
        assert Entry.objects.filter(act="roster.opened").count() == before


class NothingStays(FindPages):
    @pytest.fixture(autouse=True)
    def _heard(self, caplog, capfd):
        caplog.set_level(logging.DEBUG)
        self.caplog, self.capfd = caplog, capfd

    def test_what_was_typed_is_in_no_log_address_entry_or_stored_session(self):
        rare = "vexillary"
        self.fays.post("/find/", {"q": rare})
        stored = b"".join(bytes(one.data) for one in StoredSession.objects.all())
        entries = b"".join(bytes(one.body) for one in Entry.objects.all())
        self.find(rare)
        self.find_as_one_types(rare)
        entries += b"".join(bytes(one.body) for one in Entry.objects.all())
        heard = self.caplog.text + "".join(self.capfd.readouterr())
        assert len(stored) > 100 and b"machine.search" in entries
        for where in (heard, stored.decode("latin-1"), entries.decode("latin-1")):
            assert rare not in where.casefold()


class Costs(FindPages):
    """As many queries with forty people as with two."""

    def queries(self, call) -> int:
        with (
            CaptureQueriesContext(connections["default"]) as one,
            CaptureQueriesContext(connections["vault"]) as other,
        ):
            call()
        return len(one) + len(other)

    def test_search_and_import_page(self):
        path = f"/groups/{self.group.code}/import/"

        def look(q: str) -> dict[str, int]:
            self.find(q)  # names are noted once per sign-in; count the look after
            return {
                "find": self.queries(lambda: self.find(q)),
                "typing": self.queries(lambda: self.find_as_one_types(q)),
                "import": self.queries(lambda: self.fays.get(path)),
            }

        self.joined(2)
        few = look("newcomer")
        self.joined(38)
        many = look("newcomer")
        print(few)
        assert many == few

    def joined(self, count: int) -> None:
        for _ in range(count):
            self.join(self.fay, self.group, "Newcomer", signs=False)
