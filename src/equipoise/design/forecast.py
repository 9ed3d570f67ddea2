"""When the last participant and the last event will come, with what chance of an answer then.

From the trial's own entries (a Poisson-gamma model by hospital) and its pooled follow-up (a gamma
posterior of the hazard of all arms together). Arms are never looked at: a forecast that knew them
would tell what only the monitoring board may know.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from equipoise.design.answer.assumed import Assumptions
from equipoise.design.answer.fixed import needed
from equipoise.design.answer.sheet import Part, Sheet, number, percent
from equipoise.design.effect import SCHOENFELD, chance_to_reject, drift
from equipoise.design.forecasting.deaths import event_days, hazards, joined, loss_rates
from equipoise.design.forecasting.entries import entry_days, rates
from equipoise.design.forecasting.so_far import Progress
from equipoise.design.problems import Problem, not_negative, positive, refuse, share, size_problems
from equipoise.design.results import remakeable

__all__ = ["Fan", "Forecast", "Forecasting", "When", "forecast", "plan_of"]

MONTH = 365.25 / 12
FAN = 25  # days at which the fan of accrual is drawn
FARTHEST = 36_525  # days; what comes later is never
Real = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecasting:
    """What is planned, in days and by the day; the design's figures stand behind the priors.

    `ratio` is experimental : control; `events` are the numbers of events that are asked for. The
    pooled hazard is constant between `starts` (days since entry), as far as events allow.
    """

    participants: int
    follow_up: float
    hazard_ratio: float
    planned_daily: float
    event_daily: float
    loss_daily: float = 0.0
    ratio: float = 1.0
    alpha: float = 0.05
    sided: int = 2
    events: tuple[int, ...] = ()
    starts: tuple[float, ...] = (0.0, 365.0, 730.0)
    prior_events: float = 1.0
    recent_days: int | None = None

    def problems(self) -> Iterator[Problem]:
        """What is wrong with the question."""
        yield from positive("participants", "the number of participants", self.participants)
        yield from not_negative("follow_up", "follow-up", self.follow_up)
        yield from positive("hazard_ratio", "the hazard ratio", self.hazard_ratio)
        yield from positive("planned_daily", "the planned accrual", self.planned_daily)
        yield from positive("event_daily", "the expected hazard", self.event_daily)
        yield from not_negative("loss_daily", "the rate of loss", self.loss_daily)
        yield from positive("ratio", "the allocation ratio", self.ratio)
        yield from size_problems(self.alpha, self.sided)
        yield from positive("prior_events", "the worth of the prior", self.prior_events)
        for count in self.events:
            yield from positive("events", "a number of events", count)
        if self.recent_days is not None:
            yield from positive("recent_days", "the days that count", self.recent_days)
        rising = all(a < b for a, b in zip(self.starts, self.starts[1:], strict=False))
        if self.starts[:1] != (0.0,) or not rising:
            remedy = "Give rising days, the first of them 0."
            yield Problem("starts", "the pieces do not rise from 0", self.starts, remedy)


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A day with its interval; None is never, or beyond a century."""

    what: str
    middle: date | None
    early: date | None
    late: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fan:
    """How many will have been randomised by a day: the middle, and the interval."""

    on: date
    low: float
    middle: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Forecast(Sheet):
    """What is still to come.

    `sites` has each hospital's entries a month (mean, low, high); `at_analysis` the events by the
    planned analysis and `power` the chance of an answer then, each as middle, low and high.
    """

    progress: Progress
    plan: Forecasting
    level: float
    draws: int
    seed: int
    whens: tuple[When, ...]
    sites: tuple[tuple[str, int, float, float, float], ...]
    fan: tuple[Fan, ...]
    at_analysis: tuple[float, float, float]
    power: tuple[float, float, float]

    @property
    def title(self) -> str:
        return f"Forecast on {self.progress.on}, from {len(self.progress.randomised)} randomised"

    def parts(self) -> tuple[Part, ...]:
        return _so_far(self), _whens(self), _sites(self), _answers(self)


