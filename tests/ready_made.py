"""Databases with all their tables, as a first start leaves them: made once a run, and copied.

Making them takes most of a second, and a copy a moment. That a first start makes them, all or
none, is tried by `tests/web/test_installation.py` and `tests/web/test_killed_upgrade.py`.
"""

import os
import shutil
from functools import cache
from pathlib import Path

from tests import surroundings
from tests.postgres import Server
from tests.shared import shared
from tests.verbs import program

FILE = "equipoise.sqlite3"
MAKE = """
from equipoise.cli.start import django; django()
from equipoise.web.hosting import server
server.make_ready()
"""


def in_home(home: Path) -> None:
    """Lay one in a home that has none."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copy2(_of_sqlite(), home / FILE)


def in_postgres(server: Server) -> str:
    """The address of a new one on that server."""
    return server.url(server.new_database(_of_postgres(server)))


@cache
def _of_sqlite() -> Path:
    home = surroundings.passing_folder()

    def make() -> bytes:
        _make(home, "")
        return (home / FILE).read_bytes()

    (home / FILE).write_bytes(shared("tables", make))
    return home / FILE


@cache
def _of_postgres(server: Server) -> str:
    name = server.new_database()
    _make(surroundings.passing_folder(), server.url(name))
    return name


def _make(home: Path, url: str) -> None:
    there = {"EQUIPOISE_HOME": str(home), "DATABASE_URL": url, "PYTHONPATH": "src:."}
    program(MAKE, environment={**os.environ, **there})
