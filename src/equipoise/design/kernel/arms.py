"""Arms, as each scheme gives them: 1 is experimental, 0 control.

The schemes are those of `equipoise.conduct`, for two arms and any ratio.
"""

import numpy as np
from numpy.typing import NDArray

from equipoise.design.kernel.compiled import called, compiled
from equipoise.design.kernel.plan import (
    BIG_STICK,
    BLOCKS,
    MARGINAL,
    MINIMISATION,
    SIMPLE,
    VARIANCE,
    Plan,
)

_TIE = 1e-9  # scores nearer than this are a tie


@compiled
def draw_arms(
    plan: Plan,
    words: NDArray[np.uint32],
    size_words: NDArray[np.uint32],
    stratum: NDArray[np.int32],
    counts: NDArray[np.int64],
    arm: NDArray[np.int32],
) -> None:
    """The arm of each subject, by the scenario's scheme; `counts` is workspace."""
    if plan.scheme == SIMPLE:
        for i in range(plan.subjects):
            arm[i] = words[i] < plan.scheme_words[0]
    elif plan.scheme == BLOCKS:
        draw_blocks(plan, words, size_words, stratum, counts, arm)
    elif plan.scheme == MINIMISATION:
        draw_minimised(plan, words, stratum, counts, arm)
    elif plan.scheme == BIG_STICK:
        draw_big_stick(plan, words, stratum, counts, arm)


@called
def draw_blocks(
    plan: Plan,
    words: NDArray[np.uint32],
    size_words: NDArray[np.uint32],
    stratum: NDArray[np.int32],
    counts: NDArray[np.int64],
    arm: NDArray[np.int32],
) -> None:
    """Permuted blocks: a place is drawn from those that the stratum's block has left."""
    counts[:] = 0
    left, sizes, whole = counts, plan.scheme_numbers, plan.ratio[0] + plan.ratio[1]
    for i in range(plan.subjects):
        s = stratum[i]
        if left[0, s] + left[1, s] == 0:
            size = sizes[0]
            if sizes.size > 1:
                size = sizes[(np.int64(size_words[i]) * sizes.size) >> 32]
            left[1, s] = size // whole * plan.ratio[0]
            left[0, s] = size // whole * plan.ratio[1]
        place = (np.int64(words[i]) * (left[0, s] + left[1, s])) >> 32
        arm[i] = place < left[1, s]
        left[arm[i], s] -= 1


@called
def draw_minimised(
    plan: Plan,
    words: NDArray[np.uint32],
    stratum: NDArray[np.int32],
    counts: NDArray[np.int64],
    arm: NDArray[np.int32],
) -> None:
    """Minimisation, by the scores of `conduct.imbalance` and the biased coin of Han et al.

    Each level of a factor, and last the whole trial, has two counts in shares of the ratio (at 2:1
    a subject of experimental counts 1, one of control 2): by how much experimental is `ahead`, and
    all. `scheme_words` has the chance of experimental when it is favoured, when control is, and
    when neither is.
    """
    levels, strata, weights = plan.level_of, stratum.view(np.uint32), plan.weights
    counts[:] = 0
    ahead, counted = counts[0], counts[1]
    step1, step0 = plan.ratio[1], plan.ratio[0]
    for i in range(plan.subjects):
        lean = 0.0
        for f in range(weights.size):
            level = np.uint32(levels[strata[i], f])
            after1 = unevenness(plan.measure, ahead[level] + step1, counted[level] + step1)
            after0 = unevenness(plan.measure, ahead[level] - step0, counted[level] + step0)
            lean += weights[f] * (after1 - after0)
        favoured = 2 if abs(lean) < _TIE else 0 if lean < 0.0 else 1
        arm[i] = words[i] < plan.scheme_words[favoured]
        more, all_more = (step1, step1) if arm[i] == 1 else (-step0, step0)
        for f in range(weights.size):
            level = np.uint32(levels[strata[i], f])
            ahead[level] += more
            counted[level] += all_more


@compiled
def unevenness(measure: int, ahead: int, counted: int) -> float:
    """A level's imbalance, up to a factor that is the same for all levels.

    With two arms the standard deviation is the range divided by a constant. Ranges and variances
    are whole numbers here, and so exact.
    """
    if measure == VARIANCE:
        return float(ahead * ahead)
    if measure == MARGINAL:
        return abs(ahead) / counted
    return float(abs(ahead))


@called
def draw_big_stick(
    plan: Plan,
    words: NDArray[np.uint32],
    stratum: NDArray[np.int32],
    counts: NDArray[np.int64],
    arm: NDArray[np.int32],
) -> None:
    """The big stick, over the trial or within each stratum.

    An arm is left out when it would be more than the limit ahead, counted as in minimisation (the
    limit in `scheme_numbers` is in the same shares); when both would, the one that is less so.
    """
    counts[:] = 0
    ahead = counts[0]
    limit, within = plan.scheme_numbers[0], plan.scheme_numbers[1]
    step1, step0 = plan.ratio[1], plan.ratio[0]
    for i in range(plan.subjects):
        s = stratum[i] * within
        with1, with0 = abs(ahead[s] + step1), abs(ahead[s] - step0)
        most = max(limit, min(with1, with0))
        fair = words[i] < plan.scheme_words[0]
        arm[i] = (fair and with1 <= most) or with0 > most
        ahead[s] += step1 if arm[i] == 1 else -step0
