"""Numbers that may be known only to lie between two bounds: `<3`, `>90`, an age from a birth year.

A comparison is decided when every number in the interval gives the same answer. Where the bounds
of a result are themselves uncertain they are drawn wider, never narrower, so that an answer can
be withheld but never be wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import (
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    Underflow,
)
from functools import lru_cache

from equipoise.logic.plain import plain
from equipoise.logic.tree import Comparator, Operator
from equipoise.logic.truth import Truth

INFINITY = Decimal("Infinity")
WORKED_DIGITS = 40
# Nothing that is measured or counted is larger than 1E+99, or but for nought smaller than 1E-99.
WORKED = Context(
    prec=WORKED_DIGITS,
    Emax=99,
    Emin=-99,
    traps=[InvalidOperation, DivisionByZero, Overflow, Underflow],
)
# Ten digits fewer than are worked with: 1 / 3 * 3 is 1, and 2 / (1 / 3) is 6.
settled = Context(prec=WORKED_DIGITS - 10).plus
"""The digits that count where two numbers are compared."""


@plain
class Interval:
    """The numbers from `lo` to `hi`; an open end is not itself among them."""

    lo: Decimal
    hi: Decimal
    lo_open: bool = False
    hi_open: bool = False

    @classmethod
    def at(cls, value: Decimal | int) -> Interval:
        """Exactly this number."""
        number = Decimal(value)
        return cls(number, number)

    @classmethod
    def censored(cls, comparator: str, value: Decimal) -> Interval:
        """What a laboratory's `<3` or `>=90` says; raises KeyError for another comparator."""
        if not comparator:
            return cls(value, value)  # as nearly every value is
        below, above = cls(-INFINITY, value, True, False), cls(value, INFINITY, False, True)
        return {
            "<": cls(-INFINITY, value, True, True),
            "<=": below,
            ">": cls(value, INFINITY, True, True),
            ">=": above,
        }[comparator]

    @property
    def exact(self) -> bool:
        """Whether it is one number."""
        return self.lo == self.hi

    def scaled(self, factor: Decimal) -> Interval:
        """Every number times a positive factor."""
        return Interval(self.lo * factor, self.hi * factor, self.lo_open, self.hi_open)


def compare(op: Comparator, left: Interval, right: Interval) -> Truth:
    """Whether the comparison holds for all, none, or only some of the numbers meant."""
    if op == "<":
        return _below(left, right)
    if op == ">":
        return _below(right, left)
    if op == "<=":
        return ~_below(right, left)
    if op == ">=":
        return ~_below(left, right)
    return _equal(left, right) if op == "==" else ~_equal(left, right)


def hull(left: Interval, right: Interval) -> Interval:
    """The smallest interval that holds both."""
    lo, hi = min(left.lo, right.lo), max(left.hi, right.hi)
    return Interval(
        lo,
        hi,
        all(part.lo_open for part in (left, right) if part.lo == lo),
        all(part.hi_open for part in (left, right) if part.hi == hi),
    )


def negated(number: Interval) -> Interval:
    """Every number with its sign turned."""
    lo, hi = number.hi.copy_negate(), number.lo.copy_negate()
    return Interval(lo, hi, number.hi_open, number.lo_open)


def calculate(op: Operator, left: Interval, right: Interval) -> Interval | None:
    """The sum, difference, product, quotient or power; None where there is no such number."""
    if op == "-":
        return calculate("+", left, negated(right))
    if op == "/" and right.lo <= 0 <= right.hi:
        return None
    if op == "**" and not _may_be_raised(left, right):
        return None
    try:
        if left.exact and right.exact:
            value = _OPERATIONS[op](left.lo, right.lo)
            return Interval(value, value) if value.is_finite() else None
        return _corners(_OPERATIONS[op], left, right, keep_open=_strict(op, left, right))
    except ArithmeticError:
        return None


def _below(left: Interval, right: Interval) -> Truth:
    top, bottom = settled(left.hi), settled(right.lo)
    if top < bottom or (top == bottom and (left.hi_open or right.lo_open)):
        return Truth.TRUE
    return Truth.FALSE if settled(left.lo) >= settled(right.hi) else Truth.UNKNOWN


def _equal(left: Interval, right: Interval) -> Truth:
    if left.exact and right.exact:
        return Truth.of(settled(left.lo) == settled(right.lo))
    apart = Truth.TRUE in (_below(left, right), _below(right, left))
    return Truth.FALSE if apart else Truth.UNKNOWN


def _may_be_raised(base: Interval, exponent: Interval) -> bool:
    """A power runs from corner to corner when the base is positive; else it must be one number."""
    if base.exact and exponent.exact:
        return True
    return base.lo > 0 or (base.lo == 0 and exponent.lo > 0)


def _strict(op: Operator, left: Interval, right: Interval) -> bool:
    """Whether open ends stay open: not where a zero could bring different numbers together."""
    if op == "+":
        return True
    if op == "**":
        return right.exact and right.lo != 0
    return (left.exact and left.lo != 0) or (right.exact and right.lo != 0)


def _corners(
    operation: Callable[[Decimal, Decimal], Decimal],
    left: Interval,
    right: Interval,
    *,
    keep_open: bool,
) -> Interval | None:
    if operation is _sum:  # the corners that are not extremes may be inf - inf
        pairs = [(left.lo, left.lo_open, right.lo, right.lo_open)]
        pairs.append((left.hi, left.hi_open, right.hi, right.hi_open))
    else:
        pairs = [
            (a, a_open, b, b_open)
            for a, a_open in ((left.lo, left.lo_open), (left.hi, left.hi_open))
            for b, b_open in ((right.lo, right.lo_open), (right.hi, right.hi_open))
        ]
    found = [(operation(a, b), keep_open and (ao or bo)) for a, ao, b, bo in pairs]
    if any(value.is_nan() for value, _ in found):
        return None
    lo, hi = min(value for value, _ in found), max(value for value, _ in found)
    if lo == hi:
        return Interval(lo, hi) if lo.is_finite() else None
    return Interval(
        lo,
        hi,
        all(is_open for value, is_open in found if value == lo),
        all(is_open for value, is_open in found if value == hi),
    )


_sum, _quotient = WORKED.add, WORKED.divide


def _product(a: Decimal, b: Decimal) -> Decimal:
    return Decimal(0) if a == 0 or b == 0 else WORKED.multiply(a, b)


def _power(a: Decimal, b: Decimal) -> Decimal:
    return WORKED.power(a, b) if b == b.to_integral_value() else _root(str(a), str(b))


@lru_cache(maxsize=4096)
def _root(a: str, b: str) -> Decimal:
    """A power that is not whole takes longer than all else in a rule, and is asked of the same
    numbers again and again; they are told as they are written, as 2.0 and 2 give other digits."""
    return WORKED.power(Decimal(a), Decimal(b))


_OPERATIONS = {"+": _sum, "*": _product, "/": _quotient, "**": _power}
