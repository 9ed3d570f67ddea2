"""Rounding numbers, and the least and the greatest of several, where each may be an interval.

The one rule of rounding: to the nearest whole number of steps, and a half goes up (142.5 to the
nearest 5 is 145, -2.5 is 0). A number that is worked out counts by the thirty digits that are
compared, so that a half which a division could not end is still a half.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction
from math import floor

from equipoise.logic.interval import WORKED, Interval, settled
from equipoise.logic.tree import Extremum, Rounding

HALF = Decimal("0.5")


def outermost(side: Extremum, numbers: Sequence[Interval]) -> Interval:
    """The least (`min`) or the greatest (`max`) of numbers that may each lie in an interval."""
    pick = min if side == "min" else max
    lo, hi = pick(one.lo for one in numbers), pick(one.hi for one in numbers)
    lows = [one.lo_open for one in numbers if one.lo == lo]
    highs = [one.hi_open for one in numbers if one.hi == hi]
    # The least reaches its lower bound where one of them does, its upper bound where all do.
    if side == "min":
        return Interval(lo, hi, all(lows), any(highs))
    return Interval(lo, hi, any(lows), all(highs))


def half_up(number: Decimal | Fraction, decimals: int) -> Decimal:
    """A number to so many decimals, by the same rule."""
    whole = floor(Fraction(number) * 10**decimals + Fraction(1, 2))
    return Decimal(whole).scaleb(-decimals, WORKED)


def to_step(way: Rounding, number: Interval, step: Interval) -> Interval | None:
    """Every number of the interval as a whole number of steps; None where the step is none."""
    if not step.exact or step.lo <= 0:
        return None
    try:
        with localcontext(WORKED):
            lo = _whole(way, number.lo, step.lo, above=number.lo_open and not number.exact)
            hi = _whole(way, number.hi, step.lo, below=number.hi_open and not number.exact)
    except ArithmeticError:
        return None
    return Interval.at(lo) if lo == hi else Interval(lo, hi, lo.is_infinite(), hi.is_infinite())


def _whole(
    way: Rounding, value: Decimal, step: Decimal, *, above: bool = False, below: bool = False
) -> Decimal:
    """The value in whole steps; at an open end what comes of the numbers just above or below."""
    if value.is_infinite():
        return value
    count = settled(value / step)
    if way == "round_up":
        return step * (_floor(count) + 1 if above else _ceiling(count))
    if way == "round":
        count = settled(count + HALF)
    return step * (_ceiling(count) - 1 if below else _floor(count))


def _floor(number: Decimal) -> Decimal:
    return number.to_integral_value(ROUND_FLOOR)


def _ceiling(number: Decimal) -> Decimal:
    return number.to_integral_value(ROUND_CEILING)
