"""The database's clock: the only one that decides."""

from datetime import UTC, datetime

from django.db import connection


def database_now() -> datetime:
    """Return the database's time of this instant, aware, in UTC.

    Never the start of the transaction: after waiting for a lock that one is
    old, and a consent that ended meanwhile would still look alive (rule R15).
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT clock_timestamp()")
            return cursor.fetchone()[0].astimezone(UTC)
        cursor.execute("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')")
        return datetime.fromisoformat(cursor.fetchone()[0]).replace(tzinfo=UTC)
