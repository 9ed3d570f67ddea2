"""Who does the work: threads of this machine, or the workers of a Dask cluster.

Both are given the same chunks and give back the same numbers.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from equipoise.design.sweep.chunk import Chunk
from equipoise.design.sweep.question import BadSweep

__all__ = ["Workers", "cluster", "threads"]

PATIENCE = "10s"  # for a scheduler that does not answer at once


@dataclass(frozen=True, slots=True)
class Workers:
    """An executor, and how many chunks to keep it busy with.

    `take_back` tells of a chunk whether nobody has begun it, and nobody will then.
    """

    executor: Executor
    at_once: int
    take_back: Callable[[Future[Chunk]], bool]


@contextmanager
def threads(workers: int = 0, begin: Callable[[], None] | None = None) -> Iterator[Workers]:
    """Threads, 0 for one a processor; each does `begin` first. They run beside Python's lock."""
    if workers < 0:
        raise BadSweep([f"workers: a number of threads, or 0 for one a processor, not {workers}"])
    workers = workers or os.cpu_count() or 1
    executor = ThreadPoolExecutor(workers, initializer=begin)
    try:
        yield Workers(executor, 2 * workers, Future.cancel)
    finally:
        executor.shutdown(cancel_futures=True)


@contextmanager
def cluster(address: str) -> Iterator[Workers]:
    """The workers of the Dask scheduler at this address; Equipoise must be installed on them.

    Raises BadSweep when Dask is not installed or nobody answers.
    """
    with _client(address) as client:
        client.wait_for_workers(1, timeout=60)
        threads_there = sum(client.nthreads().values())
        executor = client.get_executor(pure=False)
        # Nobody here knows which chunks are begun there: to cancel one may throw its work away.
        yield Workers(executor, 2 * max(threads_there, 1), lambda chunk: False)


def _client(address: str) -> Any:
    try:
        import distributed
    except ImportError:
        needed = "pip install --require-hashes -r requirements-cluster.lock"
        raise BadSweep([f"--cluster needs Dask: {needed} (or the extra [cluster])"]) from None
    try:
        dask: Any = distributed  # untyped
        return dask.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise BadSweep([f"--cluster: no scheduler answers at {address} ({error})"]) from error
