"""What a simulation found: counts and sums by look, trials in full when they were asked for."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel import looks as column
from equipoise.design.kernel import run as total
from equipoise.design.kernel.draws import Subjects
from equipoise.design.kernel.scenario import MaxCombo, Scenario

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookResult:
    """One look over all trials that reached it. Days are calendar days of the study."""

    reached: int
    efficacy: int
    futility: int
    short_of_events: int
    stopped: int
    stopped_for_efficacy: int
    mean_events: float
    sd_events: float
    mean_day: float
    sd_day: float
    median_week: float
    mean_entered: float
    mean_statistic: float
    sd_statistic: float
    geometric_mean_hazard_ratio: float
    median_hazard_ratio: float
    sd_log_hazard_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """Every trial: rows are trials, columns are looks; not a number where a look was not reached.

    `z` is on the scale of the bounds (for MaxCombo the z of its p-value; `statistic` the largest
    of the four); `p` is one-sided. `decision` is one of those of `scenario`, such as EFFICACY.
    """

    decision: NDArray[np.int8]
    statistic: Numbers
    z: Numbers
    p: Numbers
    hazard_ratio: Numbers
    information: Numbers
    events: Numbers
    day: Numbers
    entered: Numbers

    @classmethod
    def of(cls, scenario: Scenario, columns: Numbers) -> "Details":
        """From the kernel's columns."""
        from scipy.special import ndtr, ndtri  # here, for it takes a fifth of a cold start

        bound = columns[..., column.BOUND]
        combo = isinstance(scenario.test, MaxCombo)
        return cls(
            decision=columns[..., column.DECISION].astype(np.int8),
            statistic=columns[..., column.Z],
            z=-ndtri(-bound) if combo else bound,
            p=-bound if combo else ndtr(-bound),
            hazard_ratio=np.exp(columns[..., column.LOG_RATIO]),
            information=columns[..., column.INFORMATION],
            events=columns[..., column.EVENTS],
            day=columns[..., column.DAY],
            entered=columns[..., column.ENTERED],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One trial in full: its subjects in the order of entry, and every look at it."""

    seed: int
    trial: int
    entry_day: NDArray[np.int32]
    stratum: NDArray[np.int32]
    experimental: NDArray[np.int32]
    days: NDArray[np.int32]
    event: NDArray[np.int32]
    looks: Details


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Trials `first` to `first + trials` of the run with this seed.

    `sums`, `weeks` (calendar week of each look) and `ratios` (bins of 0.01 of the log hazard
    ratio) are whole numbers, one row a look; everything else is worked out from them.
    """

    scenario: Scenario
    seed: int
    first: int
    trials: int
    every_look: bool
    sums: tuple[tuple[int, ...], ...]
    weeks: NDArray[np.int64]
    ratios: NDArray[np.int64]
    details: Details | None = None

    @property
    def power(self) -> float:
        """The share of trials in which an efficacy bound was the first bound crossed."""
        return self._stopped(total.N_STOP_EFFICACY)

    @property
    def standard_error(self) -> float:
        """The Monte-Carlo error of the power."""
        return math.sqrt(self.power * (1.0 - self.power) / self.trials)

    @property
    def expected_events(self) -> float:
        """Events when the trial stops, on average."""
        return self._stopped(total.STOP_EVENTS)

    @property
    def expected_day(self) -> float:
        """The calendar day on which the trial stops, on average."""
        return self._stopped(total.STOP_DAYS)

    @property
    def expected_entered(self) -> float:
        """Subjects entered when the trial stops, on average."""
        return self._stopped(total.STOP_ENTERED)

    @property
    def looks(self) -> tuple[LookResult, ...]:
        """Each look in turn."""
        return tuple(_look(*row) for row in zip(self.sums, self.weeks, self.ratios, strict=True))

    def merged(self, other: "Result") -> "Result":
        """This run and the trials that follow it, as if done in one call."""
        same = (self.scenario, self.seed, self.every_look)
        if same != (other.scenario, other.seed, other.every_look):
            raise ValueError("only results of one scenario and seed can be merged")
        if other.first != self.first + self.trials:
            wanted = self.first + self.trials
            raise ValueError(f"the trials to merge must start at {wanted}, not {other.first}")
        pairs = zip(self.sums, other.sums, strict=True)
        return replace(
            self,
            trials=self.trials + other.trials,
            sums=tuple(tuple(map(sum, zip(*pair, strict=True))) for pair in pairs),
            weeks=self.weeks + other.weeks,
            ratios=self.ratios + other.ratios,
            details=None,
        )

    def _stopped(self, what: int) -> float:
        return sum(row[what] for row in self.sums) / self.trials


def trial_of(scenario: Scenario, seed: int, trial: int, subjects: Subjects, rows: Numbers) -> Trial:
    """One trial from the kernel's own arrays."""
    return Trial(
        seed=seed,
        trial=trial,
        entry_day=subjects.entry,
        stratum=subjects.stratum,
        experimental=subjects.arm,
        days=subjects.days,
        event=subjects.event,
        looks=Details.of(scenario, rows),
    )


def _look(row: tuple[int, ...], weeks: NDArray[np.int64], ratios: NDArray[np.int64]) -> LookResult:
    """The means of one look; not a number where there is nothing to average."""
    reached = row[total.N_REACHED]
    events = _moments(reached, row[total.SUM_EVENTS], row[total.SUM_EVENTS_2], 1.0)
    day = _moments(reached, row[total.SUM_DAYS], row[total.SUM_DAYS_2], 1.0)
    statistic = _moments(row[total.N_Z], row[total.SUM_Z], row[total.SUM_Z_2], total.SCALE)
    log_ratio = _moments(
        row[total.N_RATIO], row[total.SUM_LOG_RATIO], row[total.SUM_LOG_RATIO_2], total.SCALE
    )
    return LookResult(
        reached=reached,
        efficacy=row[total.N_EFFICACY],
        futility=row[total.N_FUTILITY],
        short_of_events=row[total.N_SHORT],
        stopped=row[total.N_STOP],
        stopped_for_efficacy=row[total.N_STOP_EFFICACY],
        mean_events=events[0],
        sd_events=events[1],
        mean_day=day[0],
        sd_day=day[1],
        median_week=_median(weeks),
        mean_entered=_moments(reached, row[total.SUM_ENTERED], 0, 1.0)[0],
        mean_statistic=statistic[0],
        sd_statistic=statistic[1],
        geometric_mean_hazard_ratio=math.exp(log_ratio[0]),
        median_hazard_ratio=math.exp((_median(ratios) - 0.5) / 100.0 - 4.0),
        sd_log_hazard_ratio=log_ratio[1],
    )


def _moments(count: int, one: int, two: int, scale: float) -> tuple[float, float]:
    """Mean and standard deviation from exact sums."""
    if count == 0:
        return math.nan, math.nan
    mean = one / count / scale
    spread = count * two * int(scale) - one * one
    return mean, math.sqrt(max(spread, 0)) / count / scale


def _median(bins: NDArray[np.int64]) -> float:
    """The middle bin of a histogram."""
    if not bins.sum():
        return math.nan
    return float(np.searchsorted(np.cumsum(bins), bins.sum() / 2.0))
