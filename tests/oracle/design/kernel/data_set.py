"""The kernel's statistics on one data set of whole days, for holding them against other software.

Nothing that is given is checked: `equipoise.analysis` has the statistics for data of a trial.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.design.kernel.compiled import cached_njit, source_digest
from equipoise.design.kernel.cox import log_hazard_ratio, meet_events
from equipoise.design.kernel.cut import CutData
from equipoise.design.kernel.maxcombo import max_combo
from equipoise.design.kernel.plan import BRESLOW, EFRON
from equipoise.design.kernel.risksets import (
    Exits,
    RiskSets,
    fill_risk_sets,
    new_exits,
    new_risk_sets,
)
from equipoise.design.kernel.statistics import (
    area,
    fleming_harrington,
    four_weighted,
    log_rank,
    z_of,
)

Numbers = NDArray[np.float64]


class Asked(NamedTuple):
    """What the compiled entry point is asked; `tau` in days."""

    rho: float = 0.0
    gamma: float = 0.0
    tau: float = 0.0
    ties: int = EFRON


class Answers(NamedTuple):
    """What it answers: excesses of events in arm 1 and their variances, the largest of MaxCombo's
    four, restricted means by arm, Cox's log hazard ratio."""

    excess: float
    variance: float
    weighted: float
    weighted_variance: float
    largest: float
    largest_p: float
    mean0: float
    mean0_variance: float
    mean1: float
    mean1_variance: float
    log_ratio: float
    information: float


def _entry_point(source: int):  # type: ignore[no-untyped-def]
    """The compiled entry point, tied to the kernel's source (see `compiled.source_digest`)."""

    @cached_njit
    def answers(
        data: CutData,
        days: NDArray[np.float64],
        exits: Exits,
        sets: RiskSets,
        asked: Asked,
        excesses: NDArray[np.float64],
        covariance: NDArray[np.float64],
        weights: NDArray[np.float64],
    ) -> tuple[Answers, int]:
        """Every statistic; `days` has the days that the ranks in `data` stand for."""
        found = fill_risk_sets(data, exits, sets)
        rows = found.rows
        for row in range(rows):
            sets.day[row] = days[int(sets.day[row])]
        four_weighted(sets, rows, weights, excesses, covariance)
        largest, largest_p = max_combo(excesses, covariance)
        excess, variance = log_rank(sets, rows)
        weighted, its_variance = fleming_harrington(sets, rows, asked.rho, asked.gamma)
        mean0, mean0_variance = area(sets, rows, 0, asked.tau)
        mean1, mean1_variance = area(sets, rows, 1, asked.tau)
        events = meet_events(sets, rows, found.tied, asked.ties)
        log_ratio, information = log_hazard_ratio(
            sets.risk0, sets.risk1, events, found.events1, 0.0
        )
        return Answers(
            excess,
            variance,
            weighted,
            its_variance,
            largest,
            largest_p,
            mean0,
            mean0_variance,
            mean1,
            mean1_variance,
            log_ratio,
            information,
        ), source

    return answers


_answers = _entry_point(source_digest())


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
        columns = np.broadcast_arrays(
            *(np.asarray(column) for column in (days, event, arm, stratum))
        )
        whole = [np.atleast_1d(column).astype(np.int64) for column in columns]
        numbers = np.unique(whole[3], return_inverse=True)[1]
        order = np.argsort(numbers, kind="stable")
        # Days are counted by their rank: they may be as long as they like.
        days, ranks = np.unique(whole[0], return_inverse=True)
        self._days = days.astype(np.float64)
        self._data = CutData(
            (4 * ranks + 2 * whole[1] + whole[2])[order].astype(np.int32),
            np.cumsum([0, *np.bincount(numbers)]).astype(np.int32),
        )

    def log_rank(self, stratified: bool = False) -> Compared:
        """Events in arm 1 beyond expectation, and their variance."""
        found = self._ask(Asked(), stratified)
        return _compared(found.excess, found.variance)

    def fleming_harrington(self, rho: float, gamma: float) -> Compared:
        """The same, weighted by S ** rho * (1 - S) ** gamma."""
        found = self._ask(Asked(rho=float(rho), gamma=float(gamma)))
        return _compared(found.weighted, found.weighted_variance)

    def four_weighted(self) -> tuple[Numbers, Numbers]:
        """Arm 1's excess of events and its covariance, of FH(0,0), FH(0,1), FH(1,0), FH(1,1)."""
        excess, covariance = np.empty(4), np.empty((4, 4))
        self._ask(Asked(), False, excess, covariance)
        return excess, covariance

    def max_combo(self) -> tuple[float, float]:
        """The largest of the four, and its one-sided p-value."""
        found = self._ask(Asked())
        return found.largest, found.largest_p

    def restricted_mean(self, arm: int, tau: float) -> tuple[float, float]:
        """The restricted mean survival time of one arm in days, and its variance."""
        found = self._ask(Asked(tau=float(tau)))
        if arm == 1:
            return found.mean1, found.mean1_variance
        return found.mean0, found.mean0_variance

    def cox(self, ties: str = "efron", stratified: bool = False) -> tuple[float, float]:
        """Cox's log hazard ratio of arm 1 against arm 0, and its variance.

        Infinite, or not a number, where the likelihood has no maximum.
        """
        found = self._ask(Asked(ties=EFRON if ties == "efron" else BRESLOW), stratified)
        certain = found.information > 0
        return found.log_ratio, (1.0 / found.information if certain else math.inf)

    def _ask(
        self,
        asked: Asked,
        stratified: bool = False,
        excess: Numbers | None = None,
        covariance: Numbers | None = None,
    ) -> Answers:
        subjects = self._data.keys.size
        whole = np.array([0, subjects], np.int32)
        found: Answers = _answers(
            self._data if stratified else self._data._replace(first=whole),
            self._days,
            new_exits(subjects, self._days.size),
            new_risk_sets(subjects),
            asked,
            np.empty(4) if excess is None else excess,
            np.empty((4, 4)) if covariance is None else covariance,
            np.empty(4),
        )[0]
        return found


def _compared(excess: float, variance: float) -> Compared:
    return Compared(z=z_of(excess, variance), excess=excess, variance=variance)
