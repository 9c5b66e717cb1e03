"""Leave Ben out, have Cody look, ask Ana alone, and release."""

from typing import Any

from tests.browser.house import DESK, BrowserTestCase

WHOLE = "Ben waited until my light went on. I told my brother the truth."
LESS = "I told my brother the truth."


class LeavingSomebodyOut(BrowserTestCase):
    def test_an_item_without_ben_goes_out_with_anas_yes_alone(self):
        shared = self.said(WHOLE, self.ana, self.ben)
        fay, cody = self.person(self.fay), self.person(self.cody, viewport=DESK)
        ana = self.person(self.ana.actor)

        fay.goto(f"/items/{shared.code}/")
        fay.get_by_role("link", name="Leave somebody out").click()
        assert fay.locator("mark.guard").first.inner_text().startswith("Ben")
        assert fay.get_by_label("Ana Almeida").is_checked()
        fay.get_by_role("button", name="Save and have it looked at").click()
        fay.get_by_role("heading", name="One word may be somebody’s name").wait_for()
        fay.get_by_label("The words that stay").fill(LESS)
        fay.get_by_role("button", name="Save and have it looked at").click()
        fay.get_by_role("heading", name="Waits for a second look").wait_for()
        item = fay.url.rstrip("/").rsplit("/", 1)[-1]

        cody.goto("/today/")
        cody.get_by_role("link", name="Take a second look at an item").click()
        cody.get_by_text(LESS).wait_for()
        assert "Ben waited" not in cody.content()
        cody.get_by_role("button", name="Open, recorded").click()
        cody.get_by_text("Ben waited").wait_for()
        cody.get_by_label("Nobody else can be recognised in these words").check()
        cody.get_by_role("button", name="Confirm").click()
        cody.get_by_role("heading", name="Looked at by a second person").wait_for()

        self.fay_asks(fay, item)
        self.ana_allows(ana)
        fay.goto(f"/items/{item}/release/")
        fay.get_by_label("Goes to").select_option(label="Dr Osei, Riverside Clinic")
        fay.get_by_role("button", name="Go on").click()
        self.password_again(fay, self.fay)
        fay.get_by_role("button", name="Release now").click()
        fay.get_by_role("heading", name="Released to Dr Osei").wait_for()
        assert self.violations == []

    def fay_asks(self, page: Any, item: str) -> None:
        page.goto(f"/items/{item}/ask/")
        page.get_by_label("Goes to").select_option(label="Dr Osei, Riverside Clinic")
        page.get_by_label("Nobody else can be recognised").check()
        page.get_by_role("button", name="Send the question").click()
        page.get_by_text("The question is on its way.").wait_for()

    def ana_allows(self, page: Any) -> None:
        page.goto("/home/")
        page.get_by_role("link", name="Read the question").click()
        page.get_by_text(LESS).wait_for()
        assert "Ben" not in page.content()
        page.get_by_role("button", name="Allow", exact=False).first.click()
        self.password_again(page, self.ana.actor)
        page.get_by_label("Type your name to sign").fill("Ana Almeida")
        page.get_by_role("button", name="Allow", exact=False).first.click()
        page.get_by_role("heading", name="You allowed it", level=1).wait_for()
