"""Minimisation: the arm that keeps the factors most even is favoured, and chance has its say.

Pocock and Simon, Biometrics 1975;31:103. For each arm k, suppose the subject were given it. Within
the subject's own level of every factor, measure the imbalance that would follow; the weighted sum
over the factors is the score of k. The arm with the lowest score is favoured.

The chances are those of the biased-coin minimisation of Han, Enas and McEntegart (Statistics in
Medicine 2009;28:3329). With ratio r, R its sum, and p the chance given to a favoured arm with the
smallest ratio r_1, a favoured arm h is drawn with

    1 - (1 - p) · (R - r_h) / (R - r_1),    and any other arm i with    (1 - p) · r_i / (R - r_1).

This is the same as: with chance L = (1 - p) · R / (R - r_1) draw by the ratio alone, else give
the favoured arm. When arms tie, one of them is taken as the favoured arm by the ratio among them;
when all tie, the ratio alone decides. To balance the total as well, add a factor with one level.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from equipoise.conduct.choice import (
    Choice,
    Unsound,
    by_ratio,
    picked,
    ratio_problems,
    stranger_problems,
)
from equipoise.conduct.imbalance import MEASURES, Measure, Score, imbalance
from equipoise.conduct.random_source import Draw
from equipoise.study.reason import OneOf, Phrase, Wording

NO_FACTOR = Phrase("there is no factor to balance; name at least one")
WEIGHT = Phrase("factor '{factor}' has weight {weight}; more than 0 would do")
NO_LEVEL = Phrase("the subject has no level of factor '{factor}'")
NO_MEASURE = Phrase("no measure named '{measure}'; there are {known}")
FAVOURED = Phrase("p is {p}; from {lowest} to 1 would do")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A subject who has an arm: the level of each factor, and the arm."""

    strata: Mapping[str, str]
    arm: str


class Counts:
    """How many subjects each arm has, by factor and level; grows by one subject at a time."""

    __slots__ = ("_by_level", "arms")

    arms: dict[str, int]
    """How many subjects each arm has in all."""

    def __init__(self, history: Iterable[Placed] = ()) -> None:
        self._by_level: dict[tuple[str, str], dict[str, int]] = {}
        self.arms = {}
        for placed in history:
            self.add(placed.strata, placed.arm)

    def add(self, strata: Mapping[str, str], arm: str) -> None:
        """Count one more subject."""
        self.arms[arm] = self.arms.get(arm, 0) + 1
        self._shift(strata, arm, 1)

    def correct(self, arm: str, was: Mapping[str, str], now: Mapping[str, str]) -> None:
        """Count a subject under mended factors from now on; the arm stays what it was."""
        self._shift(was, arm, -1)
        self._shift(now, arm, 1)

    def within(self, factor: str, level: str) -> Mapping[str, int]:
        """How many subjects with this level of this factor each arm has; 0 if not named."""
        return self._by_level.get((factor, level), {})

    def _shift(self, strata: Mapping[str, str], arm: str, by: int) -> None:
        for cell in strata.items():
            level = self._by_level.setdefault(cell, {})
            level[arm] = level.get(arm, 0) + by


def minimise(
    arms: Mapping[str, int],
    factors: Mapping[str, Fraction],
    history: Counts | Iterable[Placed],
    strata: Mapping[str, str],
    p: Fraction,
    measure: Measure,
    draw: Draw,
) -> Choice:
    """The arm for a subject with these strata.

    `arms` gives each arm's share in the ratio, `factors` each factor's weight, `p` the chance of a
    favoured arm with the smallest share. Raises Unsound with every reason why it cannot be done.
    """
    counts = history if isinstance(history, Counts) else Counts(history)
    problems = _problems(arms, factors, counts, strata, p, measure)
    if problems:
        raise Unsound(problems)
    score = scores(arms, factors, counts, strata, measure)
    least = min(score.values())
    favoured = tuple(arm for arm in sorted(arms) if score[arm] == least)
    chances = probabilities(arms, favoured, p)
    return Choice(
        arm=picked(chances, draw),
        probabilities=chances,
        draw=draw.hex,
        imbalance={arm: score[arm].rounded for arm in sorted(arms)},
        favoured=favoured,
    )


def scores(
    arms: Mapping[str, int],
    factors: Mapping[str, Fraction],
    counts: Counts,
    strata: Mapping[str, str],
    measure: Measure,
) -> dict[str, Score]:
    """For each arm, the weighted imbalance that would follow if the subject were given it."""
    ratio = list(arms.values())
    total = dict.fromkeys(arms, Score({}))
    for factor, weight in factors.items():
        within = counts.within(factor, strata[factor])
        for candidate in arms:
            after = [within.get(arm, 0) + (arm == candidate) for arm in arms]
            total[candidate] += imbalance(after, ratio, measure).times(weight)
    return total


def probabilities(
    arms: Mapping[str, int], favoured: Collection[str], p: Fraction
) -> dict[str, Fraction]:
    """The chance of each arm when these are favoured, tied if there are more than one."""
    total = sum(arms.values())
    by_chance = (1 - p) * Fraction(total, total - min(arms.values()))
    plain, tied = by_ratio(arms), by_ratio(arms, favoured)
    return {arm: by_chance * plain[arm] + (1 - by_chance) * tied[arm] for arm in plain}


def _problems(
    arms: Mapping[str, int],
    factors: Mapping[str, Fraction],
    counts: Counts,
    strata: Mapping[str, str],
    p: Fraction,
    measure: str,
) -> list[Wording]:
    problems = ratio_problems(arms) + stranger_problems(arms, counts.arms)
    if not factors:
        problems.append(NO_FACTOR())
    for factor, weight in factors.items():
        if weight <= 0:
            problems.append(WEIGHT(factor=factor, weight=str(weight)))
        if not strata.get(factor):
            problems.append(NO_LEVEL(factor=factor))
    if measure not in MEASURES:
        problems.append(NO_MEASURE(measure=measure, known=OneOf(tuple(MEASURES))))
    # Below this the favoured arm would be drawn less often than the ratio alone would draw it.
    lowest = Fraction(min(arms.values(), default=0), max(1, sum(arms.values())))
    if not lowest <= p <= 1:
        problems.append(FAVOURED(p=str(p), lowest=str(lowest)))
    return problems