def plan_of(
    assumed: Assumptions,
    *,
    participants: int | None = None,
    events: Sequence[int] = (),
    recent_days: int | None = None,
) -> Forecasting:
    """The plan that the study's own design figures make; without `events`, those it needs."""
    refuse(
        positive("design.accrual", "the length of accrual", assumed.accrual.value),
        positive("design.control_median", "a median survival", assumed.control_median.value),
        positive("design.hazard_ratio", "the hazard ratio", assumed.hazard_ratio.value),
    )
    ratio, hazard_ratio = assumed.ratio.value, assumed.hazard_ratio.value
    control = math.log(2) / (assumed.control_median.value * MONTH)
    months = assumed.accrual.value + assumed.follow_up.value
    return Forecasting(
        participants=int(assumed.participants.value) if participants is None else participants,
        follow_up=assumed.follow_up.value * MONTH,
        hazard_ratio=hazard_ratio,
        planned_daily=assumed.participants.value / (assumed.accrual.value * MONTH),
        event_daily=control * (1 + ratio * hazard_ratio) / (1 + ratio),
        loss_daily=-math.log1p(-assumed.lost.value) / (months * MONTH),
        ratio=ratio,
        alpha=assumed.alpha.value,
        sided=assumed.sided,
        events=tuple(events) or (math.ceil(needed(assumed).events),),
        recent_days=recent_days,
    )


@remakeable
def forecast(
    progress: Progress,
    plan: Forecasting,
    draws: int = 4000,
    seed: int = 7,
    level: float = 0.9,
) -> Forecast:
    """Simulate the rest of the trial many times. Raises BadDesign with all that is wrong."""
    refuse(
        progress.problems(),
        plan.problems(),
        share("level", "the level of the intervals", level),
        _draw_problems(draws, seed),
    )
    chance = np.random.Generator(np.random.Philox(key=[seed, 0]))
    found = rates(progress, plan.planned_daily, draws, chance, plan.recent_days)
    entries = entry_days(found, max(0, plan.participants - len(progress.randomised)), chance)
    starts = joined(progress, plan.starts)
    hazard = hazards(progress, starts, plan.event_daily, plan.prior_events, draws, chance)
    loss = loss_rates(progress, plan.loss_daily, draws, chance)
    to_come = event_days(progress, entries, hazard, starts, loss, chance)
    analysis = _last_entry(progress, entries) + plan.follow_up
    seen = progress.events + (to_come <= analysis[:, None]).sum(axis=1)
    low, high = (1 - level) / 2, (1 + level) / 2
    monthly = found.daily * MONTH
    return Forecast(
        progress=progress,
        plan=plan,
        level=level,
        draws=draws,
        seed=seed,
        whens=tuple(_all_whens(progress, plan, entries, to_come, analysis, (low, high))),
        sites=tuple(
            (site.name, len(site.randomised), float(rate.mean()), *_range(rate, low, high))
            for site, rate in zip(progress.sites, monthly.T, strict=True)
        ),
        fan=tuple(_fan(progress, entries, (low, high))),
        at_analysis=_three(seen.astype(float), low, high),
        power=_three(_powers(plan, seen), low, high),
    )


def _draw_problems(draws: int, seed: int) -> Iterator[Problem]:
    if not 100 <= draws <= 1_000_000:
        yield Problem("draws", "no such number of draws", draws, "Give 100 to 1000000.")
    if not 0 <= seed < 2**63:
        yield Problem("seed", "no such seed", seed, "Give a whole number from 0.")


def _fan(progress: Progress, entries: Real, levels: tuple[float, float]) -> Iterator[Fan]:
    """From the day of the forecast until nearly every simulated trial is full."""
    have = len(progress.randomised)
    full = float(np.quantile(_last_entry(progress, entries), levels[1], method="inverted_cdf"))
    if not entries.shape[1] or full > FARTHEST:
        return
    for days in np.linspace(0, math.ceil(full), FAN).round():
        come = have + (entries <= days).sum(axis=1)
        low, middle, high = (
            float(np.quantile(come, at, method="inverted_cdf"))
            for at in (levels[0], 0.5, levels[1])
        )
        on = progress.on + timedelta(days=int(days))
        yield Fan(on=on, low=low, middle=middle, high=high)


