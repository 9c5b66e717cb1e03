"""One scene with something on every page of the house (tests/pages/every_page.py lists them)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from accounts.models import Role
from accounts.queries import open_proposals, ways_in_of
from accounts.services import begin_step_up
from accounts.services.credentials import credential_scope
from accounts.services.outside import feed_scope, make_feed
from accounts.services.recovery import ask_recovery, ask_scope, confirm_scope_of
from accounts.staffing import add_person, stays_scope
from consent.models import Consent, Notice, Recipient
from consent.services.alarms import FORGED, raise_alarm
from consent.services.asking import ask_consent
from consent.services.confirming import confirm_scope
from consent.services.deciding import grant_scope
from consent.services.deciding_for import grant_for_scope
from consent.services.exporting import export_scope
from consent.services.freezing import freeze
from consent.services.holding import hold_consent, lift_scope
from consent.services.leading import set_cover
from consent.services.links import link_scope
from consent.services.overriding import approve_scope, override_scope
from consent.services.papers import attest_paper, paper_scope
from consent.services.privacy import answer_privacy, ask_privacy
from consent.services.recipients import show_class_member
from consent.services.release import Withheld, hand_over, release_scope
from consent.services.representing import represent_scope
from consent.services.together import together_scope
from ethics.risk_rules import Talk
from ethics.rules import StepKind
from ethics.services.crisis import add_crisis_contact
from ethics.services.library import add_policy, change_policy, confirm_entry, load_library
from ethics.services.risk import follow_up_risk, record_risk, write_safety_plan
from sessions_app import queries as sessions
from sessions_app.models import ContactReading
from sessions_app.services.agreements import report_breach
from sessions_app.services.contacts import read_contact, write_contact
from sessions_app.services.groups import add_member
from sessions_app.services.items import record_item
from sessions_app.services.redacting import edit_redacted_item
from tests.cast import (
    PASSWORD,
    Cast,
    CastMember,
    agrees_to_lift,
    proven,
    recipient,
    signed_in_as,
    staff,
    user_of,
)
from tests.overriding import TEXT, Overriding
from tests.speaking_for import SpeakingFor
from tests.thinking import Thought


class Scene(Overriding, SpeakingFor, Cast):
    """Ana's item is allowed, released and handed over; one about Ben waits; one was withheld.

    Of the whole group Ana's item went to the clinic, of the session nothing to the insurer.
    An alarm about Ana's permission is open. Mia is a minor, and Paula speaks for her;
    Petra waits to be confirmed. A paper of Ana waits for a second person, and she
    told that something left the room.
    """

    def play(self) -> None:
        super().play()
        [fays] = ways_in_of(user_of(self.fay))
        self.fays_code_app = fays.pk
        self.recovery = ask_recovery(
            by=self.fay,
            user=user_of(self.cleo.actor),
            step_up_id=self.stepped_up(self.fay, ask_scope(self.cleo.actor.user)),
        )
        self.fays_step_up = begin_step_up(by=self.fay, scope=credential_scope(self.fay))
        self.adams_step_up = begin_step_up(by=self.adam, scope=credential_scope(self.adam))
        self.anas_step_up = begin_step_up(by=self.ana.actor, scope=credential_scope(self.ana.actor))
        self.ask_step_up = begin_step_up(by=self.fay, scope=ask_scope(self.ben.actor.user))
        self.confirm_step_up = begin_step_up(by=self.cody, scope=confirm_scope_of(self.recovery))
        self.stays_step_up = begin_step_up(by=self.adam, scope=stays_scope(self.ben.actor.user))
        self.lifted = freeze(by=self.sue)
        for one in (self.sue, self.adam):
            agrees_to_lift(one, self.lifted)
        self.uma = staff(self.practice, "Uma Ullrich", Role.OUTSIDE_COLLEAGUE)
        self.nia = add_person(
            by=self.adam, name="Nia Novak", roles=[Role.SUPERVISOR], once=uuid4()
        ).user
        [self.proposal] = open_proposals(self.practice.pk)
        tomorrow = self.today + timedelta(days=1)
        self.cover = set_cover(
            by=self.sue,
            code=self.group.code,
            user=user_of(self.otto),
            since=tomorrow,
            until=tomorrow,
            once=uuid4(),
        )
        of_ana = {"by": self.fay, "group": self.group, "member_code": self.ana.member.code}
        write_contact(**of_ana, contact="Bruno, brother, 555-0139")
        read_contact(**of_ana, why="She did not come home.")
        [self.reading] = ContactReading.objects.all()
        self.alone = self.said("I slept through the night three times this week.")
        self.alone_request = self.asked(self.alone)
        self.alone_consent = self.grants(self.ana, self.alone_request)
        self.released = self.releases(self.alone)
        hand_over(by=self.fay, code=self.released.code)
        self.link = self.linked(self.released).link
        pressured = self.said("My brother reads my phone.")
        self.pressured_yes = self.grants(self.ana, self.asked(pressured))
        hold_consent(by=self.ana.actor, code=self.pressured_yes.code)
        self.lift_step_up = begin_step_up(by=self.sue, scope=lift_scope(self.pressured_yes))
        self.providers = recipient(self.adam, "Ana’s care team", Recipient.Kind.CLASS)
        show_class_member(by=self.adam, code=self.providers.code, recipient=self.clinic.code)
        self.shared = self.said("Ben waited until my light went on.", self.ana, self.ben)
        self.shared_request = self.asked(self.shared, self.insurer)
        self.question = self.consent_of(self.ana, self.shared_request)
        try:
            self.releases(self.shared, self.insurer)
        except Withheld as withheld:
            self.refused = withheld.release
        with transaction.atomic():
            raise_alarm(
                by=self.fay,
                act=FORGED,
                object_id=self.alone_consent.pk,
                code=self.alone_consent.code,
                group=self.group.pk,
            )
        self.alarm = self.last_entry()
        self.waiting_for_cody = self.redacted(self.shared, "Somebody waited for me.")
        self.waiting_for_sue = self.made_by_both()
        self.summary = self.summary_about(self.ana, "Came back to work.")
        self.nothing_asked = self.said("A draft that nobody was asked about.")
        self.noted = self.note_about(self.ana, "Was calm.")
        self.signed_note = self.note_about(self.cleo, "Spoke of work.", sign=True)
        self.second_session = self.held(
            self.fay, self.group, present=[self.ana, self.ben, self.cleo], days_ago=10
        )
        self.write_group_note(self.second_session, "Trust was the theme.")
        self.released_group = self.releases_group()
        try:
            self.releases_session(to=self.insurer)
        except Withheld as withheld:
            self.refused_session = withheld.release
        [self.stint] = sessions.own_memberships(self.ana.actor)
        [self.unsigned_stint] = sessions.own_memberships(self.cleo.actor)
        self.grant_step_up = begin_step_up(by=self.ana.actor, scope=grant_scope(self.question))
        self.members_own_things()
        own = sessions.own_item(self.fay, self.alone.code)
        self.anas_notice = Notice.objects.filter(person=self.ana.actor.user).latest("pk")
        self.five_in_another_group()
        self.link_step_up = begin_step_up(by=self.fay, scope=link_scope(self.released))
        self.room_step_up = begin_step_up(by=self.fay, scope=confirm_scope(self.alone_consent))
        self.release_step_up = begin_step_up(
            by=self.fay, scope=release_scope(own, self.clinic, "TREAT")
        )
        self.play_grounds()
        self.play_cases()
        self.play_emergencies()

    def play_cases(self) -> None:
        """Fay thinks about Ana's case with Cody, Sue and Uma; from another one others learn."""
        thinks = Thought(self)
        self.case = thinks.about_ana()
        for kind in (StepKind.STAKEHOLDERS, StepKind.CITATION, StepKind.CHOICE, StepKind.TESTS):
            thinks.writes(self.case, kind)
        first = thinks.writes(self.case, StepKind.FACTS, {"facts": "Somebody telephoned."})
        self.case_facts = thinks.writes(self.case, StepKind.FACTS, replaces=first.pk)
        thinks.wishes(self.case)
        weighed = {"option": "Wait the week.", "autonomy": "The choice is theirs."}
        self.case_option = thinks.writes(self.case, StepKind.OPTION, weighed)
        thinks.writes(self.case, StepKind.RESOLUTION, value="referral", whom="guideline")
        thinks.writes(self.case, StepKind.ESCALATION, value="administration")
        thinks.writes(self.case, StepKind.ACTION)
        thinks.writes(self.case, StepKind.FOLLOW_UP, {}, on=self.today)
        self.cody_on_case = thinks.asks_onto(self.case, user_of(self.cody), "peer")
        thinks.asks_onto(self.case, user_of(self.sue), "supervisor")
        thinks.asks_onto(self.case, user_of(self.uma), "outside")
        thinks.writes(self.case, StepKind.CONSULTATION, by=self.sue)
        thinks.writes(self.case, StepKind.DISSENT, by=self.cody)
        self.case_share = thinks.shares(self.case, self.case_facts, {"facts": "Somebody asked."})
        self.closed_case = thinks.opens("A gift at the end", dilemma="values")
        thinks.wishes(self.closed_case)
        thinks.closes(self.closed_case, ending="The gift went to the group.")
        self.lesson = thinks.teaches(self.closed_case)
        self.play_library()
        self.play_risk()

    def play_library(self) -> None:
        """A policy asks for less than the law, in two versions; Sue looked one up."""
        load_library()
        given = {"title": "Reports to the insurer", "relates_to": "hipaa-164-508a"}
        self.policy = add_policy(
            by=self.adam,
            says="The insurer gets notes when it asks.",
            compared="less",
            once=uuid4(),
            **given,
        )
        change_policy(
            by=self.adam,
            code=self.policy.code,
            seen=1,
            says="The insurer gets notes when it asks twice.",
            compared="less",
            **given,
        )
        confirm_entry(by=self.sue, code="aca-b6e", version=1)
        self.line = add_crisis_contact(
            by=self.adam, name="County crisis team", call="555 0199", how="Nights.", once=uuid4()
        )

    def play_risk(self) -> None:
        """Fay saw Ana alone, wrote it down, came back to it, and made a plan with her."""
        of_ana = {
            "by": self.fay,
            "group_code": self.group.code,
            "member_code": self.ana.member.code,
        }
        self.worry = record_risk(
            **of_ana,
            talk=Talk(where="room", wish="yes", thoughts="no", level="low", heard="She is tired."),
            follow_up_on=self.today,
            once=uuid4(),
        )
        follow_up_risk(
            **of_ana, code=self.worry.code, text="She slept.", next_on=self.today, once=uuid4()
        )
        self.plan = write_safety_plan(**of_ana, parts={"alone": "Walk to the river."}, seen=0)

    def play_emergencies(self) -> None:
        """Of one item Ana's words went out and wait for a review; of the same, Fay asks once more.

        Ana was told. Whoever may be the second person finds what Fay asks.
        """
        self.crisis = recipient(self.adam, "Crisis team")
        self.in_danger = self.said(TEXT)
        self.went_out = self.requests(self.in_danger)
        self.approves(self.went_out, self.cody)
        self.released_at_once = self.lets_out(self.went_out)
        self.waiting_override = self.requests(self.in_danger)
        self.fays_override_step_up = begin_step_up(
            by=self.fay, scope=override_scope(self.waiting_override)
        )
        self.sues_approval_step_up = begin_step_up(
            by=self.sue, scope=approve_scope(self.waiting_override)
        )

    def play_grounds(self) -> None:
        self.mia = self.joined_today("Mia Moss")
        self.todays_session = self.held(
            self.fay,
            self.group,
            present=[self.mia],
            absent=[self.ana, self.ben, self.cleo],
            days_ago=0,
        )
        self.minor(self.mia)
        self.paula = self.speaks_for(self.mia, "Paula Moss")
        hers = record_item(
            by=self.fay,
            session=self.todays_session,
            speaker=self.mia.member.pk,
            concerned=[],
            text="I stayed until the end.",
            once=uuid4(),
            guard=self.guard(self.todays_session),
        )
        self.hers_request = self.asked(hers)
        self.hers = self.consent_of(self.mia, self.hers_request)
        self.paulas_step_up = begin_step_up(by=self.paula, scope=grant_for_scope(self.hers))
        self.petras, _ = self.recorded(self.mia, "Petra Moss")
        self.sues_step_up = begin_step_up(by=self.sue, scope=represent_scope(self.petras))
        self.paper = attest_paper(
            by=self.fay,
            code=self.question.code,
            reference="F-2026-17",
            signed_on=self.today,
            once=uuid4(),
        )
        self.codys_step_up = begin_step_up(by=self.cody, scope=paper_scope(self.paper))
        self.breach = report_breach(
            by=self.ana.actor,
            membership_id=self.stint.pk,
            text="Somebody spoke of our group at work.",
            tell_leaders=True,
            once=uuid4(),
        )

    def joined_today(self, name: str) -> CastMember:
        added = add_member(
            by=self.fay,
            group=self.group,
            name=name,
            since=self.today,
            once=uuid4(),
            password=PASSWORD,
        )
        member = CastMember(added.member, signed_in_as(added.issued.user, "member"), name)
        self.signs(member)
        return member

    def members_own_things(self) -> None:
        """One question about two items waits for Ana; of what she asked one is answered."""
        self.both = [self.said("The train was late again."), self.said("I walked home in rain.")]
        self.both_request = ask_consent(
            by=self.fay,
            codes=[one.code for one in self.both],
            recipient=self.clinic,
            purposes=["COC"],
            expires_on=self.today + timedelta(days=90),
            answer_by=self.today + timedelta(days=14),
            once=uuid4(),
        )
        asked = Consent.objects.filter(request=self.both_request, member=self.ana.member)
        self.of_both = list(asked.order_by("pk"))
        ana = self.ana.actor
        self.both_step_up = begin_step_up(by=ana, scope=together_scope(self.of_both))
        self.export_step_up = begin_step_up(by=ana, scope=export_scope(ana))
        self.wish, self.answered_wish = (
            ask_privacy(by=ana, kind=kind, text=text, once=uuid4())
            for kind, text in (
                ("correct", "It was in spring, and not in May."),
                ("question", "Who keeps the notes when I leave?"),
            )
        )
        answer_privacy(
            by=self.sue, code=self.answered_wish.code, text="The practice does.", agrees=None
        )

    def made_by_both(self) -> Any:
        """Fay and Cody both had a hand in it, so a supervisor looks."""
        item = self.redacted(self.shared, "Somebody waited.")
        return edit_redacted_item(
            by=self.cody,
            code=item.code,
            seen_version=1,
            concerned=[self.ana.member.pk],
            text="There was a light.",
            guard=self.guard(),
        )

    def five_in_another_group(self) -> None:
        """Dora's group is large enough to be asked how it goes; its newest member has a feed."""
        self.newcomers = [self.join(self.otto, self.other_group, f"Newcomer {n}") for n in range(4)]
        self.large_session = self.held(
            self.otto, self.other_group, present=[self.dora, *self.newcomers], days_ago=2
        )
        newest = self.newcomers[-1].actor
        proof = proven(newest, feed_scope(newest))
        self.feed = make_feed(by=newest, language="en", step_up_id=proof)

    def actor_named(self, name: str) -> Any:
        someone = getattr(self, name)
        return getattr(someone, "actor", someone)
