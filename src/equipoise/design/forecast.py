"""When the last participant and the last event will come, with what chance of an answer then.

From the trial's own entries (a Poisson-gamma model by hospital) and its pooled follow-up (a gamma
rest of the hazard of all arms together). Arms are never looked at: a forecast that knew them
would tell what only the monitoring board may know.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from equipoise.design.answer.sheet import Part, Sheet, number, percent
from equipoise.design.effect import signal
from equipoise.design.forecasting.dates import WITHIN, Chance, Fan, When, chances, fan, whens
from equipoise.design.forecasting.observed import Observed
from equipoise.design.forecasting.plan import Forecasting, plan_of
from equipoise.design.forecasting.posterior import Draws, posterior_draws
from equipoise.design.forecasting.updated_power import (
    Simulation,
    UpdatedPower,
    simulation_problems,
    updated,
)
from equipoise.design.problems import Problem, refuse, share
from equipoise.design.results import remakeable
from equipoise.design.two_arms import TwoArmTest
from equipoise.logic.days import DAYS_PER_MONTH

__all__ = ["Fan", "Forecast", "Forecasting", "When", "forecast", "plan_of"]

Real = NDArray[np.float64]
Levels = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Forecast(Sheet):
    """What is still to come.

    `sites` has each hospital's entries a month (mean, low, high); `at_analysis` the events by the
    planned analysis and `power` the chance of an answer then by Schoenfeld's formula, each as
    mean, low and high; `updated_power` is power from whole simulated trials, None when left out.
    """

    observed: Observed
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
    updated_power: UpdatedPower | None

    @property
    def title(self) -> str:
        return f"Forecast on {self.observed.on}, from {len(self.observed.randomised)} randomised"

    def parts(self) -> tuple[Part, ...]:
        return tuple(_tables(self))


@remakeable
def forecast(
    observed: Observed,
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
        observed.problems(),
        plan.problems(),
        share("level", "the level of the intervals", level),
        _draw_problems(draws, seed),
        simulation_problems(plan, simulation, draws) if simulation else (),
    )
    rest, levels = posterior_draws(observed, plan, draws, seed), _levels(level)
    events = _events_at_analysis(observed, plan, rest)
    found = updated(observed, plan, rest, simulation, seed, levels) if simulation else None
    return Forecast(
        observed=observed,
        plan=plan,
        level=level,
        draws=draws,
        seed=seed,
        whens=tuple(whens(observed, plan, rest, levels)),
        chances=tuple(chances(observed, plan, rest)),
        sites=tuple(_sites(observed, rest, levels)),
        fan=tuple(fan(observed, rest, levels)),
        at_analysis=_three(events.astype(float), levels),
        power=_three(_powers(plan, events), levels),
        updated_power=found,
    )


def _levels(level: float) -> Levels:
    return (1 - level) / 2, (1 + level) / 2


def _draw_problems(draws: int, seed: int) -> Iterator[Problem]:
    if not 100 <= draws <= 1_000_000:
        yield Problem("draws", "no such number of draws", draws, "Give 100 to 1000000.")
    if not 0 <= seed < 2**63:
        yield Problem("seed", "no such seed", seed, "Give a whole number from 0.")


def _events_at_analysis(observed: Observed, plan: Forecasting, rest: Draws) -> NDArray[np.int64]:
    """How many events each draw has at the planned analysis."""
    analysis = rest.last_entry + plan.follow_up
    come: NDArray[np.int64] = (rest.events <= analysis[:, None]).sum(axis=1)
    return observed.events + come


def _sites(
    observed: Observed, rest: Draws, levels: Levels
) -> Iterator[tuple[str, int, float, float, float]]:
    for site, rate in zip(observed.sites, DAYS_PER_MONTH * rest.daily.T, strict=True):
        yield (site.name, len(site.randomised), *_three(rate, levels))


def _powers(plan: Forecasting, events: NDArray[np.int64]) -> Real:
    """The power of the test at each number of events, if the effect is the one assumed."""
    test = TwoArmTest(alpha=plan.alpha, sided=plan.sided, ratio=plan.ratio)
    known = {
        count: test.reached(signal(plan.hazard_ratio, test), count)
        for count in {int(event) for event in events}
    }
    return np.array([known[int(event)] for event in events])


def _three(values: Real, levels: Levels) -> tuple[float, float, float]:
    """Mean, low and high."""
    low, high = np.quantile(values, levels)
    return float(values.mean()), float(low), float(high)


def _tables(answer: Forecast) -> Iterator[Part]:
    """The tables in the order in which they are read."""
    yield _observed(answer)
    yield _whens(answer)
    yield _chances(answer)
    yield _site_rates(answer)
    yield _answers(answer)
    if answer.updated_power:
        yield _power(answer, answer.updated_power)


def _observed(answer: Forecast) -> Part:
    observed = answer.observed
    rows = (
        ("Hospitals open", str(sum(site.opens <= observed.on for site in observed.sites))),
        ("Hospitals to open", str(sum(site.opens > observed.on for site in observed.sites))),
        ("Randomised", f"{len(observed.randomised)} of {answer.plan.participants}"),
        ("Events, all arms together", str(observed.events)),
        ("Lost", str(sum(person.left for person in observed.followed))),
    )
    return Part(title="So far", headers=("", "value"), rows=rows, note="Arms are not looked at.")


def _whens(answer: Forecast) -> Part:
    rows = tuple(
        (when.what, _said(when.middle), _said(when.early), _said(when.late))
        for when in answer.whens
    )
    return Part(
        title=f"When, with {percent(answer.level, 0)} intervals",
        headers=("what", "median", "from", "to"),
        rows=rows,
        note=f"{answer.draws:,} simulated trials, seed {answer.seed}.",
    )


def _said(day: date | None) -> str:
    return day.isoformat() if day else "never"


def _chances(answer: Forecast) -> Part:
    rows = tuple(
        (
            f"{'look at' if chance.kind == 'look' else 'in all'} {chance.events} events",
            *(number(100 * share) for share in (*chance.within, chance.by_analysis)),
        )
        for chance in answer.chances
    )
    return Part(
        title="Chance in % that the events have come",
        headers=("", *(f"in {months} months" for months in WITHIN), "by the planned analysis"),
        rows=rows,
    )


def _site_rates(answer: Forecast) -> Part:
    rows = tuple(
        (name, str(count), number(mean, 2), number(low, 2), number(high, 2))
        for name, count, mean, low, high in answer.sites
    )
    return Part(
        title="Each hospital's rate, participants a month",
        headers=("hospital", "randomised", "mean", "from", "to"),
        rows=rows,
    )


def _answers(answer: Forecast) -> Part:
    events, power = answer.at_analysis, answer.power
    rows = (
        ("Events", *(number(value, 0) for value in events)),
        ("Power, %", *(number(100 * value) for value in power)),
    )
    return Part(
        title="At the planned analysis",
        headers=("", "mean", "from", "to"),
        rows=rows,
        note=f"Power by Schoenfeld's formula, without looks, for a hazard ratio of "
        f"{answer.plan.hazard_ratio:g} [unverified], from the events of all arms together.",
    )


def _power(answer: Forecast, found: UpdatedPower) -> Part:
    mean, low, high = (number(100 * value) for value in found.power)
    stops = tuple(
        (f"Stops at the look at {look.events} events, %", number(100 * chance), "", "", "")
        for look, chance in zip(answer.plan.looks, found.stops, strict=True)
    )
    return Part(
        title="Power simulated again, with what has happened so far",
        headers=("", "mean", "from", "to", "Monte-Carlo error"),
        rows=(
            ("Power, %", mean, low, high, number(100 * found.error, 2)),
            *stops,
            ("Events at the last analysis", number(found.events, 0), "", "", ""),
        ),
        note=" ".join(filter(None, _notes(answer, found))),
    )


def _notes(answer: Forecast, found: UpdatedPower) -> Iterator[str]:
    yield f"{found.simulation.size}, seed {answer.seed}."
    yield "The looks are those of the design, the log-rank test has its bounds."
    yield found.simulation.otherwise
    if found.endless:
        yield f"In {found.endless} of them the trial never fills; they count as no power."
