"""Where records are kept: one file of SQLite, beside the index, that belongs to no trial.

Of each study the newest version, and every earlier one that was seen; each as it came, packed. One
process writes at a time, in short transactions; others read meanwhile. There is no log beside the
file (WAL), so that a folder that may only be read can be served too.
"""

import fcntl
import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from equipoise.exchange.registry.record import Record
from equipoise.exchange.registry.unread import REASONS, Place, Unread

__all__ = [
    "Busy",
    "Damaged",
    "STEP",
    "Outcome",
    "Records",
    "Version",
    "kept_records",
    "writable_records",
]

FILE = "records.sqlite3"
Damaged = sqlite3.DatabaseError
"""What is raised where the file cannot be read."""
PATIENCE = 30.0
STEP = 250
"""Records after which what was added is brought to the disk."""
TABLES = """
CREATE TABLE IF NOT EXISTS newest (
    number TEXT PRIMARY KEY, version TEXT NOT NULL, digest BLOB NOT NULL,
    turn INTEGER NOT NULL UNIQUE, packed BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS earlier (
    number TEXT NOT NULL, version TEXT NOT NULL, digest BLOB NOT NULL, packed BLOB NOT NULL,
    PRIMARY KEY (number, digest)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS alias (alias TEXT PRIMARY KEY, number TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS taken (file TEXT PRIMARY KEY, records INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unread (
    file TEXT NOT NULL, part TEXT NOT NULL, record INTEGER NOT NULL,
    code TEXT NOT NULL, given TEXT NOT NULL, PRIMARY KEY (file, part, record)
) WITHOUT ROWID;
"""


class Busy(Exception):
    """Somebody else is taking records in."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder}: records are being taken in by another process; wait for it")


class Outcome(Enum):
    """What became of a record that was read."""

    NEW = "new"
    NEWER = "newer"
    OLDER = "older"
    KNOWN = "known"


@dataclass(frozen=True)
class Version:
    """One version of a record: when it was posted, and its text as it came."""

    number: str
    version: str
    raw: bytes


@contextmanager
def writable_records(folder: Path) -> Iterator["Records"]:
    """The records of a folder, to add to; the folder is made.

    :raises Busy: while another process does
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "writing.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(folder) from None
        with closing(sqlite3.connect(folder / FILE, timeout=PATIENCE)) as database:
            database.executescript(TABLES)
            yield Records(database)
            database.commit()


@contextmanager
def kept_records(folder: Path) -> Iterator["Records"]:
    """The records of a folder, to read, while others may be added.

    :raises FileNotFoundError: where there are none
    """
    if not (folder / FILE).exists():
        raise FileNotFoundError(2, "no records", str(folder / FILE))
    address = f"{(folder / FILE).resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=PATIENCE)) as database:
        yield Records(database)


class Records:
    """The records that a folder keeps."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._turn = self._waiting = 0

    def add(self, record: Record) -> Outcome:
        """Keep this version where it belongs; what is known already changes nothing."""
        number, digest = record.number, record.digest
        newest = self._one("SELECT version, digest FROM newest WHERE number = ?", number)
        if newest is None:
            self._put_newest(record)
            return Outcome.NEW
        if newest[1] == digest or self._is_earlier(number, digest):
            return Outcome.KNOWN
        if record.version < newest[0]:
            values = (number, record.version, digest, zlib.compress(record.raw, 1))
            self._database.execute("INSERT INTO earlier VALUES (?, ?, ?, ?)", values)
            return Outcome.OLDER
        self._database.execute(
            "INSERT INTO earlier SELECT number, version, digest, packed FROM newest "
            "WHERE number = ?",
            (number,),
        )
        self._put_newest(record)
        return Outcome.NEWER

    def newest(self, number: str) -> Version | None:
        """The newest version of a study's record, by any number it has had."""
        row = self._one("SELECT number, version, packed FROM newest WHERE number = ?", number)
        if row is None and (named := self._one("SELECT number FROM alias WHERE alias = ?", number)):
            return self.newest(named[0])
        return None if row is None else Version(row[0], row[1], zlib.decompress(row[2]))

    def earlier(self, number: str) -> list[Version]:
        """The versions before the newest, the oldest first."""
        rows = self._database.execute(
            "SELECT number, version, packed FROM earlier WHERE number = ? ORDER BY version, digest",
            (number,),
        )
        return [Version(row[0], row[1], zlib.decompress(row[2])) for row in rows]

    def since(self, turn: int) -> Iterator[Version]:
        """Each newest version that came after a turn, in the order they came."""
        while True:
            rows = self._database.execute(
                "SELECT turn, number, version, packed FROM newest WHERE turn > ? "
                "ORDER BY turn LIMIT 200",
                (turn,),
            ).fetchall()
            for last, number, version, packed in rows:
                turn = last
                yield Version(number, version, zlib.decompress(packed))
            if not rows:
                return

    def counts(self) -> tuple[int, int]:
        """How many studies there are, and the last turn."""
        row = self._one("SELECT count(*), coalesce(max(turn), 0) FROM newest")
        return (0, 0) if row is None else (row[0], row[1])

    def taken(self, file: str) -> int:
        """How many records of a file were read before its reading was broken off."""
        row = self._one("SELECT records FROM taken WHERE file = ?", file)
        return 0 if row is None else int(row[0])

    def keep(self, file: str, records: int, unread: Iterable[Unread]) -> None:
        """How far a file has been read; once in a while all of it is brought to the disk."""
        before = self.taken(file)
        self._database.execute("INSERT OR REPLACE INTO taken VALUES (?, ?)", (file, records))
        for one in unread:
            values = (file, one.place.part, one.place.record, one.why.code)
            given = json.dumps(dict(one.why.values), default=str)
            row = (*values, given)
            self._database.execute("INSERT OR REPLACE INTO unread VALUES (?, ?, ?, ?, ?)", row)
        self._waiting += records - before
        if self._waiting >= STEP:
            self._database.commit()
            self._waiting = 0

    def forget(self, file: str) -> None:
        """A file has been read to its end: next time it is read from its beginning."""
        self._database.execute("DELETE FROM taken WHERE file = ?", (file,))
        self._database.execute("DELETE FROM unread WHERE file = ?", (file,))

    def unread(self, file: str) -> list[Unread]:
        """What was passed over before the reading of a file was broken off."""
        rows = self._database.execute(
            "SELECT part, record, code, given FROM unread WHERE file = ?", (file,)
        )
        name = Path(file.split("\n")[0]).name
        return [
            Unread(Place(name, part, record), REASONS[code](**json.loads(given)))
            for part, record, code, given in rows
        ]

    def _put_newest(self, record: Record) -> None:
        self._turn = (self._turn or self.counts()[1]) + 1
        values = (record.number, record.version, record.digest, self._turn)
        packed = zlib.compress(record.raw, 1)
        self._database.execute(
            "INSERT OR REPLACE INTO newest VALUES (?, ?, ?, ?, ?)", (*values, packed)
        )
        names = record.study.protocol_section.identification_module
        for alias in names.nct_id_aliases:
            row = (alias, record.number)
            self._database.execute("INSERT OR REPLACE INTO alias VALUES (?, ?)", row)

    def _is_earlier(self, number: str, digest: bytes) -> bool:
        given = (number, digest)
        row = self._one("SELECT 1 FROM earlier WHERE number = ? AND digest = ?", *given)
        return row is not None

    def _one(self, statement: str, *given: object) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._database.execute(statement, given).fetchone()
        return row
