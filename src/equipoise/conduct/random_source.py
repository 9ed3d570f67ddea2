"""The random source: every draw of the trial, from one sealed seed.

The seed is secret and lies outside the ledger; only its commitment is made known, when the study
opens. A draw is asked for by its path, such as ("allocation", 17), and is a keyed function of seed
and path: the same seed and path always give the same draw, and all other draws together tell
nothing of it to whoever has not the seed (HMAC-SHA256, RFC 2104 and FIPS 198-1, as a pseudo-random
function). Once the seed is revealed, anyone can make every draw again.
"""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NoReturn, SupportsIndex, TypeVar

Item = TypeVar("Item")

SHORTEST_SEED = 32  # bytes: as many as the digest has, so that guessing the seed is hopeless
_BLOCK_BITS = 256
_DRAW = b"equipoise draw, version 1\0"
_COMMITMENT = b"equipoise commitment to a seed, version 1\0"


class WeakSeed(ValueError):
    """The seed is too short to keep the draws secret."""


def commitment(seed: bytes) -> str:
    """What is made known of the seed when the study opens: 64 hexadecimal digits.

    It binds (no other seed can be shown later) and hides (the seed cannot be worked out from it).
    Raises WeakSeed when the seed has fewer than 32 bytes.
    """
    return hashlib.sha256(_COMMITMENT + _strong(seed)).hexdigest()


class Draw:
    """One draw, good for one question: `below`, `fraction` or `shuffled`, not two of them.

    It holds a key of its own path only, never the seed.
    """

    __slots__ = ("_key", "hex")

    hex: str
    """The draw itself, 64 hexadecimal digits; `below(n)` is this number modulo n."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.hex = self._block(0).hex()

    def __repr__(self) -> str:
        return f"Draw({self.hex[:8]}…)"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a Draw holds a secret key and is not written down or copied")

    def below(self, n: int) -> int:
        """A whole number from 0 to n - 1, each equally likely.

        Raises ValueError when n is below 1 or above 2**256.
        """
        return _below(n, self._numbers())

    @property
    def fraction(self) -> Fraction:
        """A number from 0 up to but not including 1, in steps of 2**-64."""
        return Fraction(int(self.hex[:16], 16), 2**64)

    def shuffled(self, items: Sequence[Item]) -> tuple[Item, ...]:
        """The items in another order, each order equally likely (Fisher and Yates)."""
        order, numbers = list(items), self._numbers()
        for last in range(len(order) - 1, 0, -1):
            other = _below(last + 1, numbers)
            order[last], order[other] = order[other], order[last]
        return tuple(order)

    def _numbers(self) -> Iterator[int]:
        yield int(self.hex, 16)
        counter = 1
        while True:
            yield int.from_bytes(self._block(counter), "big")
            counter += 1

    def _block(self, counter: int) -> bytes:
        return hmac.digest(self._key, counter.to_bytes(8, "big"), "sha256")


class RandomSource:
    """All draws of one study. It never shows its seed, and refuses to be written down."""

    __slots__ = ("_seed",)

    def __init__(self, seed: bytes) -> None:
        self._seed = _strong(seed)

    def __repr__(self) -> str:
        return "RandomSource(<sealed>)"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("RandomSource holds the seed and is not written down or copied")

    @property
    def commitment(self) -> str:
        """The commitment to the seed, to hold against the one the study opened with."""
        return commitment(self._seed)

    def draw(self, *path: str | int) -> Draw:
        """The draw that belongs to this path.

        The text "1" and the number 1 are different steps, and ("a", "bc") is another path than
        ("ab", "c"). Raises ValueError when the path is empty, TypeError when a step is neither
        text nor a whole number.
        """
        if not path:
            raise ValueError("a draw needs a path, such as draw('allocation', 17)")
        return Draw(hmac.digest(self._seed, _DRAW + b"".join(map(_encoded, path)), "sha256"))


def _strong(seed: bytes) -> bytes:
    if len(seed) < SHORTEST_SEED:
        raise WeakSeed(f"the seed has {len(seed)} bytes; {SHORTEST_SEED} or more are needed")
    return bytes(seed)


def _encoded(step: str | int) -> bytes:
    # Kind, length, content: no two paths are written with the same bytes.
    if isinstance(step, bool) or not isinstance(step, str | int):
        raise TypeError(f"a step of a path is text or a whole number, not {type(step).__name__}")
    content = str(step).encode()
    kind = "s" if isinstance(step, str) else "i"
    return f"{kind}{len(content)}:".encode() + content


def _below(n: int, numbers: Iterator[int]) -> int:
    span = 1 << _BLOCK_BITS
    if not 1 <= n <= span:
        raise ValueError(f"cannot draw a number below {n}; between 1 and 2**256 would do")
    # Numbers at the ragged end would favour the low results, so they are passed over.
    fair = span - span % n
    return next(number for number in numbers if number < fair) % n
