"""Survival analysis agrees with R's `survival` on real, tied, tiny and degenerate data."""

import json
from pathlib import Path

import numpy as np
import pytest

from equipoise.analysis.cox import Cox, cox
from equipoise.analysis.follow_up import FollowUp
from equipoise.analysis.logrank import LogRank, log_rank
from equipoise.analysis.restricted_mean import restricted_mean
from equipoise.analysis.survival import (
    Quantile,
    at_risk_on,
    kaplan_meier,
    median,
    median_follow_up,
    quantile,
    survival_at,
)

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text())["cases"]
CURVES = [case for case in VECTORS if "log" in case]
COMPARED = [case for case in VECTORS if "log_rank" in case]
MODELLED = [case for case in CURVES if "cox" in case]
FLOAT_YEARS = next(case for case in VECTORS if case["id"] == "float_years")


def ids(case: dict) -> str:
    return case["id"]


def follow_up(case: dict) -> FollowUp:
    return FollowUp(case["data"]["days"], case["data"]["event"])


def close(got, expected, tolerance: float = 1e-8) -> None:
    """Equal within a relative tolerance; what R leaves out (null) must be NaN or None."""
    got = np.asarray([np.nan if one is None else one for one in np.ravel(got)], np.float64)
    wanted = np.asarray([np.nan if one is None else one for one in np.ravel(expected)], np.float64)
    np.testing.assert_allclose(got, wanted, rtol=tolerance, atol=tolerance * 1e-3)


def limits(found: Quantile) -> list:
    return [found.days, found.lower, found.upper]


@pytest.mark.parametrize("interval", ["log", "log-log"])
@pytest.mark.parametrize("case", CURVES, ids=ids)
def test_a_curve_has_the_steps_errors_and_limits_of_survfit(case, interval):
    expected = case[interval.replace("-", "_")]
    curve = kaplan_meier(follow_up(case), interval)
    for name in ("days", "at_risk", "events", "censored"):
        assert getattr(curve, name).tolist() == expected[name], name
    for name in ("survival", "se", "lower", "upper"):
        close(getattr(curve, name), expected[name])


# R has two rules: the median it prints (ours) and `quantile`. They part when the curve ends flat
# at the level asked for, and when a limit of a small sample dips below the level and rises again.
PRINTED_OTHERWISE = {("flat_at_half_to_the_end", "log"), ("flat_at_half_to_the_end", "log-log")}
PRINTED_OTHERWISE |= {("ties", "log")}


@pytest.mark.parametrize("interval", ["log", "log-log"])
@pytest.mark.parametrize("case", CURVES, ids=ids)
def test_medians_and_quartiles_have_the_limits_of_survfit(case, interval):
    expected = case[interval.replace("-", "_")]
    curve = kaplan_meier(follow_up(case), interval)
    close(limits(median(curve)), expected["median"])
    if (case["id"], interval) not in PRINTED_OTHERWISE:
        for proportion, wanted in zip((0.25, 0.75), expected["quartiles"], strict=True):
            close(limits(quantile(curve, proportion)), wanted)


@pytest.mark.parametrize("case", CURVES, ids=ids)
def test_survival_and_numbers_at_risk_on_a_day_are_those_of_summary_survfit(case):
    expected = case["log_log"]
    curve = kaplan_meier(follow_up(case))
    assert list(at_risk_on(curve, expected["asked"])) == expected["at_risk_on"]
    found = [survival_at(curve, int(day)) for day in expected["asked"]]
    close([one.survival for one in found], expected["survival_on"])
    close([one.lower for one in found], expected["lower_on"])
    close([one.upper for one in found], expected["upper_on"])


@pytest.mark.parametrize("case", CURVES, ids=ids)
def test_the_restricted_mean_and_its_standard_error_are_those_of_survfit(case):
    expected = case["log"]
    found = restricted_mean(kaplan_meier(follow_up(case)), int(expected["horizon"]))
    close([found.days, found.se], [expected["mean"], expected["mean_se"]])


@pytest.mark.parametrize("case", CURVES, ids=ids)
def test_median_follow_up_is_the_reverse_kaplan_meier(case):
    close(limits(median_follow_up(follow_up(case))), case["followed"])


def agrees(found: LogRank, expected: dict) -> None:
    close(found.observed, expected["observed"])
    close(found.expected, expected["expected"])
    close(found.variance, expected["variance"])
    close(found.chi_square, expected["chi_square"])
    close(found.p, expected["p"])
    assert found.degrees == expected["degrees"]


@pytest.mark.parametrize("case", COMPARED, ids=ids)
def test_the_log_rank_test_is_that_of_survdiff(case):
    agrees(log_rank(follow_up(case), case["data"]["arm"]), case["log_rank"])


@pytest.mark.parametrize("case", CURVES, ids=ids)
def test_the_stratified_log_rank_test_is_that_of_survdiff(case):
    if "log_rank_stratified" in case:
        data = case["data"]
        found = log_rank(follow_up(case), data["arm"], data["stratum"])
        agrees(found, case["log_rank_stratified"])


def fits(found: Cox, expected: dict) -> None:
    close(found.covariance, expected["covariance"], 1e-6)
    close([found.log_likelihood_null, found.log_likelihood], expected["log_likelihood"], 1e-9)
    close(found.score_test, expected["score_test"], 1e-6)
    for name in ("coefficient", "se", "z", "p", "hazard_ratio", "lower", "upper"):
        close([getattr(effect, name) for effect in found.effects], expected[name], 1e-6)
    assert [effect.name for effect in found.effects] == expected["names"]


@pytest.mark.parametrize("case", MODELLED, ids=ids)
def test_a_cox_model_is_that_of_coxph_with_either_ties_and_with_strata(case):
    data = case["data"]
    for expected in case["cox"]:
        columns = {name: data[name] for name in expected["covariates"]}
        strata = data["stratum"] if expected["stratified"] else None
        fits(cox(follow_up(case), columns, expected["ties"], strata), expected)


@pytest.mark.parametrize("unit", [1e-5, 1e6])
@pytest.mark.parametrize("case", MODELLED, ids=ids)
def test_a_cox_model_is_that_of_coxph_whatever_the_unit_of_its_covariates(case, unit):
    """Coefficient and standard error are R's, for one more of the unit that is given."""
    data = case["data"]
    for expected in case["cox"]:
        columns = {name: np.asarray(data[name]) * unit for name in expected["covariates"]}
        strata = data["stratum"] if expected["stratified"] else None
        found = cox(follow_up(case), columns, expected["ties"], strata)
        for name in ("coefficient", "se"):
            got = [getattr(effect, name) * unit for effect in found.effects]
            close(got, expected[name], 1e-6)
        for name in ("z", "p"):
            close([getattr(effect, name) for effect in found.effects], expected[name], 1e-6)
        close(found.covariance * unit**2, expected["covariance"], 1e-6)
        close(found.score_test, expected["score_test"], 1e-6)


def test_whole_days_give_what_r_gives_on_times_that_tie_only_but_for_rounding():
    """0.1 + 0.2 years and 0.3 years are one tied time; in plain floating point they are two."""
    case = FLOAT_YEARS
    found = kaplan_meier(follow_up(case))
    assert case["distinct_floats"] > found.days.size
    assert found.at_risk.tolist() == case["at_risk"]
    close(found.survival, case["survival"])
    agrees(log_rank(follow_up(case), case["data"]["arm"]), case["log_rank"])
    fits(cox(follow_up(case), {"arm": case["data"]["arm"]}), case["cox"])
