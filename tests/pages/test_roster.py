"""Adding members from a file, as a facilitator meets it: look first, then everybody or nobody."""

import html
import logging
import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import StoredSession, User
from pages.facilitator.roster_sentences import FAULTS
from sessions_app.models import Member, Membership, Modality, RecordClass
from sessions_app.roster_file import Fault, read_roster
from sessions_app.services.groups import create_group
from tests.cast import CastTestCase, sign_in
from tests.probe import probing
from tests.sessions_app.test_roster_import import disk_full_at, third_member
from vault.envelope import Unreadable
from vault.session_seal import seal_carried, unseal_carried

GOOD = "name;preferred name;also called;since\r\nDee Dunn;Dee;;2026-01-07\r\nEli Ek;;E / El;\r\n"


class RosterPages(CastTestCase):
    def setUp(self):
        self.fays = Client()
        sign_in(self.fays, self.fay)
        self.path = f"/groups/{self.group.code}/import/"

    def upload(self, data: bytes | str, client: Client | None = None, path: str = ""):
        raw = data.encode() if isinstance(data, str) else data
        file = SimpleUploadedFile("roster.csv", raw, "text/csv")
        return (client or self.fays).post(path or self.path, {"file": file})

    def carried(self, response) -> str:
        [value] = re.findall(r'name="carried" value="([^"]+)"', self.text(response))
        return value

    def add(self, carried: str, client: Client | None = None, path: str = ""):
        return (client or self.fays).post((path or self.path) + "add/", {"carried": carried})

    def text(self, response) -> str:
        return html.unescape(response.content.decode())

    def counts(self) -> tuple[int, ...]:
        return tuple(model.objects.count() for model in (User, Member, Membership))


class Upload(RosterPages):
    def test_the_page_says_what_the_file_looks_like_and_the_example_is_one(self):
        page = self.text(self.fays.get(self.path))
        assert "roster-example.csv" in page
        example = (Path(settings.BASE_DIR) / "static" / "roster-example.csv").read_bytes()
        assert len(read_roster(example, today=self.today)) == 4

    def test_a_good_file_is_shown_and_nothing_is_saved(self):
        before = self.counts()
        page = self.text(self.upload(GOOD))
        assert "2 people were read" in page
        assert "Dee Dunn" in page and "E, El" in page and "7 January 2026" in page
        assert "Add these 2 people" in page and "This takes about 1 second." in page
        assert self.counts() == before

    def test_every_file_that_is_refused_has_its_sentence(self):
        before = self.counts()
        for data, fault in (
            (b"", Fault.EMPTY),
            (b"name\n" + b"a" * 300_000, Fault.TOO_BIG),
            (b"PK\x03\x04rest", Fault.WORKBOOK),
            (GOOD.encode("utf-16"), Fault.UTF_16),
            ("name\nJosé".encode("latin-1"), Fault.NOT_UTF_8),
            (b"name\nAna Almeida\x00", Fault.NUL),
            (b"name\rAna", Fault.OLD_LINE_ENDS),
            (b"name\tsince\nAna\t", Fault.TABS),
            (b'name\n"Ana', Fault.QUOTE),
            (b"Ana\nBen", Fault.NO_HEADER),
            (b"since\n2026-01-01", Fault.NO_NAME_COLUMN),
            (b"name,phone\nAna,1", Fault.UNKNOWN_COLUMN),
            (b"name,nombre\nAna,Ana", Fault.COLUMN_TWICE),
            (b"name\n", Fault.NO_ROWS),
            (b"name\n" + b"a\n" * 201, Fault.TOO_MANY_ROWS),
            (b"name\nAlmeida, Ana", Fault.TOO_MANY_CELLS),
            (b"name,since\n,2026-01-01", Fault.REQUIRED),
            (b"name\n" + b"a" * 121, Fault.TOO_LONG),
            (b"name\nDee\x07", Fault.CONTROL_CHARACTER),
            (b"name\n=1+1", Fault.FORMULA),
            (b"name\nDee\nDEE", Fault.TWICE),
            (b"name\nAna Almeida", Fault.IN_THE_GROUP),
            (b"name,alias\nDee," + b"a/" * 11, Fault.TOO_MANY_ALIASES),
            (b"name,since\nDee,soon", Fault.NOT_A_DAY),
            (b"name,since\nDee,3/4/2026", Fault.UNCLEAR_DAY),
            (b"name,since\nDee,2099-01-01", Fault.DAY_TO_COME),
            (b"name,since\nDee,1066-10-14", Fault.DAY_TOO_EARLY),
        ):
            response = self.upload(data)
            assert response.status_code == 200
            assert str(FAULTS[fault]) in self.text(response), fault
            assert 'name="carried"' not in self.text(response)
        assert set(FAULTS) == set(Fault)
        assert self.counts() == before

    def test_a_problem_names_row_and_column_and_leads_to_the_row(self):
        page = self.text(self.upload("Nombre;desde\nDee;3/4/2026\nEli;\n=Flo;\n"))
        assert '<a href="#row-2">Row 2, desde:</a>' in page
        assert '<a href="#row-4">Row 4, Nombre:</a>' in page
        assert 'id="row-2"' in page and 'id="row-4"' in page and 'id="row-3"' not in page

    def test_what_the_file_says_is_shown_as_text(self):
        for file in (
            "name,since\n<script>alert(1)</script>,soon",
            "name\n<script>alert(1)</script>",
        ):
            page = self.upload(file).content.decode()
            assert "&lt;script&gt;alert(1)" in page and "<script>" not in page

    def test_no_file_and_a_file_field_that_is_text(self):
        assert "Choose a file." in self.text(self.fays.post(self.path, {"once": ""}))
        assert "Choose a file." in self.text(self.fays.post(self.path, {"file": "name"}))

    def test_a_file_for_anothers_group_is_not_there(self):
        ottos = Client()
        sign_in(ottos, self.otto)
        assert self.upload(GOOD, ottos).status_code == 404
        assert self.upload(GOOD, path=f"/groups/{self.other_group.code}/import/").status_code == 404

    def test_a_file_is_taken_nowhere_else_and_a_huge_one_nowhere(self):
        for path in (
            "/groups/new/",
            f"/groups/{self.group.code}/members/new/",
            "/sign-in/",
            "/find/",
        ):
            assert self.upload(GOOD, path=path).status_code == 400, path
        before = self.counts()
        huge = self.upload(b"name\n" + b"a" * 1_100_000)
        assert huge.status_code == 413
        assert "This is too much at once" in self.text(huge)
        assert self.counts() == before


