"""`make screenshots`: the pictures of docs/images, taken anew from a demo that is running.

Start `make demo` first, from an empty `var/demo`, so that the pictures show the
record as it is loaded. The words in them are the demo's: everybody is invented.
"""

import os
import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from groupcare import demo_record as record

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
HOUSE = f"http://localhost:{os.environ.get('PORT') or 8000}"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 860}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
RUTH, MAYA, HELEN, OMAR = "heron-4821", "linnet-3097", "curlew-7315", "osprey-5560"


def latest_session(page: Any) -> None:
    page.goto("/groups/G-01/")
    page.locator("section[aria-labelledby=sessions] a").first.click()


def notes_with_a_name(page: Any) -> None:
    latest_session(page)
    page.get_by_role("link", name="Write the notes").click()
    note = page.get_by_label("Note: Priya Raman")
    note.press("Control+End")
    note.press_sequentially(" Was glad when Jonas spoke.")
    page.locator("mark.guard").first.wait_for()
    page.locator("mark.guard").first.scroll_into_view_if_needed()


def question(page: Any) -> None:
    page.goto("/home/")
    page.get_by_role("link", name="Read the question").first.click()


def emergency(page: Any) -> None:
    latest_session(page)
    page.get_by_role("link", name="Ask, change or release").first.click()
    page.get_by_role("link", name="Emergency release").click()
    page.get_by_label("Serious and imminent threat").check()


def case(page: Any) -> None:
    page.goto("/cases/")
    page.locator("main .rows__what a").first.click()


def worry(page: Any) -> None:
    page.goto("/groups/G-01/")
    page.get_by_role("link", name="Worried about their life").first.click()


def story(page: Any) -> None:
    """The story of the item that has the most lines on the first page of the trail."""
    page.goto("/trail/")
    codes = Counter(re.findall(r"\bD-[A-Z0-9]{6}\b", page.content()))
    [(code, _)] = codes.most_common(1)
    page.goto(f"/trail/items/{code}/")


def at(path: str) -> Callable[[Any], None]:
    return lambda page: page.goto(path)


PICTURES: list[tuple[str, str, dict[str, int], str, Callable[[Any], None]]] = [
    ("today-phone-light", RUTH, PHONE, "light", at("/today/")),
    ("session-phone-dark", RUTH, PHONE, "dark", latest_session),
    ("name-guard-desk-dark", RUTH, DESK, "dark", notes_with_a_name),
    ("question-phone-dark", MAYA, PHONE, "dark", question),
    ("who-saw-phone-light", MAYA, PHONE, "light", at("/who-saw/")),
    ("trail-desk-light", HELEN, DESK, "light", at("/trail/")),
    ("practice-desk-dark", OMAR, DESK, "dark", at("/practice/")),
    ("emergency-phone-light", RUTH, PHONE, "light", emergency),
    ("worry-phone-dark", RUTH, PHONE, "dark", worry),
    ("case-desk-light", RUTH, DESK, "light", case),
    ("library-desk-dark", RUTH, DESK, "dark", at("/library/")),
    ("desk-desk-light", HELEN, DESK, "light", at("/desk/")),
    ("story-desk-dark", HELEN, DESK, "dark", story),
]


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for name, who, viewport, scheme, go in PICTURES:
            context = browser.new_context(viewport=viewport, color_scheme=scheme, base_url=HOUSE)
            page = context.new_page()
            page.goto("/sign-in/")
            page.get_by_label("Sign-in name").fill(who)
            page.get_by_label("Password").fill(record.PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(lambda address: "sign-in" not in address)
            go(page)
            page.wait_for_timeout(400)
            page.screenshot(path=str(IMAGES / f"{name}.png"))
            print(name)
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
