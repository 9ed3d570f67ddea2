"""Days with their intervals, and the chance that something has come by a day."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from equipoise.design.forecasting.observed import Observed
from equipoise.design.forecasting.plan import Forecasting
from equipoise.design.forecasting.posterior import FARTHEST, Draws
from equipoise.logic.days import DAYS_PER_MONTH

__all__ = ["WITHIN", "Chance", "Fan", "When", "chances", "fan", "whens"]

FAN = 25  # days at which the fan of accrual is drawn
WITHIN = (6, 12, 24)  # months from the day of the forecast
Real = NDArray[np.float64]
Levels = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A day with its interval; None is never, or beyond a century.

    `kind` is randomisation, look, event or analysis; `number` which randomisation, or how many
    events; the planned analysis has none.
    """

    kind: str
    number: int = 0
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """The chance that so many events have come `WITHIN` these months, and by the analysis.

    `kind` is look or event.
    """

    kind: str
    events: int
    within: tuple[float, ...]
    by_analysis: float


def whens(observed: Observed, plan: Forecasting, rest: Draws, levels: Levels) -> Iterator[When]:
    """Half of the entries to come, the last of them, looks and events, the analysis."""
    on, have, wanted = observed.on, len(observed.randomised), rest.entries.shape[1]
    for step in sorted({(wanted + 1) // 2, wanted} - {0}):
        yield _when("randomisation", have + step, on, rest.entries[:, step - 1], levels)
    for kind, count in _asked(plan):
        if count > observed.events:
            yield _when(kind, count, on, _days_of(observed, rest, count), levels)
    yield _when("analysis", 0, on, rest.last_entry + plan.follow_up, levels)


def chances(observed: Observed, plan: Forecasting, rest: Draws) -> Iterator[Chance]:
    """For each look and number of events asked for, how likely it is by when."""
    analysis = rest.last_entry + plan.follow_up
    for kind, count in _asked(plan):
        days = _days_of(observed, rest, count)
        yield Chance(
            kind=kind,
            events=count,
            within=tuple(float(np.mean(days <= months * DAYS_PER_MONTH)) for months in WITHIN),
            by_analysis=float(np.mean(days <= analysis)),
        )


def fan(observed: Observed, rest: Draws, levels: Levels) -> Iterator[Fan]:
    """From the day of the forecast until nearly every simulated trial is full."""
    have = len(observed.randomised)
    full = float(np.quantile(rest.last_entry, levels[1], method="inverted_cdf"))
    if not rest.entries.shape[1] or full > FARTHEST:
        return
    for days in np.linspace(0, math.ceil(full), FAN).round():
        come = have + (rest.entries <= days).sum(axis=1)
        low, middle, high = _quantiles(come, levels)
        on = observed.on + timedelta(days=int(days))
        yield Fan(on=on, low=low, middle=middle, high=high)


def _asked(plan: Forecasting) -> list[tuple[str, int]]:
    """The looks and the events asked for, fewest events first."""
    looks = [("look", look.events) for look in plan.looks]
    return sorted([*looks, *(("event", count) for count in plan.events)], key=lambda a: a[1])


def _days_of(observed: Observed, rest: Draws, count: int) -> Real:
    """In each draw, the days until so many events have come; below 0 when they have."""
    more = count - observed.events
    if more <= 0:
        return np.full(len(rest.events), -np.inf)
    if more > rest.events.shape[1]:
        return np.full(len(rest.events), np.inf)
    return rest.events[:, more - 1]


def _when(kind: str, number: int, on: date, days: Real, levels: Levels) -> When:
    low, middle, high = _quantiles(days, levels)
    return When(
        kind=kind,
        number=number,
        middle=_day(on, middle),
        early=_day(on, low),
        late=_day(on, high),
    )


def _quantiles(values: Real | NDArray[np.int64], levels: Levels) -> tuple[float, float, float]:
    low, middle, high = (
        float(np.quantile(values, at, method="inverted_cdf")) for at in (levels[0], 0.5, levels[1])
    )
    return low, middle, high


def _day(on: date, days: float) -> date | None:
    return on + timedelta(days=math.ceil(days)) if days < FARTHEST else None
