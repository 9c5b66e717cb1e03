"""Every page there is, looked at by axe: phone and desk, light and dark; and the policy kept."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.browser.house import DESK, PHONE, Axe, BrowserTestCase
from tests.pages.scene import ERROR_PAGES, EVERY_PAGE, Scene

SHOTS = os.environ.get("GROUPCARE_SHOTS")
RULES = {
    "runOnly": [
        "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice",
    ]
}  # fmt: skip


class EveryPage(Scene, BrowserTestCase):
    """Nothing for axe, nothing against the policy, nothing wider than the window."""

    language = "en"

    def test_axe_finds_nothing_on_a_phone_by_day(self):
        self.axe_finds_nothing(PHONE, "light")

    def test_axe_finds_nothing_on_a_phone_in_the_dark(self):
        self.axe_finds_nothing(PHONE, "dark")

    def test_axe_finds_nothing_at_a_desk_by_day(self):
        self.axe_finds_nothing(DESK, "light")

    def test_axe_finds_nothing_at_a_desk_in_the_dark(self):
        self.axe_finds_nothing(DESK, "dark")

    def test_axe_finds_nothing_on_a_phone_in_spanish(self):
        self.language = "es"
        self.axe_finds_nothing(PHONE, "light")

    def test_a_planted_fault_is_found_and_so_is_a_planted_violation(self):
        page = self.person(self.fay)
        page.goto("/today/")
        page.evaluate(
            """() => { const image = document.createElement('img');
                image.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw=';
                document.querySelector('main').append(image);
                document.querySelector('main').style.minWidth = '3000px'; }"""
        )
        page.wait_for_timeout(200)
        faults = " ".join(self.faults_of(page, "planted"))
        assert "image-alt" in faults
        assert "scrolls sideways" in faults
        assert "img-src" in faults

    def axe_finds_nothing(self, viewport: dict[str, int], scheme: str) -> None:
        faults: list[str] = []
        looked = 0
        pages = {"visitor": self.speaking(self.visitor(viewport, scheme))}
        for person, shown in self.pages_shown(viewport, scheme, pages):
            where = f"{person} {viewport['width']} {scheme} {self.language}"
            faults += self.faults_of(shown, where)
            looked += 1
        print(f"pages looked at: {looked}, faults: {len(faults)}")
        assert faults == []
        assert self.violations == []

    def pages_shown(
        self, viewport: dict[str, int], scheme: str, pages: dict[str, Any]
    ) -> Iterator[tuple[str, Any]]:
        for one in EVERY_PAGE:
            if one.axe:
                yield (
                    one.axe,
                    self.shown(pages, one.axe, one.path(self), one.method, viewport, scheme),
                )
        for person, path in ERROR_PAGES:
            yield person, self.shown(pages, person, path(self), "POST", viewport, scheme)
        yield "fay", self.shown(pages, "fay", "/nowhere/", "GET", viewport, scheme)

    def shown(
        self,
        pages: dict[str, Any],
        person: str,
        path: str,
        method: str,
        viewport: dict[str, int],
        scheme: str,
    ) -> Any:
        if person not in pages:
            signed_in = self.person(self.actor_named(person), viewport=viewport, scheme=scheme)
            pages[person] = self.speaking(signed_in)
        page = pages[person]
        if method == "GET":
            page.goto(path)
            return page
        # A form of our own, filled with nothing but its token, sent as a browser sends it.
        page.goto("/sign-in/" if person == "visitor" else "/you/")
        send = """path => { const form = document.querySelector('form');
                for (const field of form.querySelectorAll('input:not([name=csrfmiddlewaretoken])'))
                    field.remove();
                form.action = path; form.method = 'post'; form.noValidate = true;
                form.requestSubmit(); }"""
        with page.expect_navigation():
            page.evaluate(send, path)
        return page

    def speaking(self, page: Any) -> Any:
        """Let the page's browser have chosen the language of this test."""
        cookie = {"name": "language", "value": self.language, "url": self.live_server_url}
        page.context.add_cookies([cookie])
        return page

    def faults_of(self, page: Any, where: str) -> list[str]:
        place = f"{where} {page.url.removeprefix(self.live_server_url)}"
        if SHOTS:
            name = place.replace("/", "_").replace(" ", "-").strip("_")
            page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)
        found = Axe().run(page, options=RULES).response["violations"]
        faults = [
            f"{place}: {one['id']} at {[n['target'] for n in one['nodes']][:3]}" for one in found
        ]
        if page.evaluate("document.documentElement.lang") != self.language:
            faults.append(f"{place}: is not in {self.language}")
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            faults.append(f"{place}: scrolls sideways")
        faults += [f"{place}: {one}" for one in page.evaluate("window.__violations || []")]
        return faults
