"""Danger to a life on a telephone, to a plan the member holds; the library by keyboard."""

import re
from typing import Any

from ethics.models import RiskAssessment
from ethics.services.library import load_library
from tests.browser.house import DESK, PHONE, BrowserTestCase
from tests.cast import CastMember

WIDER = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


class DangerToALife(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        load_library()

    def risk(self, of: CastMember) -> str:
        return f"/groups/{self.group.code}/members/{of.member.code}/risk/"

    def test_from_the_group_to_a_record_and_a_plan_that_the_member_holds(self):
        page = self.person(self.fay, viewport=PHONE)
        page.goto(f"/groups/{self.group.code}/")
        page.get_by_role("link", name=re.compile("Worried about their life.*Ana Almeida")).click()
        first = page.get_by_role("region", name="Danger this minute? Call first.")
        call = first.get_by_role("link", name=re.compile("^988 988 Suicide"))
        assert call.get_attribute("href") == "tel:988"
        assert self.fits(page)
        page.get_by_role("link", name="Write down the talk").click()
        assert self.fits(page)
        self.answers(page, "Did they wish to be dead", "Yes")
        self.answers(page, "Do they mean to act on it?", "Yes")
        self.answers(page, "Have they worked out when and where?", "Yes")
        page.get_by_label("What they said, and what you saw").fill("She has chosen a bridge.")
        page.get_by_text("Kept as a draft").wait_for()
        page.get_by_label("Low", exact=True).check()
        page.get_by_role("button", name="Write it down, sealed").click()
        page.get_by_role("heading", name="Level and answers may not fit together").wait_for()
        assert not RiskAssessment.objects.exists()
        assert page.get_by_label("What they said, and what you saw").input_value() != ""
        page.get_by_label("High", exact=True).check()
        page.get_by_label("A safety plan, made together").check()
        page.get_by_label("Comes back on").fill(self.today.isoformat())
        page.get_by_role("button", name="Write it down, sealed").click()
        page.get_by_text("Written down, and sealed.").wait_for()
        assert "bridge" not in page.content()
        page.get_by_role("button", name="Open, recorded").click()
        page.get_by_text("She has chosen a bridge.").wait_for()
        page.get_by_text("Nobody has seen them alone yet.").wait_for()
        assert self.fits(page)
        page.get_by_role("link", name="Safety plan").click()
        page.get_by_label("What I can do by myself").fill("Walk to the river.")
        assert self.fits(page)
        page.get_by_role("button", name="Save the plan").click()
        page.get_by_text("The member finds it on their own pages.").wait_for()
        page.goto("/today/")
        page.get_by_role("link", name="Come back to a talk about danger to a life").click()
        page.get_by_role("link", name="Write how it went on").click()
        page.get_by_label("How it went on").fill("She slept at her sister's.")
        page.get_by_role("button", name="Write it down, sealed").click()
        page.get_by_text("Written down, and sealed.").wait_for()
        page.goto("/today/")
        assert page.get_by_role("link", name="Come back to a talk").count() == 0
        ana = self.person(self.ana.actor, viewport=PHONE)
        ana.get_by_role("link", name="Your plan for hard hours").click()
        ana.get_by_text("Walk to the river.").wait_for()
        assert "bridge" not in ana.content()
        assert self.fits(ana)
        assert self.violations == []

    def test_what_is_typed_is_there_after_the_page_was_left(self):
        page = self.person(self.fay, viewport=PHONE)
        page.goto(f"{self.risk(self.ben)}new/")
        page.get_by_label("What holds them").fill("His daughter.")
        page.get_by_text("Kept as a draft").wait_for()
        page.goto("/today/")
        page.get_by_role("link", name="Finish what you were writing").click()
        assert page.get_by_label("What holds them").input_value() == "His daughter."

    def test_help_is_one_tap_away_and_nobody_has_to_sign_in(self):
        ana = self.person(self.ana.actor, viewport=PHONE)
        ana.locator("footer").get_by_role("link", name="Help now").click()
        ana.get_by_role("link", name=re.compile("988.*Lifeline")).wait_for()
        visitor = self.visitor(PHONE)
        visitor.goto("/sign-in/")
        visitor.get_by_role("link", name="Help now").click()
        visitor.get_by_role("heading", name="Ireland").wait_for()
        assert self.fits(visitor)

    def test_the_library_is_searched_by_keyboard_alone(self):
        page = self.person(self.sue, viewport=DESK)
        page.goto("/library/")
        page.get_by_label("Words").focus()
        page.keyboard.type("medical personnel")
        page.keyboard.press("Tab")
        page.keyboard.type("Fed")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Found").wait_for()
        link = page.get_by_role("link", name="42 CFR Part 2, 42 CFR 2.51")
        for _ in range(40):
            page.keyboard.press("Tab")
            if link.evaluate("e => e === document.activeElement"):
                break
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="42 CFR Part 2, 42 CFR 2.51").wait_for()
        button = page.get_by_role("button", name="I looked it up today")
        button.focus()
        page.keyboard.press("Enter")
        page.get_by_text("Looked up on").first.wait_for()
        assert self.violations == []

    def answers(self, page: Any, question: str, answer: str) -> None:
        asked = page.get_by_role("group", name=question)
        asked.get_by_label(answer, exact=True).check(force=True)

    def fits(self, page: Any) -> bool:
        page.wait_for_load_state()
        return not page.evaluate(WIDER)
