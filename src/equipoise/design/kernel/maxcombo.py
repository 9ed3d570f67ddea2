"""MaxCombo's exact p-value: the chance that none of four correlated statistics exceeds the largest.

The weights 1, 1 - S, S and S (1 - S) obey 1 = (1 - S) + S, so the four statistics have rank
three: FH(0,0) is a mixture of FH(0,1) and FH(1,0). In the plane of those two, "all below c" is a
quadrant with its corner cut off, and that is one quadrant plus another minus a third. So the
four-dimensional integral is exactly three three-dimensional ones, each a single smooth integral.
"""

import math

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel.compiled import called, compiled
from equipoise.design.kernel.normal import all_below, below, both_below

_ONE_AND_THE_SAME = 1e-14  # what rounding takes from a correlation of one


@called
def none_above(c: float, covariance: NDArray[np.float64]) -> float:
    """P(all four <= c) for statistics FH(0,0), FH(0,1), FH(1,0), FH(1,1) with this covariance.

    Before a second event day only FH(0,0) and FH(1,0) exist, and they are one. Before a third,
    FH(0,1) and FH(1,1) both look at the second alone, and are one.
    """
    s00, s01 = math.sqrt(covariance[0, 0]), math.sqrt(covariance[1, 1])
    s10, s11 = math.sqrt(covariance[2, 2]), math.sqrt(covariance[3, 3])
    if not (s01 > 1e-12 * s00 and s10 > 0.0 and s11 > 0.0):
        return below(c)
    x_y = correlation(covariance[1, 2], s01, s10)
    x_w = correlation(covariance[1, 3], s01, s11)
    y_w = correlation(covariance[2, 3], s10, s11)
    if 1.0 - x_w < _ONE_AND_THE_SAME:
        return two_days_below(c, covariance, x_y)
    if c <= 0.0:
        return all_below(c, c, c, x_y, x_w, y_w)
    x_l = correlation(covariance[0, 1], s00, s01)
    l_w = correlation(covariance[0, 3], s00, s11)
    corner = c * (s00 - s10) / s01
    quadrant = all_below(corner, c, c, x_y, x_w, y_w)
    strip = all_below(c, c, c, x_l, x_w, l_w) - all_below(corner, c, c, x_l, x_w, l_w)
    return quadrant + strip


@called
def two_days_below(c: float, covariance: NDArray[np.float64], x_y: float) -> float:
    """The same while FH(1,1) is FH(0,1): the plane of FH(0,1) and FH(1,0) is all there is."""
    if c <= 0.0:
        return both_below(c, c, x_y)
    s00, s01 = math.sqrt(covariance[0, 0]), math.sqrt(covariance[1, 1])
    s10 = math.sqrt(covariance[2, 2])
    x_l = correlation(covariance[0, 1], s00, s01)
    corner = c * (s00 - s10) / s01
    strip = both_below(c, c, x_l) - both_below(corner, c, x_l)
    return both_below(corner, c, x_y) + strip


@compiled
def correlation(covariance: float, s1: float, s2: float) -> float:
    """A correlation kept within its bounds."""
    return min(max(covariance / (s1 * s2), -1.0), 1.0)


@called
def max_combo(excess: NDArray[np.float64], covariance: NDArray[np.float64]) -> tuple[float, float]:
    """The largest of the four statistics and its one-sided p-value."""
    largest = -math.inf
    for a in range(4):
        if covariance[a, a] > 0.0:
            largest = max(largest, -excess[a] / math.sqrt(covariance[a, a]))
    if largest == -math.inf:
        return math.nan, math.nan
    return largest, 1.0 - none_above(largest, covariance)
