"""R83: on a device that was handed over, its holder answers one question and sees nothing else."""

from datetime import timedelta

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import InRoom, SignIn
from accounts.pins import hashed_pin
from accounts.services.in_room import NoPin, RoomOver, hand_over_device, prove_in_room
from accounts.services.tries import TooMany
from audit.models import Entry
from audit.trail import Actor
from consent.kinds import Kind
from consent.models import Evidence
from consent.services.deciding import GRANT
from consent.services.in_room import grant_in_room
from sessions_app import queries as sessions
from sessions_app.models import AgreementSignature
from tests.cast import PASSWORD, CastTestCase, sign_in, user_of
from tests.pages.visible import blocks

PIN, OTHER_PIN = "820417", "493061"
WORDS = "I told my brother the truth on Sunday."


class HandedOver(CastTestCase):
    def setUp(self):
        for one, pin in ((self.ana, PIN), (self.cleo, OTHER_PIN)):
            user = user_of(one.actor)
            user.pin = hashed_pin(user, pin)
            user.save(update_fields=["pin"])
        self.item = self.said(WORDS)
        self.request = self.asked(self.item)
        self.consent = self.consent_of(self.ana, self.request)
        self.client = Client()
        sign_in(self.client, self.fay)

    def hand_over(self) -> None:
        response = self.client.post(f"/requests/{self.request.code}/room/{self.consent.code}/")
        assert response["Location"] == "/room/"

    def holder(self) -> Actor:
        handed = InRoom.objects.get(ended_at=None)
        return Actor(self.practice.pk, handed.person_id, "member", handed.sign_in_id)


