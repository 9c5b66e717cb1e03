"""Changing rows by direct SQL, as somebody with the database's own rights would."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models
from django.db.models import Model

WALLED = ("audit_entry",)


def columns_of(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@contextmanager
def walls_down(*tables: str) -> Iterator[None]:
    """Lower whatever keeps rows of these tables from being changed, and put it back."""
    walls = {table: _triggers(table) for table in tables}
    with connection.cursor() as cursor:
        for table, triggers in walls.items():
            for name, _ in triggers:
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f'DROP TRIGGER "{name}"{on}')
        try:
            yield
        finally:
            for triggers in walls.values():
                for _, text in triggers:
                    cursor.execute(text)


def _triggers(table: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger "
                "WHERE tgrelid = %s::regclass AND NOT tgisinternal",
                [table],
            )
        else:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
                [table],
            )
        return list(cursor.fetchall())


def change(row: Model, **columns: Any) -> None:
    """Change columns of one row where it lies."""
    with walls_down(row._meta.db_table):
        type(row)._base_manager.filter(pk=row.pk).update(**columns)


def delete(rows: models.QuerySet[Any]) -> None:
    """Delete rows where they lie, without telling anybody."""
    with walls_down(rows.model._meta.db_table):
        rows._raw_delete(rows.db)


def insert(row: Model) -> None:
    row._state.adding = True
    with walls_down(row._meta.db_table):
        row.save(force_insert=True)
