"""How well the next arm can be guessed, and how even the arms are, in trials that were simulated.

The convergence strategy of Blackwell and Hodges guesses the arm that is behind so far; when none
is, it guesses at random (the arm with the largest share, at an unequal ratio). A guesser may look
at the own centre, at the own centre within the same stratum, or at the whole trial. One who knows
the method, its parameters, every earlier subject and the size of the running block guesses the arm
with the higher chance; nobody can do better.
"""

import numpy as np
from numpy.typing import NDArray

from equipoise.design.predictability.methods import stratum
from equipoise.design.predictability.population import Population

__all__ = ["convergence", "groups_of", "imbalance", "known_chance"]

Whole = NDArray[np.int64]
Real = NDArray[np.float64]


def groups_of(population: Population, levels: Whole, names: tuple[str, ...]) -> Whole:
    """For each trial and subject, the number of the combination of these factors' levels."""
    places = [population.place(name) for name in names]
    return stratum(levels, places, [len(population.factors[place].levels) for place in places])


def convergence(population: Population, arms: Whole, groups: Whole) -> Real:
    """For each trial and subject, the chance that the guess of the arm behind is right."""
    behind = _evened(population, _before(arms, groups, len(population.arms)))
    likely = behind <= behind.min(axis=-1, keepdims=True) + 1e-9
    ratio = np.asarray(population.ratios, dtype=float)
    largest = np.where(likely, ratio, 0.0)
    guessed = likely & (largest >= largest.max(axis=-1, keepdims=True))
    right = np.take_along_axis(guessed, arms[..., None], axis=-1)[..., 0]
    return np.asarray(right / guessed.sum(axis=-1))


def known_chance(chances: Real) -> Real:
    """For each trial and subject, the chance that one who knows everything is right."""
    return np.asarray(chances.max(axis=-1))


def imbalance(population: Population, arms: Whole, groups: Whole) -> Real:
    """For each trial and group, the difference between the arms at the end, ratio taken off."""
    trials, count = arms.shape[0], int(groups.max()) + 1
    kinds = len(population.arms)
    cells = (np.arange(trials)[:, None] * count + groups) * kinds + arms
    counted = np.bincount(cells.ravel(), minlength=trials * count * kinds)
    even = _evened(population, counted.reshape(trials, count, kinds))
    return np.asarray(np.ptp(even, axis=-1))


def _evened(population: Population, counts: Whole) -> Real:
    return np.asarray(counts / np.asarray(population.ratios, dtype=float))


def _before(arms: Whole, groups: Whole, kinds: int) -> Whole:
    """How many of each arm the group has before each subject."""
    counted = np.zeros((*arms.shape, kinds), dtype=np.int64)
    for group in range(int(groups.max()) + 1):
        here = groups == group
        for arm in range(kinds):
            mine = here & (arms == arm)
            earlier = np.cumsum(mine, axis=1) - mine
            counted[..., arm] += np.where(here, earlier, 0)
    return counted
