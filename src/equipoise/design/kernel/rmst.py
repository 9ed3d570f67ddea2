"""Restricted mean survival time: the area under each arm's curve to day tau, and the difference.

The variance of an area is Greenwood's: at each event the area still to come, squared, times
d / (r (r - d)), as R's survfit prints it. A curve is held level after its last subject.
"""

import math

from equipoise.design.kernel.compiled import called
from equipoise.design.kernel.risksets import RiskSets


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
