"""Driving the house in Chromium as several people at once, with the strictest policy on."""

import os
import shutil
from typing import Any, ClassVar

import pytest
from django.contrib.staticfiles.testing import StaticLiveServerTestCase

from audit.trail import Actor
from tests.cast import BOTH, PASSWORD, Cast, code_of, user_of

CHROMIUM = shutil.which("chromium")
try:
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import Browser, Page, Playwright, sync_playwright
except ImportError:
    Axe = sync_playwright = None  # type: ignore[assignment,misc]

MISSING = " and ".join(
    name for name, there in (("playwright", sync_playwright), ("chromium", CHROMIUM)) if not there
)
needs_a_browser = pytest.mark.skipif(
    bool(MISSING) and os.environ.get("CI") != "true", reason=f"no browser tests: {MISSING} missing"
)
__all__ = ["DESK", "PHONE", "Axe", "BrowserTestCase"]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

PHONE_KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}

# Runs before the page's own: every violation of the policy is kept, on every page.
LISTEN = """
window.__violations = [];
document.addEventListener('securitypolicyviolation',
  e => window.__violations.push(e.violatedDirective + ' ' + e.blockedURI));
"""


@pytest.mark.browser
@needs_a_browser
class BrowserTestCase(Cast, StaticLiveServerTestCase):
    """A live house, the cast in it, and a browser for each of them."""

    databases = BOTH
    playwright: ClassVar["Playwright"]
    browser: ClassVar["Browser"]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.playwright = sync_playwright().start()
        cls.browser = cls.playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.browser.close()
        cls.playwright.stop()
        super().tearDownClass()

    def setUp(self) -> None:
        self.play()
        self.violations: list[str] = []
        self.seen: list[tuple[str, str]] = []

    def visitor(self, viewport: dict[str, int] = PHONE, scheme: str = "light") -> "Page":
        """Return a page of a fresh browser of its own, nobody signed in."""
        context = self.browser.new_context(
            viewport=viewport,
            color_scheme=scheme,
            reduced_motion="reduce",
            base_url=self.live_server_url,
        )
        context.add_init_script(LISTEN)
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.on("console", self._heard)
        self.addCleanup(self._close, page)
        return page

    def person(self, actor: Actor, **how: Any) -> "Page":
        """Return a page on which this person signed in through the form."""
        page = self.visitor(**how)
        page.goto("/sign-in/")
        page.get_by_label("Sign-in name").fill(user_of(actor).sign_in_name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        if code := code_of(actor):
            page.get_by_label("Your code").fill(code)
            page.get_by_role("button", name="Go on").click()
        page.wait_for_url(lambda url: "sign-in" not in url)
        return page

    def with_a_key(self, page: "Page", **more: Any) -> tuple[Any, str]:
        """Give a page's browser an authenticator; return its session, to change it."""
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {**PHONE_KEY, **more}})
        return devtools, made["authenticatorId"]

    def makes_a_passkey(self, page: "Page", code: str = "") -> None:
        page.goto("/you/ways-in/")
        page.get_by_role("button", name="Add a passkey").click()
        page.get_by_label("Your password").fill(PASSWORD)
        if code:
            page.get_by_label("Your code").fill(code)
        page.get_by_role("button", name="Go on").click()
        page.get_by_role("button", name="Make a passkey").click()

    def password_again(self, page: "Page", actor: Actor) -> None:
        page.get_by_label("Your password").fill(PASSWORD)
        if page.get_by_label("Your code").count():
            page.get_by_label("Your code").fill(code_of(actor))
        page.get_by_role("button", name="Go on").click()

    def _close(self, page: "Page") -> None:
        """Keep what the page showed last, for the report of a failure; by then it is closed."""
        main = page.locator("main")
        self.seen.append((page.url, main.first.inner_text()[:400] if main.count() else ""))
        page.context.close()

    def _heard(self, message: Any) -> None:
        if "Content Security Policy" in message.text:
            self.violations.append(message.text)
