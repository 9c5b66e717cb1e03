"""A file of members, from the facilitator's disk to the slips; and finding one of them."""

from tests.browser.house import BrowserTestCase

FILE = "name;also called\r\nDee Dunn;Nana\r\nשרה כהן;\r\n"


class FromAFileToASlip(BrowserTestCase):
    def test_everybody_is_shown_added_and_found_and_back_asks_for_nothing(self):
        page = self.person(self.fay)
        page.goto(f"/groups/{self.group.code}/")
        page.get_by_role("link", name="Add from a file").click()
        self.choose(page, FILE.replace("Nana", "Nana\r\n=Flo;"))
        page.get_by_role("link", name="Row 3, name:").click()
        assert page.url.endswith("#row-3")
        self.choose(page, FILE)
        page.get_by_role("button", name="Add these 2 people").click()
        page.get_by_role("heading", name="2 people were added").wait_for()
        page.locator(".slip").nth(1).wait_for()
        assert page.locator(".slip").count() == 2

        page.get_by_role("link", name="Find").click()
        page.get_by_label("Name or code").fill("nana")
        page.get_by_role("button", name="Find").click()
        page.get_by_text("Dee Dunn", exact=True).wait_for()
        page.get_by_role("link", name="Tuesday group").click()
        page.get_by_role("heading", name="Tuesday group").wait_for()
        page.go_back()
        assert page.get_by_label("Name or code").input_value() == ""
        assert "nana" not in page.url
        assert self.violations == []

    def test_while_one_types_who_is_found_appears(self):
        page = self.person(self.fay)
        page.goto("/find/")
        page.get_by_label("Name or code").press_sequentially("alm")
        page.locator("#found").get_by_text("Ana Almeida", exact=True).wait_for()
        page.get_by_label("Name or code").fill("zzz")
        page.get_by_text("Nobody was found").wait_for()
        assert page.url.endswith("/find/")
        assert self.violations == []

    def choose(self, page, text: str) -> None:
        file = {"name": "roster.csv", "mimeType": "text/csv", "buffer": text.encode()}
        page.locator("#id_file").set_input_files(file)
        page.get_by_role("button", name="Look at the file").click()
