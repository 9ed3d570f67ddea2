"""The kernel's tables: words find their days and strata, and waiting times are logarithms."""

from decimal import Decimal, localcontext

import numpy as np
import pytest

from equipoise.design.kernel.laws import (
    Changed,
    DailyCure,
    DailyPiecewise,
    DailyWeibull,
    Law,
    daily_exponential,
)
from equipoise.design.kernel.philox import exponentials
from equipoise.design.kernel.tabulated import HIGHEST, Laws, find_days
from tests.unit.design.kernel.steps import entry_point

EXPONENTIALS, FIND_DAYS = entry_point(exponentials), entry_point(find_days)
LAST = 36_500
LAWS: dict[str, Law | None] = {
    "none": None,
    "plain": daily_exponential(730),
    "slow": daily_exponential(400_000),
    "at once": DailyPiecewise(rates=(50.0,)),
    "never at first": DailyPiecewise(rates=(0.0, 0.01), starts=(0.0, 400.0)),
    "no hazard": DailyPiecewise(rates=(0.0,)),
    "steep": DailyWeibull(scale=900, shape=8),
    "cured": DailyCure(cured=0.3, uncured=daily_exponential(300)),
    "fading": Changed(base=daily_exponential(500), ratios=(0.5, 0.0), starts=(0.0, 900.0)),
}


def edges(row: np.ndarray) -> np.ndarray:
    """Words at, before and after each threshold, the ends, and some at random."""
    near = np.concatenate([row.astype(np.int64) + step for step in (-1, 0, 1)])
    chance = np.random.default_rng(5).integers(0, 2**32, 20_000)
    ends = np.array([0, 1, 255, 256, 2**31 - 1, 2**31, 2**32 - 257, 2**32 - 2, 2**32 - 1])
    return np.clip(np.concatenate([near, chance, ends]), 0, 2**32 - 1).astype(np.uint32)


def found(law: Law | None, words: np.ndarray, until: np.ndarray | None) -> np.ndarray:
    laws = Laws(LAST)
    number = laws.add(law)
    thresholds, guide = laws.tables()
    left, days = np.empty(words.size, np.float32), np.empty(words.size, np.int32)
    cell, rows = np.zeros(words.size, np.int32), np.array([number], np.int32)
    tables = (thresholds.ravel(), guide.ravel(), thresholds.shape[1])
    FIND_DAYS(*tables, rows, cell, words, left, until, days)
    return days


@pytest.mark.parametrize("name", LAWS)
def test_every_word_finds_the_day_that_a_search_finds(name):
    laws = Laws(LAST)
    laws.add(LAWS[name])
    row = laws.tables()[0][0]
    words = edges(row)
    expected = np.searchsorted(row, np.minimum(words, HIGHEST), side="right")
    assert np.array_equal(found(LAWS[name], words, None), expected)


@pytest.mark.parametrize("name", LAWS)
def test_a_day_before_the_one_that_matters_is_found_and_no_other(name):
    laws = Laws(LAST)
    laws.add(LAWS[name])
    row = laws.tables()[0][0]
    words = edges(row)
    until = np.random.default_rng(6).integers(0, LAST + 2, words.size).astype(np.int32)
    expected = np.searchsorted(row, np.minimum(words, HIGHEST), side="right")
    days = found(LAWS[name], words, until)
    assert np.array_equal(days < until, expected < until)
    assert np.array_equal(days[days < until], expected[expected < until])


def test_waiting_times_are_logarithms_to_the_last_bits():
    words = np.concatenate(
        [np.arange(200), 2**32 - 1 - np.arange(200), 2 ** np.arange(32), [3037000499, 3037000500]]
    ).astype(np.uint32)
    waits = np.empty(words.size)
    EXPONENTIALS(words, waits)
    with localcontext(prec=40):
        for word, wait in zip(words.tolist(), waits.tolist(), strict=True):
            exact = -((Decimal(word) + Decimal("0.5")) / 2**32).ln()
            assert abs(Decimal(wait) / exact - 1) < Decimal("5e-16"), word
    many = np.random.default_rng(1).integers(0, 2**32, 1_000_000).astype(np.uint32)
    waits = np.empty(many.size)
    EXPONENTIALS(many, waits)
    assert np.allclose(waits, -np.log((many + 0.5) * 2.0**-32), rtol=1e-15, atol=0)