class AddThem(RosterPages):
    def test_exactly_who_was_shown_is_added_and_slips_are_shown_once(self):
        before = self.counts()
        carried = self.carried(self.upload(GOOD))
        page = self.text(self.add(carried))
        assert self.counts() == tuple(n + 2 for n in before)
        assert page.count('class="slip"') == 2
        assert "Dee Dunn" in page and "Eli Ek" in page
        for user in User.objects.order_by("-pk")[:2]:
            assert user.sign_in_name in page
        assert "Dee Dunn" in self.text(self.fays.get(f"/groups/{self.group.code}/"))

    def test_sent_twice_and_from_a_second_tab_nobody_is_added_twice(self):
        one, other = self.carried(self.upload(GOOD)), self.carried(self.upload(GOOD))
        self.add(one)
        before = self.counts()
        again, second_tab = self.add(one), self.add(other)
        assert again.status_code == second_tab.status_code == 409
        assert str(FAULTS[Fault.IN_THE_GROUP]) in self.text(second_tab)
        assert "Nobody was added twice." in self.text(again)
        assert self.counts() == before

    def test_a_crash_in_the_middle_saves_nobody(self):
        carried = self.carried(self.upload(GOOD + "Flo Fox;;;\n"))
        before = self.counts()
        with disk_full_at(third_member):
            assert self.add(carried).status_code == 503
        assert self.counts() == before

    def test_what_was_shown_is_good_for_this_person_and_this_group_for_an_hour(self):
        carried, before = self.carried(self.upload(GOOD)), self.counts()
        codys = Client()
        sign_in(codys, self.cody)
        [letter] = "B" if carried[40] == "A" else "A"
        for client, sent in (
            (codys, carried),
            (self.fays, carried[:40] + letter + carried[41:]),
            (self.fays, ""),
            (self.fays, "é"),
            (self.fays, "AAAA"),
        ):
            response = self.add(sent, client)
            assert response.status_code == 410
            assert "Choose the file again." in self.text(response)
        assert self.counts() == before

    def test_what_was_shown_for_one_group_is_not_added_to_another(self):
        other = create_group(
            by=self.fay,
            name="Another",
            modality=Modality.GRIEF,
            record_class=RecordClass.PSYCHOTHERAPY,
            since=self.today,
            once=uuid4(),
        )
        path = f"/groups/{other.code}/import/"
        assert self.add(self.carried(self.upload(GOOD)), path=path).status_code == 410
        assert self.add(self.carried(self.upload(GOOD, path=path)), path=path).status_code == 200

    def test_the_seal_holds_whom_it_is_bound_to_and_how_long(self):
        now = timezone.now()
        lasts = timedelta(hours=1)
        carried = seal_carried(b"names", bound_to=b"fay", at=now - timedelta(minutes=59))
        assert unseal_carried(carried, bound_to=b"fay", at=now, lasts=lasts) == b"names"
        for bound_to, at in ((b"cody", now), (b"fay", now + timedelta(minutes=2))):
            with pytest.raises(Unreadable):
                unseal_carried(carried, bound_to=bound_to, at=at, lasts=lasts)

    def test_every_name_that_is_opened_has_its_entry(self):
        with probing() as probe:
            self.add(self.carried(self.upload(GOOD)))
        assert probe.opened
        assert probe.unproven() == []

    def test_a_closed_group_says_so(self):
        self.group.closed_on = self.today
        self.group.save()
        assert "This group is closed." in self.text(self.upload(GOOD))


class NothingOfItInClear(RosterPages):
    @pytest.fixture(autouse=True)
    def _heard(self, caplog, capfd):
        caplog.set_level(logging.DEBUG)
        self.caplog, self.capfd = caplog, capfd

    def test_the_names_are_in_no_log_no_session_and_no_carried_form(self):
        rare = "Vexillary"
        carried = self.carried(self.upload(f"name\n{rare} Quince"))
        self.upload(f"name,since\n{rare},soon")
        self.upload(f"name,{rare}\nDee,")
        with disk_full_at(lambda sql, seen: "INSERT INTO" in sql and "accounts_user" in sql):
            self.add(carried)
        self.add(carried)
        stored = b"".join(bytes(one.data) for one in StoredSession.objects.all())
        heard = self.caplog.text + "".join(self.capfd.readouterr())
        assert "OperationalError" in heard
        for where in (heard, stored.decode("latin-1"), carried):
            assert rare not in where
        assert Member.objects.count() == 6
