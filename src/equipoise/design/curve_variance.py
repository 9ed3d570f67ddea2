"""Who is still watched, and the variance that a Kaplan-Meier curve will have on that account.

A participant is watched for t when there was time for it between entry and the analysis, and
drop-out did not come first. `1 / watched` is the price of each moment of the curve. What is
compared between two such curves (`milestone`, `rmst`) has a setting and a day of analysis.
"""

from abc import ABC
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from equipoise.design.accrual import Accrual, Setting
from equipoise.design.hazards import Law, Piecewise, bends, first_power
from equipoise.design.problems import Problem, positive
from equipoise.design.quadrature import FloatArray, panels
from equipoise.design.results import Rows, figure, printed
from equipoise.design.two_arms import Comparison, TwoArmTest

HARDLY_ANY = 1e-12


@dataclass(frozen=True, kw_only=True)
class CurveComparison(Comparison, ABC):
    """Two Kaplan-Meier curves, analysed so long after the first day of accrual."""

    setting: Setting
    duration: float = figure("Length of the trial")

    @property
    def ratio(self) -> float:
        """Participants on treatment for each on control."""
        return self.setting.ratio

    def count_problems(self, test: TwoArmTest, subjects: float | None) -> Iterator[Problem]:
        if subjects is not None:
            yield from super().count_problems(test, subjects)

    def counted(self, subjects: float | None) -> float:
        entered = float(self.setting.accrual.enrolled(self.duration))
        return entered if subjects is None else subjects

    def by_arm(self, what: str, figures: tuple[float, float]) -> Rows:
        """One figure of each arm, as it is printed."""
        arms = zip(("control", "treatment"), figures, strict=True)
        return [(f"{what}, {arm}", printed(value)) for arm, value in arms]


def watched(accrual: Accrual, dropout: Piecewise, analysis: float, times: ArrayLike) -> FloatArray:
    """The chance that someone enrolled by the analysis could be watched for these times."""
    at = np.asarray(times, dtype=float)
    entered = accrual.enrolled(analysis - at) / accrual.enrolled(analysis)
    return np.asarray(entered * dropout.survival(at))


def greenwood(accrual: Accrual, law: Law, dropout: Piecewise, analysis: float, at: float) -> float:
    """The variance of log Kaplan-Meier at a time, times the number in the arm (Greenwood)."""
    node, weight = panels(_bends(accrual, law, dropout, analysis), at, first_power(law))
    risk = law.survival(node) * watched(accrual, dropout, analysis, node)
    return float(np.sum(weight * law.hazard(node) / risk))


def area_variance(
    accrual: Accrual, law: Law, dropout: Piecewise, analysis: float, upto: float
) -> float:
    """The variance of the area under Kaplan-Meier up to a time, times the number in the arm."""
    node, weight = panels(_bends(accrual, law, dropout, analysis), upto, first_power(law))
    risk = law.survival(node) * watched(accrual, dropout, analysis, node)
    left = law.lived_between(node, upto)
    # Where survival is too small for a computer, so is the square of what is still to be lived.
    price = np.divide(left**2 * law.hazard(node), risk, out=np.zeros_like(risk), where=risk > 0)
    return float(np.sum(weight * price))


def horizon_problems(setting: Setting, place: str, at: float, duration: float) -> Iterator[Problem]:
    """What is wrong with looking at time `at` since entry in a trial of this length."""
    wrong = [
        *positive(place, "the time since entry", at),
        *positive("duration", "the length of the trial", duration),
    ]
    yield from wrong
    if wrong or list(setting.problems()):
        return
    stays = [float(dropout.survival(at)) for _, _, dropout in setting.arms]
    if not float(setting.accrual.enrolled(duration - at)) > 0 or not min(stays) > HARDLY_ANY:
        because = f"nobody will have been followed for {at:g} when the trial is analysed"
        yield Problem(place, because, at, "Give a time well below the length of the trial.")
    for name, law in (("control", setting.control), ("treatment", setting.treatment)):
        if not float(law.survival(at)) < 1:
            yield Problem(name, "nobody dies by then", law, "Check the hazards.")


def _bends(accrual: Accrual, law: Law, dropout: Piecewise, analysis: float) -> list[float]:
    return [*bends(law), *dropout.starts, *(analysis - edge for edge in accrual.edges)]
