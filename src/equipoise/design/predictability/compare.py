"""The methods side by side: imbalance and predictability over simulated trials.

Each trial has random numbers of its own (Philox, keyed by seed and trial), the same for every
method: the same people come in the same order, and any trial can be looked at again alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.design.predictability.guessing import (
    convergence,
    groups_of,
    imbalance,
    known_chance,
)
from equipoise.design.predictability.methods import (
    BigStick,
    Blocks,
    Complete,
    Method,
    Minimisation,
)
from equipoise.design.predictability.population import Population
from equipoise.design.problems import Problem, refuse
from equipoise.study.model import Study

__all__ = [
    "Measured",
    "Simulated",
    "Spread",
    "measured",
    "method_of",
    "simulated_trial",
    "usual_methods",
]

AT_ONCE = 500
MOST_TRIALS = 1_000_000
Real = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean, 95th percentile and largest value over the simulated trials."""

    mean: float
    high: float
    most: float

    @classmethod
    def of(cls, values: Real) -> "Spread":
        """The spread of one value a trial."""
        high = np.quantile(values, 0.95, method="inverted_cdf")
        return cls(float(values.mean()), float(high), float(values.max()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One method: the difference between the arms, and the share of guesses that are right.

    `level` is the worst level of any balanced factor of a trial, `centre` its worst centre,
    `stratum` its worst combination of balanced factors. `excess` is the selection bias factor of
    Blackwell and Hodges: correct guesses of the best guesser at a centre, beyond pure chance.
    """

    method: Method
    overall: Spread
    level: Spread
    centre: Spread
    stratum: Spread
    by_centre: Spread
    by_stratum: Spread
    by_trial: Spread
    knowing: Spread
    excess: float

    @property
    def best(self) -> float:
        """The success of the best guesser who sees the own centre only."""
        return max(self.by_centre.mean, self.by_stratum.mean)


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """One trial in full: the levels, the chances and the arm of each subject, by number."""

    levels: Whole
    chances: Real
    arms: Whole
    draws: Real


def usual_methods(population: Population) -> tuple[Method, ...]:
    """Those a statistician chooses from, fitted to the ratio."""
    whole = sum(population.ratios)
    random = (whole, 2 * whole, 3 * whole)
    return (
        Complete(),
        BigStick(3),
        Blocks((2 * whole,)),
        Blocks(random),
        Blocks(random, by=(population.centre,)),
        *(Minimisation(p) for p in (0.70, 0.75, 0.80, 0.85, 0.90, 0.95)),
    )


def method_of(study: Study) -> Method:
    """The method that the study file has now."""
    how = study.randomisation
    if how.method == "minimisation":
        return Minimisation(float(how.favoured), how.measure)
    if how.method == "blocks":
        return Blocks(how.block_sizes)
    return BigStick(how.tolerated) if how.method == "big-stick" else Complete()


def measured(
    population: Population,
    methods: Sequence[Method],
    trials: int,
    seed: int,
) -> tuple[Measured, ...]:
    """Every method on the same people. Raises BadDesign with all that is wrong."""
    refuse(
        population.problems(),
        *(method.problems(population) for method in methods),
        _run_problems(trials, seed),
    )
    return tuple(_measure(population, method, trials, seed) for method in methods)


def simulated_trial(population: Population, method: Method, seed: int, trial: int) -> Simulated:
    """One trial again, alone: the same as in any run with this seed."""
    refuse(population.problems(), method.problems(population), _run_problems(trial + 1, seed))
    run = _run(population, method, seed, trial, 1)
    return Simulated(
        levels=run.levels[0], chances=run.chances[0], arms=run.arms[0], draws=run.draws[0]
    )


def _run_problems(trials: int, seed: int) -> Iterator[Problem]:
    if not 1 <= trials <= MOST_TRIALS:
        yield Problem("trials", "no such number of trials", trials, f"Give 1 to {MOST_TRIALS}.")
    if not 0 <= seed < 2**63:
        yield Problem("seed", "no such seed", seed, "Give a whole number from 0.")


def _run(population: Population, method: Method, seed: int, first: int, trials: int) -> Simulated:
    """Simulate trials; every array has the trial as its first axis."""
    factors, subjects = len(population.factors), population.subjects
    draws = np.stack(
        [
            np.random.Generator(np.random.Philox(key=[seed, trial])).random((subjects, factors + 2))
            for trial in range(first, first + trials)
        ]
    )
    levels = np.stack([_levels(f.shares, draws[..., k]) for k, f in enumerate(population.factors)])
    levels = np.moveaxis(levels, 0, -1)
    running = method.begin(population, trials)
    arms = np.empty((trials, subjects), np.int64)
    chances = np.empty((trials, subjects, len(population.arms)))
    for subject in range(subjects):
        here = levels[:, subject]
        chance = running.chances(here, draws[:, subject, factors + 1])
        # The last arm takes what rounding leaves over.
        edges = np.cumsum(chance, axis=1)[:, :-1]
        drawn = (draws[:, subject, factors, None] >= edges).sum(axis=1)
        running.give(here, drawn)
        arms[:, subject], chances[:, subject] = drawn, chance
    return Simulated(levels=levels, chances=chances, arms=arms, draws=draws)


def _levels(shares: tuple[float, ...], draws: Real) -> Whole:
    edges = np.cumsum(shares)[:-1]
    return np.asarray(np.searchsorted(edges, draws, side="right"), dtype=np.int64)


def _measure(population: Population, method: Method, trials: int, seed: int) -> Measured:
    figures: dict[str, list[Real]] = {}
    for first in range(0, trials, AT_ONCE):
        run = _run(population, method, seed, first, min(AT_ONCE, trials - first))
        for name, values in _figures(population, run).items():
            figures.setdefault(name, []).append(values)
    spreads = {name: Spread.of(np.concatenate(values)) for name, values in figures.items()}
    best = max(spreads["by_centre"].mean, spreads["by_stratum"].mean)
    chance = max(population.ratios) / sum(population.ratios)
    return Measured(method=method, excess=(best - chance) * population.subjects, **spreads)


def _figures(population: Population, run: Simulated) -> dict[str, Real]:
    """One value a trial for every figure."""
    centre = groups_of(population, run.levels, (population.centre,))
    names = tuple(dict.fromkeys((population.centre, *population.balanced)))
    stratum = groups_of(population, run.levels, names)
    everyone = np.zeros_like(centre)
    worst = [
        imbalance(population, run.arms, groups_of(population, run.levels, (name,))).max(axis=1)
        for name in population.balanced
    ]
    combined = groups_of(population, run.levels, population.balanced)
    return {
        "overall": imbalance(population, run.arms, everyone).max(axis=1),
        "level": np.max(worst, axis=0),
        "centre": imbalance(population, run.arms, centre).max(axis=1),
        "stratum": imbalance(population, run.arms, combined).max(axis=1),
        "by_centre": convergence(population, run.arms, centre).mean(axis=1),
        "by_stratum": convergence(population, run.arms, stratum).mean(axis=1),
        "by_trial": convergence(population, run.arms, everyone).mean(axis=1),
        "knowing": known_chance(run.chances).mean(axis=1),
    }
