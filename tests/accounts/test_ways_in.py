"""What people sign in with: codes that count once, changes that end the other stays."""

import base64
import json
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.test import Client, override_settings
from django.utils import timezone

from accounts.factors import PASSKEY, RECOVERY, TOTP, new_seed
from accounts.models import SignIn, StepUp, StoredSession, Tries
from accounts.passwords import ALONE, WITH_SECOND_FACTOR
from accounts.services import StepUpRefused, begin_step_up, confirm_step_up
from accounts.services.credentials import (
    LastWayIn,
    add_code_app,
    credential_scope,
    remove_way_in,
    renew_recovery_codes,
    set_password,
)
from accounts.services.second_step import pass_second_step, take_code
from accounts.services.tries import FREE, TooMany, drop_old_tries, take_a_try
from audit.models import Entry
from audit.trail import Actor
from tests.accounts.test_passkeys import gets_a_passkey
from tests.cast import (
    PASSWORD,
    SEED,
    CastTestCase,
    code_of,
    gets_a_code_app,
    proof_of,
    proven,
    shown_code,
    sign_in,
    user_of,
)

COMMON = ("qwerty123456", "QWERTYqwerty", "123456789123", "1q2w3e4r5t6y7u8i9o0p")
LONG, SHORT = "a bell rings in the yard", "rain on tin."


def change(by: Actor):
    return proven(by, credential_scope(by))


class TheSecondStep(CastTestCase):
    """Staff give a code after the password; each counts once."""

    def at_the_step(self) -> Client:
        client = Client()
        name = user_of(self.fay).sign_in_name
        answer = client.post("/sign-in/", {"login": name, "password": PASSWORD})
        assert answer["Location"] == "/sign-in/code/"
        return client

    def test_before_it_nothing_is_open(self):
        client = self.at_the_step()
        assert client.get("/today/")["Location"].startswith("/sign-in/")
        assert not Entry.objects.filter(act="sign_in.begun", sign_in=None).exists()

    def test_a_right_code_lets_in_and_a_wrong_one_is_noted(self):
        client = self.at_the_step()
        wrong = client.post("/sign-in/code/", {"code": "abc"})
        assert "That code is not right" in wrong.content.decode()
        assert self.last_entry().act == "second_step.failed"
        assert client.post("/sign-in/code/", {"code": code_of(self.fay)}).status_code == 302
        assert client.get("/today/").status_code == 200

    def test_a_code_that_was_used_lets_nobody_in(self):
        user, code = user_of(self.fay), code_of(self.fay)
        assert pass_second_step(user=user, code=code)
        assert not pass_second_step(user=user, code=code)

    def test_a_recovery_code_counts_once_however_it_is_typed(self):
        user = user_of(self.fay)
        codes = renew_recovery_codes(by=self.fay, step_up_id=change(self.fay))
        assert len(set(codes)) == 10
        assert take_code(user, f" {codes[3].upper().replace('-', ' ')} ") == RECOVERY
        assert take_code(user, codes[3]) == ""
        assert take_code(user, codes[4]) == RECOVERY

    def test_new_recovery_codes_end_the_old_ones(self):
        [old, *_] = renew_recovery_codes(by=self.fay, step_up_id=change(self.fay))
        renew_recovery_codes(by=self.fay, step_up_id=change(self.fay))
        assert take_code(user_of(self.fay), old) == ""

    def test_the_code_of_another_is_worth_nothing(self):
        [codes, _] = [
            renew_recovery_codes(by=one, step_up_id=change(one)) for one in (self.cody, self.fay)
        ]
        assert take_code(user_of(self.fay), codes[0]) == ""

    def test_after_five_wrong_ones_the_right_one_waits(self):
        user = user_of(self.fay)
        for _ in range(FREE):
            assert not pass_second_step(user=user, code="000000x")
        with pytest.raises(TooMany):
            pass_second_step(user=user, code=code_of(self.fay))
        assert self.last_entry().act == "second_step.failed"
        page = self.at_the_step().post("/sign-in/code/", {"code": code_of(self.fay)})
        assert "Too many tries" in page.content.decode()


