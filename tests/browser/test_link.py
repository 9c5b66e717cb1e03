"""A release by link and passcode: made at the desk, read on a phone, and closed by the member."""

from typing import Any

from audit.models import Entry
from consent.models import ReleaseLink
from tests.browser.house import DESK, PHONE, BrowserTestCase
from tests.browser.test_every_page import FAULTS, RULES, SIDEWAYS, TARGETS, Axe
from tests.probe import probing

WORDS = "I slept through the night three times this week."


class ALink(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.item = self.said(WORDS)
        self.consent = self.grants(self.ana, self.asked(self.item))
        self.release = self.releases(self.item)

    def test_made_at_the_desk_read_on_a_phone_and_closed_by_the_member(self):
        self.from_making_to_closing(maker=DESK, reader=PHONE)

    def test_made_on_a_phone_and_read_at_a_desk(self):
        self.from_making_to_closing(maker=PHONE, reader=DESK)

    def test_without_scripts_the_link_is_pasted_by_hand(self):
        made = self.linked(self.release)
        context = self.browser.new_context(
            viewport=PHONE, base_url=self.live_server_url, java_script_enabled=False
        )
        self.addCleanup(context.close)
        page = context.new_page()
        page.goto(f"/r/{made.link.code}/#{made.secret}")
        page.get_by_label("The link").fill(page.url)
        page.get_by_label("Passcode").fill(made.passcode)
        page.get_by_role("button", name="Open, recorded").click()
        page.get_by_text(WORDS).wait_for()

    def from_making_to_closing(self, *, maker: dict[str, int], reader: dict[str, int]) -> None:
        with probing() as probe:
            link, passcode = self.fay_makes_a_link(maker)
            page = self.visitor(viewport=reader)
            self.a_scanner_looks(link)
            self.mistypes_and_tries_again(page, link, passcode)
            self.reads(page)
            self.looks_again(page)
            self.ana_takes_back()
            page.get_by_role("button", name="Show it again").click()
            page.get_by_role("heading", name="It did not open").wait_for()
            assert WORDS not in page.content()
            fresh = self.visitor(viewport=reader)
            fresh.goto(link)
            self.types(fresh, passcode)
            fresh.get_by_role("heading", name="It did not open").wait_for()
            self.nothing_is_found(fresh)
        assert probe.unproven() == []
        assert self.violations == []
        opened = Entry.objects.filter(act="link.opened").order_by("seq")
        assert [e.outcome for e in opened] == ["permit", "permit", "withhold", "withhold"]
        assert ReleaseLink.objects.get().openings_used == 1

    def fay_makes_a_link(self, viewport: dict[str, int]) -> tuple[str, str]:
        page = self.person(self.fay, viewport=viewport)
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(f"/releases/{self.release.code}/")
        page.get_by_role("link", name="Make a link").click()
        page.get_by_label("Three days").check()
        page.get_by_role("button", name="Go on").click()
        self.password_again(page, self.fay)
        page.get_by_role("button", name="Make the link").click()
        page.get_by_role("button", name="Copy the link").click()
        link = page.evaluate("navigator.clipboard.readText()")
        page.get_by_role("button", name="Copy the passcode").click()
        passcode = page.evaluate("navigator.clipboard.readText()")
        self.nothing_is_found(page)
        assert link.startswith(f"{self.live_server_url}/r/L-") and "#" in link
        page.get_by_role("link", name="I have both").click()
        page.get_by_text("Opened 0 of 3 times.").wait_for()
        assert link.partition("#")[2] not in page.content()
        return link, passcode

    def a_scanner_looks(self, link: str) -> None:
        """It runs scripts and sends the form it finds, without the passcode."""
        page = self.visitor()
        page.goto(link)
        page.get_by_role("button", name="Open, recorded").click()
        page.get_by_text("Type the eight digits you were told.").first.wait_for()
        row = ReleaseLink.objects.get()
        assert (row.openings_used, row.wrong_tries) == (0, 0)

    def mistypes_and_tries_again(self, page: Any, link: str, passcode: str) -> None:
        page.goto(link)
        page.get_by_label("Passcode").wait_for()
        assert "#" not in page.url, "the secret is gone from the address bar"
        assert not page.get_by_label("The link").is_visible()
        self.nothing_is_found(page)
        self.types(page, "0000 0001")
        page.get_by_role("heading", name="It did not open").wait_for()
        assert "#" not in page.url
        self.types(page, passcode)

    def types(self, page: Any, passcode: str) -> None:
        page.get_by_label("Passcode").fill(passcode)
        page.get_by_role("button", name="Open, recorded").click()

    def reads(self, page: Any) -> None:
        page.get_by_role("heading", name="Words released to you").wait_for()
        text = page.locator("article.letter").inner_text()
        assert WORDS in text
        assert "For Dr Osei, Riverside Clinic alone. Released" in text
        assert "#" not in page.url
        self.nothing_is_found(page)

    def looks_again(self, page: Any) -> None:
        page.get_by_role("button", name="Show it again").click()
        page.get_by_text(WORDS).wait_for()

    def ana_takes_back(self) -> None:
        page = self.person(self.ana.actor)
        page.goto(f"/permissions/{self.consent.code}/take-back/")
        page.get_by_role("button", name="Take it back").click()
        page.get_by_role("heading", name="You took your permission back", level=1).wait_for()

    def nothing_is_found(self, page: Any) -> None:
        page.evaluate(Axe().axe_script)
        assert page.evaluate(FAULTS, RULES) == []
        assert page.evaluate(TARGETS) == []
        assert page.evaluate(SIDEWAYS) == ""
