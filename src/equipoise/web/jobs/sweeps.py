"""A sweep that a page asked for is simulated bit by bit, so that no mail and no head has to wait.

After some seconds no more is begun; what is at work is kept, and the job is put back behind
whatever else is due. A runner that is killed loses no more than the chunks it was at.
"""

import os
import sys
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from functools import lru_cache
from threading import get_native_id
from time import monotonic
from typing import TYPE_CHECKING

from equipoise.web import home, write_service
from equipoise.web.jobs.kind import NotNow, NotWanted, Unfinished
from equipoise.web.jobs.reasons import NO_SWEEP, SWEPT_ELSEWHERE
from equipoise.web.jobs.table import Taken, prolong

if TYPE_CHECKING:
    from equipoise.design.sweep.checkpoint import Progress
    from equipoise.design.sweep.chunk import Chunk

__all__ = ["LEASE", "RUN", "simulate"]

RUN = "sweep.run"
"""The kind of job; its key is the name of the sweep."""
LEASE = timedelta(minutes=2)
"""How long it is held from the last sign of life; chunks at work may take longer than that."""
SECONDS = 10.0  # after which whatever else is due has its turn
A_SIGN = 30.0  # seconds between two signs of life
STANDS_BACK = 10  # how far behind everything else on the machine


def simulate(job: Taken, now: datetime) -> None:
    """Simulate for some seconds; with the last chunk come the files that the sweep leaves.

    Raises Unfinished while there is more to do, NotWanted when it is to stop or cannot be done.
    """
    # The kernel takes most of a second to load: only whoever simulates waits for it.
    from equipoise.design.report.write import leave
    from equipoise.design.sweep.checkpoint import AtWork
    from equipoise.design.sweep.manifest import read_manifest
    from equipoise.design.sweep.question import BadSweep
    from equipoise.design.sweep.run import Stopped, run_sweep
    from equipoise.design.sweep.workers import threads

    turn, folder = _Turn(job), home.sweeps() / job.key
    try:
        sweep = read_manifest(folder).sweep
        _await_the_kernel()
        with threads(begin=_stand_back) as workers:
            found = run_sweep(sweep, folder, workers, turn.goes_on)
        turn.lives()
        for _ in leave(sweep, found, folder, home.FONTS):
            turn.lives()
    except AtWork:
        raise NotNow(SWEPT_ELSEWHERE()) from None
    except Stopped:
        raise NotWanted from None
    except BadSweep as wrong:
        raise NotWanted(NO_SWEEP(because=str(wrong))) from wrong


class _Turn:
    """The seconds that a sweep has, and the lease that is prolonged for as long as they take."""

    def __init__(self, job: Taken) -> None:
        self._job = job
        self._end, self._next_sign = monotonic() + SECONDS, monotonic() + A_SIGN

    def goes_on(self, progress: "Progress") -> None:
        """Go on, while there is time. Raises Unfinished."""
        if monotonic() >= self._next_sign:
            self.lives()
        if monotonic() > self._end and progress.points_done < progress.points:
            raise Unfinished

    def lives(self) -> None:
        """Hold the job for longer. Raises Unfinished when another has taken it meanwhile."""
        if not prolong(self._job, write_service.now() + LEASE):
            raise Unfinished
        self._next_sign = monotonic() + A_SIGN


def _await_the_kernel() -> None:
    """Raises Unfinished while it is compiled; why it could not be, once: then it is tried anew."""
    compiled = _compiled()
    if not wait([compiled], timeout=SECONDS).done:
        raise Unfinished
    if compiled.exception():
        _compiled.cache_clear()
    compiled.result()


@lru_cache(maxsize=1)
def _compiled() -> "Future[Chunk]":
    """The kernel, compiled once by a thread of its own: nothing else waits for that either."""
    from equipoise.design.sweep.chunk import simulate_chunk
    from equipoise.design.sweep.settings import Settings, scenario_of

    return ThreadPoolExecutor(1).submit(simulate_chunk, scenario_of(Settings()), 1, 0, 1)


def _stand_back() -> None:
    """Let everything else on the machine go before this thread; Linux knows threads by a number."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, get_native_id(), STANDS_BACK)
