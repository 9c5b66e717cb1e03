"""Emergencies, cases, danger to a life and the library, tried as the evening is (test_swap.py)."""

from typing import Any

from consent.models import Override
from ethics.models import (
    CasePerson,
    CaseShare,
    CaseStep,
    CrisisContact,
    EthicsCase,
    PolicyReference,
    RiskAssessment,
)
from ethics.services.library import load_library
from tests.cast import CastTestCase
from tests.overriding import TEXT
from tests.pages.elsewhere import Elsewhere, Walk

SENT: dict[str, set[str]] = {
    "an_emergency_from_the_item_to_its_review": {
        "new_override",
        "begin_approval",
        "confirm_approval",
        "begin_override",
        "confirm_override",
        "override",
        "tell_override",
        "review_override",
        "step_up",
    },
    "what_does_not_go": {"assert_privilege", "new_override", "drop_override"},
    "a_case_from_its_title_to_what_others_learn": {
        "new_case",
        "case_step",
        "case_entry",
        "case_people",
        "share_entry",
        "end_share",
        "consulted_case",
        "end_on_case",
        "close_case",
        "reopen_case",
        "teach_case",
    },
    "danger_to_a_life": {
        "assess_risk",
        "keep_risk",
        "open_risk",
        "follow_up_risk",
        "edit_safety_plan",
    },
    "the_library_and_the_lines": {
        "new_policy",
        "change_policy",
        "confirm_entry",
        "new_crisis_contact",
        "change_crisis_contact",
        "remove_crisis_contact",
    },
}
EMERGENCY = {
    "basis": "THREAT",
    "what": "She says that she will die tonight.",
    "can_prevent": "They are ten minutes from her door.",
    "sentences": ["1"],
}


class WhenConsentIsNotEnough(Walk, CastTestCase):
    """Walked by Fay, Cody, Sue and Adam."""

    stage = Elsewhere

    def tearDown(self) -> None:
        walk = self._testMethodName.removeprefix("test_")
        self.nothing_leaked_and_nothing_changed(least=0, tries=0)
        assert self.found.posted == SENT[walk]

    def proven(self, browser: Any, actor: Any, **fields: Any) -> str:
        self.proof(browser, actor)
        return browser.fill(browser.at, **fields)

    def asks(self, fays: Any, **fields: Any) -> Override:
        item = self.said(TEXT)
        more = {**EMERGENCY, "recipient": self.clinic.code, **fields}
        fays.fill(f"/items/{item.code}/emergency/", **more)
        return Override.objects.latest("pk")

    def test_an_emergency_from_the_item_to_its_review(self) -> None:
        fays, codys, sues = map(self.walker, (self.fay, self.cody, self.sue))
        override = self.asks(fays)
        fays.look("/emergencies/")
        fays.send(f"/emergencies/{override.code}/", {"open": "1"})
        codys.look("/attesting/")
        codys.send(f"/attesting/emergencies/{override.code}/")
        self.proven(codys, self.cody)
        fays.send(f"/emergencies/{override.code}/release/")
        self.proven(fays, self.fay)
        told = f"/emergencies/{override.code}/tell/{self.ana.member.code}/"
        fays.fill(told, how="in_person")
        sues.look("/emergency-reviews/")
        sues.send(f"/emergency-reviews/{override.code}/")
        sues.fill(f"/emergency-reviews/{override.code}/", outcome="upheld", words="")

    def test_what_does_not_go(self) -> None:
        fays = self.walker(self.fay)
        item = self.said(TEXT)
        fays.fill(
            f"/items/{item.code}/emergency/subpoena/",
            recipient=self.clinic.code,
            what="A lawyer wants all of it.",
            counsel="on",
        )
        fays.send(f"/emergencies/{self.asks(fays).code}/drop/")

    def test_a_case_from_its_title_to_what_others_learn(self) -> None:
        fays, sues = self.walker(self.fay), self.walker(self.sue)
        fays.fill("/cases/new/", title="A request from an employer", dilemma="values")
        case = EthicsCase.objects.latest("pk")
        here, day = f"/cases/{case.code}/", self.today.isoformat()
        fays.look("/cases/")
        fays.fill(f"{here}facts/", facts="An employer telephoned.")
        fays.fill(f"{here}option/", option="Wait the week.")
        option = CaseStep.objects.filter(case=case, kind="option").latest("pk")
        fays.fill(f"{here}option/{option.pk}/", option="Wait two weeks.")
        fays.fill(f"{here}wish/", value="asked", wish="They want a week.", on=day)
        fays.fill(f"{here}people/", user=f"supervisor:{self.sue.user}", until=day)
        sues.look("/consulted/")
        sues.fill(f"/consulted/{case.code}/", what="consultation", words="Wait the week.")
        facts = CaseStep.objects.filter(case=case, kind="facts").latest("pk")
        fays.fill(f"{here}share/{facts.pk}/", first="Somebody outside asked.")
        share = CaseShare.objects.filter(case=case).latest("pk")
        fays.send(f"{here}shared/{share.pk}/end/")
        person = CasePerson.objects.filter(case=case).latest("pk")
        fays.send(f"{here}people/{person.pk}/end/")
        fays.fill(f"{here}close/", value="full", ending="", knows="on")
        fays.fill(f"{here}learn/", summary="Somebody outside asked whether a person attends.")
        fays.fill(f"{here}reopen/", because="They asked again.")

    def test_danger_to_a_life(self) -> None:
        fays = self.walker(self.fay)
        here = f"/groups/{self.group.code}/members/{self.ana.member.code}/risk/"
        fays.look(here)
        fays.send(f"{here}keep/talk/", {"heard": "She is tired."})
        fays.fill(f"{here}new/", level="low", heard="She is tired.")
        worry = RiskAssessment.objects.filter(member=self.ana.member).latest("pk").code
        fays.send(f"{here}{worry}/open/")
        fays.fill(f"{here}{worry}/went-on/", said="She slept.")
        fays.fill(f"{here}plan/", alone="Walk to the river.")

    def test_the_library_and_the_lines(self) -> None:
        load_library()
        adams, sues = self.walker(self.adam), self.walker(self.sue)
        adams.fill(
            "/library/policies/new/",
            title="Reports",
            says="We send none.",
            relates_to="aca-b6e",
            compared="more",
        )
        policy = PolicyReference.objects.filter(practice=self.practice).latest("pk").code
        adams.fill(f"/library/{policy}/change/", says="We send none, ever.")
        sues.look(f"/library/{policy}/")
        sues.send("/library/aca-b6e/1/looked-up/")
        adams.look("/crisis-lines/")
        adams.fill("/crisis-lines/new/", name="County team", call="555 0199", how="Nights.")
        line = CrisisContact.objects.filter(practice=self.practice).latest("pk").code
        adams.fill(f"/crisis-lines/{line}/", call="555 0198")
        adams.send(f"/crisis-lines/{line}/off/")
