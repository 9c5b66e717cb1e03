"""What hostile hands type, in one field at a time, looked at by every role: it stays text.

Every field of the house's forms that takes words has a line in FIELDS, or one
in NEVER_SHOWN that says why. A field of long text takes all payloads as one
text; a short one gets a row for each.
"""

from contextlib import suppress
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django import forms
from django.test import Client, SimpleTestCase

from accounts.models import Role
from accounts.pins import hashed_pin
from accounts.services import begin_step_up, create_staff
from consent.kinds import Kind
from consent.models import Consent
from consent.rules.claims import WORDS as WORDS_OF_A_CLAIM
from consent.rules.passages import sentences_of
from consent.services.deciding import grant_consent, grant_scope
from consent.services.overriding import NewRecipient, approve_scope, decline_override
from consent.services.papers import attest_paper, paper_scope
from consent.services.privacy import answer_privacy, ask_privacy
from consent.services.recipients import create_recipient, show_class_member
from consent.services.representing import record_representation
from ethics.risk_rules import PARTS, Talk
from ethics.rules import OF_ACTS, SHAPES, SHAREABLE, StepKind
from ethics.services.consulting import LESSON
from ethics.services.crisis import add_crisis_contact
from ethics.services.library import add_policy
from ethics.services.risk import follow_up_risk, record_risk, write_safety_plan
from pages.facilitator.emergency_forms import OverrideForm
from pages.fields import TAKES
from sessions_app.models import Authority, ContactReading, Modality, RecordClass, TherapyGroup
from sessions_app.rules import Rejected
from sessions_app.services.agreements import (
    answer_breach,
    report_breach,
    sign_agreement,
    write_agreement,
)
from sessions_app.services.contacts import read_contact, write_contact
from sessions_app.services.groups import add_member, create_group
from sessions_app.services.notes import write_progress_note
from sessions_app.services.pulse import set_pulse_questions
from sessions_app.services.redacting import edit_redacted_item, send_back
from tests.browser.house import DESK, BrowserTestCase
from tests.cast import PASSWORD, sign_in, user_of
from tests.pages.scene import Scene
from tests.payloads import PAYLOADS
from tests.thinking import Thought

ALL = "\n".join(one.replace("\x00", "") for one in PAYLOADS)
PIN = "820417"
SHORT = [one.replace("\x00", "")[:120] for one in PAYLOADS]

CHOSEN_NOT_TYPED = {"once", "seen_version", "sentences", "said", "basis", "recipient", "involved"}
CHOSEN_NOT_TYPED |= {"tell_by", "all_needed"}

