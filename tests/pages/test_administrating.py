"""The administrator's and the supervisor's new pages, walked as people walk them."""

from datetime import timedelta
from typing import Any
from unittest import mock
from uuid import uuid4

from django.db import DatabaseError
from django.test import Client

from accounts.models import Practice, Role, RoleProposal, User
from accounts.queries import roles_of
from sessions_app import queries as sessions
from sessions_app.models import ContactReview, Facilitation
from sessions_app.services.contacts import write_contact
from tests.cast import CastTestCase, proof_of, sign_in, staff, user_of
from tests.pages.every_page import EVERY_PAGE
from tests.pages.scene import Scene
from tests.pages.visible import blocks
from vault import key_ring
from vault.models import KeyCheck


class Walking(Scene, CastTestCase):
    stage = Scene

    def client_of(self, who: Any) -> Any:
        client: Any = Client()
        sign_in(client, who)
        client.who = who
        return client

    def with_proof(self, client: Any, path: str, **typed: str) -> str:
        """Press the button, prove who it is, and return the page that finishes the act."""
        asked = client.post(path, typed)
        assert asked.status_code == 302, asked.content
        given = client.post(asked["Location"], proof_of(client.who))
        assert given.status_code == 302
        assert client.get(given["Location"]).status_code == 200
        return given["Location"]


class Administrating(Walking):
    def test_proposing_and_agreeing_is_two_people_and_two_proofs(self):
        ada = self.client_of(staff(self.practice, "Ada Second", Role.ADMINISTRATOR))
        adam = self.client_of(self.adam)
        own = adam.get("/proposals/").content.decode()
        assert "Somebody else has to agree" in own
        assert f"/proposals/{self.proposal.pk}/agree/" not in own
        page = ada.get("/practice/").content.decode()
        assert "/proposals/" in page, "it is told on the first page"
        done = self.with_proof(ada, f"/proposals/{self.proposal.pk}/agree/")
        assert ada.post(done).status_code == 302
        assert roles_of(User.objects.get(pk=self.nia.pk)) == [Role.SUPERVISOR]
        again = ada.post(done)
        assert (again.status_code, b"Agree" in again.content) == (409, True)

    def test_who_proposed_is_told_that_somebody_else_has_to(self):
        adam = self.client_of(self.adam)
        done = self.with_proof(adam, f"/proposals/{self.proposal.pk}/agree/")
        answer = adam.post(done)
        assert "Nobody agrees to their own proposal" in answer.content.decode()
        assert roles_of(User.objects.get(pk=self.nia.pk)) == []

    def test_giving_ending_and_proposing_a_role(self):
        adam, cody = self.client_of(self.adam), self.cody.user
        adam.post(f"/people/{cody}/roles/facilitator/end/")
        assert roles_of(user_of(self.cody)) == []
        done = self.with_proof(adam, f"/people/{cody}/roles/facilitator/")
        adam.post(done)
        assert roles_of(user_of(self.cody)) == [Role.FACILITATOR]
        refused = self.with_proof(adam, f"/people/{cody}/roles/supervisor/")
        assert "One account holds one role" in adam.post(refused).content.decode()
        assert not RoleProposal.objects.filter(user=cody).exists()
        assert adam.post(f"/people/{cody}/roles/emperor/").status_code == 404

    def test_the_last_administrator_is_told_why_they_stay(self):
        adam = self.client_of(self.adam)
        path = f"/people/{self.adam.user}/roles/administrator/end/"
        assert "last administrator" in adam.post(path, follow=True).content.decode()

    def test_an_account_is_closed_and_opened_with_a_new_code_shown_once(self):
        adam, cody = self.client_of(self.adam), self.cody.user
        assert adam.post(f"/people/{cody}/off/").status_code == 302
        assert not user_of(self.cody).is_active
        done = self.with_proof(adam, f"/people/{cody}/back/")
        shown = adam.post(done).content.decode()
        assert "One-time code" in shown
        assert "It was shown once already" not in shown
        assert user_of(self.cody).is_active
        assert adam.post(done).status_code == 409
        answer = adam.post(f"/people/{self.adam.user}/off/")
        assert "This needs somebody else" in answer.content.decode()

    def test_a_person_added_twice_by_one_press_is_one(self):
        adam, once = self.client_of(self.adam), str(uuid4())
        form = {"name": "Noa Nash", "roles": ["supervisor"], "once": once}
        first = adam.post("/people/new/", form).content.decode()
        assert "Waits for a second person" in first
        assert "It was shown once already" in adam.post("/people/new/", form).content.decode()
        assert RoleProposal.objects.filter(closed_at=None).count() == 2
        both = form | {"roles": ["facilitator", "supervisor"], "once": str(uuid4())}
        assert "One account holds one role" in adam.post("/people/new/", both).content.decode()

    def test_no_page_tells_an_administrator_of_members_groups_or_words(self):
        adam = self.client_of(self.adam)
        people = (self.ana, self.ben, self.cleo, self.dora)
        secret = [one.name for one in people] + [one.member.code for one in people]
        secret += [self.group.code, "Tuesday group", self.alone.code, "slept through", "Bruno"]
        for page in EVERY_PAGE:
            if page.method == "GET" and "adam" in page.who:
                body = adam.get(page.path(self)).content.decode()
                assert [one for one in secret if one in body] == [], page.url_name

    def test_the_state_of_keys_is_told_without_keys_and_without_the_vault(self):
        adam = self.client_of(self.adam)
        whole = adam.get("/practice/keys/").content.decode()
        assert "Yes, checked just now" in whole
        assert "Not known" in whole, "no backup is recorded"
        KeyCheck.objects.all().delete()
        key_ring.forget()
        assert "Make no new keys" in adam.get("/practice/keys/").content.decode()
        away = mock.patch.object(KeyCheck.objects, "all", side_effect=DatabaseError)
        with away:
            body = adam.get("/practice/keys/").content.decode()
        assert "the vault’s database does not answer" in body


