"""Who signs, papers, the room and the agreement: on a scene of its own."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from accounts.models import Role, User
from accounts.pins import hashed_pin
from accounts.services import in_room as rooms
from audit.trail import Actor
from consent.services import (
    asking,
    deciding,
    deciding_for,
    in_room,
    papers,
    representing,
)
from sessions_app import queries as sessions_of
from sessions_app.known_names import guard_for
from sessions_app.models import (
    WhoSigns,
)
from sessions_app.services import (
    agreements,
    groups,
    items,
)
from tests.cast import (
    proven,
    signed_in_as,
    user_of,
)
from tests.house.walked.scene import OnOneScene, Walks
from tests.speaking_for import SpeakingFor
from tests.walls import wall_lowered


class Grounds(SpeakingFor):
    """Dora in Otto's group, which Sue reviews; Paula speaks for her, until Dora signs herself."""

    def __init__(self, test: Any) -> None:
        self.test = test

    def __getattr__(self, name: str) -> Any:
        return getattr(self.test, name)

    @property
    def fay(self) -> Actor:
        return self.test.otto

    @property
    def group(self) -> Any:
        return self.test.other_group

    @property
    def holder(self) -> Actor:
        return Actor(self.practice.pk, self.dora.actor.user, "member", self.locked.sign_in)

    def somebody_is_recorded(self) -> None:
        self.recording, self.speaker = self.recorded(self.dora, "Paula Dahl", may_read=True)

    def they_are_confirmed(self) -> None:
        if not sessions_of.groups_supervised_by(self.sue).filter(pk=self.group.pk).exists():
            groups.assign_supervisor(
                by=self.adam, group=self.group, user=user_of(self.sue), since=self.today
            )
        self.confirmed(self.recording)

    def they_allow(self) -> None:
        session = self.held(self.otto, self.group, present=[self.dora])
        item = items.record_item(
            by=self.otto,
            session=session,
            speaker=self.dora.member.pk,
            concerned=[],
            text="I went home early.",
            once=uuid4(),
            guard=guard_for(self.otto, session),
        )
        request = asking.ask_consent(
            by=self.otto,
            codes=[item.code],
            recipient=self.clinic,
            purposes=["TREAT"],
            expires_on=self.today + timedelta(days=9),
            answer_by=self.today + timedelta(days=9),
            once=uuid4(),
        )
        self.consent = self.consent_of(self.dora, request)
        self.signs_for(self.speaker, self.consent)

    def it_is_corrected(self) -> None:
        signs = WhoSigns.MEMBER
        representing.correct_standing(
            by=self.sue,
            group=self.group,
            member_code=self.dora.member.code,
            signs=signs,
            of_age_on=None,
            died=False,
            step_up_id=proven(self.sue, representing.correct_scope(self.dora.member, signs, None)),
        )

    def a_paper_is_entered(self) -> None:
        with wall_lowered("consent_consentevent"):
            self.consent.events.filter(kind__in=("declined", "revoked")).delete()
        self.paper = papers.attest_paper(
            by=self.otto,
            code=self.consent.code,
            reference="F-1",
            signed_on=self.today,
            once=uuid4(),
        )

    def it_is_attested(self) -> None:
        papers.confirm_paper(
            by=self.sue,
            paper_id=self.paper.pk,
            reference="F-1",
            step_up_id=proven(self.sue, papers.paper_scope(self.paper)),
        )

    def a_paper_is_let_go(self) -> None:
        paper = papers.attest_paper(
            by=self.otto,
            code=self.consent.code,
            reference="F-2",
            signed_on=self.today,
            once=uuid4(),
        )
        papers.drop_paper(by=self.otto, paper_id=paper.pk)

    def handed(self, act: str, object_id: Any = None) -> None:
        user = user_of(self.dora.actor)
        user.pin = hashed_pin(user, "820417")
        user.save(update_fields=["pin"])
        self.locked = signed_in_as(user_of(self.otto), Role.FACILITATOR)
        rooms.hand_over_device(
            by=self.locked,
            person=user,
            act=act,
            object_id=object_id or self.consent.pk,
            code=self.consent.code,
            group=self.group.pk,
        )

    def it_is_given_back(self) -> None:
        self.handed(deciding.GRANT)
        rooms.leave_room(by=self.holder)

    def another_agreement(self) -> None:
        agreements.write_agreement(
            by=self.otto, group=self.group, text="No telephones.", seen="agreement-1", once=uuid4()
        )

    def it_is_signed_in_the_room(self) -> None:
        [stint] = sessions_of.own_memberships(self.dora.actor)
        self.handed(agreements.SIGN, stint.pk)
        rooms.prove_in_room(by=self.holder, pin="820417")
        agreements.sign_agreement_in_room(by=self.holder, membership_id=stint.pk, signature="Dora")

    def something_is_told(self) -> None:
        [stint] = sessions_of.own_memberships(self.dora.actor)
        User.objects.filter(pk=self.dora.actor.user).update(pin="")
        self.report = agreements.report_breach(
            by=self.dora.actor,
            membership_id=stint.pk,
            text="Somebody spoke of us.",
            tell_leaders=False,
            once=uuid4(),
        )


