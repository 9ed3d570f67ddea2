"""Random numbers by counting: Philox4x32-10 of Salmon, Moraes, Dror and Shaw (SC 2011).

A block of four 32-bit words is a function of a key (the run's seed) and a counter (subject, lane,
trial), and of nothing else. Any subject of any trial of any run can therefore be drawn again
alone, and the order in which trials are done, or by how many hands, cannot matter.
"""

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel.compiled import compiled

LANE_TIMES = 0  # words: entry, event, drop-out, other progression
LANE_ARMS = 1  # words: arm, stratum, size of a block, kept free

_MULTIPLY_0 = np.uint64(0xD2511F53)
_MULTIPLY_1 = np.uint64(0xCD9E8D57)
_RAISE_0 = np.uint64(0x9E3779B9)
_RAISE_1 = np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)


@compiled
def block_round(
    c0: np.uint64, c1: np.uint64, c2: np.uint64, c3: np.uint64, k0: np.uint64, k1: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """One of the ten rounds; 32-bit words are carried in 64-bit numbers."""
    p0 = _MULTIPLY_0 * c0
    p1 = _MULTIPLY_1 * c2
    return (p1 >> _32) ^ c1 ^ k0, p1 & _LOW, (p0 >> _32) ^ c3 ^ k1, p0 & _LOW


@compiled
def draw_words(
    seed: np.uint64, trial: np.uint64, lane: np.uint64, subjects: int, out: NDArray[np.uint32]
) -> None:
    """Four words for each subject of one trial, one row of `out` for each word.

    The masks tell the compiler that each product is 32 by 32 bits: it then does sixteen subjects
    at a time.
    """
    first, second, third, fourth = out[0], out[1], out[2], out[3]
    for i in range(subjects):
        c0, c1 = np.uint64(i) & _LOW, lane & _LOW
        c2, c3 = trial & _LOW, trial >> _32
        k0, k1 = seed & _LOW, seed >> _32
        for _ in range(10):
            c0, c1, c2, c3 = block_round(c0, c1, c2, c3, k0, k1)
            k0 = (k0 + _RAISE_0) & _LOW
            k1 = (k1 + _RAISE_1) & _LOW
        first[i] = np.uint32(c0)
        second[i] = np.uint32(c1)
        third[i] = np.uint32(c2)
        fourth[i] = np.uint32(c3)
