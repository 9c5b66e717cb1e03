"""Two facilitators write the same evening at the same time, each in a browser of their own."""

from typing import Any

from audit import trail
from sessions_app.models import Attendance, GroupNote
from tests.browser.house import DESK, BrowserTestCase
from vault import services as vault

FAYS, CODYS = "Fay saw that trust grew.", "Cody saw that two were tired."


class TwoAtOnce(BrowserTestCase):
    def test_in_one_grid_no_cell_is_lost(self):
        fay, cody = self.both(f"/sessions/{self.session.pk}/")
        with fay.expect_response("**/attendance/"):
            self.cell(fay, "Ana Almeida", "Left early").click()
        with cody.expect_response("**/attendance/"):
            self.cell(cody, "Ben Brandt", "Excused").click()
        with cody.expect_response("**/attendance/"):
            self.cell(cody, "Cleo Castell", "Absent").click()
        assert self.marks() == {"Ana": "left_early", "Ben": "excused", "Cleo": "absent"}

        with cody.expect_response("**/attendance/"):  # drawn before Fay's answer
            self.cell(cody, "Ana Almeida", "Absent").click()
        row = cody.locator(".attend__row", has_text="Ana Almeida")
        row.get_by_text("A colleague answered differently meanwhile.").wait_for()
        assert row.get_by_label("Left early").is_checked(), "what is saved is shown"
        assert self.marks()["Ana"] == "left_early"

        with cody.expect_response("**/attendance/"):  # seen, and meant
            self.cell(cody, "Ana Almeida", "Late").click()
        assert self.marks()["Ana"] == "late"
        assert self.violations == []

    def test_of_one_note_both_texts_are_kept(self):
        fay, cody = self.both(f"/sessions/{self.session.pk}/notes/")
        for page, text in ((fay, FAYS), (cody, CODYS)):
            page.get_by_label("Note: Group note").fill(text)
        fay.get_by_role("button", name="Save, sign later").click()
        fay.get_by_text("1 note saved and sealed.").wait_for()
        cody.get_by_role("button", name="Sign what is written").click()

        cody.get_by_role("heading", name="Two texts").wait_for()
        both = cody.locator("section.both")
        both.get_by_text(FAYS).wait_for()
        both.get_by_text(CODYS).wait_for()
        assert cody.get_by_label("Note: Group note").input_value() == CODYS
        assert self.note_text() == FAYS

        cody.get_by_label("Note: Group note").fill(f"{FAYS} {CODYS}")
        cody.get_by_role("button", name="Sign what is written").click()
        cody.get_by_text("1 note signed.").wait_for()
        assert self.note_text() == f"{FAYS} {CODYS}"
        assert self.violations == []

    def both(self, path: str) -> tuple[Any, Any]:
        pages = self.person(self.fay, viewport=DESK), self.person(self.cody, viewport=DESK)
        for page in pages:
            page.goto(path)
        return pages

    def cell(self, page: Any, name: str, status: str) -> Any:
        row = page.locator(".attend__row", has_text=name)
        return row.locator("label", has_text=status)

    def marks(self) -> dict[str, str]:
        names = {one.member.pk: one.name.split()[0] for one in (self.ana, self.ben, self.cleo)}
        found = Attendance.objects.filter(session=self.session)
        return {names[one.member_id]: one.status for one in found}

    def note_text(self) -> str:
        note = GroupNote.objects.get(session=self.session)
        receipt = trail.receipt_for(self.fay, "test.read", [note.pk])
        return vault.open(note.sealed_text(self.practice.pk), receipt)
