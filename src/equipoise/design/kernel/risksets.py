"""Who was at risk at each day with an event, and how many events: all that the tests look at.

Subjects are not sorted. The days on which anyone leaves are marked, 64 days to a number; the marks
before a day, counted, tell which place in order it has, and there each subject is counted. Work
grows with the number of subjects and no faster. A subject censored on a day is at risk on that day.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel.compiled import compiled
from equipoise.design.kernel.cut import CutData
from equipoise.design.kernel.pairwise_sum import STRIDE, ones_in

_ONE, _TWO, _SIX = np.uint64(1), np.uint64(2), np.uint64(6)
_KIND = np.uint64(3)  # of four: the arm, and 2 more where the event came
_DAYS = 64  # to a number of marks
_WITHIN = np.uint64(_DAYS - 1)
_STRIDE = STRIDE


class RiskSets(NamedTuple):
    """Columns over days with an event: at risk and events, in arm 0 and arm 1.

    `tied` lists the rows with more than one event.
    """

    day: NDArray[np.float64]
    risk0: NDArray[np.float64]
    risk1: NDArray[np.float64]
    events0: NDArray[np.float64]
    events1: NDArray[np.float64]
    tied: NDArray[np.int32]


class Found(NamedTuple):
    """How many rows were filled, how many of them are tied, all events, those of arm 1."""

    rows: int
    tied: int
    events: int
    events1: int


class Exits(NamedTuple):
    """Workspace to count who leaves: a bit for each day, the bits before each number, and in the
    order of days the day and how many leave, by kind."""

    marks: NDArray[np.uint64]
    before: NDArray[np.int32]
    day: NDArray[np.int32]
    counts: NDArray[np.int32]


def new_risk_sets(subjects: int) -> RiskSets:
    """Workspace for as many rows as there can be, and to fill up the last stride."""
    return RiskSets(
        np.empty(subjects + _STRIDE),
        np.empty(subjects + _STRIDE),
        np.empty(subjects + _STRIDE),
        np.empty(subjects + _STRIDE),
        np.empty(subjects + _STRIDE),
        np.empty(subjects + 1, np.int32),
    )


def new_exits(subjects: int, longest: int) -> Exits:
    """Workspace for so many subjects and days 0 to `longest`."""
    return Exits(
        np.zeros(longest // _DAYS + 1, np.uint64),
        np.empty(longest // _DAYS + 1, np.int32),
        np.empty(subjects, np.int32),
        np.empty(4 * subjects, np.int32),
    )


@compiled
def fill_risk_sets(data: CutData, exits: Exits, sets: RiskSets) -> Found:
    """A row for each day with an event, risk set after risk set."""
    found = Found(0, 0, 0, 0)
    for s in range(data.first.size - 1):
        keys = data.keys[data.first[s] : data.first[s + 1]]
        found = add_rows(keys, exits, sets, found)
    return found


@compiled
def add_rows(keys: NDArray[np.int32], exits: Exits, sets: RiskSets, found: Found) -> Found:
    """Add the rows of these subjects, who are one risk set on day 0.

    Here and below places are unsigned, which spares a test for counting from an array's end.
    """
    days = mark_days(keys, exits)
    count_exits(keys, exits, days)
    ones = np.int32(0)
    for i in range(keys.size):
        ones = np.int32(ones + (keys[i] & 1))
    risk0, risk1, counts = keys.size - ones, int(ones), exits.counts
    row, tied = np.uint64(found.rows), np.uint64(found.tied)
    events, events1 = found.events, found.events1
    for place in range(days):
        gone0, gone1 = counts[4 * place], counts[4 * place + 1]
        happened0, happened1 = counts[4 * place + 2], counts[4 * place + 3]
        happened = happened0 + happened1
        sets.day[row] = exits.day[place]
        sets.risk0[row], sets.risk1[row] = risk0, risk1
        sets.events0[row], sets.events1[row] = happened0, happened1
        sets.tied[tied] = row
        row += np.uint64(happened > 0)
        tied += np.uint64(happened > 1)
        risk0 -= gone0 + happened0
        risk1 -= gone1 + happened1
        events += happened
        events1 += happened1
    # To numba, int() of an unsigned number stays unsigned.
    return Found(np.int64(row), np.int64(tied), events, events1)  # type: ignore[arg-type]


@compiled
def mark_days(keys: NDArray[np.int32], exits: Exits) -> int:
    """Mark the days on which anyone leaves, and count the marks before each number: all marks."""
    longest = np.int32(0)
    for i in range(keys.size):
        longest = max(longest, keys[i])
    numbers, marks = (np.int64(longest) >> 8) + 1, exits.marks
    for place in range(numbers):
        marks[place] = np.uint64(0)
    for i in range(keys.size):
        day = np.uint64(keys[i] >> 2)
        marks[day >> _SIX] |= _ONE << (day & _WITHIN)
    days = 0
    for place in range(numbers):
        exits.before[place] = days
        days += ones_in(marks[place])
    return days


@compiled
def count_exits(keys: NDArray[np.int32], exits: Exits, days: int) -> None:
    """Count each subject at the place of the day on which it leaves."""
    for place in range(4 * days):
        exits.counts[place] = 0
    for i in range(keys.size):
        key = np.uint64(keys[i])
        day = key >> _TWO
        earlier = exits.marks[day >> _SIX] & ((_ONE << (day & _WITHIN)) - _ONE)
        at = np.uint64(exits.before[day >> _SIX] + ones_in(earlier))
        exits.day[at] = day
        exits.counts[(at << _TWO) | (key & _KIND)] += 1