def _last_entry(progress: Progress, entries: Real) -> Real:
    if entries.shape[1]:
        return entries[:, -1]
    last = progress.randomised[-1] if progress.randomised else progress.on
    return np.full(entries.shape[0], float((last - progress.on).days))


def _all_whens(
    progress: Progress,
    plan: Forecasting,
    entries: Real,
    to_come: Real,
    analysis: Real,
    levels: tuple[float, float],
) -> Iterator[When]:
    """Half of the entries to come, the last of them, the events asked for, the analysis."""
    have, wanted = len(progress.randomised), entries.shape[1]
    for step in sorted({(wanted + 1) // 2, wanted} - {0}):
        what = f"randomisation {have + step}"
        yield _when(what, progress.on, entries[:, step - 1], levels)
    for count in sorted(plan.events):
        more = count - progress.events
        if more > 0:
            never = np.full(len(to_come), np.inf)
            days = to_come[:, more - 1] if more <= to_come.shape[1] else never
            yield _when(f"event {count}", progress.on, days, levels)
    yield _when("planned analysis, last entry and follow-up", progress.on, analysis, levels)


def _when(what: str, on: date, days: Real, levels: tuple[float, float]) -> When:
    low, middle, high = (
        float(np.quantile(days, at, method="inverted_cdf")) for at in (levels[0], 0.5, levels[1])
    )
    return When(what=what, middle=_day(on, middle), early=_day(on, low), late=_day(on, high))


def _day(on: date, days: float) -> date | None:
    return on + timedelta(days=math.ceil(days)) if days < FARTHEST else None


def _powers(plan: Forecasting, events: NDArray[np.int64]) -> Real:
    """The power of the test at each number of events, if the effect is the one assumed."""
    rise = drift(plan.hazard_ratio, plan.ratio, SCHOENFELD)
    known = {
        count: chance_to_reject(math.sqrt(count) * rise, plan.alpha, plan.sided)
        for count in {int(event) for event in events}
    }
    return np.array([known[int(event)] for event in events])


def _range(values: Real, low: float, high: float) -> tuple[float, float]:
    return float(np.quantile(values, low)), float(np.quantile(values, high))


def _three(values: Real, low: float, high: float) -> tuple[float, float, float]:
    """Mean, low and high."""
    return float(values.mean()), *_range(values, low, high)


def _so_far(answer: Forecast) -> Part:
    progress = answer.progress
    rows = (
        ("Hospitals open", str(sum(site.opens <= progress.on for site in progress.sites))),
        ("Hospitals to open", str(sum(site.opens > progress.on for site in progress.sites))),
        ("Randomised", f"{len(progress.randomised)} of {answer.plan.participants}"),
        ("Events, all arms together", str(progress.events)),
        ("Lost", str(sum(person.left for person in progress.followed))),
    )
    return Part(title="So far", headers=("", "value"), rows=rows, note="Arms are not looked at.")


def _whens(answer: Forecast) -> Part:
    rows = tuple(
        (when.what, _said(when.middle), _said(when.early), _said(when.late))
        for when in answer.whens
    )
    return Part(
        title=f"When, with {percent(answer.level, 0)} intervals",
        headers=("what", "as likely before as after", "from", "to"),
        rows=rows,
        note=f"{answer.draws:,} simulated trials, seed {answer.seed}.",
    )


def _said(day: date | None) -> str:
    return day.isoformat() if day else "never"


def _sites(answer: Forecast) -> Part:
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
        note=f"Power for a hazard ratio of {answer.plan.hazard_ratio:g} [unverified], from the "
        "events of all arms together.",
    )
