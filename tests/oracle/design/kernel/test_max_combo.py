"""MaxCombo's p-value: against SciPy's multivariate normal, decision by decision."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from equipoise.design.kernel import twin
from equipoise.design.kernel.maxcombo import none_above
from equipoise.design.kernel.normal import all_below, both_below
from equipoise.design.kernel.plan import plan_of
from equipoise.design.kernel.simulate import redo, simulate
from tests.unit.design.kernel.scenarios import scenarios

SCIPY_IS_GOOD_TO = 1e-4  # its lattice rule on a covariance of rank three; asked for 1e-5


def combo_covariance(trial: int) -> tuple[np.ndarray, float]:
    plan = plan_of(scenarios()["MaxCombo"])
    subjects = twin.subjects_of(plan, 1, trial)
    seen = twin.seen_at(subjects, twin.looks_of(plan, subjects)[0].day)
    one, variance, survival = twin._parts(twin._tables(seen, False)[0])
    weights = np.array([survival**r * (1 - survival) ** g for r in (0, 1) for g in (0, 1)])
    covariance = (weights * variance) @ weights.T
    return covariance, float((-weights @ one / np.sqrt(np.diag(covariance))).max())


def scipy_p(covariance: np.ndarray, largest: float) -> float:
    sd = np.sqrt(np.diag(covariance))
    normal = multivariate_normal(
        np.zeros(4), covariance / np.outer(sd, sd), allow_singular=True, seed=1
    )
    return float(1 - normal.cdf(np.full(4, largest)))


def test_two_normals_are_as_scipy_has_them():
    for r in (-0.99, -0.93, -0.5, 0.0, 0.3, 0.9, 0.93, 0.97, 0.999, 1.0):
        for h, k in ((0.3, -0.4), (2.0, 1.9), (-1.0, 2.5), (0.0, 0.0)):
            expected = multivariate_normal([0, 0], [[1, r], [r, 1]], allow_singular=True).cdf(
                [h, k]
            )
            assert both_below(h, k, r) == pytest.approx(expected, abs=2e-8), (r, h, k)


def test_three_independent_normals_are_a_product():
    assert all_below(0.0, 0.0, 0.0, 0.0, 0.0, 0.0) == pytest.approx(0.125, abs=1e-15)


def test_three_normals_at_zero_are_as_the_arcsines_say():
    """P(all below 0) = 1/8 + (asin r12 + asin r13 + asin r23) / (4 pi)."""
    for r12, r13, r23 in ((0.5, 0.5, 0.5), (0.9, 0.6, 0.7), (-0.3, 0.4, 0.2), (0.97, 0.9, 0.95)):
        exact = 0.125 + (np.arcsin([r12, r13, r23]).sum()) / (4 * np.pi)
        assert all_below(0.0, 0.0, 0.0, r12, r13, r23) == pytest.approx(exact, abs=1e-13)


def test_the_exact_integral_is_that_of_nested_quadrature_at_any_level():
    """Two ways to the same four-dimensional probability; SciPy is a coarser third."""
    for trial in range(6):
        covariance, largest = combo_covariance(trial)
        for c in (-1.0, 0.0, 0.5, 1.5, largest, 3.0, 5.0):
            assert none_above(c, covariance) == pytest.approx(
                twin.none_above(c, covariance), abs=2e-13
            )
        assert 1 - none_above(largest, covariance) == pytest.approx(
            scipy_p(covariance, largest), abs=SCIPY_IS_GOOD_TO
        )


def decisions(trials: int) -> tuple[int, int]:
    """How many p-values SciPy puts on the other side of 0.025, and how many it could not place."""
    scenario = scenarios()["MaxCombo"]
    ours = simulate(scenario, trials, seed=1, details=True).details
    assert ours is not None
    wrong = unsure = 0
    for trial in range(trials):
        near = 0.02 < ours.p[trial, 0] < 0.03
        if not near and trial % 10:  # far from the line a tenth is enough
            continue
        covariance, largest = combo_covariance(trial)
        theirs = scipy_p(covariance, largest)
        assert theirs == pytest.approx(ours.p[trial, 0], abs=SCIPY_IS_GOOD_TO)
        if (theirs <= 0.025) != (ours.p[trial, 0] <= 0.025):
            exact = 1 - twin.none_above(largest, covariance)
            wrong += (exact <= 0.025) != (ours.p[trial, 0] <= 0.025)
            unsure += 1
    return wrong, unsure


def test_decisions_are_scipys():
    """Where SciPy decides otherwise, nested quadrature to 1e-13 must decide as we do."""
    assert decisions(400)[0] == 0


@pytest.mark.slow
def test_decisions_are_scipys_on_20000_trials():
    wrong, unsure = decisions(20_000)
    assert wrong == 0
    assert unsure <= 5


def test_a_trial_done_again_has_the_same_p():
    scenario = scenarios()["MaxCombo"]
    together = simulate(scenario, 10, seed=3, details=True).details
    assert together is not None
    for trial in range(10):
        assert redo(scenario, 3, trial).looks.p[0] == together.p[trial, 0]
