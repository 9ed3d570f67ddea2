"""Random numbers by counting: Philox4x32-10 of Salmon, Moraes, Dror and Shaw (SC 2011).

A block of four 32-bit words is a function of a key (the run's seed) and a counter (block, question,
trial), and of nothing else. Any subject of any trial of any run can therefore be drawn again
alone, and the order in which trials are done, or by how many hands, cannot matter.

Each question about subjects has blocks of its own, and only the questions that a scenario asks are
drawn. Eight blocks serve a group of 32 subjects: word w of block b goes to subject 8 w + b of the
group, so that eight blocks are made, and put in place, side by side.

Waiting times are logarithms of words. The C library takes one logarithm at a time, and another
library may round its last bit otherwise. This one is done many at a time, in additions and products
alone, and is the same on every machine: x = 2 ** e * m with m from sqrt(1/2) to sqrt(2), and
log m = 2 atanh((m - 1) / (m + 1)) by its series, whose first term left out is below 1e-16.
"""

import math

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel.compiled import called, compiled

# The questions about a subject.
ENTRY, EVENT, DROP_OUT, OTHER, ARM, STRATUM, BLOCK_SIZE = range(7)
QUESTIONS = 7

_BLOCKS = 8
_GROUP = 4 * _BLOCKS
_MULTIPLY_0 = np.uint64(0xD2511F53)
_MULTIPLY_1 = np.uint64(0xCD9E8D57)
_RAISE_0 = np.uint64(0x9E3779B9)
_RAISE_1 = np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)

_LOG_2 = math.log(2.0)
_FRACTION = np.int64(2**52 - 1)
_ONE = np.int64(1023 << 52)
_HALF_WAY = np.int64(0x6A09E667F3BCD)  # the fraction of sqrt(2)
_TERMS = tuple(2.0 / k for k in range(23, 0, -2))  # of the series, the highest first


@compiled
def block_round(
    c0: np.uint64, c1: np.uint64, c2: np.uint64, c3: np.uint64, k0: np.uint64, k1: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """One of the ten rounds; 32-bit words are carried in 64-bit numbers."""
    p0 = _MULTIPLY_0 * c0
    p1 = _MULTIPLY_1 * c2
    return (p1 >> _32) ^ c1 ^ k0, p1 & _LOW, (p0 >> _32) ^ c3 ^ k1, p0 & _LOW


def whole_groups(subjects: int) -> int:
    """How many words must be there: the subjects, rounded up to whole groups."""
    return (subjects + _GROUP - 1) // _GROUP * _GROUP


@called
def draw_words(seed: int, trial: int, question: int, out: NDArray[np.uint32]) -> None:
    """A word for each subject of one trial about one question; `out` holds whole groups.

    The masks tell the compiler that each product is 32 by 32 bits: it then makes many blocks at
    a time.
    """
    key, number, which = np.uint64(seed), np.uint64(trial), np.uint64(question)
    for group in range(out.size // _GROUP):
        words = out[group * _GROUP : (group + 1) * _GROUP]
        for block in range(_BLOCKS):
            c0, c1 = np.uint64(group * _BLOCKS + block) & _LOW, which & _LOW
            c2, c3 = number & _LOW, number >> _32
            k0, k1 = key & _LOW, key >> _32
            for _ in range(10):
                c0, c1, c2, c3 = block_round(c0, c1, c2, c3, k0, k1)
                k0 = (k0 + _RAISE_0) & _LOW
                k1 = (k1 + _RAISE_1) & _LOW
            words[block] = np.uint32(c0)
            words[block + _BLOCKS] = np.uint32(c1)
            words[block + 2 * _BLOCKS] = np.uint32(c2)
            words[block + 3 * _BLOCKS] = np.uint32(c3)


@called
def exponentials(words: NDArray[np.uint32], out: NDArray[np.float64]) -> None:
    """-log of (word + 1/2) / 2 ** 32 for each: exponential waiting times with mean 1."""
    for i in range(out.size):
        out[i] = (np.float64(words[i]) + 0.5) * 2.0**-32
    bits = out.view(np.int64)
    for i in range(out.size):
        whole, fraction = bits[i] >> 52, bits[i] & _FRACTION
        upper = np.int64(fraction > _HALF_WAY)
        exponent = np.float64(np.int32(whole - 1023 + upper))
        bits[i] = fraction | (_ONE - (upper << 52))
        part = (out[i] - 1.0) / (out[i] + 1.0)
        square = part * part
        series = _TERMS[0]
        for k in range(1, len(_TERMS)):
            series = series * square + _TERMS[k]
        out[i] = -(exponent * _LOG_2 + part * series)
