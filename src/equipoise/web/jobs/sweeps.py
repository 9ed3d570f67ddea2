"""A sweep that a page asked for is simulated bit by bit, so that no mail and no head has to wait.

After some seconds the job is put back behind whatever else is due; what is done is in the sweep's
checkpoint, so a runner that is killed loses no more than the chunks it was at.
"""

import os
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import lru_cache
from threading import get_native_id
from time import monotonic
from typing import TYPE_CHECKING

from equipoise.web import home
from equipoise.web.jobs.kind import NotNow, NotWanted, Unfinished
from equipoise.web.jobs.reasons import NO_SWEEP, SWEPT_ELSEWHERE
from equipoise.web.jobs.table import Taken

if TYPE_CHECKING:
    from equipoise.design.sweep.checkpoint import Progress
    from equipoise.design.sweep.chunk import Chunk

__all__ = ["RUN", "simulate"]

RUN = "sweep.run"
"""The kind of job; its key is the name of the sweep."""
SECONDS = 10.0  # after which whatever else is due has its turn
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

    end, folder = monotonic() + SECONDS, home.sweeps() / job.key
    try:
        sweep = read_manifest(folder).sweep
        _compiled().result(timeout=SECONDS)
        with threads(begin=_stand_back) as workers:
            found = run_sweep(sweep, folder, workers, lambda progress: _pause(progress, end))
        list(leave(sweep, found, folder, home.FONTS))
    except TimeoutError:
        raise Unfinished from None
    except AtWork:
        raise NotNow(SWEPT_ELSEWHERE()) from None
    except Stopped:
        raise NotWanted from None
    except BadSweep as wrong:
        raise NotWanted(NO_SWEEP(because=str(wrong))) from wrong


@lru_cache(maxsize=1)
def _compiled() -> "Future[Chunk]":
    """The kernel, compiled once by a thread of its own: nothing else waits for that either."""
    from equipoise.design.sweep.chunk import simulate_chunk
    from equipoise.design.sweep.settings import Settings, scenario_of

    return ThreadPoolExecutor(1).submit(simulate_chunk, scenario_of(Settings()), 1, 0, 1)


def _pause(progress: "Progress", end: float) -> None:
    if monotonic() > end and progress.points_done < progress.points:
        raise Unfinished


def _stand_back() -> None:
    """Let everything else on the machine go before this thread; Linux knows threads by a number."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, get_native_id(), STANDS_BACK)
