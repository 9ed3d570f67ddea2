"""Cox's hazard ratio of one arm against the other, by Newton's method on the score (Halley's form).

With one yes-or-no covariate every event asks one thing: of those at risk, which share of the
hazard is arm 1's? Efron's and Breslow's handling of ties differ only in the numbers at risk that
an event meets, so both become a list of pairs and the same sums.
"""

import math

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel.compiled import compiled
from equipoise.design.kernel.plan import EFRON
from equipoise.design.kernel.risksets import RiskSets

_LANES = 8
_MOST_STEPS = 60
_CLOSE = 2e-5  # Halley trebles the digits: after such a step the error is below 1e-14


@compiled
def meet_events(
    sets: RiskSets, rows: int, ties: int, at0: NDArray[np.float64], at1: NDArray[np.float64]
) -> int:
    """The numbers at risk that each event meets, in `at0` and `at1`; how many events."""
    found = 0
    for row in range(rows):
        events0, events1 = sets.events0[row], sets.events1[row]
        events = events0 + events1
        at0[found], at1[found] = sets.risk0[row], sets.risk1[row]
        found += 1
        for k in range(1, int(events)):
            gone = k / events if ties == EFRON else 0.0
            at0[found] = sets.risk0[row] - gone * events0
            at1[found] = sets.risk1[row] - gone * events1
            found += 1
    return found


@compiled
def pad(at0: NDArray[np.float64], at1: NDArray[np.float64], found: int) -> int:
    """Fill up to a whole number of lanes with events that say nothing."""
    whole = (found + _LANES - 1) // _LANES * _LANES
    for i in range(found, whole):
        at0[i], at1[i] = 1.0, 0.0
    return whole


@compiled
def score_sums(
    at0: NDArray[np.float64],
    at1: NDArray[np.float64],
    whole: int,
    ratio: float,
    lanes: NDArray[np.float64],
) -> tuple[float, float, float, float]:
    """Expected events in arm 1 at this hazard ratio, the information, and its two derivatives.

    Eight sums side by side, added up in one fixed order: fast, and the same on every machine.
    The sums are of the powers of each event's share p: p (1 - p) and so on follow from them.
    """
    lanes[:] = 0.0
    for start in range(0, whole, _LANES):
        for lane in range(_LANES):
            hazard1 = at1[start + lane] * ratio
            share = hazard1 / (at0[start + lane] + hazard1)
            square = share * share
            lanes[lane] += share
            lanes[_LANES + lane] += square
            lanes[2 * _LANES + lane] += square * share
            lanes[3 * _LANES + lane] += square * square
    one, two = lanes[:_LANES].sum(), lanes[_LANES : 2 * _LANES].sum()
    three, four = lanes[2 * _LANES : 3 * _LANES].sum(), lanes[3 * _LANES :].sum()
    return one, one - two, one - 3 * two + 2 * three, one - 7 * two + 12 * three - 6 * four


@compiled
def limits(
    at0: NDArray[np.float64], at1: NDArray[np.float64], found: int, observed: float
) -> tuple[bool, bool]:
    """Whether the likelihood still rises as the ratio goes to infinity, or as it goes to zero."""
    most, least = 0, 0
    for i in range(found):
        most += at1[i] > 0.0
        least += at0[i] == 0.0
    return observed >= most, observed <= least


@compiled
def hazard_ratio(
    at0: NDArray[np.float64],
    at1: NDArray[np.float64],
    found: int,
    observed: float,
    start: float,
    lanes: NDArray[np.float64],
) -> tuple[float, float]:
    """The hazard ratio and the information on its logarithm.

    `observed` events in arm 1; `start` is a first guess of the logarithm. Infinite or zero when
    one arm has no event while the other is at risk (R warns that the coefficient may be
    infinite), not a number when there is nothing to learn.
    """
    up, down = limits(at0, at1, found, observed)
    if up and down:
        return math.nan, 0.0
    if up or down:
        return (math.inf if up else 0.0), 0.0
    whole = pad(at0, at1, found)
    log_ratio, low, high = start, -700.0, 700.0
    information = 0.0
    for _ in range(_MOST_STEPS):
        ratio = math.exp(log_ratio)
        expected, information, slope, bend = score_sums(at0, at1, whole, ratio, lanes)
        score = observed - expected
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
            break
    return math.exp(log_ratio), information


@compiled
def halley_step(score: float, information: float, slope: float) -> float:
    """Newton's step bent by the slope of the information (Halley): three times the digits."""
    if not information > 0.0:
        return math.inf
    newton = score / information
    return newton / max(1.0 + 0.5 * newton * slope / information, 0.5)
