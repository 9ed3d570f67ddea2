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
    """Write down the calendar day of every subject's event, or a day that never comes."""
    found, last = 0, 0
    for i in range(plan.subjects):
        day = room.entry[i] + room.days[i]
        seen = room.event[i] & (day <= plan.last_day)
        calendar[i] = day if seen else _NEVER
        found += seen
        last = max(last, day * seen)
    return Events(found, last)


@compiled
def events_by(calendar: NDArray[np.int32], day: int) -> int:
    """How many events have happened by a calendar day."""
    happened = 0
    for i in range(calendar.size):
        happened += calendar[i] <= day
    return happened


@compiled
def day_of_event(calendar: NDArray[np.int32], events: Events, wanted: int) -> int:
    """The calendar day of event number `wanted`: counting some days is quicker than sorting all.

    Events come about evenly, so their number says where the day is; a step of halving in between
    keeps the worst case at the logarithm.
    """
    low, high, before, by = 1, events.last, 0, events.found
    halve = False
    while low < high:
        part = 0.5 if halve else (wanted - before - 0.5) / (by - before)
        day = low + int((high - low) * part)
        happened = events_by(calendar, day)
        if happened >= wanted:
            high, by = day, happened
        else:
            low, before = day + 1, happened
        halve = not halve
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
