"""Survival over time: Kaplan-Meier, its median, and the survival and number at risk on a day.

Everything is counted in whole days (see `follow_up`). Intervals follow R's
`survfit`: "log" is symmetric for log S, "log-log" for log(-log S); the latter
never leaves 0 to 1 and is the one we use unless told otherwise.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from equipoise.analysis.follow_up import Days, FollowUp, Numbers, Unusable, read_only
from equipoise.analysis.probability import normal_quantile

Interval = Literal["log", "log-log"]

_LEVEL_TOLERANCE = math.sqrt(np.finfo(np.float64).eps)  # as R: when a curve counts as at 0.5


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class KaplanMeier:
    """A survival curve: one row for every day on which anyone had the event or was censored.

    `survival` and its limits are proportions just after that day; `se` is
    Greenwood's standard error of `survival`. A limit that cannot be estimated
    (no event yet, or nobody left) is NaN, as in R.
    """

    days: Days
    at_risk: Days
    events: Days
    censored: Days
    survival: Numbers
    se: Numbers
    lower: Numbers
    upper: Numbers
    subjects: int
    interval: Interval
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Survival:
    """Proportion alive after `day`, with standard error and limits (NaN: not estimable)."""

    day: int
    survival: float
    se: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantile:
    """The day by which `proportion` have had the event, with limits; None: not reached.

    A half day comes from a curve that is flat at exactly this level.
    """

    proportion: float
    days: float | None
    lower: float | None
    upper: float | None


def kaplan_meier(
    follow_up: FollowUp, interval: Interval = "log-log", confidence: float = 0.95
) -> KaplanMeier:
    """The product-limit estimate (Kaplan and Meier, 1958) with Greenwood's variance."""
    days, which = np.unique(follow_up.days, return_inverse=True)
    events = np.bincount(which, weights=follow_up.events, minlength=days.size).astype(np.int64)
    leaving = np.bincount(which, minlength=days.size).astype(np.int64)
    return kaplan_meier_of_counts(days, events, leaving, interval, confidence)


def kaplan_meier_of_counts(
    days: Days,
    events: Days,
    leaving: Days,
    interval: Interval = "log-log",
    confidence: float = 0.95,
) -> KaplanMeier:
    """The same, from how many had the event on each day, and how many were last seen on it.

    :param days: each day once, in their order
    """
    subjects = int(leaving.sum())
    at_risk = subjects - np.cumsum(leaving) + leaving
    survival: Numbers = np.cumprod((at_risk - events) / at_risk, dtype=np.float64)
    with np.errstate(divide="ignore"):
        # The standard error of log S; infinite once nobody is left.
        relative = np.sqrt(np.cumsum(events / (at_risk * (at_risk - events))))
    with np.errstate(invalid="ignore"):
        se = relative * survival
    lower, upper = _limits(survival, relative, interval, confidence)
    return KaplanMeier(
        days=read_only(days),
        at_risk=read_only(at_risk),
        events=read_only(events),
        censored=read_only(leaving - events),
        survival=read_only(survival),
        se=read_only(se),
        lower=read_only(lower),
        upper=read_only(upper),
        subjects=subjects,
        interval=interval,
        confidence=confidence,
    )


def survival_at(curve: KaplanMeier, day: int) -> Survival | None:
    """Survival after `day`; None beyond the last follow-up, where nothing is known of it."""
    if day < 0:
        raise Unusable(f"day: {day} is before the start; give 0 or more")
    row = int(np.searchsorted(curve.days, day, side="right")) - 1
    if curve.subjects == 0:
        return None
    if row < 0:
        return Survival(day=day, survival=1.0, se=0.0, lower=1.0, upper=1.0)
    if day > curve.days[-1] and curve.survival[-1] > 0:
        return None
    return Survival(
        day=day,
        survival=float(curve.survival[row]),
        se=float(curve.se[row]),
        lower=float(curve.lower[row]),
        upper=float(curve.upper[row]),
    )


def at_risk_on(curve: KaplanMeier, days: ArrayLike) -> tuple[int, ...]:
    """How many had neither the event nor been censored before each of these days."""
    rows = np.searchsorted(curve.days, np.asarray(days), side="left")
    remaining = np.append(curve.at_risk, 0)
    return tuple(int(number) for number in remaining[rows])


def quantile(curve: KaplanMeier, proportion: float) -> Quantile:
    """The day by which `proportion` have had the event, by the rule with which R prints a median.

    It is the first day on which S is at or below 1 - proportion. Where the curve
    is flat at that level, it is midway to the day on which it drops further; if
    it never drops further, it is the day on which it reached the level. The
    limits are where the limits of S cross the same level (Brookmeyer and
    Crowley, 1982).
    """
    if not 0 < proportion < 1:
        raise Unusable(f"proportion: {proportion} is not between 0 and 1")
    level = 1 - proportion
    return Quantile(
        proportion=proportion,
        days=_first_below(curve.survival, curve.days, level),
        lower=_first_below(curve.lower, curve.days, level),
        upper=_first_below(curve.upper, curve.days, level),
    )


def median(curve: KaplanMeier) -> Quantile:
    """The day by which half have had the event."""
    return quantile(curve, 0.5)


def median_follow_up(
    follow_up: FollowUp, interval: Interval = "log-log", confidence: float = 0.95
) -> Quantile:
    """How long participants were followed, had nobody had the event: the reverse Kaplan-Meier.

    Censoring counts as the event and the event as censoring (Schemper and
    Smith, 1996).
    """
    reverse = FollowUp(follow_up.days, ~follow_up.events)
    return median(kaplan_meier(reverse, interval, confidence))


def _limits(
    survival: Numbers, relative: Numbers, interval: Interval, confidence: float
) -> tuple[Numbers, Numbers]:
    if interval not in ("log", "log-log"):
        raise Unusable(f"interval: {interval!r} is not known; give 'log' or 'log-log'")
    if not 0 < confidence < 1:
        raise Unusable(f"confidence: {confidence} is not between 0 and 1")
    z = normal_quantile((1 + confidence) / 2)
    estimable = survival > 0 if interval == "log" else (survival > 0) & (survival < 1)
    log_survival = np.log(np.where(estimable, survival, np.nan))
    if interval == "log":
        half = z * relative
        return np.exp(log_survival - half), np.minimum(np.exp(log_survival + half), 1.0)
    half = z * relative / log_survival
    centre = np.log(-log_survival)
    return np.exp(-np.exp(centre - half)), np.exp(-np.exp(centre + half))


def _first_below(values: Numbers, days: Days, level: float) -> float | None:
    known = ~np.isnan(values)
    values, days = values[known], days[known]
    below = np.flatnonzero(values < level + _LEVEL_TOLERANCE)
    if below.size == 0:
        return None
    first = below[0]
    further = np.flatnonzero(values < values[first])
    if abs(values[first] - level) < _LEVEL_TOLERANCE and further.size:
        return float(days[first] + days[further[0]]) / 2
    return float(days[first])
