"""Append-only walls: triggers that let rows be added and nothing else be done to them.

Whoever owns the database can lower them; finding that is the chain's work.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION gc_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append-only: % on %', TG_OP, TG_TABLE_NAME; END $$
"""


def raise_wall(connection: BaseDatabaseWrapper, table: str, key: tuple[str, ...]) -> None:
    """Make `table` append-only; `key` are the columns that identify a row.

    On SQLite an insert that would replace a row is refused too: `INSERT OR
    REPLACE` passes update and delete triggers by.
    """
    with connection.cursor() as cursor:
        for statement in _raising(connection.vendor, table, key):
            cursor.execute(statement)


def lower_wall(connection: BaseDatabaseWrapper, table: str) -> None:
    """Take the wall of `table` down (only the owner can; the test rig's flush does)."""
    with connection.cursor() as cursor:
        for name in ("rows", "truncate", "update", "delete", "replace"):
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_wall_{name} ON {table}")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_wall_{name}")


def _raising(vendor: str, table: str, key: tuple[str, ...]) -> list[str]:
    if vendor == "postgresql":
        return [
            _POSTGRES_FUNCTION,
            f"CREATE TRIGGER {table}_wall_rows BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION gc_append_only()",
            f"CREATE TRIGGER {table}_wall_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION gc_append_only()",
            # ALWAYS: session_replication_role = replica does not pass it by.
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_wall_rows",
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_wall_truncate",
        ]
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    refuse = f"SELECT RAISE(ABORT, 'append-only: {table}')"
    return [
        f"CREATE TRIGGER {table}_wall_update BEFORE UPDATE ON {table} BEGIN {refuse}; END",
        f"CREATE TRIGGER {table}_wall_delete BEFORE DELETE ON {table} BEGIN {refuse}; END",
        f"CREATE TRIGGER {table}_wall_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) BEGIN {refuse}; END",
    ]


def close_table(connection: BaseDatabaseWrapper, table: str) -> None:
    """Let no row into a table that a library brings and this house must not use."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_closed CHECK (false)")
        else:
            cursor.execute(
                f"CREATE TRIGGER {table}_closed BEFORE INSERT ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'closed: {table}'); END"
            )


def open_table(connection: BaseDatabaseWrapper, table: str) -> None:
    """Undo `close_table` (a migration's way back)."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_closed")
        else:
            cursor.execute(f"DROP TRIGGER {table}_closed")
