"""Log-rank tests that weigh early or late events more, and the largest of four of them: MaxCombo.

A difference that comes late, or goes, is seen better with Fleming and Harrington's weights
S ** rho * (1 - S) ** gamma, where S is the curve of both groups together just before the day
(Harrington and Fleming, 1982). Whoever does not know beforehand when it comes takes the largest of
FH(0,0), FH(0,1), FH(1,0) and FH(1,1), with the p-value of the largest of four correlated statistics
(Karrison, 2016).
"""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from equipoise.analysis.follow_up import Days, Flags, FollowUp, Numbers, Unusable, sorted_codes
from equipoise.analysis.probability import two_sided

__all__ = [
    "MaxCombo",
    "RiskTable",
    "WeightedLogRank",
    "four_weighted",
    "largest_of_four",
    "max_combo",
    "none_above",
    "risk_tables",
    "weighted_log_rank",
    "weighted_sums",
]

_ONE_AND_THE_SAME = 1e-12  # what a correlation lacks of one by rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedLogRank:
    """Weighted events of the second group beyond expectation, their variance, two-sided p."""

    excess: float
    variance: float

    @property
    def z(self) -> float:
        """Positive when the second group has more events than expected; NaN: nothing to compare."""
        return self.excess / math.sqrt(self.variance) if self.variance > 0 else math.nan

    @property
    def p(self) -> float:
        """The chance of a z as far from 0, were there no difference."""
        return two_sided(self.z)


@dataclass(frozen=True, slots=True, kw_only=True)
class MaxCombo:
    """How far the second group does better, by each of four statistics and by the largest of them.

    `z` is that of FH(0,0), FH(0,1), FH(1,0) and FH(1,1), positive when the second group has fewer
    events than expected; `p` is one-sided, for that side. NaN where there is nothing to compare.
    """

    z: tuple[float, float, float, float]
    largest: float
    p: float


class RiskTable(NamedTuple):
    """A row for each day with an event: how many are at risk and have the event, by group."""

    days: Numbers
    risk0: Numbers
    risk1: Numbers
    events0: Numbers
    events1: Numbers


def weighted_log_rank(
    follow_up: FollowUp,
    groups: ArrayLike | Sequence[Hashable],
    rho: float = 0.0,
    gamma: float = 0.0,
    strata: ArrayLike | Sequence[Hashable] | None = None,
) -> WeightedLogRank:
    """Compare two groups; `rho` weighs early events more, `gamma` late ones, 0 and 0 none.

    Within strata, S is that of the stratum. Raises Unusable for other than two groups, a group or
    stratum that is missing, lengths that differ, and weights below zero.
    """
    if not all(math.isfinite(power) and power >= 0 for power in (rho, gamma)):
        raise Unusable(f"rho, gamma: both are at least 0, not {rho} and {gamma}")
    excess, variance = weighted_sums(_tables_of(follow_up, groups, strata), rho, gamma)
    return WeightedLogRank(excess=excess, variance=variance)


def max_combo(follow_up: FollowUp, groups: ArrayLike | Sequence[Hashable]) -> MaxCombo:
    """The largest of four weighted log-rank statistics, of the second group (in sorted order).

    Raises Unusable for other than two groups, a group that is missing, and lengths that differ.
    """
    excess, covariance = four_weighted(_tables_of(follow_up, groups, None)[0])
    sd = np.sqrt(np.diag(covariance))
    z = np.divide(-excess, sd, out=np.full(4, math.nan), where=sd > 0)
    largest, p = largest_of_four(excess, covariance)
    return MaxCombo(z=(float(z[0]), float(z[1]), float(z[2]), float(z[3])), largest=largest, p=p)


def _tables_of(
    follow_up: FollowUp,
    groups: ArrayLike | Sequence[Hashable],
    strata: ArrayLike | Sequence[Hashable] | None,
) -> list[RiskTable]:
    names, group = sorted_codes(groups, "groups")
    alike = np.zeros(len(follow_up), np.int64)
    stratum = alike if strata is None else sorted_codes(strata, "strata")[1]
    problems = [] if len(names) == 2 else [f"groups: two are needed, not {len(names)}"]
    for what, given in (("groups", group), ("strata", stratum)):
        if given.size != len(follow_up):
            problems.append(f"{what}: {given.size} labels for {len(follow_up)} participants")
    if problems:
        raise Unusable(*problems)
    return risk_tables(follow_up.days, follow_up.events, group, stratum)


