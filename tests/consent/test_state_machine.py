"""The whole gate, against plain dictionaries: whatever people do, in whatever order.

Every step goes through the services on the real database; `gate_model.py` says
what must come of it. After each step: would the item go out, who holds which
right to it, who reads it, and does the trail follow on by exactly the entries
that were due.
"""

import contextlib
import functools
import hashlib
import itertools
import json
import os
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, connection, transaction

pytest.importorskip("hypothesis")

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.services import StepUpRefused
from audit.models import Entry
from audit.queries import verify_chain
from consent.models import Consent
from consent.services import asking
from consent.services.asking import ask_consent
from consent.services.deciding import (
    decline_consent,
    grant_consent,
    grant_scope,
    revoke_consent,
)
from consent.services.holding import hold_consent, lift_hold, lift_scope
from consent.services.release import (
    Withheld,
    hand_over,
    open_release,
    release_item,
    release_scope,
)
from consent.services.verdicts import verdicts
from consent.services.voiding import void_item
from sessions_app import queries as sessions
from sessions_app.models import DisclosureUserPermission, VersionUserPermission
from sessions_app.rules import Rejected
from sessions_app.services.groups import end_stint
from sessions_app.services.items import edit_item, record_item
from tests.cast import BOTH, CastTestCase, proven
from tests.consent.gate_model import Gate

FULL = os.environ.get("GROUPCARE_DRILL") == "full"
STEPS = 20_000 if FULL else 2_000
STEPS_A_RUN = 50
FEW = 6  # items: much happens to each
REFUSALS = (Withheld, Rejected, StepUpRefused, ObjectDoesNotExist)
A_MOMENT = timedelta(seconds=0.25)  # how long the shortest permission lasts
SCOPES = [(reader, reason) for reader in ("clinic", "insurer") for reason in ("TREAT", "COC")]
MEMBERS = ["ana", "ben", "cleo"]
RIGHTS = ("decide", "read", "release")

which = st.integers(0, 5)
members = st.sampled_from(MEMBERS)
speakers = st.sampled_from(["ana", "ana", "cleo"])  # Ben was not there
others = st.sets(st.sampled_from(["ana", "ben", "ben", "cleo"]), max_size=2)
staff = st.sampled_from(["fay", "cody"])
readers = st.sampled_from(["clinic", "clinic", "insurer"])
reasons = st.sampled_from(["TREAT", "TREAT", "COC"])


class NothingThere(Exception):
    """A step has nothing to act on: nobody was asked yet, or nothing released."""


class TooSlow(Exception):
    """A permission ended while it was being given: on a loaded machine nobody can say when."""


def step(**drawn: Any) -> Callable[..., Any]:
    """A rule that may find nothing to act on, and then does nothing."""

    def acting(act: Callable[..., None]) -> Any:
        @functools.wraps(act)
        def tried(machine: Any, **choices: Any) -> None:
            with contextlib.suppress(NothingThere):
                act(machine, **choices)

        return rule(**drawn)(tried)

    return acting


