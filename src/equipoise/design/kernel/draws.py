"""One trial's subjects, drawn: when they enter, their stratum and arm, when they leave and why."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel.compiled import compiled
from equipoise.design.kernel.philox import LANE_ARMS, LANE_TIMES, draw_words
from equipoise.design.kernel.plan import (
    BIG_STICK,
    BLOCKS,
    IN_TURN,
    LATEST_ENTRY,
    MINIMISATION,
    SIMPLE,
    Plan,
)

_HIGHEST = np.uint32(2**32 - 2)  # the word above it stands for: not by the last day
_HALF = 2**31


class Subjects(NamedTuple):
    """The subjects of one trial, in the order of their entry; filled anew for every trial."""

    words: NDArray[np.uint32]
    more_words: NDArray[np.uint32]
    entry: NDArray[np.int32]
    stratum: NDArray[np.int32]
    arm: NDArray[np.int32]
    days: NDArray[np.int32]
    event: NDArray[np.int32]
    other_days: NDArray[np.int32]


@compiled
def no_subjects(subjects: int) -> Subjects:
    """Room for the subjects of one trial."""
    return Subjects(
        np.empty((4, subjects), np.uint32),
        np.empty((4, subjects), np.uint32),
        np.empty(subjects, np.int32),
        np.zeros(subjects, np.int32),
        np.empty(subjects, np.int32),
        np.empty(subjects, np.int32),
        np.ones(subjects, np.int32),
        np.empty(subjects, np.int32),
    )


@compiled
def draw_constants(plan: Plan, room: Subjects) -> None:
    """What is the same in every trial: even entries, and arms given in turn."""
    for i in range(plan.entry_days.size):
        room.entry[i] = plan.entry_days[i]
    if plan.scheme == IN_TURN:
        whole = plan.ratio[0] + plan.ratio[1]
        for i in range(plan.subjects):
            room.arm[i] = i % whole < plan.ratio[0]


@compiled
def draw_subjects(plan: Plan, seed: int, trial: int, room: Subjects) -> None:
    """Draw trial number `trial` of the run with this seed into `room` (constants being there)."""
    key, number = np.uint64(seed), np.uint64(trial)
    draw_words(key, number, np.uint64(LANE_TIMES), plan.subjects, room.words)
    if plan.stratum_upto.size > 1 or plan.scheme != IN_TURN:
        draw_words(key, number, np.uint64(LANE_ARMS), plan.subjects, room.more_words)
    if plan.entry_days.size == 0:
        draw_entries(plan, room.words[0], room.entry)
    if plan.stratum_upto.size > 1:
        draw_strata(plan, room.more_words[1], room.stratum)
    draw_arms(plan, room)
    draw_ends(plan, room)


@compiled
def draw_entries(plan: Plan, words: NDArray[np.uint32], entry: NDArray[np.int32]) -> None:
    """Entry days: a Poisson process through the steps of the rate."""
    expected, step = 0.0, 0
    for i in range(plan.subjects):
        expected -= math.log((words[i] + 0.5) * 2.0**-32)
        while step + 1 < plan.accrual_sum.size and plan.accrual_sum[step + 1] < expected:
            step += 1
        since = (expected - plan.accrual_sum[step]) / plan.accrual_rate[step]
        moment = math.ceil(plan.accrual_start[step] + since)
        entry[i] = min(max(moment, 1.0), LATEST_ENTRY)


@compiled
def draw_strata(plan: Plan, words: NDArray[np.uint32], stratum: NDArray[np.int32]) -> None:
    """The stratum of each subject by the strata's prevalences."""
    last = plan.stratum_upto.size - 1
    for i in range(plan.subjects):
        level = 0
        while level < last and words[i] >= plan.stratum_upto[level]:
            level += 1
        stratum[i] = level


@compiled
def draw_arms(plan: Plan, room: Subjects) -> None:
    """The arm of each subject, by the scenario's scheme."""
    words = room.more_words[0]
    if plan.scheme == SIMPLE:
        for i in range(plan.subjects):
            room.arm[i] = words[i] < plan.scheme_word
    elif plan.scheme == BLOCKS:
        draw_blocks(plan, words, room.more_words[2], room.stratum, room.arm)
    elif plan.scheme == MINIMISATION:
        draw_minimised(plan, words, room.stratum, room.arm)
    elif plan.scheme == BIG_STICK:
        draw_big_stick(plan, words, room.stratum, room.arm)


