"""Our designs against gsDesign 3.11, whose grid is coarser than rpact's."""

import math

import pytest

from equipoise.design.sequential.boundaries import Bounds
from equipoise.design.sequential.conditional import conditional_power
from equipoise.design.sequential.hazard import with_events
from equipoise.design.sequential.inference import sequential_p_value
from equipoise.design.sequential.plan import sequential_design
from equipoise.design.sequential.power import characteristics
from tests.oracle.design.sequential.vectors import apart, cases, gsdesign_design

CASES = {case["id"]: case for case in cases("gsdesign_cases")}


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("gs_")])
def test_bounds_size_and_stopping_agree_with_gsdesign(name):
    plan, found = gsdesign_design(CASES[name]["inputs"]), CASES[name]["result"]
    assert apart(plan.upper, found["upper_bound"]) < 1e-5
    assert apart([plan.inflation], found["n_I"][-1]) < 1e-5
    assert apart([plan.fixed_drift], found["delta"]) < 1e-9
    assert apart(plan.under(plan.drift).efficacy, [row[1] for row in found["upper_prob"]]) < 1e-5
    assert apart([plan.expected_information(plan.drift)], found["en"][1]) < 1e-5
    if "lower_bound" in found:
        assert apart(plan.lower, found["lower_bound"][:-1]) < 1e-5
        assert apart(plan.under(0.0).futility, [row[0] for row in found["lower_prob"]]) < 1e-5
        assert apart(plan.under(0.0).efficacy, [row[0] for row in found["upper_prob"]]) < 1e-5


def test_stopping_probabilities_at_any_drift_agree_with_gsdesign():
    case = CASES["gsprob_1"]
    bounds = Bounds(tuple(case["inputs"]["b"]))
    for column, theta in enumerate(case["inputs"]["theta"]):
        seen = characteristics((1 / 3, 2 / 3, 1.0), bounds, 1, theta * math.sqrt(150))
        expected = [row[column] for row in case["result"]["upper_prob"]]
        assert apart(seen.efficacy, expected) < 1e-5
        assert apart([seen.expected_fraction * 150], case["result"]["en"][column]) < 1e-6


def test_conditional_power_agrees_with_gsdesign():
    """Under the trend so far, no effect, and the effect designed for."""
    found = CASES["gsCP_i1_z1.5"]["result"]
    plan = sequential_design(fractions=(0.5, 0.75, 1), alpha=0.025, power=0.8)
    for column, theta in enumerate(found["theta"]):
        got = conditional_power(plan, 1, 1.5, theta * math.sqrt(214.12281724587))
        assert apart(got.efficacy, [row[column] for row in found["upper_prob"]]) < 1e-5


def test_the_sequential_p_value_agrees_with_gsdesign():
    plan = sequential_design(fractions=(0.5, 0.75, 1), alpha=0.025, power=0.8)
    expected = CASES["seqp_1.5_2.2"]["result"]["p"]
    assert apart([sequential_p_value(plan, [1.5, 2.2])], expected) < 1e-4


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("gsSurv")])
def test_hazard_ratios_at_the_bounds_agree_with_gssurv(name):
    found = CASES[name]["result"]
    plan = with_events(gsdesign_design(CASES[name]["inputs"]), found["n_I"][-1])
    assert apart(plan.efficacy_ratios, found["hr_at_bound"]) < 1e-4
