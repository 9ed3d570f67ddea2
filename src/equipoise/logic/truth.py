"""True, false, or not known: Kleene's logic, in which a missing value is never taken for a no.

`a & b`, `a | b` and `~a` follow Kleene's tables. Asking `if truth:` raises, because "not known"
has no place in an if: compare with `is` instead.
"""

from __future__ import annotations

from enum import Enum
from typing import NoReturn


class Truth(Enum):
    """One of three answers to a question of yes or no."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, answer: bool | None) -> Truth:
        """The truth of a yes (True), a no (False) or a blank (None)."""
        if answer is None:
            return cls.UNKNOWN
        return cls.TRUE if answer else cls.FALSE

    @property
    def known(self) -> bool:
        """Whether the answer is a yes or a no."""
        return self is not Truth.UNKNOWN

    def __and__(self, other: Truth) -> Truth:
        if self is Truth.FALSE or other is Truth.FALSE:
            return Truth.FALSE
        return other if self is Truth.TRUE else self

    def __or__(self, other: Truth) -> Truth:
        return ~(~self & ~other)

    def __invert__(self) -> Truth:
        if self is UNKNOWN:
            return self
        return FALSE if self is TRUE else TRUE

    def __bool__(self) -> NoReturn:
        raise TypeError("A Truth may be unknown: ask `is Truth.TRUE`, never `if truth:`")


TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
"""The three by names of their own, for what is worked out a hundred thousand times: to look one up
in its class takes five times as long."""


def all_of(*truths: Truth) -> Truth:
    """True when every one is true (so when there is none), false when any one is false."""
    result = Truth.TRUE
    for truth in truths:
        result = result & truth
    return result


def any_of(*truths: Truth) -> Truth:
    """True when any one is true, false when every one is false (so when there is none)."""
    result = Truth.FALSE
    for truth in truths:
        result = result | truth
    return result
