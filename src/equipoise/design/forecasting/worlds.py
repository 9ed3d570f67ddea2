"""The rest of the trial, drawn many times: who comes when, how fast events come, who is lost.

A world is one draw of all that is not known yet, given what has been seen so far.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.design.forecasting.deaths import event_days, hazards, joined, loss_rates
from equipoise.design.forecasting.entries import entry_days, rates
from equipoise.design.forecasting.plan import Forecasting
from equipoise.design.forecasting.so_far import Progress

__all__ = ["FARTHEST", "Worlds", "worlds_of"]

FARTHEST = 36_525  # days; what comes later is never
Real = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worlds:
    """A row for each world. Days are counted from the day of the forecast, 0.

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


def worlds_of(progress: Progress, plan: Forecasting, draws: int, seed: int) -> Worlds:
    """So many worlds; the same seed gives the same ones."""
    chance = np.random.Generator(np.random.Philox(key=[seed, 0]))
    found = rates(progress, plan.planned_daily, draws, chance, plan.recent_days)
    entries = entry_days(found, max(0, plan.participants - len(progress.randomised)), chance)
    starts = joined(progress, plan.starts)
    hazard = hazards(progress, starts, plan.event_daily, plan.prior_events, draws, chance)
    loss = loss_rates(progress, plan.loss_daily, draws, chance)
    return Worlds(
        daily=found.daily,
        entries=entries,
        starts=starts,
        hazard=hazard,
        loss=loss,
        events=event_days(progress, entries, hazard, starts, loss, chance),
        last_entry=_last_entry(progress, entries),
    )


def _last_entry(progress: Progress, entries: Real) -> Real:
    if entries.shape[1]:
        return entries[:, -1]
    last = progress.randomised[-1] if progress.randomised else progress.on
    return np.full(entries.shape[0], float((last - progress.on).days))
