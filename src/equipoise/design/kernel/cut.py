"""The day of a look: a calendar day, or the day of an event.

Days are whole numbers, so the event that defines a cut is in it, and no tie is made or broken by
rounding.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel.compiled import compiled
from equipoise.design.kernel.draws import Subjects
from equipoise.design.kernel.plan import AFTER_LAST_ENTRY, BY_DAY, Plan

_NEVER = np.int32(2**30)  # a day after all others


class Events(NamedTuple):
    """The events that the study can see: how many, and the calendar day of the last."""

    found: int
    last: int


@compiled
def list_events(plan: Plan, room: Subjects, calendar: NDArray[np.int32]) -> Events:
    """Write down the calendar day of every subject's event, or a day that never comes.

    Here and below counts are kept in 32 bits, of which the processor adds twice as many at once.
    """
    found, last = np.int32(0), np.int32(0)
    for i in range(plan.subjects):
        day = np.int32(room.entry[i] + room.days[i])
        seen = room.event[i] & (day <= plan.last_day)
        calendar[i] = day if seen else _NEVER
        found = np.int32(found + seen)
        last = max(last, np.int32(day * seen))
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
    plan: Plan, look: int, room: Subjects, calendar: NDArray[np.int32], events: Events
) -> tuple[int, bool]:
    """The calendar day of a look, and whether it fell short of its events.

    When the events never come, the look is taken as the study ends, or where the study has no
    last day, at the last event there is.
    """
    kind, place = plan.look_kind[look], plan.look_at[look]
    if kind == BY_DAY:
        return min(place, plan.last_day), False
    if kind == AFTER_LAST_ENTRY:
        return min(room.entry[plan.subjects - 1] + place, plan.last_day), False
    if events.found >= place:
        return day_of_event(calendar, events, place), False
    return (plan.last_day if plan.ends else max(events.last, 1)), True
