"""Trials that compare two means, such as quality of life at a visit, with one common spread.

The t-test's power comes from the noncentral t distribution; the z-test takes the spread as known.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from scipy.optimize import brentq
from scipy.special import stdtrit

from equipoise.design.effect import TwoArmTrial, chance_to_reject, quantiles
from equipoise.design.noncentral import upper_tail
from equipoise.design.problems import (
    Problem,
    is_finite,
    measured,
    one_of,
    positive,
    power_problems,
    refuse,
    size_problems,
)
from equipoise.design.results import figure, remakeable

T, Z = "t", "z"
FEWEST = 2.05  # participants of a t-test: with fewer its bar lies beyond all numbers


@dataclass(frozen=True, kw_only=True)
class MeansTrial(TwoArmTrial):
    """Trial of two means."""

    difference: float = figure("Difference, treatment less control")
    spread: float = figure("Standard deviation")
    power: float = figure("Power")
    margin: float = figure("Difference under the null")
    test: str = figure("Test")
    alpha: float = figure("Size of the test")
    sided: int = figure("Sides")
    ratio: float = figure("Allocation, treatment : control")


@remakeable
def sample_size(
    *,
    difference: float,
    spread: float,
    power: float = 0.8,
    alpha: float = 0.05,
    sided: int = 2,
    ratio: float = 1.0,
    margin: float = 0.0,
    test: str = T,
) -> MeansTrial:
    """The participants with which the test has this power, as an exact (broken) number.

    `difference` is treatment less control, `margin` the difference under the null (below 0 for
    non-inferiority when more is better), `spread` the standard deviation in each arm.
    """
    refuse(
        _problems(difference, spread, ratio, margin, test),
        size_problems(alpha, sided),
        power_problems(power, alpha, sided),
        _no_effect(difference, margin, spread),
    )
    effect = abs(difference - margin) / spread * math.sqrt(ratio) / (1 + ratio)
    subjects = (sum(quantiles(alpha, sided, power)) / effect) ** 2
    if test == T:
        subjects = _for_t(lambda n: _t_power(effect, n, alpha, sided, one_tail=True), power)
    return _answer(subjects, difference, spread, power, alpha, sided, ratio, margin, test)


@remakeable
def power(
    *,
    subjects: float,
    difference: float,
    spread: float,
    alpha: float = 0.05,
    sided: int = 2,
    ratio: float = 1.0,
    margin: float = 0.0,
    test: str = T,
) -> MeansTrial:
    """The power with so many participants in all; a two-sided test counts both its sides."""
    few = is_finite(subjects) and test == T and not subjects >= FEWEST
    wrong = Problem("subjects", "a t-test needs more than two", subjects, "Give 3 or more.")
    refuse(
        _problems(difference, spread, ratio, margin, test),
        size_problems(alpha, sided),
        [wrong] if few else positive("subjects", "the number of participants", subjects),
    )
    effect = abs(difference - margin) / spread * math.sqrt(ratio) / (1 + ratio)
    if test == T:
        reached = _t_power(effect, subjects, alpha, sided, one_tail=False)
    else:
        reached = chance_to_reject(effect * math.sqrt(subjects), alpha, sided)
    return _answer(subjects, difference, spread, reached, alpha, sided, ratio, margin, test)


def _t_power(effect: float, subjects: float, alpha: float, sided: int, *, one_tail: bool) -> float:
    freedom, shift = subjects - 2, effect * math.sqrt(subjects)
    bar = -float(stdtrit(freedom, alpha / sided))
    wrong_side = upper_tail(bar, freedom, -shift) if sided == 2 and not one_tail else 0.0
    return upper_tail(bar, freedom, shift) + wrong_side


def _for_t(power_with: Callable[[float], float], wanted: float) -> float:
    """The number of participants at which a rising power is reached."""
    few, many = FEWEST, 8.0
    while power_with(many) < wanted:
        few, many = many, many * 2
    if power_with(few) >= wanted:
        because = "so little power is reached with hardly more than two participants"
        refuse([Problem("power", because, wanted, "Ask for more, such as 0.8.")])
    return float(brentq(lambda n: power_with(n) - wanted, few, many, xtol=1e-11, rtol=1e-14))


def _problems(
    difference: float, spread: float, ratio: float, margin: float, test: str
) -> Iterator[Problem]:
    yield from positive("spread", "the standard deviation", spread)
    yield from positive("ratio", "the allocation ratio", ratio)
    yield from one_of("test", test, (T, Z))
    yield from measured("difference", "a difference", difference)
    yield from measured("margin", "a difference", margin)


def _no_effect(difference: float, margin: float, spread: float) -> Iterator[Problem]:
    known = all(map(is_finite, (difference, margin, spread)))
    if known and abs(difference - margin) <= 1e-12 * spread:
        because = "the difference equals the one under the null: no trial shows it"
        yield Problem("difference", because, difference, "Assume an effect.")


def _answer(
    subjects: float, difference: float, spread: float, power: float, alpha: float, sided: int,
    ratio: float, margin: float, test: str,
) -> MeansTrial:  # fmt: skip
    return MeansTrial(
        subjects=subjects,
        subjects_control=subjects / (1 + ratio),
        subjects_treatment=subjects * ratio / (1 + ratio),
        difference=difference,
        spread=spread,
        power=power,
        margin=margin,
        test=test,
        alpha=alpha,
        sided=sided,
        ratio=ratio,
    )
