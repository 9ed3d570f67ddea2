"""Tail probabilities of the normal and chi-square distributions, for p-values and intervals."""

import math
from statistics import NormalDist


def normal_quantile(probability: float) -> float:
    """The standard normal deviate below which `probability` lies (Wichura's AS 241)."""
    return NormalDist().inv_cdf(probability)


def two_sided(z: float) -> float:
    """Probability of a standard normal deviate at least as far from 0 as `z`."""
    return math.erfc(abs(z) / math.sqrt(2))


def chi_square_tail(value: float, degrees: int) -> float:
    """Probability that chi-square with `degrees` degrees of freedom exceeds `value`.

    Finite sums, exact for whole degrees: Abramowitz and Stegun (1964),
    Handbook of Mathematical Functions, 26.4.4 (odd) and 26.4.5 (even).
    """
    if degrees < 1:
        raise ValueError(f"degrees: at least 1 is needed, not {degrees}")
    if value <= 0:
        return 1.0
    odd = degrees % 2
    total = math.erfc(math.sqrt(value / 2)) if odd else math.exp(-value / 2)
    term = math.sqrt(2 * value / math.pi) * math.exp(-value / 2) if odd else total * value / 2
    for divisor in range(3 if odd else 4, degrees + 1, 2):
        total += term
        term *= value / divisor
    return min(total, 1.0)
