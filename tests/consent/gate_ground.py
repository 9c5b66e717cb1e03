"""Where people stand at the gate: what a step is, the shortest ways, and what is compared after it.

Every step goes through the services on the real database; `gate_model.py` says
what must come of it. After each step: would the item go out, who holds which
right to it, who reads it, and does the trail follow on by exactly the entries
that were due.
"""

import contextlib
import functools
import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from accounts.services import StepUpRefused
from audit.models import Entry
from audit.queries import verify_chain
from consent.models import Consent
from consent.services.asking import ask_consent
from consent.services.deciding import grant_consent, grant_scope
from consent.services.overriding import OverrideWithheld
from consent.services.release import Withheld
from consent.services.verdicts import verdicts
from sessions_app import queries as sessions
from sessions_app.models import DisclosureUserPermission, VersionUserPermission
from sessions_app.rules import Rejected
from tests.cast import BOTH, proven
from tests.consent.gate_model import Gate

REFUSALS = (Withheld, OverrideWithheld, Rejected, StepUpRefused, ObjectDoesNotExist)
FIRST_WORDS, WORDS = "I wrote to my brother.", "I wrote to my brother {} times."
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


class AtTheGate(RuleBasedStateMachine):
    """One group at the gate, and what its people's steps are made of."""

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
        gate.emergencies = {e: one for e, one in gate.emergencies.items() if one["item"] != code}
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
        held["review_version"] = self._users({"sue"} if self.model.reviewing(code) else set())
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
