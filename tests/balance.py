"""How the tests are shared out between processes: files that take long come first.

A file goes to one process whole, for what its tests share. xdist by itself begins with the files
that hold most tests, so that one that is long with few of them came last, and was waited for.
"""

import pytest
from xdist.scheduler import LoadFileScheduling

ONE_PLACE = "tests/journeys"  # all files of it share one served trial and one Chromium
LONG = (
    ONE_PLACE,  # its trial's first sweep compiles the kernel, which the others find on the disk
    # These need no kernel: two processes that compile it at once take twice its time.
    "tests/web/test_installation.py",
    "tests/spec/rehearsal",
    "tests/web/test_one_law.py",
    "tests/web/test_api.py",
    "tests/web/test_killed",
    "tests/web/test_log_stands.py",
    "tests/web/test_copies_under_load.py",
    "tests/web/test_backup.py",
    "tests/docs/test_documents.py",
    "tests/web_pages/test_sweeps_page.py",
    "tests/web_pages/test_sweep_jobs.py",
    "tests/oracle/design",
    "tests/unit/design",
    "tests/generative",
)


class LongestFirst(LoadFileScheduling):
    """One part of the work is a file, or a folder whose files share what is dear to make."""

    def _split_scope(self, nodeid: str) -> str:
        return ONE_PLACE if nodeid.startswith(f"{ONE_PLACE}/") else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LongestFirst | None:
    """For `--dist loadfile` only."""
    if config.getvalue("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False  # the order is that of the collection, below
    return LongestFirst(config, log)


@pytest.hookimpl(trylast=True)  # after pytest-django, which sorts by what is done to the database
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long ones first."""
    items.sort(key=_rank)


def _rank(item: pytest.Item) -> int:
    return next((n for n, long in enumerate(LONG) if item.nodeid.startswith(long)), len(LONG))
