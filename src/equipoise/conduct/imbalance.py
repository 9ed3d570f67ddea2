"""How unevenly the arms are filled: the measures of imbalance within one level of one factor.

Counts are divided by the ratio first (Han, Enas and McEntegart, Statistics in Medicine
2009;28:3329), so that 20 and 10 are even at 2:1. With z_1 … z_k these adjusted counts:

    range              max(z) - min(z)
    variance           sum((z - mean)²) / (k - 1)
    sd                 the square root of the variance
    marginal balance   sum over pairs of |z_i - z_j|, divided by (k - 1) · sum(z)

The first three are from Pocock and Simon, Biometrics 1975;31:103, the last from Han et al. All are
exact. Standard deviations are kept as sums of square roots, so that a tie is a tie and never an
accident of rounding.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import isqrt, lcm
from typing import Literal, get_args

Measure = Literal["range", "sd", "variance", "marginal balance"]
MEASURES: tuple[str, ...] = get_args(Measure)
DECIMALS = 12  # to which an irrational score is rounded when it is shown or recorded


@dataclass(frozen=True, slots=True)
class Score:
    """An exact sum of fractions times square roots: sum of terms[n] · √n, n free of squares."""

    terms: Mapping[int, Fraction]

    def __add__(self, other: "Score") -> "Score":
        roots = {**self.terms, **other.terms}
        total = {n: self.terms.get(n, Fraction()) + other.terms.get(n, Fraction()) for n in roots}
        return Score({n: value for n, value in total.items() if value})

    def times(self, weight: Fraction) -> "Score":
        """The score multiplied by a positive weight."""
        return Score({n: value * weight for n, value in self.terms.items()})

    def __lt__(self, other: "Score") -> bool:
        # Square roots of different square-free numbers are independent over the fractions: unless
        # the terms are the same the sums differ, and enough digits will show which is the less.
        bits = 64
        while self.terms != other.terms:
            (low, high), (other_low, other_high) = self._between(bits), other._between(bits)
            if high < other_low or other_high < low:
                return high < other_low
            bits *= 2
        return False

    @property
    def rounded(self) -> Fraction:
        """The score itself when it is a fraction, else the nearest one with 12 decimals."""
        if set(self.terms) <= {1}:
            return self.terms.get(1, Fraction())
        return round(self._between(128)[0], DECIMALS)

    def _between(self, bits: int) -> tuple[Fraction, Fraction]:
        low = high = self.terms.get(1, Fraction())
        for n, value in self.terms.items():
            if n != 1:
                root = isqrt(n << (2 * bits))
                low += value * Fraction(root, 1 << bits)
                high += value * Fraction(root + 1, 1 << bits)
        return low, high


def imbalance(counts: Sequence[int], ratio: Sequence[int], measure: Measure) -> Score:
    """The imbalance of these counts, one per arm, at this ratio."""
    # Whole numbers throughout: z = adjusted / scale.
    scale = lcm(*ratio)
    adjusted = [count * (scale // share) for count, share in zip(counts, ratio, strict=True)]
    if measure == "range":
        return _fraction(max(adjusted) - min(adjusted), scale)
    if measure == "marginal balance":
        pairs = sum(abs(one - other) for one, other in combinations(adjusted, 2))
        return _fraction(pairs, max(1, (len(adjusted) - 1) * sum(adjusted)))
    k = len(adjusted)
    squares = k * sum(z * z for z in adjusted) - sum(adjusted) ** 2
    if measure == "variance":
        return _fraction(squares, k * (k - 1) * scale * scale)
    return _root(squares * k * (k - 1), k * (k - 1) * scale)


def _fraction(numerator: int, denominator: int) -> Score:
    return Score({1: Fraction(numerator, denominator)} if numerator else {})


def _root(square: int, denominator: int) -> Score:
    """√square / denominator."""
    if not square:
        return Score({})
    outside, inside = _squares_taken_out(square)
    return Score({inside: Fraction(outside, denominator)})


def _squares_taken_out(number: int) -> tuple[int, int]:
    """(s, f) such that number = s²·f and no square but 1 divides f."""
    outside, inside, divisor = 1, 1, 2
    while divisor**3 <= number:
        while number % divisor**2 == 0:
            outside *= divisor
            number //= divisor**2
        if number % divisor == 0:
            inside *= divisor
            number //= divisor
        divisor += 1
    # What is left has no divisor below its cube root: it is 1, a prime, a prime squared, or the
    # product of two primes.
    root = isqrt(number)
    return (outside * root, inside) if root * root == number else (outside, inside * number)
