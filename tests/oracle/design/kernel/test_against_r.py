"""The kernel's statistics against R's survival 3.5-3 (vectors/make_vectors.R made the numbers)."""

import json
import math
from pathlib import Path

import pytest

from tests.oracle.design.kernel.data_set import DataSet

VECTORS = json.loads((Path(__file__).parent / "vectors" / "survival.json").read_text())
FINITE = [name for name in VECTORS if not name.startswith("no_event")]


def numbers(values: list) -> list[float]:
    return [float(value) for value in values]


def a_data_set(name: str) -> DataSet:
    case = VECTORS[name]
    return DataSet(case["days"], case["event"], case["arm"], case["stratum"])


def close(got: float, expected: float, tolerance: float = 1e-8) -> bool:
    return abs(got - expected) <= tolerance * max(1.0, abs(expected))


@pytest.mark.parametrize("name", VECTORS)
def test_the_log_rank_test_is_rs_plain_and_by_stratum(name):
    for key, stratified in (("log_rank", False), ("log_rank_strata", True)):
        excess, variance = numbers(VECTORS[name][key])
        ours = a_data_set(name).log_rank(stratified=stratified)
        if math.isnan(excess):  # R fails where there is no event to compare
            assert math.isnan(ours.z)
        else:
            assert close(ours.excess, excess, 1e-10)
            assert close(ours.variance, variance, 1e-10)


@pytest.mark.parametrize("name", VECTORS)
def test_weights_of_fleming_and_harrington_are_rs(name):
    for key, rho in (("peto", 1.0), ("rho_half", 0.5)):
        excess, variance = numbers(VECTORS[name][key])
        ours = a_data_set(name).fleming_harrington(rho, 0.0)
        if not math.isnan(excess):
            assert close(ours.excess, excess)
            assert close(ours.variance, variance)


@pytest.mark.parametrize("name", FINITE)
def test_the_hazard_ratio_is_coxs_by_efron_and_by_breslow_and_by_stratum(name):
    for key, ties, stratified in (
        ("efron", "efron", False),
        ("breslow", "breslow", False),
        ("efron_strata", "efron", True),
    ):
        estimate, variance, _ = numbers(VECTORS[name][key])
        ours = a_data_set(name).cox(ties=ties, stratified=stratified)
        if abs(estimate) > 10 or variance > 1e3 or variance == 0:
            # R stops somewhere on the way to infinity, and warns.
            assert math.isinf(ours[0]) or math.isnan(ours[0])
        else:
            assert close(ours[0], estimate)
            assert close(ours[1], variance)


def test_without_an_event_in_an_arm_the_hazard_ratio_is_infinite_and_said_to_be():
    """R gives -21.2 or 21.2 with a warning that the coefficient may be infinite."""
    assert a_data_set("no_event_in_arm_1").cox() == (-math.inf, math.inf)
    assert a_data_set("no_event_in_arm_0").cox() == (math.inf, math.inf)
    assert math.isnan(a_data_set("no_events").cox()[0])


def test_one_subject_alone_says_nothing():
    alone = DataSet([12], [1], [1])
    assert math.isnan(alone.log_rank().z)
    assert math.isnan(alone.cox()[0])
    assert math.isnan(alone.max_combo()[0]) or alone.max_combo()[1] >= 0


@pytest.mark.parametrize("name", VECTORS)
def test_restricted_means_and_their_variances_are_rs(name):
    case = VECTORS[name]
    for arm in (0, 1):
        mean, variance = numbers(case[f"restricted_{arm}"])
        ours = a_data_set(name).restricted_mean(arm, case["tau"])
        assert close(ours[0], mean)
        assert close(ours[1], variance)
