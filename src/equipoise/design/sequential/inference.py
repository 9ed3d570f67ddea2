"""At the end (or at any look): p-values, estimates and intervals that know of the looks.

*Repeated* intervals and p-values hold at every look whether or not the rules of stopping are kept
(Jennison and Turnbull 1989). *Adjusted* ones belong to the trial that has stopped: results are
ordered by the look at which they stop, earlier being more extreme (Fairbanks and Madsen 1982;
Tsiatis, Rosner and Mehta 1984). Effects are per square root of information: Z has mean
effect x sqrt(information). With information in fractions, the default, the effect is the drift.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from scipy.optimize import brentq

from equipoise.design.problems import BadDesign, Problem, refuse
from equipoise.design.results import Answer, figure, remakeable, shown
from equipoise.design.sequential.boundaries import Rules, bounds_for, regions
from equipoise.design.sequential.plan import SequentialDesign
from equipoise.design.sequential.recursion import above, advance, below, start
from equipoise.design.sequential.replan import as_spending
from equipoise.design.sequential.spending import FixedFutility, HaybittlePeto


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval(Answer):
    """Confidence interval.

    Of the effect or, by `ratio_interval`, of the hazard ratio; level 0.95 means 95 %.
    """

    low: float = figure("From")
    high: float = figure("To")
    level: float = figure("Level")


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted(Answer):
    """Inference after stopping: median-unbiased estimate, interval and p-value."""

    look: int
    z: float
    p_value: float
    estimate: float
    interval: Interval

    def rows(self) -> list[tuple[str, list[str]]]:
        """Where it stopped, and what follows."""
        return [
            ("Stopped at look", shown(self.look)),
            ("Z", shown(self.z)),
            ("Stage-wise adjusted p-value", shown(self.p_value)),
            ("Median unbiased effect", shown(self.estimate)),
            ("Interval, level", shown(self.interval.level)),
            ("Interval, from and to", shown((self.interval.low, self.interval.high))),
        ]


@remakeable
def adjusted(
    design: SequentialDesign,
    look: int,
    z: float,
    information: float = 1.0,
    heed_futility: bool | None = None,
) -> Adjusted:
    """Stage-wise ordered inference for a trial that ended at `look` (from 1) with statistic `z`.

    `information` is the information at fraction 1. The p-value is one-sided for a one-sided
    design, else twice the smaller tail. The interval has level 1 - 2 alpha (one-sided) or
    1 - alpha (two-sided). Futility bounds count as rules when binding, unless said otherwise.
    """
    refuse(_problems(design, look, z, information))
    heed = design.binding if heed_futility is None else heed_futility

    def tail(drift: float) -> float:
        return more_extreme(design, look, z, drift, heed)

    upper_tail = tail(0.0)
    p_value = upper_tail if design.sides == 1 else min(1.0, 2 * min(upper_tail, 1 - upper_tail))
    side = design.alpha / design.sides
    time = design.fractions[look - 1]
    low, middle, high = (_drift_with(tail, p, z, time) for p in (side, 0.5, 1 - side))
    scale = math.sqrt(information)
    interval = Interval(low=low / scale, high=high / scale, level=1 - 2 * side)
    return Adjusted(look=look, z=z, p_value=p_value, estimate=middle / scale, interval=interval)


def more_extreme(
    design: SequentialDesign, look: int, z: float, drift: float, heed_futility: bool
) -> float:
    """The probability, under `drift`, of a result at least as good as `z` at `look`.

    Better than any result of a look is stopping for efficacy before it; worse than any is
    stopping for futility, or on the wrong side, before it.
    """
    areas = regions(design.bounds, design.sides, heed_futility)
    futile = design.sides == 1 and z <= areas[look - 1][0][0]
    walk = start()
    better = worse = 0.0
    for earlier in range(look - 1):
        time, region = design.fractions[earlier], areas[earlier]
        better += above(walk, time, region[-1][1], drift)
        worse += below(walk, time, region[0][0], drift)
        walk = advance(walk, time, region, design.fractions[earlier + 1], drift)
    if futile:
        return 1.0 - worse - below(walk, design.fractions[look - 1], z, drift)
    return better + above(walk, design.fractions[look - 1], z, drift)


@remakeable
def overrunning(
    design: SequentialDesign, look: int, z: float, fraction: float, information: float = 1.0
) -> Adjusted:
    """Inference when more data came in after the trial had stopped at `look`.

    The look that stopped it is struck out and the analysis of all data, `z` at `fraction` of the
    planned information, takes its place (Whitehead's deletion method, 1992).
    """
    if not 1 <= look <= len(design.fractions) or fraction <= design.fractions[look - 1]:
        raise BadDesign(
            [Problem("fraction", f"{fraction:g} must lie beyond the look that stopped the trial")]
        )
    return adjusted(_ended(design, look, fraction), look, z, information)


def repeated_intervals(
    design: SequentialDesign, zs: Sequence[float], information: float = 1.0
) -> tuple[Interval, ...]:
    """The repeated confidence interval at each look so far: estimate -+ bound x standard error."""
    refuse(_sequence_problems(design, zs, information))
    level = 1 - 2 * design.alpha / design.sides
    found = []
    for z, bound, fraction in zip(zs, design.upper, design.fractions, strict=False):
        scale = math.sqrt(fraction * information)
        found.append(Interval(low=(z - bound) / scale, high=(z + bound) / scale, level=level))
    return tuple(found)


def repeated_p_values(design: SequentialDesign, zs: Sequence[float]) -> tuple[float, ...]:
    """The smallest alpha at which a design of the same rule would reject at each look so far.

    Futility bounds that are binding stay where they are; others are ignored.
    """
    refuse(_sequence_problems(design, zs, 1.0))
    return tuple(_repeated_p(design, look, z) for look, z in enumerate(zs, start=1))


def sequential_p_value(design: SequentialDesign, zs: Sequence[float]) -> float:
    """The smallest alpha at which the trial would have rejected by now, at any look so far."""
    return min(repeated_p_values(design, zs))


def _repeated_p(design: SequentialDesign, look: int, z: float) -> float:
    size = abs(z) if design.sides == 2 else z
    efficacy = design.efficacy if design.fractions[-1] == 1 else as_spending(design)
    futility = FixedFutility(design.lower) if design.binding and design.lower else None
    lowest, highest = 1e-14, 1 - 1e-9
    if isinstance(efficacy, HaybittlePeto):
        spent = design.alpha_spent[look - 2] if look > 1 else 0.0
        if look < len(design.fractions):
            return design.alpha_spent[look - 1] if size >= design.upper[look - 1] else 1.0
        lowest = spent + 1e-14

    def excess(alpha: float) -> float:
        free = Rules(design.fractions, alpha, design.sides, efficacy)
        rules = replace(free, futility=futility, binding=futility is not None)
        try:
            return bounds_for(rules, 0.0).upper[look - 1] - size
        except BadDesign:  # more alpha than trials that heed futility can still spend
            return bounds_for(free, 0.0).upper[look - 1] - size

    if excess(highest) > 0:
        return 1.0
    if excess(lowest) < 0:
        return lowest
    return float(brentq(excess, lowest, highest, xtol=1e-14, rtol=1e-11))


def _drift_with(tail: Callable[[float], float], probability: float, z: float, time: float) -> float:
    """The drift under which `tail` has this probability; tails rise with the drift."""
    middle, width = z / math.sqrt(time), 6.0 / math.sqrt(time)

    def excess(drift: float) -> float:
        return tail(drift) - probability

    low, high = middle - width, middle + width
    while excess(low) > 0 and low > middle - 64 * width:
        low -= width
    while excess(high) < 0 and high < middle + 64 * width:
        high += width
    return float(brentq(excess, low, high, xtol=1e-12, rtol=1e-14))


def _ended(design: SequentialDesign, look: int, fraction: float) -> SequentialDesign:
    """The design cut short: its looks before `look`, then the last one at `fraction`."""
    kept = look - 1
    return replace(
        design,
        fractions=(*design.fractions[:kept], fraction),
        upper=(*design.upper[:kept], math.inf),
        lower=design.lower[:kept],
        alpha_spent=(*design.alpha_spent[:kept], design.alpha),
        beta_spent=design.beta_spent[: kept + 1],
    )


def _problems(design: SequentialDesign, look: int, z: float, information: float) -> list[Problem]:
    found = []
    if not 1 <= look <= len(design.fractions):
        found.append(Problem("look", f"{look} given; looks run from 1 to {len(design.fractions)}"))
    if not math.isfinite(z):
        found.append(Problem("z", f"{z} given; the statistic is a number"))
    if not 0 < information < math.inf:
        found.append(Problem("information", f"{information:g} given; it is above 0"))
    return found


def _sequence_problems(
    design: SequentialDesign, zs: Sequence[float], information: float
) -> list[Problem]:
    if not 1 <= len(zs) <= len(design.fractions):
        return [Problem("zs", f"{len(zs)} given for {len(design.fractions)} looks")]
    found = [problem for z in zs for problem in _problems(design, 1, z, 1.0)]
    return found + _problems(design, 1, 0.0, information)
