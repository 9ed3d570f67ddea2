"""How long participants live: piecewise-constant hazards, Weibull curves, and cured shares.

All rates are per unit of time; any unit will do as long as one trial uses one. A law checks nothing
when it is made: the design that uses it gathers its problems with all the others.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gamma, gammainc, gammaincc

from equipoise.design.problems import Problem, is_finite, not_negative, positive, refuse, share
from equipoise.design.quadrature import FloatArray


@dataclass(frozen=True, slots=True)
class Piecewise:
    """A hazard that is constant between `starts`: `rates[i]` holds from `starts[i]` on.

    One rate alone is the exponential law. A last rate of 0 leaves survivors who never die.
    """

    rates: tuple[float, ...]
    starts: tuple[float, ...] = (0.0,)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rates", floats(self.rates))
        object.__setattr__(self, "starts", floats(self.starts))

    def problems(self, place: str) -> Iterator[Problem]:
        """What is wrong with the hazard, each named by its place."""
        if not self.rates or len(self.rates) != len(self.starts):
            pair = (self.rates, self.starts)
            remedy = "Give one start for each rate, the first of them 0."
            yield Problem(place, "as many starts as rates are needed", pair, remedy)
        for number, rate in enumerate(self.rates):
            yield from not_negative(f"{place}.rates[{number}]", "a hazard", rate)
        if not self._starts_rise():
            remedy = "Give rising times, the first of them 0."
            yield Problem(f"{place}.starts", "the times do not rise from 0", self.starts, remedy)

    def _starts_rise(self) -> bool:
        if self.starts[:1] != (0.0,) or not all(map(is_finite, self.starts)):
            return False
        return all(a < b for a, b in zip(self.starts, self.starts[1:], strict=False))

    def hazard(self, times: ArrayLike) -> FloatArray:
        """The hazard at these times."""
        piece = np.searchsorted(self.starts, np.asarray(times, dtype=float), side="right") - 1
        return np.asarray(self.rates)[piece]

    def cumulative(self, times: ArrayLike) -> FloatArray:
        """The cumulative hazard at these times."""
        spent = np.asarray(times, dtype=float)[..., None] - np.asarray(self.starts)
        width = np.diff(np.append(self.starts, np.inf))
        return np.asarray(np.clip(spent, 0.0, width) @ np.asarray(self.rates))

    def survival(self, times: ArrayLike) -> FloatArray:
        """The share that lives beyond these times."""
        return np.asarray(np.exp(-self.cumulative(times)))

    def lived_between(self, times: ArrayLike, upto: float) -> FloatArray:
        """The mean time lived from each of these times up to another one."""
        starts, rates = np.asarray(self.starts), np.asarray(self.rates)
        begins = np.maximum(starts, np.asarray(times, dtype=float)[..., None])
        spent = np.maximum(np.minimum(np.append(starts[1:], np.inf), upto) - begins, 0.0)
        return np.asarray((self.survival(begins) * spent * mean_decay(rates * spent)).sum(axis=-1))

    def quantile(self, shares: ArrayLike) -> FloatArray:
        """The time by which these shares have died; infinite for a share that never dies."""
        wanted = -np.log1p(-np.asarray(shares, dtype=float))
        knots = self.cumulative(self.starts)
        piece = np.searchsorted(knots, wanted, side="right") - 1
        with np.errstate(divide="ignore", invalid="ignore"):
            more = (wanted - knots[piece]) / np.asarray(self.rates)[piece]
        reached = np.where(wanted == knots[piece], 0.0, more)
        return np.asarray(np.asarray(self.starts)[piece] + reached)

    def scaled(self, ratio: float) -> "Piecewise":
        """The hazard times this ratio, at all times."""
        return Piecewise(tuple(rate * ratio for rate in self.rates), self.starts)

    def with_ratios(self, ratios: Sequence[float], starts: Sequence[float]) -> "Piecewise":
        """The hazard times `ratios[i]` from `starts[i]` on: a delayed or a crossing effect."""
        effect = Piecewise(tuple(ratios), tuple(starts))
        refuse(effect.problems("ratios"), self.problems("control"))
        joined = tuple(sorted({*self.starts, *effect.starts}))
        return Piecewise(tuple(self.hazard(joined) * effect.hazard(joined)), joined)


@dataclass(frozen=True, slots=True)
class Weibull:
    """Survival exp(-(rate * t) ** shape), with rising hazard for a shape above 1."""

    rate: float
    shape: float

    def problems(self, place: str) -> Iterator[Problem]:
        """What is wrong with the law, each named by its place."""
        yield from positive(f"{place}.rate", "a Weibull rate", self.rate)
        if not is_finite(self.shape) or not 0.05 <= self.shape <= 50:
            remedy = "Give one such as 0.8 or 1.3."
            yield Problem(
                f"{place}.shape", "a Weibull shape lies from 0.05 to 50", self.shape, remedy
            )

    def hazard(self, times: ArrayLike) -> FloatArray:
        """The hazard at these times; infinite at 0 for a shape below 1."""
        scaled = self.rate * np.asarray(times, dtype=float)
        with np.errstate(divide="ignore"):
            return np.asarray(self.shape * self.rate * scaled ** (self.shape - 1))

    def cumulative(self, times: ArrayLike) -> FloatArray:
        """The cumulative hazard at these times."""
        with np.errstate(over="ignore"):
            return np.asarray((self.rate * np.asarray(times, dtype=float)) ** self.shape)

    def survival(self, times: ArrayLike) -> FloatArray:
        """The share that lives beyond these times."""
        return np.asarray(np.exp(-self.cumulative(times)))

    def lived_between(self, times: ArrayLike, upto: float) -> FloatArray:
        """The mean time lived from each of these times up to another one."""
        whole = gamma(1 / self.shape) / (self.rate * self.shape)
        order, early, late = 1 / self.shape, self.cumulative(times), self.cumulative(upto)
        soon = gammainc(order, late) - gammainc(order, early)
        tail = gammaincc(order, early) - gammaincc(order, late)
        return np.asarray(whole * np.where(early < 1, soon, tail))  # whichever cancels less

    def quantile(self, shares: ArrayLike) -> FloatArray:
        """The time by which these shares have died."""
        hazard = -np.log1p(-np.asarray(shares, dtype=float))
        return np.asarray(hazard ** (1 / self.shape) / self.rate)

    def scaled(self, ratio: float) -> "Weibull":
        """The law whose hazard is this ratio times as high at every time."""
        return Weibull(self.rate * ratio ** (1 / self.shape), self.shape)


@dataclass(frozen=True, slots=True)
class Cured:
    """A mixture: this share never dies of it, the others die by the law of the uncured."""

    share: float
    uncured: Piecewise | Weibull

    def problems(self, place: str) -> Iterator[Problem]:
        """What is wrong with the mixture, each named by its place."""
        if not is_finite(self.share) or not 0 <= self.share < 1:
            remedy = "Give 0 or a share below 1."
            yield Problem(f"{place}.share", "a cured share lies in [0, 1)", self.share, remedy)
        yield from self.uncured.problems(f"{place}.uncured")

    def hazard(self, times: ArrayLike) -> FloatArray:
        """The hazard of the mixture at these times: it falls as the uncured die out."""
        dying = (1 - self.share) * self.uncured.survival(times)
        return np.asarray(self.uncured.hazard(times) * dying / (self.share + dying))

    def survival(self, times: ArrayLike) -> FloatArray:
        """The share that lives beyond these times."""
        return np.asarray(self.share + (1 - self.share) * self.uncured.survival(times))

    def lived_between(self, times: ArrayLike, upto: float) -> FloatArray:
        """The mean time lived from each of these times up to another one."""
        never = self.share * (upto - np.asarray(times, dtype=float))
        return np.asarray(never + (1 - self.share) * self.uncured.lived_between(times, upto))


Law = Piecewise | Weibull | Cured


def exponential(rate: float) -> Piecewise:
    """A constant hazard."""
    return Piecewise((rate,))


def from_median(median: float) -> Piecewise:
    """The constant hazard with this median survival."""
    refuse(positive("median", "a median survival", median))
    return Piecewise((math.log(2) / median,))


def from_survival(surviving: float, at: float) -> Piecewise:
    """The constant hazard that leaves this share alive at this time."""
    refuse(share("surviving", "the surviving share", surviving), positive("at", "the time", at))
    return Piecewise((-math.log(surviving) / at,))


def dropout_of(lost: float, by: float) -> Piecewise:
    """The constant drop-out rate that would lose this share by this time if nobody died."""
    no_share = not is_finite(lost) or not 0 <= lost < 1
    wrong = [Problem("lost", "a lost share lies in [0, 1)", lost, "Give a share such as 0.05.")]
    refuse(wrong if no_share else (), positive("by", "the time", by))
    return Piecewise((-math.log1p(-lost) / by,))


def weibull_from_median(median: float, shape: float) -> Weibull:
    """The Weibull law with this median and shape."""
    refuse(positive("median", "a median survival", median), positive("shape", "a shape", shape))
    return Weibull(math.log(2) ** (1 / shape) / median, shape)


def bends(law: Law) -> tuple[float, ...]:
    """The times since entry between which the law's curves are smooth enough to integrate."""
    inner = law.uncured if isinstance(law, Cured) else law
    if isinstance(inner, Piecewise):
        return inner.starts
    return tuple(inner.quantile((1e-12, 1e-4, 0.01, 0.5, 0.99, 1 - 1e-16)).tolist())


