"""When participants will come: each hospital at its own rate, the rates alike but not the same.

Hospital i randomises as a Poisson stream with rate lambda_i, and the rates come from one gamma law
(Anisimov and Fedorov, Statistics in Medicine 2007;26:4958). Its mean and shape are not known
either: they are averaged over, on a grid, by how well they explain the counts so far.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from equipoise.design.forecasting.so_far import Progress

__all__ = ["Rates", "entry_days", "rates"]

Real = NDArray[np.float64]
SHAPES = np.geomspace(0.1, 100, 40)
SPREAD = 1.5  # of the logarithm of the mean rate around the planned one, beforehand


@dataclass(frozen=True, slots=True)
class Rates:
    """For each draw and hospital, entries a day; and the day, from the cut, each is open from."""

    daily: Real
    opens_in: Real


def rates(
    progress: Progress,
    planned_daily: float,
    draws: int,
    chance: np.random.Generator,
    recent_days: int | None = None,
) -> Rates:
    """Draws of every hospital's rate, given its entries and the days it has been open.

    `planned_daily` is what was planned for all hospitals together; it weighs little once entries
    come. With `recent_days`, older entries do not count: for a trial still gathering speed.
    """
    window = np.inf if recent_days is None else float(recent_days)
    open_days = np.array([(progress.on - site.opens).days + 1.0 for site in progress.sites])
    days = np.clip(open_days, 0.0, window)
    since = np.where(days > 0, days, 0.0)
    counts = np.array(
        [
            sum((progress.on - day).days < limit for day in site.randomised)
            for site, limit in zip(progress.sites, since, strict=True)
        ],
        dtype=float,
    )
    shape, mean = _laws(counts, days, planned_daily / len(counts), draws, chance)
    scale = shape / mean
    daily = chance.gamma(shape[:, None] + counts, 1 / (scale[:, None] + days))
    return Rates(daily=daily, opens_in=np.maximum(0.0, -open_days + 1.0))


def _laws(
    counts: Real, days: Real, planned: float, draws: int, chance: np.random.Generator
) -> tuple[Real, Real]:
    """Draws of the gamma law's shape and mean from their posterior on a grid."""
    total = days.sum()
    around = (counts.sum() + 0.5) / total if total > 0 else planned
    means = np.geomspace(min(around, planned) / 30, max(around, planned) * 30, 120)
    shape, mean = np.meshgrid(SHAPES, means, indexing="ij")
    rate = shape / mean
    fit = np.zeros_like(shape)
    for count, exposure in zip(counts, days, strict=True):
        fit += gammaln(shape + count) - gammaln(shape) + shape * np.log(rate)
        fit -= (shape + count) * np.log(rate + exposure)
    # Beforehand: the shape anywhere from very unequal to nearly alike, the mean near the plan.
    fit += np.log(shape) - 2 * np.log1p(shape)
    fit -= 0.5 * (np.log(mean / planned) / SPREAD) ** 2
    weight = np.exp(fit - fit.max()).ravel()
    chosen = chance.choice(weight.size, size=draws, p=weight / weight.sum())
    return shape.ravel()[chosen], mean.ravel()[chosen]


def entry_days(found: Rates, wanted: int, chance: np.random.Generator) -> Real:
    """For each draw, the days after the cut of the next `wanted` entries, in order."""
    draws = found.daily.shape[0]
    if wanted == 0:
        return np.empty((draws, 0))
    due = np.cumsum(chance.exponential(size=(draws, wanted)), axis=1)
    knots = np.unique(np.append(found.opens_in, 0.0))
    days = np.full((draws, wanted), np.inf)
    passed = np.zeros(draws)
    for k, knot in enumerate(knots):
        speed = found.daily[:, found.opens_in <= knot].sum(axis=1)
        length = knots[k + 1] - knot if k + 1 < len(knots) else np.inf
        with np.errstate(invalid="ignore"):
            gained = np.where(speed > 0, speed * length, 0.0)
        here = np.isinf(days) & (due <= (passed + gained)[:, None]) & (speed > 0)[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            reached = knot + (due - passed[:, None]) / speed[:, None]
        days = np.where(here, reached, days)
        passed = passed + gained
    return days