def risk_tables(days: Days, events: Flags, group: Days, stratum: Days) -> list[RiskTable]:
    """A table for each stratum; `group` is 0 or 1."""
    return [
        _risk_table(days[inside], events[inside], group[inside])
        for inside in (stratum == one for one in np.unique(stratum))
    ]


def _risk_table(days: Days, events: Flags, group: Days) -> RiskTable:
    at = np.unique(days[events])
    ordered = [np.sort(days[group == one]) for one in (0, 1)]
    risk = [own.size - np.searchsorted(own, at).astype(float) for own in ordered]
    happened = [
        np.bincount(np.searchsorted(at, days[events & (group == one)]), minlength=at.size)
        for one in (0, 1)
    ]
    return RiskTable(at.astype(float), *risk, *(counts.astype(float) for counts in happened))


def _by_day(table: RiskTable) -> tuple[Numbers, Numbers, Numbers]:
    """For each day: excess events in group 1, their variance, and S just before."""
    _, risk0, risk1, events0, events1 = table
    risk, events = risk0 + risk1, events0 + events1
    share = risk1 / risk
    # A day on which the only one at risk has the event says nothing, which 0 / 1 says too.
    variance = events * share * (1 - share) * (risk - events) / np.maximum(risk - 1, 1)
    survival = np.concatenate([[1.0], np.cumprod(1 - events / risk)])[:-1]
    return events1 - events * share, variance, survival


def weighted_sums(tables: list[RiskTable], rho: float, gamma: float) -> tuple[float, float]:
    """Weighted excess of events in group 1 and its variance, over all strata."""
    excess = variance = 0.0
    for table in tables:
        one, its_variance, survival = _by_day(table)
        weight = survival**rho * (1 - survival) ** gamma
        excess += float((weight * one).sum())
        variance += float((weight**2 * its_variance).sum())
    return excess, variance


def four_weighted(table: RiskTable) -> tuple[Numbers, Numbers]:
    """Excess of events in group 1 and covariance, of FH(0,0), FH(0,1), FH(1,0) and FH(1,1)."""
    one, variance, survival = _by_day(table)
    weights = np.array([survival**rho * (1 - survival) ** g for rho in (0, 1) for g in (0, 1)])
    return weights @ one, (weights * variance) @ weights.T


def largest_of_four(excess: Numbers, covariance: Numbers) -> tuple[float, float]:
    """The largest of the four statistics and its one-sided p-value."""
    sd = np.sqrt(np.diag(covariance))
    if not sd[0] > 0:
        return math.nan, math.nan
    there = sd > 1e-12 * sd[0]
    largest = float((-excess[there] / sd[there]).max())
    related = covariance[1, 2] / (sd[1] * sd[2]) if there.all() else 1.0
    if related > 1 - _ONE_AND_THE_SAME:  # one day says everything, by whichever weights
        return largest, float(ndtr(-largest))
    return largest, 1.0 - none_above(largest, covariance)


def none_above(c: float, covariance: Numbers) -> float:
    """P(all four statistics <= c): over the plane of FH(0,1) and FH(1,0), by nested quadrature.

    In that plane FH(0,0) cuts off the corner of a quadrant, and FH(1,1) given the two is normal.
    """
    sd = np.sqrt(np.diag(covariance))
    related = covariance / np.outer(sd, sd)
    slopes = np.linalg.solve(related[1:3, 1:3], related[1:3, 3])
    spread = math.sqrt(max(1 - slopes @ related[1:3, 3], 1e-30))
    share_x, share_y, r = sd[1] / sd[0], sd[2] / sd[0], related[1, 2]
    nodes, node_weights = np.polynomial.legendre.leggauss(160)
    corner = c * (1 - share_y) / share_x
    total = 0.0
    for low, high in ((-9.0, min(corner, c)), (corner, c)) if c > 0 else ((-9.0, c),):
        x = (low + (high - low) / 2 * (nodes + 1))[:, None]
        top = np.minimum(c, (c - share_x * x) / share_y) if c > 0 else np.full_like(x, c)
        bottom = np.minimum(r * x - 9 * math.sqrt(1 - r * r), top)
        y = bottom + (top - bottom) / 2 * (nodes + 1)
        density = np.exp(-(x * x + y * y - 2 * r * x * y) / (2 * (1 - r * r)))
        fourth = ndtr((c - slopes[0] * x - slopes[1] * y) / spread)
        inner = (density * fourth) @ node_weights * ((top - bottom) / 2).ravel()
        total += float(inner @ node_weights) * (high - low) / 2
    return total / (2 * math.pi * math.sqrt(1 - r * r))
