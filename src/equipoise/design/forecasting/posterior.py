"""The rest of the trial, drawn many times: who comes when, how fast events come, who is lost.

A posterior draw is one draw of all that is not known yet, given what has been observed.

Entries: each hospital randomises as a Poisson stream at its own rate, and the rates come from one
gamma law (Anisimov and Fedorov, Statistics in Medicine 2007;26:4958). Its mean and shape are not
known either: they are averaged over, on a grid, by how well they explain the counts so far.

Events: one hazard for all arms together, constant between given days. Each piece has a gamma
posterior: the events and the days at risk of everyone, with a prior that is worth few events and
stands at the hazard that the design expects. Loss from follow-up has a constant rate of the same
kind.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from equipoise.design.forecasting.observed import Observed
from equipoise.design.forecasting.plan import Forecasting

__all__ = ["FARTHEST", "Draws", "joined", "posterior_draws"]

Real = NDArray[np.float64]
FARTHEST = 36_525  # days; what comes later is never
SHAPES = np.geomspace(0.1, 100, 40)
SPREAD = 1.5  # of the logarithm of the mean rate around the planned one, beforehand
LEAST = 10  # events without which a piece of the hazard does not stand on its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """A row for each draw. Days are counted from the day of the forecast, 0.

    `daily` has each hospital's entries a day, `entries` the days of the entries to come and
    `events` those of the events to come, in order; `hazard` is the pooled daily hazard from each
    of `starts` (days since entry), `loss` the daily rate of loss; `last_entry` may lie behind.
    """

    daily: Real
    entries: Real
    starts: tuple[float, ...]
    hazard: Real
    loss: Real
    events: Real
    last_entry: Real


def posterior_draws(observed: Observed, plan: Forecasting, draws: int, seed: int) -> Draws:
    """So many draws; the same seed gives the same ones."""
    chance = np.random.Generator(np.random.Philox(key=[seed, 0]))
    found = rates(observed, plan.planned_daily, draws, chance, plan.recent_days)
    entries = entry_days(found, max(0, plan.participants - len(observed.randomised)), chance)
    starts = joined(observed, plan.starts)
    hazard = hazards(observed, starts, plan.event_daily, plan.prior_events, draws, chance)
    loss = loss_rates(observed, plan.loss_daily, draws, chance)
    return Draws(
        daily=found.daily,
        entries=entries,
        starts=starts,
        hazard=hazard,
        loss=loss,
        events=event_days(observed, entries, hazard, starts, loss, chance),
        last_entry=_last_entry(observed, entries),
    )


def _last_entry(observed: Observed, entries: Real) -> Real:
    if entries.shape[1]:
        return entries[:, -1]
    last = observed.randomised[-1] if observed.randomised else observed.on
    return np.full(entries.shape[0], float((last - observed.on).days))


@dataclass(frozen=True, slots=True)
class Rates:
    """For each draw and hospital, entries a day; and the day, from the cut, each is open from."""

    daily: Real
    opens_in: Real


def rates(
    observed: Observed,
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
    open_days = np.array([(observed.on - site.opens).days + 1.0 for site in observed.sites])
    days = np.clip(open_days, 0.0, window)
    since = np.where(days > 0, days, 0.0)
    counts = np.array(
        [
            sum((observed.on - day).days < limit for day in site.randomised)
            for site, limit in zip(observed.sites, since, strict=True)
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


def joined(observed: Observed, starts: Sequence[float]) -> tuple[float, ...]:
    """The pieces that have events enough; a later piece with fewer goes with the one before it."""
    days, events = _at_risk(observed)
    kept, end = [float(starts[0])], np.inf
    for start in reversed([float(start) for start in starts[1:]]):
        if np.sum(events & (days >= start) & (days < end)) >= LEAST:
            kept.insert(1, start)
            end = start
    return tuple(kept)


def hazards(
    observed: Observed,
    starts: Sequence[float],
    expected_daily: float,
    prior_events: float,
    draws: int,
    chance: np.random.Generator,
) -> Real:
    """For each draw and piece, the daily hazard of the event."""
    days, events = _at_risk(observed)
    begins = np.asarray(starts, dtype=float)
    width = np.diff(np.append(begins, np.inf))
    at_risk = np.clip(days[:, None] - begins, 0.0, width).sum(axis=0)
    piece = np.searchsorted(begins, days, side="right") - 1
    counts = np.bincount(piece[events], minlength=len(begins)).astype(float)
    prior_days = prior_events / expected_daily
    return chance.gamma(counts + prior_events, 1 / (at_risk + prior_days), (draws, len(begins)))


def loss_rates(
    observed: Observed, expected_daily: float, draws: int, chance: np.random.Generator
) -> Real:
    """For each draw, the daily rate at which participants are lost; 0 when none ever is."""
    days, _ = _at_risk(observed)
    lost = sum(person.left for person in observed.followed)
    if lost == 0 and expected_daily == 0:
        return np.zeros(draws)
    worth = 1.0 if expected_daily > 0 else 0.0
    prior_days = worth / expected_daily if expected_daily > 0 else 0.0
    return chance.gamma(lost + worth, 1 / (days.sum() + prior_days), draws)


def event_days(
    observed: Observed,
    entries: Real,
    hazard: Real,
    starts: Sequence[float],
    loss: Real,
    chance: np.random.Generator,
) -> Real:
    """For each draw, the days after the cut of all events to come, in order; infinite: never.

    Those who are followed go on from the last day they were known; an event that falls between
    that day and the cut is learnt of on the day of the cut.
    """
    going = [person for person in observed.followed if not (person.event or person.left)]
    at = np.array([(person.until - person.entered).days for person in going], dtype=float)
    since = np.array([(person.entered - observed.on).days for person in going], dtype=float)
    draws = hazard.shape[0]
    entered = np.concatenate([np.broadcast_to(since, (draws, len(going))), entries], axis=1)
    lived = np.zeros_like(entered)
    lived[:, : len(going)] = at
    spent = _cumulative(hazard, starts, lived)
    died = _reached(hazard, starts, spent + chance.exponential(size=entered.shape))
    with np.errstate(divide="ignore"):
        left = lived + chance.exponential(size=entered.shape) / loss[:, None]
    with np.errstate(invalid="ignore"):
        day = np.where(died <= left, np.maximum(entered + died, 0.0), np.inf)
    return np.sort(np.where(np.isnan(day), np.inf, day), axis=1)


def _at_risk(observed: Observed) -> tuple[Real, NDArray[np.bool_]]:
    days = [(person.until - person.entered).days + 0.5 for person in observed.followed]
    events = [person.event for person in observed.followed]
    return np.array(days, dtype=float), np.array(events, dtype=bool)


def _cumulative(hazard: Real, starts: Sequence[float], days: Real) -> Real:
    total = np.zeros_like(days)
    for k, start in enumerate(starts):
        end = starts[k + 1] if k + 1 < len(starts) else np.inf
        total += hazard[:, k, None] * np.clip(days - start, 0.0, end - start)
    return total


def _reached(hazard: Real, starts: Sequence[float], wanted: Real) -> Real:
    """The days since entry by which the cumulative hazard is what is wanted."""
    days, passed = np.full_like(wanted, np.inf), np.zeros((hazard.shape[0], 1))
    for k, start in enumerate(starts):
        end = starts[k + 1] if k + 1 < len(starts) else np.inf
        rate = hazard[:, k, None]
        inside = np.isinf(days) & (wanted - passed <= rate * (end - start))
        days = np.where(inside, start + (wanted - passed) / rate, days)
        passed = passed + (rate * (end - start) if np.isfinite(end) else 0.0)
    return days
