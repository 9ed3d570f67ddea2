"""The day of a look, and the subjects in the order of their time on study.

Days are whole numbers, so both are done by counting: no comparison of floating-point times, and
no tie that rounding could make or break.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel.compiled import compiled
from equipoise.design.kernel.draws import Subjects
from equipoise.design.kernel.plan import AFTER_LAST_ENTRY, BY_DAY, Plan

_MOST_DIGITS = 12  # half of 16 bits for the day and 8 for the stratum


class Desk(NamedTuple):
    """Room to count and sort in."""

    calendar: NDArray[np.int32]
    counts: NDArray[np.int32]
    keys: NDArray[np.int32]
    between: NDArray[np.int32]
    sorted_keys: NDArray[np.int32]


@compiled
def new_desk(subjects: int) -> Desk:
    """Room for one trial."""
    return Desk(
        np.empty(subjects, np.int32),
        np.empty(2**_MOST_DIGITS + 1, np.int32),
        np.empty(subjects, np.int32),
        np.empty(subjects, np.int32),
        np.empty(subjects, np.int32),
    )


@compiled
def list_events(plan: Plan, room: Subjects, desk: Desk) -> tuple[int, int]:
    """Write down the calendar day of every event that the study can see: how many, the last."""
    found, last = 0, 0
    for i in range(plan.subjects):
        day = room.entry[i] + room.days[i]
        seen = room.event[i] & (day <= plan.last_day)
        desk.calendar[found] = day
        found += seen
        last = max(last, day * seen)
    return found, last


@compiled
def events_by(desk: Desk, found: int, day: int) -> int:
    """How many of the listed events have happened by a calendar day."""
    happened = 0
    for i in range(found):
        happened += desk.calendar[i] <= day
    return happened


@compiled
def day_of_event(desk: Desk, found: int, last: int, wanted: int) -> int:
    """The calendar day of event number `wanted`: by halving, counting is quicker than sorting."""
    low, high = 1, last
    while low < high:
        middle = (low + high) >> 1
        if events_by(desk, found, middle) >= wanted:
            high = middle
        else:
            low = middle + 1
    return low


@compiled
def cut_day(
    plan: Plan, look: int, room: Subjects, desk: Desk, found: int, last: int
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
    if found >= place:
        return day_of_event(desk, found, last, place), False
    return (plan.last_day if plan.ends else max(last, 1)), True


@compiled
def entered_by(plan: Plan, room: Subjects, cut: int) -> int:
    """How many subjects have entered by the day of the cut."""
    low, high = 0, plan.subjects
    while low < high:
        middle = (low + high) // 2
        if room.entry[middle] <= cut:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def make_keys(room: Subjects, entered: int, cut: int, bits: int, keys: NDArray[np.int32]) -> int:
    """What the look sees of each subject in one number: days, stratum, arm, event. The longest."""
    longest = 0
    mask = (1 << bits) - 1
    for i in range(entered):
        follow_up = cut - room.entry[i]
        days = min(room.days[i], follow_up)
        event = room.event[i] & (room.days[i] <= follow_up)
        stratum = room.stratum[i] & mask
        keys[i] = (((days << bits) | stratum) << 2) | (room.arm[i] << 1) | event
        longest = max(longest, days)
    return longest


@compiled
def sort_keys(desk: Desk, entered: int, longest: int, bits: int) -> None:
    """Sort the keys by day and stratum: by the lower half of their digits, then by the upper.

    Each pass counts how many keys have each digit and puts them in place, in order (a radix
    sort): no key is compared with another, and the work grows only with the number of subjects.
    """
    digits = 0
    while ((longest << bits) | ((1 << bits) - 1)) >> digits:
        digits += 1
    half = (digits + 1) >> 1
    one_pass(desk.keys, desk.between, desk.counts, entered, 2, half)
    one_pass(desk.between, desk.sorted_keys, desk.counts, entered, 2 + half, half)


@compiled
def one_pass(
    keys: NDArray[np.int32],
    out: NDArray[np.int32],
    counts: NDArray[np.int32],
    count: int,
    shift: int,
    width: int,
) -> None:
    """Put keys in order of the digit of `width` bits that stands `shift` bits up."""
    mask = (1 << width) - 1
    for digit in range(mask + 2):
        counts[digit] = 0
    for i in range(count):
        counts[((keys[i] >> shift) & mask) + 1] += 1
    for digit in range(mask):
        counts[digit + 1] += counts[digit]
    for i in range(count):
        digit = (keys[i] >> shift) & mask
        out[counts[digit]] = keys[i]
        counts[digit] += 1
