"""The draws of the reference implementation: the kernel's subjects, in plain NumPy and Python.

Its own Philox, days by binary search, strata by binary search in another form, and each scheme one
subject after another with exact fractions.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel import plan as code
from equipoise.design.kernel.plan import Plan

__all__ = ["Ints", "Subjects", "subjects_of", "words"]

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """The subjects of one trial in the order of entry."""

    entry: Ints
    stratum: Ints
    arm: Ints
    days: Ints
    event: Ints


def words(seed: int, trial: int, question: int, subjects: int) -> Ints:
    """A word for each subject about one question, of Philox4x32-10.

    Subject i has word i % 32 // 8 of block i // 32 * 8 + i % 8.
    """
    i = np.arange(subjects)
    block, word = i // 32 * 8 + i % 8, i % 32 // 8
    counter = [
        block.astype(np.uint64),
        np.full(subjects, question, np.uint64),
        np.full(subjects, trial % 2**32, np.uint64),
        np.full(subjects, trial >> 32, np.uint64),
    ]
    return _ten_rounds(counter, seed)[word, i]


def _ten_rounds(counter: list[NDArray[np.uint64]], seed: int) -> Ints:
    low = np.uint64(2**32 - 1)
    keys = [seed % 2**32, seed >> 32]
    for _ in range(10):
        left, right = counter[0] * np.uint64(0xD2511F53), counter[2] * np.uint64(0xCD9E8D57)
        counter = [
            (right >> np.uint64(32)) ^ counter[1] ^ np.uint64(keys[0]),
            right & low,
            (left >> np.uint64(32)) ^ counter[3] ^ np.uint64(keys[1]),
            left & low,
        ]
        keys = [(keys[0] + 0x9E3779B9) % 2**32, (keys[1] + 0xBB67AE85) % 2**32]
    return np.array(counter).astype(np.int64)


def subjects_of(plan: Plan, seed: int, trial: int) -> Subjects:
    """Draw trial number `trial`."""
    entry, event_word, drop_out, other, arm_word, level, size = (
        words(seed, trial, question, plan.subjects) for question in range(7)
    )
    stratum = np.minimum(
        np.searchsorted(plan.stratum_upto, level, side="right"), plan.stratum_upto.size - 1
    )
    arm = np.array(_arms(plan, arm_word.tolist(), size.tolist(), stratum.tolist()))
    days = _days(plan, plan.event_rows.reshape(2, -1)[arm, stratum], event_word)
    event = np.ones(plan.subjects, np.int64)
    for rows, drawn, counts in (
        (plan.other_rows, other, plan.other_counts),
        (plan.drop_rows, drop_out, 0),
    ):
        hidden = _days(plan, rows.reshape(2, -1)[arm, stratum], drawn)
        event = np.where(hidden < days, counts, event)
        days = np.minimum(days, hidden)
    return Subjects(entry=_entries(plan, entry), stratum=stratum, arm=arm, days=days, event=event)


def _entries(plan: Plan, drawn: Ints) -> Ints:
    if plan.entry_days.size:
        return plan.entry_days.astype(np.int64)
    expected = np.cumsum(-np.log((drawn + 0.5) * 2.0**-32))
    step = np.searchsorted(plan.accrual_sum, expected, side="left") - 1
    since = (expected - plan.accrual_sum[step]) / plan.accrual_rate[step]
    moments = np.ceil(plan.accrual_start[step] + since)
    return np.clip(moments, 1, code.LATEST_ENTRY).astype(np.int64)


def _days(plan: Plan, rows: NDArray[np.int32], drawn: Ints) -> Ints:
    days = np.full(drawn.size, 2**31)
    laws = plan.thresholds.reshape(-1, plan.width)
    for row in np.unique(rows):
        mine = rows == row
        found = np.searchsorted(laws[row], np.minimum(drawn[mine], 2**32 - 2), side="right")
        days[mine] = np.minimum(found, plan.last_day + 1)
    return days


def _arms(plan: Plan, drawn: list[int], sizes: list[int], stratum: list[int]) -> list[int]:
    """One arm after another, in plain Python."""
    ratio = plan.ratio.tolist()
    match plan.scheme:
        case code.IN_TURN:
            pattern = [1] * ratio[0] + [0] * ratio[1]
            return [pattern[i % len(pattern)] for i in range(plan.subjects)]
        case code.SIMPLE:
            return [int(word < plan.scheme_words[0]) for word in drawn]
        case code.BLOCKS:
            return _in_blocks(plan, drawn, sizes, stratum)
        case code.MINIMISATION:
            return _minimised(plan, drawn, stratum)
        case _:
            return _big_stick(plan, drawn, stratum)


def _in_blocks(plan: Plan, drawn: list[int], sizes: list[int], stratum: list[int]) -> list[int]:
    blocks: dict[int, list[int]] = {}
    arms = []
    for word, size_word, s in zip(drawn, sizes, stratum, strict=True):
        if not blocks.get(s):
            size = int(plan.scheme_numbers[size_word * plan.scheme_numbers.size >> 32])
            share = size // int(plan.ratio.sum())
            blocks[s] = [1] * (share * int(plan.ratio[0])) + [0] * (share * int(plan.ratio[1]))
        block = blocks[s]
        arms.append(block.pop(word * len(block) >> 32))
    return arms


def _minimised(plan: Plan, drawn: list[int], stratum: list[int]) -> list[int]:
    arms: list[int] = []
    factors = plan.level_of.shape[1] - 1
    experimental, control = plan.ratio.tolist()
    counts: dict[tuple[int, int], int] = {}
    for word, s in zip(drawn, stratum, strict=True):
        mine = [*((int(plan.level_of[s, f]), f) for f in range(factors)), (-1, factors)]
        lean = Fraction(0)
        for level, f in mine:
            ones, zeros = counts.get((level, 1), 0), counts.get((level, 0), 0)
            weight = int(plan.weights[f])
            for sign, one, zero in ((1, ones + 1, zeros), (-1, ones, zeros + 1)):
                after = Fraction(one, experimental), Fraction(zero, control)
                lean += sign * weight * _unevenness(plan.measure, *after)
        favoured = 2 if lean == 0 else 0 if lean < 0 else 1
        arm = int(word < plan.scheme_words[favoured])
        for level, _ in mine:
            counts[level, arm] = counts.get((level, arm), 0) + 1
        arms.append(arm)
    return arms


def _unevenness(measure: int, one: Fraction, zero: Fraction) -> Fraction:
    apart = abs(one - zero)
    if measure == code.MARGINAL:
        return apart / (one + zero)
    return apart**2 if measure == code.VARIANCE else apart


def _big_stick(plan: Plan, drawn: list[int], stratum: list[int]) -> list[int]:
    limit, within = plan.scheme_numbers.tolist()
    experimental, control = plan.ratio.tolist()
    arms: list[int] = []
    counts: dict[tuple[int, int], int] = {}
    for word, s in zip(drawn, stratum, strict=True):
        group = s if within else 0
        ones, zeros = counts.get((group, 1), 0), counts.get((group, 0), 0)
        after = [
            abs(one * control - zero * experimental)
            for one, zero in ((ones, zeros + 1), (ones + 1, zeros))
        ]
        allowed = [arm for arm in (0, 1) if after[arm] <= max(limit, min(after))]
        arm = int(word < plan.scheme_words[0]) if len(allowed) == 2 else allowed[0]
        counts[group, arm] = counts.get((group, arm), 0) + 1
        arms.append(arm)
    return arms
