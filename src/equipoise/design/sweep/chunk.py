"""A chunk of the work: so many trials of one scenario, simulated wherever there is a processor.

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

__all__ = ["Chunk", "chunk_of", "draws_the_same", "kernel_digest", "result_of", "simulate_chunk"]

SAME_TRIALS = (173629459003873, 3616423058967)
"""Kernels of before that draw the very same trials as this one: only their names were others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """What trials `first` to `first + trials` of a scenario added up to; one row a look.

    `kernel` tells which kernel drew them.
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


def draws_the_same(kernel: object) -> bool:
    """Whether a kernel, by its number, draws the same trials as this one."""
    return kernel in (kernel_digest(), *SAME_TRIALS)


def simulate_chunk(scenario: Scenario, seed: int, first: int, trials: int) -> Chunk:
    """Simulate one chunk, on one processor."""
    return chunk_of(simulate(scenario, trials, seed, first))


def chunk_of(result: Result) -> Chunk:
    """What a result adds up to, to be written down."""
    return Chunk(
        kernel=kernel_digest(),
        first=result.first,
        trials=result.trials,
        sums=np.array(result.sums, np.int64),
        weeks=result.weeks,
        ratios=result.ratios,
    )


def result_of(scenario: Scenario, seed: int, chunk: Chunk) -> Result:
    """The chunk as a result of the kernel, which knows its means and can be merged."""
    return Result(
        scenario=scenario,
        seed=seed,
        first=chunk.first,
        trials=chunk.trials,
        every_look=False,
        sums=tuple(tuple(int(value) for value in row) for row in chunk.sums),
        weeks=chunk.weeks,
        ratios=chunk.ratios,
    )
