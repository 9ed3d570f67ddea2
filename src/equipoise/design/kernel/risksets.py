"""Who was at risk at each day with an event, and how many events: all that the tests look at.

Subjects are not sorted. The days on which anyone leaves are marked, 64 days to a number; the marks
before a day, counted, tell which place in order it has, and there each subject is counted. Work
grows with the number of subjects and no faster. A subject censored on a day is at risk on that day.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel.compiled import compiled
from equipoise.design.kernel.lanes import LANES, ones_in
from equipoise.design.kernel.seen import Seen

_KINDS = 4  # left without an event in arm 0, in arm 1; with one in arm 0, in arm 1
_ONE = np.uint64(1)
_DAYS = 64  # to a number of marks
_SIX = np.uint64(6)
_WITHIN = np.uint64(_DAYS - 1)
_LANES = LANES


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


class Leaving(NamedTuple):
    """Room to count who leaves: a bit for each day, the bits before each number, and in the order
    of days the day and how many leave, by kind."""

    marks: NDArray[np.uint64]
    before: NDArray[np.int32]
    day: NDArray[np.int32]
    counts: NDArray[np.int32]


@compiled
def new_risk_sets(subjects: int) -> RiskSets:
    """Room for as many rows as there can be, and to fill up the last lanes."""
    return RiskSets(
        np.empty(subjects + _LANES),
        np.empty(subjects + _LANES),
        np.empty(subjects + _LANES),
        np.empty(subjects + _LANES),
        np.empty(subjects + _LANES),
        np.empty(subjects + 1, np.int32),
    )


@compiled
def nobody_leaving(subjects: int, longest: int) -> Leaving:
    """Room for so many subjects and days 0 to `longest`."""
    return Leaving(
        np.zeros(longest // _DAYS + 1, np.uint64),
        np.empty(longest // _DAYS + 1, np.int32),
        np.empty(subjects, np.int32),
        np.empty(_KINDS * subjects, np.int32),
    )


@compiled
def fill_risk_sets(
    seen: Seen, entered: int, by_stratum: bool, leaving: Leaving, sets: RiskSets
) -> Found:
    """A row for each day with an event, or for each stratum and day, over those who entered."""
    found = Found(0, 0, 0, 0)
    if not by_stratum:
        return add_rows(seen, 0, entered, leaving, sets, found)
    for s in range(seen.first.size - 1):
        found = add_rows(seen, seen.first[s], seen.first[s + 1], leaving, sets, found)
    return found


@compiled
def add_rows(
    seen: Seen, start: int, end: int, leaving: Leaving, sets: RiskSets, found: Found
) -> Found:
    """Add the rows of the subjects from `start` to `end`, who are one risk set on day 0."""
    days = mark_days(seen, start, end, leaving)
    risk1 = count_leaving(seen, start, end, leaving, days)
    risk0, counts = end - start - risk1, leaving.counts
    rows, tied, events, events1 = found.rows, found.tied, found.events, found.events1
    for place in range(days):
        happened0 = counts[_KINDS * place + 2]
        happened1 = counts[_KINDS * place + 3]
        happened = happened0 + happened1
        sets.day[rows] = leaving.day[place]
        sets.risk0[rows], sets.risk1[rows] = risk0, risk1
        sets.events0[rows], sets.events1[rows] = happened0, happened1
        sets.tied[tied] = rows
        rows += happened > 0
        tied += happened > 1
        risk0 -= counts[_KINDS * place] + happened0
        risk1 -= counts[_KINDS * place + 1] + happened1
        events += happened
        events1 += happened1
    return Found(rows, tied, events, events1)


@compiled
def mark_days(seen: Seen, start: int, end: int, leaving: Leaving) -> int:
    """Mark the days on which anyone leaves, and count the marks before each number: all marks."""
    longest = 0
    for i in range(start, end):
        longest = max(longest, seen.days[i])
    marks = leaving.marks
    for place in range(longest // _DAYS + 1):
        marks[place] = np.uint64(0)
    for i in range(start, end):
        day = np.uint64(seen.days[i])
        marks[day >> _SIX] |= _ONE << (day & _WITHIN)
    days = 0
    for place in range(longest // _DAYS + 1):
        leaving.before[place] = days
        days += ones_in(marks[place])
    return days


@compiled
def count_leaving(seen: Seen, start: int, end: int, leaving: Leaving, days: int) -> int:
    """Count each subject at the place of the day on which it leaves; how many are in arm 1."""
    for place in range(_KINDS * days):
        leaving.counts[place] = 0
    ones = 0
    for i in range(start, end):
        day = np.uint64(seen.days[i])
        earlier = leaving.marks[day >> _SIX] & ((_ONE << (day & _WITHIN)) - _ONE)
        at = np.uint64(leaving.before[day >> _SIX] + ones_in(earlier))
        leaving.day[at] = seen.days[i]
        leaving.counts[at * np.uint64(_KINDS) + np.uint64(seen.kind[i])] += 1
        ones += seen.kind[i] & 1
    return ones
