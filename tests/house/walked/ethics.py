"""The library and danger to a life."""

from uuid import uuid4

from ethics.risk_rules import Talk
from ethics.services import crisis, library, risk
from tests.house.walked.scene import OnOneScene, Walks


class EthicsWalked(OnOneScene):
    def walks_of_ethics(self) -> Walks:
        """A policy with its next version, a line to call, a talk, and a plan."""
        given = {"title": "Rooms", "says": "Doors stay closed."}
        line = {"name": "Night line", "call": "555 0188", "how": ""}
        of_ana = {
            "by": self.fay,
            "group_code": self.group.code,
            "member_code": self.ana.member.code,
        }
        return {
            "load_library": ("library.loaded", library.load_library),
            "add_policy": ("policy.added", lambda: self.kept("policy", self.a_policy(given))),
            "change_policy": (
                "policy.changed",
                lambda: library.change_policy(
                    by=self.adam, code=self.policy.code, seen=1, title="Rooms", says="Locked."
                ),
            ),
            "confirm_entry": (
                "library.confirmed",
                lambda: library.confirm_entry(by=self.sue, code="aca-b6e", version=1),
            ),
            "add_crisis_contact": (
                "crisis.added",
                lambda: self.kept(
                    "line", crisis.add_crisis_contact(by=self.adam, once=uuid4(), **line)
                ),
            ),
            "change_crisis_contact": (
                "crisis.changed",
                lambda: crisis.change_crisis_contact(
                    by=self.adam, code=self.line.code, seen=1, **{**line, "how": "By night."}
                ),
            ),
            "remove_crisis_contact": (
                "crisis.removed",
                lambda: crisis.remove_crisis_contact(by=self.adam, code=self.line.code),
            ),
            "record_risk": (
                "risk.recorded",
                lambda: self.kept(
                    "worry",
                    risk.record_risk(
                        **of_ana, talk=Talk(level="low"), follow_up_on=None, once=uuid4()
                    ),
                ),
            ),
            "follow_up_risk": (
                "risk.followed_up",
                lambda: risk.follow_up_risk(
                    **of_ana, code=self.worry.code, text="Slept.", next_on=None, once=uuid4()
                ),
            ),
            "write_safety_plan": (
                "safety_plan.written",
                lambda: risk.write_safety_plan(**of_ana, parts={"alone": "Walk."}, seen=0),
            ),
        }

    def kept(self, name: str, made: object) -> None:
        setattr(self, name, made)

    def a_policy(self, given: dict[str, str]) -> object:
        return library.add_policy(by=self.adam, once=uuid4(), **given)
