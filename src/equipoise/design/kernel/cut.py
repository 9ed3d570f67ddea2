"""The cut of a look: its calendar day, and the data as they stand then.

Days are whole numbers, so the event that defines a cut is in it, and no tie is made or broken by
rounding. Of each subject one number is kept: the days on study times four, plus the arm, plus two
for an event.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel.compiled import called, compiled
from equipoise.design.kernel.draws import Subjects
from equipoise.design.kernel.plan import AFTER_LAST_ENTRY, BY_DAY, Plan

_NEVER = np.int32(2**30)  # a day after all others


class Events(NamedTuple):
    """The events that the study can see: how many, and the calendar day of the last."""

    found: int
    last: int


class CutData(NamedTuple):
    """A number for each subject; `first` tells where each risk set begins, and the last ends."""

    keys: NDArray[np.int32]
    first: NDArray[np.int32]


def new_cut_data(subjects: int, strata: int = 1) -> CutData:
    """Workspace for the subjects of one trial."""
    return CutData(np.empty(subjects, np.int32), np.zeros(strata + 1, np.int32))


@compiled
def list_events(plan: Plan, subjects: Subjects, calendar: NDArray[np.int32]) -> Events:
    """Write down the calendar day of every subject's event, or a day that never comes.

    Here and below counts are kept in 32 bits, of which the processor adds twice as many at once.
    """
    found, last = np.int32(0), np.int32(0)
    for i in range(plan.subjects):
        day = np.int32(subjects.entry[i] + subjects.days[i])
        visible = subjects.event[i] & (day <= plan.last_day)
        calendar[i] = day if visible else _NEVER
        found = np.int32(found + visible)
        last = max(last, np.int32(day * visible))
    return Events(int(found), int(last))


@compiled
def events_by(calendar: NDArray[np.int32], day: int) -> int:
    """How many events have happened by a calendar day."""
    happened, until = np.int32(0), np.int32(day)
    for i in range(calendar.size):
        happened = np.int32(happened + (calendar[i] <= until))
    return int(happened)


@compiled
def day_of_event(calendar: NDArray[np.int32], events: Events, wanted: int) -> int:
    """The calendar day of event number `wanted`: by halving, counting is quicker than sorting."""
    low, high = 1, events.last
    while low < high:
        middle = (low + high) >> 1
        if events_by(calendar, middle) >= wanted:
            high = middle
        else:
            low = middle + 1
    return low


@compiled
def cut_day(
    plan: Plan, look: int, subjects: Subjects, calendar: NDArray[np.int32], events: Events
) -> tuple[int, bool]:
    """The calendar day of a look, and whether it fell short of its events.

    When the events never come, the look is taken as the study ends, or where the study has no
    last day, at the last event there is.
    """
    kind, place = plan.look_kind[look], plan.look_at[look]
    if kind == BY_DAY:
        return min(place, plan.last_day), False
    if kind == AFTER_LAST_ENTRY:
        return min(subjects.entry[plan.subjects - 1] + place, plan.last_day), False
    if events.found >= place:
        return day_of_event(calendar, events, place), False
    return (plan.last_day if plan.ends else max(events.last, 1)), True


@compiled
def entered_by(entry: NDArray[np.int32], cut: int) -> int:
    """How many subjects have entered by the day of the cut."""
    low, high = 0, entry.size
    while low < high:
        middle = (low + high) >> 1
        if entry[middle] <= cut:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def fill_cut(subjects: Subjects, cut: int, entered: int, data: CutData) -> None:
    """Write down what is known on the day of the cut of those who have entered, in that order.

    They are one risk set.
    """
    for i in range(entered):
        follow_up = cut - subjects.entry[i]
        event = subjects.event[i] & (subjects.days[i] <= follow_up)
        data.keys[i] = (min(subjects.days[i], follow_up) << 2) | (event << 1) | subjects.arm[i]
    data.first[0], data.first[1] = 0, entered


@called
def put_by_stratum(data: CutData, stratum: NDArray[np.int32], entered: int, by: CutData) -> None:
    """The same in `by`, stratum after stratum."""
    first = by.first
    first[:] = 0
    for i in range(entered):
        first[stratum[i] + 1] += 1
    for s in range(first.size - 1):
        first[s + 1] += first[s]
    for i in range(entered):
        by.keys[first[stratum[i]]] = data.keys[i]
        first[stratum[i]] += 1
    for s in range(first.size - 1, 0, -1):
        first[s] = first[s - 1]
    first[0] = 0