class PeopleAtTheGate(RuleBasedStateMachine):
    """One group, and everything its people can do with what was said in it."""

    steps = 0
    outcomes: Counter[str] = Counter()

    def __init__(self, cast: Any) -> None:
        super().__init__()
        self.cast = cast
        self.undo = undone()
        self.undo.__enter__()
        self.model = Gate(signed={"ana", "ben"})
        self.here = {"ana", "ben", "cleo"}
        self.guard = cast.guard()
        self.seen, self.head = self._end_of_the_trail()
        self.entries = self.seen
        self.touched: str | None = None
        self.said, self.acted, self.hurried = 0, False, False

    def teardown(self) -> None:
        try:
            for code in self.model.items:
                self._compare(code, thoroughly=True)
            assert verify_chain(self.cast.practice.pk).holds
        finally:
            self.undo.__exit__(None, None, None)

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
            text="I wrote to my brother.",
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
            text=f"I wrote to my brother {version + 1} times.",
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

    # --- the group, and who is not of it -----------------------------------------------
    @step(member=members, leaves=st.booleans())
    def somebody_leaves_the_group_or_signs_its_agreement(self, member: str, leaves: bool) -> None:
        if member not in self.here or (not leaves and member in self.model.signed):
            return
        if leaves:
            self.here.remove(member)
            code = self._member(member).member.code
            group, today = self.cast.group, self.cast.today
            end_stint(by=self.cast.fay, group=group, member_code=code, until=today)
        else:
            self.cast.signs(self._member(member))
            self.model.signed.add(member)
        self._step(self.touched, entries=1)

    @step(n=which, act=st.sampled_from(["grant", "decline", "revoke"]))
    def somebody_answers_for_another(self, n: int, act: str) -> None:
        question, member = self._pick(self.model.consents, n)
        other = {"ana": "ben", "ben": "cleo", "cleo": "zed"}[member]
        by, code = self._member(other).actor, self._consent(question, member).code
        with pytest.raises(ObjectDoesNotExist):
            if act == "grant":
                grant_consent(by=by, code=code, signature="Somebody", step_up_id=uuid4())
            else:
                {"decline": decline_consent, "revoke": revoke_consent}[act](by=by, code=code)
        self._step(self.model.questions[question]["item"], entries=0)

    @step(n=which, stranger=st.sampled_from(["zoe", "otto"]))
    def somebody_of_elsewhere_tries(self, n: int, stranger: str) -> None:
        code, by = self._pick(self.model.items, n), getattr(self.cast, stranger)
        scope = {"by": by, "code": code, "recipient": self.cast.clinic, "purpose": "TREAT"}
        attempts: list[Callable[[], Any]] = [
            lambda: void_item(by=by, code=code),
            lambda: release_item(**scope, step_up_id=uuid4(), once=uuid4()),
            *(lambda r=r: open_release(by=by, code=r) for r in list(self.model.releases)[-1:]),
        ]
        for attempt in attempts:
            with pytest.raises(ObjectDoesNotExist):
                attempt()
        self._step(code, entries=0)

    # --- the shortest ways --------------------------------------------------------------
    def _ask(self, code: str, reader: str, reason: str) -> None:
        due = self.model.may_ask(code, reader, reason, time.time())
        asked = self._try(
            ask_consent,
            by=self.cast.fay,
            codes=[code],
            recipient=getattr(self.cast, reader),
            purposes=[reason],
            expires_on=self.cast.today + timedelta(days=90),
            answer_by=self.cast.today + timedelta(days=14),
            once=uuid4(),
        )
        assert bool(asked) == due
        if asked:
            ends, closes = asked.expires.timestamp(), asked.answer_by.timestamp()
            if time.time() > ends:
                raise TooSlow
            self.model.ask(asked.code, code, reader, reason, ends, closes, time.time())
        self._step(code, entries=int(due))

    def _everybody_grants(self, code: str, reader: str, reason: str) -> None:
        item = self.model.items[code]
        for member in sorted(item["concerns"], key=lambda one: one != item["speaker"]):
            for question, asked in list(self.model.questions.items()):
                scope = {"item": code, "reader": reader, "reason": reason}
                if {**asked, **scope, "version": item["version"]} == asked:
                    self._grant(question, member)

    def _grant(self, question: str, member: str) -> None:
        due = self.model.grant(question, member, time.time())
        if (question, member) in self.model.consents:
            consent, by = self._consent(question, member), self._member(member)
            done = self._try(
                grant_consent,
                by=by.actor,
                code=consent.code,
                signature=by.name,
                step_up_id=proven(by.actor, grant_scope(consent)),
            )
            if time.time() > self.model.questions[question]["ends"] and due != "refused":
                raise TooSlow
            assert bool(done) == (due != "refused")
        self._step(self.model.questions[question]["item"], entries=int(due == "granted"))

    def _forget(self, code: str) -> None:
        """Leave an item out of the rest of the story."""
        gate = self.model
        questions = {q for q, asked in gate.questions.items() if asked["item"] == code}
        gate.items.pop(code)
        gate.questions = {q: gate.questions[q] for q in gate.questions if q not in questions}
        gate.consents = {
            key: gate.consents[key] for key in gate.consents if key[0] not in questions
        }
        gate.releases = {r: out for r, out in gate.releases.items() if out["item"] != code}
        self.seen, self.head = self._end_of_the_trail()
        self.entries, self.touched = self.seen, None

    def _try(self, service: Callable[..., Any], **arguments: Any) -> Any:
        """Return what a service gave, None if it was refused."""
        try:
            return service(**arguments)
        except REFUSALS:
            return None

    def _pick(self, things: dict[Any, Any], n: int) -> Any:
        """The latest things are the most worth touching."""
        if not things:
            raise NothingThere
        return list(things)[-1 - n % len(things)]

    def _member(self, name: str) -> Any:
        return getattr(self.cast, name)

    def _consent(self, question: str, member: str) -> Consent:
        asked = {"request__code": question, "member": self._member(member).member}
        return Consent.objects.select_related("version").get(**asked)

    def _step(self, code: str | None, *, entries: int) -> None:
        self.touched, self.acted = code, True
        self.entries += entries
        self._the_trail_follows_on()
        if self.touched in self.model.items and not self.hurried:
            self._compare(self.touched)

    # --- comparing --------------------------------------------------------------------
    @invariant()
    def a_step_is_counted(self) -> None:
        type(self).steps += self.acted
        self.acted = False

    def _compare(self, code: str, *, thoroughly: bool = False) -> None:
        """After each step one of each, in turn; at the end of a story all of them."""
        item, now = self.model.items[code], time.time()
        row = sessions.own_item(self.cast.fay, code)
        version = sessions.current_version(row)
        for reader, reason in SCOPES if thoroughly else [SCOPES[self.seen % len(SCOPES)]]:
            due = self.model.would_go_out(code, reader, reason, now)
            assert self._would_go_out(row, reader, reason) == due, (code, reader, reason)
        held = {f"{right}_version": self._users(item["rights"][right]) for right in RIGHTS}
        held["read_disclosure"] = self._users(
            {"fay", "cody"} | (set() if item["in_error"] else {item["speaker"]})
        )
        found: dict[str, set[Any]] = {right: set() for right in held}
        for rights, thing in ((VersionUserPermission, version), (DisclosureUserPermission, row)):
            rows = rights.objects.filter(content_object_id=thing.pk)
            for right, user in rows.values_list("permission__codename", "user_id"):
                found[right].add(user)
        assert found == held
        for name in MEMBERS if thoroughly else [MEMBERS[self.seen % len(MEMBERS)]]:
            reads = sessions.readable_versions(self._member(name).actor)
            assert reads.filter(pk=version.pk).exists() == (name in self.model.readers(code))

    def _would_go_out(self, row: Any, reader: str, reason: str) -> bool:
        """The very decision a release makes."""
        [verdict] = verdicts(self.cast.fay, [row], getattr(self.cast, reader), reason, known=[])
        return verdict.decision.permits

    def _users(self, names: set[str]) -> set[Any]:
        people = (getattr(self.cast, name) for name in names)
        return {getattr(one, "actor", one).user for one in people}

    def _end_of_the_trail(self) -> tuple[int, bytes]:
        return self._trail().values_list("seq", "hash").latest("seq")

    def _the_trail_follows_on(self) -> None:
        new = self._trail().filter(seq__gt=self.seen).order_by("seq")
        for body, prev, link in new.values_list("body", "prev", "hash"):
            assert bytes(prev) == bytes(self.head)
            assert bytes(link) == hashlib.sha256(b"\0" + bytes(body) + bytes(prev)).digest()
            self.seen, self.head = self.seen + 1, link
        assert self.seen == self.entries

    def _trail(self) -> Any:
        return Entry.objects.filter(chain=self.cast.practice.pk)


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """Roll everything back at the end, as each TestCase does around its test."""
    atomics = [transaction.atomic(using=alias) for alias in sorted(BOTH)]
    for atomic in atomics:
        atomic._from_testcase = True  # what is durable may begin right inside
        atomic.__enter__()
    try:
        yield
    finally:
        for alias, atomic in reversed(list(zip(sorted(BOTH), atomics, strict=True))):
            transaction.set_rollback(True, using=alias)
            atomic.__exit__(None, None, None)


