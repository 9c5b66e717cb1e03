"""An ethics case from its opening to what others learn from it."""

from django.utils import timezone

from accounts.models import Role
from ethics.guarding import guard_for_case
from ethics.rules import StepKind
from ethics.services import cases, consulting
from sessions_app.models import Member
from tests.cast import staff, user_of
from tests.house.walked.scene import OnOneScene, Walks
from tests.thinking import Thought


class ThinkingWalked(OnOneScene):
    def walks_of_thinking(self) -> Walks:
        self.thinks = Thought(self)
        self.wise = staff(self.practice, "Wanda Wise", Role.OUTSIDE_COLLEAGUE)
        return {
            "open_case": ("case.begun", self.a_case_is_opened),
            "write_step": ("case.written", self.its_facts_are_written),
            "cite": ("case.written", self.a_code_is_cited),
            "invite_to_case": ("case.invited", self.somebody_is_asked),
            "share_step": ("case.shared", self.its_facts_are_shared),
            "look_from_outside": (
                "case.opened",
                lambda: consulting.look_from_outside(by=self.wise, code=self.case.code),
            ),
            "end_share": (
                "case.share_ended",
                lambda: consulting.end_share(
                    by=self.fay, code=self.case.code, share_id=self.case_share.pk
                ),
            ),
            "end_invitation": (
                "case.invitation_ended",
                lambda: consulting.end_invitation(
                    by=self.fay, code=self.case.code, person_id=self.asked_in.pk
                ),
            ),
            "close_case": ("case.closed", self.it_is_closed),
            "open_lesson": ("case.shared", lambda: self.thinks.teaches(self.case)),
            "reopen_case": ("case.reopened", lambda: self.thinks.reopens(self.case)),
            "forget_erased_members": ("case.member_forgotten", self.a_reference_is_taken_off),
        }

    def a_case_is_opened(self) -> None:
        self.case = self.thinks.opens()

    def its_facts_are_written(self) -> None:
        self.facts = self.thinks.writes(self.case, StepKind.FACTS)

    def a_code_is_cited(self) -> None:
        cases.cite(
            by=self.fay,
            code=self.case.code,
            source="ACA",
            rule="B.1.d",
            guard=guard_for_case(self.fay, case=self.case),
            once=self.case.pk,
        )

    def somebody_is_asked(self) -> None:
        self.asked_in = self.thinks.asks_onto(self.case, user_of(self.wise), "outside")

    def its_facts_are_shared(self) -> None:
        self.case_share = self.thinks.shares(self.case, self.facts, {"facts": "Somebody asked."})

    def it_is_closed(self) -> None:
        self.thinks.wishes(self.case)
        self.thinks.closes(self.case)

    def a_reference_is_taken_off(self) -> None:
        gone = self.join(self.zoe, self.far_group, "Nell Nash")
        about = {"group_code": self.far_group.code, "member_code": gone.member.code}
        self.thinks.opens(by=self.zoe, **about)
        Member.objects.filter(pk=gone.member.pk).update(erased_at=timezone.now())
        cases.forget_erased_members()
