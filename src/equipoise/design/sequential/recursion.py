"""The path of a test statistic over several looks, integrated exactly.

A trial looked at more than once follows a Brownian motion S(t): normal with mean (drift x t) and
variance t, where t is the information so far and the increments are independent. The score S(t)
relates to the usual statistic by Z = S(t) / sqrt(t). What is asked of it is always the same: of the
trials that have not stopped yet, how many lie above a bound at the next look (Armitage, McPherson
and Rowe 1969; Jennison and Turnbull 2000, chapter 19)?

Each look carries the sub-density of the trials still going on Gauss-Legendre nodes. The panels are
kept narrower than the smallest neighbouring step of the path, and every region starts and ends on a
panel's edge, so the integrand is analytic inside each panel and the error stays near rounding.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Floats: TypeAlias = NDArray[np.float64]
Region: TypeAlias = tuple[tuple[float, float], ...]
"""Where a trial goes on, as intervals of Z; an end may be infinite."""

REACH = 10.0  # standard deviations; beyond lies less than 2e-23 of the path
FARTHEST = 38.0  # so far out a bound may lie; beyond lies less than a computer can hold
PANEL = 2.5  # width of a panel, in standard deviations of the narrowest neighbouring step
CHUNK = 128  # nodes evaluated at once, so that close looks need little memory
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)


@dataclass(frozen=True, slots=True)
class Walk:
    """The trials still going at one look: mass on each value of the score.

    `time` is the information so far (any unit; usually the fraction of the maximum).
    """

    time: float
    score: Floats
    mass: Floats
    origin: tuple[float, float] = (0.0, 0.0)  # time and score from which the path set out

    @property
    def going(self) -> float:
        """The probability that the trial is still going."""
        return float(self.mass.sum())


def start(time: float = 0.0, score: float = 0.0) -> Walk:
    """A path that stands for certain at one score (by default at nothing, before the trial)."""
    return Walk(time, np.array([score]), np.array([1.0]), (time, score))


def above(walk: Walk, time: float, bound: float, drift: float = 0.0) -> float:
    """The probability of still going now and lying above `bound` (in Z) at the look at `time`."""
    step = math.sqrt(time - walk.time)
    mean = walk.score + drift * (time - walk.time)
    return float(walk.mass @ ndtr((mean - bound * math.sqrt(time)) / step))


def below(walk: Walk, time: float, bound: float, drift: float = 0.0) -> float:
    """The probability of still going now and lying below `bound` (in Z) at the look at `time`."""
    step = math.sqrt(time - walk.time)
    mean = walk.score + drift * (time - walk.time)
    return float(walk.mass @ ndtr((bound * math.sqrt(time) - mean) / step))


def inside(walk: Walk, time: float, region: Region, drift: float = 0.0) -> float:
    """The probability of still going now and lying in `region` (in Z) at the look at `time`."""
    return sum(
        above(walk, time, low, drift) - above(walk, time, high, drift)
        for low, high in region
        if low < high
    )


def advance(walk: Walk, time: float, region: Region, next_time: float, drift: float = 0.0) -> Walk:
    """The trials that lie in `region` (in Z) at the look at `time`, ready for `next_time`."""
    step = math.sqrt(time - walk.time)
    narrowest = min(step, math.sqrt(next_time - time))
    ends = _score_intervals(walk, time, region, drift)
    pieces = [panels(low, high, PANEL * narrowest) for low, high in ends]
    if not pieces:
        return Walk(time, np.empty(0), np.empty(0), walk.origin)
    score = np.concatenate([nodes for nodes, _ in pieces])
    weight = np.concatenate([weights for _, weights in pieces])
    far = (score - _middle(walk, time, drift)) / _spread(walk, time)
    far = np.abs(far) if region[0][0] > -math.inf else np.maximum(far, 0.0)
    density = _density(walk, score - drift * (time - walk.time), step, far)
    return Walk(time, score, weight * density, walk.origin)


def stops(
    times: Sequence[float], regions: Sequence[Region], drift: float, origin: Walk | None = None
) -> list[tuple[float, float]]:
    """For each look, the probabilities of stopping there below and above the region.

    The region of the last look tells where the trial ends with neither. What lies in a gap inside
    a region is counted with neither as well.
    """
    walk = origin or start()
    answer: list[tuple[float, float]] = []
    for look, (time, region) in enumerate(zip(times, regions, strict=True)):
        low, high = region[0][0], region[-1][1]
        answer.append((below(walk, time, low, drift), above(walk, time, high, drift)))
        if look + 1 < len(times):
            walk = advance(walk, time, region, times[look + 1], drift)
    return answer


def _score_intervals(
    walk: Walk, time: float, region: Region, drift: float
) -> list[tuple[float, float]]:
    """The region on the score scale, cut to what the path can reach.

    Up to a bound everything counts, however far out it lies: a spending function may leave 1e-70
    for the next look, and the trials that cross there come from just below the bound before.
    """
    middle, root, spread = _middle(walk, time, drift), math.sqrt(time), _spread(walk, time)
    under, over = region[0][0], region[-1][1]
    below = REACH if under == -math.inf and over < math.inf else FARTHEST
    cut = [
        (max(low * root, middle - below * spread), min(high * root, middle + FARTHEST * spread))
        for low, high in region
    ]
    return [(low, high) for low, high in cut if low < high]


def _middle(walk: Walk, time: float, drift: float) -> float:
    """The mean of the score at this time, of a path that is never stopped."""
    began, score = walk.origin
    return score + drift * (time - began)


def _spread(walk: Walk, time: float) -> float:
    """The standard deviation of the score at this time, of a path that is never stopped."""
    return math.sqrt(time - walk.origin[0])


def panels(low: float, high: float, width: float) -> tuple[Floats, Floats]:
    """Gauss-Legendre nodes and weights on equal panels no wider than `width`."""
    count = max(1, math.ceil((high - low) / width))
    half = (high - low) / count / 2
    middles = low + half * (2 * np.arange(count) + 1)
    score = (middles[:, None] + half * _NODES).ravel()
    return score, np.tile(half * _WEIGHTS, count)


def _density(walk: Walk, score: Floats, step: float, far: Floats) -> Floats:
    """The density of the path at `score` one step of width `step` after `walk`.

    Only sources within reach of a chunk are summed, which keeps very close looks cheap. What is
    left out is small beside the density itself, `far` standard deviations out toward a bound.
    """
    density = np.empty_like(score)
    for first in range(0, score.size, CHUNK):
        target = score[first : first + CHUNK]
        reach = step * max(REACH, math.hypot(8.0, float(far[first : first + CHUNK].max())))
        left = np.searchsorted(walk.score, target[0] - reach)
        right = np.searchsorted(walk.score, target[-1] + reach, side="right")
        distance = (target[:, None] - walk.score[None, left:right]) / step
        kernel = np.exp(-0.5 * distance * distance)
        density[first : first + CHUNK] = kernel @ walk.mass[left:right]
    return density / (step * math.sqrt(2 * math.pi))
