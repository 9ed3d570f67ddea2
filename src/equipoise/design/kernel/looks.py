"""One look at one trial: the cut, the data then, the test, the hazard ratio, the decision."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel.compiled import compiled
from equipoise.design.kernel.cox import log_hazard_ratio, meet_events
from equipoise.design.kernel.cut import (
    CutData,
    cut_day,
    entered_by,
    fill_cut,
    list_events,
    new_cut_data,
    put_by_stratum,
)
from equipoise.design.kernel.draws import Subjects
from equipoise.design.kernel.maxcombo import max_combo
from equipoise.design.kernel.plan import (
    EFRON,
    FLEMING_HARRINGTON,
    MAX_COMBO,
    NO_RATIO,
    RMST,
    WALD,
    Plan,
)
from equipoise.design.kernel.risksets import (
    Exits,
    Found,
    RiskSets,
    fill_risk_sets,
    new_exits,
    new_risk_sets,
)
from equipoise.design.kernel.scenario import EFFICACY, FUTILITY, GO_ON, NOT_REACHED
from equipoise.design.kernel.statistics import (
    fleming_harrington,
    four_weighted,
    log_rank,
    rmst_difference,
    z_of,
)

# What is known of one look, column by column.
DECISION, Z, BOUND, LOG_RATIO, INFORMATION, EVENTS, DAY, ENTERED, SHORT = range(9)
COLUMNS = 9


class Table(NamedTuple):
    """Workspace to analyse one look in."""

    calendar: NDArray[np.int32]
    cut: CutData
    by_stratum: CutData
    exits: Exits
    sets: RiskSets
    excess: NDArray[np.float64]
    covariance: NDArray[np.float64]
    weights: NDArray[np.float64]


def new_table(plan: Plan) -> Table:
    """Workspace for the looks of one trial."""
    strata = plan.stratum_upto.size
    return Table(
        np.empty(plan.subjects, np.int32),
        new_cut_data(plan.subjects),
        new_cut_data(plan.subjects, strata),
        new_exits(plan.subjects, plan.last_day),
        new_risk_sets(plan.subjects),
        np.empty(4),
        np.empty((4, 4)),
        np.empty(4),
    )


@compiled
def take_looks(
    plan: Plan, drawn: Subjects, table: Table, every: bool, out: NDArray[np.float64]
) -> None:
    """Take the looks one after another until one stops the trial, or `every` one."""
    for look in range(out.shape[0]):
        for column in range(COLUMNS):
            out[look, column] = math.nan
        out[look, DECISION] = NOT_REACHED
    events = list_events(plan, drawn, table.calendar)
    going = True
    for look in range(plan.look_kind.size):
        if not (going or every):
            continue
        cut, short = cut_day(plan, look, drawn, table.calendar, events)
        out[look, DAY], out[look, SHORT] = cut, short
        analyse(plan, drawn, table, cut, out[look])
        decide(plan, look, out[look])
        going = out[look, DECISION] == GO_ON


@compiled
def analyse(plan: Plan, drawn: Subjects, table: Table, cut: int, out: NDArray[np.float64]) -> None:
    """The test and the hazard ratio on the data as they stand on the day of the cut."""
    entered = entered_by(drawn.entry, cut)
    fill_cut(drawn, cut, entered, table.cut)
    if plan.test_stratified == 1 or plan.ratio_stratified == 1:
        put_by_stratum(table.cut, drawn.stratum, entered, table.by_stratum)
    found = risk_sets_of(table, plan.test_stratified)
    excess, variance = log_rank(table.sets, found.rows)
    run_test(plan, table, found.rows, excess, variance, out)
    out[ENTERED], out[EVENTS] = entered, found.events
    if plan.ties == NO_RATIO and plan.test != WALD:
        return
    if plan.ratio_stratified != plan.test_stratified:
        found = risk_sets_of(table, plan.ratio_stratified)
    start = excess / variance if variance > 0.0 else 0.0
    run_cox(plan, table.sets, found, start, out)


@compiled
def risk_sets_of(table: Table, by_stratum: int) -> Found:
    """Fill the risk sets from the data at the cut, over all or stratum by stratum."""
    if by_stratum == 1:
        return fill_risk_sets(table.by_stratum, table.exits, table.sets)
    return fill_risk_sets(table.cut, table.exits, table.sets)


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
        four_weighted(table.sets, rows, table.weights, table.excess, table.covariance)
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
