"""A stay ends by idleness and by the day, and its person sees and ends where else they are in."""

from datetime import datetime, timedelta
from unittest.mock import patch

from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import SignIn, StoredSession
from accounts.session_store import MOVES_ON_AFTER, key_hash
from audit.models import Entry
from groupcare.middleware import Stays
from tests.cast import CastTestCase, proof_of, sign_in


def row_of(client: Client) -> StoredSession:
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    return StoredSession.objects.get(key_hash=key_hash(key))


def left(client: Client) -> float:
    """Return in how many minutes a stay ends."""
    return (row_of(client).expires_at - timezone.now()) / timedelta(minutes=1)


def ends_in(client: Client, minutes: float) -> None:
    end = timezone.now() + timedelta(minutes=minutes)
    StoredSession.objects.filter(pk=row_of(client).pk).update(expires_at=end)


def began(client: Client, **ago: int) -> None:
    """Let a stay have begun so long ago: its day in the sealed data is moved back."""
    session = client.session
    day = datetime.fromisoformat(session["ends_at"]) - timedelta(**ago)
    session["ends_at"] = day.isoformat()
    session.save()


class Ends(CastTestCase):
    """Fifteen minutes idle and eight hours for staff, twenty and twelve for members."""

    def setUp(self):
        self.staff, self.member = Client(), Client()
        sign_in(self.staff, self.fay)
        sign_in(self.member, self.ana.actor)
        self.each = ((self.staff, "/today/", 15, 8), (self.member, "/home/", 20, 12))

    def test_idle_it_ends_and_whatever_its_person_does_puts_that_off(self):
        for client, page, idle, _ in self.each:
            assert idle - 0.2 < left(client) <= idle
            ends_in(client, 1)
            assert client.get(page).status_code == 200
            assert idle - 0.2 < left(client) <= idle
            ends_in(client, -0.01)
            assert client.get(page).status_code == 302

    def test_no_activity_carries_it_past_its_day(self):
        for client, page, idle, hours in self.each:
            began(client, hours=hours, minutes=-5)
            ends_in(client, 1)
            assert client.get(page).status_code == 200
            assert 4.8 < left(client) <= 5 < idle
            began(client, minutes=6)
            assert client.get(page).status_code == 200, "until the next move it holds"
            assert left(client) <= 5

    def test_the_end_is_moved_at_most_once_in_half_a_minute(self):
        ends_in(self.staff, 15 - MOVES_ON_AFTER.total_seconds() / 60 + 0.1)
        before = row_of(self.staff).expires_at
        self.staff.get("/today/")
        assert row_of(self.staff).expires_at == before

    def test_what_is_typed_counts_as_activity(self):
        ends_in(self.staff, 1)
        path = f"/sessions/{self.session.pk}/drafts/group/"
        assert self.staff.post(path, {"text-group": "Trust was"}).status_code == 200
        assert left(self.staff) > 14

    def test_what_a_page_asks_by_itself_does_not(self):
        assert frozenset() == Stays.POLLING, "list it here and in docs/sign-in.md"
        ends_in(self.staff, 1)
        with patch.object(Stays, "POLLING", frozenset(("today",))):
            assert self.staff.get("/today/").status_code == 200
        assert left(self.staff) <= 1

    def test_saving_the_session_is_no_activity(self):
        ends_in(self.staff, 1)
        session = self.staff.session
        session["x"] = 1
        session.save()
        assert left(self.staff) <= 1

    def test_an_end_that_has_passed_is_not_moved(self):
        ends_in(self.staff, 1)
        session = self.staff.session
        assert session["idle"] == 15 * 60
        ends_in(self.staff, -1)
        session.move_on()
        assert left(self.staff) < 0

    def test_a_new_key_at_a_confirmed_step_up_keeps_the_end_of_the_day(self):
        before, day = row_of(self.member).pk, self.member.session["ends_at"]
        asked = self.member.post("/you/ways-in/password/")["Location"]
        assert row_of(self.member).pk == before
        assert self.member.post(asked, proof_of(self.ana.actor)).status_code == 302
        assert row_of(self.member).pk != before
        assert self.member.session["ends_at"] == day
        assert not StoredSession.objects.filter(pk=before).exists()

    def test_a_stay_that_ended_opens_nothing_though_its_session_is_there(self):
        SignIn.objects.filter(pk=row_of(self.staff).sign_in_id).update(ended_at=timezone.now())
        assert self.staff.get("/today/").status_code == 302

    def test_signing_out_tells_the_browser_to_forget_and_nothing_is_kept(self):
        assert "Clear-Site-Data" not in self.staff.get("/sign-out/").headers
        answer = self.staff.post("/sign-out/")
        assert answer["Clear-Site-Data"] == '"cache", "storage"'
        assert answer["Cache-Control"] == "no-store"


class WhereElse(CastTestCase):
    """One's own running stays: seen, and ended one by one or all but this."""

    def setUp(self):
        self.here, self.phone, self.desk = Client(), Client(), Client()
        for client, device in ((self.here, "Linux"), (self.phone, "iPhone"), (self.desk, "")):
            client.defaults["HTTP_USER_AGENT"] = device
            sign_in(client, self.ana.actor)

    def test_the_page_lists_what_runs_and_nothing_else(self):
        sign_in(Client(), self.ben.actor)
        page = self.here.get("/you/stays/").content.decode()
        assert page.count('<div class="rows__what">') == 3
        assert page.count(">End it<") == 2
        assert "<b>iPhone</b>" in page and "A browser" in page and "End all others" in page
        ends_in(self.phone, -1)
        self.desk.post("/sign-out/")
        page = self.here.get("/you/stays/").content.decode()
        assert page.count('<div class="rows__what">') == 1
        assert "iPhone" not in page and "End all others" not in page

    def test_one_is_ended_with_an_entry_and_a_second_time_is_not_there(self):
        stay = row_of(self.phone).sign_in_id
        assert self.here.post(f"/you/stays/{stay}/end/")["Location"] == "/you/stays/"
        assert (self.last_entry().act, self.last_entry().object_id) == ("stay.ended", stay)
        assert self.phone.get("/home/").status_code == 302
        assert self.desk.get("/home/").status_code == 200
        assert self.here.post(f"/you/stays/{stay}/end/").status_code == 404

    def test_all_others_are_ended_with_an_entry_each_and_this_one_stays(self):
        self.here.post("/you/stays/others/end/")
        assert [c.get("/home/").status_code for c in (self.here, self.phone, self.desk)] == [
            *(200, 302, 302)
        ]
        assert Entry.objects.filter(act="stay.ended", actor=self.ana.actor.user).count() == 2
        self.here.post("/you/stays/others/end/")
        assert Entry.objects.filter(act="stay.ended").count() == 2

    def test_anothers_stay_is_not_there(self):
        other = Client()
        sign_in(other, self.ben.actor)
        stay = row_of(other).sign_in_id
        assert self.here.post(f"/you/stays/{stay}/end/").status_code == 404
        assert other.get("/home/").status_code == 200
