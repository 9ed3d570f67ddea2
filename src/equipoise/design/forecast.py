"""When the last participant and the last event will come, with what chance of an answer then.

From the trial's own entries (a Poisson-gamma model by hospital) and its pooled follow-up (a gamma
rest of the hazard of all arms together). Arms are never looked at: a forecast that knew them
would tell what only the monitoring board may know.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from equipoise.design.answer.sheet import Part, Sheet
from equipoise.design.drawn import DRAWS, SEED
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
from equipoise.design.report.wording import Words
from equipoise.design.results import remakeable
from equipoise.design.two_arms import TwoArmTest
from equipoise.logic.days import DAYS_PER_MONTH
from equipoise.logic.figures import day_text
from equipoise.logic.translator import ENGLISH, Phrases

__all__ = ["Fan", "Forecast", "Forecasting", "When", "forecast", "plan_of"]

Real = NDArray[np.float64]
Levels = tuple[float, float]


_TEXTS = Phrases("forecast", {
    "when": "When, with {level} intervals", "median": "Median", "from": "From", "to": "To",
    "randomisation": "Participant {number} is randomised", "look": "Look at {number} events",
    "event": "Event {number}", "needed_event": "Event {number}, as the design needs",
    "analysis": "Planned analysis: last participant and follow-up", "never": "never",
    "chance": "Chance that the events have come", "within": "In {months} months",
    "by_analysis": "By the planned analysis", "hospital": "Hospital", "randomised": "Randomised",
    "sites": "Each hospital's rate, participants a month", "mean": "Mean",
    "power": "At the planned analysis", "error": "Monte-Carlo error", "points": "{error} points",
    "events": "Events", "by_formula": "Power by formula, without looks",
    "simulated": "Power simulated again", "stops": "Stops at the look at {number} events",
    "last_events": "Events at the last analysis",
})  # fmt: skip


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

    def days_table(self, words: Words, event: str = "event") -> Part:
        """When participants, looks, events and the analysis come; `event` names those asked for."""
        said = partial(_TEXTS.said, into=words.into)
        rows = tuple(
            (_what(when.kind, when.number, words, event), *_days(when, words))
            for when in self.whens
        )
        return Part(
            title=said("when", level=words.exact_percent(self.level, 0)),
            headers=("", said("median"), said("from"), said("to")),
            rows=rows,
        )

    def chances_table(self, words: Words, event: str = "event") -> Part:
        """The chance that looks and events have come, within some months and by the analysis."""
        said = partial(_TEXTS.said, into=words.into)
        within = (said("within", months=str(months)) for months in WITHIN)
        rows = tuple(
            (
                _what(chance.kind, chance.events, words, event),
                *(words.exact_percent(one, 1) for one in (*chance.within, chance.by_analysis)),
            )
            for chance in self.chances
        )
        headers = ("", *within, said("by_analysis"))
        return Part(title=said("chance"), headers=headers, rows=rows)

    def sites_table(self, words: Words, name_of: Callable[[str], str] = str) -> Part:
        """How fast each hospital is."""
        said = partial(_TEXTS.said, into=words.into)
        rows = tuple(
            (name_of(name), str(count), *(words.number(rate, 2) for rate in rates))
            for name, count, *rates in self.sites
        )
        headers = tuple(map(said, ("hospital", "randomised", "mean", "from", "to")))
        return Part(title=said("sites"), headers=headers, rows=rows)

    def power_table(self, words: Words) -> Part:
        """Events and power at the planned analysis, by formula and simulated again."""
        said, percent = (
            partial(_TEXTS.said, into=words.into),
            partial(words.exact_percent, digits=1),
        )
        rows = [
            (said("events"), *(words.number(value, 0) for value in self.at_analysis), ""),
            (said("by_formula"), *map(percent, self.power), ""),
        ]
        if found := self.updated_power:
            error = said("points", error=words.number(100 * found.error, 2))
            rows.append((said("simulated"), *map(percent, found.power), error))
            for look, chance in zip(self.plan.looks, found.stops, strict=True):
                what = said("stops", number=str(look.events))
                rows.append((what, percent(chance), "", "", ""))
            rows.append((said("last_events"), words.number(found.events, 0), "", "", ""))
        headers = ("", *map(said, ("mean", "from", "to", "error")))
        return Part(title=said("power"), headers=headers, rows=tuple(rows))


@remakeable
def forecast(
    observed: Observed,
    plan: Forecasting,
    draws: int = DRAWS,
    seed: int = SEED,
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
    rest, levels = posterior_draws(observed, plan, draws, seed), ((1 - level) / 2, (1 + level) / 2)
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
    words, drawn = Words(ENGLISH, gap=" "), f"{answer.draws:,} simulated trials"
    yield _observed(answer)
    yield replace(answer.days_table(words), note=f"{drawn}, seed {answer.seed}.")
    yield answer.chances_table(words)
    yield answer.sites_table(words)
    yield replace(answer.power_table(words), note=_power_note(answer))


def _what(kind: str, number: int, words: Words, event: str) -> str:
    return _TEXTS.said(event if kind == "event" else kind, words.into, number=str(number))


def _days(when: When, words: Words) -> Iterator[str]:
    for on in (when.middle, when.early, when.late):
        yield day_text(on, words.into) if on else _TEXTS.said("never", words.into)


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


def _power_note(answer: Forecast) -> str:
    """On what the power rests, for whoever has no page to read it on."""
    formula = (
        "Power by Schoenfeld's formula, without looks, for a hazard ratio of "
        f"{answer.plan.hazard_ratio:g} [unverified], from the events of all arms together."
    )
    notes = _notes(answer, answer.updated_power) if answer.updated_power else ()
    return " ".join(filter(None, (formula, *notes)))


def _notes(answer: Forecast, found: UpdatedPower) -> Iterator[str]:
    yield f"Simulated again: {found.simulation.size}, seed {answer.seed}."
    yield "The looks are those of the design, the log-rank test has its bounds."
    yield found.simulation.otherwise
    if found.endless:
        yield f"In {found.endless} of them the trial never fills; they count as no power."