class Supervising(Walking):
    def test_a_cover_is_set_and_taken_off(self):
        sue, path = self.client_of(self.sue), f"/desk/groups/{self.group.code}/"
        day = str(self.today + timedelta(days=3))
        form = {"user": str(self.otto.user), "since": day, "until": day}
        assert sue.post(f"{path}cover/", form).status_code == 302
        assert "leads the group on these days" in sue.post(f"{path}cover/", form).content.decode()
        late = form | {"until": str(self.today)}
        assert "on or after the first day" in sue.post(f"{path}cover/", late).content.decode()
        nobody = form | {"user": str(self.ana.actor.user)}
        assert "Choose somebody" in sue.post(f"{path}cover/", nobody).content.decode()
        covers = Facilitation.objects.filter(kind="cover")
        assert covers.count() == 2
        for cover in covers:
            assert sue.post(f"{path}cover/{cover.pk}/end/").status_code == 302
        assert "No cover is set" in sue.get(path).content.decode()

    def test_a_group_is_handed_over_with_a_proof(self):
        sue, path = self.client_of(self.sue), f"/desk/groups/{self.group.code}/"
        start = f"{path}hand-over/{self.fay.user}/"
        done = self.with_proof(sue, start, user=str(self.cody.user))
        assert sue.post(done).status_code == 302
        assert not sessions.groups_run_by(self.fay).filter(pk=self.group.pk).exists()
        assert sessions.own_item(self.cody, self.alone.code)
        assert sue.post(done).status_code in (404, 409)
        assert self.client_of(self.fay).get(f"/items/{self.alone.code}/").status_code == 404
        assert sue.get(f"{path}hand-over/{self.ana.actor.user}/").status_code == 404

    def test_a_contact_is_read_for_a_reason_and_reviewed_by_somebody_else(self):
        fay, sue = self.client_of(self.fay), self.client_of(self.sue)
        code = self.ana.member.code
        path = f"/groups/{self.group.code}/members/{code}/contact/"
        assert "Bruno" not in fay.get(path).content.decode()
        assert "Bruno" not in fay.post(path, {"why": ""}).content.decode()
        read = fay.post(path, {"why": "She did not come home."}).content.decode()
        assert "Bruno, brother, 555-0139" in read
        page = sue.get(f"/reviews/{self.reading.pk}/").content.decode()
        assert "She did not come home." in page
        assert "Bruno" not in page
        assert "Almeida" not in page
        assert sue.post(f"/reviews/{self.reading.pk}/", {"in_order": "?"}).status_code == 404
        assert sue.post(f"/reviews/{self.reading.pk}/", {"in_order": "yes"}).status_code == 302
        assert sue.post(f"/reviews/{self.reading.pk}/", {"in_order": "no"}).status_code == 404
        assert ContactReview.objects.get().in_order

    def test_a_supervisor_reads_a_contact_by_code_and_does_not_review_it(self):
        sue, code = self.client_of(self.sue), self.ana.member.code
        path = f"/desk/groups/{self.group.code}/members/{code}/contact/"
        body = sue.post(path, {"why": "The police called."}).content.decode()
        assert "555-0139" in body
        assert "Almeida" not in body
        assert sue.get("/reviews/").content.decode().count(f"{code}</span>") == 1

    def test_a_group_s_page_does_not_tell_whether_there_is_anybody_to_call(self):
        sue = self.client_of(self.sue)
        there = f"/desk/groups/{self.group.code}/members/{self.ben.member.code}/contact/"
        pages = []
        for contact in ("", "Bea, 555-0177"):
            if contact:
                code = self.ben.member.code
                write_contact(by=self.fay, group=self.group, member_code=code, contact=contact)
            pages.append(blocks(sue.get(f"/desk/groups/{self.group.code}/").content.decode()))
            assert sue.get(there).status_code == 200
            said = contact or "Nobody wrote down whom to call"
            assert said in sue.post(there, {"why": "The police called."}).content.decode()
        assert pages[0] == pages[1]

    def test_the_outside_colleague_sees_what_asks_for_them_in_a_small_practice_alone(self):
        uma = self.client_of(self.uma)
        assert "Nothing waits for you" in uma.get("/second/").content.decode()
        assert uma.get("/proposals/").status_code == 404
        assert uma.get("/reviews/").status_code == 404
        Practice.objects.filter(pk=self.practice.pk).update(small=True)
        body = uma.get("/second/").content.decode()
        assert self.nia.sign_in_name in body
        assert "Nia Novak" not in body
        assert f"/reviews/{self.reading.pk}/" in body
        done = self.with_proof(uma, f"/proposals/{self.proposal.pk}/agree/")
        assert uma.post(done).status_code == 302
        assert roles_of(User.objects.get(pk=self.nia.pk)) == [Role.SUPERVISOR]
        for path in ("/people/", "/desk/", "/trail/", "/groups/"):
            assert uma.get(path).status_code == 404
