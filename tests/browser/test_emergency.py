"""An emergency at 390 pixels: from the item to the release, its review, and what the member reads.

Counted is everything that is tapped or filled in, the second person's taps too.
"""

from datetime import timedelta
from typing import Any

from consent.models import Release, Review, Telling
from tests.browser.house import BrowserTestCase
from tests.cast import code_of, recipient
from tests.consent.by_hand import change
from tests.overriding import COURT, TEXT

MOST = 12


class Taps:
    """Taps and filled fields, by everybody together."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, what: Any) -> None:
        what.click()
        self.taps += 1

    def check(self, what: Any) -> None:
        what.check()
        self.taps += 1

    def fill(self, what: Any, words: str) -> None:
        what.fill(words)
        self.taps += 1

    def choose(self, what: Any, label: str) -> None:
        what.select_option(label=label)
        self.taps += 1


class Emergency(BrowserTestCase):
    """Fay and whoever is the second person hold telephones with a passkey each."""

    def setUp(self) -> None:
        super().setUp()
        recipient(self.adam, "Crisis team")
        self.item = self.said(TEXT)

    def with_passkey(self, actor: Any) -> Any:
        page = self.person(actor)
        self.with_a_key(page)
        self.makes_a_passkey(page, code_of(actor))
        page.get_by_role("heading", name="Your recovery codes").wait_for()
        return page

    def button(self, page: Any, name: str) -> Any:
        return page.get_by_role("button", name=name)

    def asks(self, page: Any, taps: Taps) -> None:
        page.goto(f"/items/{self.item.code}/")
        taps.tap(page.get_by_role("link", name="Emergency release"))
        page.get_by_text("Danger this minute? Call first.").wait_for()
        taps.check(page.get_by_label("Serious and imminent threat"))
        taps.fill(page.get_by_label("What is happening"), "She says that she will die tonight.")
        taps.choose(page.get_by_label("To whom"), "Crisis team")
        taps.fill(page.get_by_label("How can they prevent it?"), "They are near.")
        taps.check(page.get_by_label("I will take them tonight."))

    def test_a_threat_with_a_second_person_to_review_and_member(self):
        fay, cody, taps = self.with_passkey(self.fay), self.with_passkey(self.cody), Taps()
        self.asks(fay, taps)
        taps.tap(self.button(fay, "Go on"))
        taps.tap(self.button(fay, "Use a passkey"))
        fay.get_by_role("heading", name="A second person has to agree").wait_for()
        cody.goto("/attesting/")
        taps.tap(self.button(cody, "Look and decide"))
        taps.tap(self.button(cody, "Use a passkey"))
        cody.get_by_text("I will take them tonight.").wait_for()
        assert "My sister" not in cody.content()
        taps.tap(self.button(cody, "I agree"))
        cody.get_by_text("Agreed.").wait_for()
        taps.tap(self.button(fay, "Release now"))
        fay.get_by_role("heading", name="Released to Crisis team").wait_for()
        assert Release.objects.get().decision == Release.Decision.PERMIT
        print(f"\ntaps={taps.taps}")
        assert taps.taps <= MOST
        self.button(fay, "Open, recorded").click()
        fay.get_by_role("heading", name="Words released to you").wait_for()
        assert "My sister" not in fay.content()
        fay.get_by_role("link", name="Back to the release").click()
        fay.get_by_label("Read out by telephone").check()
        self.button(fay, "I am doing it now").click()
        fay.get_by_text("Read out, and recorded.").wait_for()

        self.reviewed_by(self.person(self.sue), "Upheld")
        self.read_by_ana()
        assert self.violations == []

    def reviewed_by(self, page: Any, outcome: str) -> None:
        page.goto("/emergency-reviews/")
        page.get_by_role("link", name="Serious and imminent threat").click()
        self.button(page, "Open, recorded").click()
        page.get_by_text("I will take them tonight.").wait_for()
        where = page.url
        page.get_by_label(outcome, exact=True).check()
        self.button(page, "End the review").click()
        page.get_by_text("The words are closed again.").wait_for()
        page.goto(where)
        page.get_by_role("heading", name="This review has ended").wait_for()

    def read_by_ana(self) -> None:
        ana = self.person(self.ana.actor)
        ana.locator('a[href^="/passed-on/"]').click()
        ana.get_by_text("This is what they were told, word for word").wait_for()
        assert "I will take them tonight." in ana.content()
        assert "My sister" not in ana.content()

    def test_alone_when_minutes_count_and_reviewed_late(self):
        fay, taps = self.with_passkey(self.fay), Taps()
        self.asks(fay, taps)
        taps.fill(fay.get_by_label("Why do minutes count?"), "She is on her way home.")
        taps.tap(self.button(fay, "Go on"))
        taps.tap(self.button(fay, "Use a passkey"))
        taps.tap(self.button(fay, "Release now"))
        fay.get_by_role("heading", name="Released to Crisis team").wait_for()
        print(f"\ntaps={taps.taps} alone")
        assert taps.taps <= MOST
        review, late = Review.objects.get(), timedelta(hours=30)
        change(review, began_at=review.began_at - late, due_at=review.due_at - late)
        sue = self.person(self.sue)
        sue.goto("/emergency-reviews/")
        sue.get_by_text("6 hours over").wait_for()
        self.reviewed_by(sue, "Upheld")
        assert self.violations == []

    def test_an_order_of_a_court(self):
        fay = self.with_passkey(self.fay)
        fay.goto(f"/items/{self.item.code}/emergency/")
        assert not fay.get_by_label("File number").is_visible()
        fay.get_by_label("Order of a court").check()
        fay.get_by_label("What is happening").fill("A judge ordered it.")
        fay.get_by_label("To whom").select_option(label="Crisis team")
        fay.get_by_label("I bought the pills on Monday.").check()
        self.button(fay, "Go on").click()
        fay.get_by_text("Something needs you").wait_for()
        assert fay.get_by_label("What is happening").input_value() == "A judge ordered it."
        fay.get_by_label("Our lawyer was told before").check()
        fay.get_by_label("The member, or their lawyer, was told before").check()
        for label, name in (
            ("File number", "file_number"),
            ("Name of the judge", "judge"),
            ("What exactly is ordered", "ordered"),
        ):
            fay.get_by_label(label).fill(COURT[name])
        self.button(fay, "Go on").click()
        fay.get_by_text("Asked. Nothing has gone out yet.").wait_for()
        assert not Release.objects.exists()
        sue = self.with_passkey(self.sue)
        sue.goto("/attesting/")
        self.button(sue, "Look and decide").click()
        self.button(sue, "Use a passkey").click()
        sue.get_by_text("23-CV-118").wait_for()
        self.button(sue, "I agree").click()
        fay.reload()
        self.button(fay, "Release it").click()
        self.button(fay, "Use a passkey").click()
        self.button(fay, "Release now").click()
        fay.get_by_role("heading", name="Released to Crisis team").wait_for()
        assert Release.objects.get().purpose == "HLEGAL"

    def test_a_subpoena_is_refused(self):
        fay = self.person(self.fay)
        fay.goto(f"/items/{self.item.code}/emergency/")
        fay.get_by_role("link", name="A subpoena, without the order of a judge").click()
        fay.get_by_role("heading", name="Assert the privilege").wait_for()
        fay.get_by_label("What is happening").fill("A letter of a law office.")
        fay.get_by_label("Who wants the words").select_option(label="Crisis team")
        self.button(fay, "Record it").click()
        fay.get_by_text("opens nothing. Assert the privilege").wait_for()
        assert not Release.objects.exists()
        assert Telling.objects.get().how == "notice"
