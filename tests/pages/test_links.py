"""The page of a link: looking costs nothing, one page says no, and the letter is marked."""

import time
from datetime import timedelta
from statistics import median
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connections
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Entry
from consent.models import LinkVisit, ReleaseLink
from consent.services.deciding import revoke_consent
from consent.services.links import MadeLink, end_link
from pages.recipient import views
from tests.cast import BOTH, CastTestCase, proof_of, sign_in

WORDS = "Exactly these words."


class OneLink(CastTestCase):
    def setUp(self):
        self.item = self.said(WORDS)
        self.consent = self.grants(self.ana, self.asked(self.item))
        self.release = self.releases(self.item)
        self.made = self.linked(self.release)
        self.client = Client()

    def send(self, made: MadeLink | None = None, client: Client | None = None, **other: str):
        made = made or self.made
        form = {"secret": made.secret, "passcode": made.passcode} | other
        code = form.pop("code", made.link.code)
        return (client or Client()).post(f"/r/{code}/", form)

    def row(self) -> ReleaseLink:
        return ReleaseLink.objects.get(pk=self.made.link.pk)


class Looking(OneLink):
    """GET, HEAD and scanners: nothing is read, written, spent or set."""

    def test_it_asks_no_database_and_sets_no_cookie_whatever_the_code(self):
        bodies = set()
        for code in (self.made.link.code, "L-222222"):
            for method in ("GET", "HEAD"):
                captured = [CaptureQueriesContext(connections[alias]) for alias in sorted(BOTH)]
                with captured[0], captured[1]:
                    response = self.client.generic(method, f"/r/{code}/")
                assert [c.captured_queries for c in captured] == [[], []]
                assert response.status_code == 200
                assert not response.cookies
                if method == "GET":
                    bodies.add(response.content)
        assert len(bodies) == 1

    def test_other_methods_are_not_used(self):
        for method in ("PUT", "PATCH", "DELETE", "OPTIONS"):
            assert self.client.generic(method, f"/r/{self.made.link.code}/").status_code == 405

    def test_a_form_with_a_field_missing_or_unreadable_says_so_and_counts_nothing(self):
        before = Entry.objects.count()
        for other, sentence in (
            ({"passcode": ""}, "Type the eight digits you were told."),
            ({"passcode": "1234"}, "Type the eight digits you were told."),
            ({"passcode": "\u0661" * 8}, "Type the eight digits you were told."),
            ({"passcode": "1" * 5000}, "This is too long."),
            ({"secret": ""}, "Paste the whole link from your mail."),
            ({"secret": "a" * 5000}, "This is too long."),
            ({"secret": "a\x00b"}, "There is a character in it that cannot be kept."),
        ):
            response = self.send(**other)
            assert response.status_code == 200
            assert sentence in response.content.decode(), other
            assert WORDS not in response.content.decode()
        assert (self.row().wrong_tries, Entry.objects.count()) == (0, before)

    def test_strange_addresses_are_no_addresses(self):
        for path in ("/r/", "/r/%00/", "/r/L-2/", f"/r/{'L' * 900}/", "/r/../", "/r/l-222222/"):
            assert self.client.post(path, {}).status_code == 404


