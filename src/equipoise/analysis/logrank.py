"""The log-rank test: do two or more arms differ in survival, within strata if there are any?

In each stratum, on each day with an event, the events expected in an arm are
shared out by the numbers at risk; over days and strata the observed less the
expected are summed, with their hypergeometric covariance (Mantel, 1966).
"""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from equipoise.analysis.follow_up import Days, FollowUp, Numbers, Unusable, read_only, sorted_codes
from equipoise.analysis.probability import chi_square_tail

_RANK_TOLERANCE = 1e-10  # of a correlation matrix: smaller is rounding


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LogRank:
    """Observed and expected events by group, in the sorted order of `groups`.

    `variance` is the covariance of observed less expected, groups by groups.
    `degrees` counts the independent comparisons that strata leave: groups less one where all met.
    `chi_square` and `p` are NaN, `degrees` 0, when there is nothing to compare:
    no event while two groups were at risk.
    """

    groups: tuple[Any, ...]
    subjects: tuple[int, ...]
    observed: tuple[int, ...]
    expected: tuple[float, ...]
    variance: Numbers
    chi_square: float
    degrees: int
    p: float

    @property
    def z(self) -> float:
        """For two groups: positive when the second has more events than expected."""
        if len(self.groups) != 2:
            raise Unusable(f"z: needs two groups, there are {len(self.groups)}")
        spread = math.sqrt(self.variance[1, 1])
        return (self.observed[1] - self.expected[1]) / spread if spread > 0 else math.nan


def log_rank(
    follow_up: FollowUp,
    groups: ArrayLike | Sequence[Hashable],
    strata: ArrayLike | Sequence[Hashable] | None = None,
) -> LogRank:
    """Compare the groups; `strata` gives each participant's stratum (a label, or a tuple of them).

    Raises Unusable for fewer than two groups, a group or stratum that is missing, and lengths that
    differ.
    """
    names, group = sorted_codes(groups, "groups")
    alike = np.zeros(len(follow_up), np.int64)
    _, stratum = sorted_codes(alike if strata is None else strata, "strata")
    _check(follow_up, names, group, stratum)
    expected, variance = np.zeros(len(names)), np.zeros((len(names), len(names)))
    for one in np.unique(stratum):
        inside = stratum == one
        more_expected, more_variance = _one_stratum(follow_up.of(inside), group[inside], len(names))
        expected += more_expected
        variance += more_variance
    observed = np.bincount(group, weights=follow_up.events, minlength=len(names))
    chi_square, degrees = _chi_square(observed - expected, variance)
    return LogRank(
        groups=names,
        subjects=tuple(np.bincount(group, minlength=len(names)).tolist()),
        observed=tuple(int(number) for number in observed),
        expected=tuple(expected.tolist()),
        variance=read_only(variance),
        chi_square=chi_square,
        degrees=degrees,
        p=chi_square_tail(chi_square, degrees) if degrees else math.nan,
    )


def _check(follow_up: FollowUp, names: tuple[Any, ...], group: Days, stratum: Days) -> None:
    problems = []
    if len(names) < 2:
        problems.append(f"groups: at least two are needed, not {len(names)}")
    for what, given in (("groups", group), ("strata", stratum)):
        if given.size != len(follow_up):
            problems.append(f"{what}: {given.size} labels for {len(follow_up)} participants")
    if problems:
        raise Unusable(*problems)


def _one_stratum(follow_up: FollowUp, group: Days, groups: int) -> tuple[Numbers, Numbers]:
    """Expected events by group, and the covariance of observed less expected."""
    days = np.unique(follow_up.days[follow_up.events])
    ordered = [np.sort(follow_up.days[group == one]) for one in range(groups)]
    at_risk = np.stack([own.size - np.searchsorted(own, days) for own in ordered], axis=1)
    deaths = np.searchsorted(days, follow_up.days[follow_up.events])
    events = np.bincount(deaths, minlength=days.size)
    total = at_risk.sum(axis=1)
    share = at_risk / total[:, None]
    # With one participant left at risk the outcome is certain and adds no variance.
    weight = events * (total - events) / np.maximum(total - 1, 1)
    variance = np.diag(weight @ share) - share.T @ (weight[:, None] * share)
    return events @ share, variance


def _chi_square(excess: Numbers, variance: Numbers) -> tuple[float, int]:
    """The statistic, and over how many independent comparisons.

    Groups that were never at risk together, alone in a stratum say, are not compared: they leave
    the covariance fewer ranks than there are groups less one, and only those ranks count.
    """
    spread = np.sqrt(np.maximum(variance.diagonal(), 0))
    told = np.flatnonzero(spread > 0)
    if told.size == 0:
        return math.nan, 0
    spread, excess = spread[told], excess[told]
    sizes, ways = np.linalg.eigh(variance[np.ix_(told, told)] / np.outer(spread, spread))
    compared = sizes > _RANK_TOLERANCE
    along = ways[:, compared].T @ (excess / spread)
    return float((along**2 / sizes[compared]).sum()), int(compared.sum())