class EveryOrder(CastTestCase):
    """Thousands of steps drawn at random, and shrunk to the shortest story that goes wrong."""

    def test_the_house_does_what_the_model_says(self):
        PeopleAtTheGate.steps, PeopleAtTheGate.outcomes = 0, Counter()
        machine: Any = lambda: PeopleAtTheGate(self)  # noqa: E731
        first = secrets.randbits(32) if FULL else 0
        for wave in itertools.count(first):
            # How many steps a run takes is drawn too; another wave has another seed.
            seed(wave)(machine)
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=max(4, (STEPS - PeopleAtTheGate.steps) // STEPS_A_RUN),
                    stateful_step_count=STEPS_A_RUN,
                    deadline=None,
                    database=None,
                    phases=[Phase.generate, Phase.shrink],
                    print_blob=True,
                    suppress_health_check=list(HealthCheck),
                ),
            )
            if PeopleAtTheGate.steps >= STEPS:
                break
        steps, outcomes = PeopleAtTheGate.steps, PeopleAtTheGate.outcomes
        told = {"database": connection.vendor, "steps": steps, "seed": first}
        print(
            "\n" + json.dumps(told | {words.replace(" ", "_"): n for words, n in outcomes.items()})
        )
        assert steps >= STEPS
        assert min(outcomes["released"], outcomes["withheld"]) >= steps / 100
