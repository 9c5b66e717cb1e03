"""Letting out without consent: asked for, agreed to, released, reviewed, and told."""

from datetime import date, timedelta
from typing import Any

from consent.models import Telling
from consent.services import overriding, reviewing, telling
from tests.cast import recipient
from tests.house.walked.scene import OnOneScene, Walks
from tests.overriding import TEXT, Overriding


class EmergenciesWalked(Overriding, OnOneScene):
    def walks_of_emergencies(self) -> Walks:
        self.crisis = recipient(self.adam, "Crisis team")
        self.threat = self.said(TEXT)
        return {
            "request_override": ("override.requested", self.an_emergency_is_claimed),
            "look_at_override": (
                "override.opened",
                lambda: overriding.look_at_override(by=self.sue, code=self.override.code),
            ),
            "open_own_override": (
                "override.opened",
                lambda: overriding.open_own_override(by=self.fay, code=self.override.code),
            ),
            "approve_override": (
                "override.approved",
                lambda: self.approves(self.override, self.cody),
            ),
            "release_override": ("override.released", lambda: self.lets_out(self.override)),
            "open_review": (
                "review.opened",
                lambda: reviewing.open_review(by=self.sue, code=self.override.code),
            ),
            "close_review": ("review.closed", lambda: self.closes(self.override)),
            "wait_to_tell": (
                "override.waits",
                lambda: telling.wait_to_tell(
                    by=self.fay, why="He reads her telephone.", until=self.in_days(9), **self.her()
                ),
            ),
            "tell_member": (
                "override.told",
                lambda: telling.tell_member(by=self.sue, how=Telling.How.IN_PERSON, **self.her()),
            ),
            "drop_override": (
                "override.dropped",
                lambda: overriding.drop_override(by=self.fay, code=self.override.code),
            ),
            "decline_override": (
                "override.declined",
                lambda: overriding.decline_override(
                    by=self.sue, code=self.requests(self.threat).code, why="Ask her first."
                ),
            ),
        }

    def an_emergency_is_claimed(self) -> None:
        self.override = self.requests(
            self.threat, tell_by=self.in_days(1), more={"wait": "He reads her telephone."}
        )

    def in_days(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def her(self) -> dict[str, Any]:
        return {"code": self.override.code, "member": self.ana.member.pk}
