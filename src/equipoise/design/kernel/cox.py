"""Cox's hazard ratio of one arm against the other, by Newton's method (in Halley's form).

With one yes-or-no covariate every event asks one thing: of those at risk, which share of the
hazard is arm 1's? Efron's and Breslow's handling of ties differ only in the numbers at risk that
an event meets, so both become a list of pairs and the same sums.
"""

import math

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel.compiled import called, compiled
from equipoise.design.kernel.pairwise_sum import STRIDE, share_sums
from equipoise.design.kernel.plan import EFRON
from equipoise.design.kernel.risksets import RiskSets

_STRIDE = STRIDE
_MOST_STEPS = 100
_FARTHEST = 60.0  # where the logarithm of a ratio is looked for; numbers at risk allow about 30
_FARTHEST_GUESS = 5.0
_CLOSE = 2e-5  # Halley trebles the digits: after such a step the error is below 1e-14


@compiled
def meet_events(sets: RiskSets, rows: int, tied: int, ties: int) -> int:
    """Write the numbers at risk that each event meets into the risk columns; how many events.

    The first event of a day meets the row that is there; the later ones of the `tied` days are
    put after the last row.
    """
    found = rows
    for place in range(tied):
        row = sets.tied[place]
        events0, events1 = sets.events0[row], sets.events1[row]
        events = events0 + events1
        for k in range(1, int(events)):
            gone = k / events if ties == EFRON else 0.0
            sets.risk0[found] = sets.risk0[row] - gone * events0
            sets.risk1[found] = sets.risk1[row] - gone * events1
            found += 1
    return found


@compiled
def pad(at0: NDArray[np.float64], at1: NDArray[np.float64], found: int) -> int:
    """Fill up to whole strides with events that say nothing."""
    whole = (found + _STRIDE - 1) // _STRIDE * _STRIDE
    for i in range(found, whole):
        at0[i], at1[i] = 1.0, 0.0
    return whole


@compiled
def limits(
    at0: NDArray[np.float64], at1: NDArray[np.float64], found: int, observed: int
) -> tuple[bool, bool]:
    """Whether the likelihood still rises as the ratio goes to infinity, or as it goes to zero."""
    most, least = 0, 0
    for i in range(found):
        most += at1[i] > 0.0
        least += at0[i] == 0.0
    return observed >= most, observed <= least


@called
def log_hazard_ratio(
    at0: NDArray[np.float64], at1: NDArray[np.float64], found: int, observed: int, start: float
) -> tuple[float, float]:
    """The logarithm of the hazard ratio, and the information on it.

    `observed` events in arm 1; `start` is a first guess. Infinite when one arm has no event while
    the other is at risk (R warns that the coefficient may be infinite), not a number when there is
    nothing to learn or no maximum was found. A guess far off tells little and is drawn in.
    """
    up, down = limits(at0, at1, found, observed)
    if up or down:
        return (math.nan if up and down else math.inf if up else -math.inf), 0.0
    whole = pad(at0, at1, found)
    log_ratio = min(max(start, -_FARTHEST_GUESS), _FARTHEST_GUESS)
    low, high, information = -_FARTHEST, _FARTHEST, 0.0
    for _ in range(_MOST_STEPS):
        one, two, three, four = share_sums(at0, at1, whole, math.exp(log_ratio))
        score, information = observed - one, one - two
        slope, bend = one - 3.0 * two + 2.0 * three, one - 7.0 * two + 12.0 * three - 6.0 * four
        if score > 0.0:
            low = log_ratio
        else:
            high = log_ratio
        step = halley_step(score, information, slope)
        if not low <= log_ratio + step <= high:
            step = 0.5 * (low + high) - log_ratio
        log_ratio += step
        information += step * (slope + 0.5 * step * bend)
        if abs(step) < _CLOSE:
            return log_ratio, information
    return math.nan, 0.0


@compiled
def halley_step(score: float, information: float, slope: float) -> float:
    """Newton's step bent by the slope of the information (Halley): three times the digits."""
    if not information > 0.0:
        return math.inf
    newton = score / information
    return newton / max(1.0 + 0.5 * newton * slope / information, 0.5)
