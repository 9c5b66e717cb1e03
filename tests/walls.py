"""Walls taken down for a moment, as their owner can: for a flush and for planted forgeries."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def wall_lowered(*tables: str) -> Iterator[None]:
    """Let rows of `tables` (of every table, without) be changed inside the block."""
    found = _triggers_of(tables)
    settle()
    with connection.cursor() as cursor:
        for table, name, _ in found:
            if connection.vendor == "postgresql":
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
            else:
                cursor.execute(f"DROP TRIGGER {name}")
    try:
        yield
    finally:
        settle()
        with connection.cursor() as cursor:
            for table, name, again in found:
                if connection.vendor == "postgresql":
                    cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
                else:
                    cursor.execute(again)


def settle() -> None:
    """Check foreign keys now: PostgreSQL alters no table while checks of its rows wait."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _triggers_of(tables: tuple[str, ...]) -> list[tuple[str, str, str]]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgrelid::regclass::text, tgname, '' FROM pg_trigger "
                "WHERE tgname LIKE '%\\_wall\\_%' AND tgenabled <> 'D'"
            )
        else:
            cursor.execute(
                "SELECT tbl_name, name, sql FROM sqlite_master "
                "WHERE type = 'trigger' AND name LIKE '%\\_wall\\_%' ESCAPE '\\'"
            )
        return [row for row in cursor.fetchall() if not tables or row[0] in tables]
