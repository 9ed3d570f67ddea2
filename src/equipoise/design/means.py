"""Trials that compare two means, such as quality of life at a visit, with one common spread.

The t-test's power comes from the noncentral t distribution; the z-test takes the spread as known.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from scipy.optimize import brentq
from scipy.special import stdtrit

from equipoise.design.noncentral import upper_tail
from equipoise.design.problems import Problem, is_finite, measured, positive, refused
from equipoise.design.results import figure
from equipoise.design.two_arms import Comparison, Signal, TwoArmTest

T, Z = "t", "z"
FEWEST = 2.05  # participants of a t-test: with fewer its bar lies beyond all numbers


@dataclass(frozen=True, kw_only=True)
class Means(Comparison):
    """Trial of two means.

    `difference` is treatment less control, `margin` the difference under the null (below 0 for
    non-inferiority when more is better), `spread` the standard deviation in each arm.
    """

    methods: ClassVar = (T, Z)
    shown_in: ClassVar = "difference"

    difference: float = figure("Difference, treatment less control")
    spread: float = figure("Standard deviation")
    margin: float = figure("Difference under the null", 0.0)

    def problems(self, test: TwoArmTest) -> Iterator[Problem]:
        yield from positive("spread", "the standard deviation", self.spread)
        yield from measured("difference", "a difference", self.difference)
        yield from measured("margin", "a difference", self.margin)

    def signal(self, test: TwoArmTest) -> Signal:
        spread = self.spread * (1 + test.ratio) / math.sqrt(test.ratio)
        return Signal(self.difference - self.margin, spread, spread)

    def needed(self, test: TwoArmTest) -> float:
        """By t, the number at which the power of the side of the effect is reached."""
        if test.method == Z:
            return super().needed(test)
        few, many = FEWEST, 8.0
        while self._near_side(test, many) < test.power:
            few, many = many, many * 2
        if self._near_side(test, few) >= test.power:
            because = "so little power is reached with hardly more than two participants"
            raise refused("power", because, test.power, "Ask for more, such as 0.8.")

        def lacking(subjects: float) -> float:
            return self._near_side(test, subjects) - test.power

        return float(brentq(lacking, few, many, xtol=1e-11, rtol=1e-14))

    def reached(self, test: TwoArmTest, subjects: float) -> float:
        if test.method == Z:
            return super().reached(test, subjects)
        freedom, shift, bar = self._t(test, subjects)
        wrong_side = upper_tail(bar, freedom, -shift) if test.sided == 2 else 0.0
        return upper_tail(bar, freedom, shift) + wrong_side

    def count_problems(self, test: TwoArmTest, subjects: float | None) -> Iterator[Problem]:
        if test.method != Z and subjects is not None and is_finite(subjects) and subjects < FEWEST:
            because = "a t-test needs more than two"
            yield Problem("subjects", because, subjects, "Give 3 or more.")
        else:
            yield from super().count_problems(test, subjects)

    def _near_side(self, test: TwoArmTest, subjects: float) -> float:
        freedom, shift, bar = self._t(test, subjects)
        return upper_tail(bar, freedom, shift)

    def _t(self, test: TwoArmTest, subjects: float) -> tuple[float, float, float]:
        """Degrees of freedom, noncentrality and critical value of the t-test."""
        signal, freedom = self.signal(test), subjects - 2
        shift = abs(signal.effect) / signal.alternative * math.sqrt(subjects)
        return freedom, shift, -float(stdtrit(freedom, test.alpha / test.sided))
