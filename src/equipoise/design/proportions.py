"""Trials that compare two shares, such as the share whose metastases become resectable.

Normal approximations with the variance under the null taken from the pooled share (for a margin:
Farrington and Manning's shares, the likeliest ones the margin apart), or unpooled.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from equipoise.design.problems import Problem, is_finite
from equipoise.design.problems import share as share_problems
from equipoise.design.results import figure
from equipoise.design.two_arms import Comparison, Signal, TwoArmTest

POOLED, UNPOOLED = "pooled", "unpooled"


@dataclass(frozen=True, kw_only=True)
class Proportions(Comparison):
    """Trial of two proportions.

    `margin` is the difference, treatment less control, under the null: -0.1 for non-inferiority
    when more is better.
    """

    methods: ClassVar = (POOLED, UNPOOLED)

    control: float = figure("Share, control")
    treatment: float = figure("Share, treatment")
    margin: float = figure("Difference under the null", 0.0)

    def problems(self, test: TwoArmTest) -> Iterator[Problem]:
        yield from share_problems("control", "a share", self.control)
        yield from share_problems("treatment", "a share", self.treatment)
        if not is_finite(self.margin) or not -1 < self.margin < 1:
            because = "a margin lies between -1 and 1"
            yield Problem("margin", because, self.margin, "Give one such as -0.1.")

    def signal(self, test: TwoArmTest) -> Signal:
        null = alternative = _spread(self.control, self.treatment, test.ratio)
        if test.method == POOLED:
            shares = null_shares(self.control, self.treatment, test.ratio, self.margin)
            null = _spread(*shares, test.ratio)
        return Signal(self.treatment - self.control - self.margin, null, alternative)


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


def _spread(below: float, above: float, ratio: float) -> float:
    """The standard error of the difference for one participant, shared out by the ratio."""
    both = below * (1 - below) + above * (1 - above) / ratio
    return math.sqrt((1 + ratio) * both)
