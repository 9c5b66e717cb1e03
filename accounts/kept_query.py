"""A question that every request asks, put into SQL once (docs/decisions/0022).

Django writes a queryset's SQL anew each time it is asked. For the one about
whoever is signed in, with a dozen questions riding on it, that took many times
as long as the answer.
"""

from collections.abc import Callable
from copy import copy
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models

Row = TypeVar("Row", bound=models.Model)
Key = UUID | str


class KeptQuery(Generic[Row]):
    """Finds the row of a key, as `ask(key)` would: same SQL, same row, same related rows.

    Nothing but the key may differ from one time to the next: no clock of Python's
    in it, no user, no setting that changes. `mark` stands for the key while
    the SQL is written; no row has it.
    """

    def __init__(self, ask: Callable[[Any], models.QuerySet[Row]], mark: Key) -> None:
        self._ask, self._mark = ask, mark
        self._made: dict[str, tuple[Any, str, tuple[Any, ...]]] = {}

    def first(self, key: Key) -> Row | None:
        """Return the row of `key`, read now; None if there is none."""
        connection = connections[DEFAULT_DB_ALIAS]
        made, sql, params = self._made.get(connection.vendor) or self._make(connection)
        compiler = copy(made)
        compiler.connection = connection
        compiler.as_sql = lambda *_, **__: (sql, self._with(key, params))
        query = copy(made.query)
        query.get_compiler = lambda *_, **__: compiler
        found: models.QuerySet[Row] = models.QuerySet(query.model, query)
        return next(iter(found), None)

    def _make(self, connection: Any) -> tuple[Any, str, tuple[Any, ...]]:
        compiler = self._ask(self._mark).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        made = self._made[connection.vendor] = compiler, sql, tuple(params)
        return made

    def _with(self, key: Key, params: tuple[Any, ...]) -> tuple[Any, ...]:
        """Put the key where its mark stands. SQLite has the digits of a UUID for it."""
        stands: dict[Any, Any] = {self._mark: key}
        if isinstance(self._mark, UUID) and isinstance(key, UUID):
            stands[self._mark.hex] = key.hex
        return tuple(stands.get(one, one) if isinstance(one, Key) else one for one in params)
