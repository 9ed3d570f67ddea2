"""When the last participant and the last event will come, with what chance of an answer then.

From the trial's own entries (a Poisson-gamma model by hospital) and its pooled follow-up (a gamma
posterior of the hazard of all arms together). Arms are never looked at: a forecast that knew them
would tell what only the monitoring board may know.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.design.answer.sheet import Part, Sheet
from equipoise.design.effect import SCHOENFELD, chance_to_reject, drift
from equipoise.design.forecasting import tables
from equipoise.design.forecasting.again import Again, again, simulation_problems
from equipoise.design.forecasting.dates import Chance, Fan, When, chances, fan, whens
from equipoise.design.forecasting.plan import MONTH, Forecasting, plan_of
from equipoise.design.forecasting.scheme import Simulation
from equipoise.design.forecasting.so_far import Progress
from equipoise.design.forecasting.worlds import Worlds, worlds_of
from equipoise.design.problems import Problem, refuse, share
from equipoise.design.results import remakeable

__all__ = ["Fan", "Forecast", "Forecasting", "When", "forecast", "plan_of"]

Real = NDArray[np.float64]
Levels = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Forecast(Sheet):
    """What is still to come.

    `sites` has each hospital's entries a month (mean, low, high); `at_analysis` the events by the
    planned analysis and `power` the chance of an answer then by Schoenfeld's formula, each as
    mean, low and high; `again` is power from whole simulated trials, None when left out.
    """

    progress: Progress
    plan: Forecasting
    level: float
    draws: int
    seed: int
    whens: tuple[When, ...]
    chances: tuple[Chance, ...]
    sites: tuple[tuple[str, int, float, float, float], ...]
    fan: tuple[Fan, ...]
    at_analysis: tuple[float, float, float]
    power: tuple[float, float, float]
    again: Again | None

    @property
    def title(self) -> str:
        return f"Forecast on {self.progress.on}, from {len(self.progress.randomised)} randomised"

    def parts(self) -> tuple[Part, ...]:
        return tuple(tables.parts(self))


@remakeable
def forecast(
    progress: Progress,
    plan: Forecasting,
    draws: int = 4000,
    seed: int = 7,
    level: float = 0.9,
    simulation: Simulation | None = None,
) -> Forecast:
    """Draw the rest of the trial many times; with `simulation`, simulate its power again.

    Raises BadDesign with all that is wrong.
    """
    refuse(
        progress.problems(),
        plan.problems(),
        share("level", "the level of the intervals", level),
        _draw_problems(draws, seed),
        simulation_problems(plan, simulation, draws) if simulation else (),
    )
    worlds, levels = worlds_of(progress, plan, draws, seed), ((1 - level) / 2, (1 + level) / 2)
    analysis = worlds.last_entry + plan.follow_up
    seen = progress.events + (worlds.events <= analysis[:, None]).sum(axis=1)
    return Forecast(
        progress=progress,
        plan=plan,
        level=level,
        draws=draws,
        seed=seed,
        whens=tuple(whens(progress, plan, worlds, levels)),
        chances=tuple(chances(progress, plan, worlds)),
        sites=tuple(_sites(progress, worlds, levels)),
        fan=tuple(fan(progress, worlds, levels)),
        at_analysis=_three(seen.astype(float), levels),
        power=_three(_powers(plan, seen), levels),
        again=again(progress, plan, worlds, simulation, seed, levels) if simulation else None,
    )


def _draw_problems(draws: int, seed: int) -> Iterator[Problem]:
    if not 100 <= draws <= 1_000_000:
        yield Problem("draws", "no such number of draws", draws, "Give 100 to 1000000.")
    if not 0 <= seed < 2**63:
        yield Problem("seed", "no such seed", seed, "Give a whole number from 0.")


def _sites(
    progress: Progress, worlds: Worlds, levels: Levels
) -> Iterator[tuple[str, int, float, float, float]]:
    for site, rate in zip(progress.sites, MONTH * worlds.daily.T, strict=True):
        yield (site.name, len(site.randomised), *_three(rate, levels))


def _powers(plan: Forecasting, events: NDArray[np.int64]) -> Real:
    """The power of the test at each number of events, if the effect is the one assumed."""
    rise = drift(plan.hazard_ratio, plan.ratio, SCHOENFELD)
    known = {
        count: chance_to_reject(math.sqrt(count) * rise, plan.alpha, plan.sided)
        for count in {int(event) for event in events}
    }
    return np.array([known[int(event)] for event in events])


def _three(values: Real, levels: Levels) -> tuple[float, float, float]:
    """Mean, low and high."""
    low, high = np.quantile(values, levels)
    return float(values.mean()), float(low), float(high)
