"""What hostile hands type, in one field at a time, looked at by every role: it stays text.

Every field of the house's forms that takes words has a line in FIELDS, or one
in NEVER_SHOWN that says why. A field of long text takes all payloads as one
text; a short one gets a row for each.
"""

from contextlib import suppress
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from django import forms
from django.test import SimpleTestCase

from accounts.models import Role
from accounts.services import create_staff
from consent.services.deciding import grant_consent, grant_scope
from consent.services.privacy import answer_privacy, ask_privacy
from consent.services.recipients import create_recipient, show_class_member
from pages.fields import TAKES
from sessions_app.models import ContactReading, Modality, RecordClass
from sessions_app.rules import Rejected
from sessions_app.services.agreements import sign_agreement
from sessions_app.services.contacts import read_contact, write_contact
from sessions_app.services.groups import add_member, create_group
from sessions_app.services.notes import write_progress_note
from sessions_app.services.pulse import set_pulse_questions
from sessions_app.services.redacting import edit_redacted_item, send_back
from tests.browser.house import DESK, BrowserTestCase
from tests.pages.scene import Scene
from tests.payloads import PAYLOADS

ALL = "\n".join(one.replace("\x00", "") for one in PAYLOADS)
SHORT = [one.replace("\x00", "")[:120] for one in PAYLOADS]

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
    ("FindForm", "q"),
    ("RepresentationForm", "name"),
    ("RepresentationForm", "evidence"),
    ("PaperForm", "reference"),
    ("AgreementForm", "text"),
    ("BreachForm", "text"),
    ("BreachAnswerForm", "text"),
    ("PrivacyForm", "said"),
    ("AnswerForm", "answer"),
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
    ("InvitationForm", "name"),
    ("InvitationForm", "code"),
    ("SignInNameForm", "name"),
    ("LinkForm", "secret"),
    ("LinkForm", "passcode"),
    ("AddressForm", "address"),
    ("MailCodeForm", "code"),
}


class Hostile(Scene):
    """The scene, with payloads in everything that the services keep."""

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
        set_pulse_questions(by=self.adam, texts=(SHORT[7], SHORT[7], SHORT[7]))
        self.names_of_rows()

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
        ):
            self.look(fay, path)
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
        release = self.releases(self.hostile, self.clinic)
        self.send(fay, f"/releases/{release.code}/open/")
        self.reads(self.linked(release))
        cody = self.reader(self.cody)
        self.look(cody, f"/items/{self.waits_for_cody.code}/second-look/")
        ana = self.reader(self.ana.actor)
        for path in (
            "/home/",
            "/who-saw/",
            "/permissions/",
            "/agreements/",
            f"/permissions/{self.allowed.code}/",
            f"/questions/{self.open_question.code}/",
            f"/permissions/{self.allowed.code}/copy/",
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
            "/trail/",
            f"/desk/looks/{self.waits_for_sue.code}/",
            "/reviews/",
            f"/reviews/{self.hostile_reading.pk}/",
            f"/requests-of-members/{self.asked_of_us.code}/",
        ):
            self.look(sue, path)
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
        page.wait_for_load_state()
        self.settled(page, "the letter")

    def reader(self, actor: Any) -> Any:
        page = self.person(actor, viewport=DESK) if actor else self.visitor(viewport=DESK)
        page.on("dialog", self.heard)
        return page

    def heard(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

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
