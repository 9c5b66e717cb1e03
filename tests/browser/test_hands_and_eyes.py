"""The keyboard, large text, small windows, paper, and leaving at once."""

from typing import Any

import pytest
from django.urls import reverse

from tests.browser.house import DESK, PHONE, BrowserTestCase
from tests.pages.scene import Scene

SMALLEST = {"width": 320, "height": 640}
TOUCH = 43.5  # 44 px, less the rounding of the browser

# What a thumb has to hit: not links inside sentences, and a row counts whole.
TOO_SMALL = """() => {
  const shown = e => e.getBoundingClientRect().width > 1 && !e.closest('dialog:not([open])');
  const inSentence = e => { const p = e.closest('p, dd, li, h1, h2');
    return e.tagName === 'A' && !e.matches('.reach, .button') && p
      && p.textContent.trim().length > e.textContent.trim().length + 3; };
  const box = e => (e.matches('.rows__what a, a.whole') ? e.closest('li') : e)
    .getBoundingClientRect();
  return [...document.querySelectorAll('a, button, summary, select, textarea, '
      + 'input:not([type=hidden], [type=radio], [type=checkbox])')]
    .filter(e => shown(e) && !e.matches('.skip') && !inSentence(e))
    .filter(e => box(e).height < %(touch)s || box(e).width < %(touch)s)
    .map(e => e.outerHTML.slice(0, 80)); }""" % {"touch": TOUCH}  # noqa: UP031


@pytest.mark.one_database
class HandsAndEyes(Scene, BrowserTestCase):
    def rooms(self) -> list[tuple[Any, list[str]]]:
        return [
            (
                self.ana.actor,
                [
                    *("/home/", "/permissions/", "/who-saw/", "/agreements/", "/you/"),
                    f"/permissions/{self.alone_consent.code}/",
                    f"/questions/{self.question.code}/",
                    f"/permissions/{self.alone_consent.code}/take-back/",
                    f"/agreements/{self.stint.pk}/",
                    *("/permissions/take-everything-back/", "/who-saw/left/", "/my-data/"),
                    *("/privacy/", "/privacy/ask/", f"/privacy/{self.answered_wish.code}/"),
                    f"/permissions/{self.alone_consent.code}/copy/",
                    f"/questions/{self.of_both[0].code}/together/",
                    "/nowhere/",
                ],
            ),
            (
                self.sue,
                [
                    "/desk/",
                    "/requests-of-members/",
                    "/trail/",
                    "/trail/?act=release",
                    "/trail/?code=nonsense",
                ],
            ),
            (self.adam, ["/practice/", "/people/", "/people/new/", "/recipients/"]),
            (self.zoe, ["/desk/", "/practice/", "/you/"]),
        ]

    def test_nothing_is_wider_than_the_smallest_phone_or_than_large_text(self):
        wide = []
        for actor, paths in self.rooms():
            page = self.person(actor, viewport=SMALLEST)
            for path in paths:
                for size, zoom in ((SMALLEST, 100), (PHONE, 200)):
                    page.set_viewport_size(size)
                    page.goto(path)
                    page.evaluate(f"document.documentElement.style.fontSize = '{zoom * 1.0625}%'")
                    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                    if over > 0:
                        wide.append(f"{path} at {size['width']} px, {zoom} %: {over} px too wide")
        assert wide == []

    def test_everything_that_is_tapped_is_as_large_as_a_thumb(self):
        small = []
        for actor, paths in self.rooms():
            page = self.person(actor)
            for path in paths:
                page.goto(path)
                small += [f"{path}: {one}" for one in page.evaluate(TOO_SMALL)]
        assert small == []

    def test_three_presses_of_escape_leave_at_once_on_members_pages_and_sign_in(self):
        for page in (self.person(self.ana.actor), self.visitor()):
            page.route("https://**", lambda route: route.fulfill(body="elsewhere"))
            page.goto("/home/")
            for _ in range(2):
                page.keyboard.press("Escape")
            page.wait_for_timeout(2200)
            page.keyboard.press("Escape")
            page.wait_for_timeout(300)
            assert page.get_by_role("button", name="Leave quickly").is_visible(), "too slow"
            for _ in range(2):
                page.keyboard.press("Escape")
            page.wait_for_url("https://www.wikipedia.org/")
            page.goto("/home/")
            assert "/sign-in/" in page.url
        fays = self.person(self.fay)
        fays.goto("/today/")
        for _ in range(4):
            fays.keyboard.press("Escape")
        fays.wait_for_timeout(300)
        assert fays.url.endswith("/today/"), "staff pages have no quick exit"
        assert self.violations == []

    def test_a_form_that_comes_back_begins_at_what_is_wrong(self):
        page = self.person(self.adam, viewport=DESK)
        page.goto("/people/new/")
        page.get_by_role("button", name="Add").click()
        page.locator(".error-summary:focus").wait_for()
        sues = self.person(self.sue)
        sues.goto("/trail/?code=nonsense")
        sues.locator(".error-summary:focus").wait_for()
        sues.get_by_role("link", name="Give codes as they stand").click()
        sues.locator("#id_code:focus").wait_for()

    def test_taking_back_asks_in_a_dialog_and_needs_no_script(self):
        path = reverse("permission", kwargs={"code": self.alone_consent.code})
        page = self.person(self.ana.actor)
        page.goto(path)
        page.get_by_role("link", name="Take it back").click()
        dialog = page.get_by_role("dialog", name="Take back your permission?")
        dialog.wait_for()
        dialog.get_by_role("button", name="Leave it as it is").click()
        dialog.wait_for(state="hidden")
        assert page.url.endswith(path)
        page.get_by_role("link", name="Take it back").focus()
        page.keyboard.press("Enter")
        dialog.get_by_role("button", name="Take it back").click()
        page.get_by_role("heading", name="You took your permission back", level=1).wait_for()
        assert self.violations == []

    def test_the_way_one_is_on_is_marked_also_below_it(self):
        page = self.person(self.ana.actor)
        page.goto(f"/permissions/{self.alone_consent.code}/")
        here = page.locator("nav [aria-current]")
        assert (here.inner_text(), here.get_attribute("aria-current")) == ("Decisions", "true")
        page.goto("/permissions/")
        assert page.locator("nav [aria-current]").get_attribute("aria-current") == "page"

    def test_somebody_with_three_roles_has_four_ways_under_the_thumb_and_all_in_you(self):
        page = self.person(self.zoe)
        page.goto("/you/")
        bar = [one for one in page.locator("nav a").all() if one.is_visible()]
        assert [one.inner_text() for one in bar] == ["Today", "Groups", "Desk", "Practice"]
        listed = page.locator("section[aria-labelledby=rooms] a").all_inner_texts()
        assert {"Trail", "People", "Recipients", "Permissions"} <= set(listed)
        page.set_viewport_size(DESK)
        assert sum(one.is_visible() for one in page.locator("nav a").all()) == len(listed)

    def test_a_letter_and_a_list_print_without_what_belongs_to_the_screen(self):
        page = self.person(self.ana.actor, viewport=DESK, scheme="dark")
        page.goto("/who-saw/")
        page.emulate_media(media="print")
        for gone in ("nav", ".quick-exit", ".foot", ".pager"):
            assert all(not one.is_visible() for one in page.locator(gone).all()), gone
        assert page.locator(".timeline").first.is_visible()
