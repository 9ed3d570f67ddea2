"""A scenario in numbers: the tables that the compiled kernel reads."""

import math
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel.laws import Changed, Law
from equipoise.design.kernel.scenario import (
    LONGEST,
    DailyAccrual,
    Factor,
    FlemingHarrington,
    LogRank,
    Look,
    MaxCombo,
    Rmst,
    Scenario,
    Wald,
)
from equipoise.design.kernel.schemes import BigStick, Blocks, InTurn, Minimisation, Scheme, Simple
from equipoise.design.kernel.tabulated import Laws, as_words

LATEST_ENTRY = 2**22
STRATUM_SHIFT = np.uint32(20)  # leaves the leading 12 bits of a word, by which a guide goes

IN_TURN, SIMPLE, BLOCKS, MINIMISATION, BIG_STICK = range(5)
BY_EVENTS, BY_DAY, AFTER_LAST_ENTRY = range(3)
LOG_RANK, FLEMING_HARRINGTON, MAX_COMBO, RMST, WALD = range(5)
RANGE, VARIANCE, MARGINAL = range(3)
NO_RATIO, EFRON, BRESLOW = range(3)


class Plan(NamedTuple):
    """What the compiled kernel is given of a scenario."""

    subjects: int
    # accrual: the entry days when even, else the steps of the cumulative rate
    entry_days: NDArray[np.int32]
    accrual_sum: NDArray[np.float64]
    accrual_start: NDArray[np.float64]
    accrual_rate: NDArray[np.float64]
    # arms
    stratum_upto: NDArray[np.uint32]
    stratum_guide: NDArray[np.uint16]
    scheme: int
    scheme_numbers: NDArray[np.int64]
    scheme_words: NDArray[np.int64]
    ratio: NDArray[np.int64]
    level_of: NDArray[np.int32]
    weights: NDArray[np.int64]
    measure: int
    # times: a row of thresholds and of the guide a law (see `tabulated`); the law of each cell,
    # that is of each arm and stratum
    thresholds: NDArray[np.uint32]
    guide: NDArray[np.uint16]
    width: int
    event_rows: NDArray[np.int32]
    drop_rows: NDArray[np.int32]
    drops: int
    other_rows: NDArray[np.int32]
    others: int
    other_counts: int
    last_day: int
    ends: int
    # looks
    look_kind: NDArray[np.int64]
    look_at: NDArray[np.int64]
    efficacy: NDArray[np.float64]
    futility: NDArray[np.float64]
    two_sided: int
    # analysis
    test: int
    rho: float
    gamma: float
    tau: int
    test_stratified: int
    ties: int
    ratio_stratified: int


@lru_cache(maxsize=8)
def plan_of(scenario: Scenario) -> Plan:
    """The tables of a scenario, a few kept at hand. Long only because it names every field once."""
    upto = as_words(np.cumsum(_prevalences(scenario.factors)))
    laws = Laws(scenario.last_day or LONGEST)
    events = [
        [laws.add(_in_stratum(arm.event, ratio)) for ratio in _hazard_ratios(scenario.factors)]
        for arm in (scenario.control, scenario.experimental)
    ]
    arms = (scenario.control, scenario.experimental)
    drops = [[laws.add(arm.drop_out)] * scenario.strata() for arm in arms]
    others = [[laws.add(arm.other_progression)] * scenario.strata() for arm in arms]
    thresholds, guide = laws.tables()
    scheme, numbers, words = _scheme_numbers(scenario.scheme)
    entry_days, sums = _entries(scenario.accrual, scenario.subjects)
    look_kind, look_at, efficacy, futility = _looks(scenario)
    test, rho, gamma, tau = _test_numbers(scenario)
    by_stratum = isinstance(scenario.test, LogRank) and scenario.test.stratified
    cox = scenario.hazard_ratio
    return Plan(
        subjects=scenario.subjects,
        entry_days=entry_days,
        accrual_sum=sums,
        accrual_start=np.array(scenario.accrual.starts, np.float64),
        accrual_rate=np.array(scenario.accrual.rates, np.float64),
        stratum_upto=upto,
        stratum_guide=_stratum_guide(upto),
        scheme=scheme,
        scheme_numbers=numbers,
        scheme_words=words,
        ratio=np.array(scenario.scheme.ratio, np.int64),
        level_of=_level_of(scenario.factors),
        weights=_weights(scenario.scheme, scenario.factors),
        measure=_measure(scenario.scheme),
        thresholds=thresholds.ravel(),
        guide=guide.ravel(),
        width=thresholds.shape[1],
        event_rows=np.array(events, np.int32).ravel(),
        drop_rows=np.array(drops, np.int32).ravel(),
        drops=int(any(arm.drop_out for arm in arms)),
        other_rows=np.array(others, np.int32).ravel(),
        others=int(any(arm.other_progression for arm in arms)),
        other_counts=int(scenario.other_counts),
        last_day=scenario.last_day or LONGEST,
        ends=int(scenario.last_day is not None),
        look_kind=look_kind,
        look_at=look_at,
        efficacy=efficacy,
        futility=futility,
        two_sided=int(scenario.two_sided),
        test=test,
        rho=rho,
        gamma=gamma,
        tau=tau,
        test_stratified=int(by_stratum),
        ties=NO_RATIO if cox is None else (EFRON if cox.ties == "efron" else BRESLOW),
        ratio_stratified=int(cox is not None and cox.stratified),
    )


