"""What people see of the switch and of the house's own rules, and what they can do there."""

from datetime import timedelta
from uuid import uuid4

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Practice, Role, StaffRole
from accounts.services import SET_UP, begin_step_up, create_staff, note_sign_in
from audit.trail import Actor
from consent import freezes
from consent.models import Freeze
from consent.policies import policy_of
from consent.services.confirming import confirm_scope
from consent.services.freezing import freeze
from consent.services.policy import set_house_policy
from tests.cast import (
    PASSWORD,
    CastTestCase,
    agrees_to_lift,
    gets_a_code_app,
    proof_of,
    sign_in,
)
from vault.models import KnownHead

BANNER = "Nothing can leave the house at the moment."


class PagesTestCase(CastTestCase):
    def client_of(self, who: object) -> Client:
        client = Client()
        sign_in(client, getattr(who, "actor", who))
        return client

    def shown(self, who: object, path: str) -> str:
        response = self.client_of(who).get(path)
        assert response.status_code == 200, response.status_code
        return response.content.decode()

    def lifts(self, client: Client, actor: Actor, frozen: Freeze) -> str:
        """Agree to lift through the pages: prove who one is, read once more, agree."""
        asked = client.post(f"/freeze/{frozen.pk}/lift/")["Location"]
        then = client.post(asked, proof_of(actor))["Location"]
        assert "Agree to lift the freeze?" in client.get(then).content.decode()
        return client.post(then, follow=True).content.decode()


class WhatAFrozenHouseShows(PagesTestCase):
    def setUp(self):
        self.item = self.said()
        self.given = self.grants(self.ana, self.asked(self.item))
        self.waiting = self.consent_of(self.ana, self.asked(self.said("Else."), self.insurer))

    def test_every_member_of_staff_sees_it_on_every_page_and_members_no_alarm(self):
        places = [(self.fay, "/today/"), (self.sue, "/desk/"), (self.adam, "/people/")]
        assert not any(BANNER in self.shown(who, path) for who, path in places)
        freeze(by=self.sue)
        assert all(BANNER in self.shown(who, path) for who, path in places)
        assert "See why" not in self.shown(self.fay, "/today/")
        assert "See why" in self.shown(self.sue, "/trail/")
        assert "See why" in self.shown(self.adam, "/practice/")
        assert BANNER not in self.shown(self.ana, "/home/")
        assert BANNER not in self.shown(self.zoe, "/today/"), "another practice"

    def test_the_switch_costs_no_page_a_query(self):
        client = self.client_of(self.fay)
        client.get("/today/")
        with CaptureQueriesContext(connection) as before:
            client.get("/today/")
        freeze(by=self.sue)
        with CaptureQueriesContext(connection) as after:
            client.get("/today/")
        assert len(after) == len(before)

    def test_a_member_reads_a_calm_sentence_and_can_say_no(self):
        path = f"/questions/{self.waiting.code}/"
        assert "/allow/" in self.shown(self.ana, path)
        freeze(by=self.sue)
        html = self.shown(self.ana, path)
        assert "Nothing can be allowed just now" in html
        assert "/allow/" not in html
        assert f"/questions/{self.waiting.code}/decline/" in html

    def test_a_member_can_take_back(self):
        freeze(by=self.sue)
        path = f"/permissions/{self.given.code}/"
        assert "You can still take your yes back." in self.shown(self.ana, path)
        done = self.client_of(self.ana).post(f"{path}take-back/", follow=True)
        assert "You took your permission back" in done.content.decode()

    def test_whoever_asks_is_told_in_words_and_keeps_what_they_typed(self):
        freeze(by=self.sue)
        item = self.said("Ask about this.")
        told = self.client_of(self.fay).post(
            f"/items/{item.code}/ask/",
            {
                "recipient": self.clinic.code,
                "purpose": "TREAT",
                "expires_on": self.today + timedelta(days=9),
                "answer_by": self.today + timedelta(days=3),
                "nobody_else": "on",
            },
        )
        html = told.content.decode()
        assert "Nothing can leave the house at the moment, so nothing was done." in html
        assert (self.today + timedelta(days=9)).isoformat() in html

    def test_a_signature_is_refused_in_words(self):
        client = self.client_of(self.ana)
        asked = client.post(f"/questions/{self.waiting.code}/allow/")
        freeze(by=self.sue)
        sign = client.post(asked["Location"], proof_of(self.ana.actor))["Location"]
        told = client.post(sign, {"signature": "Ana Almeida"}).content.decode()
        assert "so nothing was done" in told


