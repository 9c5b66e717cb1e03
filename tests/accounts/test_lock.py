"""A locked stay shows nothing and does nothing until its person has shown who they are."""

import json
from dataclasses import replace

import pytest
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.test import Client, override_settings

from accounts.models import SignIn, StoredSession, User
from accounts.pins import check_pin, hashed_pin, pin_is
from accounts.services import StepUpRefused
from accounts.services.credentials import credential_scope, set_pin
from accounts.services.locking import UNLOCK_TRIES, StayOver, lock_stay, unlock
from audit.models import Entry
from groupcare import settings as real
from sessions_app.models import Draft
from tests.accounts.test_passkeys import gets_a_passkey
from tests.accounts.test_stays import ends_in, left, row_of
from tests.cast import PASSWORD, CastTestCase, proof_of, proven, sign_in, user_of
from tests.pages.every_page import EVERY_PAGE
from tests.pages.scene import Scene

PIN, SCRIPT = "820417", {"HX-Request": "true"}


def gets_a_pin(actor, pin: str = PIN) -> None:
    set_pin(by=actor, pin=pin, step_up_id=proven(actor, credential_scope(actor)))


class Locked(CastTestCase):
    """On the pages, with and without the script."""

    def setUp(self):
        self.client, self.page = Client(), "/you/"
        gets_a_pin(self.ana.actor)
        sign_in(self.client, self.ana.actor)
        self.client.post("/lock/")

    def unlocks(self, secret: str = PIN, **more):
        return self.client.post("/unlock/", {"secret": secret}, **more)

    def is_open(self) -> bool:
        return self.client.get("/home/").status_code == 200

    def test_every_page_is_the_lock_and_names_nobody(self):
        for method, path in (
            *(("GET", p) for p in ("/", "/home/", "/you/", "/nowhere/", "/you/ways-in/")),
            *(("POST", p) for p in ("/freeze/", "/unlocked/", "/you/ways-in/password/")),
        ):
            answer = self.client.generic(method, path)
            page = answer.content.decode()
            assert answer.status_code == 423, path
            assert "Show that it is you" in page
            assert answer["Cache-Control"] == "no-store"
            for known in ("Ana", "Linden", user_of(self.ana.actor).sign_in_name, "/who-saw/"):
                assert known not in page, (path, known)

    def test_a_form_without_its_token_and_too_long_a_body_meet_it_too(self):
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = self.client.cookies
        assert strict.post("/you/ways-in/pin/").status_code == 423
        assert strict.post("/home/", {"a": "x" * 1_100_000}).status_code == 423
        assert strict.post("/unlock/", {"secret": PIN}).status_code == 423
        assert not self.is_open()

    def test_a_script_gets_a_line_and_no_page(self):
        answer = self.client.get("/home/", headers=SCRIPT)
        assert answer.status_code == 423
        assert b"<html" not in answer.content and b"The page is locked" in answer.content

    def test_the_pin_opens_it_and_leads_back(self):
        page = self.client.get("/permissions/?page=1").content.decode()
        assert 'name="next" value="/permissions/?page=1"' in page
        form = {"secret": PIN, "next": "/permissions/?page=1"}
        answer = self.client.post("/unlock/", form)
        assert (answer.status_code, answer["Location"]) == (302, "/permissions/?page=1")
        assert self.is_open()
        acts = Entry.objects.filter(actor=self.ana.actor.user).values_list("act", flat=True)
        assert {"sign_in.locked", "sign_in.unlocked"} <= set(acts)

    def test_it_leads_to_no_other_house(self):
        for away in ("https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"):
            self.client.post("/lock/")
            answer = self.client.post("/unlock/", {"secret": PIN, "next": away})
            assert answer["Location"] == "/", away

    def test_by_script_it_opens_without_a_page(self):
        assert self.unlocks("000000", headers=SCRIPT).status_code == 200
        assert not self.is_open()
        answer = self.unlocks(headers=SCRIPT)
        assert (answer.status_code, answer.content) == (204, b"")
        assert self.is_open()

    def test_the_password_opens_it_only_while_there_is_no_pin(self):
        assert self.unlocks(PASSWORD).status_code == 423
        assert not self.is_open()
        User.objects.filter(pk=self.ana.actor.user).update(pin="")
        assert "Your password" in self.client.get("/home/").content.decode()
        assert self.unlocks("").status_code == 423
        assert self.unlocks(PASSWORD).status_code == 302
        assert self.is_open()

    def test_a_passkey_opens_it_and_an_answer_counts_once(self):
        key = gets_a_passkey(self.ana.actor)
        options = self.client.post("/unlock/options/").json()
        answer = {"credential": json.dumps(key.answers(options))}
        assert self.client.post("/unlock/", answer).status_code == 302
        assert self.is_open()
        self.client.post("/lock/")
        assert self.client.post("/unlock/", answer).status_code == 423
        strange = gets_a_passkey(self.ben.actor)
        options = self.client.post("/unlock/options/").json()
        strange_answer = {"credential": json.dumps(strange.answers(options))}
        assert self.client.post("/unlock/", strange_answer).status_code == 423
        for nonsense in ("", "{}", "[", "x" * 30_000):
            assert self.client.post("/unlock/", {"credential": nonsense}).status_code in (423, 200)
            SignIn.objects.filter(pk=row_of(self.client).sign_in_id).update(unlock_tries=0)
        assert not self.is_open()

    def test_the_fifth_wrong_one_ends_the_stay(self):
        for _ in range(UNLOCK_TRIES - 1):
            assert self.unlocks("000000").status_code == 423
        assert self.unlocks("000000").status_code == 200, "the sign-in page"
        assert self.client.get("/home/")["Location"].startswith("/sign-in/")
        assert self.unlocks().status_code == 302
        assert not self.is_open()
        failed = Entry.objects.filter(act="unlock.failed", actor=self.ana.actor.user)
        assert failed.count() == 5
        assert b"ended" in bytes(failed.order_by("-seq")[0].body)
        assert b"ended" not in bytes(failed.order_by("seq")[0].body)

    def test_by_script_the_end_is_told_as_such(self):
        for _ in range(UNLOCK_TRIES):
            answer = self.unlocks("000000", headers=SCRIPT)
        assert answer.status_code == 401

    def test_a_right_one_gives_the_tries_back(self):
        for _ in range(3):
            for _ in range(UNLOCK_TRIES - 1):
                self.unlocks("000000")
            self.unlocks()
            assert self.is_open()
            self.client.post("/lock/")

    def test_another_stay_of_the_same_person_is_not_locked_and_a_new_key_does_not_open(self):
        other = Client()
        sign_in(other, self.ana.actor)
        assert other.get("/home/").status_code == 200
        session = self.client.session
        session.cycle_key()
        self.client.cookies["groupcare"] = session.session_key
        assert not self.is_open()

    def test_signing_out_and_leaving_fast_are_open(self):
        other = Client()
        sign_in(other, self.ana.actor)
        other.post("/lock/")
        assert self.client.post("/sign-out/").status_code == 302
        assert other.post("/leave/")["Refresh"].startswith("0; url=")
        for client in (self.client, other):
            assert client.get("/home/").status_code == 302

    def test_nothing_puts_its_end_off_but_opening_it(self):
        ends_in(self.client, 2)
        self.client.get("/home/")
        self.client.post("/unlock/options/")
        self.unlocks("000000")
        assert left(self.client) <= 2
        self.unlocks()
        assert left(self.client) > 19

    def test_locked_twice_is_locked_once(self):
        assert self.client.post("/lock/", headers=SCRIPT).status_code == 200
        locked = Entry.objects.filter(act="sign_in.locked", actor=self.ana.actor.user)
        assert locked.count() == 1

    def test_somebody_closed_meanwhile_is_at_the_sign_in(self):
        User.objects.filter(pk=self.ana.actor.user).update(is_active=False)
        assert self.client.get("/home/")["Location"].startswith("/sign-in/")

    def test_an_open_page_asks_nothing_to_be_unlocked(self):
        self.unlocks()
        assert self.unlocks("000000").status_code == 302
        assert not Entry.objects.filter(act="unlock.failed").exists()


