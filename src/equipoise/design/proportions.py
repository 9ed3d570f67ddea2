"""Trials that compare two shares, such as the share whose metastases become resectable.

Normal approximations with the variance under the null taken from the pooled share (for a margin:
Farrington and Manning's shares, the likeliest ones the margin apart), or unpooled; and the exact
power of Fisher's test and of both z-tests by going through every possible outcome.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from equipoise.design.effect import TwoArmTrial, chance_to_reject, drift_wanted, too_little
from equipoise.design.problems import (
    Problem,
    is_finite,
    one_of,
    positive,
    power_problems,
    refuse,
    size_problems,
)
from equipoise.design.problems import share as share_problems
from equipoise.design.results import figure, remakeable

POOLED, UNPOOLED = "pooled", "unpooled"


@dataclass(frozen=True, kw_only=True)
class ProportionsTrial(TwoArmTrial):
    """Trial of two proportions."""

    control: float = figure("Share, control")
    treatment: float = figure("Share, treatment")
    power: float = figure("Power")
    margin: float = figure("Difference under the null")
    variance: str = figure("Variance under the null")
    alpha: float = figure("Size of the test")
    sided: int = figure("Sides")
    ratio: float = figure("Allocation, treatment : control")


@remakeable
def sample_size(
    *,
    control: float,
    treatment: float,
    power: float = 0.8,
    alpha: float = 0.05,
    sided: int = 2,
    ratio: float = 1.0,
    margin: float = 0.0,
    variance: str = POOLED,
) -> ProportionsTrial:
    """The participants with which the z-test has this power, as an exact (broken) number.

    `margin` is the difference, treatment less control, under the null: -0.1 for non-inferiority
    when more is better. Raises BadDesign with all that is wrong.
    """
    refuse(
        _problems(control, treatment, ratio, margin, variance),
        size_problems(alpha, sided),
        power_problems(power, alpha, sided),
        _no_effect(control, treatment, margin),
    )
    null, alternative = _spreads(control, treatment, ratio, margin, variance)
    wanted = drift_wanted(alpha, sided, power, null, alternative)
    subjects = (wanted / (treatment - control - margin)) ** 2
    refuse(too_little(subjects, power))
    return _answer(subjects, control, treatment, power, alpha, sided, ratio, margin, variance)


@remakeable
def power(
    *,
    subjects: float,
    control: float,
    treatment: float,
    alpha: float = 0.05,
    sided: int = 2,
    ratio: float = 1.0,
    margin: float = 0.0,
    variance: str = POOLED,
) -> ProportionsTrial:
    """The power with so many participants in all; a two-sided test counts both its sides."""
    refuse(
        _problems(control, treatment, ratio, margin, variance),
        size_problems(alpha, sided),
        positive("subjects", "the number of participants", subjects),
    )
    null, alternative = _spreads(control, treatment, ratio, margin, variance)
    drifted = math.sqrt(subjects) * abs(treatment - control - margin) / alternative
    reached = chance_to_reject(drifted, alpha, sided, null / alternative)
    return _answer(subjects, control, treatment, reached, alpha, sided, ratio, margin, variance)


def null_shares(
    control: float, treatment: float, ratio: float, margin: float
) -> tuple[float, float]:
    """The likeliest shares that lie the margin apart (control, treatment).

    Farrington and Manning 1990, by the one root of their cubic that lies where shares can.
    """
    if margin == 0:
        pooled = (control + ratio * treatment) / (1 + ratio)
        return pooled, pooled
    # Likelihood score: (treatment arm's share) is the root of a x^3 + b x^2 + c x + d.
    theta = 1 / ratio
    a = 1 + theta
    b = -(1 + theta + treatment + theta * control + margin * (theta + 2))
    c = margin**2 + margin * (2 * treatment + theta + 1) + treatment + theta * control
    d = -treatment * margin * (1 + margin)
    v = b**3 / (3 * a) ** 3 - b * c / (6 * a**2) + d / (2 * a)
    u = math.copysign(math.sqrt(max(0.0, b**2 / (3 * a) ** 2 - c / (3 * a))), v)
    cosine = max(-1.0, min(1.0, v / u**3)) if u else 1.0
    found = 2 * u * math.cos((math.pi + math.acos(cosine)) / 3) - b / (3 * a)
    likeliest = min(1.0, max(0.0, margin, found), 1 + margin)
    return likeliest - margin, likeliest


def _spreads(
    control: float, treatment: float, ratio: float, margin: float, variance: str
) -> tuple[float, float]:
    """The spread of the difference, times the root of all participants: null, alternative."""

    def spread(below: float, above: float) -> float:
        both = below * (1 - below) + above * (1 - above) / ratio
        return math.sqrt((1 + ratio) * both)

    alternative = spread(control, treatment)
    if variance == UNPOOLED:
        return alternative, alternative
    return spread(*null_shares(control, treatment, ratio, margin)), alternative


def _problems(
    control: float, treatment: float, ratio: float, margin: float, variance: str
) -> Iterator[Problem]:
    yield from share_problems("control", "a share", control)
    yield from share_problems("treatment", "a share", treatment)
    yield from positive("ratio", "the allocation ratio", ratio)
    yield from one_of("variance", variance, (POOLED, UNPOOLED))
    if not is_finite(margin) or not -1 < margin < 1:
        yield Problem("margin", "a margin lies between -1 and 1", margin, "Give one such as -0.1.")


def _no_effect(control: float, treatment: float, margin: float) -> Iterator[Problem]:
    known = all(map(is_finite, (control, treatment, margin)))
    if known and abs(treatment - control - margin) < 1e-15:
        because = "the shares differ by the margin: no number of participants shows a difference"
        yield Problem("treatment", because, (control, treatment), "Assume an effect.")


def _answer(
    subjects: float, control: float, treatment: float, power: float, alpha: float, sided: int,
    ratio: float, margin: float, variance: str,
) -> ProportionsTrial:  # fmt: skip
    return ProportionsTrial(
        subjects=subjects,
        subjects_control=subjects / (1 + ratio),
        subjects_treatment=subjects * ratio / (1 + ratio),
        control=control,
        treatment=treatment,
        power=power,
        margin=margin,
        variance=variance,
        alpha=alpha,
        sided=sided,
        ratio=ratio,
    )
