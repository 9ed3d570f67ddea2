"""The kernel's reference implementation: the same trials and statistics in plain NumPy, slowly.

It draws with its own Philox, finds days by binary search (`reference_draws`), tests as
`equipoise.analysis` does and solves for the hazard ratio by bisection and Newton. It shares with
the kernel only the plan (the tables of a scenario), so it judges everything that is compiled.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.analysis import weighted_logrank
from equipoise.analysis.weighted_logrank import RiskTable, risk_tables
from equipoise.design.kernel import plan as code
from equipoise.design.kernel.plan import Plan
from tests.oracle.design.kernel.reference_draws import Ints, Subjects, subjects_of, words

__all__ = [
    "LookFound",
    "CutData",
    "four_weighted",
    "hazard_ratio",
    "looks_of",
    "rmst_z",
    "data_at",
    "subjects_of",
    "words",
]

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookFound:
    """What one look found. `z` is not a number when there is nothing to test."""

    day: int
    short: bool
    entered: int
    events: int
    z: float
    p: float
    hazard_ratio: float
    information: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CutData:
    """The data at a cut, of those who had entered."""

    days: Ints
    event: Ints
    arm: Ints
    stratum: Ints


def looks_of(plan: Plan, subjects: Subjects) -> list[LookFound]:
    """Every look at one trial."""
    return [_look(plan, look, subjects) for look in range(plan.look_kind.size)]


def _cut(plan: Plan, look: int, subjects: Subjects) -> tuple[int, bool]:
    kind, place = int(plan.look_kind[look]), int(plan.look_at[look])
    if kind == code.BY_DAY:
        return min(place, plan.last_day), False
    if kind == code.AFTER_LAST_ENTRY:
        return min(int(subjects.entry.max()) + place, plan.last_day), False
    calendar = np.sort((subjects.entry + subjects.days)[subjects.event == 1])
    calendar = calendar[calendar <= plan.last_day]
    if calendar.size >= place:
        return int(calendar[place - 1]), False
    if plan.ends:
        return plan.last_day, True
    return (int(calendar[-1]) if calendar.size else 1), True


def data_at(subjects: Subjects, cut: int) -> CutData:
    """The data as they stand on a day."""
    entered = subjects.entry <= cut
    days = np.minimum(subjects.days, cut - subjects.entry)
    event = subjects.event * (subjects.entry + subjects.days <= cut)
    return CutData(
        days=days[entered],
        event=event[entered],
        arm=subjects.arm[entered],
        stratum=subjects.stratum[entered],
    )


def _look(plan: Plan, look: int, subjects: Subjects) -> LookFound:
    cut, short = _cut(plan, look, subjects)
    data = data_at(subjects, cut)
    ratio, information = math.nan, math.nan
    if plan.ties != code.NO_RATIO or plan.test == code.WALD:
        efron = plan.ties != code.BRESLOW
        ratio, information = hazard_ratio(data, efron, bool(plan.ratio_stratified))
    z, p = _tested(plan, data)
    if plan.test == code.WALD:
        known = information > 0 and 0 < ratio < math.inf
        z = -math.log(ratio) * math.sqrt(information) if known else math.nan
    return LookFound(
        day=cut,
        short=short,
        entered=data.days.size,
        events=int(data.event.sum()),
        z=z,
        p=p,
        hazard_ratio=ratio,
        information=information,
    )


def _tested(plan: Plan, data: CutData) -> tuple[float, float]:
    if plan.test == code.MAX_COMBO:
        return weighted_logrank.largest_of_four(*four_weighted(data))
    if plan.test == code.RMST:
        return rmst_z(data, plan.tau), math.nan
    tables = _tables(data, bool(plan.test_stratified))
    excess, variance = weighted_logrank.weighted_sums(tables, plan.rho, plan.gamma)
    return (-excess / math.sqrt(variance) if variance > 0 else math.nan), math.nan


def _tables(data: CutData, stratified: bool) -> list[RiskTable]:
    """For each stratum: days with an event, at risk and events in each arm."""
    stratum = data.stratum if stratified else np.zeros_like(data.stratum)
    return risk_tables(data.days, data.event == 1, data.arm, stratum)


def four_weighted(data: CutData) -> tuple[Numbers, Numbers]:
    """Excess of events in arm 1 and covariance, of FH(0,0), FH(0,1), FH(1,0) and FH(1,1)."""
    return weighted_logrank.four_weighted(_tables(data, False)[0])


def rmst_z(data: CutData, tau: float) -> float:
    """The z of the difference in restricted means."""
    at, risk0, risk1, events0, events1 = _tables(data, False)[0]
    means, variances = [], []
    for risk, events in ((risk0, events0), (risk1, events1)):
        own = (events > 0) & (at < tau)
        steps = np.cumprod(1 - events[own] / risk[own])
        widths = np.diff(np.concatenate([[0.0], at[own], [tau]]))
        areas = np.concatenate([[1.0], steps]) * widths
        ahead = np.cumsum(areas[::-1])[::-1][1:]
        left = risk[own] - events[own]
        greenwood = np.where(left > 0, events[own] / (risk[own] * np.maximum(left, 1)), 0.0)
        means.append(areas.sum())
        variances.append((ahead**2 * greenwood).sum())
    total = sum(variances)
    return float((means[1] - means[0]) / math.sqrt(total)) if total > 0 else math.nan


def hazard_ratio(data: CutData, efron: bool, stratified: bool) -> tuple[float, float]:
    """Cox's hazard ratio and the information on its logarithm, by bisection and then Newton."""
    at0, at1, observed = _met(_tables(data, stratified), efron)
    up, down = observed >= (at1 > 0).sum(), observed <= (at0 == 0).sum()
    if up or down:
        return (math.nan if up and down else math.inf if up else 0.0), 0.0
    low, high = -60.0, 60.0
    for _ in range(50):
        middle = (low + high) / 2
        share = at1 * math.exp(middle) / (at0 + at1 * math.exp(middle))
        low, high = (middle, high) if observed > share.sum() else (low, middle)
    log_ratio = (low + high) / 2
    information = 0.0
    for _ in range(3):
        share = at1 * math.exp(log_ratio) / (at0 + at1 * math.exp(log_ratio))
        information = float((share * (1 - share)).sum())
        log_ratio += (observed - float(share.sum())) / information
    return math.exp(log_ratio), information


def _met(tables: list[RiskTable], efron: bool) -> tuple[Numbers, Numbers, float]:
    """The numbers at risk in each arm that each event meets, and the events of arm 1."""
    at0: list[float] = []
    at1: list[float] = []
    observed = 0.0
    for table in tables:
        for _, risk0, risk1, events0, events1 in zip(*table, strict=True):
            events = int(events0 + events1)
            observed += events1
            for k in range(events):
                gone = k / events if efron else 0.0
                at0.append(risk0 - gone * events0)
                at1.append(risk1 - gone * events1)
    return np.array(at0), np.array(at1), observed
