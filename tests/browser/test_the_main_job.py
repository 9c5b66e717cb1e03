"""The main job, end to end: four people, one item about two of them, and the trail of it all."""

import re
from io import StringIO
from typing import Any

from django.core.management import call_command

from tests.browser.house import DESK, BrowserTestCase
from tests.probe import probing

ABOUT_BEN = "Ben waited outside until he saw my light go on. I never thanked him."


class TheMainJob(BrowserTestCase):
    """Log, ask, decide, refuse, release, take back, refuse again, and see it all in the trail."""

    def test_four_people_do_the_main_job(self):
        with probing() as probe:
            fay = self.person(self.fay, viewport=DESK)
            ana, ben = self.person(self.ana.actor), self.person(self.ben.actor)

            item = self.fay_logs_a_session_with_three_items(fay)
            self.fay_asks(fay, item)
            self.nothing_is_shown_to(ben)
            self.allows(ana)
            self.fay_tries_to_release(fay, item)
            fay.get_by_role("heading", name="These words stay in the group").wait_for()
            self.shown_to_ben_only_now(ben)
            self.allows(ben)
            self.fay_tries_to_release(fay, item)
            fay.get_by_role("heading", name="Released to Dr Osei").wait_for()
            self.opens_and_hands_over(fay)
            ana.goto("/permissions/")
            ana.get_by_role("link", name="What you said on").click()
            ana.get_by_text("Given to Dr Osei, Riverside Clinic on paper").wait_for()
            steps = self.takes_back(ana)
            assert steps <= 2, "taking back is never more than two steps"
            self.fay_tries_to_release(fay, item)
            fay.get_by_role("heading", name="These words stay in the group").wait_for()

            self.sue_sees_every_step_in_order()
        assert len(probe.opened) > 20
        assert probe.unproven() == []
        assert self.violations == []
        out = StringIO()
        call_command("verify_audit", stdout=out)
        assert out.getvalue().splitlines()[-1].startswith("ok entries=")
        print(out.getvalue().splitlines()[-1])

    def fay_logs_a_session_with_three_items(self, page: Any) -> str:
        page.goto("/today/")
        page.get_by_role("link", name="Log a session").click()
        yesterday = (self.today - self.today.resolution).isoformat()
        page.get_by_label("Day").fill(yesterday)
        page.get_by_label("From").fill("18:00")
        page.get_by_label("To").fill("19:30")
        page.get_by_role("button", name="Log the session").click()
        page.get_by_role("heading", name="Who was there").wait_for()
        for name, status in (("Ana", "Here"), ("Ben", "Absent"), ("Cleo", "Late")):
            row = page.get_by_role("radiogroup", name=name)
            with page.expect_response("**/attendance/"):
                row.get_by_label(status, exact=True).check()
        page.reload()
        self.writes(page, "Ana Almeida", "I slept through the night three times this week.")
        self.writes(page, "Cleo Castell", "I nearly did not come tonight.")
        self.writes(page, "Ana Almeida", ABOUT_BEN, about="Ben Brandt")
        page.get_by_text("Concerns 2 members.").wait_for()
        card = page.locator("article.sealed", has_text="Concerns 2 members.")
        card.get_by_role("button", name="Open, recorded").click()
        page.get_by_text(ABOUT_BEN).wait_for()
        return page.locator("article.sealed.is-open").get_attribute("id")

    def writes(self, page: Any, speaker: str, text: str, about: str = "") -> None:
        page.get_by_role("group", name="Who said it").get_by_label(speaker).check()
        if about:
            page.get_by_role("group", name="Who else").get_by_label(about).check()
        page.get_by_label("The words").fill(text)
        page.get_by_role("button", name="Save and seal").click()
        page.get_by_text("Item saved and sealed.").wait_for()

    def fay_asks(self, page: Any, item: str) -> None:
        page.goto(f"/items/{item}/ask/")
        page.get_by_label("Goes to").select_option(label="Dr Osei, Riverside Clinic")
        page.get_by_label("Nobody else can be recognised").check()
        page.get_by_role("button", name="Send the question").click()
        page.get_by_text("The question is on its way.").wait_for()
        page.get_by_text("No answer yet").nth(1).wait_for()
        assert page.get_by_text("No answer yet").count() == 2

    def nothing_is_shown_to(self, page: Any) -> None:
        for path in ("/home/", "/permissions/"):
            page.goto(path)
            page.get_by_text("Nobody has asked you anything").wait_for()
            assert ABOUT_BEN not in page.content()

    def allows(self, page: Any) -> None:
        page.goto("/home/")
        page.get_by_role("link", name="Read the question").click()
        page.get_by_text(ABOUT_BEN).wait_for()
        page.get_by_role("button", name="Allow", exact=False).first.click()
        self.password_again(page, self.ana.actor)
        page.get_by_label("Type your name to sign").fill("My own name")
        page.get_by_role("button", name="Allow", exact=False).first.click()
        page.get_by_role("heading", name="You allowed it", level=1).wait_for()

    def shown_to_ben_only_now(self, page: Any) -> None:
        page.goto("/home/")
        page.get_by_role("link", name="Read the question").click()
        page.get_by_text("Another member of your group said this").wait_for()
        assert "Ana" not in page.content(), "the speaker is not named to another member"

    def fay_tries_to_release(self, page: Any, item: str) -> None:
        page.goto(f"/items/{item}/release/")
        page.get_by_label("Goes to").select_option(label="Dr Osei, Riverside Clinic")
        page.get_by_role("button", name="Go on").click()
        self.password_again(page, self.fay)
        page.get_by_role("button", name="Release now").click()

    def opens_and_hands_over(self, page: Any) -> None:
        page.get_by_role("button", name="Open, recorded").click()
        page.get_by_role("heading", name="Words released to you").wait_for()
        assert ABOUT_BEN in page.locator("article.letter").inner_text()
        sheets = re.findall(rb"/Type\s*/Page[^s]", page.pdf(format="Letter"))
        assert len(sheets) == 1, "the letter prints on one sheet"
        page.get_by_role("link", name="Back to the release").click()
        page.get_by_role("button", name="I am handing it over now").click()
        page.get_by_text("Handed over, and recorded.").wait_for()

    def takes_back(self, page: Any) -> int:
        page.goto("/permissions/")
        page.get_by_role("link", name="What you said on").click()
        page.get_by_role("link", name="Take it back").click()
        page.get_by_role("button", name="Take it back").click()
        page.get_by_role("heading", name="You took your permission back", level=1).wait_for()
        return 2

    def sue_sees_every_step_in_order(self) -> None:
        page = self.person(self.sue, viewport=DESK)
        page.goto("/trail/")
        acts = [text.strip() for text in page.locator("tbody th").all_inner_texts()]
        wanted = [
            "Session logged",
            "Item recorded",
            "Item recorded",
            "Item recorded",
            "Item opened",
            "Asked",
            "Question read",
            "Allowed",
            "Release",
            "Question read",
            "Allowed",
            "Release",
            "Release opened",
            "Release handed over",
            "Taken back",
            "Release",
        ]
        told = iter(reversed(acts))
        assert all(act in told for act in wanted), acts
        text = page.locator("main").inner_text()
        assert "Fay Ferrer" in text and "Ana" not in text and "Ben" not in text
        assert "light go on" not in page.content()
