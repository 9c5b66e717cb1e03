"""For which practice the database works: PostgreSQL shows and takes no other practice's rows.

Said for one transaction at a time, never for a session, because pgBouncer lends
one to many. Elsewhere than on PostgreSQL nothing is said. Source:
docs/decisions/0014.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg2.extensions import TRANSACTION_STATUS_IDLE, TRANSACTION_STATUS_INTRANS

SETTING = "gc.practice"

_acting: ContextVar[UUID | None] = ContextVar("acting", default=None)


@contextmanager
def acting_as(practice: UUID) -> Iterator[None]:
    """Work on the rows of one practice inside the block; blocks may be nested.

    Of other practices, and outside any block of all, the application's role
    sees nothing and writes nothing. It may stand around transactions and inside one.
    """
    if connection.vendor != "postgresql":
        yield
        return
    outer = _acting.get()
    token = _acting.set(practice)
    with connection.execute_wrapper(_say_first) if outer is None else nullcontext():
        _say_in_open_transaction(practice)
        try:
            yield
        finally:
            _acting.reset(token)
            _say_in_open_transaction(outer)


def _say_first(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Begin a transaction by saying who acts, in the same message as its first statement.

    Outside a transaction every statement is one of its own.
    """
    if _status() == TRANSACTION_STATUS_IDLE:
        sql = f"{_saying(_acting.get())}; {sql}"
    return execute(sql, params, many, context)


def _say_in_open_transaction(practice: UUID | None) -> None:
    if _status() == TRANSACTION_STATUS_INTRANS:
        with connection.connection.cursor() as cursor:
            cursor.execute(_saying(practice))


def _status() -> int | None:
    """What the connection is in the middle of; after an error its transaction can only go back."""
    opened = connection.connection
    return None if opened is None or opened.closed else opened.info.transaction_status


def _saying(practice: UUID | None) -> str:
    return f"SELECT pg_catalog.set_config('{SETTING}', '{practice or ''}', true)"
