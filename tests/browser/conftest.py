"""When a browser test fails, say what each person saw at that moment."""

from collections.abc import Generator
from contextlib import suppress
from typing import Any

import pytest


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Generator[None, Any, None]:
    outcome = yield
    report = outcome.get_result()
    if report.when == "call" and report.failed:
        for page in getattr(getattr(item, "instance", None), "pages", []):
            with suppress(Exception):  # a page that left the house has no `main` to look at
                seen = page.locator("main").first.inner_text(timeout=2000)[:400]
                report.sections.append((f"seen at {page.url}", seen))