@compiled
def draw_blocks(
    plan: Plan,
    words: NDArray[np.uint32],
    size_words: NDArray[np.uint32],
    stratum: NDArray[np.int32],
    arm: NDArray[np.int32],
) -> None:
    """Permuted blocks: a place is drawn from those that the stratum's block has left."""
    left = np.zeros((2, plan.stratum_upto.size), np.int64)
    sizes, whole = plan.scheme_numbers, plan.ratio[0] + plan.ratio[1]
    for i in range(plan.subjects):
        s = stratum[i]
        if left[0, s] + left[1, s] == 0:
            size = sizes[(np.int64(size_words[i]) * sizes.size) >> 32]
            left[1, s] = size // whole * plan.ratio[0]
            left[0, s] = size // whole * plan.ratio[1]
        place = (np.int64(words[i]) * (left[0, s] + left[1, s])) >> 32
        arm[i] = place < left[1, s]
        left[arm[i], s] -= 1


@compiled
def draw_minimised(
    plan: Plan, words: NDArray[np.uint32], stratum: NDArray[np.int32], arm: NDArray[np.int32]
) -> None:
    """Minimisation: `ahead` is how many more experimental each level has, the last is overall."""
    factors = plan.level_of.shape[1]
    ahead = np.zeros(plan.level_of.max() + 2 if factors else 1, np.int64)
    overall = ahead.size - 1
    for i in range(plan.subjects):
        lean = plan.weights[factors] * (abs(ahead[overall] + 1) - abs(ahead[overall] - 1))
        for f in range(factors):
            at = ahead[plan.level_of[stratum[i], f]]
            lean += plan.weights[f] * (abs(at + 1) - abs(at - 1))
        if lean == 0:
            arm[i] = words[i] < _HALF
        else:
            arm[i] = (lean < 0) == (words[i] < plan.scheme_word)
        more = 2 * arm[i] - 1
        ahead[overall] += more
        for f in range(factors):
            ahead[plan.level_of[stratum[i], f]] += more


@compiled
def draw_big_stick(
    plan: Plan, words: NDArray[np.uint32], stratum: NDArray[np.int32], arm: NDArray[np.int32]
) -> None:
    """The big stick, over the trial or within each stratum."""
    ahead = np.zeros(plan.stratum_upto.size, np.int64)
    limit, within = plan.scheme_numbers[0], plan.scheme_numbers[1]
    for i in range(plan.subjects):
        s = stratum[i] * within
        fair = words[i] < _HALF
        arm[i] = (fair and ahead[s] < limit) or ahead[s] <= -limit
        ahead[s] += 2 * arm[i] - 1


@compiled
def find_days(
    plan: Plan,
    rows: NDArray[np.int32],
    words: NDArray[np.uint32],
    room: Subjects,
    days: NDArray[np.int32],
) -> None:
    """The day that each subject's word means by its law; past the last day if there is none.

    Places are unsigned, which spares a test for counting from the end of an array.
    """
    thresholds, guide, width = plan.thresholds, plan.guide, np.uint64(plan.width)
    strata, bits = np.uint64(plan.stratum_upto.size), np.uint64(plan.guide_bits)
    shift = np.uint32(32 - plan.guide_bits)
    for i in range(plan.subjects):
        law = rows[np.uint64(room.arm[i]) * strata + np.uint64(room.stratum[i])]
        if law < 0:
            days[i] = plan.last_day + 1
            continue
        word = min(words[i], _HIGHEST)
        day = np.uint64(guide[(np.uint64(law) << bits) + np.uint64(word >> shift)])
        row = np.uint64(law) * width
        while thresholds[row + day] <= word:
            day += np.uint64(1)
        days[i] = day


@compiled
def draw_ends(plan: Plan, room: Subjects) -> None:
    """Days from entry to the event, or to what hides it. On the same day the event is seen."""
    find_days(plan, plan.event_rows, room.words[1], room, room.days)
    for i in range(plan.subjects):
        room.event[i] = 1
    if plan.others == 1:
        find_days(plan, plan.other_rows, room.words[3], room, room.other_days)
        end_earlier(plan, room, plan.other_counts)
    if plan.drops == 1:
        find_days(plan, plan.drop_rows, room.words[2], room, room.other_days)
        end_earlier(plan, room, 0)


@compiled
def end_earlier(plan: Plan, room: Subjects, event: int) -> None:
    """End the time of those whose other day comes first."""
    for i in range(plan.subjects):
        sooner = room.other_days[i] < room.days[i]
        room.event[i] = event if sooner else room.event[i]
        room.days[i] = min(room.days[i], room.other_days[i])
