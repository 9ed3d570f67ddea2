"""Django's SQLite backend, with every writer in one queue (Django asks for a module of this name).

A transaction stands in the queue from BEGIN IMMEDIATE to COMMIT or ROLLBACK; a single statement
outside a transaction, for as long as it runs. Readers never queue. What a ledger needs is set here
and cannot be forgotten in the settings: WAL, synchronous=FULL, foreign keys, IMMEDIATE, and 30 s
of patience. An INSERT with RETURNING outside a transaction leaves the queue before its rows are
fetched; SQLite's own lock covers that moment.

Nobody but SQLite opens the database's file or its log, not even to read: by POSIX, closing any
descriptor of a file gives up all the locks that the process holds on it. Another program that
comes and goes then takes itself for the last one and removes the log under the server.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from equipoise.web.sqlite_queue import driver

driver.install()

from django.db.backends.sqlite3 import base  # noqa: E402  (after the driver is in its place)

from equipoise.web.sqlite_queue.queue import QueueTooLong, leave, stand  # noqa: E402
from equipoise.web.sqlite_queue.standing import Standing  # noqa: E402
from equipoise.web.sqlite_queue.statements import may_write  # noqa: E402

PATIENCE = 30.0  # seconds
DURABLE = ("PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON")
# A connection that was open at a fork is the parent's. Closing it in the child, as forgetting it
# would do, could touch the parent's files.
_of_the_parent: list[Any] = []


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection, and its place in the queue while it writes."""

    _place: FileIO | None = None
    _standing: Standing | None = None
    _opened_by = 0
    init_commands: list[str]

    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        self.transaction_mode = "IMMEDIATE"
        params.setdefault("timeout", PATIENCE)
        self._patience = params["timeout"]
        self.init_commands = [*self.init_commands, *DURABLE]
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        self._opened_by, self._standing = os.getpid(), None
        if self._queue_file is not None:
            if _journal(connection) != "wal":
                with self.queueing():  # only one may turn a new database to WAL
                    connection.execute("PRAGMA journal_mode=WAL")
            # The first question opens the log, and with it begins the lock that keeps it there.
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            self._standing = Standing(self._database_file)
        return connection

    def ensure_connection(self) -> None:
        """Connect, or connect anew in a child process: a connection is not inherited."""
        if self.connection is not None and self._opened_by != os.getpid():
            _of_the_parent.append(self.connection)
            self.connection = None
        super().ensure_connection()

    def create_cursor(self, name: str | None = None) -> "QueuedCursor":
        made: QueuedCursor = self.connection.cursor(
            factory=lambda connection: QueuedCursor(connection, self)
        )
        return made

    @contextmanager
    def queueing(self) -> Iterator[None]:
        """Take the place if it is not ours yet; give it back unless a transaction goes on.

        :raises LogGone: when what is written here would not be found again
        """
        if self._place is None and self._queue_file is not None:
            try:
                self._place = stand(self._queue_file, self._patience)
            except QueueTooLong as waited:
                raise self.Database.OperationalError(f"database is locked: {waited}") from waited
        try:
            self.still_stands()
            yield
            if not self._goes_on():
                self.still_stands()
        finally:
            self._settle()

    def _goes_on(self) -> bool:
        return bool(self.connection and self.connection.in_transaction)

    def still_stands(self) -> None:
        """:raises LogGone: when the database or its log is no longer the file that was opened"""
        if self._standing is not None:
            self._standing.check()

    def _settle(self) -> None:
        if self._place is not None and not self._goes_on():
            place, self._place = self._place, None
            leave(place)

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]  # the stubs leave it out
            # Who is told that it is recorded must find it again.
            self.still_stands()
        finally:
            self._settle()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # the stubs leave it out
        finally:
            self._settle()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # the stubs leave it out
        finally:
            self._standing = None
            if self._place is not None:
                leave(self._place)
                self._place = None

    @property
    def _database_file(self) -> Path:
        name = str(self.settings_dict["NAME"])
        return Path(unquote(urlsplit(name).path) if name.startswith("file:") else name)

    @property
    def _queue_file(self) -> Path | None:
        if self.is_in_memory_db():
            return None
        database = self._database_file
        return database.with_name(f"{database.name}-queue")


class QueuedCursor(base.SQLiteCursorWrapper):
    """A cursor that stands in the queue before it writes."""

    def __init__(self, connection: Any, wrapper: DatabaseWrapper) -> None:
        super().__init__(connection)
        self._wrapper = wrapper

    def execute(self, query: str, params: Any = None) -> Any:
        return self._run(query, lambda: base.SQLiteCursorWrapper.execute(self, query, params))

    def executemany(self, query: str, param_list: Any) -> Any:
        return self._run(
            query, lambda: base.SQLiteCursorWrapper.executemany(self, query, param_list)
        )

    def executescript(self, script: str) -> Any:
        return self._run("", lambda: base.SQLiteCursorWrapper.executescript(self, script))

    def _run(self, query: str, statement: Callable[[], Any]) -> Any:
        if not may_write(query):
            return statement()
        with self._wrapper.queueing():
            return statement()


def _journal(connection: Any) -> str:
    return str(connection.execute("PRAGMA journal_mode").fetchone()[0])