# Where what was typed into a field is kept for others to read, by form and field.
FIELDS = {
    ("GroupForm", "name"),
    ("MemberForm", "name"),
    ("MemberForm", "preferred"),
    ("MemberForm", "aliases"),
    ("MemberForm", "contact"),
    ("ContactForm", "contact"),
    ("WhyForm", "why"),
    ("ItemForm", "text"),
    ("RedactForm", "text"),
    ("SummaryForm", "text"),
    ("LookForm", "reason"),
    ("RecipientForm", "name"),
    ("RecipientForm", "address"),
    ("PersonForm", "name"),
    ("PulseQuestionsForm", "first"),
    ("PulseQuestionsForm", "second"),
    ("PulseQuestionsForm", "third"),
    ("SignatureForm", "signature"),
    ("InRoomForm", "signature"),
    ("FindForm", "q"),
    ("RepresentationForm", "name"),
    ("RepresentationForm", "evidence"),
    ("PaperForm", "reference"),
    ("AgreementForm", "text"),
    ("BreachForm", "text"),
    ("PrivacyForm", "said"),
    ("AnswerForm", "answer"),
    ("PolicyForm", "title"),
    ("PolicyForm", "number"),
    ("PolicyForm", "says"),
    ("CrisisContactForm", "name"),
    ("CrisisContactForm", "call"),
    ("CrisisContactForm", "how"),
    ("RiskForm", "seen_at"),
    ("RiskForm", "behaviour_when"),
    ("RiskForm", "heard"),
    ("RiskForm", "protective"),
    ("RiskForm", "why_level"),
    ("RiskForm", "consulted"),
    ("RiskForm", "told"),
    ("RiskForm", "group_after"),
    ("PlanForm", "signs"),
    ("PlanForm", "alone"),
    ("PlanForm", "distract"),
    ("PlanForm", "people"),
    ("PlanForm", "professionals"),
    ("PlanForm", "around"),
    ("FollowUpForm", "said"),
    ("OverrideForm", "what"),
    ("OverrideForm", "name"),
    ("OverrideForm", "address"),
    ("OverrideForm", "can_prevent"),
    ("OverrideForm", "emergency"),
    ("OverrideForm", "facility"),
    ("OverrideForm", "file_number"),
    ("OverrideForm", "judge"),
    ("OverrideForm", "court"),
    ("OverrideForm", "ordered"),
    ("OverrideForm", "no_consent"),
    ("OverrideForm", "alone"),
    ("OverrideForm", "to_recipient"),
    ("OverrideForm", "consulted"),
    ("OverrideForm", "wait"),
    ("OverrideForm", "named"),
    ("PrivilegeForm", "what"),
    ("PrivilegeForm", "name"),
    ("PrivilegeForm", "address"),
    ("TellForm", "why"),
    ("DeclineForm", "why_not"),
    ("OutcomeForm", "words"),
    ("FactsForm", "facts"),
    ("FactsForm", "assumptions"),
    ("StakeholdersForm", "gains"),
    ("StakeholdersForm", "harmed"),
    ("StakeholdersForm", "vulnerable"),
    ("DilemmaForm", "because"),
    ("CitationForm", "source"),
    ("CitationForm", "rule"),
    ("CitationForm", "edition"),
    ("CitationForm", "says"),
    ("WishForm", "wish"),
    ("ConsultationForm", "came_of_it"),
    ("OptionForm", "option"),
    ("OptionForm", "autonomy"),
    ("OptionForm", "nonmaleficence"),
    ("OptionForm", "beneficence"),
    ("OptionForm", "justice"),
    ("OptionForm", "fidelity"),
    ("OptionForm", "consequences"),
    ("ChoiceForm", "choice"),
    ("ChoiceForm", "rationale"),
    ("TestsForm", "justice"),
    ("TestsForm", "publicity"),
    ("TestsForm", "universality"),
    ("ResolutionForm", "about"),
    ("ResolutionForm", "shared"),
    ("ResolutionForm", "outcome"),
    ("EscalationForm", "asked"),
    ("EscalationForm", "came_of_it"),
    ("ActionForm", "action"),
    ("FollowUpForm", "look_at"),
    ("LookingBackForm", "reflection"),
    ("DissentForm", "dissent"),
    ("CaseForm", "title"),
    ("ClosingForm", "ending"),
    ("ReopeningForm", "because"),
    ("ShareForm", "first"),
    ("ShareForm", "second"),
    ("ShareForm", "third"),
    ("ShareForm", "fourth"),
    ("ShareForm", "fifth"),
    ("ShareForm", "sixth"),
    ("ShareForm", "seventh"),
    ("LessonForm", "summary"),
    ("LessonForm", "codes"),
    ("LessonForm", "options"),
    ("LessonForm", "choice"),
    ("LessonForm", "outcome"),
    ("AdviceForm", "words"),
}
# Nobody is ever shown these: they are compared, hashed, or shown to whoever typed them alone.
NEVER_SHOWN = {
    ("PasswordAgainForm", "password"),
    ("PasswordAgainForm", "code"),
    ("CodeForm", "code"),
    ("NewPasswordForm", "password"),
    ("NewPinForm", "pin"),
    ("UnlockForm", "secret"),
    ("PinInRoomForm", "pin"),
    ("AgreementForm", "seen"),
    ("RiskForm", "warned"),
    ("InvitationForm", "name"),
    ("InvitationForm", "code"),
    ("SignInNameForm", "name"),
    ("LinkForm", "secret"),
    ("LinkForm", "passcode"),
    ("AddressForm", "address"),
    ("MailCodeForm", "code"),
    ("ResolutionForm", "consent"),
}