class StolenRows(CastTestCase):
    """No string in the database is a seed, a code or a password."""

    def test_no_stored_string_works_as_a_seed(self):
        row = Authenticator.objects.get(user=self.fay.user)
        assert SEED not in json.dumps(row.data)
        for text in (row.data["secret"], str(row.pk)):
            with pytest.raises((ValueError, TypeError)):
                base64.b32decode(text, casefold=True)

    def test_a_seed_copied_to_somebody_else_does_not_open(self):
        row = Authenticator.objects.get(user=self.fay.user)
        Authenticator.objects.filter(user=self.cody.user).update(data={**row.data, "step": -1})
        assert take_code(user_of(self.cody), code_of(self.fay)) == ""

    def test_recovery_codes_are_digests(self):
        codes = renew_recovery_codes(by=self.fay, step_up_id=change(self.fay))
        stored = json.dumps(Authenticator.objects.get(user=self.fay.user, type=RECOVERY).data)
        for code in codes:
            assert code not in stored and code.replace("-", "") not in stored
        assert take_code(user_of(self.fay), json.loads(stored)["codes"][0]) == ""

    def test_the_count_of_tries_holds_no_name(self):
        name = user_of(self.fay).sign_in_name
        Client().post("/sign-in/", {"login": name, "password": "wrong"})
        assert Tries.objects.count() == 2
        assert not any(name in row.key for row in Tries.objects.all())


class Changes(CastTestCase):
    """A change needs a step-up for it, and ends every other stay of the person."""

    def setUp(self):
        self.here, self.elsewhere = Client(), Client()
        for client in (self.here, self.elsewhere):
            sign_in(client, self.ana.actor)

    def begun(self, what: str, client: Client | None = None) -> str:
        """Begin a change on the page and prove who it is; return where it goes on."""
        asked = (client or self.here).post(f"/you/ways-in/{what}/")["Location"]
        return (client or self.here).post(asked, proof_of(self.ana.actor))["Location"]

    def test_a_new_password_ends_the_other_stays_and_keeps_this_one(self):
        then = self.begun("password")
        assert self.here.post(then, {"password": LONG})["Location"] == "/you/ways-in/"
        assert self.here.get("/home/").status_code == 200
        assert self.elsewhere.get("/home/").status_code == 302
        assert user_of(self.ana.actor).check_password(LONG)
        assert Entry.objects.filter(act="password.changed").count() == 1
        open_stays = SignIn.objects.filter(user=self.ana.actor.user, ended_at=None)
        assert open_stays.count() == 1
        assert StoredSession.objects.filter(sign_in__in=open_stays).count() == 1

    def test_a_member_is_told_that_the_pin_answers_for_them_in_the_room(self):
        in_the_room = "when you answer on our device in the room"
        assert in_the_room in self.here.get("/you/ways-in/").content.decode()
        then = self.begun("pin")
        assert in_the_room in self.here.get(then).content.decode()
        self.here.post(then, {"pin": "820417"})
        page = self.here.get("/you/ways-in/").content.decode()
        assert in_the_room in page and "nothing else" not in page
        fays = Client()
        sign_in(fays, self.fay)
        assert in_the_room not in fays.get("/you/ways-in/").content.decode()

    def test_a_code_app_is_set_up_once_it_shows_a_right_code_and_codes_are_shown_once(self):
        then = self.begun("code-app")
        page = self.here.get(then).content.decode()
        assert "<svg" in page and "otpauth://" in page
        wrong = self.here.post(then, {"code": "12"})
        assert "That code is not right" in wrong.content.decode()
        assert not Authenticator.objects.filter(user=self.ana.actor.user).exists()
        seed = page.split("<dd><code>")[1].split("<")[0]
        shown = self.here.post(then, {"code": shown_code(seed)}).content.decode()
        assert shown.count("<li><code>") == 10
        assert {one.type for one in Authenticator.objects.filter(user=self.ana.actor.user)} == {
            TOTP,
            RECOVERY,
        }
        assert self.elsewhere.get("/home/").status_code == 302
        assert Entry.objects.filter(act="code_app.added").count() == 1

    def test_without_a_step_up_nothing_changes(self):
        by = self.ana.actor
        for path, form in (
            (f"/you/password/{change(self.ben.actor)}/", {"password": LONG}),
            (f"/you/recovery-codes/{change(self.ben.actor)}/", {}),
        ):
            assert self.here.post(path, form).status_code == 404  # somebody else's is not there
        spent = change(by)
        set_password(by=by, password=LONG, step_up_id=spent)
        with pytest.raises(StepUpRefused):
            set_password(by=by, password=PASSWORD, step_up_id=spent)
        assert user_of(by).check_password(LONG)
        late = proven(by, credential_scope(by))
        StepUp.objects.filter(pk=late).update(
            confirmed_at=timezone.now() - timedelta(minutes=5, seconds=1)
        )
        with pytest.raises(StepUpRefused):
            set_password(by=by, password=PASSWORD, step_up_id=late)

    def test_removing_ends_other_stays_and_takes_useless_recovery_codes_along(self):
        by = self.ana.actor
        user = user_of(by)
        gets_a_code_app(user)
        renew_recovery_codes(by=by, step_up_id=change(by))
        way = Authenticator.objects.get(user=user, type=TOTP)
        remove_way_in(by=by, way=way.pk, step_up_id=change(by))
        assert not Authenticator.objects.filter(user=user).exists()
        assert Entry.objects.filter(act="code_app.removed").count() == 1
        assert self.elsewhere.get("/home/").status_code == 302
        [left] = SignIn.objects.filter(user=user, ended_at=None)
        assert left.pk == by.sign_in

    def test_of_another_person_nothing_is_removed(self):
        fays = Authenticator.objects.get(user=self.fay.user)
        assert self.here.post(f"/you/ways-in/{fays.pk}/remove/").status_code == 404
        with pytest.raises(Authenticator.DoesNotExist):
            remove_way_in(by=self.ana.actor, way=fays.pk, step_up_id=change(self.ana.actor))

    def test_the_last_way_in_and_the_second_factor_of_staff_stay(self):
        fays = Authenticator.objects.get(user=self.fay.user)
        with pytest.raises(LastWayIn):
            remove_way_in(by=self.fay, way=fays.pk, step_up_id=change(self.fay))
        user = user_of(self.ben.actor)
        gets_a_passkey(self.ben.actor)
        user.set_unusable_password()
        user.save()
        own = Authenticator.objects.get(user=user, type=PASSKEY)
        with pytest.raises(LastWayIn):
            remove_way_in(by=self.ben.actor, way=own.pk, step_up_id=change(self.ben.actor))

    def test_a_password_that_leans_on_a_second_factor_does_not_lose_it(self):
        by = self.ana.actor
        gets_a_code_app(user_of(by))
        set_password(by=by, password=SHORT, step_up_id=change(by))
        way = Authenticator.objects.get(user=by.user, type=TOTP)
        with pytest.raises(LastWayIn):
            remove_way_in(by=by, way=way.pk, step_up_id=change(by))
        set_password(by=by, password=LONG, step_up_id=change(by))
        remove_way_in(by=by, way=way.pk, step_up_id=change(by))

    def test_a_wrong_code_uses_no_step_up_up(self):
        by, step_up = self.ana.actor, change(self.ana.actor)
        assert add_code_app(by=by, seed=new_seed(), code="x", step_up_id=step_up) is None
        set_password(by=by, password=LONG, step_up_id=step_up)


