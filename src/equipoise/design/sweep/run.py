"""Do a sweep: hand out parts, keep what comes back, stop each point when it is known enough."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from equipoise.design.kernel.result import Result
from equipoise.design.sweep.ask import BadSweep, Point, Sweep
from equipoise.design.sweep.count import Counted, count, counted_of, kernel_digest
from equipoise.design.sweep.hands import Hands
from equipoise.design.sweep.parts import Parts
from equipoise.design.sweep.progress import Progress, keep
from equipoise.design.sweep.tally import Tally

__all__ = ["Found", "Progress", "SoFar", "Stopped", "run_sweep", "so_far"]

EVERY = 16  # parts of a point after which their sum is written down anew


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
    hands: Hands,
    told: Callable[[Progress], None] | None = None,
) -> tuple[Found, ...]:
    """Do what is left of a sweep; its parts stay in `folder`. One result a point.

    The numbers depend on the sweep alone: not on the hands, nor on how often it was interrupted.
    Raises BadSweep when the sweep is impossible or the folder is not its own, Stopped when it was
    asked to stop.
    """
    tallies = [Tally(sweep, point) for point in sweep.points()]
    parts = Parts(folder, sweep)
    with parts.held():
        for number, part, counted in parts.done():
            if number < len(tallies) and part < tallies[number].parts:
                tallies[number].add(part, counted)
        keep(folder, _progress(tallies))
        _work(tallies, parts, hands, told)
        _add_up(tallies, parts)
    return _found(tallies)


def so_far(sweep: Sweep, folder: Path) -> SoFar:
    """What is in the folder of a sweep, whether it runs, was stopped or is done. Changes nothing.

    Most of it is read from the sums, the last few parts one by one.
    """
    tallies = [Tally(sweep, point) for point in sweep.points()]
    parts = Parts(folder, sweep)
    for number, (_, path) in parts.sums().items():
        counted = parts.read(path) if number < len(tallies) else None
        if counted is not None:
            with suppress(ValueError):  # sums that do not fit: the parts will tell
                tallies[number].begin_with(counted)
    for number, part, path in parts.listed():
        if number < len(tallies) and tallies[number].added <= part < tallies[number].parts:
            counted = None if tallies[number].enough else parts.read(path)
            if counted is not None:
                tallies[number].add(part, counted)
    return SoFar(progress=_progress(tallies), found=_found(tallies))


def _found(tallies: Sequence[Tally]) -> tuple[Found, ...]:
    return tuple(Found(tally.point, tally.result) for tally in tallies if tally.result)


def _work(
    tallies: Sequence[Tally],
    parts: Parts,
    hands: Hands,
    told: Callable[[Progress], None] | None,
) -> None:
    in_hand: dict[Future[Counted], tuple[Tally, int]] = {}
    open_points = [tally for tally in tallies if not tally.enough]
    while open_points:
        if parts.asked_to_stop():
            raise Stopped
        _hand_out(open_points, in_hand, hands)
        done, _ = wait(in_hand, return_when=FIRST_COMPLETED)
        for job in done:
            tally, part = in_hand.pop(job)
            counted = job.result()
            if counted.kernel != kernel_digest():
                raise BadSweep(
                    ["a worker has another version of Equipoise; install this one there"]
                )
            parts.keep(tally.point.number, part, counted)
            tally.add(part, counted)
            if tally.result and (tally.enough or tally.added % EVERY == 0):
                parts.keep_sum(tally.point.number, counted_of(tally.result))
        open_points = [tally for tally in open_points if not tally.enough]
        far = _progress(tallies)
        keep(parts.folder, far)
        if told is not None:
            told(far)


def _hand_out(
    open_points: Sequence[Tally], in_hand: dict[Future[Counted], tuple[Tally, int]], hands: Hands
) -> None:
    """Fill the hands, the earlier points first."""
    for tally in open_points:
        while len(in_hand) < hands.room and (part := tally.next_part()) is not None:
            first, trials = tally.span(part)
            scenario, seed = tally.point.scenario, tally.sweep.seed
            job = hands.executor.submit(count, scenario, seed, first, trials)
            in_hand[job] = (tally, part)


def _add_up(tallies: Sequence[Tally], parts: Parts) -> None:
    """Write the sums that are not there, such as those of a sweep done before there were any."""
    there = parts.sums()
    for tally in tallies:
        number, result = tally.point.number, tally.result
        if result and there.get(number, (0,))[0] != result.trials:
            parts.keep_sum(number, counted_of(result))


def _progress(tallies: Sequence[Tally]) -> Progress:
    return Progress(
        points=len(tallies),
        points_done=sum(tally.enough for tally in tallies),
        parts_done=sum(tally.added for tally in tallies),
        parts_expected=sum(tally.expected() for tally in tallies),
        trials=sum(tally.trials for tally in tallies),
    )
