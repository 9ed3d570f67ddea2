"""The statistics of a look, each on risk sets: the log-rank family, and restricted means.

The log-rank test is plain, by stratum, or weighted as Fleming and Harrington do. Variances are
hypergeometric (Mantel), as in R's survdiff. z is positive when the experimental arm has fewer
events than expected.

The restricted mean is the area under an arm's curve to day tau. The variance of an area is
Greenwood's: at each event the area still to come, squared, times d / (r (r - d)), as R's survfit
prints it. A curve is held level after its last subject.
"""

import math

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel.compiled import called, compiled
from equipoise.design.kernel.pairwise_sum import STRIDE, rank_sums
from equipoise.design.kernel.risksets import RiskSets

_STRIDE = STRIDE


@compiled
def excess_and_variance(sets: RiskSets, row: int) -> tuple[float, float]:
    """Events in arm 1 beyond expectation on one day, and their variance."""
    risk = sets.risk0[row] + sets.risk1[row]
    events = sets.events0[row] + sets.events1[row]
    share = sets.risk1[row] / risk
    variance = events * share * (1.0 - share)
    if events > 1.0:
        variance *= (risk - events) / max(risk - 1.0, 1.0)
    return sets.events1[row] - events * share, variance


@compiled
def log_rank(sets: RiskSets, rows: int) -> tuple[float, float]:
    """Observed minus expected events in arm 1, and its variance."""
    whole = (rows + _STRIDE - 1) // _STRIDE * _STRIDE
    for row in range(rows, whole):  # the last stride is filled with days that say nothing
        sets.risk0[row], sets.risk1[row], sets.events0[row], sets.events1[row] = 1.0, 0.0, 0.0, 0.0
    excess, variance, _, _ = rank_sums(sets.risk0, sets.risk1, sets.events0, sets.events1, whole)
    return excess, variance


@compiled
def z_of(excess: float, variance: float) -> float:
    """The statistic, larger when experimental does better; not a number without information."""
    return -excess / math.sqrt(variance) if variance > 0.0 else math.nan


@compiled
def power_of(base: float, exponent: float) -> float:
    """base ** exponent with the cases that matter done exactly and quickly."""
    if exponent == 0.0:
        return 1.0
    if exponent == 1.0:
        return base
    return float(base**exponent)


@called
def fleming_harrington(sets: RiskSets, rows: int, rho: float, gamma: float) -> tuple[float, float]:
    """Weighted excess of events in arm 1 and its variance."""
    survival, excess, variance = 1.0, 0.0, 0.0
    for row in range(rows):
        one, its_variance = excess_and_variance(sets, row)
        weight = power_of(survival, rho) * power_of(1.0 - survival, gamma)
        excess += weight * one
        variance += weight * weight * its_variance
        events = sets.events0[row] + sets.events1[row]
        survival *= 1.0 - events / (sets.risk0[row] + sets.risk1[row])
    return excess, variance


@called
def four_weighted(
    sets: RiskSets,
    rows: int,
    weights: NDArray[np.float64],
    excess: NDArray[np.float64],
    covariance: NDArray[np.float64],
) -> None:
    """Excess and covariance of FH(0,0), FH(0,1), FH(1,0) and FH(1,1), in this order.

    `weights` is workspace for four numbers.
    """
    survival = 1.0
    for a in range(4):
        excess[a] = 0.0
        for b in range(4):
            covariance[a, b] = 0.0
    for row in range(rows):
        one, variance = excess_and_variance(sets, row)
        weights[0], weights[1] = 1.0, 1.0 - survival
        weights[2], weights[3] = survival, survival * (1.0 - survival)
        for a in range(4):
            excess[a] += weights[a] * one
            for b in range(a + 1):
                covariance[a, b] += weights[a] * weights[b] * variance
        events = sets.events0[row] + sets.events1[row]
        survival *= 1.0 - events / (sets.risk0[row] + sets.risk1[row])
    for a in range(4):
        for b in range(a):
            covariance[b, a] = covariance[a, b]


@called
def area(sets: RiskSets, rows: int, arm: int, tau: float) -> tuple[float, float]:
    """One arm's restricted mean in days, and its variance."""
    risk, events = sets.risk0, sets.events0
    if arm == 1:
        risk, events = sets.risk1, sets.events1
    survival, total, last = 1.0, 0.0, 0.0
    for row in range(rows):
        if events[row] > 0.0 and sets.day[row] < tau:
            total += survival * (sets.day[row] - last)
            last = sets.day[row]
            survival *= 1.0 - events[row] / risk[row]
    total += survival * (tau - last)
    survival, so_far, last, variance = 1.0, 0.0, 0.0, 0.0
    for row in range(rows):
        if events[row] > 0.0 and sets.day[row] < tau:
            so_far += survival * (sets.day[row] - last)
            last = sets.day[row]
            survival *= 1.0 - events[row] / risk[row]
            if risk[row] > events[row]:
                weight = events[row] / (risk[row] * (risk[row] - events[row]))
                variance += (total - so_far) ** 2 * weight
    return total, variance


@called
def rmst_difference(sets: RiskSets, rows: int, tau: float) -> tuple[float, float]:
    """Experimental minus control in days, and its z."""
    mean0, variance0 = area(sets, rows, 0, tau)
    mean1, variance1 = area(sets, rows, 1, tau)
    variance = variance0 + variance1
    difference = mean1 - mean0
    return difference, (difference / math.sqrt(variance) if variance > 0.0 else math.nan)