class TypedMeanwhile(CastTestCase):
    """What a form brought to a locked stay becomes a draft once it is open."""

    def test_it_is_carried_along_and_comes_back(self):
        client = Client()
        sign_in(client, self.fay)
        page = client.get(f"/sessions/{self.session.pk}/notes/").content.decode()
        keeper = page.split('name="keeper" value="')[1].split('"')[0]
        client.post("/lock/")
        typed = {"text-group": "Trust was the theme.", "keeper": keeper}
        answer = client.post(f"/sessions/{self.session.pk}/notes/", typed)
        page = answer.content.decode()
        assert answer.status_code == 423
        assert "What you typed is not lost" in page and "Trust" not in page
        carried = page.split('name="carried" value="')[1].split('"')[0]
        back = page.split('name="next" value="')[1].split('"')[0]
        assert not Draft.objects.exists()
        form = {"secret": PASSWORD, "carried": carried, "next": back}
        wrong = client.post("/unlock/", form | {"secret": "x"}).content.decode()
        assert carried in wrong and back in wrong
        answer = client.post("/unlock/", form)
        assert answer["Location"] == back
        assert "Trust was the theme." in client.get(back).content.decode()


class EveryLockedPage(Scene, CastTestCase):
    """Of the whole house, locked, only what unlocks and what leads out answers."""

    stage = Scene

    def test_none_but_the_ways_to_unlock_and_out(self):
        client = Client()
        sign_in(client, self.fay)
        client.post("/lock/")
        answers = {
            page.url_name
            for page in EVERY_PAGE
            if page.url_name not in ("account_logout", "leave")
            and client.generic(page.method, page.path(self)).status_code != 423
        }
        assert answers == {"lock", "unlock_options"}, "and `unlock`, to a right answer"


