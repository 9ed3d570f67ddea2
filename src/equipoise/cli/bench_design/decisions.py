"""MaxCombo decision by decision: the kernel's p-value against SciPy's multivariate normal."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.stats import multivariate_normal

from equipoise.cli.bench.figure import Figure
from equipoise.cli.bench_design import worlds
from equipoise.design.kernel import twin
from equipoise.design.kernel.plan import Plan, plan_of
from equipoise.design.kernel.simulate import simulate

__all__ = ["decisions"]

LINE, NEAR = 0.025, 0.005


def decisions(trials: int) -> Iterator[Figure]:
    """Where SciPy's lattice puts a p-value on the other side of the line, quadrature decides.

    SciPy's own error is about 1e-4: only trials within 0.005 of the line can be decided otherwise,
    so those and a few of the others are asked.
    """
    ours = simulate(worlds.max_combo(), trials, 1, details=True).details
    assert ours is not None
    p = ours.p[:, 0]
    asked = [n for n in range(trials) if abs(p[n] - LINE) < NEAR or n % 200 == 0]
    plan, wrong, other = plan_of(worlds.max_combo()), 0, 0
    for number in asked:
        covariance, largest = _combo(plan, number)
        if (_scipy(covariance, largest) <= LINE) != (p[number] <= LINE):
            other += 1
            exact = 1.0 - twin.none_above(largest, covariance)
            wrong += (exact <= LINE) != (p[number] <= LINE)
    said = f"{len(asked):,} asked of {trials:,}; SciPy's lattice differs in {other}"
    yield Figure(
        name=f"MaxCombo decisions that are wrong ({said})",
        value=wrong,
        unit="trials",
        aim="0",
        met=wrong == 0,
    )


def _combo(plan: Plan, trial: int) -> tuple[NDArray[np.float64], float]:
    """The covariance of the four statistics of a trial and the largest, by the twin."""
    drawn = twin.subjects_of(plan, 1, trial)
    seen = twin.seen_at(drawn, twin.looks_of(plan, drawn)[0].day)
    excess, covariance = twin.four_weighted(seen)
    return covariance, float((-excess / np.sqrt(np.diag(covariance))).max())


def _scipy(covariance: NDArray[np.float64], largest: float) -> float:
    sd = np.sqrt(np.diag(covariance))
    related = covariance / np.outer(sd, sd)
    normal = multivariate_normal(np.zeros(4), related, allow_singular=True, seed=1)
    return float(1.0 - normal.cdf(np.full(4, largest)))
