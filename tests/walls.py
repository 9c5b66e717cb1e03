"""Walls taken down for a moment, as their owner can: for a flush and for planted forgeries."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def wall_lowered(*tables: str) -> Iterator[None]:
    """Let rows of `tables` (of every table, without) be changed inside the block."""
    with _down([one for one in _triggers("_wall_") if not tables or one[0] in tables]):
        yield


@contextmanager
def gate_lowered() -> Iterator[None]:
    """Let release items without standing grants in, inside the block."""
    with _down(_triggers("_gate")):
        yield


@contextmanager
def _down(triggers: list[tuple[str, str, str]]) -> Iterator[None]:
    settle()
    with connection.cursor() as cursor:
        for table, name, _ in triggers:
            if connection.vendor == "postgresql":
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
            else:
                cursor.execute(f"DROP TRIGGER {name}")
    try:
        yield
    finally:
        settle()
        with connection.cursor() as cursor:
            for table, name, again in triggers:
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


def _triggers(part: str) -> list[tuple[str, str, str]]:
    """Return table, name and SQL of each trigger whose name has `part` in it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgrelid::regclass::text, tgname, '' FROM pg_trigger "
                "WHERE strpos(tgname, %s) > 0 AND tgenabled <> 'D'",
                [part],
            )
        else:
            cursor.execute(
                "SELECT tbl_name, name, sql FROM sqlite_master "
                "WHERE type = 'trigger' AND instr(name, %s) > 0",
                [part],
            )
        return cursor.fetchall()
