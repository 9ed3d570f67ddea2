"""The queue that writers of one database file stand in, across threads and processes.

SQLite lets a waiting writer sleep and try again, and whoever tries at the right moment wins: under
load some wait for seconds. A lock on a file beside the database is a true queue. Whoever dies
leaves it, because the kernel takes the lock back.
"""

import fcntl
import os
from concurrent.futures import Future
from io import FileIO
from pathlib import Path
from threading import Thread
from weakref import WeakSet


class QueueTooLong(Exception):
    """The place at the head of the queue did not come free in time."""


_places: "WeakSet[FileIO]" = WeakSet()


def stand(path: Path, seconds: float) -> FileIO:
    """Wait until no one else writes; returns the place, to be given back with `leave`.

    Each place is a file description of its own, so threads queue like processes do. Raises
    QueueTooLong after `seconds`.
    """
    place = FileIO(path, "a", opener=_for_the_owner)
    _places.add(place)
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        _wait(place, seconds)
    return place


def leave(place: FileIO) -> None:
    """Let the next writer go. Leaving twice, or in a child process, does nothing."""
    if not place.closed:
        fcntl.flock(place, fcntl.LOCK_UN)
        place.close()


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _wait(place: FileIO, seconds: float) -> None:
    """Block in a thread of its own, because `flock` itself cannot be told when to give up."""
    turn: Future[None] = Future()

    def sleep_until_first() -> None:
        fcntl.flock(place, fcntl.LOCK_EX)
        if turn.set_running_or_notify_cancel():
            turn.set_result(None)
        else:
            leave(place)

    Thread(target=sleep_until_first, name="sqlite-queue", daemon=True).start()
    try:
        turn.result(timeout=seconds)
    except TimeoutError:
        if turn.cancel():
            raise QueueTooLong(f"another writer has held it for {seconds:g} s") from None


def _forget_places() -> None:
    """A child holds copies of its parent's places; it closes them and unlocks nothing."""
    for place in list(_places):
        place.close()
    _places.clear()


os.register_at_fork(after_in_child=_forget_places)