class GroundsWalked(OnOneScene):
    def walks_of_grounds(self) -> Walks:
        """Who signs, papers, the room and the agreement: each on a scene of its own."""
        scene = self.grounds = Grounds(self)
        return {
            "record_standing": ("standing.recorded", lambda: scene.minor(self.dora)),
            "record_representation": ("representation.recorded", scene.somebody_is_recorded),
            "confirm_representation": ("representation.confirmed", scene.they_are_confirmed),
            "grant_for": ("consent.granted", scene.they_allow),
            "show_words_for": (
                "question.opened",
                lambda: deciding_for.show_words_for(by=scene.speaker, consent=scene.consent),
            ),
            "deny_for": (
                "consent.revoked",
                lambda: deciding_for.deny_for(by=scene.speaker, code=scene.consent.code),
            ),
            "end_representation": (
                "representation.ended",
                lambda: representing.end_representation(
                    by=self.otto, representation_id=scene.recording.pk
                ),
            ),
            "bar_representative": (
                "representation.barred",
                lambda: representing.bar_representative(
                    by=self.otto, representation_id=scene.recording.pk
                ),
            ),
            "correct_standing": ("standing.recorded", scene.it_is_corrected),
            "attest_paper": ("paper.attested", scene.a_paper_is_entered),
            "look_at_paper": (
                "paper.opened",
                lambda: papers.look_at_paper(by=self.sue, paper_id=scene.paper.pk),
            ),
            "confirm_paper": ("paper.confirmed", scene.it_is_attested),
            "drop_paper": ("paper.dropped", scene.a_paper_is_let_go),
            "decline_on_paper": (
                "consent.revoked",
                lambda: papers.decline_on_paper(by=self.otto, code=scene.consent.code),
            ),
            "hand_over_device": ("room.handed_over", lambda: scene.handed(deciding.GRANT)),
            "prove_in_room": (
                "room.proved",
                lambda: rooms.prove_in_room(by=scene.holder, pin="820417"),
            ),
            "grant_in_room": (
                "consent.granted",
                lambda: in_room.grant_in_room(
                    by=scene.holder, code=scene.consent.code, signature="Dora"
                ),
            ),
            "decline_in_room": (
                "consent.revoked",
                lambda: in_room.decline_in_room(by=scene.holder, code=scene.consent.code),
            ),
            "leave_room": ("room.left", scene.it_is_given_back),
            "write_agreement": ("agreement.written", scene.another_agreement),
            "sign_agreement_in_room": ("agreement.signed", scene.it_is_signed_in_the_room),
            "note_talk": (
                "agreement.spoken_of",
                lambda: agreements.note_talk(
                    by=self.otto, group=self.other_group, on=self.today, once=uuid4()
                ),
            ),
            "report_breach": ("breach.reported", scene.something_is_told),
            "read_breach": (
                "breach.opened",
                lambda: agreements.read_breach(by=self.dora.actor, report_id=scene.report.pk),
            ),
            "answer_breach": (
                "breach.answered",
                lambda: agreements.answer_breach(
                    by=self.sue, report_id=scene.report.pk, text="Let us talk."
                ),
            ),
        }
