"""When a browser test fails, say what each person saw at that moment."""

from collections.abc import Generator
from typing import Any

import pytest


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Generator[None, Any, None]:
    outcome = yield
    report = outcome.get_result()
    if report.when == "call" and report.failed:
        for url, text in getattr(getattr(item, "instance", None), "seen", []):
            report.sections.append((f"seen at {url}", text))
