"""Who is still watched, and the variance that a Kaplan-Meier curve will have on that account.

A participant is watched for t when there was time for it between entry and the analysis, and
drop-out did not come first. `1 / watched` is the price of each moment of the curve.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from equipoise.design.accrual import Accrual, Setting
from equipoise.design.hazards import Law, Piecewise, bends, first_power
from equipoise.design.problems import Problem, positive
from equipoise.design.quadrature import FloatArray, panels

HARDLY_ANY = 1e-12


def watched(accrual: Accrual, dropout: Piecewise, analysis: float, times: ArrayLike) -> FloatArray:
    """The chance that someone enrolled by the analysis could be watched for these times."""
    at = np.asarray(times, dtype=float)
    entered = accrual.enrolled(analysis - at) / accrual.enrolled(analysis)
    return np.asarray(entered * dropout.survival(at))


def greenwood(accrual: Accrual, law: Law, dropout: Piecewise, analysis: float, at: float) -> float:
    """The variance of log Kaplan-Meier at a time, times the number in the arm (Greenwood)."""
    node, weight = panels(_bends(accrual, law, dropout, analysis), at, first_power(law))
    kept = law.survival(node) * watched(accrual, dropout, analysis, node)
    return float(np.sum(weight * law.hazard(node) / kept))


def area_variance(
    accrual: Accrual, law: Law, dropout: Piecewise, analysis: float, upto: float
) -> float:
    """The variance of the area under Kaplan-Meier up to a time, times the number in the arm."""
    node, weight = panels(_bends(accrual, law, dropout, analysis), upto, first_power(law))
    kept = law.survival(node) * watched(accrual, dropout, analysis, node)
    left = law.lived_between(node, upto)
    # Where survival is too small for a computer, so is the square of what is still to be lived.
    price = np.divide(left**2 * law.hazard(node), kept, out=np.zeros_like(kept), where=kept > 0)
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
