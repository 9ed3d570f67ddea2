"""Chance of a rehearsal: a stream of draws of its own for whatever happens, found by its path.

The same seed and path give the same draws, whatever else was drawn before, elsewhere or never. So a
change of one form, one visit or one person's life leaves the draws of all others as they were.
"""

import math
from datetime import date
from hashlib import blake2b
from statistics import NormalDist

__all__ = ["Chance"]

_NORMAL = NormalDist()
_BLOCK = 64  # bytes of one digest: eight draws
_FIRST = bytes(8)


class Chance:
    """The draws of one path, one after another; `of` gives those of a path below it."""

    __slots__ = ("_block", "_key", "_place")

    def __init__(self, seed: int) -> None:
        words = f"equipoise rehearsal, draws {seed}".encode()
        self._key, self._block, self._place = blake2b(words, digest_size=16).digest(), b"", 0

    def of(self, *path: str | int | date) -> "Chance":
        """The stream of a path below this one, such as of("vote", "surgeon-3")."""
        # The sign between the steps occurs in no name: no two paths are written alike.
        words = "\x1f".join(map(str, path)) if len(path) > 1 else str(path[0])
        below = Chance.__new__(Chance)
        below._key = blake2b(words.encode(), digest_size=16, key=self._key).digest()
        below._block, below._place = b"", 0
        return below

    def random(self) -> float:
        """A number from 0 up to but not including 1."""
        return self._number() / 2**53

    def whole(self, least: int, most: int) -> int:
        """A whole number from `least` to `most`, both included."""
        # Over so short a range the leaning of the remainder is below one in 10^12.
        return least + self._number() % (most - least + 1)

    def normal(self) -> float:
        """A draw of the standard normal distribution."""
        return _NORMAL.inv_cdf((self._number() + 0.5) / 2**53)

    def exponential(self) -> float:
        """A draw of the exponential distribution with mean 1."""
        return -math.log1p(-self.random())

    def _number(self) -> int:
        at = self._place % _BLOCK
        if at == 0:
            count = (self._place // _BLOCK).to_bytes(8, "big") if self._place else _FIRST
            self._block = blake2b(count, key=self._key).digest()
        self._place += 8
        return int.from_bytes(self._block[at : at + 8], "big") >> 11
