"""What a design does when the effect is such: where it stops, with what power, at what size.

An effect is given as `drift`: the mean of Z at information fraction 1. No effect is 0; the effect
the design is made for is `design.drift`; the information at fraction 1 being I, an effect theta has
drift theta x sqrt(I).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from equipoise.design.problems import (
    BadDesign,
    Problem,
    measured,
    refuse,
    refused,
    side_problems,
)
from equipoise.design.results import Answer, Rows, figure, labelled, printed, remakeable
from equipoise.design.sequential.boundaries import Bounds, Rules, bounds_for, regions
from equipoise.design.sequential.problems import fraction_problems
from equipoise.design.sequential.recursion import above, advance, below, inside, start

LARGEST = 100.0  # no trial is so large that Z has a larger mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Characteristics(Answer):
    """Stopping probabilities by look under one effect.

    `efficacy` counts stops in favour of the experimental arm, `harm` those on the other side of a
    two-sided test, `futility` stops for futility at interim looks; at the last look `futility` is
    the probability of ending there with nothing shown.
    """

    drift: float = figure("Drift (mean of Z at full information)")
    fractions: tuple[float, ...] = figure("Information fraction")
    efficacy: tuple[float, ...] = figure("Stops for efficacy")
    harm: tuple[float, ...] = figure("Stops on the wrong side")
    futility: tuple[float, ...] = figure("Stops for futility, or ends with nothing shown")

    def rows(self) -> Rows:
        """The effect, then the chances of each look."""
        return [
            *labelled(self),
            ("Power", printed(self.power)),
            ("Expected information fraction at the end", printed(self.expected_fraction)),
        ]

    @property
    def power(self) -> float:
        """The probability of stopping for efficacy at some look."""
        return math.fsum(self.efficacy)

    @property
    def significant(self) -> float:
        """The probability of a significant result on either side (under no effect: alpha)."""
        return math.fsum((*self.efficacy, *self.harm))

    @property
    def stopped(self) -> tuple[float, ...]:
        """The probability of ending at each look, for whatever reason."""
        trio = zip(self.efficacy, self.harm, self.futility, strict=True)
        return tuple(math.fsum(reasons) for reasons in trio)

    @property
    def expected_fraction(self) -> float:
        """The mean information fraction at which the trial ends."""
        return math.fsum(
            fraction * share for fraction, share in zip(self.fractions, self.stopped, strict=True)
        )


@remakeable
def characteristics(
    fractions: Sequence[float],
    bounds: Bounds,
    sided: int,
    drift: float,
    heed_futility: bool = True,
) -> Characteristics:
    """Stopping probabilities of given bounds under `drift`."""
    refuse(
        fraction_problems(fractions, planned=False),
        side_problems(sided),
        measured("drift", "the effect", drift),
        _bound_problems(bounds, fractions),
    )
    return stopping(fractions, bounds, sided, drift, heed_futility)


def _bound_problems(bounds: Bounds, fractions: Sequence[float]) -> Iterator[Problem]:
    known = not any(math.isnan(bound) for bound in (*bounds.upper, *bounds.lower))
    counts = len(bounds.lower) in (0, len(bounds.upper) - 1)
    if not known or not counts or len(bounds.upper) != len(fractions):
        because = "give an efficacy bound for each look, and futility bounds for all but the last"
        yield Problem("bounds", f"{bounds} given; {because}")


def stopping(
    fractions: Sequence[float],
    bounds: Bounds,
    sided: int,
    drift: float,
    heed_futility: bool = True,
) -> Characteristics:
    """The same without a note of how it was made: for searches, which ask many times."""
    walk = start()
    rows: list[tuple[float, float, float]] = []
    for look, region in enumerate(regions(bounds, sided, heed_futility)):
        time, upper = fractions[look], bounds.upper[look]
        good = above(walk, time, upper, drift)
        harm = below(walk, time, -upper, drift) if sided == 2 else 0.0
        if look + 1 == len(fractions):
            rows.append((good, harm, max(0.0, walk.going - good - harm)))
            break
        lower = region[-1][0]
        futile = below(walk, time, lower, drift) if sided == 1 else 0.0
        if sided == 2 and len(region) == 2:
            futile = inside(walk, time, ((-lower, lower),), drift)
        rows.append((good, harm, futile))
        walk = advance(walk, time, region, fractions[look + 1], drift)
    efficacy, wrong, futility = (tuple(column) for column in zip(*rows, strict=True))
    return Characteristics(
        drift=drift,
        fractions=tuple(fractions),
        efficacy=efficacy,
        harm=wrong,
        futility=futility,
    )


def drift_for_beta(rules: Rules) -> float:
    """The drift under which beta is used up as the last futility and efficacy bounds meet.

    Beta is the probability of ending with nothing shown on either side.
    """
    assert rules.beta is not None
    beta = rules.beta

    def excess(drift: float) -> float:
        try:
            bounds = bounds_for(rules, drift)
        except BadDesign:  # so large an effect that no trial without effect goes on
            return -beta
        found = stopping(rules.times, bounds, rules.sided, drift)
        return math.fsum(found.futility) - beta

    bounds_for(rules, 0.0)  # what fails without any effect fails with every effect
    high = 4 * fixed_drift(rules.alpha, 1 - beta, rules.sided) + 1
    while excess(high) > 0 and high < LARGEST:
        high *= 2
    if excess(0.0) < 0 or excess(high) > 0:
        raise refused("futility", f"no size brings the chance of missing the effect to {beta:g}")
    drift = float(brentq(excess, 0.0, high, xtol=1e-13, rtol=1e-15))
    if abs(excess(drift)) > 1e-8:
        raise refused("futility", "no size spends just this beta; spend it later, or drop looks")
    return drift


def fixed_drift(alpha: float, power: float, sided: int, both_sides: bool = False) -> float:
    """The drift a test without interim looks needs: z(alpha/sided) + z(beta).

    With `both_sides`, significance on the wrong side counts as power too (two-sided tests only).
    """
    critical = -ndtri(alpha / sided)
    nearly = float(critical + ndtri(power))
    if not both_sides or sided == 1:
        return nearly

    def excess(drift: float) -> float:
        return float(ndtr(drift - critical) + ndtr(-drift - critical)) - power

    return float(brentq(excess, 0.0, nearly + 1.0, xtol=1e-14))


def drift_for_power(
    fractions: Sequence[float], bounds: Bounds, sided: int, power: float, both_sides: bool = False
) -> float:
    """The drift under which given bounds reach `power`."""

    def excess(drift: float) -> float:
        found = stopping(fractions, bounds, sided, drift)
        return (found.significant if both_sides else found.power) - power

    if excess(0.0) > 0 or excess(LARGEST) < 0:
        raise refused("power", f"no effect gives these bounds a power of {power:g}")
    return float(brentq(excess, 0.0, LARGEST, xtol=1e-13, rtol=1e-15))
