"""What must be true around the tests before Django reads its settings.

A home of their own, never the developer's data; SQLite in it, or, with
EQUIPOISE_TEST_DATABASE=postgres, a PostgreSQL of their own, never the one in DATABASE_URL; and a
day that does not end among them.

All that they write lies in memory where there is room: on a disk each act that is recorded waits
for it, which shows nothing, since nobody pulls the plug of the tests. EQUIPOISE_TEST_FOLDER names
another place, where what a failed test has left can be looked at afterwards.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import daytime, postgres

_homes: list[str] = []


MEMORY, ROOM = Path("/dev/shm"), 2 << 30
NAMED, _PREFIX = "EQUIPOISE_TEST_FOLDER", "equipoise-tests-"


def passing_folder() -> Path:
    """A new folder that is gone when the last test ends."""
    _homes.append(tempfile.mkdtemp(prefix="equipoise-test-"))
    return Path(_homes[-1])


def _write_in_memory() -> None:
    """Have all temporary files of this process, and of those it starts, lie in memory."""
    folder = os.environ.get(NAMED)
    if folder is None:  # else whoever began the run has named it, and empties it
        roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
        beside = MEMORY if roomy and os.access(MEMORY, os.W_OK) else Path(tempfile.gettempdir())
        postgres.sweep(beside, _PREFIX)
        folder = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=beside)
        _homes.append(folder)
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name in (NAMED, "TMPDIR", "PYTEST_DEBUG_TEMPROOT"):
        os.environ[name] = folder
    tempfile.tempdir = None


@pytest.hookimpl(wrapper=True)  # a wrapper: it comes before pytest-django, which loads the settings
def pytest_load_initial_conftests() -> Iterator[None]:
    """Give each test process its home and its database."""
    _write_in_memory()
    os.environ["EQUIPOISE_HOME"] = str(passing_folder())
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
