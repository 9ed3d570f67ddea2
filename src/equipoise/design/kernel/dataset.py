"""The kernel's statistics on one data set: days, events, arms, and strata if there are any.

For checking the kernel against other software, and for whoever has a data set in whole days. The
frames of `equipoise.analysis` have the fuller answers.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.design.kernel.cox import log_hazard_ratio, meet_events
from equipoise.design.kernel.maxcombo import max_combo
from equipoise.design.kernel.plan import BRESLOW, EFRON
from equipoise.design.kernel.ranktests import fleming_harrington, four_weighted, log_rank, z_of
from equipoise.design.kernel.risksets import (
    Found,
    RiskSets,
    fill_risk_sets,
    new_risk_sets,
    nobody_leaving,
)
from equipoise.design.kernel.rmst import area, rmst_difference
from equipoise.design.kernel.seen import Seen

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A statistic (positive: arm 1 does better), arm 1's excess of events, and its variance."""

    z: float
    excess: float
    variance: float


class DataSet:
    """Subjects followed for whole days, with or without an event, in arm 0 or 1."""

    def __init__(
        self, days: ArrayLike, event: ArrayLike, arm: ArrayLike, stratum: ArrayLike = 0
    ) -> None:
        columns = np.broadcast_arrays(*(np.asarray(c) for c in (days, event, arm, stratum)))
        whole = [np.atleast_1d(column).astype(np.int64) for column in columns]
        if any((column != given).any() for column, given in zip(whole, columns, strict=True)):
            raise ValueError("days, events, arms and strata must be whole numbers")
        if (whole[0] < 0).any() or not all(np.isin(column, (0, 1)).all() for column in whole[1:3]):
            raise ValueError("days must not be below zero; events and arms must be 0 or 1")
        numbers = np.unique(whole[3], return_inverse=True)[1]
        order = np.argsort(numbers, kind="stable")
        # Days are counted by their rank: they may be as long as they like.
        self._days, ranks = np.unique(whole[0], return_inverse=True)
        self._seen = Seen(
            (4 * ranks + 2 * whole[1] + whole[2])[order].astype(np.int32),
            np.cumsum([0, *np.bincount(numbers)]).astype(np.int32),
        )

    def log_rank(self, stratified: bool = False) -> Compared:
        """Events in arm 1 beyond expectation, and their variance."""
        sets, found = self._risk_sets(stratified)
        return _compared(*log_rank(sets, found.rows))

    def fleming_harrington(self, rho: float, gamma: float) -> Compared:
        """The same, weighted by S ** rho * (1 - S) ** gamma."""
        sets, found = self._risk_sets(False)
        return _compared(*fleming_harrington(sets, found.rows, float(rho), float(gamma)))

    def four_weighted(self) -> tuple[Numbers, Numbers]:
        """Arm 1's excess of events and its covariance, of FH(0,0), FH(0,1), FH(1,0), FH(1,1)."""
        sets, found = self._risk_sets(False)
        excess, covariance = np.empty(4), np.empty((4, 4))
        four_weighted(sets, found.rows, excess, covariance)
        return excess, covariance

    def max_combo(self) -> tuple[float, float]:
        """The largest of the four, and its one-sided p-value."""
        largest, p = max_combo(*self.four_weighted())
        return float(largest), float(p)

    def restricted_mean(self, arm: int, tau: float) -> tuple[float, float]:
        """The restricted mean survival time of one arm in days, and its variance."""
        sets, found = self._risk_sets(False)
        mean, variance = area(sets, found.rows, arm, float(tau))
        return float(mean), float(variance)

    def rmst_difference(self, tau: float) -> tuple[float, float]:
        """Arm 1 minus arm 0 in days, and its z."""
        sets, found = self._risk_sets(False)
        difference, z = rmst_difference(sets, found.rows, float(tau))
        return float(difference), float(z)

    def cox(self, ties: str = "efron", stratified: bool = False) -> tuple[float, float]:
        """Cox's log hazard ratio of arm 1 against arm 0, and its variance.

        Infinite, or not a number, where the likelihood has no maximum.
        """
        sets, found = self._risk_sets(stratified)
        events = meet_events(sets, found.rows, found.tied, EFRON if ties == "efron" else BRESLOW)
        estimate, information = log_hazard_ratio(sets.risk0, sets.risk1, events, found.events1, 0.0)
        return float(estimate), (1.0 / information if information > 0 else math.inf)

    def _risk_sets(self, stratified: bool) -> tuple[RiskSets, Found]:
        subjects = self._seen.keys.size
        sets, leaving = new_risk_sets(subjects), nobody_leaving(subjects, self._days.size)
        found = Found(*fill_risk_sets(self._seen, subjects, stratified, leaving, sets))
        sets.day[: found.rows] = self._days[sets.day[: found.rows].astype(np.int64)]
        return sets, found


def _compared(excess: float, variance: float) -> Compared:
    return Compared(z=float(z_of(excess, variance)), excess=excess, variance=variance)
