"""Proportions and means against rpact 3.3.4 (vectors and their R script stand beside this file)."""

import json
from dataclasses import replace
from pathlib import Path
from statistics import NormalDist
from typing import Any

import pytest

from equipoise.design import two_arms
from equipoise.design.means import Means
from equipoise.design.proportions import Proportions
from equipoise.design.two_arms import TwoArmTest

CASES = json.loads(Path(__file__).with_name("rpact_vectors.json").read_text())["cases"]


def of_kind(kind: str) -> list[Any]:
    found = [case for case in CASES if case["kind"] == kind]
    assert found
    return found


def made_of(given: dict[str, Any], method: str) -> TwoArmTest:
    asked = {name: given[name] for name in ("alpha", "sided", "power", "ratio")}
    return TwoArmTest(**asked, method=method)


def one_side(test: TwoArmTest) -> TwoArmTest:
    return replace(test, alpha=test.alpha / test.sided, sided=1)


def as_rpact_adds(near: float, test: TwoArmTest) -> float:
    """The power with the far side as rpact adds it, which is not exact for shares and for t.

    rpact finds the mean of the normal statistic with bar z that rejects on the near side with the
    right chance, and lets that statistic reject on the far side. We give the far side its own
    variance, or its noncentral t: `test_the_far_side_...` holds that to R.
    """
    if test.sided == 1:
        return near
    bar = NormalDist().inv_cdf(1 - test.alpha / 2)
    mean = bar + NormalDist().inv_cdf(near)
    return near + NormalDist().cdf(-bar - mean)


def test_proportions_agree_for_every_ratio_side_and_margin() -> None:
    for case in of_kind("rates"):
        given, wanted = case["inputs"], case["result"]
        shares = Proportions(control=given["p2"], treatment=given["p1"], margin=given["margin"])
        test = made_of(given, "pooled")
        ours = two_arms.sample_size(shares, test)
        assert ours.subjects == pytest.approx(wanted["subjects"], rel=1e-8), case
        assert ours.subjects_treatment == pytest.approx(wanted["n1"], rel=1e-8), case
        near = two_arms.power(shares, one_side(test), subjects=given["n"]).power
        assert as_rpact_adds(near, test) == pytest.approx(wanted["power"], rel=1e-8), case


def test_means_agree_for_t_and_z_every_ratio_side_and_margin() -> None:
    for case in of_kind("means"):
        given, wanted = case["inputs"], case["result"]
        means = Means(difference=given["delta"], spread=given["sd"], margin=given["margin"])
        test = made_of(given, "z" if given["normal"] else "t")
        ours = two_arms.sample_size(means, test)
        assert ours.subjects == pytest.approx(wanted["subjects"], rel=1e-6), case
        assert ours.subjects_treatment == pytest.approx(wanted["n1"], rel=1e-6), case
        near = two_arms.power(means, one_side(test), subjects=given["n"]).power
        assert as_rpact_adds(near, test) == pytest.approx(wanted["power"], rel=1e-7), case
