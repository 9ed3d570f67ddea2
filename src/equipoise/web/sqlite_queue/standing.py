"""Whether the files that a connection writes to still stand where the next one will look for them.

The last who leaves a database in WAL mode moves the log (`-wal`) into it and removes the log. A
program that takes itself for the last one, or a person who tidies up, can so remove the log of a
running server: what is then recorded goes into a file without a name, and is gone when the server
is. Asking the folder which file stands there costs microseconds and opens nothing.
"""

import os
from pathlib import Path

__all__ = ["LogGone", "Standing", "make_empty"]

Mark = tuple[int, int] | None


class LogGone(Exception):
    """The database or its log was removed or replaced while this process had it open.

    No database error: nobody should try the same connection again.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} was removed or replaced while the server was running, so nothing can be "
            "recorded safely. Stop every program that uses the database, run `equipoise verify`, "
            "compare with the last copy, and start the server again"
        )


class Standing:
    """The database and its log as a new connection found them."""

    def __init__(self, database: Path) -> None:
        self._paths = [database, database.with_name(f"{database.name}-wal")]
        self._found = [_mark(path) for path in self._paths]

    def check(self) -> None:
        """:raises LogGone: when one of the two is no longer the file that it was"""
        for path, found in zip(self._paths, self._found, strict=True):
            if _mark(path) != found:
                raise LogGone(path)


def make_empty(database: Path) -> None:
    """Make a new database's file, readable by its owner alone; one that is there is not touched.

    Never opened when it is there: closing any descriptor of a file gives up all the locks that
    this process holds on it, SQLite's too (POSIX, `fcntl`).
    """
    try:
        os.close(os.open(database, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return


def _mark(path: Path) -> Mark:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
