"""Every page there is, looked at by axe at three widths, by day and in the dark.

A page is fetched once and then looked at in every way: the window is drawn
narrower or wider and the scheme is turned while it stays. Text of twice the
size is the browser's own setting, as people set it (`Page.setFontSizes`): the
policy lets no style in, and zoom by the device's scale would leave text alone.
No database changes a style or a language, so the looks are shared out: axe sees the
narrowest width and the desk, by day and in the dark, beside SQLite, and a
telephone beside PostgreSQL. At twice the size the measures alone can be wrong.
"""

import os
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.browser.house import Axe, BrowserTestCase
from tests.pages.every_page import ERROR_PAGES, EVERY_PAGE
from tests.pages.scene import Scene

SHOTS = os.environ.get("GROUPCARE_SHOTS")
WIDTHS = {320: 640, 390: 844, 1280: 900}
SCHEMES = ("light", "dark")
TWICE = "200 %"
RULES = {
    "runOnly": [
        "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice",
    ],
    "resultTypes": ["violations"],
}  # fmt: skip
FAULTS = """rules => axe.run(rules).then(found => found.violations.map(
    one => one.id + ' at ' + one.nodes.slice(0, 3).map(n => n.target.join(' ')).join(', ')))"""

# What a finger must hit is 44 pixels each way (WCAG 2.5.5). A label counts with the box it names, a
# link that is drawn over its row counts as the row; a link within a sentence is excepted.
TARGETS = """() => {
  const least = 43.5, small = [];
  const shown = e => e.checkVisibility({checkVisibilityCSS: true, checkOpacity: false});
  const box = e => {
    const named = e.matches('input') && e.labels.length && ['radio', 'checkbox'].includes(e.type);
    if (named) return e.labels[0].getBoundingClientRect();
    const over = getComputedStyle(e, '::after');
    if (over.position === 'absolute' && over.content !== 'none') {
      let holder = e;
      while (getComputedStyle(holder).position === 'static') holder = holder.parentElement;
      return holder.getBoundingClientRect();
    }
    return e.getBoundingClientRect();
  };
  const inSentence = e => {
    if (getComputedStyle(e).display !== 'inline') return false;
    let block = e.parentElement;
    while (getComputedStyle(block).display.startsWith('inline')) block = block.parentElement;
    return block.innerText.trim() !== e.innerText.trim();
  };
  for (const e of document.querySelectorAll('a[href], button, input, select, textarea, summary')) {
    if (e.type === 'hidden' || !shown(e)) continue;
    const {width, height, bottom} = box(e);
    if (bottom <= 0 || (e.matches('a') && inSentence(e))) continue;
    if (width < least || height < least) small.push(
      `${e.localName}.${e.className} ${(e.innerText || e.name || '').trim().slice(0, 30)} ` +
      `${Math.round(width)}x${Math.round(height)}`);
  }
  return small;
}"""
SIDEWAYS = """() => document.documentElement.scrollWidth <= innerWidth ? '' :
  'scrolls sideways, as wide as ' + document.documentElement.scrollWidth + ': ' +
  [...document.querySelectorAll('main *, header *')].filter(
    e => e.getBoundingClientRect().right > innerWidth + 1).slice(0, 3).map(
    e => e.localName + '.' + e.className).join(', ')"""
# Words that have to stand letter below letter, because what is beside them takes the room.
SQUEEZED = """() => [...document.querySelectorAll('main :is(p, li, td, h1, h2, h3, .rows__what)')]
  .filter(e => e.checkVisibility() && e.innerText.trim().length > 8)
  .filter(e => { const {width, height} = e.getBoundingClientRect();
    const size = parseFloat(getComputedStyle(e).fontSize);
    return width < 3 * size && height > 5 * size; })
  .slice(0, 3).map(e => `${e.localName}.${e.className} ${e.innerText.trim().slice(0, 20)}`)"""


