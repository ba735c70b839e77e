"""Where a browser, PostgreSQL and Postfix must be there (COALITION_REQUIRE_…, set by `.ci/run`), to skip is to fail."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

import pytest

from tests import browser

if TYPE_CHECKING:
    from collections.abc import Generator

REQUIRED: Final = {
    "COALITION_REQUIRE_BROWSER": re.compile("browser|chrom|playwright|axe", re.IGNORECASE),
    "COALITION_REQUIRE_POSTFIX": re.compile("postfix", re.IGNORECASE),
    "COALITION_REQUIRE_POSTGRES": re.compile("postgres|psycopg|initdb", re.IGNORECASE),
}


def pytest_report_header() -> str:
    """Say at the top whether the tests in a browser will run."""
    return f"browser: {browser.program() or 'no Chromium was found, so the tests in a browser are skipped'}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that should have run and was skipped has failed."""
    report = yield
    about = " ".join([_reason(report), *(mark.name for mark in item.iter_markers())])
    if report.skipped and not hasattr(report, "wasxfail") and _is_required(about):
        report.outcome = "failed"
        report.longrepr = f"Skipped where it must run: {_reason(report)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a module that skips itself as a whole."""
    report = yield
    if report.skipped and _is_required(_reason(report)):
        report.outcome = "failed"
        report.longrepr = f"Skipped where it must run: {_reason(report)}"
    return report


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    return str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)


def _is_required(about: str) -> bool:
    return any(os.environ.get(name, "0") not in {"", "0"} and words.search(about) for name, words in REQUIRED.items())
