"""I1: a release and a withdrawal at the same moment. Judged by the trail's order alone."""

import threading
from unittest.mock import patch
from uuid import uuid4

from django.db import IntegrityError, connection, connections

from audit.models import Entry
from consent.services import release as release_module
from consent.services import verdicts as verdicts_module
from consent.services.deciding import revoke_consent
from consent.services.release import Withheld, release_item, release_scope
from sessions_app import queries as sessions
from tests.cast import TransactionalCastTestCase
from tests.walls import gate_lowered

PATIENCE = 3


class ReleaseAgainstWithdrawal(TransactionalCastTestCase):
    """The release has read its facts; the member takes back now; then the release goes on."""

    def race(self) -> tuple[bool, list[str]]:
        """Run it once; return whether the promise was broken, and what the database refused."""
        refused: list[str] = []
        item = self.said()
        consent = self.grants(self.ana, self.asked(item))
        scope = release_scope(sessions.own_item(self.fay, item.code), self.clinic, "TREAT")
        step_up = self.stepped_up(self.fay, scope)
        facts_read, taken_back = threading.Event(), threading.Event()
        decide = verdicts_module.decide

        def decide_slowly(*facts):
            decision = decide(*facts)
            facts_read.set()
            # With the lock the withdrawal waits for us, so this runs into its limit.
            taken_back.wait(PATIENCE)
            return decision

        def releasing():
            try:
                release_item(
                    by=self.fay,
                    code=item.code,
                    recipient=self.clinic,
                    purpose="TREAT",
                    step_up_id=step_up,
                    once=uuid4(),
                )
            except Withheld:
                pass
            except IntegrityError as refusal:
                refused.append(str(refusal))
            finally:
                connections.close_all()

        def taking_back():
            facts_read.wait(PATIENCE)
            revoke_consent(by=self.ana.actor, code=consent.code)
            taken_back.set()
            connections.close_all()

        threads = [threading.Thread(target=releasing), threading.Thread(target=taking_back)]
        with patch.object(verdicts_module, "decide", decide_slowly):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
        return self.broken(consent.code), refused

    def broken(self, consent_code: str) -> bool:
        """A release was permitted after the withdrawal, in the order of commits."""
        acts = Entry.objects.filter(chain=self.practice.pk).order_by("seq")
        told = [(entry.act, entry.code, entry.outcome) for entry in acts]
        after = told[told.index(("consent.revoked", consent_code, "done")) :]
        return any(act == "release" and outcome == "permit" for act, _, outcome in after)

    def test_with_the_lock_no_release_follows_the_withdrawal(self):
        assert self.race() == (False, [])

    # SQLite has one writer: its transaction holds the whole database from BEGIN IMMEDIATE on.

    def test_without_the_lock_the_gate_in_the_database_stops_this_one(self):
        with patch.object(release_module, "lock_disclosures", lambda ids: None):
            broken, refused = self.race()
        assert broken is False
        assert bool(refused) is (connection.vendor == "postgresql")

    def test_without_either_it_does_on_postgresql_and_so_this_test_can_fail(self):
        with patch.object(release_module, "lock_disclosures", lambda ids: None), gate_lowered():
            broken, _ = self.race()
        assert broken is (connection.vendor == "postgresql")