class Hostile(Scene):
    """The scene, with payloads in everything that the services keep."""

    def signed_in_the_room(self) -> Consent:
        user = user_of(self.ana.actor)
        user.pin = hashed_pin(user, PIN)
        user.save(update_fields=["pin"])
        consent = self.consent_of(self.ana, self.asked(self.said(ALL)))
        device = Client()
        sign_in(device, self.fay)
        device.post(f"/requests/{consent.request.code}/room/{consent.code}/")
        device.post("/room/pin/", {"pin": PIN})
        device.post("/room/sign/", {"signature": SHORT[8]})
        assert consent.events.latest("counter").kind == Kind.GRANTED
        return consent

    def play(self) -> None:
        super().play()
        self.kept = 0
        self.hostile = self.said(ALL)
        for_ana = self.asked(self.hostile, self.providers)
        consent = self.consent_of(self.ana, for_ana)
        grant_consent(
            by=self.ana.actor,
            code=consent.code,
            signature=SHORT[7],
            step_up_id=self.stepped_up(self.ana.actor, grant_scope(consent)),
        )
        self.allowed = consent
        self.allowed_in_the_room = self.signed_in_the_room()
        for_ben = self.said(ALL, self.ana, self.ben)
        self.open_question = self.consent_of(self.ana, self.asked(for_ben, self.insurer))
        sign_agreement(by=self.cleo.actor, membership_id=self.unsigned_stint.pk, signature=SHORT[7])
        self.waits_for_cody = self.redacted(for_ben, f"Less. {ALL}")
        self.back = self.redacted(for_ben, f"Least. {ALL}")
        send_back(by=self.cody, code=self.back.code, seen_version=1, reason=ALL)
        self.waits_for_sue = self.redacted(for_ben, "Somebody waited.")
        edit_redacted_item(
            by=self.cody,
            code=self.waits_for_sue.code,
            seen_version=1,
            concerned=[self.ana.member.pk],
            text=f"Hardly. {ALL}",
            guard=self.guard(),
        )
        write_progress_note(
            by=self.fay,
            session=self.second_session,
            member=self.ana.member.pk,
            text=ALL,
            seen=0,
            guard=self.guard(self.second_session),
        )
        self.written = self.summary_about(self.ben, ALL)
        self.write_group_note(self.session, ALL)
        of_ana = {"by": self.fay, "group": self.group, "member_code": self.ana.member.code}
        write_contact(**of_ana, contact=ALL[:200])
        read_contact(**of_ana, why=ALL[:500])
        self.hostile_reading = ContactReading.objects.latest("pk")
        self.asked_of_us = ask_privacy(
            by=self.ana.actor, kind="question", text=ALL[:1_900], once=uuid4()
        )
        answer_privacy(by=self.sue, code=self.asked_of_us.code, text=ALL[:1_900], agrees=None)
        self.thought_through()
        self.without_permission()
        self.told_in_words()
        set_pulse_questions(by=self.adam, texts=(SHORT[7], SHORT[7], SHORT[7]))
        self.library_and_risk()
        self.names_of_rows()

    def library_and_risk(self) -> None:
        for one in SHORT:
            with suppress(Rejected):
                add_policy(by=self.adam, title=one, number=one[:40], says=one, once=uuid4())
                add_crisis_contact(by=self.adam, name=one, call=one[:40], how=one, once=uuid4())
        of_ana = {
            "by": self.fay,
            "group_code": self.group.code,
            "member_code": self.ana.member.code,
        }
        words = ALL[:1_900]
        texts = ("seen_at", "behaviour_when", "heard", "protective", "why_level", "consulted")
        said = dict.fromkeys((*texts, "told", "group_after"), words)
        self.hostile_worry = record_risk(
            **of_ana, talk=Talk(level="low", **said), follow_up_on=self.today, once=uuid4()
        )
        follow_up_risk(
            **of_ana, code=self.hostile_worry.code, text=words, next_on=None, once=uuid4()
        )
        write_safety_plan(**of_ana, parts=dict.fromkeys(PARTS, words), seen=1)

    def thought_through(self) -> None:
        """Two cases with payloads in every text, one of them closed to learn from."""
        thinks = Thought(self)
        self.hostile_case, self.hostile_lesson = thinks.opens(SHORT[7]), thinks.opens(SHORT[0])
        chosen = {
            StepKind.DILEMMA: {"value": "values"},
            StepKind.WISH: {"value": "could_not"},
            StepKind.RESOLUTION: {"value": "dialogue", "whom": "client"},
            StepKind.ESCALATION: {"value": "administration"},
            StepKind.FOLLOW_UP: {"on": self.today},
        }
        for kind in StepKind:
            if kind not in OF_ACTS:
                shape = SHAPES[kind]
                words = {one: SHORT[7] if one in shape.lines else ALL for one in shape.fields}
                step = thinks.writes(self.hostile_case, kind, words, **chosen.get(kind, {}))
                if kind in SHAREABLE:
                    thinks.shares(self.hostile_case, step, words)
        for part, who in (("supervisor", self.sue), ("outside", self.uma)):
            thinks.asks_onto(self.hostile_case, user_of(who), part)
            thinks.writes(self.hostile_case, StepKind.DISSENT, {"dissent": ALL}, by=who)
        thinks.wishes(self.hostile_lesson, ALL)
        thinks.closes(self.hostile_lesson, ending=ALL)
        thinks.reopens(self.hostile_lesson, ALL)
        thinks.closes(self.hostile_lesson)
        self.taught = thinks.teaches(self.hostile_lesson, **dict.fromkeys(LESSON, ALL))

    def without_permission(self) -> None:
        """Hostile words in every field of emergencies: one went out, one waits, one is refused."""
        chosen = tuple(dict.fromkeys(sentences_of(ALL)))[:2]
        lines = dict.fromkeys(("facility", "file_number", "judge", "court"), SHORT[7])
        words = {**dict.fromkeys(WORDS_OF_A_CLAIM, ALL[:1_900]), **lines}
        somebody = NewRecipient(SHORT[7], ALL[:390])
        given = {"passages": chosen, "text": ALL, "more": words, "to": somebody}
        item = self.said(ALL)
        told_at_once = {**given, "more": {**words, "wait": ""}}
        self.hostile_override = self.requests(item, **told_at_once)
        self.approves(self.hostile_override, self.cody)
        self.hostile_out = self.lets_out(self.hostile_override)
        given["tell_by"] = self.today + timedelta(30)
        self.hostile_waits = self.requests(item, **given)
        self.hostile_refused = self.requests(item, **given)
        decline_override(by=self.cody, code=self.hostile_refused.code, why=ALL[:1_900])

    def told_in_words(self) -> None:
        """A report of a breach with its answer, an agreement, papers, who speaks for somebody."""
        self.hostile_breach, self.answered_breach = (
            report_breach(
                by=self.ana.actor,
                membership_id=self.stint.pk,
                text=f"{n} {ALL[:1_900]}",
                tell_leaders=True,
                once=uuid4(),
            )
            for n in range(2)
        )
        answer_breach(by=self.sue, report_id=self.answered_breach.pk, text=ALL[:1_900])
        self.papers = []
        for n, one in enumerate(SHORT):
            asked = self.asked(self.said(f"Paper {n}."), self.clinic)
            self.hostile_question = self.consent_of(self.ana, asked)
            paper = {"by": self.fay, "code": self.hostile_question.code, "signed_on": self.today}
            with suppress(Rejected, ValueError):
                self.papers.append(attest_paper(**paper, reference=one[:60], once=uuid4()))
        self.speaks_for(self.mia, "A reader", may_read=True)
        for one in SHORT:
            with suppress(Rejected, ValueError):
                record_representation(
                    by=self.fay,
                    group=self.group,
                    member_code=self.mia.member.code,
                    name=one,
                    authority=Authority.PARENT,
                    since=self.today,
                    until=None,
                    may_read=False,
                    evidence=ALL[:1_900],
                    once=uuid4(),
                    password=PASSWORD,
                )
        self.another_agreement()

    def another_agreement(self) -> None:
        """In force from now on, and signed by those whose words go out later."""
        write_agreement(
            by=self.fay,
            group=self.group,
            text=ALL,
            seen=TherapyGroup.objects.get(pk=self.group.pk).agreement_version,
            once=uuid4(),
        )
        for one in (self.ana, self.ben):
            stint = one.member.memberships.get(group=self.group)
            sign_agreement(by=one.actor, membership_id=stint.pk, signature=one.name)

    def names_of_rows(self) -> None:
        since = self.today
        for one in SHORT:
            with suppress(Rejected, ValueError):
                create_staff(
                    by=self.adam, practice=self.practice.pk, name=one, roles=[Role.FACILITATOR]
                )
                made = create_recipient(by=self.adam, name=one, address=one, once=uuid4())
                show_class_member(by=self.adam, code=self.providers.code, recipient=made.code)
                group = create_group(
                    by=self.fay,
                    name=one,
                    modality=Modality.PROCESS,
                    record_class=RecordClass.PSYCHOTHERAPY,
                    since=since,
                    once=uuid4(),
                )
                add_member(
                    by=self.fay,
                    group=self.rows,
                    name=one,
                    preferred=one,
                    aliases=[one],
                    since=since,
                    once=uuid4(),
                )
                self.kept += bool(group)

    @property
    def rows(self) -> Any:
        if not hasattr(self, "_rows"):
            self._rows = create_group(
                by=self.fay,
                name="Many names",
                modality=Modality.PROCESS,
                record_class=RecordClass.PSYCHOTHERAPY,
                since=self.today,
                once=uuid4(),
            )
        return self._rows