class TheSwitch(PagesTestCase):
    """Its page is its own confirmation; two people lift, and each sees who is missing."""

    def test_a_supervisor_freezes_and_two_people_lift(self):
        sue, adam = self.client_of(self.sue), self.client_of(self.adam)
        assert "/freeze/" in sue.get("/desk/").content.decode()
        assert "Freeze now" in sue.get("/freeze/").content.decode()
        frozen_page = sue.post("/freeze/", follow=True).content.decode()
        assert "Somebody froze it" in frozen_page
        assert frozen_page.count("Has to agree") == 2
        [frozen] = freezes.standing_in(self.practice.pk)
        lift = f"/freeze/{frozen.pk}/lift/"
        assert lift in frozen_page
        agreed = self.lifts(sue, self.sue, frozen)
        assert "You agreed. Now somebody else has to." in agreed
        assert lift not in agreed, "nobody agrees twice"
        assert lift in adam.get("/freeze/").content.decode()
        assert "The practice is frozen" in adam.get("/practice/").content.decode()
        assert "Lifted." in self.lifts(adam, self.adam, frozen)
        assert not freezes.is_frozen(self.practice.pk)
        assert "It is lifted already." in self.lifts(sue, self.sue, frozen)
        told = sue.get("/trail/").content.decode()
        for act in ("House frozen", "Agreed to lift the freeze", "Freeze lifted"):
            assert act in told

    def test_without_a_proof_of_who_it_is_nobody_agrees(self):
        frozen = freeze(by=self.sue)
        sue = self.client_of(self.sue)
        asked = sue.post(f"/freeze/{frozen.pk}/lift/")["Location"]
        assert "password" in sue.get(asked).content.decode()
        then = f"/freeze/{frozen.pk}/lift/{asked.split('/')[-2]}/"
        told = sue.post(then)
        assert told.status_code == 409
        assert "Prove once more who you are" in told.content.decode()
        assert not frozen.lifts.exists()

    def test_a_second_in_the_same_role_is_told_who_is_missing(self):
        frozen = freeze(by=self.sue)
        agrees_to_lift(self.sue, frozen)
        second = self.another(Role.SUPERVISOR)
        assert f"/freeze/{frozen.pk}/lift/" not in self.shown(second, "/freeze/")
        told = self.lifts(self.client_of(second), second, frozen)
        assert "Somebody in your role has agreed already." in told
        assert freezes.is_frozen(self.practice.pk)

    def test_an_outside_colleague_finds_the_page_in_a_small_practice_alone(self):
        colleague = self.another(Role.OUTSIDE_COLLEAGUE)
        frozen = freeze(by=self.sue)
        assert self.client_of(colleague).get("/freeze/").status_code == 404
        Practice.objects.filter(pk=self.practice.pk).update(small=True)
        html = self.shown(colleague, "/freeze/")
        assert "Agree to lift" in html
        agrees_to_lift(self.sue, frozen)
        self.lifts(self.client_of(colleague), colleague, frozen)
        assert not freezes.is_frozen(self.practice.pk)
        assert self.client_of(colleague).post("/freeze/").status_code == 404, "they cannot freeze"

    def test_what_froze_by_itself_says_what_to_look_for(self):
        KnownHead.objects.create(chain=self.practice.pk, seq=10_000, hash=b"x" * 32)
        item = self.said()
        self.client_of(self.fay).post(
            f"/items/{item.code}/ask/",
            {
                "recipient": self.clinic.code,
                "purpose": "TREAT",
                "expires_on": self.today + timedelta(days=9),
                "answer_by": self.today + timedelta(days=3),
                "nobody_else": "on",
            },
        )
        html = self.shown(self.sue, "/freeze/")
        assert "The house froze by itself" in html and "an older backup was put back" in html
        assert "The house itself" in self.shown(self.sue, "/trail/")

    def test_whoever_is_alone_reads_before_and_after_that_lifting_takes_a_second_person(self):
        alone = "You are the only one here"
        assert alone not in self.shown(self.adam, "/freeze/")
        Practice.objects.filter(pk=self.practice.pk).update(small=True)
        StaffRole.objects.filter(role=Role.SUPERVISOR).update(until=timezone.now())
        for _ in range(2):
            html = self.shown(self.adam, "/freeze/")
            assert alone in html and "add an outside colleague first" in html
            assert 'href="/people/new/"' in html.split("<main")[1]
            freeze(by=self.adam)
        self.another(Role.OUTSIDE_COLLEAGUE)
        assert alone not in self.shown(self.adam, "/freeze/")

    def another(self, role: Role) -> Actor:
        user = create_staff(
            by=SET_UP, practice=self.practice.pk, name="One More", roles=[role], password=PASSWORD
        ).user
        gets_a_code_app(user)
        return Actor(user.practice_id, user.pk, role, note_sign_in(user=user, device="test").pk)


