"""A runner that stays: it looks every two seconds for what is due, until told to stop.

`equipoise serve` keeps one beside its workers, born of the same process; should it die it is born
again. It ends between two jobs; one that does not come to an end is left to its lease.
"""

import logging
import os
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Protocol

from django.db import connections

from equipoise.web.jobs.runner import run_due
from equipoise.web.unable import note_master, stop_if_unsafe

__all__ = ["Beside", "stay"]

_log = logging.getLogger(__name__)
PAUSE, STEP, REST = 2.0, 0.25, 5.0  # seconds between looks, at a signal's answer, after a death
TO_END = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT)


class Line(Protocol):
    """Something that listens."""

    def close(self) -> None: ...


def stay(stopped: Callable[[], bool]) -> None:
    """Do what is due whenever it is, until told to stop."""
    while not stopped():
        try:
            run_due(stopped=stopped)
        except Exception as error:
            _log.exception("the jobs could not be looked at")
            connections.close_all()
            if stop_if_unsafe(error):
                return
        for _ in range(int(PAUSE / STEP)):
            if stopped():
                return
            time.sleep(STEP)


class Beside:
    """The runner that a server keeps beside its workers."""

    def __init__(self) -> None:
        self.pid = 0
        self._born = -REST

    def keep(self, listening: Iterable[Line]) -> None:
        """Give birth to it, again if it has died; not more often than every few seconds.

        :param listening: what the server listens on, which is none of the runner's
        """
        if (self.pid and _lives(self.pid)) or time.monotonic() - self._born < REST:
            return
        self._born, master = time.monotonic(), os.getpid()
        # What it is told before it listens waits until it does, and is not lost.
        signal.pthread_sigmask(signal.SIG_BLOCK, TO_END)
        self.pid = os.fork()
        if not self.pid:
            _live(master, listening)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, TO_END)

    def tell(self) -> None:
        """Tell it to end."""
        if self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM)

    def await_end(self, seconds: float) -> None:
        """Wait until it has ended; what it is still at then, its lease gives to another."""
        end = time.monotonic() + seconds
        while self.pid and _lives(self.pid):
            if time.monotonic() > end:
                os.kill(self.pid, signal.SIGKILL)
            time.sleep(STEP / 10)
        self.pid = 0


def _live(master: int, listening: Iterable[Line]) -> None:
    """The whole life of the runner's process."""
    signals: list[int] = []
    code = 1
    try:
        for number in TO_END:
            signal.signal(number, lambda number, frame: signals.append(number))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, TO_END)
        for number in (signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGCHLD):
            signal.signal(number, signal.SIG_IGN if number == signal.SIGHUP else signal.SIG_DFL)
        for line in listening:
            line.close()
        note_master()
        stay(lambda: bool(signals) or os.getppid() != master)
        code = 0
    finally:
        os._exit(code)


def _lives(pid: int) -> bool:
    """Whether a child is still there; one that has ended is laid to rest."""
    try:
        return os.waitpid(pid, os.WNOHANG) == (0, 0)
    except ChildProcessError:  # the server has seen to it
        return False