class Opening(OneLink):
    def test_the_letter_opens_with_mark_notice_and_a_strict_cookie(self):
        response = self.send(client=self.client)
        page = response.content.decode()
        assert response.status_code == 200
        assert WORDS in page and "Do not pass them on" in page
        assert f"Link {self.made.link.code}." in page
        assert "For Dr Osei, Riverside Clinic alone. Released" in page
        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "same-origin"
        assert "default-src 'none'" in response["Content-Security-Policy"]
        [cookie] = response.cookies.values()
        assert (cookie.key, cookie["samesite"], cookie["path"]) == ("letter", "Strict", "/")
        assert cookie["httponly"] and not cookie["domain"]
        assert int(cookie["max-age"]) == 15 * 60
        assert self.made.secret not in page and self.made.passcode not in page

    def test_behind_https_the_cookie_is_secure_and_bound_to_this_host(self):
        with patch.object(views, "SECURE", True), patch.object(views, "VISIT", "__Host-letter"):
            [cookie] = self.send().cookies.values()
        assert cookie.key == "__Host-letter"
        assert cookie["secure"]

    def test_the_whole_link_and_a_grouped_passcode_are_taken_as_people_give_them(self):
        digits = self.made.passcode
        whole = f" https://house.example/r/{self.made.link.code}/#{self.made.secret} "
        response = self.send(secret=whole, passcode=f"{digits[:4]} {digits[4:]}")
        assert WORDS in response.content.decode()

    def test_the_same_bytes_each_time(self):
        first, second = self.send().content, self.send().content
        assert first == second

    def test_a_reload_spends_no_opening_and_decides_again(self):
        self.send(client=self.client)
        for again in ({}, {"again": "1"}):
            response = self.client.post(
                f"/r/{self.made.link.code}/",
                again or {"secret": self.made.secret, "passcode": self.made.passcode},
            )
            assert WORDS in response.content.decode()
        assert self.row().openings_used == LinkVisit.objects.count() == 1
        assert Entry.objects.filter(act="link.opened").count() == 3

        revoke_consent(by=self.ana.actor, code=self.consent.code)
        response = self.client.post(f"/r/{self.made.link.code}/", {"again": "1"})
        assert response.status_code == 410
        assert WORDS not in response.content.decode()

    def test_a_stolen_cookie_opens_no_other_link_and_a_made_up_one_opens_none(self):
        other = self.linked(self.release)
        self.send(client=self.client)
        assert self.client.post(f"/r/{other.link.code}/", {"again": "1"}).status_code == 410
        self.client.cookies["letter"] = "made up"
        assert self.client.post(f"/r/{self.made.link.code}/", {"again": "1"}).status_code == 410

    def test_whoever_is_signed_in_here_is_neither_asked_nor_shown(self):
        sign_in(self.client, self.fay)
        rows = list(Session.objects.values())
        with CaptureQueriesContext(connections["default"]) as captured:
            response = self.send(client=self.client)
        assert "Fay Ferrer</b>" not in response.content.decode()
        assert not [q for q in captured.captured_queries if "django_session" in q["sql"]]
        assert list(Session.objects.values()) == rows

    def test_a_flood_from_one_address_meets_a_limit_and_writes_nothing(self):
        before = Entry.objects.count()
        with patch.object(views, "STEP", 0.001):
            statuses = [self.send(code="L-222222").status_code for _ in range(31)]
        assert statuses == [410] * 30 + [429]
        assert Entry.objects.count() == before
        assert self.send().status_code == 429


class OnePageForEveryNo(OneLink):
    """I7, T19: from outside nobody can tell why a link does not open."""

    def setUp(self):
        super().setUp()
        self.expired, self.ended, self.used_up, self.guessed = (
            self.linked(self.release, openings=1) for _ in range(4)
        )
        rows = ReleaseLink.objects
        rows.filter(pk=self.expired.link.pk).update(expires=timezone.now() - timedelta(hours=1))
        end_link(by=self.fay, code=self.ended.link.code)
        self.send(self.used_up)
        rows.filter(pk=self.guessed.link.pk).update(wrong_tries=5)
        self.other_item = self.said("Other words.")
        consent = self.grants(self.ana, self.asked(self.other_item))
        self.taken_back = self.linked(self.releases(self.other_item))
        revoke_consent(by=self.ana.actor, code=consent.code)
        cache.clear()

    def every_no(self) -> dict[str, object]:
        return {
            "unknown": lambda: self.send(code="L-222222"),
            "wrong secret": lambda: self.send(secret="no such secret"),
            "wrong passcode": lambda: self.send(passcode="00000000"),
            "expired": lambda: self.send(self.expired),
            "ended": lambda: self.send(self.ended),
            "used up": lambda: self.send(self.used_up),
            "guessed": lambda: self.send(self.guessed),
            "taken back": lambda: self.send(self.taken_back),
        }

    def test_status_headers_and_bytes_are_the_same(self):
        answers = {cause: send() for cause, send in self.every_no().items()}
        seen = {
            (a.status_code, a.content, tuple(sorted(a.headers.items())), str(a.cookies))
            for a in answers.values()
        }
        assert len(seen) == 1, {cause: a.status_code for cause, a in answers.items()}
        page = answers["unknown"].content.decode()
        for name in ("Linden", "Tuesday", "Osei", "Fay", "L-"):
            assert name not in page

    def test_each_no_takes_the_same_time(self):
        causes = ("unknown", "expired", "ended", "used up", "taken back")
        took: dict[str, list[float]] = {cause: [] for cause in causes}
        every_no = self.every_no()
        for _ in range(7):
            cache.clear()
            for cause in causes:
                began = time.perf_counter()
                every_no[cause]()
                took[cause].append(time.perf_counter() - began)
        medians = {cause: median(times) for cause, times in took.items()}
        print({cause: round(1000 * seconds, 1) for cause, seconds in medians.items()})
        assert max(medians.values()) - min(medians.values()) < 0.1 * min(medians.values())


