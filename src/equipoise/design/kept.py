"""Who is still watched, and the variance that a Kaplan-Meier curve will have on that account.

A participant is watched for t when there was time for it between entry and the analysis, and
drop-out did not come first. `1 / watched` is the price of each moment of the curve.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from equipoise.design.accrual import Accrual, Setting
from equipoise.design.hazards import Cured, Law, Piecewise, Weibull
from equipoise.design.problems import Problem, is_finite, positive
from equipoise.design.quadrature import FloatArray, panels


def watched(accrual: Accrual, dropout: Piecewise, analysis: float, times: ArrayLike) -> FloatArray:
    """The chance that someone enrolled by the analysis could be watched for these times."""
    at = np.asarray(times, dtype=float)
    entered = accrual.enrolled(analysis - at) / accrual.enrolled(analysis)
    return np.asarray(entered * dropout.survival(at))


def greenwood(accrual: Accrual, law: Law, dropout: Piecewise, analysis: float, at: float) -> float:
    """The variance of log Kaplan-Meier at a time, times the number in the arm (Greenwood)."""
    node, weight = panels(_bends(accrual, law, dropout, analysis), at)
    kept = law.survival(node) * watched(accrual, dropout, analysis, node)
    return float(np.sum(weight * law.hazard(node) / kept))


def area_variance(
    accrual: Accrual, law: Law, dropout: Piecewise, analysis: float, upto: float
) -> float:
    """The variance of the area under Kaplan-Meier up to a time, times the number in the arm."""
    node, weight = panels(_bends(accrual, law, dropout, analysis), upto)
    kept = law.survival(node) * watched(accrual, dropout, analysis, node)
    left = law.restricted_mean(upto) - law.restricted_mean(node)
    return float(np.sum(weight * left**2 * law.hazard(node) / kept))


def horizon_problems(setting: Setting, place: str, at: float, duration: float) -> Iterator[Problem]:
    """What is wrong with looking at time `at` since entry in a trial of this length."""
    wrong = [
        *positive(place, "the time since entry", at),
        *positive("duration", "the length of the trial", duration),
    ]
    yield from wrong
    if wrong or list(setting.problems()):
        return
    if not is_finite(at) or not float(setting.accrual.enrolled(duration - at)) > 0:
        because = f"nobody will have been followed for {at:g} when the trial is analysed"
        yield Problem(place, because, at, "Give a time well below the length of the trial.")
    for name, law in (("control", setting.control), ("treatment", setting.treatment)):
        if not float(law.survival(at)) < 1:
            yield Problem(name, "nobody dies by then", law, "Check the hazards.")


def _bends(accrual: Accrual, law: Law, dropout: Piecewise, analysis: float) -> list[float]:
    inner = law.uncured if isinstance(law, Cured) else law
    starts = () if isinstance(inner, Weibull) else inner.starts
    return [*starts, *dropout.starts, *(analysis - edge for edge in accrual.edges)]
