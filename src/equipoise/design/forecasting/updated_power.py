"""Power, simulated again with what has happened so far: whole trials in each posterior draw.

In it the participants who came have their days of entry, those to come have the draw's; the
pooled hazard and the loss are the draw's, and the hazard is split over the arms in the assumed
ratio. Events so far are drawn anew: who had them in which arm is not known here.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from equipoise.design.drawn import WORLDS
from equipoise.design.forecasting.observed import Observed
from equipoise.design.forecasting.plan import Forecasting
from equipoise.design.forecasting.posterior import Draws
from equipoise.design.kernel.laws import DailyPiecewise, split
from equipoise.design.kernel.scenario import (
    EFFICACY,
    LONGEST,
    Arm,
    DailyAccrual,
    Factor,
    Look,
    Scenario,
)
from equipoise.design.kernel.schemes import Scheme, Simple
from equipoise.design.own_scheme import own_scheme
from equipoise.design.predictability.population import population_of
from equipoise.design.problems import Problem
from equipoise.study.model import Study

if TYPE_CHECKING:
    from equipoise.design.kernel.result import Details

__all__ = [
    "Simulation",
    "UpdatedPower",
    "scenario_in",
    "simulation_of",
    "simulation_problems",
    "updated",
]

MOST_TRIALS = 2_000_000  # of all draws together: about a minute of one processor
HIGHEST = 100.0  # a bound beyond it is never crossed
Real = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """How power is simulated again: in how many draws, by how many trials in each, and the scheme.

    `otherwise` says where the scheme differs from the study's own.
    """

    scheme: Scheme = Simple()
    factors: tuple[Factor, ...] = ()
    posterior_draws: int = 200
    trials: int = 500
    otherwise: str = ""

    @property
    def size(self) -> str:
        """How much is simulated, in words."""
        return f"{self.posterior_draws:,} posterior draws with {self.trials:,} whole trials each"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatedPower:
    """Power over the draws: mean, low and high, and the Monte-Carlo error of the mean.

    The interval is of the power that differs from draw to draw: what the few trials of each
    add to the spread is taken off. `stops` has the chance to stop at each planned look, `events`
    the mean number at the end; in `endless` of the draws the trial never fills: no power.
    """

    power: tuple[float, float, float]
    error: float
    stops: tuple[float, ...]
    events: float
    endless: int
    simulation: Simulation


def simulation_of(
    study: Study, observed: Observed, ratio: float, posterior_draws: int = WORLDS, trials: int = 500
) -> Simulation:
    """The study's own scheme, its hospitals as common as their entries so far make them.

    Raises BadDesign where the study's factors cannot be read.
    """
    entries = [len(site.randomised) + 1.0 for site in observed.sites]
    own = own_scheme(study, ratio, {population_of(study).centre: entries})
    return Simulation(
        scheme=own.scheme,
        factors=own.factors,
        posterior_draws=posterior_draws,
        trials=trials,
        otherwise=own.otherwise,
    )


def simulation_problems(plan: Forecasting, asked: Simulation, draws: int) -> Iterator[Problem]:
    """What keeps power from being simulated again."""
    if not 2 <= asked.posterior_draws <= draws:
        remedy = f"Give 2 to {draws}, the draws of the forecast."
        yield Problem("worlds", "no such number of posterior draws", asked.posterior_draws, remedy)
    if not 2 <= asked.trials <= 1_000_000:
        remedy = "Give 2 to 1000000 trials for each draw."
        yield Problem("trials", "no such number of trials", asked.trials, remedy)
    elif asked.posterior_draws * asked.trials > MOST_TRIALS:
        remedy = f"Give draws and trials whose product is at most {MOST_TRIALS}."
        yield Problem("trials", "so many trials take too long", asked.trials, remedy)
    if plan.participants < 2:
        yield Problem("participants", "two arms need two", plan.participants, "Give 2 or more.")
    if plan.follow_up > LONGEST:
        yield Problem("follow_up", "it is longer than a century", plan.follow_up, "Give less.")


def updated(
    observed: Observed,
    plan: Forecasting,
    rest: Draws,
    asked: Simulation,
    seed: int,
    levels: tuple[float, float],
) -> UpdatedPower:
    """Simulate whole trials in the first draws. Trial numbers never repeat between them."""
    # numba takes most of a second to load: only whoever simulates waits for it.
    from equipoise.design.kernel.simulate import simulate

    stops = np.zeros((asked.posterior_draws, len(plan.looks) + 1))
    events: list[float] = []
    for draw in range(asked.posterior_draws):
        scenario = scenario_in(observed, plan, rest, asked, draw)
        if scenario is None:
            continue
        first = draw * asked.trials
        found = simulate(scenario, asked.trials, seed, first, details=True, every_look=True)
        assert found.details is not None
        each = _stops(scenario, found.details)
        stops[draw, : len(each) - 1], stops[draw, -1] = each[:-1], each[-1]
        events.append(float(found.details.events[:, -1].mean()))
    powers = stops.sum(axis=1)
    return UpdatedPower(
        power=_spread(powers, asked.trials, levels),
        error=float(powers.std(ddof=1) / math.sqrt(len(powers))),
        stops=tuple(float(chance) for chance in stops[:, :-1].mean(axis=0)),
        events=float(np.mean(events)) if events else 0.0,
        endless=asked.posterior_draws - len(events),
        simulation=asked,
    )


def scenario_in(
    observed: Observed, plan: Forecasting, rest: Draws, asked: Simulation, draw: int
) -> Scenario | None:
    """The whole trial in one draw, from the day of the first entry; None if it never fills."""
    days = _entry_days(observed, rest.entries[draw])
    after = round(plan.follow_up)
    if not days or days[-1] + after > LONGEST:
        return None
    law = DailyPiecewise(rates=tuple(rest.hazard[draw].tolist()), starts=rest.starts)
    control, experimental = split(law, plan.hazard_ratio, plan.ratio)
    loss = float(rest.loss[draw])
    gone = DailyPiecewise(rates=(loss,)) if loss else None
    return Scenario(
        subjects=len(days),
        accrual=_accrual(days),
        control=Arm(event=control, drop_out=gone),
        experimental=Arm(event=experimental, drop_out=gone),
        looks=tuple(_looks(plan, len(days), after)),
        scheme=asked.scheme,
        factors=asked.factors,
        hazard_ratio=None,
        two_sided=plan.sided == 2,
        last_day=max(days[-1] + after, 1),
    )


def _entry_days(observed: Observed, to_come: Real) -> list[int]:
    """The study day of every entry, the first of them on day 1; empty when some never come."""
    if not np.all(to_come <= LONGEST):
        return []
    ahead = [observed.on.toordinal() + max(1, math.ceil(day)) for day in to_come]
    known = [day.toordinal() for day in observed.randomised]
    days = [*known, *ahead]
    return [day - days[0] + 1 for day in days]


def _accrual(days: Sequence[int]) -> DailyAccrual:
    """Entries on exactly these days: each day's entries at an even rate, and none between."""
    rates, starts, end = [], [], 0
    for day, same in groupby(days):
        if day - 1 > end:
            rates.append(0.0)
            starts.append(float(end))
        rates.append(float(len(list(same))))
        starts.append(float(day - 1))
        end = day
    return DailyAccrual(rates=tuple(rates), starts=tuple(starts), spacing="even")


