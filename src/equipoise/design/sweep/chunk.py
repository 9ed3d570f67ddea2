"""A chunk of the work: so many trials of one scenario, simulated wherever there is a processor.

The same function runs in a thread of this process and on a worker of a cluster, and whole numbers
add up to the same everywhere.
"""

from dataclasses import dataclass
from functools import lru_cache

from equipoise.design.kernel.compiled import source_digest
from equipoise.design.kernel.result import Result
from equipoise.design.kernel.scenario import Scenario
from equipoise.design.kernel.simulate import simulate

__all__ = ["Chunk", "draws_the_same", "kernel_digest", "simulate_chunk"]

SAME_TRIALS = (173629459003873, 3616423058967)
"""Kernels of before that draw the very same trials as this one: only their names were others."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """What some trials of a scenario came to, and the number of the kernel that drew them."""

    kernel: int
    result: Result


@lru_cache(maxsize=1)
def kernel_digest() -> int:
    """The number that changes with any module of the kernel."""
    return source_digest()


def draws_the_same(kernel: object) -> bool:
    """Whether a kernel, by its number, draws the same trials as this one."""
    return kernel in (kernel_digest(), *SAME_TRIALS)


def simulate_chunk(scenario: Scenario, seed: int, first: int, trials: int) -> Chunk:
    """Simulate one chunk, on one processor."""
    return Chunk(kernel_digest(), simulate(scenario, trials, seed, first))
