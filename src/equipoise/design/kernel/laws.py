"""How long until an event: the laws of survival that a scenario can be made of.

A law answers one question, the probability of being free of the event after so many days. The
kernel tabulates that answer at whole days, so any law that can answer can be simulated, and no
law is faster or slower than another. Hazards are per day.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Curve = NDArray[np.float64]
_STEPS, _CLOSE = 60, 1e-13


class Law(Protocol):
    """A law of survival."""

    def survival(self, days: Curve) -> Curve:
        """The probability of no event by each of `days` after entry."""
        ...

    def problems(self) -> Iterator[str]:
        """Every reason why this is not a law, as sentences."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyPiecewise:
    """A hazard that is constant between given days: `rates[k]` from day `starts[k]` on."""

    rates: tuple[float, ...]
    starts: tuple[float, ...] = (0.0,)

    def survival(self, days: Curve) -> Curve:
        hazard = np.zeros_like(days)
        for rate, begin, end in zip(self.rates, self.starts, _ends(self.starts), strict=True):
            hazard += rate * np.clip(days - begin, 0.0, end - begin)
        return np.exp(-hazard)

    def problems(self) -> Iterator[str]:
        yield from step_problems("hazard", self.rates, self.starts)


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyWeibull:
    """S(t) = exp(-(t / scale) ** shape); `scale` in days."""

    scale: float
    shape: float

    def survival(self, days: Curve) -> Curve:
        return np.exp(-((days / self.scale) ** self.shape))

    def problems(self) -> Iterator[str]:
        for name, value in (("scale", self.scale), ("shape", self.shape)):
            if not (math.isfinite(value) and value > 0):
                yield f"the {name} of a Weibull law must be above zero, not {value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyCure:
    """A share `cured` never has the event; the others follow `uncured` (a mixture cure model)."""

    cured: float
    uncured: Law

    def survival(self, days: Curve) -> Curve:
        return self.cured + (1.0 - self.cured) * self.uncured.survival(days)

    def problems(self) -> Iterator[str]:
        if not 0 <= self.cured < 1:
            yield f"the share cured must be at least 0 and below 1, not {self.cured}"
        yield from self.uncured.problems()


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The hazard of `base` times `ratios[k]` from day `starts[k]` on.

    One ratio is proportional hazards; (1, 0.6) from (0, 180) a delayed effect; (0.6, 1.4) a
    crossing one.
    """

    base: Law
    ratios: tuple[float, ...]
    starts: tuple[float, ...] = (0.0,)

    def survival(self, days: Curve) -> Curve:
        hazard = np.zeros_like(days)
        for ratio, begin, end in zip(self.ratios, self.starts, _ends(self.starts), strict=True):
            until = self._base_hazard(np.clip(days, begin, end))
            hazard += ratio * (until - self._base_hazard(np.full_like(days, begin)))
        return np.exp(-hazard)

    def problems(self) -> Iterator[str]:
        yield from step_problems("hazard ratio", self.ratios, self.starts)
        yield from self.base.problems()

    def _base_hazard(self, days: Curve) -> Curve:
        # Past 1e-300 the curve is zero for every purpose; the floor keeps inf - inf out.
        return -np.log(np.maximum(self.base.survival(days), 1e-300))


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlBehind:
    """The control arm's law when a `share` of all are experimental, at `hazard_ratio` times it.

    Those in the better arm live longer, so that they are more and more among the survivors, and the
    pooled hazard falls slowly even where both arms' hazards stand still. This asks it the other way
    round: which control law makes the mixture the pooled law exactly, on every day?
    With x the control arm's cumulative hazard, (1 - share) exp(-x) + share exp(-hazard_ratio x) is
    the pooled survival.
    """

    pooled: Law
    hazard_ratio: float
    share: float

    def survival(self, days: Curve) -> Curve:
        # Past 1e-300 the curve is zero for every purpose.
        wanted = -np.log(np.maximum(self.pooled.survival(days), 1e-300))
        return np.exp(-self._control(wanted))

    def problems(self) -> Iterator[str]:
        if not 0 < self.share < 1:
            yield f"a share of the experimental arm lies between 0 and 1, not {self.share}"
        if not 0 < self.hazard_ratio < np.inf:
            yield f"a hazard ratio must be above zero, not {self.hazard_ratio}"
        yield from self.pooled.problems()

    def _control(self, wanted: Curve) -> Curve:
        """Newton's steps from below, which never pass the root: the logarithm is convex in x."""
        x = wanted / (1 - self.share + self.share * self.hazard_ratio)
        for _ in range(_STEPS):
            control = np.log1p(-self.share) - x
            treated = np.log(self.share) - self.hazard_ratio * x
            mixed = np.logaddexp(control, treated)
            among = np.exp(treated - mixed)  # the experimental arm's share of the survivors
            step = (mixed + wanted) / (1 - among + among * self.hazard_ratio)
            x = x + step
            if np.all(np.abs(step) <= _CLOSE * (1 + x)):
                break
        return np.asarray(x, dtype=np.float64)


def daily_exponential(median_days: float) -> DailyPiecewise:
    """The law of constant hazard with this median."""
    rate = math.log(2.0) / median_days if median_days > 0 else math.nan
    return DailyPiecewise(rates=(rate,))


def split(pooled: Law, hazard_ratio: float, ratio: float) -> tuple[Law, Law]:
    """The laws of the control and the experimental arm; `ratio` is experimental to control."""
    control = ControlBehind(
        pooled=pooled, hazard_ratio=hazard_ratio, share=float(ratio / (1 + ratio))
    )
    return control, Changed(base=control, ratios=(hazard_ratio,))


def step_problems(name: str, values: tuple[float, ...], starts: tuple[float, ...]) -> Iterator[str]:
    """What is wrong with a step function given as values and the days they start on."""
    if not values or len(values) != len(starts):
        yield f"{len(values)} values of the {name} need as many starting days, not {len(starts)}"
    if starts and starts[0] != 0:
        yield f"the first {name} must start on day 0, not {starts[0]}"
    if not all(math.isfinite(start) for start in starts):
        yield f"the starting days of the {name} must be numbers, not {starts}"
    elif any(late <= early for early, late in zip(starts, starts[1:], strict=False)):
        yield f"the starting days of the {name} must rise, not {starts}"
    for value in values:
        if not (math.isfinite(value) and value >= 0):
            yield f"a {name} must be a number of at least zero, not {value}"


def _ends(starts: tuple[float, ...]) -> tuple[float, ...]:
    return (*starts[1:], math.inf)
