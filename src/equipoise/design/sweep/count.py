"""One part of the work: so many trials of one scenario, counted wherever there is a processor.

The same function runs in a thread of this process and on a worker of a cluster, and whole numbers
add up to the same everywhere.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel.compiled import source_digest
from equipoise.design.kernel.result import Result
from equipoise.design.kernel.scenario import Scenario
from equipoise.design.kernel.simulate import simulate

__all__ = ["Counted", "count", "counted_of", "kernel_digest", "result_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What trials `first` to `first + trials` of a scenario added up to; one row a look.

    `kernel` tells which kernel counted.
    """

    kernel: int
    first: int
    trials: int
    sums: NDArray[np.int64]
    weeks: NDArray[np.int64]
    ratios: NDArray[np.int64]


@lru_cache(maxsize=1)
def kernel_digest() -> int:
    """The number that changes with any module of the kernel."""
    return source_digest()


def count(scenario: Scenario, seed: int, first: int, trials: int) -> Counted:
    """Simulate one part, on one processor."""
    return counted_of(simulate(scenario, trials, seed, first))


def counted_of(result: Result) -> Counted:
    """What a result adds up to, to be written down."""
    return Counted(
        kernel=kernel_digest(),
        first=result.first,
        trials=result.trials,
        sums=np.array(result.sums, np.int64),
        weeks=result.weeks,
        ratios=result.ratios,
    )


def result_of(scenario: Scenario, seed: int, part: Counted) -> Result:
    """The part as a result of the kernel, which knows its means and can be merged."""
    return Result(
        scenario=scenario,
        seed=seed,
        first=part.first,
        trials=part.trials,
        every_look=False,
        sums=tuple(tuple(int(value) for value in row) for row in part.sums),
        weeks=part.weeks,
        ratios=part.ratios,
    )
