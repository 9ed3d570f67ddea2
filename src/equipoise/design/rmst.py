"""Trials that compare the restricted mean survival time: the mean time lived up to a horizon.

The difference of areas under two Kaplan-Meier curves is compared with its asymptotic standard
error, which follows from survival, accrual and drop-out. It needs no proportional hazards.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from equipoise.design.curve_variance import CurveComparison, area_variance, horizon_problems
from equipoise.design.problems import Problem, measured
from equipoise.design.results import Rows, figure
from equipoise.design.two_arms import Signal, TwoArmTest

PLAIN = "plain"


@dataclass(frozen=True, kw_only=True)
class RestrictedMeans(CurveComparison):
    """Trial of restricted mean survival time.

    `horizon` is the time since entry up to which life counts, `margin` the difference (treatment
    less control) under the null.
    """

    methods: ClassVar = (PLAIN,)

    horizon: float = figure("Horizon")
    margin: float = figure("Difference under the null", 0.0)

    def problems(self, test: TwoArmTest) -> Iterator[Problem]:
        yield from self.setting.problems()
        yield from horizon_problems(self.setting, "horizon", self.horizon, self.duration)
        yield from measured("margin", "the margin", self.margin)

    @property
    def means(self) -> tuple[float, float]:
        """The mean time lived up to the horizon: control, treatment."""
        laws = self.setting.control, self.setting.treatment
        below, above = (float(law.lived_between(0.0, self.horizon)) for law in laws)
        return below, above

    def signal(self, test: TwoArmTest) -> Signal:
        below, above = self.means
        variance = sum(
            area_variance(self.setting.accrual, law, dropout, self.duration, self.horizon) / part
            for part, law, dropout in self.setting.arms
        )
        return Signal(above - below - self.margin, math.sqrt(variance), math.sqrt(variance))

    def figures(self) -> Rows:
        return [*self.by_arm("Mean time lived", self.means), *super().figures()]