class EveryField(SimpleTestCase):
    """A field of words that is new gets payloads too."""

    def test_every_field_of_words_is_tried(self):
        forms_of_the_house = {
            one for row in TAKES.values() for one in row if not isinstance(one, str)
        }
        words = {
            (form.__name__, name)
            for form in forms_of_the_house
            for name, field in form.base_fields.items()
            if type(field) is forms.CharField
        }
        untried = words - FIELDS - NEVER_SHOWN
        assert not untried, f"nobody types payloads into {untried}: FIELDS in {__name__}"
        assert len(PAYLOADS) >= 60


@pytest.mark.long
class Payloads(Hostile, BrowserTestCase):
    """No dialog, no report against the policy, wherever it is shown and whoever looks."""

    def test_it_stays_text_for_everybody_who_sees_it(self):
        self.dialogs: list[str] = []
        self.shown = 0
        assert self.kept >= 60, self.kept
        here = f"/sessions/{self.session.pk}/"
        fay = self.reader(self.fay)
        for path in (
            "/today/",
            "/groups/",
            f"/groups/{self.rows.code}/",
            here,
            f"{here}notes/",
            f"/sessions/{self.second_session.pk}/notes/",
            f"{here}group-note/",
            f"/items/{self.hostile.code}/edit/",
            f"/items/{self.back.code}/left-out/",
            "/requests/",
            f"/items/{self.written.code}/summary/",
            f"/items/{self.hostile.code}/release/",
            "/groups/new/",
            "/cases/",
            f"/cases/{self.hostile_case.code}/",
            f"/cases/{self.hostile_case.code}/option/",
            f"/cases/{self.hostile_case.code}/facts/",
            f"/cases/{self.hostile_lesson.code}/",
            f"/cases/{self.hostile_lesson.code}/learn/",
            f"/lessons/{self.taught.code}/",
        ):
            self.look(fay, path)
        self.look(self.reader(self.uma), f"/consulted/{self.hostile_case.code}/")
        self.emergencies_are_shown(fay)
        self.send(fay, f"/items/{self.hostile.code}/open/")
        self.send(fay, f"{here}open/{self.hostile.code}/")
        for one in (SHORT[0], SHORT[7], ALL[:100]):
            self.send(fay, "/find/", q=one)
        self.send(
            fay,
            f"/groups/{self.rows.code}/members/new/",
            name="",
            preferred=SHORT[7],
            aliases=ALL[:390],
        )
        contact = f"/groups/{self.group.code}/members/{self.ana.member.code}/contact/"
        self.send(fay, contact, why=ALL[:500])
        self.send(fay, f"{contact}change/", contact=f"{SHORT[7]}\n" * 400)
        for path in (
            f"/groups/{self.group.code}/agreement/",
            f"/groups/{self.group.code}/agreement/new/",
            f"/groups/{self.group.code}/members/{self.mia.member.code}/signs/",
            f"/requests/{self.hostile_question.request.code}/",
            "/attesting/",
        ):
            self.look(fay, path)
        for one in (self.hostile_breach, self.answered_breach):
            self.send(fay, f"/told/{one.pk}/")
        signs = f"/groups/{self.group.code}/members/{self.mia.member.code}/signs/new/"
        self.send(fay, signs, name=SHORT[7], evidence=ALL[:2_500])
        paper = (
            f"/requests/{self.hostile_question.request.code}/paper/{self.hostile_question.code}/"
        )
        self.send(fay, paper, reference=SHORT[7])
        self.send(fay, f"/groups/{self.group.code}/agreement/new/", text=ALL, seen=SHORT[7])
        release = self.releases(self.hostile, self.clinic)
        self.send(fay, f"/releases/{release.code}/open/")
        self.reads(self.linked(release))
        cody = self.reader(self.cody)
        self.look(cody, f"/items/{self.waits_for_cody.code}/second-look/")
        self.look(cody, "/attesting/")
        assert len(self.papers) >= 60, len(self.papers)
        for one in self.papers[::6]:
            proof = begin_step_up(by=self.cody, scope=paper_scope(one))
            self.look(cody, f"/attesting/papers/{one.pk}/{proof.pk}/")
        ana = self.reader(self.ana.actor)
        for one in (self.hostile_breach, self.answered_breach):
            self.send(ana, f"/breaches/{one.pk}/")
        self.look(ana, f"/agreements/{self.stint.pk}/")
        self.send(ana, f"/agreements/{self.stint.pk}/breach/", text=ALL[:2_500])
        for path in (
            "/home/",
            "/who-saw/",
            "/permissions/",
            "/agreements/",
            f"/permissions/{self.allowed.code}/",
            f"/questions/{self.open_question.code}/",
            f"/permissions/{self.allowed.code}/copy/",
            f"/permissions/{self.allowed_in_the_room.code}/copy/",
            f"/privacy/{self.asked_of_us.code}/",
            "/who-saw/left/",
        ):
            self.look(ana, path)
        self.send(ana, "/privacy/ask/", said=ALL[:2_500])
        self.send(ana, f"/permissions/{self.allowed.code}/words/")
        self.send(ana, f"/permissions/{self.allowed.code}/preview/")
        self.look(self.reader(self.cleo.actor), "/agreements/")
        sue = self.reader(self.sue)
        for path in (
            "/desk/",
            f"/consulted/{self.hostile_case.code}/",
            "/trail/",
            f"/desk/looks/{self.waits_for_sue.code}/",
            "/reviews/",
            f"/reviews/{self.hostile_reading.pk}/",
            f"/requests-of-members/{self.asked_of_us.code}/",
            "/desk/breaches/",
            "/attesting/",
            f"/desk/groups/{self.group.code}/members/{self.mia.member.code}/signs/",
            f"/trail/items/{self.hostile.code}/",
        ):
            self.look(sue, path)
        for one in (self.hostile_breach, self.answered_breach):
            self.send(sue, f"/desk/breaches/{one.pk}/")
        self.send(sue, f"/desk/breaches/{self.hostile_breach.pk}/", answer=ALL[:2_500])
        for one in SHORT[::5]:
            self.look(sue, f"/trail/?code={quote(one)}&who={quote(one)}&act={quote(one)}")
        adam = self.reader(self.adam)
        for path in (
            "/practice/",
            "/people/",
            "/recipients/",
            f"/recipients/{self.providers.code}/",
        ):
            self.look(adam, path)
        visitor = self.reader(None)
        self.look(visitor, f"/sign-in/?next={quote(SHORT[7])}")
        self.send(visitor, "/sign-in/", login=SHORT[7], password="x")
        self.look(visitor, f"/r/{self.link.code}/?{quote(SHORT[7])}")
        print(
            f"\npayloads={len(PAYLOADS)} fields={len(FIELDS)} pages={self.shown}"
            f" dialogs={len(self.dialogs)}"
        )
        assert self.dialogs == []
        assert self.violations == []
        self.what_is_planted_is_heard(fay)

    def what_is_planted_is_heard(self, page: Any) -> None:
        page.goto("/you/")
        page.evaluate("() => { setTimeout(() => alert(1)); }")
        page.evaluate(
            "() => { document.querySelector('main').innerHTML = '<img src=x onerror=alert(2)>'; }"
        )
        page.wait_for_timeout(300)
        assert self.dialogs == ["1"]
        assert any("Content Security Policy" in one for one in self.violations)

    def reads(self, made: Any) -> None:
        """Open the letter as whoever it goes to."""
        page = self.reader(None)
        page.goto(f"/r/{made.link.code}/#{made.secret}")
        page.get_by_label("Passcode").fill(made.passcode)
        page.locator("form button[type=submit]").last.click()
        page.locator("article.letter").wait_for()
        self.settled(page, "the letter")

    def reader(self, actor: Any) -> Any:
        page = self.person(actor, viewport=DESK) if actor else self.visitor(viewport=DESK)
        page.on("dialog", self.heard)
        return page

    def heard(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def emergencies_are_shown(self, fay: Any) -> None:
        """To who asks, to the second person, to who reviews, to the member; and the form back."""
        cody, sue, ana = (self.reader(one) for one in (self.cody, self.sue, self.ana.actor))
        self.look(fay, "/emergencies/")
        for one in (self.hostile_override, self.hostile_waits, self.hostile_refused):
            self.send(fay, f"/emergencies/{one.code}/", open="")
        self.send(fay, f"/releases/{self.hostile_out.code}/open/")
        page = f"/items/{self.hostile.code}/emergency/"
        self.look(fay, page)
        typed = dict.fromkeys(OverrideForm.base_fields.keys() - CHOSEN_NOT_TYPED, ALL[:1_900])
        self.send(fay, page, **typed, basis="THREAT", sentences="0", seen_version="1")
        self.send(fay, f"{page}subpoena/", what=ALL[:2_500], name=SHORT[7])
        self.look(cody, "/attesting/")
        proof = begin_step_up(by=self.cody, scope=approve_scope(self.hostile_waits))
        approval = f"/attesting/emergencies/{self.hostile_waits.code}/{proof.pk}/"
        self.look(cody, approval)
        self.send(cody, approval, why_not=ALL[:2_500], decline="")
        self.look(sue, "/emergency-reviews/")
        review = f"/emergency-reviews/{self.hostile_override.code}/"
        self.send(sue, review, open="")
        self.send(sue, review, outcome="not_justified", words=ALL[:2_500])
        self.look(ana, f"/passed-on/{self.hostile_override.code}/")

    def look(self, page: Any, path: str) -> None:
        answer = page.goto(path)
        assert answer.status in (200, 400), (path, answer.status)
        self.settled(page, path)

    def send(self, page: Any, path: str, **fields: str) -> None:
        """Send a form of our own with these fields, as a browser sends it."""
        page.goto("/you/" if page.context.cookies() and "/sign-in/" not in path else "/sign-in/")
        fill = """([path, fields]) => {
                const form = document.querySelector('form[action="/language/"]');
                for (const field of form.querySelectorAll('[name]:not([name=csrfmiddlewaretoken])'))
                    field.remove();
                for (const [name, value] of Object.entries(fields)) {
                    const field = document.createElement('textarea');
                    field.name = name; field.value = value; form.append(field); }
                form.action = path; form.method = 'post'; form.noValidate = true;
                form.requestSubmit(); }"""
        with page.expect_navigation():
            page.evaluate(fill, [path, fields])
        self.settled(page, path)

    def settled(self, page: Any, path: str) -> None:
        """Touch whatever may be touched, and keep what the policy stopped."""
        self.shown += 1
        assert page.locator("main").count() == 1, path
        planted = (
            "script:not([src]), [onerror], [onload], iframe, object, embed, base, [hx-get='/you/']"
        )
        assert page.locator(planted).count() == 0, path
        self.violations += [f"{path}: {one}" for one in page.evaluate("window.__violations || []")]
