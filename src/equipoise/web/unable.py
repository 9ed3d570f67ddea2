"""What stops the whole installation, and nobody who asks it: the server says so and stops.

A server that went on could acknowledge what is lost when it ends.
"""

import logging
import os
import signal

from equipoise.web.sqlite_queue.standing import LogGone

__all__ = ["note_master", "stop_if_unsafe"]

_log = logging.getLogger(__name__)
_master: list[int] = []


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
