"""R71, R72: a way in that changed is told; codes are made anew, and stays ended by others."""

import re
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import SignIn, StaffRole, StepUp, User, WayInChange
from accounts.passkeys import begin_passkey, made_passkey
from accounts.queries import has_joined
from accounts.services import StepUpRefused
from accounts.services.changes import note_change
from accounts.services.credentials import (
    add_code_app,
    add_passkey,
    credential_scope,
    remove_way_in,
    renew_recovery_codes,
    set_password,
    set_pin,
)
from accounts.services.invitations import accept_invitation
from accounts.services.recovery import (
    ask_recovery,
    ask_scope,
    confirm_recovery,
    confirm_scope_of,
)
from accounts.staffing import back_scope, deactivate, end_stays_of, stays_scope, take_back
from audit.models import Entry
from audit.trail import Actor
from sessions_app.services.groups import add_member
from tests.accounts.test_passkeys import signs_in
from tests.cast import PASSWORD, SEED, CastTestCase, proof_of, proven, shown_code, sign_in, user_of
from tests.soft_key import HOUSE, SoftKey

NOT_YOU = "Was that not you?"
OTHER = "a garden gate left open"


def banner(page: str) -> str:
    """Return what the notice at the top of a page says; empty without one."""
    found = re.search(r'banner--training">(.*?)</div>', page, re.DOTALL)
    return re.sub(r"<[^>]+>", "", found[1]) if found else ""


class Told(CastTestCase):
    def setUp(self):
        cache.clear()

    def proof(self, by: Actor) -> object:
        return proven(by, credential_scope(by))

    def in_anew(self, actor: Actor) -> Client:
        client = Client()
        sign_in(client, actor)
        return client

    def page(self, client: Client, path: str = "/") -> str:
        return client.get(path, follow=True).content.decode()


