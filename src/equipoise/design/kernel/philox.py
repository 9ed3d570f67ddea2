"""Random numbers by counting: Philox4x32-10 of Salmon, Moraes, Dror and Shaw (SC 2011).

A block of four 32-bit words is a function of a key (the run's seed) and a counter (block, question,
trial), and of nothing else. Any subject of any trial of any run can therefore be drawn again
alone, and the order in which trials are done, or by how many hands, cannot matter.

Each question about subjects has blocks of its own, and only the questions that a scenario asks are
drawn. Eight blocks serve a group of 32 subjects: word w of block b goes to subject 8 w + b of the
group, so that eight blocks are made, and put in place, side by side.
"""

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


@compiled
def block_round(
    c0: np.uint64, c1: np.uint64, c2: np.uint64, c3: np.uint64, k0: np.uint64, k1: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """One of the ten rounds; 32-bit words are carried in 64-bit numbers."""
    p0 = _MULTIPLY_0 * c0
    p1 = _MULTIPLY_1 * c2
    return (p1 >> _32) ^ c1 ^ k0, p1 & _LOW, (p0 >> _32) ^ c3 ^ k1, p0 & _LOW


def whole_groups(subjects: int) -> int:
    """How many words must have room: the subjects, rounded up to whole groups."""
    return (subjects + _GROUP - 1) // _GROUP * _GROUP


@called
def draw_words(seed: int, trial: int, question: int, out: NDArray[np.uint32]) -> None:
    """A word for each subject of one trial about one question; `out` holds whole groups.

    The masks tell the compiler that each product is 32 by 32 bits: it then makes many blocks at
    a time.
    """
    key, number, asked = np.uint64(seed), np.uint64(trial), np.uint64(question)
    for group in range(out.size // _GROUP):
        words = out[group * _GROUP : (group + 1) * _GROUP]
        for block in range(_BLOCKS):
            c0, c1 = np.uint64(group * _BLOCKS + block) & _LOW, asked & _LOW
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
