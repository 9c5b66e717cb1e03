"""The test rig: walls lowered around a flush, and the ids of every test that ran."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import TransactionTestCase

from tests.walls import wall_lowered
from vault import key_ring

# An assert of a module beside the tests says what it compared, as one of a test does.
pytest.register_assert_rewrite("tests.consent", "tests.overriding")

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in this thread

_flush = TransactionTestCase._fixture_teardown


def _flush_behind_lowered_walls(self: TransactionTestCase) -> None:
    """Empty the tables of a transactional test as their owner; the walls would refuse it."""
    with transaction.atomic(), wall_lowered():
        _flush(self)


TransactionTestCase._fixture_teardown = _flush_behind_lowered_walls  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _fresh_keys() -> Iterator[None]:
    """Each test reads the keys anew: one without keys leaves none behind for the next."""
    key_ring.forget()
    yield
    key_ring.forget()


class _Ran:
    """Writes `id outcome` of every test to a file, so that two databases can be compared."""

    def __init__(self, file: Path) -> None:
        self.file, self.outcomes = file, dict[str, str]()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        # The report of a whole test comes after those of its subtests, and may call it good.
        told = report.when == "call" or report.outcome == "skipped"
        if told and self.outcomes.get(report.nodeid) != "failed":
            self.outcomes[report.nodeid] = report.outcome

    def pytest_sessionfinish(self) -> None:
        lines = [f"{outcome} {node}\n" for node, outcome in sorted(self.outcomes.items())]
        self.file.write_text("".join(lines))


def pytest_configure(config: pytest.Config) -> None:
    file = os.environ.get("GROUPCARE_TESTS_RAN")
    if file and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Ran(Path(file)))
