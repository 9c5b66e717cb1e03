"""For whom the database works is said once a transaction, wherever it begins, and never longer."""

from threading import Thread
from uuid import uuid4

from django.db import DatabaseError, connection, transaction
from django.test import TransactionTestCase
from django.test.utils import CaptureQueriesContext

from audit.acting import acting_as
from audit.ids import uuid7
from audit.models import DenialBucket, Head

ONE, OTHER = uuid4(), uuid4()
POSTGRESQL = connection.vendor == "postgresql"


def now_acting() -> str:
    """Return what a policy would read; on SQLite nothing is said, and nothing asks."""
    if not POSTGRESQL:
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(current_setting('gc.practice', true), '')")
        return cursor.fetchone()[0]


def said(practice: object) -> str:
    return str(practice) if POSTGRESQL else ""


class ActingForAPractice(TransactionTestCase):
    def test_each_statement_of_its_own_says_it_and_nothing_stays(self):
        assert now_acting() == ""
        with acting_as(ONE):
            assert (now_acting(), now_acting()) == (said(ONE), said(ONE))
        assert now_acting() == ""

    def test_a_transaction_begun_inside_says_it_with_its_first_statement_alone(self):
        with acting_as(ONE):
            with CaptureQueriesContext(connection) as asked, transaction.atomic():
                assert now_acting() == said(ONE)
                Head.objects.exists()
            assert sum("set_config" in one["sql"] for one in asked) == (1 if POSTGRESQL else 0)
            with transaction.atomic():
                assert now_acting() == said(ONE)

    def test_inside_an_open_transaction_it_is_said_and_taken_back(self):
        with transaction.atomic():
            Head.objects.exists()
            with acting_as(ONE):
                assert now_acting() == said(ONE)
            assert now_acting() == ""

    def test_a_transaction_that_has_asked_nothing_yet_says_it_too(self):
        with transaction.atomic(), acting_as(ONE):
            assert now_acting() == said(ONE)

    def test_blocks_are_nested_in_and_out_of_transactions(self):
        with acting_as(ONE):
            with acting_as(OTHER):
                assert now_acting() == said(OTHER)
            assert now_acting() == said(ONE)
            with transaction.atomic():
                assert now_acting() == said(ONE)
                with acting_as(OTHER):
                    assert now_acting() == said(OTHER)
                assert now_acting() == said(ONE)
        assert now_acting() == ""

    def test_after_a_rollback_it_is_what_it_was_before(self):
        with acting_as(ONE):
            with transaction.atomic():
                now_acting()
                try:
                    with transaction.atomic(), acting_as(OTHER):
                        self.fail_in_the_database()
                except DatabaseError:
                    assert now_acting() == said(ONE)
            try:
                with transaction.atomic():
                    self.fail_in_the_database()
            except DatabaseError:
                assert now_acting() == said(ONE)

    def test_another_thread_acts_for_nobody(self):
        heard = []

        def listen() -> None:
            heard.append(now_acting())
            connection.close()

        with acting_as(ONE):
            thread = Thread(target=listen)
            thread.start()
            thread.join()
        assert heard == [""]

    def test_rows_counts_locks_and_long_lists_come_through(self):
        heads = [Head(chain=uuid7(), seq=number) for number in range(300)]
        with acting_as(ONE):
            Head.objects.bulk_create(heads, batch_size=50)
            assert Head.objects.filter(seq__lt=100).update(seq=7) == 100
            assert len(list(Head.objects.order_by("pk").iterator(chunk_size=40))) == 300
            with transaction.atomic():
                locked = Head.objects.select_for_update().order_by("pk")
                assert len(locked[:10]) == 10
            bucket, made = DenialBucket.objects.get_or_create(
                practice=ONE, actor=OTHER, minute="2026-01-01T00:00:00Z"
            )
            assert made
            assert bucket.pk
            assert bucket.delete()[0] == 1
            with connection.cursor() as cursor:
                cursor.executemany(
                    "UPDATE audit_head SET seq = %s WHERE chain = %s",
                    [(9, head.pk.hex) for head in heads[:3]],
                )
                cursor.execute("SELECT '100%' AS percent, count(*) FROM audit_head WHERE seq = 9")
                assert cursor.fetchall() == [("100%", 3)]

    def test_a_connection_that_was_lost_says_it_again(self):
        with acting_as(ONE):
            assert now_acting() == said(ONE)
            connection.close()
            assert now_acting() == said(ONE)

    def fail_in_the_database(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")
