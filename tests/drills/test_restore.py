"""The drill of a restored backup: what was taken back since is there again, and nothing goes out.

Ten times with `GROUPCARE_DRILL=full`, else once. Prints a line of JSON: how often
each way out was tried in the restored house, before two people lifted the freeze
and after, and how often it let something out.
"""

import collections
import json
import os
import time
from collections.abc import Callable

from django.db import connection

from audit.queries import verify_chain
from consent import freezes
from consent.models import Consent
from consent.services.deciding import revoke_consent
from consent.services.freezing import Frozen
from consent.services.release import Withheld, open_release
from groupcare.known_heads import heads_kept
from tests.cast import TransactionalCastTestCase, agrees_to_lift
from tests.rewinding import backed_up

ROUNDS = 10 if os.environ.get("GROUPCARE_DRILL") == "full" else 1


class RestoredHouse(TransactionalCastTestCase):
    def setUp(self):
        super().setUp()
        self.told = collections.Counter[str](let_out=0)

    def tried(self, what: str, *ways_out: Callable[[], object]) -> None:
        for way_out in ways_out:
            self.told[what] += 1
            try:
                way_out()
                self.told["let_out"] += 1
            except (Withheld, Frozen):
                pass

    def test_nothing_goes_out_that_was_taken_back_after_the_backup(self):
        began = time.monotonic()
        for _ in range(ROUNDS):
            self.back_up_take_back_and_restore()
        figures = {
            "database": connection.vendor,
            "rounds": ROUNDS,
            **self.told,
            "seconds": round(time.monotonic() - began, 1),
        }
        print("\n" + json.dumps(figures))
        assert self.told["let_out"] == 0
        assert self.told["tried_while_frozen"] == 4 * ROUNDS
        assert self.told["tried_after_lifting"] == 2 * ROUNDS
        assert self.told["taken_back_while_frozen"] == ROUNDS

    def back_up_take_back_and_restore(self) -> None:
        with heads_kept():
            item = self.said()
            consent = self.grants(self.ana, self.asked(item))
            before = self.releases(item)
            waiting = self.asked(self.said("Not answered yet."))
        with backed_up() as restore:
            with heads_kept():
                revoke_consent(by=self.ana.actor, code=consent.code)
            restore()
            assert Consent.objects.get(pk=consent.pk).events.latest("counter").kind == "granted"
            ways_out = (
                lambda: self.releases(item),
                lambda: open_release(by=self.fay, code=before.code),
            )
            self.tried(
                "tried_while_frozen",
                *ways_out,
                lambda: self.grants(self.ana, waiting),
                lambda: self.asked(item, self.insurer),
            )
            self.told["taken_back_while_frozen"] += (
                revoke_consent(by=self.ana.actor, code=consent.code).kind == "revoked"
            )
            [frozen] = freezes.standing_in(self.practice.pk)
            for one in (self.sue, self.adam):
                agrees_to_lift(one, frozen)
            assert not freezes.is_frozen(self.practice.pk)
            self.tried("tried_after_lifting", *ways_out)
            assert verify_chain(self.practice.pk).holds
