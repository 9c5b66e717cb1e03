"""Every row of the decision table and every reason has a test that names it.

Read from the ids and names of the tests beside this one, as pytest would
collect them: a row that loses its last test turns this red.
"""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator

import pytest

import tests.consent.rules
from consent.kinds import Reason
from consent.rules.overrides import OverrideDecision

ROWS = range(1, 60)
READINGS = set(range(1, 13))
# A row's citation stands in brackets; readings and house rules are their own source.
CITED = re.compile(r"^(row \d+: .*\[.+\]$|reading \d+: |R\d+: )")


def collected() -> Iterator[tuple[str, tuple]]:
    """Yield the name of every test and the id and values of every row of a table."""
    for module in pkgutil.iter_modules(tests.consent.rules.__path__):
        if not module.name.startswith("test_") or module.name == __name__.rpartition(".")[2]:
            continue
        things = vars(importlib.import_module(f"tests.consent.rules.{module.name}"))
        for name, thing in things.items():
            for test_name, test in _tests(name, thing):
                yield test_name, ()
                for mark in getattr(test, "pytestmark", ()):
                    if mark.name == "parametrize":
                        yield from (
                            (row.id, row.values) for row in mark.args[1] if hasattr(row, "id")
                        )


def _tests(name, thing):
    if inspect.isclass(thing):
        yield from ((n, t) for n, t in vars(thing).items() if n.startswith("test_"))
    elif name.startswith("test_"):
        yield name, thing


def _numbers(what: str) -> set[int]:
    return {
        int(number)
        for name, _ in collected()
        for number in re.findall(rf"{what}[ _](\d+)", name or "")
    }


def _reasons(values: tuple) -> set[Reason]:
    answer = values[-1] if values else ()
    if isinstance(answer, OverrideDecision):
        return set(answer.reasons)
    return set(answer) if isinstance(answer, set) else set()


def test_every_row_of_the_decision_table_has_a_test():
    assert set(ROWS) - _numbers("row") == set()


def test_every_reading_has_a_test():
    assert READINGS - _numbers("reading") == set()


def test_every_reason_is_given_in_some_row():
    given = set().union(*(_reasons(values) for _, values in collected()))

    assert set(Reason) - given == set()


def test_every_row_says_what_it_stands_on():
    tables = [name for name, values in collected() if values and isinstance(values[-1], set)]

    assert [name for name in tables if not CITED.match(name)] == []
    assert len(tables) > 200


@pytest.mark.parametrize("lost", ["row", "reading"])
def test_a_number_that_no_test_names_would_be_missed(lost):
    assert 99 not in _numbers(lost)