class Pins(CastTestCase):
    """Six digits or more, none that are tried first; a dump does not tell them."""

    def test_what_is_no_pin_or_a_common_one_is_refused(self):
        for bad in (
            *("", "12345", "1234567890123", "12345a", "１２３４５６", "12 456", "-12345"),
            *("111111", "123456", "654321", "901234", "123123", "121212", "112233", "100000"),
            *("12341234", "000001", "998877"),
        ):
            with pytest.raises(ValidationError):
                check_pin(bad)
        for good in (PIN, "730955", "20481634", "918273645501"):
            check_pin(good)

    def test_the_page_sets_it_after_a_step_up_and_ends_other_stays(self):
        here, elsewhere = Client(), Client()
        for client in (here, elsewhere):
            sign_in(client, self.ana.actor)
        asked = here.post("/you/ways-in/pin/")["Location"]
        then = here.post(asked, proof_of(self.ana.actor))["Location"]
        assert "tried first" in here.post(then, {"pin": "123456"}).content.decode()
        before = row_of(here).pk
        assert here.post(then, {"pin": PIN})["Location"] == "/you/ways-in/"
        assert row_of(here).pk != before
        assert "opens a locked page" in here.get("/you/ways-in/").content.decode()
        assert elsewhere.get("/home/").status_code == 302
        assert Entry.objects.filter(act="pin.set", actor=self.ana.actor.user).count() == 1
        assert here.post(then, {"pin": "730955"}).status_code == 410
        scope = credential_scope(self.ana.actor)
        with pytest.raises(StepUpRefused):
            set_pin(by=self.ana.actor, pin=PIN, step_up_id=proven(self.ben.actor, scope))

    def test_what_is_stored_is_no_hash_of_the_pin_and_nobody_elses(self):
        gets_a_pin(self.ana.actor)
        ana, ben = user_of(self.ana.actor), user_of(self.ben.actor)
        assert pin_is(ana, PIN) and not pin_is(ana, "820418") and not pin_is(ben, "")
        assert not check_password(PIN, ana.pin), "keyed: the digits alone do not fit"
        ben.pin = ana.pin
        assert not pin_is(ben, PIN)
        with override_settings(SECRET_KEY="another key, as long as they have to be"):
            assert not pin_is(ana, PIN)
        with override_settings(
            SECRET_KEY="another key, as long as they have to be",
            SECRET_KEY_FALLBACKS=[real.SECRET_KEY],
        ):
            assert pin_is(ana, PIN)

    def test_the_house_hashes_it_with_argon2id(self):
        with override_settings(PASSWORD_HASHERS=real.PASSWORD_HASHERS):
            assert hashed_pin(user_of(self.ana.actor), PIN).startswith("argon2$argon2id$")

    def test_it_signs_nobody_in(self):
        gets_a_pin(self.ana.actor)
        name = user_of(self.ana.actor).sign_in_name
        assert Client().post("/sign-in/", {"login": name, "password": PIN}).status_code == 200


class Tries(CastTestCase):
    """A try is counted before anything is compared."""

    def test_none_is_compared_after_the_fifth_was_counted(self):
        by, user = self.ana.actor, user_of(self.ana.actor)
        lock_stay(by=by)
        SignIn.objects.filter(pk=by.sign_in).update(unlock_tries=UNLOCK_TRIES)
        with pytest.raises(StayOver):
            unlock(by=by, user=user, secret=PASSWORD)
        assert SignIn.objects.get(pk=by.sign_in).ended_at
        assert not StoredSession.objects.filter(sign_in=by.sign_in).exists()

    def test_the_stay_of_another_is_neither_locked_nor_opened(self):
        client = Client()
        sign_in(client, self.ana.actor)
        forged = replace(self.ben.actor, sign_in=row_of(client).sign_in_id)
        lock_stay(by=forged)
        assert client.get("/home/").status_code == 200
        client.post("/lock/")
        with pytest.raises(StayOver):
            unlock(by=forged, user=user_of(self.ben.actor), secret=PASSWORD)
        assert client.get("/home/").status_code == 423
