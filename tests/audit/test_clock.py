"""R15: the database's clock decides, and its time of this instant, not of the transaction."""

import time

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from audit.clock import DatabaseClock, database_now
from audit.models import Head
from audit.trail import INSTALLATION


class TheClock(TestCase):
    """A transaction that waited for a lock must not judge by the time before it waited."""

    def test_each_reading_is_asked_of_the_database(self):
        with CaptureQueriesContext(connection) as asked:
            first, second = database_now(), database_now()
        assert len(asked) == 2
        assert first <= second

    def test_it_goes_on_within_a_transaction(self):
        assert connection.in_atomic_block
        before = database_now()
        time.sleep(0.01)
        assert database_now() > before

    def test_within_a_query_too(self):
        Head.objects.create(chain=INSTALLATION)
        heads = Head.objects.annotate(now=DatabaseClock())
        before = heads.get().now
        time.sleep(0.01)
        assert heads.get().now > before
