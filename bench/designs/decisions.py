"""MaxCombo decision by decision: the kernel's p-value against SciPy's multivariate normal.

SciPy is asked about every trial. Its lattice is as good as the points it may use: an answer that
lies near the line is asked again with more of them, and at last with as many as SciPy takes by
itself. The covariance is the kernel's own, which the reference and R hold to 1e-12 elsewhere.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.stats import multivariate_normal

from bench.designs import scenarios
from bench.figure import Figure
from equipoise.analysis import weighted_logrank
from equipoise.design.kernel.simulate import redo, simulate
from tests.oracle.design.kernel.data_set import DataSet

__all__ = ["LINE", "decisions", "scipy_p"]

LINE = 0.025
# Points and wanted error, and how near to the line an answer is not believed: about ten of the
# standard errors that these points have on such trials (1.5e-4 and 3e-5). Last, SciPy's own.
_EFFORTS: tuple[tuple[dict[str, float], float], ...] = (
    ({"maxpts": 4_000, "abseps": 1e-3, "releps": 1e-3}, 1.5e-3),
    ({"maxpts": 200_000, "abseps": 1e-5, "releps": 1e-5}, 3e-4),
    ({}, 0.0),
)


def decisions(trials: int) -> Iterator[Figure]:
    """Where SciPy puts a p-value on the other side of the line, nested quadrature decides."""
    ours = simulate(scenarios.max_combo(), trials, 1, details=True).details
    assert ours is not None
    wrong, other, furthest = 0, 0, 0.0
    for number in range(trials):
        p = float(ours.p[number, 0])
        covariance, largest = _combo(number)
        theirs = scipy_p(covariance, largest)
        furthest = max(furthest, abs(theirs - p))
        if (theirs <= LINE) != (p <= LINE):
            other += 1
            exact = 1.0 - weighted_logrank.none_above(largest, covariance)
            wrong += int((exact <= LINE) != (p <= LINE))
    text = f"SciPy, asked of all {trials:,}, decides {other} otherwise; quadrature settles those"
    yield Figure(
        name=f"MaxCombo decisions that are wrong ({text})",
        value=wrong,
        unit="trials",
        aim="0",
        met=wrong == 0,
    )
    yield Figure(
        name="largest difference from SciPy's p-value (good to 5e-4 far from the line)",
        value=furthest,
        unit="p",
        aim="≤ 2e-3",
        met=furthest <= 2e-3,
    )


def scipy_p(covariance: NDArray[np.float64], largest: float) -> float:
    """The one-sided p-value by SciPy, with as many points as a decision needs."""
    sd = np.sqrt(np.diag(covariance))
    related = covariance / np.outer(sd, sd)
    p = np.nan
    for effort, near in _EFFORTS:
        normal = multivariate_normal(np.zeros(4), related, allow_singular=True, seed=1, **effort)
        p = float(1.0 - normal.cdf(np.full(4, largest)))
        if abs(p - LINE) > near:
            break
    return p


def _combo(number: int) -> tuple[NDArray[np.float64], float]:
    """The covariance of the four statistics of a trial, and the largest."""
    trial = redo(scenarios.max_combo(), 1, number)
    follow_up = int(trial.looks.day[0]) - trial.entry_day
    entered = follow_up >= 0
    data = DataSet(
        np.minimum(trial.days, follow_up)[entered],
        (trial.event & (trial.days <= follow_up))[entered],
        trial.experimental[entered],
    )
    _, covariance = data.four_weighted()
    return covariance, float(trial.looks.statistic[0])