class WhatIsTold(Told):
    def test_each_change_is_told_after_the_next_sign_in(self):
        ana = self.ana.actor
        changes = {
            "Your PIN was set": lambda: set_pin(by=ana, pin="492751", step_up_id=self.proof(ana)),
            "A code app was set up": lambda: add_code_app(
                by=ana, seed=SEED, code=shown_code(SEED), step_up_id=self.proof(ana)
            ),
            "New recovery codes were made": lambda: renew_recovery_codes(
                by=ana, step_up_id=self.proof(ana)
            ),
            "A code app was removed": lambda: remove_way_in(
                by=ana,
                way=user_of(ana).authenticator_set.get(type="totp").pk,
                step_up_id=self.proof(ana),
            ),
        }
        for told, change in changes.items():
            here = self.in_anew(ana)
            assert banner(self.page(here)) == "", told
            change()
            client = self.in_anew(ana)
            assert told in banner(self.page(client)), told
            assert NOT_YOU in banner(self.page(client, "/who-saw/"))
            client.post("/you/changes/seen/")

    def test_a_passkey_and_a_new_password_are_told_too(self):
        ana, key = self.ana.actor, SoftKey()
        options, state = begin_passkey(user_of(ana), HOUSE)
        made = made_passkey(user_of(ana), state, key.makes(options), HOUSE, device="iPhone")
        add_passkey(by=ana, new=made, step_up_id=self.proof(ana))
        client = Client()
        signs_in(client, key)
        you = self.page(client, "/you/")
        assert "A passkey was added" in you and "New recovery codes were made" in you
        set_password(by=ana, password=OTHER, step_up_id=self.proof(ana))
        client = Client()
        signs_in(client, key)
        assert "Your password was changed" in banner(self.page(client))

    def test_in_the_stay_that_made_it_and_on_the_lock_page_nothing_is_said(self):
        client = self.in_anew(self.ana.actor)
        step_up = client.post("/you/ways-in/pin/")["Location"]
        then = client.post(step_up, proof_of(self.ana.actor))["Location"]
        assert client.post(then, {"pin": "492751"}).status_code == 302
        assert banner(self.page(client)) == ""
        later = self.in_anew(self.ana.actor)
        assert "Your PIN was set" in banner(self.page(later))
        later.post("/lock/")
        locked = later.get("/home/").content.decode()
        assert "PIN was set" not in locked and NOT_YOU not in locked

    def test_it_stays_until_it_is_dismissed_and_is_listed_afterwards(self):
        set_pin(by=self.ana.actor, pin="492751", step_up_id=self.proof(self.ana.actor))
        self.in_anew(self.ana.actor)
        client = self.in_anew(self.ana.actor)
        assert "Your PIN was set" in banner(self.page(client))
        assert client.post("/you/changes/seen/")["Location"] == "/you/"
        entry = self.last_entry()
        assert (entry.act, entry.object_id) == ("changes.seen", self.ana.actor.user)
        assert banner(self.page(client)) == ""
        you = self.page(client, "/you/")
        assert "Your PIN was set" in you and "Was one of these not you?" in you
        before = Entry.objects.count()
        client.post("/you/changes/seen/")
        assert Entry.objects.count() == before, "nothing was left to see"

    def test_the_notice_costs_no_page_a_query(self):
        client = self.in_anew(self.ana.actor)
        client.get("/home/")
        with CaptureQueriesContext(connection) as before:
            client.get("/home/")
        note_change(self.ana.actor.user, "pin.set", waits=0)
        with CaptureQueriesContext(connection) as after:
            assert "Your PIN was set" in banner(self.page(client, "/home/"))
        assert len(after) == len(before)

    def test_nobody_reads_or_dismisses_what_is_told_to_another(self):
        set_pin(by=self.ana.actor, pin="492751", step_up_id=self.proof(self.ana.actor))
        ben = self.in_anew(self.ben.actor)
        assert "PIN was set" not in self.page(ben) + self.page(ben, "/you/")
        ben.post("/you/changes/seen/")
        assert "Your PIN was set" in banner(self.page(self.in_anew(self.ana.actor)))

    def test_whoever_is_let_in_anew_is_told_once_they_come_back_a_second_time(self):
        cleo = self.cleo.actor
        recovery = ask_recovery(
            by=self.fay, user=user_of(cleo), step_up_id=proven(self.fay, ask_scope(cleo.user))
        )
        confirm_recovery(
            by=self.cody,
            recovery_id=recovery.pk,
            step_up_id=proven(self.cody, confirm_scope_of(recovery)),
        )
        still_here = self.in_anew(cleo)
        assert "agreed to let you in anew" in banner(self.page(still_here))
        recovery.refresh_from_db()
        accept_invitation(invitation_id=recovery.invitation_id, password=PASSWORD)
        first = self.in_anew(cleo)
        assert "came in with a one-time code" not in self.page(first)
        first.post("/you/changes/seen/")
        second = self.in_anew(cleo)
        assert "Somebody came in with a one-time code" in banner(self.page(second))

    def test_coming_in_for_the_first_time_is_no_change(self):
        added = add_member(
            by=self.fay, group=self.group, name="Nora Nilsen", since=self.today, once=uuid4()
        )
        accept_invitation(invitation_id=added.issued.user.invitations.get().pk, password=OTHER)
        assert not WayInChange.objects.exists()

    def test_an_account_that_was_opened_again_is_told_so(self):
        deactivate(by=self.adam, person=self.otto.user)
        take_back(
            by=self.adam,
            person=self.otto.user,
            step_up_id=proven(self.adam, back_scope(self.otto.user)),
        )
        assert [one.what for one in WayInChange.objects.all()] == ["staff.taken_back"]


