"""Trials that compare survival at one milestone, such as the share alive at three years.

Kaplan-Meier at the milestone is compared between the arms, as a difference of shares or on the
log(-log) scale, with Greenwood's variance as survival, accrual and drop-out will make it.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from equipoise.design.curve_variance import (
    HARDLY_ANY,
    CurveComparison,
    greenwood,
    horizon_problems,
)
from equipoise.design.problems import Problem
from equipoise.design.results import Rows, figure
from equipoise.design.two_arms import Signal, TwoArmTest

LOG_LOG, DIFFERENCE = "log-log", "difference"


@dataclass(frozen=True, kw_only=True)
class Milestone(CurveComparison):
    """Trial of survival at a milestone, a time since entry.

    By `log-log` the logarithms of the cumulative hazards are compared, by `difference` the shares
    alive.
    """

    methods: ClassVar = (LOG_LOG, DIFFERENCE)

    milestone: float = figure("Milestone")

    def problems(self, test: TwoArmTest) -> Iterator[Problem]:
        wrong = [
            *self.setting.problems(),
            *horizon_problems(self.setting, "milestone", self.milestone, self.duration),
        ]
        yield from wrong or self._nobody_left()

    def _nobody_left(self) -> Iterator[Problem]:
        for name, law in (("control", self.setting.control), ("treatment", self.setting.treatment)):
            if not float(law.survival(self.milestone)) > HARDLY_ANY:
                yield Problem(name, "nobody is alive at the milestone", law, "Look earlier.")

    @property
    def alive(self) -> tuple[float, float]:
        """The shares alive at the milestone: control, treatment."""
        laws = self.setting.control, self.setting.treatment
        below, above = (float(law.survival(self.milestone)) for law in laws)
        return below, above

    def signal(self, test: TwoArmTest) -> Signal:
        places, variance = [], 0.0
        for (part, law, dropout), alive in zip(self.setting.arms, self.alive, strict=True):
            log_variance = greenwood(
                self.setting.accrual, law, dropout, self.duration, self.milestone
            )
            slope = alive if test.method == DIFFERENCE else 1 / math.log(alive)
            places.append(alive if test.method == DIFFERENCE else math.log(-math.log(alive)))
            variance += log_variance * slope**2 / part
        return Signal(places[1] - places[0], math.sqrt(variance), math.sqrt(variance))

    def figures(self) -> Rows:
        return [*self.by_arm("Alive at the milestone", self.alive), *super().figures()]