@pytest.mark.long
class EveryPage(Scene, BrowserTestCase):
    """Nothing for axe, nothing against the policy, nothing too wide, too small or squeezed."""

    language = "en"

    def test_the_pages_of_members(self):
        self.nothing_is_found(self.shown_by("ana", "ben", "cleo"))

    def test_the_first_half_of_the_facilitators_pages(self):
        self.nothing_is_found(self.shown_by("fay")[::2])

    def test_the_other_half_of_the_facilitators_pages(self):
        self.nothing_is_found(self.shown_by("fay")[1::2])

    def test_the_pages_of_everybody_else(self):
        elsewhere = {who for who, _, _ in self.all_shown()} - {"ana", "ben", "cleo", "fay"}
        self.nothing_is_found(self.shown_by(*elsewhere))

    @pytest.mark.one_database
    def test_the_pages_of_all_but_facilitators_in_spanish(self):
        self.language = "es"
        self.nothing_is_found([one for one in self.all_shown() if one[0] != "fay"])

    @pytest.mark.one_database
    def test_the_facilitators_pages_in_spanish(self):
        self.language = "es"
        self.nothing_is_found(self.shown_by("fay"))

    def test_what_is_planted_is_found(self):
        page = self.person(self.fay)
        page.goto("/today/")
        page.evaluate(
            """() => { const image = document.createElement('img');
                image.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw=';
                const button = document.createElement('button');
                button.append(image);
                button.style.cssText = 'width: 20px; height: 20px; padding: 0';
                const dark = document.createElement('p');
                dark.textContent = 'To be read by day alone'; dark.style.color = '#222';
                const column = document.createElement('p');
                column.textContent = 'Letter below letter'; column.style.cssText =
                    'width: 1em; overflow-wrap: anywhere';
                document.querySelector('main').append(button, dark, column);
                document.querySelector('main').style.minWidth = '3000px'; }"""
        )
        page.wait_for_timeout(200)
        faults = " ".join(self.faults_of(page, "planted"))
        planted = ["image-alt", "scrolls sideways", "img-src", "too small: button", "squeezed: p"]
        elsewhere = [] if connection.vendor == "postgresql" else ["dark: color-contrast", TWICE]
        for fault in (*planted, *elsewhere):
            assert fault in faults, (fault, faults)
        assert "light: color-contrast" not in faults

    def shown_by(self, *who: str) -> list[tuple[str, str, str]]:
        return [one for one in self.all_shown() if one[0] in who]

    def all_shown(self) -> list[tuple[str, str, str]]:
        """Return who sees what: the person, the method, the path."""
        pages = [(one.axe, one.method, one.path(self)) for one in EVERY_PAGE if one.axe]
        wrong = [(who, "POST", path(self)) for who, path in ERROR_PAGES]
        # The form that asks for the password again is reached through an act that it guards.
        asked_again = ("ana", "POST", f"/questions/{self.question.code}/allow/")
        return [*pages, *wrong, asked_again, ("fay", "GET", "/nowhere/")]

    def nothing_is_found(self, shown: list[tuple[str, str, str]]) -> None:
        assert shown
        pages: dict[str, Any] = {}
        faults: list[str] = []
        for who, method, path in shown:
            if who not in pages:
                pages[who] = self.speaking(
                    self.visitor() if who == "visitor" else self.person(self.actor_named(who))
                )
            self.go(pages[who], who, method, path)
            faults += self.faults_of(pages[who], f"{who} {method} {path}")
        print(f"pages looked at: {len(shown)}, faults: {len(faults)}", *faults, sep="\n")
        assert faults == []
        assert self.violations == []

    def speaking(self, page: Any) -> Any:
        """Let the page's browser have chosen the language of this test."""
        cookie = {"name": "language", "value": self.language, "url": self.live_server_url}
        page.context.add_cookies([cookie])
        return page

    def go(self, page: Any, who: str, method: str, path: str) -> None:
        if method == "GET":
            page.goto(path)
            return
        # A form of our own, filled with nothing but its token, sent as a browser sends it.
        page.goto("/sign-in/" if who == "visitor" else "/you/")
        send = """path => {
                const form = document.querySelector('form[action="/language/"]');
                for (const field of form.querySelectorAll('input:not([name=csrfmiddlewaretoken])'))
                    field.remove();
                form.action = path; form.method = 'post'; form.noValidate = true;
                form.requestSubmit(); }"""
        with page.expect_navigation():
            page.evaluate(send, path)

    def faults_of(self, page: Any, where: str) -> list[str]:
        page.evaluate(Axe().axe_script)
        faults = []
        if page.evaluate("document.documentElement.lang") != self.language:
            faults.append(f"{where}: is not in {self.language}")
        for look, axe_sees_it in self.looks_at(page):
            by_axe = page.evaluate(FAULTS, RULES) if axe_sees_it else []
            faults += [f"{where} {look}: {fault}" for fault in [*by_axe, *self.measures(page)]]
            if SHOTS:
                self.photograph(page, f"{where}_{look}")
        return faults + [f"{where}: {one}" for one in page.evaluate("window.__violations || []")]

    def looks_at(self, page: Any) -> Iterator[tuple[str, bool]]:
        """Turn the window to each look in turn, with whether axe sees it; leave it as it was.

        Colours and the desk are no other in another language; longer words are.
        """
        page.set_viewport_size({"width": 390, "height": WIDTHS[390]})
        if connection.vendor == "postgresql":
            yield "390 light", True
            return
        yield "390 light", False
        self.text_size(page, 32)
        yield f"390 light {TWICE}", False
        self.text_size(page, 16)
        english = self.language == "en"
        for width, scheme in product((320, 1280), SCHEMES) if english else [(320, "light")]:
            page.set_viewport_size({"width": width, "height": WIDTHS[width]})
            page.emulate_media(color_scheme=scheme)
            yield f"{width} {scheme}", True
        page.emulate_media(color_scheme="light")

    def text_size(self, page: Any, pixels: int) -> None:
        browser = page.context.new_cdp_session(page)
        browser.send("Page.setFontSizes", {"fontSizes": {"standard": pixels}})
        browser.detach()
        size = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
        assert size >= pixels, size

    def measures(self, page: Any) -> list[str]:
        faults = [f"too small: {one}" for one in page.evaluate(TARGETS)]
        faults += [f"squeezed: {one}" for one in page.evaluate(SQUEEZED)]
        sideways = page.evaluate(SIDEWAYS)
        return [*faults, sideways] if sideways else faults

    def photograph(self, page: Any, name: str) -> None:
        file = Path(SHOTS or ".") / f"{name.replace('/', '_').replace(' ', '-')}.png"
        # A picture of the whole page would set the size of its text back.
        page.screenshot(path=str(file), full_page=TWICE not in name)
