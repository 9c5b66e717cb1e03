"""Three dilemmas of the origin text, walked in Chromium: docs/dilemmas.md says which is which."""

from datetime import timedelta
from typing import Any

from accounts.models import Role
from consent.models import ConsentRequest, Release
from ethics.models import CasePerson, EthicsCase
from tests.browser.house import DESK, BrowserTestCase
from tests.cast import staff


class Dilemmas(BrowserTestCase):
    """Each is opened, thought through and ended on pages alone, and lets nothing out."""

    def play(self) -> None:
        super().play()
        self.uma = staff(self.practice, "Uma Ullrich", Role.OUTSIDE_COLLEAGUE)

    def opens(self, page: Any, title: str, kind: str, about: str = "") -> EthicsCase:
        page.goto("/you/")
        page.get_by_role("main").get_by_role("link", name="Cases", exact=True).click()
        page.get_by_role("link", name="Open a case").click()
        page.get_by_label("Title").fill(title)
        page.get_by_role("radio", name=kind).check()
        if about:
            page.get_by_label("Whom is it about?").select_option(label=about)
        page.get_by_role("button", name="Open it").click()
        page.get_by_role("heading", name=title, level=1).wait_for()
        return EthicsCase.objects.latest("pk")

    def goes_to(self, page: Any, case: EthicsCase, kind: str) -> None:
        page.goto(f"/cases/{case.code}/{kind}/")

    def writes(self, page: Any, case: EthicsCase, kind: str, **texts: str) -> None:
        """Write one step on its page: its texts by name, and what is chosen."""
        self.goes_to(page, case, kind)
        for choice in ("choose", "whom"):
            if choice in texts:
                named = {"name": texts.pop(choice), "exact": choice == "whom"}
                page.get_by_role("radio", **named).check()
        if on := texts.pop("on", ""):
            page.locator("#id_on").fill(on)
        for name, text in texts.items():
            page.locator(f"#id_{name}").fill(text)
        page.get_by_role("button", name="Save and seal").click()
        page.get_by_text("Saved and sealed.").wait_for()

    def closes(self, page: Any, case: EthicsCase, *, open_questions: bool = True) -> None:
        page.goto(f"/cases/{case.code}/close/")
        page.get_by_role("radio", name="Thought through").check()
        if open_questions:
            page.get_by_label("I close it with these questions open").check()
        page.get_by_role("button", name="Close it").click()

    def lets_nothing_out(self, *pages: Any) -> None:
        assert not Release.objects.exists() and not ConsentRequest.objects.exists()
        assert self.violations == []

    def test_a_values_dilemma_is_resolved_by_dialogue(self):
        fay = self.person(self.fay)
        case = self.opens(fay, "A vow that hurts another", "Differing moral values")
        self.goes_to(fay, case, "facts")
        assert fay.get_by_text("What does the client hold right?").is_visible()
        fay.locator("#id_facts").fill("Ana said that leaving a marriage is wrong.")
        fay.get_by_role("button", name="Save and seal").click()
        fay.get_by_role("heading", name="One word may be somebody’s name").wait_for()
        fay.get_by_role("radio", name="Rewrite it as “a member”").check()
        fay.get_by_role("button", name="Save and seal").click()
        fay.get_by_text("A member said that leaving a marriage is wrong.").wait_for()
        fay.goto(f"/cases/{case.code}/people/")
        fay.get_by_label("Whom do you ask?").select_option(label="Sue Sanders")
        fay.get_by_role("button", name="Ask them").click()
        fay.get_by_text("Asked. They are told").wait_for()
        sue = self.person(self.sue, viewport=DESK)
        sue.get_by_role("link", name="Advice", exact=True).click()
        sue.locator(".rows a").click()
        sue.get_by_text("A member said").wait_for()
        assert "Ana" not in sue.locator("main").inner_text()
        sue.get_by_role("radio", name="My advice").check()
        sue.get_by_label("In your words").fill("Your own vow speaks too.")
        sue.get_by_role("button", name="Seal it into the case").click()
        sue.get_by_text("Sealed, and whoever asked you is told.").wait_for()
        today = self.today.isoformat()
        self.writes(
            fay,
            case,
            "resolution",
            choose="By dialogue",
            whom="The client",
            on=today,
            about="What a vow means to each of us.",
            outcome="Both may stand in the room.",
        )
        fay.get_by_text("Your own vow speaks too.").wait_for()
        self.closes(fay, case)
        fay.get_by_role("link", name="Write down what the client wants, or why").first.wait_for()
        self.writes(
            fay, case, "wish", choose="I asked", on=today, wish="To say what faith asks of them."
        )
        self.closes(fay, case)
        fay.get_by_text("Closed. If that was a mistake").wait_for()
        assert EthicsCase.objects.get(pk=case.pk).closed_at
        self.lets_nothing_out()

    def test_a_policy_conflict_is_escalated(self):
        fay = self.person(self.fay)
        case = self.opens(fay, "Lists at the door", "Policy and ethics")
        self.writes(fay, case, "facts", facts="The list lies open on the desk.")
        today = self.today.isoformat()
        self.goes_to(fay, case, "escalation")
        fay.get_by_role("radio", name="Asked an ethics body").check()
        fay.locator("#id_on").fill(today)
        fay.locator("#id_asked").fill("What the code says to it.")
        fay.get_by_role("button", name="Save and seal").click()
        fay.get_by_text("Ask the administration first").first.wait_for()
        assert fay.locator("#id_asked").input_value() == "What the code says to it."
        for stage in (
            "Asked the administration",
            "Asked for the policy to be changed",
            "Asked an ethics body",
        ):
            self.writes(
                fay,
                case,
                "escalation",
                choose=stage,
                on=today,
                asked="To count heads.",
                came_of_it="A no.",
            )
        fay.goto(f"/cases/{case.code}/people/")
        fay.get_by_label("Whom do you ask?").select_option(label="Uma Ullrich")
        fay.get_by_role("button", name="Ask them").click()
        fay.get_by_text("Asked. They are told").wait_for()
        fay.goto(f"/cases/{case.code}/")
        fay.locator("#facts").get_by_role("link", name="Share outside").click()
        fay.get_by_label("Known").fill("Fay keeps a list at a door.")
        fay.get_by_role("button", name="Share these words").click()
        fay.get_by_role("heading", name="One word may be somebody’s name").wait_for()
        fay.get_by_label("Known").fill("A list lies at a door.")
        fay.get_by_role("button", name="Share these words").click()
        fay.get_by_text("Shared, in these words and no others.").wait_for()
        uma = self.person(self.uma)
        uma.goto(f"/consulted/{case.code}/")
        told = uma.locator("main").inner_text()
        assert "A list lies at a door." in told
        for identity in ("Fay", "desk", "Lists at the door", "Tuesday", "heads"):
            assert identity not in told, identity
        assert uma.goto(f"/cases/{case.code}/").status == 404
        uma.goto(f"/consulted/{case.code}/")
        uma.get_by_role("radio", name="My advice").check()
        uma.get_by_label("In your words").fill("Ask what the list is for.")
        uma.get_by_role("button", name="Seal it into the case").click()
        uma.get_by_text("What you said").wait_for()
        assert CasePerson.objects.get(user=self.uma.user).part == "outside"
        self.lets_nothing_out()

    def test_a_self_determination_dilemma_ends_with_no_action_and_comes_back(self):
        fay = self.person(self.fay)
        case = self.opens(
            fay, "Stopping the tablets", "Own decision and best interest", "Ana Almeida"
        )
        fay.get_by_text("About Ana Almeida, Tuesday group.").wait_for()
        today = self.today.isoformat()
        self.writes(
            fay, case, "wish", choose="I asked", on=today, wish="To stop, and to be asked no more."
        )
        self.writes(
            fay, case, "consultation", whom="The client", on=today, came_of_it="They know the risk."
        )
        for option in ("Tell the clinic", "Leave it with them"):
            self.writes(fay, case, "option", option=option, autonomy="Theirs.")
        self.writes(fay, case, "choice", choice="Leave it.", rationale="They may.")
        self.writes(fay, case, "action", choose="No action", action="Nothing is said to anybody.")
        self.writes(fay, case, "follow_up", on=today, look_at="Whether they sleep.")
        self.closes(fay, case)
        fay.get_by_text("Closed. If that was a mistake").wait_for()
        later = self.today + timedelta(days=7)
        EthicsCase.objects.filter(pk=case.pk).update(follow_up_on=later)
        fay.goto("/today/")
        assert not fay.get_by_text("Look back on an ethics case").count()
        EthicsCase.objects.filter(pk=case.pk).update(follow_up_on=self.today - timedelta(days=1))
        fay.goto("/today/")
        fay.get_by_role("link", name="Look back on an ethics case").click()
        fay.get_by_role("heading", name="It is time to look back").wait_for()
        self.writes(fay, case, "looking_back", reflection="They sleep, and came to say so.")
        fay.goto(f"/cases/{case.code}/")
        assert not fay.get_by_role("heading", name="It is time to look back").count()
        fay.goto("/today/")
        assert not fay.get_by_text("Look back on an ethics case").count()
        self.lets_nothing_out()