def first_power(law: Law) -> float:
    """The power of time with which deaths begin: a Weibull law's shape, else 1."""
    inner = law.uncured if isinstance(law, Cured) else law
    return inner.shape if isinstance(inner, Weibull) else 1.0


def constant_ratio(control: Law, treatment: Law) -> float | None:
    """The hazard ratio of treatment to control when it is the same at all times, else None."""
    if isinstance(control, Weibull) and isinstance(treatment, Weibull):
        same = math.isclose(control.shape, treatment.shape, rel_tol=1e-12)
        return float((treatment.rate / control.rate) ** control.shape) if same else None
    if not (isinstance(control, Piecewise) and isinstance(treatment, Piecewise)):
        return None
    joined = sorted({*control.starts, *treatment.starts})
    below, above = control.hazard(joined), treatment.hazard(joined)
    if np.any((below == 0) != (above == 0)) or not np.any(below > 0):
        return None
    ratios = above[below > 0] / below[below > 0]
    return float(ratios[0]) if np.allclose(ratios, ratios[0], rtol=1e-9, atol=0) else None


def mean_decay(z: ArrayLike) -> FloatArray:
    """(1 - exp(-z)) / z, which is 1 at 0."""
    z = np.asarray(z, dtype=float)
    safe = np.where(z == 0, 1.0, z)
    return np.asarray(np.where(z == 0, 1.0, -np.expm1(-safe) / safe))


def floats(values: Sequence[float] | float) -> tuple[float, ...]:
    """The values as a tuple of plain floats; a single number is a tuple of one.

    What is no number stays as it is, for whoever checks the values to name it.
    """
    several = values if isinstance(values, Sequence | np.ndarray) else (values,)
    return tuple(float(value) if is_finite(value) else value for value in several)
