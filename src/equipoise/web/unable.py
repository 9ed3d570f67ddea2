"""What keeps the whole installation from recording, through no fault of who asks.

Of most of it the server recovers, and says so: nothing was recorded, try again. Of a log that was
removed under it it does not: a server that went on could acknowledge what is lost when it ends.
"""

import logging
import os
import signal
from collections.abc import Iterable

from django.db import DatabaseError, connection

from equipoise.conduct.clock import BEHIND
from equipoise.study.reason import Reason, Refusal
from equipoise.web.sqlite_queue.standing import LogGone

__all__ = ["NO_SEED", "note_master", "status_of", "stop_if_unsafe", "unable"]

_log = logging.getLogger(__name__)
_master: list[int] = []

FULL = Reason(
    "database.full",
    "",
    "nothing was recorded: the disk of the server is full. Tell whoever keeps the server, and try "
    "again when there is room",
)
BUSY = Reason(
    "database.busy",
    "",
    "nothing was recorded: another program holds the database. Try again in a minute; if it "
    "stays so, tell whoever keeps the server",
)
CLOSED = Reason(
    "database.read-only",
    "",
    "nothing was recorded: the server may not write to its disk. Tell whoever keeps the server",
)
AWAY = Reason(
    "database.away",
    "",
    "nothing was recorded: the database does not answer. Try again in a minute; if it stays so, "
    "tell whoever keeps the server",
)
NO_SEED = Reason(
    "seed.lost",
    "",
    "nothing was recorded: the sealed seed of this trial is lost or is another's, so nothing can "
    "be drawn. Tell whoever keeps the server",
)
# SQLite's own words, and PostgreSQL's classes of error.
_WORDS = (
    ("disk is full", FULL),
    ("disk I/O error", FULL),
    ("is locked", BUSY),
    ("readonly database", CLOSED),
    ("unable to open database", CLOSED),
)
_CLASSES = {"53": FULL, "55": BUSY, "57": AWAY, "08": AWAY, "25": CLOSED}
_STATUS = {
    FULL.code: 507,
    **dict.fromkeys((BUSY.code, CLOSED.code, AWAY.code, BEHIND.code, NO_SEED.code), 503),
}


def unable(error: BaseException | None) -> Refusal | None:
    """Why nothing could be recorded, for people; None when it is another kind of error.

    The database's own words are noted for whoever keeps the server.
    """
    reason = _reason(error) if isinstance(error, DatabaseError) else None
    if reason is None:
        return None
    _log.error("%s: the database says: %s", reason.code, str(error).strip())
    return reason()


def _reason(error: DatabaseError) -> Reason | None:
    if connection.vendor == "sqlite":
        return next((reason for words, reason in _WORDS if words in str(error)), None)
    state = getattr(error.__cause__, "sqlstate", None)
    unreached = type(error).__name__ == "OperationalError" and state is None
    return AWAY if unreached else _CLASSES.get((state or "")[:2])


def status_of(codes: Iterable[str], otherwise: int) -> int:
    """The answer's status: 503 or 507 when the installation could record nothing at all."""
    return next((_STATUS[code] for code in codes if code in _STATUS), otherwise)


def note_master() -> None:
    """In a new worker: remember whom to tell that the server must stop."""
    _master[:] = [os.getppid()]


def stop_if_unsafe(error: BaseException | None) -> bool:
    """Whether nothing can be recorded any more; if so it is noted in words, and the server ends."""
    if not isinstance(error, LogGone):
        return False
    _log.critical("the server stops: %s", error)
    for process in _master:
        os.kill(process, signal.SIGTERM)
    return True
