"""A passkey in Chromium, with its virtual authenticator: made, signed in with, stepped up with."""

from typing import Any

from allauth.mfa.models import Authenticator

from accounts.models import StepUp
from audit.models import Entry
from consent.models import ConsentEvent
from tests.browser.house import DESK, BrowserTestCase
from tests.cast import code_of, user_of


class Passkeys(BrowserTestCase):
    """On localhost, as the demo is; a browser makes passkeys for no bare address."""

    def signs_out(self, page: Any) -> None:
        page.goto("/you/")
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/sign-in/")

    def test_from_making_it_to_taking_back_in_a_plain_stay(self):
        request = self.asked(self.said())
        consent = self.consent_of(self.ana, request)
        page = self.person(self.ana.actor)
        self.with_a_key(page)
        self.makes_a_passkey(page)
        page.get_by_role("heading", name="Your recovery codes").wait_for()
        page.locator(".codes code").nth(9).wait_for()
        assert page.locator(".codes code").count() == 10
        self.signs_out(page)

        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url(lambda url: "sign-in" not in url)
        assert Entry.objects.filter(act="sign_in.begun", actor=self.ana.actor.user).count() == 3

        page.goto(f"/questions/{consent.code}/")
        page.get_by_role("button", name="Allow", exact=False).first.click()
        page.get_by_role("heading", name="Is it you?").wait_for()
        page.get_by_role("button", name="Use a passkey").click()
        page.get_by_label("Type your name to sign").fill("Ana Almeida")
        page.get_by_role("button", name="Allow", exact=False).first.click()
        page.get_by_role("heading", name="You allowed it", level=1).wait_for()
        assert StepUp.objects.filter(act="grant").exclude(used_at=None).count() == 1

        page.goto(f"/permissions/{consent.code}/take-back/")
        page.get_by_role("button", name="Take it back").click()
        page.get_by_role("heading", name="You took your permission back", level=1).wait_for()
        last = ConsentEvent.objects.filter(consent=consent).order_by("-counter")[0]
        assert last.kind == "revoked"
        assert StepUp.objects.filter(act="grant").count() == 1, "taking back asked for nothing"
        assert self.violations == []

    def test_staff_sign_in_with_it_alone_and_step_up_with_it(self):
        page = self.person(self.fay, viewport=DESK)
        self.with_a_key(page)
        self.makes_a_passkey(page, code_of(self.fay))
        page.get_by_role("heading", name="Your recovery codes").wait_for()
        self.signs_out(page)
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url("**/today/")
        page.goto("/you/ways-in/")
        page.get_by_role("button", name="Change the password").click()
        page.get_by_role("button", name="Use a passkey").click()
        page.get_by_role("heading", name="New password").wait_for()
        assert self.violations == []

    def test_a_key_that_does_not_know_its_person_is_not_taken(self):
        page = self.person(self.ana.actor)
        self.with_a_key(page, hasUserVerification=False, isUserVerified=False)
        self.makes_a_passkey(page)
        page.wait_for_timeout(1_000)
        page.get_by_role("heading", name="Make a passkey").wait_for()
        assert not Authenticator.objects.filter(user=user_of(self.ana.actor)).exists()

    def test_without_scripts_the_password_and_the_code_do(self):
        context = self.browser.new_context(java_script_enabled=False, base_url=self.live_server_url)
        page = context.new_page()
        page.goto("/sign-in/")
        assert not page.get_by_role("button", name="Use a passkey").is_visible()
        page.get_by_label("Sign-in name").fill(user_of(self.fay).sign_in_name)
        page.get_by_label("Password").fill("a chair by the window")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_label("Your code").fill(code_of(self.fay))
        page.get_by_role("button", name="Go on").click()
        page.wait_for_url("**/today/")
        context.close()