class OnTheReleasePage(OneLink):
    """What whoever made the link sees of it."""

    def setUp(self):
        super().setUp()
        self.fays = Client()
        sign_in(self.fays, self.fay)

    def page(self) -> str:
        return self.fays.get(f"/releases/{self.release.code}/").content.decode()

    def test_openings_wrong_passcodes_and_the_end_are_told(self):
        assert "Lives until" in self.page() and "Opened 0 of 3 times." in self.page()
        self.send()
        assert "Opened 1 of 3 times." in self.page()
        with patch.object(views, "STEP", 0.001):
            for _ in range(5):
                self.send(passcode=f"{(int(self.made.passcode) + 1) % 10**8:08}")
        assert "Closed after five wrong passcodes." in self.page()
        assert self.made.secret not in self.page()

    def test_made_through_the_pages_both_secrets_stand_on_cards_of_their_own_once(self):
        new = f"/releases/{self.release.code}/links/new/"
        asked = self.fays.post(new, {"hours": "24", "openings": "1"})
        confirm = self.fays.post(asked["Location"], proof_of(self.fay))
        form = {"once": str(uuid4())}
        shown = self.fays.post(confirm["Location"], form).content.decode()
        link = ReleaseLink.objects.latest("pk")
        assert f"http://testserver/r/{link.code}/#" in shown
        assert "never both the same way" in shown.lower()
        assert (link.openings_allowed, link.expires - link.made_at) == (1, timedelta(hours=24))
        again = self.fays.post(confirm["Location"], form).content.decode()
        assert f"/r/{link.code}/#" not in again
        assert "It was shown once already." in again
        late = self.fays.post(confirm["Location"], {"once": str(uuid4())})
        assert late.status_code == 409

    def test_ended_from_the_page_it_opens_nothing(self):
        for _ in range(2):
            response = self.fays.post(f"/links/{self.made.link.code}/end/")
            assert response.status_code == 302
        assert "It was ended." in self.page()
        assert self.send().status_code == 410

    def test_the_link_is_built_from_the_setting_where_there_is_one(self):
        new = f"/releases/{self.release.code}/links/new/"
        asked = self.fays.post(new, {"hours": "24", "openings": "1"})
        confirm = self.fays.post(asked["Location"], proof_of(self.fay))
        with override_settings(GROUPCARE_ADDRESS="https://house.example/"):
            shown = self.fays.post(confirm["Location"], {"once": str(uuid4())}).content.decode()
        assert "https://house.example/r/L-" in shown
        assert "testserver" not in shown


class WhoSaw(OneLink):
    def test_the_member_reads_that_a_link_was_made_and_the_letter_read(self):
        self.send()
        anas = Client()
        sign_in(anas, self.ana.actor)
        page = anas.get("/who-saw/").content.decode()
        assert "made a link to it for Dr Osei, Riverside Clinic" in page
        assert "Dr Osei, Riverside Clinic read it by a link" in page

    def test_after_taking_back_the_member_still_reads_who_had_the_words_by_link(self):
        self.send()
        revoke_consent(by=self.ana.actor, code=self.consent.code)
        anas = Client()
        sign_in(anas, self.ana.actor)
        page = anas.get(f"/permissions/{self.consent.code}/").content.decode()
        assert "Dr Osei, Riverside Clinic read these words by a link on" in page
        assert "is not written down" not in page

    def test_the_supervisor_reads_who_tried_without_a_name(self):
        with patch.object(views, "STEP", 0.001):
            self.send(passcode=f"{(int(self.made.passcode) + 1) % 10**8:08}")
        self.send()
        sues = Client()
        sign_in(sues, self.sue)
        page = sues.get("/trail/").content.decode()
        for words in ("Link made", "Wrong passcode for a link", "Release opened by link"):
            assert words in page
        assert "A recipient" in page and "Osei" not in page


@pytest.fixture(autouse=True)
def _no_limit_left_over():
    cache.clear()
