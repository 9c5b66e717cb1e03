"""The whole gate, against plain dictionaries: whatever people do, in whatever order.

What they do with permission is in `gate_steps.py`, without it in
`gate_emergencies.py`, and what is compared after each step in `gate_ground.py`.
"""

import itertools
import json
import os
import secrets
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection

pytest.importorskip("hypothesis")

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from consent.services.deciding import decline_consent, grant_consent, revoke_consent
from consent.services.release import open_release, release_item
from consent.services.voiding import void_item
from sessions_app.models import Disclosure
from sessions_app.services.stints import end_stint
from tests.cast import CastTestCase, recipient
from tests.consent.gate_emergencies import WithoutPermission
from tests.consent.gate_ground import members, step, which
from tests.consent.gate_steps import WithPermission
from tests.overriding import Overriding

FULL = os.environ.get("GROUPCARE_DRILL") == "full"
STEPS = 20_000 if FULL else 2_000
STEPS_A_RUN = 50


class PeopleAtTheGate(WithPermission, WithoutPermission):
    """One group, and everything its people can do with what was said in it."""

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


@pytest.mark.long
class EveryOrder(Overriding, CastTestCase):
    """Thousands of steps drawn at random, and shrunk to the shortest story that goes wrong."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.crisis = recipient(cls.adam, "Crisis team")

    def at(self, code: str) -> Disclosure:
        return Disclosure.objects.get(code=code)

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
        without = outcomes["went without permission"], outcomes["stayed without permission"]
        assert min(without) >= steps / 500
