"""Tests as the application's own role in PostgreSQL, over rows that its owner wrote."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction

from groupcare.provisioning import APP, statements

POSTGRESQL = connection.vendor == "postgresql"


def provision() -> None:
    """Give the databases of this run their roles, rights and policies; SQLite has none."""
    if POSTGRESQL:
        _make_roles_stand()
        call_command("provision_postgres", "--apply", stdout=StringIO())


def _make_roles_stand() -> None:
    """Make the roles in a transaction of their own.

    They belong to the whole server: made inside a test's transaction in one
    database, they keep the other database waiting for them for ever.
    """
    own = connection.copy()
    try:
        for statement in statements(own, vault=False):
            if "FROM pg_roles" in statement:
                with own.cursor() as cursor:
                    cursor.execute(statement)
    finally:
        own.close()


@contextmanager
def as_gc_app(role: str = APP) -> Iterator[None]:
    """Be the application's role in both databases. On SQLite whoever has the file is its owner."""
    if not POSTGRESQL:
        yield
        return
    for alias in connections:
        with connections[alias].cursor() as cursor:
            cursor.execute(f"SET SESSION AUTHORIZATION {role}")
            cursor.execute(
                "SELECT current_user, session_user, rolsuper, rolbypassrls FROM pg_roles "
                "WHERE rolname = current_user"
            )
            assert cursor.fetchone() == (role, role, False, role != APP)
    try:
        yield
    finally:
        for alias in connections:
            with connections[alias].cursor() as cursor:
                cursor.execute("RESET SESSION AUTHORIZATION")


def ask(statement: str, *values: object) -> list[Any]:
    """Return the rows of a statement as whoever this is."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


def refusal(statement: str) -> str:
    """Return what the database says against a statement; empty if it did it (and it is undone)."""
    try:
        with transaction.atomic():
            ask(statement)
            transaction.set_rollback(True)
    except DatabaseError as refused:
        return str(refused)
    return ""
