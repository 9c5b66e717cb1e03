"""A real backup of the main database, and restoring it: what a house does after a bad day.

The vault's database is another one and stays as it is. Used by
tests/consent/test_known_head.py and by `make drills`.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, connections

Restore = Callable[[], None]


@contextmanager
def backed_up() -> Iterator[Restore]:
    """Copy the main database as it is committed now; give the function that restores the copy.

    No other connection may be open: whoever restores has stopped the house.
    """
    kept = _keep_postgres() if connection.vendor == "postgresql" else _keep_sqlite()
    with kept as restore:
        yield restore


@contextmanager
def _keep_sqlite() -> Iterator[Restore]:
    file = Path(str(connection.settings_dict["NAME"]))
    copy = file.with_suffix(".backup")
    copy.unlink(missing_ok=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(copy)])

    def restore() -> None:
        connections.close_all()
        for beside in ("-wal", "-shm"):
            Path(f"{file}{beside}").unlink(missing_ok=True)
        shutil.copyfile(copy, file)

    try:
        yield restore
    finally:
        copy.unlink()


@contextmanager
def _keep_postgres() -> Iterator[Restore]:
    name = str(connection.settings_dict["NAME"])
    copy = f"{name}_backup"

    def run(*statements: str) -> None:
        connections.close_all()
        with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            for statement in statements:
                cursor.execute(statement)

    drop_copy = f'DROP DATABASE IF EXISTS "{copy}"'
    run(drop_copy, f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')

    def restore() -> None:
        run(f'DROP DATABASE "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}" TEMPLATE "{copy}"')

    try:
        yield restore
    finally:
        run(drop_copy)
