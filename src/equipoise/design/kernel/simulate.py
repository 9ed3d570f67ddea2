"""Simulate a scenario many times, or one trial of it again."""

import math
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel.plan import Plan, plan_of
from equipoise.design.kernel.result import Details, Result, Trial, trial_of
from equipoise.design.kernel.run import Counted, nothing_counted, run_trials, workspace_for
from equipoise.design.kernel.scenario import Scenario

MOST_TRIALS = 100_000_000
_PIECE_SUBJECTS = 600_000  # a piece of work: about so many subjects, some ten milliseconds
_MOST_PIECE = 8192


class ImpossibleRun(ValueError):
    """A run that cannot be done as asked; the message says why and what would do."""


@dataclass(frozen=True, slots=True)
class _Piece:
    first: int
    trials: int


def simulate(
    scenario: Scenario,
    trials: int,
    seed: int,
    first: int = 0,
    workers: int = 1,
    *,
    details: bool = False,
    every_look: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Result:
    """Simulate trials `first` to `first + trials` of the run with this seed.

    The result depends on the scenario, the seed and the numbers of the trials alone: not on
    `workers` (threads; 0 for one a processor), nor on how a run is cut into calls, whose results
    `Result.merged` adds up. `details` keeps every trial; without it memory does not grow with
    `trials`. `every_look` goes on after a bound is crossed. `progress` is given trials done so far.

    Raises ImpossibleRun with the reason.
    """
    _refuse(trials, seed, first, workers)
    plan = plan_of(scenario)
    workers = workers or os.cpu_count() or 1
    pieces = _pieces(scenario, first, trials, workers)
    parts = _work(plan, seed, pieces, workers, details, every_look)
    empty = nothing_counted(len(scenario.looks))
    total, weeks, ratios = empty.sums.astype(object), empty.weeks, empty.ratios
    found: list[NDArray[np.float64]] = []
    done = 0
    for part, counted in parts:
        total += counted.sums.astype(object)
        weeks += counted.weeks
        ratios += counted.ratios
        if details:
            found.append(counted.details)
        done += part.trials
        if progress is not None:
            progress(done)
    return Result(
        scenario=scenario,
        seed=seed,
        first=first,
        trials=trials,
        every_look=every_look,
        sums=tuple(tuple(int(value) for value in row) for row in total),
        weeks=weeks,
        ratios=ratios,
        details=Details.of(scenario, np.concatenate(found)) if details else None,
    )


def redo(scenario: Scenario, seed: int, trial: int) -> Trial:
    """Trial number `trial` of the run with this seed, alone and in full: every subject, every look.

    Raises ImpossibleRun with the reason.
    """
    _refuse(1, seed, trial, 1)
    plan = plan_of(scenario)
    workspace = workspace_for(plan)
    run_trials(plan, seed, trial, 1, True, workspace, nothing_counted(len(scenario.looks)))
    return trial_of(scenario, seed, trial, workspace.subjects, workspace.looks)


def monte_carlo_error(probability: float, trials: int) -> float:
    """The standard error of a simulated probability."""
    return math.sqrt(probability * (1.0 - probability) / trials)


def _refuse(trials: int, seed: int, first: int, workers: int) -> None:
    if trials < 1:
        raise ImpossibleRun(f"a run needs at least one trial, not {trials:,}")
    if trials > MOST_TRIALS:
        error = monte_carlo_error(0.8, MOST_TRIALS)
        raise ImpossibleRun(
            f"{trials:,} trials in one run are refused: {MOST_TRIALS:,} already bring the "
            f"Monte-Carlo error of a power of 80 % down to {error:.5f}; ask for fewer"
        )
    if not 0 <= seed < 2**63:
        raise ImpossibleRun(f"a seed is a whole number from 0 to 2 ** 63 - 1, not {seed}")
    if first < 0 or first + trials > 2**62:
        raise ImpossibleRun(f"trials are numbered from 0 to 2 ** 62, not from {first}")
    if workers < 0:
        raise ImpossibleRun(f"a run needs workers, or 0 for one a processor, not {workers}")


def _pieces(scenario: Scenario, first: int, trials: int, workers: int) -> Iterator[_Piece]:
    """Pieces of one size, as many for each worker."""
    most = max(1, min(_MOST_PIECE, _PIECE_SUBJECTS // scenario.subjects))
    size = math.ceil(trials / (math.ceil(trials / most / workers) * workers))
    for start in range(first, first + trials, size):
        yield _Piece(start, min(size, first + trials - start))


def _work(
    plan: Plan,
    seed: int,
    pieces: Iterator[_Piece],
    workers: int,
    details: bool,
    every_look: bool,
) -> Iterator[tuple[_Piece, Counted]]:
    """Do the pieces, in order or by threads; never more pieces in hand than there are threads."""
    if workers == 1:
        yield from (_do(plan, seed, piece, details, every_look) for piece in pieces)
        return
    with ThreadPoolExecutor(workers) as pool:
        waiting = []
        for piece in pieces:
            waiting.append(pool.submit(_do, plan, seed, piece, details, every_look))
            if len(waiting) > 2 * workers:
                yield waiting.pop(0).result()
        for job in waiting:
            yield job.result()


def _do(
    plan: Plan, seed: int, piece: _Piece, details: bool, every_look: bool
) -> tuple[_Piece, Counted]:
    counted = nothing_counted(plan.look_kind.size, piece.trials if details else 0)
    run_trials(plan, seed, piece.first, piece.trials, every_look, workspace_for(plan), counted)
    return piece, counted