class AConsentInTheRoom(HandedOver):
    def test_ana_signs_with_her_own_pin_and_it_counts(self):
        self.hand_over()
        assert WORDS not in self.client.get("/room/").content.decode()
        self.client.post("/room/pin/", {"pin": PIN})
        assert WORDS in self.client.get("/room/").content.decode()
        page = self.client.post("/room/sign/", {"signature": self.ana.name})

        assert "It is signed" in page.content.decode()
        event = self.consent.events.get(kind=Kind.GRANTED)
        assert (event.by_id, event.evidence) == (self.ana.actor.user, Evidence.IN_ROOM)
        assert self.releases(self.item)

    def test_a_yes_ends_on_the_earlier_day_that_she_gives_and_no_later_than_asked(self):
        self.hand_over()
        self.client.post("/room/pin/", {"pin": PIN})
        signed = {"signature": self.ana.name}
        late = {**signed, "last_day": self.today + timedelta(days=400)}
        refused = self.client.post("/room/sign/", late).content.decode()
        assert "no later than you were asked for" in refused
        assert not self.consent.events.filter(kind=Kind.GRANTED).exists()

        day = self.today + timedelta(days=5)
        self.client.post("/room/sign/", {**signed, "last_day": day})
        until = self.consent.events.get(kind=Kind.GRANTED).until
        assert timezone.localtime(until, self.practice.zone).date() == day + timedelta(days=1)

    def test_yes_and_no_weigh_the_same_and_a_no_needs_no_field(self):
        self.hand_over()
        self.client.post("/room/pin/", {"pin": PIN})
        page = self.client.get("/room/").content.decode()
        pair = page.split('<div class="choice">')[1].split("</div>")[0]
        assert pair.count("<button") == 2 and "Don’t allow" in pair
        assert '<button class="button" ' not in page
        self.client.post("/room/no/", {"signature": "", "last_day": "nonsense"})
        assert self.consent.events.latest("counter").kind == Kind.DECLINED

    def test_nothing_of_fays_pages_is_reachable_before_she_is_back(self):
        self.hand_over()
        for path in ("/today/", "/groups/", f"/items/{self.item.code}/", "/you/", "/"):
            page = self.client.get(path)
            assert page.status_code == 423
            assert "Tuesday group" not in page.content.decode()
        self.client.post("/room/pin/", {"pin": PIN})
        assert self.client.get("/today/").status_code == 423

        self.client.post("/unlock/", {"secret": PASSWORD})
        assert self.client.get("/today/").status_code == 200
        assert self.client.get("/room/").status_code == 404

    def test_the_room_of_a_stay_that_is_not_locked_is_not_there(self):
        for method, path in (
            ("get", "/room/"),
            ("post", "/room/pin/"),
            ("post", "/room/sign/"),
            ("post", "/room/no/"),
            ("post", "/room/back/"),
        ):
            assert getattr(self.client, method)(path).status_code == 404

    def test_a_no_in_the_room_is_a_no(self):
        self.hand_over()
        self.client.post("/room/pin/", {"pin": PIN})
        self.client.post("/room/no/")

        assert self.consent.events.latest("counter").kind == Kind.DECLINED
        assert self.client.get("/room/").status_code == 423

    def test_who_gets_the_device_back_does_not_see_whether_it_was_a_no(self):
        seen = []
        for path in ("/room/no/", "/room/back/"):
            self.setUp()
            self.hand_over()
            self.client.post("/room/pin/", {"pin": PIN})
            page = self.client.post(path)
            seen.append((page.status_code, blocks(page.content.decode())))
        assert seen[0] == seen[1]

    def test_without_the_pin_nothing_is_shown_signed_or_declined(self):
        self.hand_over()
        assert self.client.post("/room/sign/", {"signature": self.ana.name}).status_code == 404
        assert self.client.post("/room/no/").status_code == 404

        assert self.consent.events.count() == 1

    def test_the_pin_of_somebody_else_does_not_open_it(self):
        self.hand_over()
        page = self.client.post("/room/pin/", {"pin": OTHER_PIN})

        assert "Try once more" in page.content.decode()
        assert WORDS not in self.client.get("/room/").content.decode()

    @override_settings(GROUPCARE_LIMITS_OFF=False)
    def test_the_fifth_wrong_pin_closes_it_and_the_right_one_comes_too_late(self):
        self.hand_over()
        for _ in range(4):
            assert self.client.post("/room/pin/", {"pin": "111112"}).status_code == 200
        assert self.client.post("/room/pin/", {"pin": "111112"}).status_code == 410

        assert self.client.post("/room/pin/", {"pin": PIN}).status_code == 423
        assert Entry.objects.filter(act="room.failed").count() == 5

    @override_settings(GROUPCARE_LIMITS_OFF=False)
    def test_handing_over_again_gives_no_more_tries_at_once(self):
        self.hand_over()
        for _ in range(5):
            self.client.post("/room/pin/", {"pin": "111112"})
        self.client.post("/unlock/", {"secret": PASSWORD})
        self.hand_over()

        with pytest.raises(TooMany):
            prove_in_room(by=self.holder(), pin=PIN)

    def test_a_proof_that_is_too_old_shows_signs_and_declines_nothing(self):
        self.hand_over()
        self.client.post("/room/pin/", {"pin": PIN})
        InRoom.objects.update(proven_at=timezone.now() - timedelta(minutes=6))

        assert WORDS not in self.client.get("/room/").content.decode()
        assert self.client.post("/room/no/").status_code == 410
        assert self.client.post("/room/sign/", {"signature": "Ana"}).status_code == 410
        assert self.consent.events.count() == 1
        self.client.post("/room/pin/", {"pin": PIN})
        assert WORDS in self.client.get("/room/").content.decode()

    def test_a_proof_signs_once_and_nothing_else(self):
        self.hand_over()
        self.client.post("/room/pin/", {"pin": PIN})
        other = self.consent_of(self.ana, self.asked(self.said("Something else.")))

        with pytest.raises(RoomOver):
            grant_in_room(by=self.holder(), code=other.code, signature="Ana")

    def test_whoever_has_no_pin_is_handed_nothing_and_fay_stays_where_she_is(self):
        with pytest.raises(NoPin):
            hand_over_device(
                by=self.fay,
                person=user_of(self.ben.actor),
                act=GRANT,
                object_id=self.consent.pk,
                code=self.consent.code,
                group=self.group.pk,
            )
        assert not SignIn.objects.filter(locked_at__isnull=False).exists()

    def test_only_whoever_leads_hands_this_question_over(self):
        for by in (self.otto, self.sue, self.adam, self.zoe, self.ben.actor):
            client = Client()
            sign_in(client, by)
            path = f"/requests/{self.request.code}/room/{self.consent.code}/"
            assert client.post(path).status_code == 404

    def test_given_back_without_an_answer_the_question_is_as_it_was(self):
        self.hand_over()
        self.client.post("/room/back/")

        assert self.client.get("/room/").status_code == 423
        assert self.client.get("/today/").status_code == 423
        assert self.consent.events.count() == 1


class TheAgreementInTheRoom(HandedOver):
    def test_cleo_signs_it_on_fays_device(self):
        response = self.client.post(
            f"/groups/{self.group.code}/agreement/room/{self.cleo.member.code}/"
        )
        assert response["Location"] == "/room/"
        self.client.post("/room/pin/", {"pin": OTHER_PIN})
        assert "Our agreement" in self.client.get("/room/").content.decode()
        self.client.post("/room/sign/", {"signature": self.cleo.name})

        [stint] = sessions.own_memberships(self.cleo.actor)
        assert stint.agreement_signature.evidence == AgreementSignature.Evidence.IN_ROOM

    def test_saying_no_to_it_writes_nothing(self):
        self.client.post(f"/groups/{self.group.code}/agreement/room/{self.cleo.member.code}/")
        self.client.post("/room/pin/", {"pin": OTHER_PIN})
        self.client.post("/room/no/")

        assert not AgreementSignature.objects.filter(membership__member=self.cleo.member).exists()
