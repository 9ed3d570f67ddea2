"""The kernel's twin: the same trials and statistics in plain NumPy, slowly and by other roads.

It draws with its own Philox, finds days by binary search (`twin_draws`), counts those at risk by
comparison and solves for the hazard ratio by bisection and Newton. It shares with the kernel only
the plan (the tables of a scenario), so it is an oracle for everything that is compiled.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from equipoise.design.kernel import plan as code
from equipoise.design.kernel.plan import Plan
from equipoise.design.kernel.twin_draws import Ints, TwinSubjects, subjects_of, words

__all__ = [
    "Seen",
    "TwinLook",
    "four_weighted",
    "hazard_ratio",
    "looks_of",
    "max_combo",
    "none_above",
    "rmst_z",
    "seen_at",
    "subjects_of",
    "weighted",
    "words",
]

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinLook:
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
class Seen:
    """The data at a cut, of those who had entered."""

    days: Ints
    event: Ints
    arm: Ints
    stratum: Ints


def looks_of(plan: Plan, subjects: TwinSubjects) -> list[TwinLook]:
    """Every look at one trial."""
    return [_look(plan, look, subjects) for look in range(plan.look_kind.size)]


def _cut(plan: Plan, look: int, subjects: TwinSubjects) -> tuple[int, bool]:
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


def seen_at(subjects: TwinSubjects, cut: int) -> Seen:
    """The data as they stand on a day."""
    entered = subjects.entry <= cut
    days = np.minimum(subjects.days, cut - subjects.entry)
    event = subjects.event * (subjects.entry + subjects.days <= cut)
    return Seen(
        days=days[entered],
        event=event[entered],
        arm=subjects.arm[entered],
        stratum=subjects.stratum[entered],
    )


def _look(plan: Plan, look: int, subjects: TwinSubjects) -> TwinLook:
    cut, short = _cut(plan, look, subjects)
    seen = seen_at(subjects, cut)
    ratio, information = math.nan, math.nan
    if plan.ties != code.NO_RATIO or plan.test == code.WALD:
        efron = plan.ties != code.BRESLOW
        ratio, information = hazard_ratio(seen, efron, bool(plan.ratio_stratified))
    z, p = _tested(plan, seen)
    if plan.test == code.WALD:
        known = information > 0 and 0 < ratio < math.inf
        z = -math.log(ratio) * math.sqrt(information) if known else math.nan
    return TwinLook(
        day=cut,
        short=short,
        entered=seen.days.size,
        events=int(seen.event.sum()),
        z=z,
        p=p,
        hazard_ratio=ratio,
        information=information,
    )


def _tested(plan: Plan, seen: Seen) -> tuple[float, float]:
    if plan.test == code.MAX_COMBO:
        return max_combo(seen)
    if plan.test == code.RMST:
        return rmst_z(seen, plan.tau), math.nan
    excess, variance = weighted(seen, plan.rho, plan.gamma, bool(plan.test_stratified))
    return (-excess / math.sqrt(variance) if variance > 0 else math.nan), math.nan


def _tables(seen: Seen, stratified: bool) -> list[tuple[Numbers, ...]]:
    """For each stratum: days with an event, at risk and events in each arm."""
    groups = np.unique(seen.stratum) if stratified else [None]
    tables = []
    for group in groups:
        mine = np.ones(seen.days.size, bool) if group is None else seen.stratum == group
        days, event, arm = seen.days[mine], seen.event[mine] == 1, seen.arm[mine]
        at = np.unique(days[event])
        counts = [(days[arm == a][:, None] >= at).sum(axis=0) for a in (0, 1)]
        counts += [(days[event & (arm == a)][:, None] == at).sum(axis=0) for a in (0, 1)]
        tables.append(tuple(count.astype(float) for count in (at, *counts)))
    return tables


def _parts(table: tuple[Numbers, ...]) -> tuple[Numbers, Numbers, Numbers]:
    """For each day: excess events in arm 1, their variance, and survival just before."""
    _, risk0, risk1, events0, events1 = table
    risk, events = risk0 + risk1, events0 + events1
    share = risk1 / risk
    variance = events * share * (1 - share) * (risk - events) / np.maximum(risk - 1, 1)
    survival = np.concatenate([[1.0], np.cumprod(1 - events / risk)])[:-1]
    # A day on which the only one at risk has the event says nothing, which 0 / 1 says too.
    return events1 - events * share, np.where(risk > 1, variance, 0.0), survival


def weighted(seen: Seen, rho: float, gamma: float, stratified: bool) -> tuple[float, float]:
    """Weighted excess and its variance; rho = gamma = 0 is the log-rank test."""
    excess = variance = 0.0
    for table in _tables(seen, stratified):
        one, its_variance, survival = _parts(table)
        weight = survival**rho * (1 - survival) ** gamma
        excess += float((weight * one).sum())
        variance += float((weight**2 * its_variance).sum())
    return excess, variance


def max_combo(seen: Seen) -> tuple[float, float]:
    """The largest of four statistics and its p-value by nested quadrature."""
    excess, covariance = four_weighted(seen)
    sd = np.sqrt(np.diag(covariance))
    if not sd[0] > 0:
        return math.nan, math.nan
    kept = sd > 1e-12 * sd[0]
    largest = float((-excess[kept] / sd[kept]).max())
    if not kept.all():
        return largest, float(ndtr(-largest))
    return largest, 1.0 - none_above(largest, covariance)


def four_weighted(seen: Seen) -> tuple[Numbers, Numbers]:
    """Excess of events in arm 1 and covariance, of FH(0,0), FH(0,1), FH(1,0) and FH(1,1)."""
    one, variance, survival = _parts(_tables(seen, False)[0])
    weights = np.array([survival**rho * (1 - survival) ** g for rho in (0, 1) for g in (0, 1)])
    return weights @ one, (weights * variance) @ weights.T


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


def rmst_z(seen: Seen, tau: float) -> float:
    """The z of the difference in restricted means."""
    at, risk0, risk1, events0, events1 = _tables(seen, False)[0]
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


def hazard_ratio(seen: Seen, efron: bool, stratified: bool) -> tuple[float, float]:
    """Cox's hazard ratio and the information on its logarithm, by bisection and then Newton."""
    at0, at1, observed = _met(_tables(seen, stratified), efron)
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


def _met(tables: list[tuple[Numbers, ...]], efron: bool) -> tuple[Numbers, Numbers, float]:
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
