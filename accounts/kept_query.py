"""A question that is asked all the time, put into SQL once (docs/decisions/0022).

Django writes a queryset's SQL anew each time it is asked. For the one about
whoever is signed in, with a dozen questions riding on it, that took many times
as long as the answer.
"""

from collections.abc import Callable
from copy import copy
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models

Row = TypeVar("Row", bound=models.Model)
Key = UUID | str | date
NOWHERE = UUID(int=1)  # a mark for a practice; no row has it


class KeptQuery(Generic[Row]):
    """Finds the rows of some keys, as `ask(*keys)` would: same SQL, same rows, same related rows.

    Nothing but the keys may differ from one time to the next: no clock of Python's
    in it, no other user, no setting that changes. A mark stands for each key while
    the SQL is written; no row has it, and no other value in the query is like it.
    """

    def __init__(self, ask: Callable[..., models.QuerySet[Row, Any]], *marks: Key) -> None:
        self._ask, self._marks = ask, marks
        self._made: dict[str, tuple[Any, Any, str, tuple[Any, ...]]] = {}

    def first(self, *keys: Key) -> Row | None:
        """Return the first row of the keys, read now; None if there is none."""
        return next(iter(self.all(*keys)), None)

    def all(self, *keys: Key) -> models.QuerySet[Row, Any]:
        """Return the rows of the keys, read when they are looked at, and not to be filtered.

        Rows of values where `ask` asks for values, also of several queries at once.
        """
        connection = connections[DEFAULT_DB_ALIAS]
        asked, made, sql, params = self._made.get(connection.vendor) or self._make(connection)
        compiler = copy(made)
        compiler.connection = connection
        compiler.as_sql = lambda *_, **__: (sql, self._with(keys, params))
        query = copy(made.query)
        query.get_compiler = lambda *_, **__: compiler
        rows: Any = models.QuerySet(query.model, query)
        rows._iterable_class, rows._fields = asked._iterable_class, asked._fields
        return rows

    def _make(self, connection: Any) -> tuple[Any, Any, str, tuple[Any, ...]]:
        asked: Any = self._ask(*self._marks)
        compiler = asked.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        made = self._made[connection.vendor] = asked, compiler, sql, tuple(params)
        return made

    def _with(self, keys: tuple[Key, ...], params: tuple[Any, ...]) -> tuple[Any, ...]:
        """Put each key where its mark stands, as itself or as SQLite writes it."""
        pairs = list(zip(self._marks, keys, strict=True))
        stands = {_on_sqlite(mark): _on_sqlite(key) for mark, key in pairs} | dict(pairs)
        return tuple(stands.get(one, one) if isinstance(one, Key) else one for one in params)


def _on_sqlite(key: Key) -> str:
    return key.hex if isinstance(key, UUID) else str(key)
