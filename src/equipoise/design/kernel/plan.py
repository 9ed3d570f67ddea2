"""A scenario in numbers: the tables that the compiled kernel reads.

Every law becomes a row of thresholds: row[d] is the probability of the event by day d, in units
of 2 ** -32, and a 32-bit random word falls between two of them. So the chance of an event on day
d is exact to 2e-10 for any law, and the compiled code knows no law at all.
"""

import math
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from equipoise.design.kernel.laws import Changed, Law
from equipoise.design.kernel.scenario import (
    LONGEST,
    Accrual,
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

TOP_WORD = 2**32 - 1
LATEST_ENTRY = 2**22

IN_TURN, SIMPLE, BLOCKS, MINIMISATION, BIG_STICK = range(5)
BY_EVENTS, BY_DAY, AFTER_LAST_ENTRY = range(3)
LOG_RANK, FLEMING_HARRINGTON, MAX_COMBO, RMST, WALD = range(5)
NO_RATIO, EFRON, BRESLOW = range(3)


class Plan(NamedTuple):
    """What the compiled kernel is told of a scenario."""

    subjects: int
    # accrual: the entry days when even, else the steps of the cumulative rate
    entry_days: NDArray[np.int32]
    accrual_sum: NDArray[np.float64]
    accrual_start: NDArray[np.float64]
    accrual_rate: NDArray[np.float64]
    # arms
    stratum_upto: NDArray[np.uint32]
    scheme: int
    scheme_numbers: NDArray[np.int64]
    scheme_word: int
    ratio: NDArray[np.int64]
    level_of: NDArray[np.int32]
    weights: NDArray[np.int64]
    # times: a row of thresholds and of guides a law; the law of each arm and stratum, -1 for none
    thresholds: NDArray[np.uint32]
    guide: NDArray[np.uint16]
    guide_bits: int
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
    stratum_bits: int


def plan_of(scenario: Scenario) -> Plan:
    """The tables of a scenario. Long only because it names every field once."""
    rows = _Rows(scenario.last_day or LONGEST)
    events = [
        [rows.add(_in_stratum(arm.event, ratio)) for ratio in _hazard_ratios(scenario.factors)]
        for arm in (scenario.control, scenario.experimental)
    ]
    arms = (scenario.control, scenario.experimental)
    drops = [[rows.add(arm.drop_out)] * scenario.strata() for arm in arms]
    others = [[rows.add(arm.other_progression)] * scenario.strata() for arm in arms]
    thresholds, guide = rows.tables()
    scheme, numbers, word, ratio, weights = _scheme_numbers(scenario.scheme, scenario.factors)
    entry_days, sums = _entries(scenario.accrual, scenario.subjects)
    look_kind, look_at, efficacy, futility = _looks(scenario)
    test, rho, gamma, tau = _test_numbers(scenario)
    by_stratum = isinstance(scenario.test, LogRank) and scenario.test.stratified
    cox = scenario.hazard_ratio
    ratio_by_stratum = cox is not None and cox.stratified
    stratified = by_stratum or ratio_by_stratum
    return Plan(
        subjects=scenario.subjects,
        entry_days=entry_days,
        accrual_sum=sums,
        accrual_start=np.array(scenario.accrual.starts, np.float64),
        accrual_rate=np.array(scenario.accrual.rates, np.float64),
        stratum_upto=_words(np.cumsum(_prevalences(scenario.factors))),
        scheme=scheme,
        scheme_numbers=numbers,
        scheme_word=word,
        ratio=ratio,
        level_of=_level_of(scenario.factors),
        weights=weights,
        thresholds=thresholds.ravel(),
        guide=guide.ravel(),
        guide_bits=guide.shape[1].bit_length() - 1,
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
        ratio_stratified=int(ratio_by_stratum),
        stratum_bits=(scenario.strata() - 1).bit_length() if stratified else 0,
    )


class _Rows:
    """Laws gathered into one table, each distinct law once."""

    def __init__(self, last_day: int) -> None:
        self.last_day = last_day
        self.laws: list[Law] = []

    def add(self, law: Law | None) -> int:
        if law is None:
            return -1
        if law not in self.laws:
            self.laws.append(law)
        return self.laws.index(law)

    def tables(self) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
        """Thresholds by day, and for each leading part of a word the first day it can mean.

        A finer guide is quicker while it fits the processor's cache; the day is the same.
        """
        bits = 16 if len(self.laws) <= 4 else 13
        days = np.arange(self.last_day + 1, dtype=np.float64)
        leading = np.arange(2**bits, dtype=np.uint64) << np.uint64(32 - bits)
        thresholds, guide = [], []
        for law in self.laws:
            row = np.append(_words(1.0 - law.survival(days)), np.uint32(TOP_WORD))
            thresholds.append(row)
            guide.append(np.searchsorted(row, leading, side="right").astype(np.uint16))
        return np.array(thresholds, np.uint32), np.array(guide, np.uint16)


def _words(probabilities: NDArray[np.float64]) -> NDArray[np.uint32]:
    # The highest word is kept for "not by the last day", and drawn words stay below it.
    scaled = np.round(np.asarray(probabilities) * 2.0**32)
    return np.maximum.accumulate(np.clip(scaled, 0, TOP_WORD)).astype(np.uint32)


def _in_stratum(law: Law, ratio: float) -> Law:
    return law if ratio == 1 else Changed(base=law, ratios=(ratio,))


def _hazard_ratios(factors: tuple[Factor, ...]) -> list[float]:
    each = [factor.hazard_ratios or (1.0,) * len(factor.prevalences) for factor in factors]
    return [math.prod(ratios) for ratios in product(*each)]


def _prevalences(factors: tuple[Factor, ...]) -> list[float]:
    return [math.prod(shares) for shares in product(*(factor.prevalences for factor in factors))]


def _level_of(factors: tuple[Factor, ...]) -> NDArray[np.int32]:
    """For each stratum and factor the number of its level, counted through all factors."""
    sizes = [len(factor.prevalences) for factor in factors]
    offsets = np.concatenate([[0], np.cumsum(sizes)[:-1]]) if sizes else np.zeros(0)
    levels = list(product(*(range(size) for size in sizes)))
    table = np.array(levels, np.int32).reshape(len(levels), len(sizes))
    return (table + offsets).astype(np.int32)


def _scheme_numbers(
    scheme: Scheme, factors: tuple[Factor, ...]
) -> tuple[int, NDArray[np.int64], int, NDArray[np.int64], NDArray[np.int64]]:
    """The scheme's code, its whole numbers, its threshold word, its ratio, its weights."""
    none, even = np.zeros(1, np.int64), np.array([1, 1], np.int64)
    match scheme:
        case InTurn(ratio=ratio):
            return IN_TURN, none, 0, np.array(ratio, np.int64), none
        case Simple(ratio=ratio):
            word = round(2**32 * ratio[0] / sum(ratio))
            return SIMPLE, none, word, np.array(ratio, np.int64), none
        case Blocks(sizes=sizes, ratio=ratio):
            return BLOCKS, np.array(sizes, np.int64), 0, np.array(ratio, np.int64), none
        case Minimisation(probability=p, weights=given, overall=overall):
            weights = np.array([*(given or (1,) * len(factors)), overall], np.int64)
            return MINIMISATION, none, round(2**32 * p), even, weights
        case BigStick(limit=limit, within_strata=within):
            return BIG_STICK, np.array([limit, int(within)], np.int64), 0, even, none


def _entries(accrual: Accrual, subjects: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
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
