"""Survival analysis agrees with 24 cases that others computed in R, on whole numbers.

They stand in `published.json`. Where the project's reference material lies next
to the repository, the same cases are read from there, so that the copy cannot
drift from it unseen.
"""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from equipoise.analysis.cox import cox
from equipoise.analysis.follow_up import FollowUp
from equipoise.analysis.logrank import log_rank
from equipoise.analysis.restricted_mean import mean_difference, restricted_mean
from equipoise.analysis.survival import at_risk_on, kaplan_meier, median, quantile, survival_at

HERE = Path(__file__).parent
COPY = json.loads((HERE / "published.json").read_text())
ORIGINAL = HERE.parents[3] / "shared" / "reference" / "golden" / "survival_core.json"
CASES = (json.loads(ORIGINAL.read_text()) if ORIGINAL.exists() else COPY)["cases"]


def cases(word: str) -> list:
    return [pytest.param(one, id=one["id"]) for one in CASES if word in one["inputs"]]


class Published:
    """The data of one case as whole numbers, with the complete rows only."""

    def __init__(self, case: dict, *needed: str) -> None:
        name = case["inputs"]["data"]
        # Months with six decimals become whole millionths; nothing else about them changes.
        self.scale = 1_000_000 if name == "syn306" else 1
        columns = {key: np.array(COPY["data"][name][key]) for key in ("time", "event", *needed)}
        there = np.logical_and.reduce([values != None for values in columns.values()])  # noqa: E711
        self.columns = {key: values[there] for key, values in columns.items()}
        time = np.rint(self.columns["time"].astype(float) * self.scale).astype(np.int64)
        self.follow_up = FollowUp(time, self.columns["event"].astype(np.int64))


def close(got, expected, case: dict, scale: float = 1) -> None:
    """The README of the cases asks for |got - expected| <= tolerance x max(|expected|, 1e-3)."""
    got = np.array([np.nan if one is None else one for one in np.ravel(got)], float) / scale
    wanted = np.array([np.nan if one == "NA" else one for one in np.ravel(expected)], float)
    np.testing.assert_array_equal(np.isnan(got), np.isnan(wanted))
    allowed = case["rel_tol"] * np.maximum(np.abs(wanted), 1e-3)
    assert (np.abs(got - wanted) <= allowed)[~np.isnan(wanted)].all(), (got, wanted)


def terms(case: dict) -> tuple[list[str], list[str]]:
    """The covariates and the strata named in an R formula."""
    right = case["inputs"]["formula"].split("~")[1]
    strata = re.findall(r"strata\(([^)]*)\)", right)
    rest = re.sub(r"strata\([^)]*\)", "", right)
    covariates = [word.strip() for word in rest.split("+") if word.strip() not in ("", "1")]
    return covariates, [word.strip() for group in strata for word in group.split(",")]


@pytest.mark.parametrize("case", cases("conf_type"))
def test_curves_quantiles_and_survival_on_a_day_are_as_published(case):
    covariates, _ = terms(case)
    given, expected = Published(case, *covariates), case["result"]
    groups = given.columns[covariates[0]] if covariates else np.zeros(len(given.follow_up))
    curves = [
        kaplan_meier(given.follow_up.of(groups == one), case["inputs"]["conf_type"])
        for one in np.unique(groups)
    ]
    names = {"at_risk": "n_risk", "events": "n_event", "censored": "n_censor"}
    names |= {"survival": "surv", "se": "se_surv", "lower": "lower", "upper": "upper"}
    for ours, theirs in names.items():
        close(np.concatenate([getattr(curve, ours) for curve in curves]), expected[theirs], case)
    close([median(curve).days for curve in curves], expected["median"], case, given.scale)
    for ours, theirs in (("days", "q"), ("lower", "lower"), ("upper", "upper")):
        got = [getattr(quantile(c, p), ours) for c in curves for p in (0.25, 0.5, 0.75)]
        close(got, expected["quantiles"][theirs], case, given.scale)
    if "at_times" in expected:
        days = [round(time * given.scale) for time in expected["at_times"]["times"]]
        on = [survival_at(curve, day) for curve in curves for day in days]
        for ours, theirs in (("survival", "surv"), ("se", "se"), ("lower", "lower")):
            close([getattr(one, ours) for one in on], expected["at_times"][theirs], case)
        risks = [number for curve in curves for number in at_risk_on(curve, days)]
        close(risks, expected["at_times"]["n_risk"], case)


@pytest.mark.parametrize("case", cases("rho"))
def test_log_rank_tests_are_as_published(case):
    covariates, strata = terms(case)
    given, expected = Published(case, *covariates, *strata), case["result"]
    stratum = given.columns[strata[0]] if strata else None
    found = log_rank(given.follow_up, given.columns[covariates[0]], stratum)
    close(found.subjects, expected["n"], case)
    close(found.observed, expected["observed"], case)
    close(found.expected, expected["expected"], case)
    close(found.variance, expected["var"], case)
    close([found.chi_square, found.degrees, found.p, found.z], pick(expected, "chisq df p z"), case)


@pytest.mark.parametrize("case", cases("ties"))
def test_cox_models_are_as_published(case):
    covariates, strata = terms(case)
    given, expected = Published(case, *covariates, *strata), case["result"]
    columns = {name: given.columns[name].astype(float) for name in covariates}
    stratum = list(zip(*(given.columns[name].tolist() for name in strata), strict=True)) or None
    found = cox(given.follow_up, columns, case["inputs"]["ties"], stratum)
    assert (found.subjects, found.events) == (expected["n"], expected["nevent"])
    names = {"coefficient": "coef", "se": "se", "hazard_ratio": "hr", "lower": "lower"}
    for ours, theirs in (names | {"upper": "upper", "z": "z", "p": "p"}).items():
        close([getattr(effect, ours) for effect in found.effects], expected[theirs], case)
    close(found.covariance, expected["vcov"], case)
    close([found.log_likelihood_null, found.log_likelihood], expected["loglik"], case)
    close(found.score_test, expected["score"][0], case)


@pytest.mark.parametrize("case", cases("tau"))
def test_restricted_means_and_their_difference_are_as_published(case):
    group = case["inputs"]["group"]
    given, expected = Published(case, group), case["result"]
    chosen = [given.columns[group] == one for one in np.unique(given.columns[group])]
    horizon = case["inputs"]["tau"] * given.scale
    one, other = (restricted_mean(kaplan_meier(given.follow_up.of(who)), horizon) for who in chosen)
    close([one.days, other.days], expected["rmst"], case, given.scale)
    close([one.se, other.se], expected["se"], case, given.scale)
    found = mean_difference(other, one)
    in_days = [found.days, found.se, found.lower, found.upper]
    close(in_days, pick(expected["diff"], "est se lower upper"), case, given.scale)
    close(found.p, expected["diff"]["p"], case)


def test_every_published_case_is_checked():
    checked = [one for word in ("conf_type", "rho", "ties", "tau") for one in cases(word)]
    assert len(checked) == len(CASES) == 24


def pick(record: dict, names: str) -> list:
    return [record[name] for name in names.split()]