def _in_stratum(law: Law, ratio: float) -> Law:
    return law if ratio == 1 else Changed(base=law, ratios=(ratio,))


def _hazard_ratios(factors: tuple[Factor, ...]) -> list[float]:
    each = [factor.hazard_ratios or (1.0,) * len(factor.prevalences) for factor in factors]
    return [math.prod(ratios) for ratios in product(*each)]


def _prevalences(factors: tuple[Factor, ...]) -> list[float]:
    return [math.prod(shares) for shares in product(*(factor.prevalences for factor in factors))]


def _stratum_guide(upto: NDArray[np.uint32]) -> NDArray[np.uint16]:
    """For each leading part of a word the first stratum that it can mean."""
    lowest = np.arange(2**12, dtype=np.uint64) << np.uint64(STRATUM_SHIFT)
    first = np.searchsorted(upto, lowest.astype(np.uint32), side="right")
    return np.minimum(first, upto.size - 1).astype(np.uint16)


def _level_of(factors: tuple[Factor, ...]) -> NDArray[np.int32]:
    """For each stratum and factor the number of its level, counted through all factors.

    Last stands one level that all are in: the whole trial.
    """
    sizes = [*(len(factor.prevalences) for factor in factors), 1]
    offsets = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    levels = np.array(list(product(*(range(size) for size in sizes))), np.int32)
    return np.asarray(levels + offsets, np.int32)


def _scheme_numbers(scheme: Scheme) -> tuple[int, NDArray[np.int64], NDArray[np.int64]]:
    """The scheme's code, its whole numbers, and the words below which an arm is experimental."""
    one, other = scheme.ratio
    share, none = one / (one + other), np.zeros(1, np.int64)
    match scheme:
        case InTurn():
            return IN_TURN, none, none
        case Simple():
            return SIMPLE, none, _chances(share)
        case Blocks(sizes=sizes):
            return BLOCKS, np.array(sizes, np.int64), none
        case Minimisation(probability=p):
            against, whole = 1.0 - p, max(one, other)
            favoured = 1.0 - against * other / whole
            return MINIMISATION, none, _chances(favoured, against * one / whole, share)
        case BigStick(limit=limit, within_strata=within):
            # Differences are counted in shares of the ratio, and so is the limit.
            numbers = np.array([limit * one * other, int(within)], np.int64)
            return BIG_STICK, numbers, _chances(share)


def _chances(*shares: float) -> NDArray[np.int64]:
    return np.array([round(2**32 * share) for share in shares], np.int64)


def _weights(scheme: Scheme, factors: tuple[Factor, ...]) -> NDArray[np.int64]:
    """What each factor weighs in minimisation, and last the whole trial."""
    if not isinstance(scheme, Minimisation):
        return np.zeros(len(factors) + 1, np.int64)
    return np.array([*(scheme.weights or (1,) * len(factors)), scheme.overall], np.int64)


def _measure(scheme: Scheme) -> int:
    name = scheme.measure if isinstance(scheme, Minimisation) else ""
    return {"variance": VARIANCE, "marginal balance": MARGINAL}.get(name, RANGE)


def _entries(accrual: DailyAccrual, subjects: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Entry days when accrual is even (else none), and the expected number at each step."""
    starts, rates = np.array(accrual.starts), np.array(accrual.rates)
    sums = np.concatenate([[0.0], np.cumsum(np.diff(starts) * rates[:-1])])
    if accrual.spacing != "even":
        return np.zeros(0, np.int32), sums
    wanted = np.arange(1, subjects + 1, dtype=np.float64)
    step = np.searchsorted(sums, wanted, side="left") - 1
    moments = starts[step] + (wanted - sums[step]) / rates[step]
    # 1e-9 of a day keeps an entry at the very end of a day from sliding into the next.
    days = np.minimum(np.maximum(np.ceil(moments - 1e-9), 1), LATEST_ENTRY)
    return days.astype(np.int32), sums


def _looks(
    scenario: Scenario,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    kinds, places = zip(*(_place(look) for look in scenario.looks), strict=True)
    efficacy = np.array([look.efficacy for look in scenario.looks])
    futility = np.array([look.futility for look in scenario.looks])
    if isinstance(scenario.test, MaxCombo):
        from scipy.special import ndtr  # here, for it takes a fifth of a cold start

        # Compared as one-sided p-values, turned so that larger is still better.
        efficacy, futility = -ndtr(-efficacy), -ndtr(-futility)
        futility = np.where(futility <= -1.0, -np.inf, futility)
        efficacy = np.where(efficacy >= 0.0, np.inf, efficacy)
    return np.array(kinds, np.int64), np.array(places, np.int64), efficacy, futility


def _place(look: Look) -> tuple[int, int]:
    if look.events is not None:
        return BY_EVENTS, look.events
    if look.day is not None:
        return BY_DAY, look.day
    return AFTER_LAST_ENTRY, look.after_last_entry or 0


def _test_numbers(scenario: Scenario) -> tuple[int, float, float, int]:
    match scenario.test:
        case FlemingHarrington(rho=rho, gamma=gamma):
            return FLEMING_HARRINGTON, float(rho), float(gamma), 0
        case MaxCombo():
            return MAX_COMBO, 0.0, 0.0, 0
        case Rmst(tau=tau):
            return RMST, 0.0, 0.0, tau
        case Wald():
            return WALD, 0.0, 0.0, 0
        case _:
            return LOG_RANK, 0.0, 0.0, 0
