"""Everybody whom docs/access-matrix.yaml names, in a house with something behind every door."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client

from accounts.models import Role
from accounts.services import SET_UP, create_practice, create_staff
from audit.trail import Actor
from sessions_app.models import Facilitation, Modality, RecordClass, TherapyGroup
from sessions_app.services.groups import add_facilitator, assign_supervisor, create_group
from sessions_app.services.items import record_item
from sessions_app.services.stints import end_stint
from tests.cast import PASSWORD, ZONE, gets_a_code_app, sign_in, signed_in_as, user_of
from tests.pages.scene import Scene
from tests.thinking import Thought


class Persons(Scene):
    """The scene, with those whom the cast lacks; `person` finds each as the matrix names them.

    Ana said something about Eve, who was there, and Ben, who was not; she agreed,
    so both are asked. Finn left the group. Cora's cover of it has ended. Sid
    reviews its trail and was given nothing to look at. Oona is a practice alone.
    Paula speaks for Mia and decides without reading.
    """

    def play(self) -> None:
        super().play()
        self.eve = self.join(self.fay, self.group, "Eve Engel")
        self.finn = self.join(self.fay, self.group, "Finn Falk")
        self.third_session = self.held(
            self.fay,
            self.group,
            present=[self.ana, self.eve, self.finn],
            absent=[self.ben, self.cleo],
            days_ago=5,
        )
        self.of_three = record_item(
            by=self.fay,
            session=self.third_session,
            speaker=self.ana.member.pk,
            concerned=[self.eve.member.pk, self.ben.member.pk],
            text="Two of them stood at the door with umbrellas.",
            once=uuid4(),
            guard=self.guard(self.third_session),
        )
        request = self.asked(self.of_three, self.insurer)
        self.grants(self.ana, request)
        self.asked_of_eve = self.consent_of(self.eve, request)
        self.asked_of_ben = self.consent_of(self.ben, request)
        self.end_finns_stay()
        self.cora = self.hired(Role.FACILITATOR, "Cora Cole")
        self.end_coras_cover()
        self.sid = self.hired(Role.SUPERVISOR, "Sid Stone")
        assign_supervisor(
            by=self.adam, group=self.group, user=user_of(self.sid), since=self.a_while_ago()
        )
        self.colleague = self.hired(Role.OUTSIDE_COLLEAGUE, "Olga Orr")
        Thought(self).asks_onto(self.case, user_of(self.colleague), "outside")
        self.oona = self.alone_in_practice("Oona Ott")
        self.opened_link = self.linked(self.released)

    def a_while_ago(self) -> Any:
        return self.today - timedelta(days=40)

    def end_finns_stay(self) -> None:
        end_stint(
            by=self.fay,
            group=self.group,
            member_code=self.finn.member.code,
            until=self.today - timedelta(days=2),
        )

    def end_coras_cover(self) -> None:
        cover = add_facilitator(
            by=self.fay, group=self.group, user=user_of(self.cora), since=self.a_while_ago()
        )
        Facilitation.objects.filter(pk=cover.pk).update(until=self.today - timedelta(days=1))

    def hired(self, role: Role, name: str) -> Actor:
        issued = create_staff(
            by=self.adam, practice=self.practice.pk, name=name, roles=[role], password=PASSWORD
        )
        gets_a_code_app(issued.user)
        return signed_in_as(issued.user, role)

    def alone_in_practice(self, name: str) -> Actor:
        practice = create_practice(name="Oona", time_zone=ZONE, jurisdiction="US-NY", small=True)
        issued = create_staff(
            by=SET_UP,
            practice=practice.pk,
            name=name,
            roles=[Role.FACILITATOR, Role.SUPERVISOR, Role.ADMINISTRATOR],
            password=PASSWORD,
        )
        gets_a_code_app(issued.user)
        owner = signed_in_as(issued.user, Role.FACILITATOR)
        self.small_group = self.group_of_one(owner)
        self.pat = self.join(owner, self.small_group, "Pat Pool")
        return owner

    def group_of_one(self, owner: Actor) -> TherapyGroup:
        return create_group(
            by=owner,
            name="Small group",
            modality=Modality.PROCESS,
            record_class=RecordClass.PSYCHOTHERAPY,
            since=self.a_while_ago(),
            once=uuid4(),
            supervisor=user_of(owner),
        )

    def persons(self) -> dict[str, Actor | None]:
        """Return everybody whom the matrix names; None is somebody who does not sign in."""
        return {
            "visitor": None,
            "speaker": self.ana.actor,
            "co_subject_present": self.eve.actor,
            "co_subject_absent": self.ben.actor,
            "co_member": self.cleo.actor,
            "member_of_other_group": self.dora.actor,
            "former_member": self.finn.actor,
            "representative": self.paula,
            "outside_colleague": self.colleague,
            "facilitator": self.fay,
            "co_facilitator": self.cody,
            "cover_that_ended": self.cora,
            "other_facilitator": self.otto,
            "supervisor": self.sid,
            "supervisor_under_review_grant": self.sue,
            "administrator": self.adam,
            "small_practice_owner": self.oona,
            "recipient_with_passcode": None,
            "recipient_without_passcode": None,
            "staff_of_other_practice": self.zoe,
            "member_of_other_practice": self.zed.actor,
        }

    def browsers(self) -> dict[str, Client]:
        """Return a test client for each person, signed in through the page if they can."""
        clients = {}
        for name, actor in self.persons().items():
            clients[name] = Client(raise_request_exception=False)
            if actor:
                sign_in(clients[name], actor)
        return clients

    def sent_by(self, name: str) -> dict[str, str]:
        """Return what a person of the matrix knows of the link: `secret` and `passcode`."""
        right = self.opened_link
        wrong = f"{(int(right.passcode) + 1) % 10**8:08}"
        return {
            "secret": right.secret if name.startswith("recipient") else "x" * 43,
            "passcode": right.passcode if name == "recipient_with_passcode" else wrong,
        }
