"""Who was at risk at each day with an event, and how many events: all that the tests look at.

From keys in order of days (see `order`) to one row for each day, or each day and stratum, with an
event. A subject censored on a day is at risk on that day.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel.compiled import compiled


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


@compiled
def new_risk_sets(subjects: int) -> RiskSets:
    """Room for as many rows as there can be."""
    return RiskSets(
        np.empty(subjects + 8),
        np.empty(subjects + 8),
        np.empty(subjects + 8),
        np.empty(subjects + 8),
        np.empty(subjects + 8),
        np.empty(subjects + 1, np.int32),
    )


@compiled
def pooled_risk_sets(keys: NDArray[np.int32], count: int, bits: int, sets: RiskSets) -> Found:
    """Fill `sets` over all subjects."""
    shift = bits + 2
    risk1 = 0
    for i in range(count):
        risk1 += (keys[i] >> 1) & 1
    i, rows, tied, all_events, all_events1 = 0, 0, 0, 0, 0
    while i < count:
        day, start, events, events1, gone1 = keys[i] >> shift, i, 0, 0, 0
        while i < count and keys[i] >> shift == day:
            arm, event = (keys[i] >> 1) & 1, keys[i] & 1
            events += event
            events1 += event & arm
            gone1 += arm
            i += 1
        sets.day[rows] = day
        sets.risk0[rows] = count - start - risk1
        sets.risk1[rows] = risk1
        sets.events0[rows] = events - events1
        sets.events1[rows] = events1
        sets.tied[tied] = rows
        rows += events > 0
        tied += events > 1
        risk1 -= gone1
        all_events += events
        all_events1 += events1
    return Found(rows, tied, all_events, all_events1)


@compiled
def stratum_risk_sets(keys: NDArray[np.int32], count: int, bits: int, sets: RiskSets) -> Found:
    """Fill `sets` with a row for each day and stratum with an event."""
    mask = (1 << bits) - 1
    risk = np.zeros((2, mask + 1), np.int64)
    for i in range(count):
        risk[(keys[i] >> 1) & 1, (keys[i] >> 2) & mask] += 1
    i, rows, tied, all_events, all_events1 = 0, 0, 0, 0, 0
    while i < count:
        group, stratum = keys[i] >> 2, (keys[i] >> 2) & mask
        events0, events1, gone0, gone1 = 0, 0, 0, 0
        while i < count and keys[i] >> 2 == group:
            arm, event = (keys[i] >> 1) & 1, keys[i] & 1
            events0 += event & (1 - arm)
            events1 += event & arm
            gone0 += 1 - arm
            gone1 += arm
            i += 1
        sets.day[rows] = group >> bits
        sets.risk0[rows] = risk[0, stratum]
        sets.risk1[rows] = risk[1, stratum]
        sets.events0[rows] = events0
        sets.events1[rows] = events1
        sets.tied[tied] = rows
        rows += events0 + events1 > 0
        tied += events0 + events1 > 1
        risk[0, stratum] -= gone0
        risk[1, stratum] -= gone1
        all_events += events0 + events1
        all_events1 += events1
    return Found(rows, tied, all_events, all_events1)
