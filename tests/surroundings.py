"""What must be true around the tests before Django reads its settings.

A home of their own, never the developer's data; SQLite in it, or, with
EQUIPOISE_TEST_DATABASE=postgres, a PostgreSQL of their own, never the one in DATABASE_URL; and a
day that does not end among them.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator

import pytest

from tests import daytime, postgres

_homes: list[str] = []


@pytest.hookimpl(wrapper=True)  # a wrapper: it comes before pytest-django, which loads the settings
def pytest_load_initial_conftests() -> Iterator[None]:
    """Give each test process its home and its database."""
    _homes.append(tempfile.mkdtemp(prefix="equipoise-test-"))
    os.environ["EQUIPOISE_HOME"] = _homes[-1]
    daytime.agree_on_a_day()
    os.environ.pop("EQUIPOISE_STUDY", None)
    os.environ.pop("DATABASE_URL", None)
    if os.environ.get("EQUIPOISE_TEST_DATABASE") == "postgres":
        os.environ["DATABASE_URL"] = postgres.shared_with_workers().url()
    return (yield)


def pytest_unconfigure() -> None:
    """Leave no file behind."""
    while _homes:
        shutil.rmtree(_homes.pop(), ignore_errors=True)
