"""One trial's subjects, drawn: when they enter, their stratum and arm, when they leave and why."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel.arms import draw_arms
from equipoise.design.kernel.compiled import called, compiled
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
    exponentials,
    whole_groups,
)
from equipoise.design.kernel.plan import BLOCKS, IN_TURN, LATEST_ENTRY, STRATUM_SHIFT, Plan
from equipoise.design.kernel.tabulated import find_days

_LATEST = float(LATEST_ENTRY)


class Subjects(NamedTuple):
    """The subjects of one trial, in the order of their entry; filled anew for every trial.

    `words` has a row for each question of `philox`, in whole groups. `cell` numbers
    the arm and stratum together; `left`, `waits` and `counts` are workspace for
    days, entries and arms.
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
    """Workspace for the subjects of one trial, and what is the same in all (`write_constants`)."""
    many, levels = plan.subjects, int(plan.level_of.max()) + 1
    subjects = Subjects(
        np.empty((QUESTIONS, whole_groups(many)), np.uint32),
        np.empty(many, np.int32),
        np.zeros(many, np.int32),
        np.empty(many, np.int32),
        np.empty(many, np.int32),
        np.empty(many, np.int32),
        np.ones(many, np.int32),
        np.empty(many, np.int32),
        np.empty(many, np.float32),
        np.empty(many, np.float64),
        np.empty((2, max(plan.stratum_upto.size, levels)), np.int64),
    )
    write_constants(plan, subjects)
    return subjects


def write_constants(plan: Plan, subjects: Subjects) -> None:
    """What is the same in every trial: even entries, and arms given in turn."""
    if plan.entry_days.size:
        subjects.entry[:] = plan.entry_days
    if plan.scheme == IN_TURN:
        subjects.arm[:] = np.arange(plan.subjects) % plan.ratio.sum() < plan.ratio[0]


@compiled
def draw_subjects(plan: Plan, seed: int, trial: int, subjects: Subjects) -> None:
    """Draw trial number `trial` of the run with this seed (constants being there)."""
    if plan.entry_days.size == 0:
        draw_words(seed, trial, ENTRY, subjects.words[ENTRY])
        draw_entries(plan, subjects.words[ENTRY], subjects.waits, subjects.entry)
    strata = plan.stratum_upto.size
    if strata > 1:
        draw_words(seed, trial, STRATUM, subjects.words[STRATUM])
        draw_strata(plan, subjects.words[STRATUM], subjects.stratum)
    if plan.scheme != IN_TURN:
        draw_words(seed, trial, ARM_WORD, subjects.words[ARM_WORD])
        if plan.scheme == BLOCKS and plan.scheme_numbers.size > 1:
            draw_words(seed, trial, BLOCK_SIZE, subjects.words[BLOCK_SIZE])
        sizes = subjects.words[BLOCK_SIZE]
        arms = (subjects.stratum, subjects.counts, subjects.arm)
        draw_arms(plan, subjects.words[ARM_WORD], sizes, *arms)
    for i in range(plan.subjects):
        subjects.cell[i] = subjects.arm[i] * strata + subjects.stratum[i]
    draw_ends(plan, seed, trial, subjects)


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
def draw_ends(plan: Plan, seed: int, trial: int, drawn: Subjects) -> None:
    """Days from entry to the event, or to what hides it. On the same day the event counts."""
    for i in range(plan.subjects):
        drawn.event[i] = 1
    draw_days(plan, seed, trial, EVENT, plan.event_rows, drawn, None, drawn.days)
    if plan.others == 1:
        draw_days(plan, seed, trial, OTHER, plan.other_rows, drawn, drawn.days, drawn.other_days)
        end_earlier(plan, drawn, plan.other_counts)
    if plan.drops == 1:
        draw_days(plan, seed, trial, DROP_OUT, plan.drop_rows, drawn, drawn.days, drawn.other_days)
        end_earlier(plan, drawn, 0)


@compiled
def draw_days(
    plan: Plan,
    seed: int,
    trial: int,
    question: int,
    laws: NDArray[np.int32],
    subjects: Subjects,
    until: NDArray[np.int32] | None,
    days: NDArray[np.int32],
) -> None:
    """The days before `until` that one question's words mean; `laws` has the law of each cell."""
    words, tables = subjects.words[question], (plan.thresholds, plan.guide)
    draw_words(seed, trial, question, words)
    find_days(*tables, plan.width, laws, subjects.cell, words, subjects.left, until, days)


@compiled
def end_earlier(plan: Plan, subjects: Subjects, event: int) -> None:
    """End the time of those whose other day comes first."""
    for i in range(plan.subjects):
        sooner = subjects.other_days[i] < subjects.days[i]
        subjects.event[i] = event if sooner else subjects.event[i]
        subjects.days[i] = min(subjects.days[i], subjects.other_days[i])
