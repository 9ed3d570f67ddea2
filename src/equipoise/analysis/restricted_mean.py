"""Mean survival up to a horizon: the area under the curve, and the difference between two arms.

Unlike a hazard ratio it needs no proportional hazards, and it is in days.
"""

import math
from dataclasses import dataclass

import numpy as np

from equipoise.analysis.follow_up import Unusable
from equipoise.analysis.probability import normal_quantile, two_sided
from equipoise.analysis.survival import KaplanMeier


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictedMean:
    """Mean days alive within the first `horizon` days; `variance` in days squared.

    `variance` is the sampling variance of the mean, not the spread of
    survival between participants. `beyond_follow_up`: the horizon lies after
    the last follow-up with participants still alive, and the curve was held
    level up to it.
    """

    horizon: int
    days: float
    variance: float
    se: float
    lower: float
    upper: float
    beyond_follow_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanDifference:
    """Difference in restricted mean, in days, with its limits and two-sided p."""

    days: float
    se: float
    lower: float
    upper: float
    p: float


def restricted_mean(curve: KaplanMeier, horizon: int) -> RestrictedMean:
    """The area under the curve from day 0 to `horizon`; Unusable when nobody is followed.

    Its variance adds, over the days with events, the squared area still to
    come times Greenwood's term, as R's `print.survfit(rmean = …)`.
    """
    if not isinstance(horizon, int | np.integer) or horizon < 1:
        raise Unusable(f"horizon: {horizon!r} is not a whole number of days, 1 or more")
    if curve.subjects == 0:
        raise Unusable("curve: nobody is followed, so there is no mean; leave the group out")
    within = curve.days <= horizon
    edges = np.concatenate(([0], curve.days[within], [horizon]))
    areas = np.diff(edges) * np.concatenate(([1.0], curve.survival[within]))
    to_come = areas[::-1].cumsum()[::-1][1:]
    at_risk, events = curve.at_risk[within], curve.events[within]
    alive = at_risk - events
    greenwood = np.where(alive > 0, events / (at_risk * np.maximum(alive, 1)), 0.0)
    days, variance = float(areas.sum()), float((to_come**2 * greenwood).sum())
    half = normal_quantile((1 + curve.confidence) / 2) * math.sqrt(variance)
    open_ended = bool(curve.survival[-1] > 0)
    return RestrictedMean(
        horizon=int(horizon),
        days=days,
        variance=variance,
        se=math.sqrt(variance),
        lower=days - half,
        upper=days + half,
        beyond_follow_up=open_ended and horizon > curve.days.max(initial=0),
    )


def mean_difference(
    one: RestrictedMean, other: RestrictedMean, confidence: float = 0.95
) -> MeanDifference:
    """`one` less `other`, for two separate groups and one horizon."""
    if one.horizon != other.horizon:
        raise Unusable(f"horizon: {one.horizon} and {other.horizon} days differ; give one to both")
    if not 0 < confidence < 1:
        raise Unusable(f"confidence: {confidence} is not between 0 and 1")
    days, se = one.days - other.days, math.hypot(one.se, other.se)
    half = normal_quantile((1 + confidence) / 2) * se
    p = two_sided(days / se) if se > 0 else math.nan
    return MeanDifference(days=days, se=se, lower=days - half, upper=days + half, p=p)
