"""What people do at the gate with permission: they write, ask, answer, take back and let out."""

import time
from datetime import UTC, datetime, timedelta
from unittest.mock import patch
from uuid import uuid4

from django.db import IntegrityError
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition

from consent.services import asking
from consent.services.deciding import decline_consent, revoke_consent
from consent.services.holding import hold_consent, lift_hold, lift_scope
from consent.services.release import hand_over, open_release, release_item, release_scope
from consent.services.voiding import void_item
from sessions_app import queries as sessions
from sessions_app.services.items import edit_item, record_item
from tests.cast import proven
from tests.consent.gate_ground import (
    FIRST_WORDS,
    WORDS,
    AtTheGate,
    TooSlow,
    others,
    readers,
    reasons,
    speakers,
    staff,
    step,
    which,
)

FEW = 6  # items: much happens to each
A_MOMENT = timedelta(seconds=0.25)  # how long the shortest permission lasts


class WithPermission(AtTheGate):
    """What is said in a group, and everything that goes out because everybody allows it."""

    # --- writing --------------------------------------------------------------
    @initialize(concerned=others, reader=readers, reason=reasons)
    def somebody_said_something_and_all_are_asked(
        self, concerned: set[str], reader: str, reason: str
    ) -> None:
        self._say("ana", concerned)
        self._ask(self._pick(self.model.items, 0), reader, reason)

    def _few_items(self) -> bool:
        """Never ask what depends on the clock: a replay must draw the same."""
        return self.said < FEW

    @precondition(_few_items)
    @step(speaker=speakers, concerned=others)
    def somebody_said_something(self, speaker: str, concerned: set[str]) -> None:
        self._say(speaker, concerned)

    def _say(self, speaker: str, concerned: set[str]) -> None:
        item = record_item(
            by=self.cast.fay,
            session=self.cast.session,
            speaker=self._member(speaker).member.pk,
            concerned=[self._member(one).member.pk for one in concerned],
            text=FIRST_WORDS,
            once=uuid4(),
            guard=self.guard,
        )
        self.said += 1
        self.model.record(item.code, speaker, concerned)
        self._step(item.code, entries=1)

    @step(n=which, concerned=others)
    def the_item_is_edited(self, n: int, concerned: set[str]) -> None:
        code = self._pick(self.model.items, n)
        version = self.model.items[code]["version"]
        due = self.model.edit(code, concerned)
        done = self._try(
            edit_item,
            by=self.cast.fay,
            code=code,
            seen_version=version,
            concerned=[self._member(one).member.pk for one in concerned],
            text=WORDS.format(version + 1),
            guard=self.guard,
        )
        assert bool(done) == due
        self._step(code, entries=int(due))

    @step(n=which, seldom=st.integers(0, 1))
    def it_was_written_in_error(self, n: int, seldom: int) -> None:
        if seldom:  # or nothing would be left
            return
        code = self._pick(self.model.items, n)
        due = self.model.void(code)
        void_item(by=self.cast.fay, code=code)
        self._step(code, entries=int(due))

    # --- asking and answering ---------------------------------------------------
    @step(n=which, reader=readers, reason=reasons)
    def they_are_asked(self, n: int, reader: str, reason: str) -> None:
        self._ask(self._pick(self.model.items, n), reader, reason)

    @step(n=which, reader=readers, reason=reasons)
    def everybody_allows_it(self, n: int, reader: str, reason: str) -> None:
        code = self._pick(self.model.items, n)
        self._ask(code, reader, reason)
        self._everybody_grants(code, reader, reason)

    @step(n=which, reader=readers, reason=reasons, seldom=st.integers(0, 1))
    def everybody_allows_it_for_a_moment(
        self, n: int, reader: str, reason: str, seldom: int
    ) -> None:
        if seldom:  # waiting for the end takes longer than ten other steps
            return
        code = self._pick(self.model.items, n)
        end = datetime.now(UTC) + A_MOMENT
        self.hurried = True
        try:
            with patch.object(asking, "local_midnight", lambda day, practice: end):
                self._ask(code, reader, reason)
            self._everybody_grants(code, reader, reason)
        except (TooSlow, IntegrityError):
            if datetime.now(UTC) < end:
                raise
            self._forget(code)  # the moment was over before it could be asked about
        self.hurried = False
        time.sleep(max(0, end.timestamp() - time.time()) + 0.002)
        self._step(code, entries=0)

    @step(n=which)
    def one_allows(self, n: int) -> None:
        self._grant(*self._pick(self.model.consents, n))

    @step(n=which)
    def one_says_no(self, n: int) -> None:
        question, member = self._pick(self.model.consents, n)
        now = time.time()
        is_open = self.model.is_open(question, member, now)
        due = self.model.say_no(question, member, now) if is_open else 0
        by = self._member(member).actor
        done = self._try(decline_consent, by=by, code=self._consent(question, member).code)
        assert bool(done) == is_open
        self._step(self.model.questions[question]["item"], entries=due)

    @step(n=which)
    def one_takes_back(self, n: int) -> None:
        question, member = self._pick(self.model.consents, n)
        due = self.model.say_no(question, member, time.time())
        revoke_consent(by=self._member(member).actor, code=self._consent(question, member).code)
        self._step(self.model.questions[question]["item"], entries=due)

    @step(n=which)
    def one_was_pressured(self, n: int) -> None:
        self._hold(*self._pick(self.model.consents, n))

    @step(n=which, later=st.booleans())
    def one_says_alone_in_the_room_that_it_stands_again(self, n: int, later: bool) -> None:
        allowed, held = self.model.ending_with("granted"), self.model.ending_with("held")
        if not held or not later:
            self._hold(*self._pick(allowed, n))
            held = self.model.ending_with("held")
        question, member = self._pick(held, n)
        due = self.model.lift(question, member, time.time())
        consent, by = self._consent(question, member), self.cast.sue
        proof = proven(by, lift_scope(consent))
        done = self._try(lift_hold, by=by, code=consent.code, step_up_id=proof)
        assert bool(done) == due
        self.outcomes["lifted" if due else "stays held"] += 1
        self._step(self.model.questions[question]["item"], entries=2 * due)

    def _hold(self, question: str, member: str) -> None:
        due = self.model.hold(question, member, time.time())
        hold_consent(by=self._member(member).actor, code=self._consent(question, member).code)
        self.outcomes["held"] += bool(due)
        self._step(self.model.questions[question]["item"], entries=due)

    # --- letting out ----------------------------------------------------------------
    @step(n=which, reader=readers, reason=reasons, by=staff)
    def it_is_released(self, n: int, reader: str, reason: str, by: str) -> None:
        self._release(self._pick(self.model.items, n), reader, reason, by)

    @step(n=which, reader=readers, reason=reasons, by=staff)
    def everybody_allows_it_and_it_is_released(
        self, n: int, reader: str, reason: str, by: str
    ) -> None:
        code = self._pick(self.model.items, n)
        self._ask(code, reader, reason)
        self._everybody_grants(code, reader, reason)
        self._release(code, reader, reason, by)

    def _release(self, code: str, reader: str, reason: str, by: str) -> None:
        due = self.model.would_go_out(code, reader, reason, time.time())
        actor, to = getattr(self.cast, by), getattr(self.cast, reader)
        scope = release_scope(sessions.own_item(actor, code), to, reason)
        done = self._try(
            release_item,
            by=actor,
            code=code,
            recipient=to,
            purpose=reason,
            step_up_id=proven(actor, scope),
            once=uuid4(),
        )
        assert bool(done) == due
        if done:
            self.model.release(done.code, code, reader, reason, time.time())
        self.outcomes["released" if due else "withheld"] += 1
        self._step(code, entries=1)

    @step(n=which, by=staff)
    def it_is_opened(self, n: int, by: str) -> None:
        code = self._pick(self.model.releases, n)
        due = self.model.would_open(code, time.time())
        assert bool(self._try(open_release, by=getattr(self.cast, by), code=code)) == due
        self.outcomes["opened" if due else "stays closed"] += 1
        self._step(self.model.releases[code]["item"], entries=1)

    @step(n=which)
    def it_is_handed_over(self, n: int) -> None:
        code = self._pick(self.model.releases, n)
        release = self.model.releases[code]
        before = release["handed_over"]
        due = self.model.would_open(code, time.time())
        done = self._try(hand_over, by=self.cast.fay, code=code)
        assert bool(done) == (due or before)
        release["handed_over"] = before or due
        self._step(release["item"], entries=int(not before))
