"""Proportions and means against rpact 3.3.4 (vectors and their R script stand beside this file)."""

import json
from pathlib import Path
from statistics import NormalDist
from typing import Any

import pytest

from equipoise.design import means, proportions

CASES = json.loads(Path(__file__).with_name("rpact_vectors.json").read_text())["cases"]


def of_kind(kind: str) -> list[Any]:
    found = [case for case in CASES if case["kind"] == kind]
    assert found
    return found


def one_side(what: dict[str, Any]) -> dict[str, Any]:
    return {**what, "alpha": what["alpha"] / what["sided"], "sided": 1}


def as_rpact_adds(near: float, what: dict[str, Any]) -> float:
    """The power with the far side as rpact adds it, which is not exact for shares and for t.

    rpact finds the mean of the normal statistic with bar z that rejects on the near side with the
    right chance, and lets that statistic reject on the far side. We give the far side its own
    variance, or its noncentral t: `test_the_far_side_...` holds that to R.
    """
    if what["sided"] == 1:
        return near
    bar = NormalDist().inv_cdf(1 - what["alpha"] / 2)
    mean = bar + NormalDist().inv_cdf(near)
    return near + NormalDist().cdf(-bar - mean)


def test_proportions_agree_for_every_ratio_side_and_margin() -> None:
    for case in of_kind("rates"):
        given, wanted = case["inputs"], case["result"]
        what = {
            "control": given["p2"],
            "treatment": given["p1"],
            "ratio": given["ratio"],
            "margin": given["margin"],
            "alpha": given["alpha"],
            "sided": given["sided"],
        }
        ours = proportions.sample_size(power=given["power"], **what)
        assert ours.subjects == pytest.approx(wanted["subjects"], rel=1e-8), case
        assert ours.subjects_treatment == pytest.approx(wanted["n1"], rel=1e-8), case
        near = proportions.power(subjects=given["n"], **one_side(what)).power
        assert as_rpact_adds(near, what) == pytest.approx(wanted["power"], rel=1e-8), case


def test_means_agree_for_t_and_z_every_ratio_side_and_margin() -> None:
    for case in of_kind("means"):
        given, wanted = case["inputs"], case["result"]
        what = {
            "difference": given["delta"],
            "spread": given["sd"],
            "ratio": given["ratio"],
            "margin": given["margin"],
            "alpha": given["alpha"],
            "sided": given["sided"],
            "test": "z" if given["normal"] else "t",
        }
        ours = means.sample_size(power=given["power"], **what)
        assert ours.subjects == pytest.approx(wanted["subjects"], rel=1e-6), case
        assert ours.subjects_treatment == pytest.approx(wanted["n1"], rel=1e-6), case
        near = means.power(subjects=given["n"], **one_side(what)).power
        assert as_rpact_adds(near, what) == pytest.approx(wanted["power"], rel=1e-7), case
