"""One look at one trial: the cut, what it sees, the test, the hazard ratio, the decision."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel.compiled import compiled
from equipoise.design.kernel.cox import log_hazard_ratio, meet_events
from equipoise.design.kernel.draws import Subjects
from equipoise.design.kernel.maxcombo import max_combo
from equipoise.design.kernel.order import (
    Desk,
    cut_day,
    entered_by,
    list_events,
    make_keys,
    new_desk,
    sort_keys,
)
from equipoise.design.kernel.plan import (
    EFRON,
    FLEMING_HARRINGTON,
    MAX_COMBO,
    NO_RATIO,
    RMST,
    WALD,
    Plan,
)
from equipoise.design.kernel.ranktests import fleming_harrington, four_weighted, log_rank, z_of
from equipoise.design.kernel.risksets import (
    Found,
    RiskSets,
    new_risk_sets,
    pooled_risk_sets,
    stratum_risk_sets,
)
from equipoise.design.kernel.rmst import rmst_difference

# What is known of one look, column by column.
DECISION, Z, BOUND, LOG_RATIO, INFORMATION, EVENTS, DAY, ENTERED, SHORT = range(9)
COLUMNS = 9
# Decisions.
NOT_REACHED, GO_ON, EFFICACY, FUTILITY = 0.0, 1.0, 2.0, 3.0


class Table(NamedTuple):
    """Room to analyse one look in."""

    desk: Desk
    sets: RiskSets
    excess: NDArray[np.float64]
    covariance: NDArray[np.float64]


@compiled
def new_table(subjects: int) -> Table:
    """Room for the looks of one trial."""
    return Table(
        new_desk(subjects),
        new_risk_sets(subjects),
        np.empty(4),
        np.empty((4, 4)),
    )


@compiled
def take_looks(
    plan: Plan, room: Subjects, table: Table, every: bool, out: NDArray[np.float64]
) -> None:
    """Take the looks one after another until one stops the trial, or `every` one."""
    for look in range(out.shape[0]):
        for column in range(COLUMNS):
            out[look, column] = math.nan
        out[look, DECISION] = NOT_REACHED
    found, last = list_events(plan, room, table.desk)
    going = True
    for look in range(plan.look_kind.size):
        if not (going or every):
            continue
        cut, short = cut_day(plan, look, room, table.desk, found, last)
        out[look, DAY], out[look, SHORT] = cut, short
        analyse(plan, room, table, cut, out[look])
        decide(plan, look, out[look])
        going = out[look, DECISION] == GO_ON


@compiled
def analyse(plan: Plan, room: Subjects, table: Table, cut: int, out: NDArray[np.float64]) -> None:
    """The test and the hazard ratio on the data as they stand on the day of the cut."""
    desk, sets, bits = table.desk, table.sets, plan.stratum_bits
    entered = entered_by(plan, room, cut)
    longest = make_keys(room, entered, cut, bits, desk.keys)
    sort_keys(desk, entered, longest, bits)
    by_stratum = plan.test_stratified == 1
    if by_stratum:
        found = stratum_risk_sets(desk.sorted_keys, entered, bits, sets)
    else:
        found = pooled_risk_sets(desk.sorted_keys, entered, bits, sets)
    excess, variance = log_rank(sets, found.rows)
    run_test(plan, table, found.rows, excess, variance, out)
    out[ENTERED], out[EVENTS] = entered, found.events
    if plan.ties == NO_RATIO and plan.test != WALD:
        return
    if plan.ratio_stratified == 1 and not by_stratum:
        found = stratum_risk_sets(desk.sorted_keys, entered, bits, sets)
    if plan.ratio_stratified == 0 and by_stratum:
        found = pooled_risk_sets(desk.sorted_keys, entered, bits, sets)
    run_cox(plan, sets, found, excess / variance if variance > 0.0 else 0.0, out)


@compiled
def run_test(
    plan: Plan, table: Table, rows: int, excess: float, variance: float, out: NDArray[np.float64]
) -> None:
    """The scenario's statistic, and the number that is held against the bounds."""
    if plan.test == FLEMING_HARRINGTON:
        excess, variance = fleming_harrington(table.sets, rows, plan.rho, plan.gamma)
    out[Z] = z_of(excess, variance)
    out[BOUND] = out[Z]
    if plan.test == MAX_COMBO:
        four_weighted(table.sets, rows, table.excess, table.covariance)
        largest, p = max_combo(table.excess, table.covariance)
        out[Z], out[BOUND] = largest, -p
    elif plan.test == RMST:
        out[Z] = rmst_difference(table.sets, rows, float(plan.tau))[1]
        out[BOUND] = out[Z]


@compiled
def run_cox(
    plan: Plan, sets: RiskSets, found: Found, start: float, out: NDArray[np.float64]
) -> None:
    """The logarithm of the hazard ratio, its information, and for Wald's test the statistic."""
    ties = EFRON if plan.ties == NO_RATIO else plan.ties
    events = meet_events(sets, found.rows, found.tied, ties)
    log_ratio, information = log_hazard_ratio(sets.risk0, sets.risk1, events, found.events1, start)
    out[LOG_RATIO], out[INFORMATION] = log_ratio, information
    if plan.test == WALD:
        out[Z] = -log_ratio * math.sqrt(information) if information > 0.0 else math.nan
        out[BOUND] = out[Z]


@compiled
def decide(plan: Plan, look: int, out: NDArray[np.float64]) -> None:
    """Efficacy, futility or on. A statistic that is not a number decides nothing."""
    held = abs(out[BOUND]) if plan.two_sided == 1 else out[BOUND]
    out[DECISION] = GO_ON
    if held >= plan.efficacy[look]:
        out[DECISION] = EFFICACY
    elif out[BOUND] <= plan.futility[look]:
        out[DECISION] = FUTILITY
