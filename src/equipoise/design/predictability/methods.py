"""The methods that are compared, each with the chances it gives, for many trials at once.

The chances are those of `equipoise.conduct`: minimisation with the biased coin of Han, Enas and
McEntegart, blocks whose sizes are drawn as they are needed, the big stick, and the ratio alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import lcm
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from equipoise.design.predictability.population import Population
from equipoise.design.problems import Problem, is_finite, one_of

__all__ = ["BigStick", "Blocks", "Complete", "Method", "Minimisation", "Running"]

Counts = NDArray[np.int64]
Chances = NDArray[np.float64]
MEASURES = ("range", "sd", "variance", "marginal balance")
TIE = 1e-9  # scores nearer than this are a tie; whole-number scores are exact


class Running(Protocol):
    """The state of many trials between one subject and the next.

    `levels` has a row for each trial and a column for each factor of the population.
    """

    def chances(self, levels: Counts, draws: Chances) -> Chances:
        """The chance of each arm for the next subject of each trial; `draws` choose block sizes."""
        ...

    def give(self, levels: Counts, arms: Counts) -> None:
        """Count the arms that were drawn."""
        ...


@dataclass(frozen=True, slots=True)
class Complete:
    """The ratio alone, whatever went before."""

    @property
    def label(self) -> str:
        return "simple"

    def problems(self, population: Population) -> Iterator[Problem]:
        yield from ()

    def begin(self, population: Population, trials: int) -> Running:
        return _BigStick(population, trials, population.subjects)  # a limit that is never reached


@dataclass(frozen=True, slots=True)
class BigStick:
    """The ratio alone, until an arm would be more than `limit` ahead in the whole trial."""

    limit: int = 3

    @property
    def label(self) -> str:
        return f"big stick {self.limit}"

    def problems(self, population: Population) -> Iterator[Problem]:
        if self.limit < 1:
            yield Problem("big stick", "the limit is 1 or more", self.limit, "Give 3.")

    def begin(self, population: Population, trials: int) -> Running:
        return _BigStick(population, trials, self.limit)


@dataclass(frozen=True, slots=True)
class Blocks:
    """Permuted blocks within each combination of these factors (None: all that are balanced)."""

    sizes: tuple[int, ...] = (4,)
    by: tuple[str, ...] | None = None

    @property
    def label(self) -> str:
        sizes = "/".join(str(size) for size in sorted(set(self.sizes)))
        if self.by is None:
            return f"blocks {sizes}"
        return f"blocks {sizes} by {', '.join(self.by) or 'nothing'}"

    def problems(self, population: Population) -> Iterator[Problem]:
        whole = sum(population.ratios)
        if not self.sizes or any(size < 1 or size % whole for size in self.sizes):
            remedy = f"Give multiples of {whole}."
            yield Problem("blocks", "a block holds the whole ratio", self.sizes, remedy)
        for name in self.by or ():
            if name not in {factor.name for factor in population.factors}:
                yield Problem("blocks", "no such factor", name, "Name a factor of the study.")

    def begin(self, population: Population, trials: int) -> Running:
        by = population.balanced if self.by is None else self.by
        return _Blocks(population, trials, tuple(sorted(set(self.sizes))), by)


@dataclass(frozen=True, slots=True)
class Minimisation:
    """Minimisation of the balanced factors; `p` is the chance of the favoured arm at 1:1."""

    p: float = 0.8
    measure: str = "range"

    @property
    def label(self) -> str:
        more = "" if self.measure == "range" else f" {self.measure}"
        return f"minimisation {self.p:.2f}{more}"

    def problems(self, population: Population) -> Iterator[Problem]:
        yield from one_of("minimisation.measure", self.measure, MEASURES)
        lowest = min(population.ratios) / sum(population.ratios)
        if not is_finite(self.p) or not lowest - 1e-12 <= self.p <= 1:
            remedy = f"Give {lowest:g} to 1."
            yield Problem("minimisation.p", "no chance of a favoured arm", self.p, remedy)

    def begin(self, population: Population, trials: int) -> Running:
        return _Minimisation(population, trials, self)


Method = Complete | BigStick | Blocks | Minimisation


class _BigStick:
    """How many each arm has in the whole trial."""

    def __init__(self, population: Population, trials: int, limit: int) -> None:
        self._ratio = np.asarray(population.ratios, dtype=np.int64)
        self._even, scale = even_steps(population)
        self._most, self._counts = limit * scale, np.zeros((trials, len(self._ratio)), np.int64)

    def chances(self, levels: Counts, draws: Chances) -> Chances:
        after = np.stack(
            [np.ptp(self._counts + step, axis=1) for step in np.diag(self._even)], axis=1
        )
        most = np.maximum(self._most, after.min(axis=1))
        return by_ratio(self._ratio, after <= most[:, None])

    def give(self, levels: Counts, arms: Counts) -> None:
        self._counts[np.arange(len(arms)), arms] += self._even[arms]


class _Blocks:
    """What is left of the running block of each stratum."""

    def __init__(
        self, population: Population, trials: int, sizes: tuple[int, ...], by: tuple[str, ...]
    ) -> None:
        self._ratio = np.asarray(population.ratios, dtype=np.int64)
        self._rounds = np.asarray(sizes, dtype=np.int64) // int(self._ratio.sum())
        self._places = [population.place(name) for name in by]
        self._lengths = [len(population.factors[place].levels) for place in self._places]
        self._left = np.zeros((trials, population.strata(by), len(self._ratio)), np.int64)
        self._trials = np.arange(trials)

    def chances(self, levels: Counts, draws: Chances) -> Chances:
        here = stratum(levels, self._places, self._lengths)
        left = self._left[self._trials, here]
        drawn = self._rounds[(draws * len(self._rounds)).astype(np.int64)]
        fresh = left.sum(axis=1) == 0
        left = np.where(fresh[:, None], drawn[:, None] * self._ratio, left)
        self._left[self._trials, here] = left
        return np.asarray(left / left.sum(axis=1, keepdims=True))

    def give(self, levels: Counts, arms: Counts) -> None:
        here = stratum(levels, self._places, self._lengths)
        self._left[self._trials, here, arms] -= 1


class _Minimisation:
    """How many each arm has, by factor and level."""

    def __init__(self, population: Population, trials: int, method: Minimisation) -> None:
        self._ratio = np.asarray(population.ratios, dtype=np.int64)
        self._even, self._scale = even_steps(population)
        self._places = np.array([population.place(name) for name in population.balanced])
        chosen = [population.factors[place] for place in self._places]
        self._weights = np.array([factor.weight for factor in chosen], dtype=np.int64)
        most = max(len(factor.levels) for factor in chosen)
        self._counts = np.zeros((trials, len(chosen), most, len(self._ratio)), np.int64)
        self._trials = np.arange(trials)[:, None]
        self._factors = np.arange(len(chosen))[None, :]
        self._measure = method.measure
        whole, least = int(self._ratio.sum()), int(self._ratio.min())
        self._by_chance = (1 - method.p) * whole / (whole - least)

    def chances(self, levels: Counts, draws: Chances) -> Chances:
        within = self._counts[self._trials, self._factors, levels[:, self._places]]
        score = np.stack(
            [self._imbalance(within + step) @ self._weights for step in np.diag(self._even)], axis=1
        )
        favoured = score <= score.min(axis=1, keepdims=True) + TIE
        plain = self._ratio / self._ratio.sum()
        tied = by_ratio(self._ratio, favoured)
        return np.asarray(self._by_chance * plain + (1 - self._by_chance) * tied)

    def give(self, levels: Counts, arms: Counts) -> None:
        here = (self._trials, self._factors, levels[:, self._places], arms[:, None])
        self._counts[here] += self._even[arms][:, None]

    def _imbalance(self, after: Counts) -> Chances:
        """As in `equipoise.conduct.imbalance`, up to a factor that is the same for all."""
        if self._measure == "range":
            return np.asarray(np.ptp(after, axis=-1), dtype=np.float64)
        if self._measure == "marginal balance":
            pairs = np.abs(after[..., :, None] - after[..., None, :]).sum(axis=(-1, -2)) / 2
            total = (after.shape[-1] - 1) * after.sum(axis=-1)
            return np.asarray(pairs / np.maximum(total, 1))
        spread = np.var(after / self._scale, axis=-1, ddof=1)
        return np.asarray(spread if self._measure == "variance" else np.sqrt(spread))


def even_steps(population: Population) -> tuple[Counts, int]:
    """What one subject adds to each arm's count once divided by the ratio, in whole numbers."""
    scale = lcm(*population.ratios)
    return scale // np.asarray(population.ratios, dtype=np.int64), scale


def by_ratio(ratio: Counts, among: NDArray[np.bool_]) -> Chances:
    """The chances when the ratio alone counts among these arms."""
    shares = np.where(among, ratio, 0)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def stratum(levels: Counts, places: list[int], lengths: list[int]) -> Counts:
    """The number of the combination of levels; 0 for all when no factor counts."""
    found = np.zeros(levels.shape[:-1], dtype=np.int64)
    for place, length in zip(places, lengths, strict=True):
        found = found * length + levels[..., place]
    return found