def _looks(plan: Forecasting, subjects: int, after: int) -> Iterator[Look]:
    """The planned looks that can come, then the last one."""
    for look in plan.looks:
        if look.events <= subjects:
            yield Look(events=look.events, efficacy=min(look.bound, HIGHEST))
    last = plan.last_bound
    bound = float(-ndtri(plan.alpha / plan.sided)) if last is None else last
    yield Look(after_last_entry=after, efficacy=min(bound, HIGHEST))


def _stops(scenario: Scenario, details: "Details") -> Real:
    """At each look, the share of the trials that stop there for efficacy.

    A look whose events have not come by the last analysis is not taken.
    """
    wanted = np.array([look.events or 0 for look in scenario.looks])
    crossed = (details.decision == EFFICACY) & (details.events >= wanted)
    first = crossed & (np.cumsum(crossed, axis=1) == 1)
    return np.asarray(first.mean(axis=0), dtype=np.float64)


def _spread(powers: Real, trials: int, levels: tuple[float, float]) -> tuple[float, float, float]:
    """Mean and interval of the power itself, drawn in by what the trials alone would spread."""
    mean, spread = float(powers.mean()), float(powers.var(ddof=1))
    noise = float(np.mean(powers * (1 - powers))) / (trials - 1)
    keep = math.sqrt(max(0.0, 1 - noise / spread)) if spread > 0 else 0.0
    low, high = np.quantile(mean + keep * (powers - mean), levels)
    return mean, float(low), float(high)
