"""When the events will come: one hazard for all arms together, constant between given days.

Each piece of the hazard has a gamma posterior: the events and the days at risk of everyone, with a
prior that is worth few events and stands at the hazard that the design expects. Loss from
follow-up has a constant rate of the same kind.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from equipoise.design.forecasting.so_far import Progress

__all__ = ["event_days", "hazards", "joined", "loss_rates"]

Real = NDArray[np.float64]
LEAST = 10  # events without which a piece of the hazard does not stand on its own


def joined(progress: Progress, starts: Sequence[float]) -> tuple[float, ...]:
    """The pieces that have events enough; a later piece with fewer goes with the one before it."""
    days, events = _at_risk(progress)
    kept, end = [float(starts[0])], np.inf
    for start in reversed([float(start) for start in starts[1:]]):
        if np.sum(events & (days >= start) & (days < end)) >= LEAST:
            kept.insert(1, start)
            end = start
    return tuple(kept)


def hazards(
    progress: Progress,
    starts: Sequence[float],
    expected_daily: float,
    prior_events: float,
    draws: int,
    chance: np.random.Generator,
) -> Real:
    """For each draw and piece, the daily hazard of the event."""
    days, events = _at_risk(progress)
    begins = np.asarray(starts, dtype=float)
    width = np.diff(np.append(begins, np.inf))
    at_risk = np.clip(days[:, None] - begins, 0.0, width).sum(axis=0)
    piece = np.searchsorted(begins, days, side="right") - 1
    seen = np.bincount(piece[events], minlength=len(begins)).astype(float)
    prior_days = prior_events / expected_daily
    return chance.gamma(seen + prior_events, 1 / (at_risk + prior_days), (draws, len(begins)))


def loss_rates(
    progress: Progress, expected_daily: float, draws: int, chance: np.random.Generator
) -> Real:
    """For each draw, the daily rate at which participants are lost; 0 when none ever is."""
    days, _ = _at_risk(progress)
    lost = sum(person.left for person in progress.followed)
    if lost == 0 and expected_daily == 0:
        return np.zeros(draws)
    worth = 1.0 if expected_daily > 0 else 0.0
    prior_days = worth / expected_daily if expected_daily > 0 else 0.0
    return chance.gamma(lost + worth, 1 / (days.sum() + prior_days), draws)


def event_days(
    progress: Progress,
    entries: Real,
    hazard: Real,
    starts: Sequence[float],
    loss: Real,
    chance: np.random.Generator,
) -> Real:
    """For each draw, the days after the cut of all events to come, in order; infinite: never seen.

    Those who are followed go on from the last day they were known; an event that falls between
    that day and the cut is learnt of on the day of the cut.
    """
    going = [person for person in progress.followed if not (person.event or person.left)]
    at = np.array([(person.until - person.entered).days for person in going], dtype=float)
    since = np.array([(person.entered - progress.on).days for person in going], dtype=float)
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


def _at_risk(progress: Progress) -> tuple[Real, NDArray[np.bool_]]:
    days = [(person.until - person.entered).days + 0.5 for person in progress.followed]
    events = [person.event for person in progress.followed]
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
