"""A stay in Chromium: locked over the kept page, opened, timed out, left, and gone for Back."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import SignIn, StoredSession
from accounts.services.credentials import credential_scope, set_pin
from audit.trail import Actor
from sessions_app.models import GroupNote
from tests.browser.house import DESK, BrowserTestCase
from tests.cast import PASSWORD, code_of, proven, user_of

WORDS = "She spoke of the house by the river."
PIN = "820417"


class Stays(BrowserTestCase):
    """The typed text is in the page all the while, and nobody sees it."""

    def gets_a_pin(self, actor: Actor) -> None:
        set_pin(by=actor, pin=PIN, step_up_id=proven(actor, credential_scope(actor)))

    def writing(self, actor: Actor | None = None) -> Any:
        """Return a page on which somebody is in the middle of a note."""
        page = self.person(actor or self.fay, viewport=DESK)
        page.goto(f"/sessions/{self.session.pk}/notes/")
        page.locator("#text-group").fill(WORDS)
        return page

    def is_covered(self, page: Any) -> bool:
        """Say whether nothing but the lock is seen, heard by a reader, or reached by a key."""
        page.locator("dialog.lock[open]").wait_for()
        seen = page.locator("main").is_visible() or page.locator("header.top").is_visible()
        behind = page.locator("#text-group").evaluate(
            "e => { e.focus(); return document.activeElement === e }"
        )
        heard = page.locator("body").aria_snapshot()
        return not seen and not behind and "river" not in heard and "Linden" not in heard

    def still_there(self, page: Any) -> bool:
        page.locator("main").wait_for()
        return page.locator("#text-group").input_value() == WORDS

    def locks(self, page: Any) -> None:
        page.get_by_role("button", name="Lock the page").click()
        page.get_by_role("button", name="Unlock").wait_for()

    def test_locked_and_opened_by_pin_the_text_is_still_there(self):
        self.gets_a_pin(self.fay)
        page = self.writing()
        address = page.url
        self.locks(page)
        assert self.is_covered(page)
        assert SignIn.objects.exclude(locked_at=None).count() == 1
        for _ in range(4):
            page.keyboard.press("Escape")
        assert self.is_covered(page), "Escape opens nothing"
        page.get_by_label("Your PIN").fill("000000")
        page.get_by_role("button", name="Unlock").click()
        page.get_by_text("That is not it.").first.wait_for()
        assert self.is_covered(page)
        page.get_by_label("Your PIN").fill(PIN)
        page.keyboard.press("Enter")
        page.locator("dialog.lock").wait_for(state="hidden")
        assert self.still_there(page) and page.url == address
        page.get_by_role("button", name="Save", exact=False).first.click()
        page.get_by_role("status").first.wait_for()
        assert GroupNote.objects.count() == 1
        assert self.violations == []

    def test_locked_and_opened_by_passkey_the_text_is_still_there(self):
        page = self.person(self.fay, viewport=DESK)
        self.with_a_key(page)
        self.makes_a_passkey(page, code_of(self.fay))
        page.get_by_role("heading", name="Your recovery codes").wait_for()
        page.goto(f"/sessions/{self.session.pk}/notes/")
        page.locator("#text-group").fill(WORDS)
        self.locks(page)
        assert self.is_covered(page)
        page.get_by_role("button", name="Use a passkey").click()
        page.locator("dialog.lock").wait_for(state="hidden")
        assert self.still_there(page)
        assert self.violations == []

    def test_five_minutes_without_pointer_or_key_lock_every_tab_and_one_answer_opens_them(self):
        page = self.person(self.fay, viewport=DESK)
        other = page.context.new_page()
        other.goto("/today/")
        page.clock.install()
        page.goto(f"/sessions/{self.session.pk}/notes/")
        page.locator("#text-group").fill(WORDS)
        page.clock.run_for(4 * 60_000)
        page.keyboard.press("Shift")
        page.clock.run_for(4 * 60_000)
        assert not page.locator("dialog.lock").is_visible()
        page.clock.run_for(61_000)
        assert self.is_covered(page)
        other.locator("dialog.lock[open]").wait_for()
        page.get_by_label("Your password").fill(PASSWORD)
        page.get_by_role("button", name="Unlock").click()
        page.locator("dialog.lock").wait_for(state="hidden")
        other.locator("dialog.lock").wait_for(state="hidden")
        assert self.still_there(page)

    def test_timed_out_behind_the_lock_the_text_comes_back_as_a_draft(self):
        page = self.writing()
        self.locks(page)
        past = timezone.now() - timedelta(seconds=1)
        StoredSession.objects.update(expires_at=past)
        page.get_by_label("Your password").fill(PASSWORD)
        page.get_by_role("button", name="Unlock").click()
        page.get_by_text("What you typed is not lost.").wait_for()
        page.get_by_label("Sign-in name").fill(user_of(self.fay).sign_in_name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_label("Your code").fill(code_of(self.fay))
        page.get_by_role("button", name="Go on").click()
        page.wait_for_url("**/notes/")
        assert self.still_there(page)

    def test_a_member_leaves_fast_from_behind_the_lock(self):
        page = self.person(self.ana.actor)
        page.route("https://www.wikipedia.org/", lambda route: route.fulfill(body="elsewhere"))
        page.goto("/you/")
        self.locks(page)
        for _ in range(3):
            page.keyboard.press("Escape")
        page.wait_for_url("https://www.wikipedia.org/")
        assert not StoredSession.objects.exclude(sign_in=None).exists()

    def test_back_after_signing_out_shows_nothing(self):
        page = self.person(self.ana.actor)
        page.goto("/who-saw/")
        page.goto("/you/")
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/sign-in/")
        for _ in range(2):
            page.go_back()
            page.get_by_role("button", name="Sign in").wait_for()
            assert "Ana" not in page.content()

    def test_without_scripts_every_address_is_the_lock_and_leads_back(self):
        context = self.browser.new_context(java_script_enabled=False, base_url=self.live_server_url)
        page = context.new_page()
        page.goto("/sign-in/")
        page.get_by_label("Sign-in name").fill(user_of(self.ana.actor).sign_in_name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "sign-in" not in url)
        page.goto("/you/")
        page.get_by_role("button", name="Lock the page").click()
        page.get_by_role("heading", name="Locked").wait_for()
        page.goto("/who-saw/")
        page.get_by_label("Your password").fill(PASSWORD)
        page.get_by_role("button", name="Unlock").click()
        page.wait_for_url("**/who-saw/")
        context.close()
