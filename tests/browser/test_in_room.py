"""On a phone that goes from hand to hand: the agreement and a permission, signed in the room."""

from typing import Any

from accounts.services.credentials import credential_scope, set_pin
from audit.trail import Actor
from consent.kinds import Kind
from consent.models import Evidence
from sessions_app import queries as sessions
from sessions_app.models import AgreementSignature
from tests.browser.house import PHONE, BrowserTestCase
from tests.cast import PASSWORD, proven

PIN = "820417"
WORDS = "I told my brother the truth on Sunday."


class FromHandToHand(BrowserTestCase):
    def gets_a_pin(self, actor: Actor) -> None:
        set_pin(by=actor, pin=PIN, step_up_id=proven(actor, credential_scope(actor)))

    def proves(self, page: Any) -> None:
        page.get_by_label("Your own PIN").fill(PIN)
        page.get_by_role("button", name="Go on").click()

    def nothing_of_fays_is_here(self, page: Any) -> None:
        said = page.locator("body").inner_text()
        for word in ("Fay", "Tuesday group", "Today", "Cleo", "Ben", "Find"):
            assert word not in said, word

    def test_a_permission_with_the_members_own_pin_and_back_shows_nothing(self):
        self.gets_a_pin(self.ana.actor)
        request = self.asked(self.said(WORDS))
        consent = self.consent_of(self.ana, request)
        page = self.person(self.fay, viewport=PHONE)
        page.goto(f"/requests/{request.code}/")
        page.get_by_text("Answered in the room, or on paper").click()
        page.get_by_role("button", name="Hand over this device").click()

        page.get_by_role("heading", name="This is for you").wait_for()
        self.nothing_of_fays_is_here(page)
        page.get_by_label("Your own PIN").fill("111112")
        page.get_by_role("button", name="Go on").click()
        page.get_by_text("That is not it. Try once more.").first.wait_for()
        self.proves(page)
        page.get_by_text(WORDS).wait_for()
        page.get_by_label("Type your name to sign").fill("Ana Almeida")
        page.get_by_role("button", name="Allow", exact=False).first.click()

        page.get_by_role("heading", name="It is signed").wait_for()
        for _ in range(4):
            page.evaluate("history.back()")
            page.wait_for_timeout(700)  # of a form that was sent, Back shows the browser's own page
            self.nothing_of_fays_is_here(page)
            assert WORDS not in page.locator("body").inner_text()
        for path in ("/today/", f"/requests/{request.code}/", "/you/", "/room/"):
            page.goto(path)
            self.nothing_of_fays_is_here(page)
        page.goto("/today/")
        page.get_by_label("Your password").fill(PASSWORD)
        page.get_by_role("button", name="Unlock").click()
        page.get_by_role("heading", name="Hello Fay", level=1).wait_for()
        assert "/today/" in page.url

        event = consent.events.get(kind=Kind.GRANTED)
        assert (event.evidence, event.by_id) == (Evidence.IN_ROOM, self.ana.actor.user)
        assert self.violations == []

    def test_the_agreement_in_the_room_and_a_new_one_at_home_in_two_languages(self):
        self.gets_a_pin(self.cleo.actor)
        page = self.person(self.fay, viewport=PHONE)
        page.goto(f"/groups/{self.group.code}/agreement/")
        page.get_by_role("button", name="Hand over this device").click()
        self.proves(page)
        page.get_by_role("heading", name="Our agreement").wait_for()
        page.get_by_label("Type your name to sign").fill("Cleo Castell")
        page.get_by_role("button", name="Sign the agreement").click()
        page.get_by_role("heading", name="It is signed").wait_for()
        assert self.signed(self.cleo).evidence == AgreementSignature.Evidence.IN_ROOM

        page.goto("/today/")
        page.get_by_label("Your password").fill(PASSWORD)
        page.get_by_role("button", name="Unlock").click()
        page.get_by_role("heading", name="Hello Fay", level=1).wait_for()
        page.goto(f"/groups/{self.group.code}/agreement/new/")
        page.get_by_label("What your group agreed on besides").fill("No telephones on the table.")
        page.get_by_role("button", name="Put it in force").click()
        page.get_by_text("In force. Everybody is asked to sign it.").wait_for()

        self.signs_at_home(self.ana, "Sign the agreement")
        self.signs_at_home(self.ben, "Firmar el acuerdo", language="es")
        assert self.violations == []

    def signs_at_home(self, member: Any, button: str, language: str = "") -> None:
        page = self.person(member.actor, viewport=PHONE)
        if language:
            page.goto("/you/")
            page.locator(f'button[name="language"][value="{language}"]').click()
        [stint] = sessions.own_memberships(member.actor)
        page.goto(f"/agreements/{stint.pk}/")
        page.get_by_text("No telephones on the table.").wait_for()
        page.locator('input[name="signature"]').fill(member.name)
        page.get_by_role("button", name=button).click()
        page.locator(".toast").first.wait_for()
        assert self.signed(member).text_version == "group-1"

    def signed(self, member: Any) -> AgreementSignature:
        [stint] = sessions.own_memberships(member.actor)
        return stint.agreement_signature