class Passwords(CastTestCase):
    """Long enough and not common; nothing else is asked of them."""

    def tried(self, by: Actor, password: str) -> bool:
        try:
            set_password(by=by, password=password, step_up_id=change(by))
        except ValidationError:
            return False
        return user_of(by).check_password(password)

    def test_fifteen_alone_twelve_beside_a_second_factor(self):
        assert (ALONE, WITH_SECOND_FACTOR) == (15, 12)
        lone, staff = self.ana.actor, self.fay
        for by, password, good in (
            (lone, "fourteen lette", False),
            (lone, "fifteen letters", True),
            (staff, "eleven char", False),
            (staff, "twelve chars", True),
        ):
            assert self.tried(by, password) is good, password

    def test_any_characters_and_no_rule_about_them(self):
        for password in (
            "aaaaaaaaaaaaaaab",
            "   spaces   count   ",
            "ключ от сада у реки",
            "🔑" * 15,
        ):
            assert self.tried(self.ana.actor, password), password
        assert self.tried(self.ana.actor, "x" * 150)
        assert not self.tried(self.ana.actor, "x" * 201)

    def test_common_ones_are_refused_in_any_case(self):
        for common in COMMON:
            assert not self.tried(self.fay, common), common


class StaffFirst(CastTestCase):
    """Until they have a second factor, staff reach its page and the way out."""

    def setUp(self):
        Authenticator.objects.filter(user=self.fay.user).delete()
        self.client = Client()
        sign_in(self.client, self.fay)

    def test_everything_else_leads_there(self):
        for path in ("/", "/today/", "/groups/", "/you/", f"/groups/{self.group.code}/", "/trail/"):
            assert self.client.get(path)["Location"] == "/you/ways-in/", path
        for path in ("/groups/new/", f"/groups/{self.group.code}/close/", "/freeze/"):
            assert self.client.post(path)["Location"] == "/you/ways-in/", path
        assert self.client.get("/today/", headers={"hx-request": "true"}).status_code == 401

    def test_the_page_says_why_and_shows_no_room(self):
        page = self.client.get("/you/ways-in/").content.decode()
        assert "Add a second step first" in page
        assert "/today/" not in page

    def test_once_it_is_there_everything_opens_and_it_was_asked_for_in_between(self):
        asked = self.client.post("/you/ways-in/code-app/")["Location"]
        then = self.client.post(asked, {"password": PASSWORD})["Location"]
        seed = self.client.get(then).content.decode().split("<dd><code>")[1].split("<")[0]
        self.client.post(then, {"code": shown_code(seed)})
        assert self.client.get("/today/").status_code == 200

    def test_the_way_out_is_open(self):
        assert self.client.post("/sign-out/").status_code == 302
        assert self.client.get("/today/")["Location"].startswith("/sign-in/")

    def test_members_are_offered_it_and_not_held_up(self):
        client = Client()
        sign_in(client, self.ana.actor)
        assert client.get("/home/").status_code == 200
        assert "A second step keeps others out" in client.get("/you/ways-in/").content.decode()

    def test_the_invented_people_of_a_demo_go_without_and_only_in_a_demo(self):
        practice = self.practice
        practice.demo = True
        practice.save()
        assert self.client.get("/today/").status_code == 200
        with override_settings(GROUPCARE_DEMO=False):
            assert self.client.get("/today/").status_code == 302

    def test_a_demo_setting_alone_opens_nothing(self):
        with override_settings(GROUPCARE_DEMO=True):
            assert self.client.get("/today/").status_code == 302


