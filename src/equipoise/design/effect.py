"""The log-rank test in numbers: how many events show which hazard ratio, by three formulas.

Schoenfeld (1981) works with the logarithm of the hazard ratio, Freedman (1982) with the share
(1 - HR) / (1 + ratio * HR), and Hsieh's form of it with (1 - HR) / (1 + HR). All three let the
standardised log-rank statistic drift by sqrt(events) times a number that `drift` gives.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from equipoise.design.problems import (
    Problem,
    is_finite,
    one_of,
    positive,
    power_problems,
    refuse,
    size_problems,
)
from equipoise.design.results import Answer, figure, remakeable

SCHOENFELD, FREEDMAN, HSIEH = "schoenfeld", "freedman", "hsieh-freedman"
BY_EVENTS = (SCHOENFELD, FREEDMAN, HSIEH)


def drift(hazard_ratio: float, ratio: float, method: str, null_ratio: float = 1.0) -> float:
    """How far the log-rank statistic drifts for each root event, without its sign."""
    balance = math.sqrt(ratio) / (1 + ratio)
    if method == SCHOENFELD:
        return abs(math.log(hazard_ratio / null_ratio)) * balance
    if method == FREEDMAN:
        return abs(1 - hazard_ratio) * math.sqrt(ratio) / (1 + ratio * hazard_ratio)
    return abs(1 - hazard_ratio) / (1 + hazard_ratio) * 2 * balance


def ratio_at(drifted: float, ratio: float, method: str, null_ratio: float = 1.0) -> float:
    """The hazard ratio below the null one whose drift is this: `drift` turned round.

    Freedman's formulas have a largest drift; beyond it the ratio is 0.
    """
    if method == SCHOENFELD:
        return null_ratio * math.exp(-drifted * (1 + ratio) / math.sqrt(ratio))
    if method == FREEDMAN:
        root = math.sqrt(ratio)
        return max(0.0, (root - drifted) / (root + ratio * drifted))
    step = drifted * (1 + ratio) / (2 * math.sqrt(ratio))
    return max(0.0, (1 - step) / (1 + step))


def quantiles(alpha: float, sided: int, power: float) -> tuple[float, float]:
    """The normal quantiles of the size (on the side of the effect) and of the power."""
    return float(-ndtri(alpha / sided)), float(ndtri(power))


def drift_wanted(alpha: float, sided: int, power: float, null: float, alternative: float) -> float:
    """The effect that gives this power, when the two hypotheses have these standard errors.

    It is 0 where so little power is asked that the wider spread of the alternative gives more.
    """
    size, strength = quantiles(alpha, sided, power)
    return max(0.0, size * null + strength * alternative)


def too_little(subjects: float, power: float) -> Iterator[Problem]:
    """A problem when the formula finds the power without any participants."""
    if not subjects > 0:
        because = "by this formula so little power is reached without any participants"
        yield Problem("power", because, power, "Ask for more, such as 0.8.")


def ratio_problems(hazard_ratio: float, null_ratio: float, method: str) -> Iterator[Problem]:
    """What is wrong with the hazard ratios, under the alternative and under the null."""
    yield from positive("hazard_ratio", "the hazard ratio", hazard_ratio)
    yield from positive("null_ratio", "the hazard ratio under the null", null_ratio)
    if method in (FREEDMAN, HSIEH) and null_ratio != 1:
        remedy = "Use the method schoenfeld or lachin-foulkes."
        yield Problem("null_ratio", "Freedman's formula compares with 1 only", null_ratio, remedy)


def no_effect(hazard_ratio: float, null_ratio: float) -> Iterator[Problem]:
    """A problem when there is nothing to show: the hazard ratio is the one under the null."""
    if is_finite(hazard_ratio) and hazard_ratio == null_ratio:
        because = "the hazard ratio equals the one under the null: no number of events shows it"
        remedy = "Assume an effect, for example a hazard ratio of 0.7."
        yield Problem("hazard_ratio", because, hazard_ratio, remedy)


@remakeable
def events_needed(
    *,
    hazard_ratio: float,
    power: float = 0.8,
    alpha: float = 0.05,
    sided: int = 2,
    ratio: float = 1.0,
    method: str = SCHOENFELD,
    null_ratio: float = 1.0,
) -> "LogrankEvents":
    """The events with which a log-rank test has this power.

    `hazard_ratio` is treatment to control, `ratio` treatment : control in numbers. The power is
    asked of the side of the effect alone. Raises BadDesign with all that is wrong.
    """
    refuse(
        size_problems(alpha, sided),
        power_problems(power, alpha, sided),
        one_of("method", method, BY_EVENTS),
        ratio_problems(hazard_ratio, null_ratio, method),
        no_effect(hazard_ratio, null_ratio),
        positive("ratio", "the allocation ratio", ratio),
    )
    size, strength = quantiles(alpha, sided, power)
    events = ((size + strength) / drift(hazard_ratio, ratio, method, null_ratio)) ** 2
    return _answer(events, hazard_ratio, power, alpha, sided, ratio, method, null_ratio)


@remakeable
def power_of_events(
    *,
    events: float,
    hazard_ratio: float,
    alpha: float = 0.05,
    sided: int = 2,
    ratio: float = 1.0,
    method: str = SCHOENFELD,
    null_ratio: float = 1.0,
) -> "LogrankEvents":
    """The power of a log-rank test with so many events (its size when HR = 1)."""
    refuse(
        size_problems(alpha, sided),
        positive("events", "the number of events", events),
        one_of("method", method, BY_EVENTS),
        ratio_problems(hazard_ratio, null_ratio, method),
        positive("ratio", "the allocation ratio", ratio),
    )
    drifted = math.sqrt(events) * drift(hazard_ratio, ratio, method, null_ratio)
    power = chance_to_reject(drifted, alpha, sided)
    return _answer(events, hazard_ratio, power, alpha, sided, ratio, method, null_ratio)


@remakeable
def detectable_with_events(
    *,
    events: float,
    power: float = 0.8,
    alpha: float = 0.05,
    sided: int = 2,
    ratio: float = 1.0,
    method: str = SCHOENFELD,
    null_ratio: float = 1.0,
) -> "LogrankEvents":
    """The hazard ratio nearest to the null (and below it) that so many events show."""
    refuse(
        size_problems(alpha, sided),
        power_problems(power, alpha, sided),
        positive("events", "the number of events", events),
        one_of("method", method, BY_EVENTS),
        ratio_problems(0.5, null_ratio, method),
        positive("ratio", "the allocation ratio", ratio),
    )
    drifted = sum(quantiles(alpha, sided, power)) / math.sqrt(events)
    hazard_ratio = ratio_at(drifted, ratio, method, null_ratio)
    because = "by this formula so few events show no hazard ratio at all"
    wrong = Problem("events", because, events, "Ask for less power, or wait for more events.")
    refuse([wrong] if hazard_ratio == 0 else [])
    return _answer(events, hazard_ratio, power, alpha, sided, ratio, method, null_ratio)


@dataclass(frozen=True, kw_only=True)
class LogrankEvents(Answer):
    """Log-rank test: events, power and hazard ratio."""

    events: float = figure("Events")
    power: float = figure("Power")
    hazard_ratio: float = figure("Hazard ratio, treatment to control")
    critical_ratio: float = figure("Hazard ratio just significant")
    null_ratio: float = figure("Hazard ratio under the null")
    alpha: float = figure("Size of the test")
    sided: int = figure("Sides")
    ratio: float = figure("Allocation, treatment : control")
    method: str = figure("Formula")

    @property
    def whole_events(self) -> int:
        """The events rounded up."""
        return whole(self.events)


def _answer(
    events: float, hazard_ratio: float, power: float, alpha: float, sided: int,
    ratio: float, method: str, null_ratio: float,
) -> LogrankEvents:  # fmt: skip
    return LogrankEvents(
        events=events,
        power=power,
        hazard_ratio=hazard_ratio,
        critical_ratio=critical_ratio(events, hazard_ratio, alpha, sided, ratio, null_ratio),
        null_ratio=null_ratio,
        alpha=alpha,
        sided=sided,
        ratio=ratio,
        method=method,
    )


def critical_ratio(
    events: float, hazard_ratio: float, alpha: float, sided: int, ratio: float, null_ratio: float
) -> float:
    """The observed hazard ratio at which the test just rejects, on the side of the effect.

    The log hazard ratio is taken as normal with variance (1 + ratio)^2 / (ratio * events),
    whatever formula gave the events (so does rpact).
    """
    bar = float(-ndtri(alpha / sided)) * (1 + ratio) / math.sqrt(ratio * events)
    return null_ratio * float(np.exp(bar if hazard_ratio > null_ratio else -bar))


def chance_to_reject(drifted: float, alpha: float, sided: int, stretch: float = 1.0) -> float:
    """The chance that a normal statistic with this mean and variance 1 is significant.

    `stretch` is the standard error under the null over the one under the alternative. A two-sided
    test counts both its sides, so that it rejects with chance alpha when there is no effect.
    """
    bar = stretch * float(-ndtri(alpha / sided))
    wrong_side = float(ndtr(-drifted - bar)) if sided == 2 else 0.0
    return float(ndtr(drifted - bar)) + wrong_side


@dataclass(frozen=True, kw_only=True)
class TwoArmTrial(Answer):
    """A trial of two arms, by the participants it needs as exact (broken) numbers."""

    subjects: float = figure("Participants")
    subjects_control: float = figure("Participants, control")
    subjects_treatment: float = figure("Participants, treatment")

    @property
    def whole_subjects(self) -> tuple[int, int]:
        """Participants rounded up in each arm: control, treatment."""
        return whole(self.subjects_control), whole(self.subjects_treatment)


def whole(number: float) -> int:
    """The number rounded up, forgiving what rounding errors added to a whole number."""
    return math.ceil(number - 1e-9 * max(1.0, abs(number)))
