"""Weighted log-rank tests agree with R's `survdiff`, MaxCombo with two other integrals."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from equipoise.analysis.follow_up import FollowUp, Unusable
from equipoise.analysis.logrank import log_rank
from equipoise.analysis.weighted_logrank import (
    four_weighted,
    max_combo,
    risk_tables,
    weighted_log_rank,
)
from tests.oracle.design.kernel.data_set import DataSet

VECTORS = json.loads(Path("tests/oracle/design/kernel/vectors/survival.json").read_text())
TWO = [name for name, case in VECTORS.items() if len(set(case["arm"])) == 2]


def followed(name):
    return FollowUp(VECTORS[name]["days"], VECTORS[name]["event"])


@pytest.mark.parametrize("name", TWO)
@pytest.mark.parametrize(
    ("key", "rho", "by"),
    [("log_rank", 0, None), ("peto", 1, None), ("rho_half", 0.5, None), ("log_rank_strata", 0, 1)],
)
def test_weights_and_strata_are_rs(name, key, rho, by):
    case = VECTORS[name]
    found = weighted_log_rank(followed(name), case["arm"], rho, strata=by and case["stratum"])
    excess, variance = map(float, case[key])
    if math.isnan(excess):  # R fails where there is no event to compare
        assert math.isnan(found.z) and math.isnan(found.p)
    else:
        assert found.excess == pytest.approx(excess, rel=1e-10, abs=1e-10)
        assert found.variance == pytest.approx(variance, rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("name", TWO)
def test_late_weights_are_what_early_ones_leave(name):
    """S + (1 - S) = 1: the excess of FH(1,0) and FH(0,1) together is that of the log-rank test."""
    arm = VECTORS[name]["arm"]
    early, late, plain = (
        weighted_log_rank(followed(name), arm, *powers) for powers in ((1, 0), (0, 1), (0, 0))
    )
    assert early.excess + late.excess == pytest.approx(plain.excess, abs=1e-9)
    assert plain.z == pytest.approx(log_rank(followed(name), arm).z, nan_ok=True)


@pytest.mark.parametrize("name", TWO)
def test_the_largest_of_four_and_its_p_are_those_of_the_kernel(name):
    case = VECTORS[name]
    found = max_combo(followed(name), case["arm"])
    largest, p = DataSet(case["days"], case["event"], case["arm"]).max_combo()
    assert found.largest == pytest.approx(largest, rel=1e-10, nan_ok=True)
    assert found.p == pytest.approx(p, abs=1e-10, nan_ok=True)
    assert found.largest == pytest.approx(np.nanmax([*found.z, -9]), nan_ok=True) or math.isnan(p)


@pytest.mark.parametrize("name", ["few_ties", "strata", "two_to_one", "heavy_ties"])
def test_the_p_of_the_largest_is_scipys(name):
    case = VECTORS[name]
    arrays = [np.array(case[key]) for key in ("days", "event", "arm")]
    table = risk_tables(arrays[0], arrays[1] == 1, arrays[2], np.zeros_like(arrays[2]))[0]
    covariance = four_weighted(table)[1]
    sd = np.sqrt(np.diag(covariance))
    found = max_combo(followed(name), case["arm"])
    related = covariance / np.outer(sd, sd)
    normal = multivariate_normal(np.zeros(4), related, allow_singular=True, seed=1)
    assert found.p == pytest.approx(1 - normal.cdf(np.full(4, found.largest)), abs=1e-3)


def test_two_groups_and_weights_of_at_least_nothing_are_asked_for():
    one = FollowUp([3, 5], [1, 1])
    with pytest.raises(Unusable, match="groups: two are needed, not 1"):
        max_combo(one, ["a", "a"])
    with pytest.raises(Unusable, match="groups: 3 labels for 2 participants"):
        weighted_log_rank(one, ["a", "b", "a"])
    with pytest.raises(Unusable, match="rho, gamma: both are at least 0"):
        weighted_log_rank(one, ["a", "b"], rho=-1)
