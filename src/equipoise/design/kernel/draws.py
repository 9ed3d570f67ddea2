"""One trial's subjects, drawn: when they enter, their stratum and arm, when they leave and why."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel.arms import draw_arms
from equipoise.design.kernel.compiled import called, compiled
from equipoise.design.kernel.logarithm import exponentials
from equipoise.design.kernel.philox import ARM as ARM_WORD
from equipoise.design.kernel.philox import (
    BLOCK_SIZE,
    DROP_OUT,
    ENTRY,
    EVENT,
    OTHER,
    QUESTIONS,
    STRATUM,
    draw_words,
    whole_groups,
)
from equipoise.design.kernel.plan import BLOCKS, IN_TURN, LATEST_ENTRY, STRATUM_SHIFT, Plan
from equipoise.design.kernel.tabulated import find_days

_LATEST = float(LATEST_ENTRY)


class Subjects(NamedTuple):
    """The subjects of one trial, in the order of their entry; filled anew for every trial.

    `words` has a row for each question of `philox`, with room for whole groups. `cell` numbers
    the arm and stratum together; `left`, `waits` and `counts` are room to look up days and
    entries and to count arms in.
    """

    words: NDArray[np.uint32]
    entry: NDArray[np.int32]
    stratum: NDArray[np.int32]
    arm: NDArray[np.int32]
    cell: NDArray[np.int32]
    days: NDArray[np.int32]
    event: NDArray[np.int32]
    other_days: NDArray[np.int32]
    left: NDArray[np.float32]
    waits: NDArray[np.float64]
    counts: NDArray[np.int64]


def no_subjects(plan: Plan) -> Subjects:
    """Room for the subjects of one trial, and what is the same in all: see `write_constants`."""
    subjects, levels = plan.subjects, int(plan.level_of.max()) + 1
    room = Subjects(
        np.empty((QUESTIONS, whole_groups(subjects)), np.uint32),
        np.empty(subjects, np.int32),
        np.zeros(subjects, np.int32),
        np.empty(subjects, np.int32),
        np.empty(subjects, np.int32),
        np.empty(subjects, np.int32),
        np.ones(subjects, np.int32),
        np.empty(subjects, np.int32),
        np.empty(subjects, np.float32),
        np.empty(subjects, np.float64),
        np.empty((2, max(plan.stratum_upto.size, levels)), np.int64),
    )
    write_constants(plan, room)
    return room


def write_constants(plan: Plan, room: Subjects) -> None:
    """What is the same in every trial: even entries, and arms given in turn."""
    if plan.entry_days.size:
        room.entry[:] = plan.entry_days
    if plan.scheme == IN_TURN:
        room.arm[:] = np.arange(plan.subjects) % plan.ratio.sum() < plan.ratio[0]


@compiled
def draw_subjects(plan: Plan, seed: int, trial: int, room: Subjects) -> None:
    """Draw trial number `trial` of the run with this seed into `room` (constants being there)."""
    if plan.entry_days.size == 0:
        draw_words(seed, trial, ENTRY, room.words[ENTRY])
        draw_entries(plan, room.words[ENTRY], room.waits, room.entry)
    strata = plan.stratum_upto.size
    if strata > 1:
        draw_words(seed, trial, STRATUM, room.words[STRATUM])
        draw_strata(plan, room.words[STRATUM], room.stratum)
    if plan.scheme != IN_TURN:
        draw_words(seed, trial, ARM_WORD, room.words[ARM_WORD])
        if plan.scheme == BLOCKS and plan.scheme_numbers.size > 1:
            draw_words(seed, trial, BLOCK_SIZE, room.words[BLOCK_SIZE])
        draw_arms(
            plan, room.words[ARM_WORD], room.words[BLOCK_SIZE], room.stratum, room.counts, room.arm
        )
    for i in range(plan.subjects):
        room.cell[i] = room.arm[i] * strata + room.stratum[i]
    draw_ends(plan, seed, trial, room)


@called
def draw_entries(
    plan: Plan, words: NDArray[np.uint32], waits: NDArray[np.float64], entry: NDArray[np.int32]
) -> None:
    """Entry days: a Poisson process through the steps of the rate."""
    exponentials(words, waits)
    expected, step = 0.0, 0
    for i in range(plan.subjects):
        expected += waits[i]
        while step + 1 < plan.accrual_sum.size and plan.accrual_sum[step + 1] < expected:
            step += 1
        since = (expected - plan.accrual_sum[step]) / plan.accrual_rate[step]
        # Bounded before it is made whole: a day too far for a whole number would come out negative.
        moment = min(max(plan.accrual_start[step] + since, 1.0), _LATEST)
        entry[i] = math.ceil(moment)


@called
def draw_strata(plan: Plan, words: NDArray[np.uint32], stratum: NDArray[np.int32]) -> None:
    """The stratum of each subject by the strata's prevalences; a guide says where to begin."""
    upto, last = plan.stratum_upto, np.uint64(plan.stratum_upto.size - 1)
    for i in range(plan.subjects):
        level = np.uint64(plan.stratum_guide[words[i] >> STRATUM_SHIFT])
        while level < last and words[i] >= upto[level]:
            level += np.uint64(1)
        stratum[i] = level


@compiled
def draw_ends(plan: Plan, seed: int, trial: int, room: Subjects) -> None:
    """Days from entry to the event, or to what hides it. On the same day the event is seen."""
    for i in range(plan.subjects):
        room.event[i] = 1
    draw_days(plan, seed, trial, EVENT, plan.event_rows, room, None, room.days)
    if plan.others == 1:
        draw_days(plan, seed, trial, OTHER, plan.other_rows, room, room.days, room.other_days)
        end_earlier(plan, room, plan.other_counts)
    if plan.drops == 1:
        draw_days(plan, seed, trial, DROP_OUT, plan.drop_rows, room, room.days, room.other_days)
        end_earlier(plan, room, 0)


@compiled
def draw_days(
    plan: Plan,
    seed: int,
    trial: int,
    question: int,
    laws: NDArray[np.int32],
    room: Subjects,
    until: NDArray[np.int32] | None,
    days: NDArray[np.int32],
) -> None:
    """The days before `until` that one question's words mean; `laws` has the law of each cell."""
    words, tables = room.words[question], (plan.thresholds, plan.guide)
    draw_words(seed, trial, question, words)
    find_days(*tables, plan.width, laws, room.cell, words, room.left, until, days)


@compiled
def end_earlier(plan: Plan, room: Subjects, event: int) -> None:
    """End the time of those whose other day comes first."""
    for i in range(plan.subjects):
        sooner = room.other_days[i] < room.days[i]
        room.event[i] = event if sooner else room.event[i]
        room.days[i] = min(room.days[i], room.other_days[i])
