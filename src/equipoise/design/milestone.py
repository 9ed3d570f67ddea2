"""Trials that compare survival at one milestone, such as the share alive at three years.

Kaplan-Meier at the milestone is compared between the arms, as a difference of shares or on the
log(-log) scale, with Greenwood's variance as survival, accrual and drop-out will make it.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from equipoise.design.accrual import Setting
from equipoise.design.effect import TwoArmTrial, chance_to_reject, quantiles
from equipoise.design.kept import HARDLY_ANY, greenwood, horizon_problems
from equipoise.design.problems import Problem, one_of, power_problems, refuse, size_problems
from equipoise.design.results import figure, remakeable

DIFFERENCE, LOG_LOG = "difference", "log-log"


@dataclass(frozen=True, kw_only=True)
class MilestoneTrial(TwoArmTrial):
    """Trial of survival at a milestone."""

    alive_control: float = figure("Alive at the milestone, control")
    alive_treatment: float = figure("Alive at the milestone, treatment")
    effect: float = figure("Effect on the scale compared")
    standard_error: float = figure("Standard error of the effect")
    power: float = figure("Power")
    milestone: float = figure("Milestone")
    duration: float = figure("Length of the trial")
    scale: str = figure("Scale")
    alpha: float = figure("Size of the test")
    sided: int = figure("Sides")
    ratio: float = figure("Allocation, treatment : control")


@remakeable
def sample_size(
    setting: Setting,
    *,
    milestone: float,
    duration: float,
    power: float = 0.8,
    alpha: float = 0.05,
    sided: int = 2,
    scale: str = LOG_LOG,
) -> MilestoneTrial:
    """The participants who must have entered by the analysis for this power; accrual is scaled.

    `scale` is `log-log` (log of the cumulative hazard) or `difference` (of the shares alive).
    Raises BadDesign with all that is wrong.
    """
    refuse(
        setting.problems(),
        size_problems(alpha, sided),
        power_problems(power, alpha, sided),
        one_of("scale", scale, (DIFFERENCE, LOG_LOG)),
        horizon_problems(setting, "milestone", milestone, duration),
    )
    refuse(_nobody_left(setting, milestone))
    effect, variance = _figures(setting, milestone, duration, scale)
    because = "both arms live alike at the milestone: no number of participants shows a difference"
    wrong = Problem("treatment", because, effect, "Assume an effect.")
    refuse([wrong] if abs(effect) < 1e-12 else [])
    subjects = (sum(quantiles(alpha, sided, power)) / effect) ** 2 * variance
    return _answer(setting, subjects, milestone, duration, power, alpha, sided, scale)


@remakeable
def power(
    setting: Setting,
    *,
    milestone: float,
    duration: float,
    alpha: float = 0.05,
    sided: int = 2,
    scale: str = LOG_LOG,
) -> MilestoneTrial:
    """The power with this accrual; a two-sided test counts both its sides."""
    refuse(
        setting.problems(),
        size_problems(alpha, sided),
        one_of("scale", scale, (DIFFERENCE, LOG_LOG)),
        horizon_problems(setting, "milestone", milestone, duration),
    )
    refuse(_nobody_left(setting, milestone))
    subjects = float(setting.accrual.enrolled(duration))
    effect, variance = _figures(setting, milestone, duration, scale)
    reached = chance_to_reject(abs(effect) / math.sqrt(variance / subjects), alpha, sided)
    return _answer(setting, subjects, milestone, duration, reached, alpha, sided, scale)


def _nobody_left(setting: Setting, milestone: float) -> Iterator[Problem]:
    for name, law in (("control", setting.control), ("treatment", setting.treatment)):
        if not float(law.survival(milestone)) > HARDLY_ANY:
            yield Problem(name, "nobody is alive at the milestone", law, "Look earlier.")


def _figures(
    setting: Setting, milestone: float, duration: float, scale: str
) -> tuple[float, float]:
    """The effect (treatment less control), and its variance times the number in the trial."""
    places, variance = [], 0.0
    for part, law, dropout in setting.arms:
        alive = float(law.survival(milestone))
        log_variance = greenwood(setting.accrual, law, dropout, duration, milestone)
        slope = alive if scale == DIFFERENCE else 1 / math.log(alive)
        places.append(alive if scale == DIFFERENCE else math.log(-math.log(alive)))
        variance += log_variance * slope**2 / part
    return places[1] - places[0], variance


def _answer(
    setting: Setting, subjects: float, milestone: float, duration: float,
    power: float, alpha: float, sided: int, scale: str,
) -> MilestoneTrial:  # fmt: skip
    effect, variance = _figures(setting, milestone, duration, scale)
    return MilestoneTrial(
        subjects=subjects,
        subjects_control=subjects / (1 + setting.ratio),
        subjects_treatment=subjects * setting.ratio / (1 + setting.ratio),
        alive_control=float(setting.control.survival(milestone)),
        alive_treatment=float(setting.treatment.survival(milestone)),
        effect=effect,
        standard_error=math.sqrt(variance / subjects),
        power=power,
        milestone=milestone,
        duration=duration,
        scale=scale,
        alpha=alpha,
        sided=sided,
        ratio=setting.ratio,
    )
