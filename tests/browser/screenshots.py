"""`make screenshots`: the pictures of docs/images, taken anew from a demo that is running.

Start `make demo` first, from an empty `var/demo`, so that the pictures show the
record as it is loaded. The words in them are the demo's: everybody is invented.
"""

import os
import shutil
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


def opened_item(page: Any) -> None:
    latest_session(page)
    page.get_by_role("link", name="Ask, change or release").first.click()
    page.get_by_role("button", name="Open, recorded").click()


def question(page: Any) -> None:
    page.goto("/home/")
    page.get_by_role("link", name="Read the question").first.click()


def at(path: str) -> Callable[[Any], None]:
    return lambda page: page.goto(path)


PICTURES: list[tuple[str, str, dict[str, int], str, Callable[[Any], None]]] = [
    ("today-phone-light", RUTH, PHONE, "light", at("/today/")),
    ("session-phone-dark", RUTH, PHONE, "dark", latest_session),
    ("session-desk-light", RUTH, DESK, "light", latest_session),
    ("name-guard-desk-dark", RUTH, DESK, "dark", notes_with_a_name),
    ("group-desk-light", RUTH, DESK, "light", at("/groups/G-01/")),
    ("item-desk-dark", RUTH, DESK, "dark", opened_item),
    ("home-phone-light", MAYA, PHONE, "light", at("/home/")),
    ("question-phone-dark", MAYA, PHONE, "dark", question),
    ("who-saw-phone-light", MAYA, PHONE, "light", at("/who-saw/")),
    ("trail-desk-light", HELEN, DESK, "light", at("/trail/")),
    ("practice-desk-dark", OMAR, DESK, "dark", at("/practice/")),
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
