"""What people do at the gate without permission: two agree, it goes one way, one looks at it."""

from uuid import uuid4

from hypothesis import strategies as st

from consent.models import Override
from consent.rules.overrides import Fact
from consent.services.overriding import (
    OverrideWithheld,
    approve_override,
    approve_scope,
    drop_override,
    override_scope,
    release_override,
)
from consent.services.release import hand_over, open_release
from consent.services.reviewing import close_review, open_review
from tests.cast import proven
from tests.consent.gate_ground import (
    FIRST_WORDS,
    WORDS,
    AtTheGate,
    NothingThere,
    staff,
    step,
    which,
)


class WithoutPermission(AtTheGate):
    """An emergency: two people, one way out, and somebody who looks at it."""

    @step(n=which, by=staff)
    def an_emergency_is_claimed(self, n: int, by: str) -> None:
        self._claim(self._pick(self.model.items, n), by)

    @step(n=which, who=st.sampled_from(["fay", "cody"]))
    def a_second_person_agrees(self, n: int, who: str) -> None:
        self._agree(self._pick(self.model.emergencies, n), who)

    @step(n=which, by=staff)
    def it_is_claimed_agreed_to_released_and_opened(self, n: int, by: str) -> None:
        code = self._claim(self._pick(self.model.items, n), by)
        self._agree(code, "cody" if by == "fay" else "fay")
        self._go(code)
        self._open(code, by, given=False)

    @step(n=which)
    def it_goes_without_permission(self, n: int) -> None:
        self._go(self._pick(self.model.emergencies, n))

    @step(n=which, who=staff, given=st.booleans())
    def it_is_opened_or_given_without_permission(self, n: int, who: str, given: bool) -> None:
        self._open(self._pick(self.model.emergencies, n), who, given=given)

    def _open(self, code: str, who: str, *, given: bool) -> None:
        one = self.model.emergencies[code]
        if not one["release"]:
            raise NothingThere
        due = self.model.may_open(code, who)
        act = hand_over if given else open_release
        done = self._try(act, by=getattr(self.cast, who), code=one["release"])
        again = given and one["given"] and who == one["by"]
        assert bool(done) == (due or again)
        if given and due:
            one["over"] = one["given"] = True
        self.outcomes["opened without permission" if due else "stays closed without"] += 1
        self._step(one["item"], entries=int(not again))

    @step(n=which)
    def it_is_let_go(self, n: int) -> None:
        one = self.model.emergencies[code := self._pick(self.model.emergencies, n)]
        before, one["dropped"], one["over"] = one["dropped"], True, True
        drop_override(by=getattr(self.cast, one["by"]), code=code)
        self._step(one["item"], entries=int(not before))

    @step(n=which, outcome=st.sampled_from(["upheld", "not_justified"]))
    def somebody_else_reviews_it(self, n: int, outcome: str) -> None:
        one = self.model.emergencies[code := self._pick(self.model.emergencies, n)]
        due = bool(one["release"]) and not one["reviewed"]
        words = {"words": "She was reachable."} if outcome != "upheld" else {}
        assert bool(self._try(open_review, by=self.cast.sue, code=code)) == due
        done = self._try(close_review, by=self.cast.sue, code=code, outcome=outcome, **words)
        assert bool(done) == due
        one["reviewed"] = one["reviewed"] or due
        one["over"] = one["over"] or (due and outcome == "not_justified")
        self._step(one["item"], entries=2 * due)

    def _claim(self, code: str, by: str) -> str:
        item, version = self.model.items[code], self.model.items[code]["version"]
        text = FIRST_WORDS if version == 1 else WORDS.format(version)
        said = {Fact.SERIOUS, Fact.IMMINENT, Fact.MINIMUM}
        people = [self._member(one) for one in sorted(item["concerns"])]
        try:
            made = self.cast.requests(
                self.cast.at(code),
                by=getattr(self.cast, by),
                said=said,
                passages=(text,),
                text=text,
                involved=people,
                guard=self.guard,
            )
        except OverrideWithheld as withheld:
            made, refused = withheld.override, True
        else:
            refused = False
        assert self.model.claim(made.code, code, by) != refused
        self._step(code, entries=1)
        return made.code

    def _agree(self, code: str, who: str) -> None:
        one, by = self.model.emergencies[code], getattr(self.cast, who)
        due, before = self.model.may_agree(code, who), one["agreed"] and who != one["by"]
        override = Override.objects.get(code=code)
        proof = proven(by, approve_scope(override))
        done = self._try(approve_override, by=by, code=code, step_up_id=proof)
        assert bool(done) == (due or before)
        one["agreed"] = one["agreed"] or due
        self._step(one["item"], entries=int(due))

    def _go(self, code: str) -> None:
        one = self.model.emergencies[code]
        by, due = getattr(self.cast, one["by"]), self.model.may_go(code)
        proof = proven(by, override_scope(Override.objects.get(code=code)))
        done = self._try(release_override, by=by, code=code, step_up_id=proof, once=uuid4())
        assert bool(done) == due
        if done:
            one["release"] = done.code
        self.outcomes["went without permission" if due else "stayed without permission"] += 1
        self._step(one["item"], entries=1)
