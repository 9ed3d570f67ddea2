"""Power, simulated again with what has happened so far: whole trials in each of many worlds.

In a world the participants who came have their days of entry, those to come have the world's; the
pooled hazard and the loss are the world's, and the hazard is split over the arms in the assumed
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

from equipoise.design.forecasting.plan import Forecasting
from equipoise.design.forecasting.scheme import Simulation
from equipoise.design.forecasting.so_far import Progress
from equipoise.design.forecasting.split import split
from equipoise.design.forecasting.worlds import Worlds
from equipoise.design.kernel.laws import Piecewise
from equipoise.design.kernel.scenario import LONGEST, Accrual, Arm, Look, Scenario
from equipoise.design.problems import Problem

if TYPE_CHECKING:
    from equipoise.design.kernel.result import Details

__all__ = ["Again", "again", "scenario_in", "simulation_problems"]

MOST_TRIALS = 2_000_000  # of all worlds together: about a minute of one processor
HIGHEST = 100.0  # a bound beyond it is never crossed
EFFICACY = 2  # the kernel's word for a bound crossed, in the decisions of its details
Real = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """Power in the worlds: mean, low and high, and the Monte-Carlo error of the mean.

    The interval is of the power that differs from world to world: what the few trials of each
    add to the spread is taken off. `stops` has the chance to stop at each planned look, `events`
    the mean number at the end; in `endless` of the worlds the trial never fills: no power.
    """

    power: tuple[float, float, float]
    error: float
    stops: tuple[float, ...]
    events: float
    endless: int
    simulation: Simulation


def simulation_problems(plan: Forecasting, asked: Simulation, draws: int) -> Iterator[Problem]:
    """What keeps power from being simulated again."""
    if not 2 <= asked.worlds <= draws:
        remedy = f"Give 2 to {draws}, the draws of the forecast."
        yield Problem("worlds", "no such number of worlds", asked.worlds, remedy)
    if not 2 <= asked.trials <= 1_000_000:
        remedy = "Give 2 to 1000000 trials for each world."
        yield Problem("trials", "no such number of trials", asked.trials, remedy)
    elif asked.worlds * asked.trials > MOST_TRIALS:
        remedy = f"Give worlds and trials whose product is at most {MOST_TRIALS}."
        yield Problem("trials", "so many trials take too long", asked.trials, remedy)
    if plan.participants < 2:
        yield Problem("participants", "two arms need two", plan.participants, "Give 2 or more.")
    if plan.follow_up > LONGEST:
        yield Problem("follow_up", "it is longer than a century", plan.follow_up, "Give less.")


def again(
    progress: Progress,
    plan: Forecasting,
    worlds: Worlds,
    asked: Simulation,
    seed: int,
    levels: tuple[float, float],
) -> Again:
    """Simulate whole trials in the first worlds. Trial numbers never repeat between worlds."""
    # numba takes most of a second to load: only whoever simulates waits for it.
    from equipoise.design.kernel.simulate import simulate

    stops = np.zeros((asked.worlds, len(plan.looks) + 1))
    events: list[float] = []
    for world in range(asked.worlds):
        scenario = scenario_in(progress, plan, worlds, asked, world)
        if scenario is None:
            continue
        first = world * asked.trials
        found = simulate(scenario, asked.trials, seed, first, details=True, every_look=True)
        assert found.details is not None
        each = _stops(scenario, found.details)
        stops[world, : len(each) - 1], stops[world, -1] = each[:-1], each[-1]
        events.append(float(found.details.events[:, -1].mean()))
    powers = stops.sum(axis=1)
    return Again(
        power=_spread(powers, asked.trials, levels),
        error=float(powers.std(ddof=1) / math.sqrt(len(powers))),
        stops=tuple(float(chance) for chance in stops[:, :-1].mean(axis=0)),
        events=float(np.mean(events)) if events else 0.0,
        endless=asked.worlds - len(events),
        simulation=asked,
    )


def scenario_in(
    progress: Progress, plan: Forecasting, worlds: Worlds, asked: Simulation, world: int
) -> Scenario | None:
    """The whole trial in one world, from the day of the first entry; None if it never fills."""
    days = _entry_days(progress, worlds.entries[world])
    after = round(plan.follow_up)
    if not days or days[-1] + after > LONGEST:
        return None
    law = Piecewise(rates=tuple(worlds.hazard[world].tolist()), starts=worlds.starts)
    control, experimental = split(law, plan.hazard_ratio, plan.ratio)
    loss = float(worlds.loss[world])
    gone = Piecewise(rates=(loss,)) if loss else None
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


def _entry_days(progress: Progress, to_come: Real) -> list[int]:
    """The study day of every entry, the first of them on day 1; empty when some never come."""
    if not np.all(to_come <= LONGEST):
        return []
    ahead = [progress.on.toordinal() + max(1, math.ceil(day)) for day in to_come]
    known = [day.toordinal() for day in progress.randomised]
    days = [*known, *ahead]
    return [day - days[0] + 1 for day in days]


def _accrual(days: Sequence[int]) -> Accrual:
    """Entries on exactly these days: each day's entries at an even rate, and none between."""
    rates, starts, end = [], [], 0
    for day, same in groupby(days):
        if day - 1 > end:
            rates.append(0.0)
            starts.append(float(end))
        rates.append(float(len(list(same))))
        starts.append(float(day - 1))
        end = day
    return Accrual(rates=tuple(rates), starts=tuple(starts), spacing="even")


def _looks(plan: Forecasting, subjects: int, after: int) -> Iterator[Look]:
    """The planned looks that can come, then the last one."""
    for look in plan.looks:
        if look.events <= subjects:
            yield Look(events=look.events, efficacy=min(look.bound, HIGHEST))
    last = plan.last_bound
    bound = float(-ndtri(plan.alpha / plan.sided)) if last is None else last
    yield Look(after_last_entry=after, efficacy=min(bound, HIGHEST))


def _stops(scenario: Scenario, seen: "Details") -> Real:
    """At each look, the share of the trials that stop there for efficacy.

    A look whose events have not come by the last analysis is not taken.
    """
    wanted = np.array([look.events or 0 for look in scenario.looks])
    crossed = (seen.decision == EFFICACY) & (seen.events >= wanted)
    first = crossed & (np.cumsum(crossed, axis=1) == 1)
    return np.asarray(first.mean(axis=0), dtype=np.float64)


def _spread(powers: Real, trials: int, levels: tuple[float, float]) -> tuple[float, float, float]:
    """Mean and interval of the power itself, drawn in by what the trials alone would spread."""
    mean, seen = float(powers.mean()), float(powers.var(ddof=1))
    noise = float(np.mean(powers * (1 - powers))) / (trials - 1)
    keep = math.sqrt(max(0.0, 1 - noise / seen)) if seen > 0 else 0.0
    low, high = np.quantile(mean + keep * (powers - mean), levels)
    return mean, float(low), float(high)
