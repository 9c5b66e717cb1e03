"""Append-only walls: triggers that let rows be added and nothing else be done to them.

Whoever owns the database can lower them; finding that is the chain's work.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

_NAMES = ("rows", "truncate", "update", "delete", "replace")


def raise_wall(connection: BaseDatabaseWrapper, table: str, *, deletable: str = "") -> None:
    """Make `table` append-only.

    `deletable` is a condition in SQL over `OLD` that both engines understand:
    rows it holds for may be deleted, never changed. On SQLite an insert that
    meets a row by any unique key is refused too: `INSERT OR REPLACE` passes
    update and delete triggers by.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            statements = _on_postgresql(table, deletable)
        else:
            statements = _on_sqlite(table, _keys(connection, table), deletable)
        for statement in statements:
            cursor.execute(statement)


def lower_wall(connection: BaseDatabaseWrapper, table: str) -> None:
    """Take the wall of `table` down for good (only the owner can)."""
    with connection.cursor() as cursor:
        for name in _NAMES:
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_wall_{name} ON {table}")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_wall_{name}")
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP FUNCTION IF EXISTS {table}_wall()")


def _on_postgresql(table: str, deletable: str) -> list[str]:
    # The owner's eyes: a row that the caller may not see counts against the deletion too.
    let_go = (
        f"IF TG_OP = 'DELETE' THEN IF {deletable} THEN RETURN OLD; END IF; END IF;"
        if deletable
        else ""
    )
    return [
        f"CREATE OR REPLACE FUNCTION {table}_wall() RETURNS trigger LANGUAGE plpgsql "
        "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS "
        f"$$ BEGIN {let_go} RAISE EXCEPTION 'append-only: % on %', TG_OP, TG_TABLE_NAME; END $$",
        f"CREATE TRIGGER {table}_wall_rows BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_wall()",
        f"CREATE TRIGGER {table}_wall_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_wall()",
        # ALWAYS: session_replication_role = replica does not pass it by.
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_wall_rows",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_wall_truncate",
    ]


def _on_sqlite(table: str, keys: list[tuple[str, ...]], deletable: str) -> list[str]:
    same = [" AND ".join(f'"{column}" = NEW."{column}"' for column in key) for key in keys]
    meets = " OR ".join(f"({one})" for one in [*same, "rowid = NEW.rowid"])
    unless = f"WHEN NOT ({deletable}) " if deletable else ""
    refuse = f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
    return [
        f"CREATE TRIGGER {table}_wall_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_wall_delete BEFORE DELETE ON {table} {unless}{refuse}",
        f"CREATE TRIGGER {table}_wall_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {meets}) {refuse}",
    ]


def _keys(connection: BaseDatabaseWrapper, table: str) -> list[tuple[str, ...]]:
    """Return every set of columns by which an insert could meet a row that is there."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table).values()
    return sorted({tuple(c["columns"]) for c in found if c["unique"] or c["primary_key"]})


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
