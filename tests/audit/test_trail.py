"""I3, I4a, I8: the trail cannot be changed quietly, and nothing opens before its entry stands."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client, TestCase

from audit import trail
from audit.models import Entry, Head
from tests.cast import BOTH, CastTestCase, TransactionalCastTestCase, sign_in
from tests.walls import wall_lowered
from vault import services as vault


def verify_audit(*arguments: str) -> tuple[int, str]:
    """Run the command; return its exit code and its last line."""
    out = StringIO()
    try:
        call_command("verify_audit", *arguments, stdout=out)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue().splitlines()[-1]
    return 0, out.getvalue().splitlines()[-1]


class TheWall(CastTestCase):
    """Through the application's own connection an entry is written once and for ever."""

    def refused(self, act: Callable[[], object]) -> None:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()

    def test_an_entry_is_neither_changed_nor_deleted(self):
        one = Entry.objects.filter(chain=self.practice.pk, seq=3)
        self.refused(lambda: one.update(act="nothing"))
        self.refused(lambda: one.delete())
        self.refused(lambda: _raw("DELETE FROM audit_entry"))
        self.refused(lambda: _raw("UPDATE audit_entry SET seq = seq + 1000"))

    def test_nor_replaced_nor_emptied_past_the_wall(self):
        if connection.vendor == "postgresql":
            self.refused(lambda: _raw("TRUNCATE audit_entry"))
            _raw("SET LOCAL session_replication_role = replica")
            self.refused(lambda: _raw("DELETE FROM audit_entry"))
        else:
            columns = "chain, seq, body, prev, hash, at, role, act, code, outcome, reasons"
            self.refused(
                lambda: _raw(
                    f"INSERT OR REPLACE INTO audit_entry ({columns}) "
                    f"SELECT {columns} FROM audit_entry WHERE seq = 3"
                )
            )


class WhoeverOwnsTheDatabase(TransactionalCastTestCase):
    """The owner can lower the wall; verify_audit then finds the place."""

    def setUp(self):
        super().setUp()
        self.chain = self.practice.pk
        self.enterContext(wall_lowered("audit_entry"))

    def entry(self, seq: int):
        return Entry.objects.filter(chain=self.chain, seq=seq)

    def test_untouched_it_says_ok(self):
        code, line = verify_audit()
        assert code == 0
        assert line.startswith(f"ok entries={Entry.objects.count()} head=")

    def test_one_changed_byte_is_located(self):
        body = bytearray(self.entry(7).get().body)
        body[40] ^= 1
        self.entry(7).update(body=bytes(body))
        assert verify_audit() == (1, "broken at seq=7: the bytes do not match their hash")

    def test_one_changed_column_is_located(self):
        self.entry(5).update(act="item.recorded")
        assert verify_audit() == (1, "broken at seq=5: column act differs from the entry")

    def test_one_deleted_row_is_located(self):
        self.entry(9).delete()
        assert verify_audit() == (1, "broken at seq=9: missing")

    def test_a_cut_at_the_end_is_located(self):
        last = Head.objects.get(chain=self.chain).seq
        self.entry(last).delete()
        assert verify_audit() == (1, f"broken at seq={last}: missing")

    def test_a_swapped_pair_is_located(self):
        spare = 1_000_000
        self.entry(6).update(seq=spare)
        self.entry(8).update(seq=6)
        self.entry(spare).update(seq=8)
        assert verify_audit() == (1, "broken at seq=6: does not follow the entry before it")

    def test_an_entry_of_another_practice_does_not_fit_in(self):
        foreign = Entry.objects.get(chain=self.other_practice.pk, seq=2)
        self.entry(2).update(body=foreign.body, prev=foreign.prev, hash=foreign.hash)
        code, line = verify_audit()
        assert code == 1
        assert line.startswith("broken at seq=2:")


class Receipts(CastTestCase):
    """Without a committed entry that lists it, nothing opens."""

    def test_a_row_the_receipt_does_not_list_stays_closed(self):
        receipt = trail.receipt_for(self.fay, "roster.opened", [self.ana.member.pk])
        assert vault.open(self.ana.member.sealed_name, receipt) == "Ana Almeida"
        with pytest.raises(vault.NotReceipted):
            vault.open(self.ben.member.sealed_name, receipt)

    def test_once_per_sign_in_the_same_receipt_serves_until_a_row_is_new(self):
        def look(*people):
            return trail.receipt_for(
                self.fay, "roster.opened", [p.member.pk for p in people], once_per_sign_in=True
            )

        first = look(self.ana, self.ben)
        assert look(self.ana).seq == first.seq
        assert look(self.ana, self.cleo).seq > first.seq

    def test_a_machine_leaves_count_and_digest_and_no_list(self):
        receipt = trail.machine_receipt(self.fay, "name_guard", [self.ana.member.pk])
        entry = Entry.objects.get(chain=receipt.chain, seq=receipt.seq)
        assert trail.ids_of(entry) == frozenset()
        assert self.ana.member.pk.hex.encode() not in bytes(entry.body)
        assert vault.open(self.ana.member.sealed_name, receipt) == "Ana Almeida"


class OutsideATest(TransactionalCastTestCase):
    """The promises that only committed rows can show."""

    def test_no_receipt_inside_a_transaction_since_nothing_is_committed_there(self):
        with transaction.atomic(), pytest.raises(RuntimeError):
            trail.receipt_for(self.fay, "roster.opened", [self.ana.member.pk])

    def test_no_entry_outside_a_transaction(self):
        with pytest.raises(RuntimeError):
            trail.append(self.fay, "item.opened")

    def test_an_entry_that_was_rolled_back_is_no_receipt(self):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            entry = trail.append(self.fay, "item.opened")
            raise ZeroDivisionError
        with pytest.raises(Entry.DoesNotExist):
            trail.receipt_of(entry)

    def test_if_the_entry_cannot_be_written_the_words_stay_closed(self):
        item = self.said("Words that nobody may see without a trace.")

        client = Client(raise_request_exception=False)
        sign_in(client, self.fay)
        client.get(f"/items/{item.code}/")
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE audit_entry RENAME TO audit_entry_away")
        try:
            response = client.post(f"/items/{item.code}/open/")
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE audit_entry_away RENAME TO audit_entry")
        assert response.status_code == 503
        assert b"without a trace" not in response.content


class TheFirstEntry(TestCase):
    databases = BOTH

    def test_an_empty_trail_is_whole(self):
        assert verify_audit()[0] == 0


def _raw(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