class StepUpOfStaff(CastTestCase):
    """Password with code, or passkey: the password alone is not enough."""

    def confirm(self, by: Actor, **given: str) -> bool:
        step_up = begin_step_up(by=by, scope=credential_scope(by))
        return confirm_step_up(by=by, user=user_of(by), step_up_id=step_up.pk, **given)

    def test_staff_give_both_and_members_the_password(self):
        assert not self.confirm(self.fay, password=PASSWORD)
        assert not self.confirm(self.fay, password="wrong", code=code_of(self.fay))
        assert not self.confirm(self.fay, password=PASSWORD, code="000000x")
        assert self.confirm(self.fay, password=PASSWORD, code=code_of(self.fay))
        assert self.confirm(self.ana.actor, password=PASSWORD)

    def test_codes_guessed_here_and_at_the_door_share_one_limit(self):
        for _ in range(FREE):
            assert not self.confirm(self.fay, password=PASSWORD, code="000000x")
        with pytest.raises(TooMany):
            pass_second_step(user=user_of(self.fay), code=code_of(self.fay))
        with pytest.raises(StepUpRefused):
            self.confirm(self.fay, password=PASSWORD, code=code_of(self.fay))


class Waiting(CastTestCase):
    """After the free tries each further one waits, longer each time, and never for good."""

    def tries(self, minutes_later: int = 0) -> bool:
        if minutes_later:
            row = Tries.objects.get()
            Tries.objects.update(last_at=row.last_at - timedelta(minutes=minutes_later, seconds=1))
        try:
            take_a_try("thing", "one")
        except TooMany:
            return False
        return True

    def test_one_minute_then_two_then_four_up_to_an_hour(self):
        assert [self.tries() for _ in range(FREE + 1)] == [True] * FREE + [False]
        for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
            assert not self.tries(minutes_later=minutes // 2), minutes
            Tries.objects.update(last_at=timezone.now())
            assert self.tries(minutes_later=minutes), minutes

    def test_after_a_quiet_day_it_begins_anew_and_the_row_goes(self):
        for _ in range(FREE + 3):
            self.tries()
        Tries.objects.update(last_at=timezone.now() - timedelta(hours=25))
        assert self.tries()
        assert Tries.objects.get().count == 1
        Tries.objects.update(last_at=timezone.now() - timedelta(hours=25))
        assert drop_old_tries() == 1

    def test_somebody_elsewhere_does_not_keep_the_owner_out(self):
        name = user_of(self.fay).sign_in_name
        for _ in range(FREE + 5):
            Client(REMOTE_ADDR="10.0.0.9").post("/sign-in/", {"login": name, "password": "wrong"})
        sign_in(Client(), self.fay)

    def test_from_many_addresses_there_is_a_limit_too(self):
        name = user_of(self.fay).sign_in_name
        for n in range(30):
            Client(REMOTE_ADDR=f"10.0.{n}.9").post(
                "/sign-in/", {"login": name, "password": "wrong"}
            )
        answer = Client().post("/sign-in/", {"login": name, "password": PASSWORD})
        assert "Too many tries" in answer.content.decode()

    def test_spraying_other_names_pushes_no_count_out(self):
        name = user_of(self.fay).sign_in_name
        for _ in range(FREE):
            Client().post("/sign-in/", {"login": name, "password": "wrong"})
        for n in range(50):
            Client().post("/sign-in/", {"login": f"nobody-{n}", "password": "wrong"})
        answer = Client().post("/sign-in/", {"login": name, "password": PASSWORD})
        assert "Too many tries" in answer.content.decode()