class StaysEndedByOthers(Told):
    """R72: for a lost telephone, an administrator signs somebody out everywhere."""

    def test_by_the_sign_in_name_of_a_member_after_a_proof(self):
        ana, adam = self.in_anew(self.ana.actor), self.in_anew(self.adam)
        name = user_of(self.ana.actor).sign_in_name
        asked = adam.post("/people/stays/", {"name": name})["Location"]
        then = adam.post(asked, proof_of(self.adam))["Location"]
        shown = adam.get(then).content.decode()
        assert name in shown and "Ana" not in shown
        assert self.page(ana, "/home/") and ana.get("/home/").status_code == 200
        assert "signed in nowhere now" in adam.post(then, follow=True).content.decode()
        assert ana.get("/home/").status_code == 302
        entry = Entry.objects.get(act="stays.ended")
        assert (entry.actor, entry.object_id) == (self.adam.user, self.ana.actor.user)
        again = self.in_anew(self.ana.actor)
        assert "The practice signed you out everywhere" in banner(self.page(again))

    def test_without_a_proof_for_this_person_nothing_ends(self):
        for proof in (
            proven(self.adam, stays_scope(self.ben.actor.user)),
            proven(self.sue, stays_scope(self.ana.actor.user)),
            uuid4(),
        ):
            with pytest.raises(StepUpRefused):
                end_stays_of(by=self.adam, person=self.ana.actor.user, step_up_id=proof)
        assert SignIn.objects.get(pk=self.ana.actor.sign_in).ended_at is None
        assert self.last_entry().act == "step_up.refused"

    def test_not_oneself_not_another_practice_and_by_nobody_else(self):
        def ends(by: Actor, person: object) -> None:
            end_stays_of(by=by, person=person, step_up_id=proven(by, stays_scope(person)))

        with pytest.raises(User.DoesNotExist):
            ends(self.adam, self.adam.user)
        with pytest.raises(User.DoesNotExist):
            ends(self.adam, self.zed.actor.user)
        for by in (self.fay, self.sue, self.ana.actor):
            with pytest.raises(StaffRole.DoesNotExist):
                ends(by, self.ben.actor.user)
        assert not StepUp.objects.exclude(used_at=None).exists()

    def test_a_name_that_is_not_here_is_told_so(self):
        adam = self.in_anew(self.adam)
        for name in ("nobody-0000", user_of(self.zed.actor).sign_in_name):
            told = adam.post("/people/stays/", {"name": name}).content.decode()
            assert "Nobody else here has this sign-in name." in told


class InvitedAgain(Told):
    """A new one-time code for somebody who never came in; who did is let in anew by two."""

    def newcomer(self) -> tuple[User, str, str]:
        added = add_member(
            by=self.fay, group=self.group, name="Nora Nilsen", since=self.today, once=uuid4()
        )
        path = f"/groups/{self.group.code}/members/{added.member.code}/invite/"
        return added.issued.user, added.issued.code, path

    def test_a_facilitator_makes_one_for_a_member_of_the_group_and_the_old_one_ends(self):
        user, old, path = self.newcomer()
        fay = self.in_anew(self.fay)
        assert path in self.page(fay, f"/groups/{self.group.code}/")
        assert "Make a new code" in self.page(fay, path)
        page = fay.post(path).content.decode()
        [new] = re.findall(r"<code>([^<]+)</code>", page)
        assert new != old and user.sign_in_name in page
        for code, comes_in in ((old, False), (new, True)):
            form = {"name": user.sign_in_name, "code": code}
            assert (Client().post("/invitation/", form).status_code == 302) is comes_in
        assert Entry.objects.filter(act="invitation.made", object_id=user.pk).count() == 2

    def test_who_came_in_gets_none(self):
        fay = self.in_anew(self.fay)
        path = f"/groups/{self.group.code}/members/{self.ben.member.code}/invite/"
        assert path not in self.page(fay, f"/groups/{self.group.code}/")
        for page in (self.page(fay, path), fay.post(path).content.decode()):
            assert "They came in already" in page and "<code>" not in page
        assert has_joined(user_of(self.ben.actor))

    def test_nobody_else_finds_it(self):
        _user, _code, path = self.newcomer()
        for other in (self.otto, self.adam, self.sue, self.ana.actor, self.zoe):
            assert self.in_anew(other).post(path).status_code == 404

    def test_an_administrator_makes_one_for_staff(self):
        adam = self.in_anew(self.adam)
        added = adam.post("/people/new/", {"name": "Nia Novak", "roles": ["facilitator"]})
        [old] = re.findall(r"<code>([^<]+)</code>", added.content.decode())
        nia = User.objects.latest("pk")
        assert f"/people/{nia.pk}/invite/" in self.page(adam, f"/people/{nia.pk}/")
        page = adam.post(f"/people/{nia.pk}/invite/").content.decode()
        [new] = re.findall(r"<code>([^<]+)</code>", page)
        assert new != old
        assert f"/people/{self.fay.user}/invite/" not in self.page(
            adam, f"/people/{self.fay.user}/"
        )
        joined = adam.post(f"/people/{self.fay.user}/invite/").content.decode()
        assert "They came in already" in joined
