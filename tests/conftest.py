"""What every test stands on: no silent skips, repeatable properties, real databases."""

import os
import shutil
from collections.abc import Iterator

import pytest
from django.utils import translation
from hypothesis import HealthCheck, settings

from tests import daytime
from tests.emptying import django_db_setup  # noqa: F401  (a fixture)
from tests.sampled import examples

IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}

settings.register_profile("here", deadline=None, max_examples=examples(100))
settings.register_profile(
    "ci",
    settings.get_profile("here"),
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci" if IN_CI else "here")

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps an event loop running


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Iterator[pytest.TestReport]:
    """In CI a test that did not run has failed."""
    report = yield
    return _no_skip(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[pytest.CollectReport]:
    """The same for a whole module that skips itself."""
    report = yield
    return _no_skip(report)


def _no_skip(report):
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and in CI every test must run: {report.longrepr}"
    return report


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Every test begins in English: a page that was asked for in Dutch leaves Dutch behind."""
    translation.deactivate()


@pytest.fixture(scope="session", autouse=True)
def _by_day() -> None:
    """The server's clock, where it is not stopped, is that of `daytime`."""
    daytime.keep()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium that Playwright can drive."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.fail("no Chromium here: `make test` installs it, or: sudo apt-get install chromium")
