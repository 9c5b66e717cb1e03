"""The member's own place on a phone, in both languages: deciding, shortening, taking back, reading,
taking along, leaving.

Prints `grant_steps=N withdraw_steps=N` for each language. What is pressed is found by where it
leads, so that the same walk goes through English and Spanish.
"""

import io
import zipfile
from datetime import timedelta
from typing import Any

from audit.models import Entry
from consent.services.links import MadeLink
from sessions_app.models import local_midnight
from tests.browser.house import PHONE, BrowserTestCase
from tests.cast import PASSWORD


class Walk:
    """A person's phone; counts what they press."""

    def __init__(self, page: Any) -> None:
        self.page, self.pressed = page, 0

    def follow(self, where: str) -> None:
        """Press the first link that leads to `where`."""
        self.pressed += 1
        with self.page.expect_navigation():
            self.page.locator(f'main a[href*="{where}"]').first.click()

    def press(self, selector: str) -> None:
        self.pressed += 1
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def steps(self) -> int:
        """Return how often something was pressed since the last time."""
        pressed, self.pressed = self.pressed, 0
        return pressed


class MembersPlace(BrowserTestCase):
    def setUp(self):
        super().setUp()
        self.item = self.said("I slept through the night.")
        self.consent = self.consent_of(self.ana, self.asked(self.item))

    def test_a_phone_in_english(self):
        self.walk("en")

    def test_a_phone_in_spanish(self):
        self.walk("es")

    def test_the_line_on_top_fits_between_a_tablet_and_a_desk(self):
        page, wide = self.person(self.ana.actor), []
        for language in ("en", "es"):
            cookie = {"name": "language", "value": language, "url": self.live_server_url}
            page.context.add_cookies([cookie])
            page.goto("/permissions/")
            for width in (992, 1000, 1024, 1100, 1180, 1200, 1280):
                page.set_viewport_size({"width": width, "height": 800})
                over = page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                wide += [(language, width, over)] if over else []
        assert wide == []

    def walk(self, language: str) -> None:
        page = self.person(self.ana.actor, viewport=PHONE)
        cookie = {"name": "language", "value": language, "url": self.live_server_url}
        page.context.add_cookies([cookie])
        page.goto("/home/")
        assert page.evaluate("document.documentElement.lang") == language
        ana = Walk(page)
        granted = self.allows_until_an_earlier_day(ana)
        link = self.linked(self.releases(self.item))
        reader = self.reads_by_link(link)
        withdrawn = self.takes_back(ana)
        print(f"\n{language}: grant_steps={granted} withdraw_steps={withdrawn}")
        assert withdrawn <= 2
        assert withdrawn <= granted
        self.the_next_opening_is_refused(reader)
        self.reads_what_happened(ana, link)
        self.takes_it_along(ana)
        self.leaves_fast(page)
        assert self.violations == []

    def allows_until_an_earlier_day(self, ana: Walk) -> int:
        soon = self.today + timedelta(days=10)
        ana.follow("/questions/")
        both = ana.page.locator(".choice button")
        boxes = [one.bounding_box() for one in both.all()]
        assert len(boxes) == 2
        assert abs(boxes[0]["width"] - boxes[1]["width"]) < 2, "both answers are equally large"
        assert abs(boxes[0]["height"] - boxes[1]["height"]) < 2
        ana.page.locator("input[name=last_day]").fill(soon.isoformat())
        ana.press(".choice button:first-child")
        ana.page.locator("input[type=password]").fill(PASSWORD)
        ana.press("main form.measure button[type=submit]")
        ana.page.locator("input[name=signature]").fill("Ana Almeida")
        ana.press(".choice button:first-child")
        event = self.consent.events.latest("counter")
        assert event.kind == "granted"
        assert event.until == local_midnight(soon + timedelta(days=1), self.practice)
        return ana.steps()

    def reads_by_link(self, link: MadeLink) -> Any:
        """The recipient opens the link on a device of their own, and keeps the page open."""
        page = self.visitor()
        page.goto(f"/r/{link.link.code}/#{link.secret}")
        page.get_by_label("Passcode").fill(link.passcode)
        page.locator("main form button[type=submit]").first.click()
        page.get_by_text("I slept through the night.").wait_for()
        return page

    def takes_back(self, ana: Walk) -> int:
        ana.page.goto("/home/")
        ana.steps()
        ana.follow(f"/permissions/{self.consent.code}/take-back/")
        ana.press("main form.actions button[type=submit]")
        assert self.consent.events.latest("counter").kind == "revoked"
        return ana.steps()

    def the_next_opening_is_refused(self, reader: Any) -> None:
        with reader.expect_navigation():
            reader.locator("form:has(input[name=again]) button").click()
        assert reader.get_by_text("I slept through the night.").count() == 0
        opened = Entry.objects.filter(act="link.opened").latest("seq")
        assert (opened.outcome, opened.reasons) == ("withhold", "REVOKED")

    def reads_what_happened(self, ana: Walk, link: MadeLink) -> None:
        told = ana.page.locator("main").inner_text()
        assert "Dr Osei" in told
        assert str(link.link.expires.astimezone(self.practice.zone).day) in told, "the link died"
        ana.page.goto("/who-saw/")
        assert ana.page.locator(".timeline li").count() >= 3
        ana.follow("/who-saw/left/")
        assert ana.page.locator("tbody tr").count() == 3, "released, link made, read by a link"
        assert "40 Mill Lane" in ana.page.locator("table").inner_text()
        ana.page.goto(f"/permissions/{self.consent.code}/copy/")
        assert "Ana Almeida" in ana.page.locator(".letter").inner_text()

    def takes_it_along(self, ana: Walk) -> None:
        ana.page.goto("/my-data/")
        ana.press('main form button[type="submit"]')
        ana.page.locator("input[type=password]").fill(PASSWORD)
        ana.press("main form.measure button[type=submit]")
        with ana.page.expect_download() as began:
            ana.page.locator("main form.actions button").first.click()
        package = io.BytesIO(began.value.path().read_bytes())
        with zipfile.ZipFile(package) as file:
            assert "I slept through the night." in file.read("words.csv").decode()

    def leaves_fast(self, page: Any) -> None:
        page.route("https://**", lambda route: route.fulfill(body="elsewhere"))
        page.goto("/my-data/")
        for _ in range(3):
            page.keyboard.press("Escape")
        page.wait_for_url("https://www.wikipedia.org/")
        page.goto("/my-data/")
        assert "/sign-in/" in page.url

    def test_everything_is_taken_back_with_the_keyboard_alone(self):
        self.grants(self.ana, self.consent.request)
        page = self.person(self.ana.actor, viewport=PHONE)
        page.goto("/home/")
        steps = 0
        for words in ("Take everything back", "Take everything back"):
            for _ in range(60):
                page.keyboard.press("Tab")
                if page.evaluate("document.activeElement.innerText.trim()") == words:
                    break
            else:
                raise AssertionError(f"Tab never comes to “{words}”")
            steps += 1
            with page.expect_navigation():
                page.keyboard.press("Enter")
        assert steps == 2
        assert self.consent.events.latest("counter").kind == "revoked"
        assert "You took everything back. It is done." in page.locator("main").inner_text()
