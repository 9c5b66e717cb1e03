"""The test rig: walls lowered around a flush, and the ids of every test that ran."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections, transaction
from django.test import SimpleTestCase, TransactionTestCase

from tests.everything import ASKED_NONE, ASKS_A_DATABASE
from tests.walls import wall_lowered
from vault import key_ring

# An assert of a module beside the tests says what it compared, as one of a test does.
pytest.register_assert_rewrite("tests.consent", "tests.overriding")

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in this thread

_VAULT_OF_THE_PRACTICE = connections["vault"].settings_dict["NAME"]

_flush = TransactionTestCase._fixture_teardown


def _flush_behind_lowered_walls(self: TransactionTestCase) -> None:
    """Empty the tables of a transactional test as their owner; the walls would refuse it."""
    with transaction.atomic(), wall_lowered():
        _flush(self)


TransactionTestCase._fixture_teardown = _flush_behind_lowered_walls  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Say that the vault's tables, which its models made here, are those of its migrations.

    No vault is made when none of the tests chosen asks it.
    """
    if connections["vault"].settings_dict["NAME"] != _VAULT_OF_THE_PRACTICE:
        with django_db_blocker.unblock():
            call_command("migrate", "vault", database="vault", fake=True, verbosity=0)


@pytest.fixture(autouse=True)
def _fresh_keys() -> Iterator[None]:
    """Each test reads the keys anew: one without keys leaves none behind for the next."""
    key_ring.forget()
    yield
    key_ring.forget()


class _Ran:
    """Writes `outcome asked id` of every test to a file, so that two databases can be compared."""

    def __init__(self, file: Path) -> None:
        self.file, self.outcomes = file, dict[str, str]()
        self.asked = dict[str, object]()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.asked[report.nodeid] = dict(report.user_properties).get("asked")
        # The report of a whole test comes after those of its subtests, and may call it good.
        told = report.when == "call" or report.outcome == "skipped"
        if told and self.outcomes.get(report.nodeid) != "failed":
            self.outcomes[report.nodeid] = report.outcome

    def pytest_sessionfinish(self) -> None:
        ran = sorted(self.outcomes.items())
        lines = [f"{outcome} {self.asked[node]} {node}\n" for node, outcome in ran]
        self.file.write_text("".join(lines))


def pytest_configure(config: pytest.Config) -> None:
    file = os.environ.get("GROUPCARE_TESTS_RAN")
    if file and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Ran(Path(file)))


def _asks_a_database(item: pytest.Item) -> bool:
    """Say whether what a test says could depend on the database it runs beside.

    One without a database in Django's sense is barred from it by pytest-django;
    one that starts processes on the database of its run is marked, as is one
    that needs a database to say what none can change.
    """
    if item.get_closest_marker("one_database"):
        return False
    if item.get_closest_marker("each_database"):
        return True
    case = getattr(item, "cls", None)
    if case is not None and issubclass(case, SimpleTestCase):
        return bool(case.databases)
    asked = {"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(asked) or item.get_closest_marker("django_db") is not None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("GROUPCARE_TESTS_LEFT") == ASKS_A_DATABASE:
        config.hook.pytest_deselected(items=[i for i in items if not _asks_a_database(i)])
        items[:] = [item for item in items if _asks_a_database(item)]
    for item in items:
        asked = ASKS_A_DATABASE if _asks_a_database(item) else ASKED_NONE
        item.user_properties.append(("asked", asked))
    # The longest begins first: begun last, it alone would keep one of two cores.
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
