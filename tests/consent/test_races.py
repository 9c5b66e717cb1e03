"""I1: a release and a withdrawal at the same moment. Judged by the trail's order alone.

Two at once, each step where it hurts most; `make races` is the same with sixteen at random.
"""

import threading
from collections.abc import Callable
from unittest.mock import patch
from uuid import uuid4

from django.db import IntegrityError, connection, connections

from accounts.staffing import deactivate
from audit.models import Entry
from consent.models import Recipient
from consent.services import release as release_module
from consent.services import verdicts as verdicts_module
from consent.services.deciding import decline_consent, revoke_consent
from consent.services.recipients import show_class_member
from consent.services.release import Withheld, open_release, release_item, release_scope
from sessions_app import queries as sessions
from sessions_app.services.agreements import write_agreement
from tests.cast import TransactionalCastTestCase, recipient

PATIENCE = 3


class AtTheSameMoment(TransactionalCastTestCase):
    """Whoever lets out has read the facts; another ends what they stand on; then it goes on."""

    ENDED: str  # the act that ends it

    def setUp(self) -> None:
        super().setUp()
        self.item = self.said()
        self.consent = self.grants(self.ana, self.asked(self.item))

    def releasing(self) -> Callable[[], object]:
        scope = release_scope(sessions.own_item(self.fay, self.item.code), self.clinic, "TREAT")
        step_up = self.stepped_up(self.fay, scope)
        return lambda: release_item(
            by=self.fay,
            code=self.item.code,
            recipient=self.clinic,
            purpose="TREAT",
            step_up_id=step_up,
            once=uuid4(),
        )

    def opening(self) -> Callable[[], object]:
        release = self.releases(self.item)
        return lambda: open_release(by=self.fay, code=release.code)

    def race(self, let_out: Callable[[], object]) -> bool:
        """Run it once; return whether the promise was broken."""
        facts_read, taken_back = threading.Event(), threading.Event()
        decide = verdicts_module.decide

        def decide_slowly(*facts):
            decision = decide(*facts)
            facts_read.set()
            # With the lock the withdrawal waits for us, so this runs into its limit.
            taken_back.wait(PATIENCE)
            return decision

        def letting_out():
            try:
                let_out()
            except (Withheld, IntegrityError):  # by the gate, or by the wall behind it
                pass
            finally:
                connections.close_all()

        def taking_back():
            facts_read.wait(PATIENCE)
            self.ends()
            taken_back.set()
            connections.close_all()

        threads = [threading.Thread(target=letting_out), threading.Thread(target=taking_back)]
        with patch.object(verdicts_module, "decide", decide_slowly):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
        return self.broken()

    def ends(self) -> None:
        raise NotImplementedError

    def broken(self) -> bool:
        """Something was let out after it had ended, in the order of commits."""
        acts = Entry.objects.filter(chain=self.practice.pk).order_by("seq")
        told = [(entry.act, entry.outcome) for entry in acts]
        after = told[told.index((self.ENDED, "done")) :]
        return any(act.startswith("release") and out == "permit" for act, out in after)


class AgainstAWithdrawal(AtTheSameMoment):
    """The member takes back."""

    ENDED = "consent.revoked"

    def ends(self) -> None:
        revoke_consent(by=self.ana.actor, code=self.consent.code)

    def without_the_lock(self, let_out: Callable[[], object]) -> bool:
        with patch.object(release_module, "lock_disclosures", lambda ids: None):
            return self.race(let_out)

    def test_with_the_lock_no_release_follows_the_withdrawal(self):
        assert self.race(self.releasing()) is False

    def test_with_the_lock_no_opening_follows_it(self):
        assert self.race(self.opening()) is False

    def test_without_the_lock_an_opening_does_on_postgresql_and_so_these_tests_can_fail(self):
        # SQLite has one writer: its transaction holds the whole database from BEGIN IMMEDIATE on.
        assert self.without_the_lock(self.opening()) is (connection.vendor == "postgresql")

    def test_a_release_without_the_lock_meets_the_second_wall(self):
        assert self.without_the_lock(self.releasing()) is False


class AgainstAnAdministrator(AtTheSameMoment):
    """The account of whoever lets out is closed."""

    ENDED = "staff.deactivated"

    def ends(self) -> None:
        deactivate(by=self.adam, person=self.fay.user)

    def test_no_release_follows_the_end_of_their_account(self):
        assert self.race(self.releasing()) is False

    def test_no_opening_follows_it(self):
        assert self.race(self.opening()) is False


class AgainstANewAgreement(AtTheSameMoment):
    """Another version of the agreement comes into force, which nobody has signed."""

    ENDED = "agreement.written"

    def ends(self) -> None:
        group = sessions.own_group(self.cody, self.group.code)
        write_agreement(
            by=self.cody,
            group=group,
            text="No telephones on the table.",
            seen=group.agreement_version,
            once=uuid4(),
        )

    def test_no_opening_follows_it(self):
        assert self.race(self.opening()) is False


class AgainstANoToAGroup(AtTheSameMoment):
    """The reader is shown to belong to a group of recipients to which the member said no."""

    ENDED = "class.shown"

    def setUp(self) -> None:
        super().setUp()
        self.providers = recipient(self.adam, "Ana’s care team", Recipient.Kind.CLASS)
        asked = self.asked(self.item, self.providers)
        decline_consent(by=self.ana.actor, code=self.consent_of(self.ana, asked).code)

    def ends(self) -> None:
        show_class_member(by=self.adam, code=self.providers.code, recipient=self.clinic.code)

    def test_no_opening_follows_it(self):
        assert self.race(self.opening()) is False
