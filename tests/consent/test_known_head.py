"""I13: after an older backup is restored the house is frozen, until two people have looked."""

import threading
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connections
from django.test import Client

from audit import trail
from audit.entry import Growth, Line
from audit.models import DenialBucket, Entry, Head
from audit.queries import head_of, verify_chain
from audit.services import note_denial
from audit.trail import INSTALLATION, NOBODY, Actor
from consent import freezes, known_head
from consent.models import Consent, Freeze, Release
from consent.services.deciding import revoke_consent
from consent.services.freezing import (
    Frozen,
    freeze,
    freeze_if_rolled_back,
    keep_known,
    unless_frozen,
)
from consent.services.release import Withheld
from groupcare.known_heads import heads_kept
from tests.cast import TransactionalCastTestCase, agrees_to_lift, sign_in
from tests.rewinding import backed_up
from vault.key_ring import Keyless
from vault.models import KnownHead


def known(chain) -> tuple[int, bytes] | None:
    row = KnownHead.objects.filter(chain=chain).first()
    return (row.seq, bytes(row.hash)) if row else None


def end(chain) -> tuple[int, bytes]:
    head = head_of(chain)
    return head.seq, head.hash


class KeepingTheHead(TransactionalCastTestCase):
    """After a request that wrote, the vault knows how far the trail has come. Never less."""

    def setUp(self):
        super().setUp()
        self.chain = self.practice.pk
        with heads_kept():
            self.said()

    def note(self, *, chain=None) -> Growth:
        with trail.growth() as grown:
            trail.receipt_for(Actor(chain or self.chain, NOBODY, "house"), "home.opened", [])
        return grown[chain or self.chain]

    def test_what_a_request_wrote_is_known_after_it(self):
        client = Client()
        sign_in(client, self.fay)
        assert known(self.chain) == end(self.chain)
        client.get("/today/")
        assert known(self.chain) == end(self.chain)

    def test_a_failed_sign_in_is_known_of_the_installations_chain(self):
        Client().post("/sign-in/", {"login": "nobody-here", "password": "x"})
        assert known(INSTALLATION) == end(INSTALLATION)

    def test_a_request_that_wrote_nothing_asks_the_vault_nothing(self):
        client = Client()
        sign_in(client, self.sue)
        client.get("/you/")
        with self.assertNumQueries(0, using="vault"):
            assert client.get("/you/").status_code == 200

    def test_a_writing_request_costs_the_vault_one_statement(self):
        with self.assertNumQueries(1, using="vault"), heads_kept():
            self.look()
            self.look()
        assert known(self.chain) == end(self.chain)

    def look(self) -> None:
        trail.receipt_for(self.fay, "home.opened", [])

    def test_what_was_rolled_back_is_not_known(self):
        before = known(self.chain)
        with heads_kept(), pytest.raises(RuntimeError), trail.transaction.atomic():
            trail.append(self.fay, "home.opened")
            raise RuntimeError
        assert known(self.chain) == before

    def test_the_worker_keeps_heads_too(self):
        note_denial(practice=self.chain, actor=self.otto.user)
        DenialBucket.objects.update(minute="2026-01-01T00:00Z")
        call_command("work", "--once")
        assert known(self.chain) == end(self.chain)

    def test_another_process_that_kept_its_own_meanwhile_stops_nothing(self):
        first, second, third = self.note(), self.note(), self.note()
        keep_known(second)
        assert known(self.chain) == (second.after.seq, second.after.hash)
        keep_known(first)
        assert known(self.chain) == (second.after.seq, second.after.hash), "it never goes back"
        keep_known(third)
        assert known(self.chain) == end(self.chain)

    def test_many_threads_at_once_end_at_the_end(self):
        def looking():
            with heads_kept():
                trail.receipt_for(self.fay, "home.opened", [])
            connections.close_all()

        threads = [threading.Thread(target=looking) for _ in range(8)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        with heads_kept():
            self.look()
        assert not freezes.is_frozen(self.chain)
        assert known(self.chain) == end(self.chain)

    def test_a_head_that_differs_is_never_overwritten_and_freezes(self):
        KnownHead.objects.filter(chain=self.chain).update(hash=b"x" * 32)
        there = known(self.chain)
        with heads_kept():
            self.look()
        assert known(self.chain) == there
        assert freezes.is_frozen(self.chain)

    def test_a_vault_that_is_away_breaks_no_page(self):
        client = Client()
        sign_in(client, self.sue)
        with patch("consent.services.freezing.vault.know_line", side_effect=DatabaseError):
            assert client.get("/desk/").status_code == 200


class Comparing(TransactionalCastTestCase):
    """What is known is fetched before the lock and compared under it, for both chains."""

    def test_a_practice_that_was_never_known_passes(self):
        assert known_head.fetch(self.practice.pk) == []
        with unless_frozen(self.fay, "items") as check_open:
            check_open()

    def test_an_end_that_only_grew_passes(self):
        with heads_kept():
            self.said()
        fetched = known_head.fetch(self.practice.pk)
        self.said("More.")
        assert known_head.rolled_back(fetched) == set()

    def test_ahead_or_different_is_rolled_back_on_either_chain(self):
        for chain in (self.practice.pk, INSTALLATION):
            line = head_of(chain)
            cases = {
                "the same": (line, set()),
                "ahead": (Line(chain, line.seq + 1, line.hash), {chain}),
                "different": (Line(chain, line.seq, b"x" * 32), {chain}),
            }
            for what, (compared, back) in cases.items():
                assert known_head.rolled_back([compared]) == back, what

    def test_a_head_that_was_set_back_alone_is_rolled_back(self):
        line = head_of(self.practice.pk)
        Head.objects.filter(chain=line.chain).update(seq=line.seq - 1)
        assert known_head.rolled_back([line]) == {line.chain}

    def test_without_the_vaults_database_nothing_is_decided(self):
        with (
            patch("vault.models.KnownHead.objects.filter", side_effect=DatabaseError),
            pytest.raises(Keyless),
        ):
            known_head.fetch(self.practice.pk)

    def test_a_rolled_back_installation_freezes_all_of_it(self):
        line = head_of(INSTALLATION)
        KnownHead.objects.create(chain=INSTALLATION, seq=line.seq + 1, hash=b"x" * 32)
        with pytest.raises(Frozen):
            self.asked(self.said())
        assert freezes.is_frozen(self.practice.pk) and freezes.is_frozen(self.other_practice.pk)


class RestoringAnOlderBackup(TransactionalCastTestCase):
    """The drill: a copy of the main database, then a release and a withdrawal, then the copy."""

    def test_a_restored_backup_freezes_until_two_people_agree(self):
        with heads_kept():
            item = self.said()
            consent = self.grants(self.ana, self.asked(item))
            open_item = self.said("Not answered yet.")
            waiting = self.asked(open_item, self.insurer)
        with backed_up() as restore:
            with heads_kept():
                self.releases(item)
                revoke_consent(by=self.ana.actor, code=consent.code)
            restore()
            self.restored(item, consent, waiting)

    def restored(self, item, consent, waiting) -> None:
        assert not Release.objects.exists(), "the backup is older than the release"
        assert Consent.objects.get(pk=consent.pk).events.latest("counter").kind == "granted"
        # Signing in works, and by what it writes the house finds out.
        supervisor, member = Client(), Client()
        sign_in(supervisor, self.sue)
        sign_in(member, self.ana.actor)
        [frozen] = freezes.standing_in(self.practice.pk)
        assert frozen.cause == Freeze.Cause.KNOWN_HEAD and frozen.by is None
        assert Entry.objects.filter(chain=self.practice.pk, act="house.frozen").count() == 1
        self.not_released(item)
        with pytest.raises(Frozen):
            self.grants(self.ana, waiting)
        with pytest.raises(Frozen):
            self.asked(self.said("Writing down goes on."))
        # Taking back works, so what the backup brought back can be ended.
        assert revoke_consent(by=self.ana.actor, code=consent.code).kind == "revoked"
        assert agrees_to_lift(self.sue, frozen) is False
        assert freezes.is_frozen(self.practice.pk)
        assert agrees_to_lift(self.adam, frozen) is True
        assert known(self.practice.pk) == end(self.practice.pk)
        assert known_head.rolled_back(known_head.fetch(self.practice.pk)) == set()
        self.grants(self.ana, waiting)
        assert self.last_entry().act == "consent.granted"
        assert verify_chain(self.practice.pk).holds

    def not_released(self, item) -> None:
        """The permission stands again, as it did then: nothing else keeps the words here."""
        with pytest.raises(Withheld):
            self.releases(item)
        release = Release.objects.get()
        assert release.decision == Release.Decision.WITHHOLD and not release.items.exists()
        assert self.last_entry().reasons == "FROZEN"

    def test_a_release_that_is_the_first_to_ask_after_it_lets_nothing_out(self):
        """Nobody signed in through a page, so nothing is frozen yet: the release compares too."""
        with heads_kept():
            item = self.said()
            consent = self.grants(self.ana, self.asked(item))
        with backed_up() as restore:
            with heads_kept():
                revoke_consent(by=self.ana.actor, code=consent.code)
            restore()
            assert not freezes.is_frozen(self.practice.pk)
            self.not_released(item)

    def test_the_first_decision_after_it_finds_out_too(self):
        """Nobody signed in through a page: what is compared under the lock is enough."""
        with heads_kept():
            waiting = self.asked(self.said())
        with backed_up() as restore:
            with heads_kept():
                self.said("Later.")
            restore()
            self.said("One more entry, and none of them known.")
            step_ups_before = Entry.objects.filter(act="step_up.refused").count()
            with pytest.raises(Frozen):
                self.grants(self.ana, waiting)
            assert Entry.objects.filter(act="step_up.refused").count() == step_ups_before
        assert freezes.standing_in(self.practice.pk).get().cause == Freeze.Cause.KNOWN_HEAD

    def test_lift_rows_forged_in_the_main_database_alone_lift_nothing(self):
        KnownHead.objects.create(chain=self.practice.pk, seq=10_000, hash=b"x" * 32)
        item = self.said()
        with pytest.raises(Frozen):
            self.asked(item)
        [frozen] = freezes.standing_in(self.practice.pk)
        for one in (self.sue, self.adam):
            frozen.lifts.create(by_id=one.user, role=one.role, at=frozen.at)
        assert not freezes.is_frozen(self.practice.pk)
        with pytest.raises(Frozen):
            self.asked(item)
        assert freezes.is_frozen(self.practice.pk)

    def test_lifting_what_a_person_froze_forgets_no_rolled_back_head(self):
        KnownHead.objects.create(chain=self.practice.pk, seq=10_000, hash=b"x" * 32)
        frozen = freeze(by=self.sue)
        agrees_to_lift(self.sue, frozen)
        agrees_to_lift(self.adam, frozen)
        assert freeze_if_rolled_back(known_head.fetch(self.practice.pk))
        assert freezes.is_frozen(self.practice.pk)
