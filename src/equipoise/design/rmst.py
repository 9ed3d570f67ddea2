"""Trials that compare the restricted mean survival time: the mean time lived up to a horizon.

The difference of areas under two Kaplan-Meier curves is compared with its asymptotic standard
error, which follows from survival, accrual and drop-out. It needs no proportional hazards.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from equipoise.design.accrual import Setting
from equipoise.design.effect import TwoArmTrial, chance_to_reject, quantiles
from equipoise.design.kept import area_variance, horizon_problems
from equipoise.design.problems import Problem, measured, power_problems, refuse, size_problems
from equipoise.design.results import figure, remakeable


@dataclass(frozen=True, kw_only=True)
class RmstTrial(TwoArmTrial):
    """Trial of restricted mean survival time."""

    mean_control: float = figure("Mean time lived, control")
    mean_treatment: float = figure("Mean time lived, treatment")
    difference: float = figure("Difference")
    standard_error: float = figure("Standard error of the difference")
    power: float = figure("Power")
    horizon: float = figure("Horizon")
    duration: float = figure("Length of the trial")
    margin: float = figure("Difference under the null")
    alpha: float = figure("Size of the test")
    sided: int = figure("Sides")
    ratio: float = figure("Allocation, treatment : control")


@remakeable
def sample_size(
    setting: Setting,
    *,
    horizon: float,
    duration: float,
    power: float = 0.8,
    alpha: float = 0.05,
    sided: int = 2,
    margin: float = 0.0,
) -> RmstTrial:
    """The participants who must have entered by the analysis for this power; accrual is scaled.

    `horizon` is the time since entry up to which life counts, `margin` the difference (treatment
    less control) under the null. Raises BadDesign with all that is wrong.
    """
    refuse(
        _problems(setting, horizon, duration, margin),
        size_problems(alpha, sided),
        power_problems(power, alpha, sided),
    )
    means, variance = _figures(setting, horizon, duration)
    effect = means[1] - means[0] - margin
    because = "the mean times differ by the margin: no number of participants shows a difference"
    wrong = Problem("treatment", because, means, "Assume an effect.")
    refuse([wrong] if abs(effect) < 1e-12 * horizon else [])
    subjects = (sum(quantiles(alpha, sided, power)) / effect) ** 2 * variance
    return _answer(setting, subjects, horizon, duration, power, alpha, sided, margin)


@remakeable
def power(
    setting: Setting,
    *,
    horizon: float,
    duration: float,
    alpha: float = 0.05,
    sided: int = 2,
    margin: float = 0.0,
) -> RmstTrial:
    """The power with this accrual; a two-sided test counts both its sides."""
    refuse(_problems(setting, horizon, duration, margin), size_problems(alpha, sided))
    subjects = float(setting.accrual.enrolled(duration))
    means, variance = _figures(setting, horizon, duration)
    drifted = abs(means[1] - means[0] - margin) / math.sqrt(variance / subjects)
    reached = chance_to_reject(drifted, alpha, sided)
    return _answer(setting, subjects, horizon, duration, reached, alpha, sided, margin)


def _problems(
    setting: Setting, horizon: float, duration: float, margin: float
) -> Iterator[Problem]:
    yield from setting.problems()
    yield from horizon_problems(setting, "horizon", horizon, duration)
    yield from measured("margin", "the margin", margin)


def _figures(setting: Setting, horizon: float, duration: float) -> tuple[list[float], float]:
    """The two means, and the variance of their difference times the number in the trial."""
    means = [float(law.lived_between(0.0, horizon)) for _, law, _ in setting.arms]
    variance = sum(
        area_variance(setting.accrual, law, dropout, duration, horizon) / part
        for part, law, dropout in setting.arms
    )
    return means, variance


def _answer(
    setting: Setting, subjects: float, horizon: float, duration: float,
    power: float, alpha: float, sided: int, margin: float,
) -> RmstTrial:  # fmt: skip
    means, variance = _figures(setting, horizon, duration)
    return RmstTrial(
        subjects=subjects,
        subjects_control=subjects / (1 + setting.ratio),
        subjects_treatment=subjects * setting.ratio / (1 + setting.ratio),
        mean_control=means[0],
        mean_treatment=means[1],
        difference=means[1] - means[0],
        standard_error=math.sqrt(variance / subjects),
        power=power,
        horizon=horizon,
        duration=duration,
        margin=margin,
        alpha=alpha,
        sided=sided,
        ratio=setting.ratio,
    )