class HouseRules(PagesTestCase):
    """The practice's own rules: set by the administrator, told where they bind."""

    def set(self, **more: object) -> None:
        terms = {"longest_days": None, "cooling_off_hours": 0, "in_person": False}
        set_house_policy(by=self.adam, **(terms | more))

    def test_the_administrator_sets_them_and_reads_since_when(self):
        adam = self.client_of(self.adam)
        assert "It can never be looser" in adam.get("/practice/rules/").content.decode()
        sent = {"longest_days": "30", "cooling_off_hours": "24", "in_person": "on"}
        told = adam.post("/practice/rules/", sent, follow=True).content.decode()
        assert "In force since" in told and 'value="30"' in told
        home = adam.get("/practice/").content.decode()
        assert "A permission lasts 30 days at most." in home
        assert "A yes counts after 24 hours." in home
        assert "Every emergency release needs two people." not in home

    def test_two_people_for_every_emergency_is_theirs_to_ask_for(self):
        adam = self.client_of(self.adam)
        adam.post("/practice/rules/", {"cooling_off_hours": "0", "second_person": "on"})
        home = adam.get("/practice/").content.decode()
        assert "Every emergency release needs two people." in home
        adam.post("/practice/rules/", {"cooling_off_hours": "0"})
        assert not policy_of(self.practice.pk).second_person

    def test_a_wrong_number_is_explained(self):
        adam = self.client_of(self.adam)
        told = adam.post("/practice/rules/", {"longest_days": "0", "cooling_off_hours": ""})
        html = told.content.decode()
        assert "Give whole days from 1 to 3650, or leave it empty." in html
        assert "Give whole hours from 0 to 720." in html

    def test_a_longer_period_is_refused_at_its_field(self):
        self.set(longest_days=30)
        item = self.said()
        path = f"/items/{item.code}/ask/"
        assert "This practice allows no later day than" in self.shown(self.fay, path)
        told = self.client_of(self.fay).post(
            path,
            {
                "recipient": self.clinic.code,
                "purpose": "TREAT",
                "expires_on": self.today + timedelta(days=31),
                "answer_by": self.today + timedelta(days=3),
                "nobody_else": "on",
            },
        )
        assert "This is longer than this practice allows." in told.content.decode()

    def test_a_member_is_told_what_a_yes_waits_for_before_and_after_it(self):
        request = self.asked(self.said())
        consent = self.consent_of(self.ana, request)
        question, permission = f"/questions/{consent.code}/", f"/permissions/{consent.code}/"
        assert "When it counts" not in self.shown(self.ana, question)
        self.set(cooling_off_hours=24, in_person=True)
        html = self.shown(self.ana, question)
        assert "If you say yes now, it counts from" in html
        assert "It counts once you have said yes in the room too." in html
        self.grants(self.ana, request)
        html = self.shown(self.ana, permission)
        assert "It does not count yet" in html and "Your yes counts from" in html
        self.set()
        assert "It does not count yet" not in self.shown(self.ana, permission)

    def test_whoever_led_the_group_confirms_in_the_room_with_the_password(self):
        request = self.asked(self.said())
        consent = self.grants(self.ana, request)
        path = f"/requests/{request.code}/"
        confirm = f"{path}confirm/{consent.code}/"
        assert confirm not in self.shown(self.fay, path)
        self.set(in_person=True)
        fay = self.client_of(self.fay)
        html = fay.get(path).content.decode()
        assert confirm in html and "Ana Almeida said yes in the room" in html
        step_up = fay.post(confirm)["Location"]
        then = fay.post(step_up, proof_of(self.fay))["Location"]
        assert "Was it said in the room?" in fay.get(then).content.decode()
        told = fay.post(then, follow=True).content.decode()
        assert "Confirmed, and recorded." in told
        assert confirm not in told
        mine = self.shown(self.ana, f"/permissions/{consent.code}/")
        assert "You said yes in the room too" in mine and "It does not count yet" not in mine

    def test_a_password_check_that_is_over_and_a_frozen_house_are_explained(self):
        consent = self.grants(self.ana, self.asked(self.said()))
        fay = self.client_of(self.fay)
        confirm = f"/requests/{consent.request.code}/confirm/{consent.code}/"
        assert fay.post(f"{confirm}{uuid4()}/").status_code == 404
        never_given = begin_step_up(by=self.fay, scope=confirm_scope(consent))
        over = fay.post(f"{confirm}{never_given.pk}/")
        assert over.status_code == 409
        assert "Nothing was confirmed." in over.content.decode()
        then = fay.post(fay.post(confirm)["Location"], proof_of(self.fay))["Location"]
        freeze(by=self.sue)
        assert "so nothing was done" in fay.post(then).content.decode()
