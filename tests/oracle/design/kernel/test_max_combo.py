"""MaxCombo's p-value: against SciPy's multivariate normal, decision by decision."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from bench.designs import decisions
from equipoise.analysis import weighted_logrank
from equipoise.design.kernel import maxcombo, normal
from equipoise.design.kernel.plan import plan_of
from equipoise.design.kernel.simulate import redo, simulate
from tests.oracle.design.kernel import reference
from tests.unit.design.kernel.scenarios import scenarios
from tests.unit.design.kernel.steps import entry_point

none_above = entry_point(maxcombo.none_above)
all_below, both_below = entry_point(normal.all_below), entry_point(normal.both_below)


def combo_covariance(trial: int) -> tuple[np.ndarray, float]:
    """By the reference, which draws and counts by other roads."""
    plan = plan_of(scenarios()["MaxCombo"])
    subjects = reference.subjects_of(plan, 1, trial)
    data = reference.data_at(subjects, reference.looks_of(plan, subjects)[0].day)
    excess, covariance = reference.four_weighted(data)
    return covariance, float((-excess / np.sqrt(np.diag(covariance))).max())


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
                weighted_logrank.none_above(c, covariance), abs=2e-13
            )
        theirs = decisions.scipy_p(covariance, largest)
        assert 1 - none_above(largest, covariance) == pytest.approx(theirs, abs=2e-3)


def test_the_covariance_of_a_data_set_is_the_references():
    for trial in range(6):
        ours, largest = decisions._combo(trial)
        plan = plan_of(decisions.scenarios.max_combo())
        subjects = reference.subjects_of(plan, 1, trial)
        data = reference.data_at(subjects, reference.looks_of(plan, subjects)[0].day)
        excess, covariance = reference.four_weighted(data)
        assert np.allclose(ours, covariance, rtol=1e-12, atol=0)
        assert largest == pytest.approx((-excess / np.sqrt(np.diag(covariance))).max(), rel=1e-12)


def test_decisions_are_scipys():
    """Of every trial; where SciPy decides otherwise, nested quadrature must decide as we do."""
    wrong, furthest = decisions.decisions(800)
    assert wrong.met, wrong.line()
    assert furthest.met, furthest.line()


def test_a_trial_done_again_has_the_same_p():
    scenario = scenarios()["MaxCombo"]
    together = simulate(scenario, 10, seed=3, details=True).details
    assert together is not None
    for trial in range(10):
        assert redo(scenario, 3, trial).looks.p[0] == together.p[trial, 0]
