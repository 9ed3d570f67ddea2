"""At the end (or at any look): p-values, estimates and intervals that know of the looks.

*Repeated* intervals and p-values hold at every look whether or not the rules of stopping are kept
(Jennison and Turnbull 1989). *Adjusted* ones belong to the trial that has stopped: results are
ordered by the look at which they stop, earlier being more extreme (Fairbanks and Madsen 1982;
Tsiatis, Rosner and Mehta 1984). Effects are per square root of information: Z has mean
effect x sqrt(information). With information in fractions, the default, the effect is the drift.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from scipy.optimize import brentq

from equipoise.design.problems import Problem, is_finite, measured, positive, refuse, refused
from equipoise.design.results import Answer, Rows, figure, labelled, printed, remakeable
from equipoise.design.sequential.ordering import more_extreme
from equipoise.design.sequential.plan import SequentialDesign
from equipoise.design.sequential.problems import (
    LATEST,
    is_series,
    look_problems,
    named,
)
from equipoise.design.sequential.repeating import rule_followed, smallest_alpha


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

    look: int = figure("Stopped at look")
    z: float = figure("Z")
    p_value: float = figure("Stage-wise adjusted p-value")
    estimate: float = figure("Median unbiased effect")
    interval: Interval

    def rows(self) -> Rows:
        """Where it stopped, and what follows."""
        return [
            *labelled(self),
            ("Interval, level", printed(self.interval.level)),
            ("Interval, from and to", printed((self.interval.low, self.interval.high))),
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
    p_value = upper_tail if design.sided == 1 else min(1.0, 2 * min(upper_tail, 1 - upper_tail))
    side = design.alpha / design.sided
    time = design.fractions[look - 1]
    low, middle, high = (_drift_with(tail, p, z, time) for p in (side, 0.5, 1 - side))
    scale = math.sqrt(information)
    interval = Interval(low=low / scale, high=high / scale, level=1 - 2 * side)
    return Adjusted(look=look, z=z, p_value=p_value, estimate=middle / scale, interval=interval)


@remakeable
def overrunning(
    design: SequentialDesign, look: int, z: float, fraction: float, information: float = 1.0
) -> Adjusted:
    """Inference when more data came in after the trial had stopped at `look`.

    The look that stopped it is struck out and the analysis of all data, `z` at `fraction` of the
    planned information, takes its place (Whitehead's deletion method, 1992).
    """
    wrong = _problems(design, look, z, information)
    beyond = not wrong and is_finite(fraction) and design.fractions[look - 1] < fraction <= LATEST
    if not wrong and not beyond:
        because = f"{named(fraction)} must lie beyond the look that stopped the trial"
        wrong.append(Problem("fraction", because))
    refuse(wrong)
    return adjusted(_ended(design, look, fraction), look, z, information)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated(Answer):
    """Repeated intervals and p-values of the looks so far."""

    zs: tuple[float, ...]
    p_values: tuple[float, ...]
    intervals: tuple[Interval, ...]

    @property
    def sequential(self) -> float:
        """The smallest alpha at which the trial would have rejected by now."""
        return min(self.p_values)

    def rows(self) -> Rows:
        """Z, p-value and interval at each look, then the smallest p-value."""
        return [
            ("Z", printed(self.zs)),
            ("Repeated p-value", printed(self.p_values)),
            ("Interval, level", printed(self.intervals[0].level)),
            ("Interval, from", printed(tuple(interval.low for interval in self.intervals))),
            ("Interval, to", printed(tuple(interval.high for interval in self.intervals))),
            ("Sequential p-value", printed(self.sequential)),
        ]


@remakeable
def repeated(design: SequentialDesign, zs: Sequence[float], information: float = 1.0) -> Repeated:
    """Repeated intervals and p-values at each look so far; `information` is that at fraction 1."""
    intervals = repeated_intervals(design, zs, information)
    p_values = repeated_p_values(design, zs)
    return Repeated(zs=tuple(map(float, zs)), p_values=p_values, intervals=intervals)


def repeated_intervals(
    design: SequentialDesign, zs: Sequence[float], information: float = 1.0
) -> tuple[Interval, ...]:
    """The repeated confidence interval at each look so far: estimate -+ bound x standard error."""
    refuse(_sequence_problems(design, zs, information))
    level = 1 - 2 * design.alpha / design.sided
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
    rule = rule_followed(design)
    return tuple(smallest_alpha(design, rule, look, z) for look, z in enumerate(zs, start=1))


def sequential_p_value(design: SequentialDesign, zs: Sequence[float]) -> float:
    """The smallest alpha at which the trial would have rejected by now, at any look so far."""
    return min(repeated_p_values(design, zs))


def _drift_with(tail: Callable[[float], float], probability: float, z: float, time: float) -> float:
    """The drift under which `tail` has this probability; tails rise with the drift."""
    middle, width = z / math.sqrt(time), 6.0 / math.sqrt(time)

    def excess(drift: float) -> float:
        return tail(drift) - probability

    low, high = middle - width, middle + width
    for _ in range(60):
        if excess(low) <= 0 <= excess(high):
            return float(brentq(excess, low, high, xtol=1e-12, rtol=1e-14))
        low = low - width if excess(low) > 0 else low
        high = high + width if excess(high) < 0 else high
        width *= 2
    raise refused("z", f"no effect makes {z:g} at this look as likely as it should be")


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
    return [
        *look_problems("look", look, len(design.fractions)),
        *measured("z", "the statistic", z),
        *positive("information", "it", information),
    ]


def _sequence_problems(
    design: SequentialDesign, zs: Sequence[float], information: float
) -> list[Problem]:
    if not is_series(zs) or not 1 <= len(zs) <= len(design.fractions):
        given = f"{len(zs)} given" if is_series(zs) else f"{zs!r} given"
        return [
            Problem("zs", f"{given} for {len(design.fractions)} looks; list one for each so far")
        ]
    found = [problem for z in zs for problem in measured("zs", "each statistic", z)]
    return found + _problems(design, 1, 0.0, information)
