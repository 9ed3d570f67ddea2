"""Do a sweep: hand out chunks, keep what comes back, stop each point when it is known enough."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from equipoise.design.kernel.result import Result
from equipoise.design.sweep import checkpoint
from equipoise.design.sweep.checkpoint import Progress, write_progress
from equipoise.design.sweep.chunk import Chunk, kernel_digest, simulate_chunk
from equipoise.design.sweep.estimate import Estimate
from equipoise.design.sweep.question import BadSweep, Point, Sweep
from equipoise.design.sweep.workers import Workers

__all__ = ["Found", "Progress", "SoFar", "Stopped", "run_sweep", "so_far"]

BEAT = 10.0
"""Seconds after which it is told again how far the sweep is, where no chunk has come back."""


class Stopped(Exception):
    """Somebody asked the sweep to stop; what it did is kept."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a sweep found at one of its points."""

    point: Point
    result: Result


@dataclass(frozen=True, slots=True, kw_only=True)
class SoFar:
    """How far a sweep is, and what it found at the points that it has begun."""

    progress: Progress
    found: tuple[Found, ...]


def run_sweep(
    sweep: Sweep,
    folder: Path,
    workers: Workers,
    tell: Callable[[Progress], None] = lambda progress: None,
) -> tuple[Found, ...]:
    """Do what is left of a sweep; its checkpoint stays in `folder`. One result a point.

    The numbers depend on the sweep alone: not on the workers, nor on how often it was interrupted,
    which `tell` may do by raising: what is at work then is still kept, and told of. Raises BadSweep
    when the sweep is impossible or the folder is not its own, Stopped when it was asked to stop.
    """
    estimates = [Estimate(sweep, point) for point in sweep.points()]
    with checkpoint.held(folder, sweep):
        checkpoint.read(folder, estimates)
        write_progress(folder, _progress(estimates))
        _Work(estimates, folder, workers, tell).do()
    return _found(estimates)


def so_far(sweep: Sweep, folder: Path) -> SoFar:
    """What is in the folder of a sweep, whether it runs, stopped or is done. Changes nothing."""
    estimates = [Estimate(sweep, point) for point in sweep.points()]
    checkpoint.read(folder, estimates)
    return SoFar(progress=_progress(estimates), found=_found(estimates))


def _found(estimates: Sequence[Estimate]) -> tuple[Found, ...]:
    return tuple(Found(one.point, one.result) for one in estimates if one.result)


class _Work:
    """The chunks of a sweep that are handed out, and what becomes of them."""

    def __init__(
        self,
        estimates: Sequence[Estimate],
        folder: Path,
        workers: Workers,
        tell: Callable[[Progress], None],
    ) -> None:
        self._estimates, self._folder = estimates, folder
        self._workers, self._tell = workers, tell
        self._at_work: dict[Future[Chunk], tuple[Estimate, int]] = {}

    def do(self) -> None:
        """Do what is left; whatever ends it before, what is at work is kept."""
        try:
            while open_points := [one for one in self._estimates if not one.enough]:
                if checkpoint.is_to_stop(self._folder):
                    raise Stopped
                self._hand_out(open_points)
                self._await()
        except BaseException:
            self._bring_in()
            raise

    def _hand_out(self, open_points: Sequence[Estimate]) -> None:
        """Keep the workers busy, with the earlier points first."""
        at_work, most = self._at_work, self._workers.at_once
        for estimate in open_points:
            while len(at_work) < most and (number := estimate.next_chunk()) is not None:
                first, trials = estimate.span(number)
                scenario, seed = estimate.point.scenario, estimate.sweep.seed
                task = self._workers.executor.submit(simulate_chunk, scenario, seed, first, trials)
                at_work[task] = (estimate, number)

    def _await(self) -> None:
        """Take in what comes back, and tell how far that is; at least at every beat."""
        done, _ = wait(self._at_work, timeout=BEAT, return_when=FIRST_COMPLETED)
        for task in done:
            estimate, number = self._at_work.pop(task)
            _take_in(task.result(), estimate, number, self._folder)
        progress = _progress(self._estimates)
        write_progress(self._folder, progress)
        self._tell(progress)

    def _bring_in(self) -> None:
        """Take in what somebody has begun; what cannot be kept is simulated another time."""
        self._at_work = {
            task: place
            for task, place in self._at_work.items()
            if not self._workers.take_back(task)
        }
        while self._at_work:
            with suppress(Exception):  # why it ends is known already, and is what counts
                self._await()


def _take_in(chunk: Chunk, estimate: Estimate, number: int, folder: Path) -> None:
    """Add a chunk to its point, and write down what that adds up to now."""
    if chunk.kernel != kernel_digest():
        raise BadSweep(["a worker has another version of Equipoise; install this one there"])
    before = estimate.added
    estimate.add(number, chunk.result)
    if estimate.result and estimate.added > before:
        checkpoint.write(folder, estimate.point.number, estimate.result)


def _progress(estimates: Sequence[Estimate]) -> Progress:
    return Progress(
        points=len(estimates),
        points_done=sum(estimate.enough for estimate in estimates),
        chunks_done=sum(estimate.added for estimate in estimates),
        chunks_expected=sum(estimate.expected() for estimate in estimates),
        trials=sum(estimate.trials for estimate in estimates),
    )
