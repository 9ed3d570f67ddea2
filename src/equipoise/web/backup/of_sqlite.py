"""A copy of the embedded database, made by SQLite itself beside a running server.

SQLite's own backup reads one moment of the database and holds no writer up. It runs on the
connection that all else uses, of the one SQLite in this process: a second one, or a program that
copies the file, would take the running server's locks away.
"""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from django.db import connection

from equipoise.ledger import Entry
from equipoise.web.backup.manifest import BadCopy
from equipoise.web.sqlite_queue.driver import library
from equipoise.web.store import ALL_ENTRIES

__all__ = ["CopiedLedger", "copied", "damage_of", "rows_of", "without_log"]


def copied(to: Path) -> None:
    """Copy the whole database to a file of its own, with no log beside it.

    :raises BadCopy: when it cannot be written, such as to a full disk
    :raises LogGone: when the database was replaced while this process had it open
    """
    connection.ensure_connection()
    try:
        with closing(library().connect(to)) as target:
            connection.connection.backup(target)
    except library().DatabaseError as error:
        raise BadCopy(f"the database cannot be copied to {to.parent.parent}: {error}") from error
    connection.still_stands()  # type: ignore[attr-defined]  # our backend for SQLite has it
    without_log(to)


def without_log(database: Path) -> None:
    """Take what stands in the log into the database; from then on it is one file."""
    with closing(library().connect(database)) as opened:
        opened.execute("PRAGMA journal_mode=DELETE")


def damage_of(database: Path) -> list[str]:
    """What SQLite finds wrong in a file; [] when it is sound."""
    try:
        with closing(library().connect(database)) as opened:
            found = [str(row[0]) for row in opened.execute("PRAGMA integrity_check")]
    except library().DatabaseError as error:
        found = [str(error)]
    return [] if found == ["ok"] else found


def rows_of(database: Path) -> dict[str, int]:
    """How many rows each table of a file holds."""
    with closing(library().connect(database)) as opened:
        names = [
            str(name)
            for (name,) in opened.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            )
        ]
        count = 'SELECT count(*) FROM "{}"'
        return {name: opened.execute(count.format(name)).fetchone()[0] for name in sorted(names)}


class CopiedLedger:
    """The ledger in a file that nobody else uses."""

    def __init__(self, database: Path) -> None:
        self._database = database

    def everything(self) -> Iterator[Entry]:
        """All entries, by (stream, seq)."""
        with closing(library().connect(self._database)) as opened:
            rows = opened.execute(ALL_ENTRIES).fetchall()
        for row in sorted(rows, key=lambda row: (row[0], row[1])):
            yield Entry(**dict(zip(Entry.__struct_fields__, row, strict=True)))
