"""Many trials: draw, look, and add to sums that do not depend on who added first.

Sums are whole numbers: what is not whole is first multiplied by 2 ** 30 and rounded. Whole
numbers add up to the same in any order, so a run cut in any pieces gives the same sums, bit for
bit.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel.compiled import cached_njit, compiled, source_digest
from equipoise.design.kernel.draws import Subjects, draw_subjects, no_subjects
from equipoise.design.kernel.looks import (
    COLUMNS,
    DAY,
    DECISION,
    ENTERED,
    EVENTS,
    LOG_RATIO,
    SHORT,
    Table,
    Z,
    new_table,
    take_looks,
)
from equipoise.design.kernel.plan import Plan
from equipoise.design.kernel.scenario import EFFICACY, FUTILITY, GO_ON, NOT_REACHED

SCALE = 2.0**30
# Columns of the sums of one look.
(
    N_REACHED,
    N_EFFICACY,
    N_FUTILITY,
    N_SHORT,
    SUM_EVENTS,
    SUM_EVENTS_2,
    SUM_DAYS,
    SUM_DAYS_2,
    SUM_ENTERED,
    N_Z,
    SUM_Z,
    SUM_Z_2,
    N_RATIO,
    SUM_LOG_RATIO,
    SUM_LOG_RATIO_2,
    N_STOP,
    N_STOP_EFFICACY,
    STOP_EVENTS,
    STOP_DAYS,
    STOP_ENTERED,
) = range(20)
SUMS = 20
WEEKS = 2000  # the last stands for every later week too
RATIO_BINS = 802  # logarithms from -4 to 4 by 0.01, and one bin beyond either end


class Workspace(NamedTuple):
    """Workspace to do one trial in; what the last trial left there can be read."""

    subjects: Subjects
    table: Table
    looks: NDArray[np.float64]


class Counted(NamedTuple):
    """What is counted of many trials: by look sums, weeks and hazard ratios, and any details."""

    sums: NDArray[np.int64]
    weeks: NDArray[np.int64]
    ratios: NDArray[np.int64]
    details: NDArray[np.float64]


def workspace_for(plan: Plan) -> Workspace:
    """Workspace for the trials of a plan, one after another."""
    looks = plan.look_kind.size
    return Workspace(no_subjects(plan), new_table(plan), np.full((looks, COLUMNS), math.nan))


def nothing_counted(looks: int, details: int = 0) -> Counted:
    """Nothing yet, and places for the details of so many trials."""
    return Counted(
        np.zeros((looks, SUMS), np.int64),
        np.zeros((looks, WEEKS), np.int64),
        np.zeros((looks, RATIO_BINS), np.int64),
        np.empty((details, looks, COLUMNS)),
    )


@compiled
def scaled(value: float) -> int:
    """A value in units of 2 ** -30, kept within a million either way.

    8,192 of them, the most of one piece of work, still fit into 64 bits.
    """
    return math.floor(min(max(value, -1e6), 1e6) * SCALE + 0.5)


@compiled
def ratio_bin(log_ratio: float) -> int:
    """The histogram's bin of the logarithm of a hazard ratio."""
    place = math.floor((min(max(log_ratio, -5.0), 5.0) + 4.0) * 100.0) + 1.0
    return int(min(max(place, 0.0), RATIO_BINS - 1.0))


@compiled
def add_look(
    look: NDArray[np.float64],
    sums: NDArray[np.int64],
    weeks: NDArray[np.int64],
    ratios: NDArray[np.int64],
) -> None:
    """Add what one look of one trial found to the sums of that look."""
    if look[DECISION] == NOT_REACHED:
        return
    events, day = int(look[EVENTS]), int(look[DAY])
    sums[N_REACHED] += 1
    sums[N_EFFICACY] += look[DECISION] == EFFICACY
    sums[N_FUTILITY] += look[DECISION] == FUTILITY
    sums[N_SHORT] += int(look[SHORT])
    sums[SUM_EVENTS] += events
    sums[SUM_EVENTS_2] += events * events
    sums[SUM_DAYS] += day
    sums[SUM_DAYS_2] += day * day
    sums[SUM_ENTERED] += int(look[ENTERED])
    weeks[min(day // 7, WEEKS - 1)] += 1
    if math.isfinite(look[Z]):
        sums[N_Z] += 1
        sums[SUM_Z] += scaled(look[Z])
        sums[SUM_Z_2] += scaled(look[Z] * look[Z])
    add_ratio(look[LOG_RATIO], sums, ratios)


@compiled
def add_ratio(log_ratio: float, sums: NDArray[np.int64], ratios: NDArray[np.int64]) -> None:
    """Add a hazard ratio: the finite ones to the sums, any but "not a number" to the bins."""
    if math.isnan(log_ratio):
        return
    ratios[ratio_bin(log_ratio)] += 1
    if math.isfinite(log_ratio):
        sums[N_RATIO] += 1
        sums[SUM_LOG_RATIO] += scaled(log_ratio)
        sums[SUM_LOG_RATIO_2] += scaled(log_ratio * log_ratio)


@compiled
def add_stop(looks: NDArray[np.float64], sums: NDArray[np.int64]) -> None:
    """Add the look at which the trial stops: the first that crosses a bound, or the last."""
    stop = 0
    while stop + 1 < looks.shape[0] and looks[stop, DECISION] == GO_ON:
        stop += 1
    sums[stop, N_STOP] += 1
    sums[stop, N_STOP_EFFICACY] += looks[stop, DECISION] == EFFICACY
    sums[stop, STOP_EVENTS] += int(looks[stop, EVENTS])
    sums[stop, STOP_DAYS] += int(looks[stop, DAY])
    sums[stop, STOP_ENTERED] += int(looks[stop, ENTERED])


@compiled
def copy_looks(looks: NDArray[np.float64], details: NDArray[np.float64]) -> None:
    """Copy what the looks of one trial found."""
    for look in range(looks.shape[0]):
        for column in range(COLUMNS):
            details[look, column] = looks[look, column]


def _entry_point(source: int):  # type: ignore[no-untyped-def]
    """The compiled entry point, tied to the kernel's source (see `compiled.source_digest`)."""

    @cached_njit
    def run_trials(
        plan: Plan, seed: int, first: int, trials: int, every: bool, into: Workspace, count: Counted
    ) -> int:
        """Trials `first` to `first + trials`, counted; each in detail if there is a place."""
        subjects, table, looks = into
        for k in range(trials):
            draw_subjects(plan, seed, first + k, subjects)
            take_looks(plan, subjects, table, every, looks)
            for look in range(looks.shape[0]):
                sums = count.sums[look]
                add_look(looks[look], sums, count.weeks[look], count.ratios[look])
            add_stop(looks, count.sums)
            if k < count.details.shape[0]:
                copy_looks(looks, count.details[k])
        return source

    return run_trials


run_trials = _entry_point(source_digest())
