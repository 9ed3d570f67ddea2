"""Half-way: what chance is left, given what has been seen.

Conditional power is the chance of ending with efficacy shown, given the statistic at an interim
look and an assumed effect: the effect designed for, none, or the trend so far. Predictive power
averages it over what the data (and a prior) say of the effect (Spiegelhalter, Freedman and
Blackburn 1986).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from equipoise.design.problems import Problem, measured, positive, refuse
from equipoise.design.results import Answer, Rows, figure, labelled, printed, remakeable
from equipoise.design.sequential.boundaries import Bounds, regions
from equipoise.design.sequential.plan import SequentialDesign
from equipoise.design.sequential.problems import look_problems
from equipoise.design.sequential.recursion import panels, start, stops


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionalPower(Answer):
    """The chance of success at the looks still to come, given the statistic so far."""

    look: int = figure("After look")
    z: float = figure("Z so far")
    drift: float = figure("Drift assumed (mean of Z at full information)")
    efficacy: tuple[float, ...] = figure("Shows efficacy, by look to come")
    harm: tuple[float, ...] = figure("Shows harm, by look to come")

    @property
    def power(self) -> float:
        """The chance that efficacy is shown at some look still to come."""
        return math.fsum(self.efficacy)

    @property
    def significant(self) -> float:
        """The same on either side of a two-sided test."""
        return math.fsum((*self.efficacy, *self.harm))

    def rows(self) -> Rows:
        """What was seen, what is assumed, and the chances."""
        return [*labelled(self), ("Conditional power", printed(self.power))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What was believed of the effect beforehand: normal, on the scale of the drift."""

    mean: float
    sd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictivePower(Answer):
    """The chance of success given the statistic so far, averaged over the effect."""

    look: int
    z: float
    prior: Prior | None
    power: float

    def rows(self) -> Rows:
        """What was seen, what was believed, and the chance."""
        believed = ["nothing"] if self.prior is None else printed((self.prior.mean, self.prior.sd))
        return [
            ("After look", printed(self.look)),
            ("Z so far", printed(self.z)),
            ("Believed beforehand of the drift: mean, standard deviation", believed),
            ("Predictive power", printed(self.power)),
        ]


def trend(design: SequentialDesign, look: int, z: float) -> float:
    """The drift that the data so far point at."""
    return z / math.sqrt(design.fractions[look - 1])


@remakeable
def conditional_power(
    design: SequentialDesign,
    look: int,
    z: float,
    drift: float | None = None,
    heed_futility: bool | None = None,
) -> ConditionalPower:
    """Conditional power after `look` (counted from 1) with statistic `z`.

    `drift` is the mean of Z at fraction 1 (default: the effect designed for; `trend` gives the
    one seen so far; 0 gives the conditional type I error). Futility bounds still to come are
    obeyed when they are binding, unless `heed_futility` says otherwise.
    """
    effect = () if drift is None else measured("drift", "the effect assumed", drift)
    refuse(interim_problems(design, look, z), effect)
    return _conditional(design, look, z, drift, heed_futility)


def _conditional(
    design: SequentialDesign, look: int, z: float, drift: float | None, heed_futility: bool | None
) -> ConditionalPower:
    heed = design.binding if heed_futility is None else heed_futility
    effect = design.drift if drift is None else drift
    time = design.fractions[look - 1]
    origin = start(time, z * math.sqrt(time))
    rest = Bounds(design.upper[look:], design.lower[look:])
    areas = regions(rest, design.sided, heed)
    pairs = stops(design.fractions[look:], areas, effect, origin)
    harm = tuple(under if design.sided == 2 else 0.0 for under, _ in pairs)
    return ConditionalPower(
        look=look, z=z, drift=effect, efficacy=tuple(over for _, over in pairs), harm=harm
    )


@remakeable
def predictive_power(
    design: SequentialDesign,
    look: int,
    z: float,
    prior: Prior | None = None,
    heed_futility: bool | None = None,
) -> PredictivePower:
    """Conditional power averaged over the effect, given the data so far (flat prior by default)."""
    refuse(interim_problems(design, look, z), () if prior is None else prior_problems(prior))
    reached = _predictive(design, look, z, prior, heed_futility)
    return PredictivePower(look=look, z=z, prior=prior, power=reached)


def _predictive(
    design: SequentialDesign, look: int, z: float, prior: Prior | None, heed_futility: bool | None
) -> float:
    time = design.fractions[look - 1]
    mean, precision = z / math.sqrt(time), time
    if prior is not None:
        believed = 1 / prior.sd**2
        precision = time + believed
        mean = (z * math.sqrt(time) + prior.mean * believed) / precision
    sd = 1 / math.sqrt(precision)
    width = min(sd, 1 / math.sqrt(design.fractions[-1] - time))
    effects, weights = panels(mean - 8.5 * sd, mean + 8.5 * sd, 3 * width)
    density = np.exp(-0.5 * ((effects - mean) / sd) ** 2) / (sd * math.sqrt(2 * math.pi))
    powers = [_conditional(design, look, z, float(d), heed_futility).power for d in effects]
    return float(np.sum(weights * density * np.array(powers)))


def prior_problems(prior: Prior) -> Iterator[Problem]:
    """Faults of what was believed beforehand."""
    if not isinstance(prior, Prior):
        yield Problem("prior", f"{prior!r} given; give a Prior(mean=..., sd=...)")
        return
    yield from measured("prior.mean", "the mean of the prior", prior.mean)
    yield from positive("prior.sd", "its standard deviation", prior.sd)


def interim_problems(design: SequentialDesign, look: int, z: float) -> Iterator[Problem]:
    """Faults of a question asked at an interim look."""
    count = len(design.fractions)
    of = f"a design of {count} looks has interim looks, which"
    yield from look_problems("look", look, count - 1, of)
    yield from measured("z", "the statistic", z)
