"""Do a sweep: hand out parts, keep what comes back, stop each point when it is known enough."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from pathlib import Path

from equipoise.design.kernel.result import Result
from equipoise.design.sweep.ask import BadSweep, Point, Sweep
from equipoise.design.sweep.count import Counted, count, kernel_digest
from equipoise.design.sweep.hands import Hands
from equipoise.design.sweep.parts import Parts
from equipoise.design.sweep.tally import Tally

__all__ = ["Found", "Progress", "run_sweep"]


@dataclass(frozen=True, slots=True)
class Found:
    """What a sweep found at one of its points."""

    point: Point
    result: Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a sweep is; `parts_expected` changes as powers become known."""

    points: int
    points_done: int
    parts_done: int
    parts_expected: int
    trials: int


def run_sweep(
    sweep: Sweep,
    folder: Path,
    hands: Hands,
    told: Callable[[Progress], None] | None = None,
) -> tuple[Found, ...]:
    """Do what is left of a sweep; its parts stay in `folder`. One result a point.

    The numbers depend on the sweep alone: not on the hands, nor on how often it was interrupted.
    Raises BadSweep when the sweep is impossible or the folder is not its own.
    """
    tallies = [Tally(sweep, point) for point in sweep.points()]
    parts = Parts(folder, sweep)
    with parts.held():
        for number, part, counted in parts.done():
            if number < len(tallies) and part < tallies[number].parts:
                tallies[number].add(part, counted)
        _work(tallies, parts, hands, told)
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
        open_points = [tally for tally in open_points if not tally.enough]
        if told is not None:
            told(_progress(tallies))


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


def _progress(tallies: Sequence[Tally]) -> Progress:
    return Progress(
        points=len(tallies),
        points_done=sum(tally.enough for tally in tallies),
        parts_done=sum(tally.added for tally in tallies),
        parts_expected=sum(tally.expected() for tally in tallies),
        trials=sum(tally.trials for tally in tallies),
    )
