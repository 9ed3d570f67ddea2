"""What no R package at hand computes, against base R by quadrature and by enumeration.

`base_r_vectors.R` beside this file makes the numbers from the definitions, not from our formulas.
"""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from equipoise.design import logrank, nonproportional, two_arms
from equipoise.design.accrual import (
    Accrual,
    Setting,
    events_by_arm,
    expected_events,
    proportional,
    uniform,
)
from equipoise.design.exact_shares import exact_power
from equipoise.design.hazards import Cured, Piecewise, Weibull, exponential
from equipoise.design.means import Means
from equipoise.design.milestone import Milestone
from equipoise.design.rmst import RestrictedMeans
from equipoise.design.two_arms import TwoArmTest

CASES = json.loads(Path(__file__).with_name("base_r_vectors.json").read_text())["cases"]


def of_kind(kind: str) -> list[Any]:
    found = [case for case in CASES if case["kind"] == kind]
    assert found
    return found


def as_list(value: float | list[float]) -> list[float]:
    return value if isinstance(value, list) else [value]


def setting_of(given: dict[str, Any]) -> Setting:
    ends = as_list(given["ends"])
    lengths = [b - a for a, b in zip([0, *ends], ends, strict=False)]
    return Setting(
        control=Piecewise(given["l0"], given["s0"]),
        treatment=Piecewise(given["l1"], given["s1"]),
        accrual=Accrual(given["rates"], tuple(lengths)),
        ratio=given["ratio"],
        dropout=exponential(given["d0"]),
        dropout_treatment=exponential(given["d1"]),
    )


def test_events_and_the_average_hazard_ratio_are_exact_under_piecewise_hazards() -> None:
    for case in of_kind("average_ratio"):
        setting, wanted = setting_of(case["inputs"]), case["result"]
        time = case["inputs"]["time"]
        seen = expected_events(setting, (time,))
        assert seen.control[0] == pytest.approx(wanted["control"], rel=1e-12), case
        assert seen.treatment[0] == pytest.approx(wanted["treatment"], rel=1e-12), case
        ours = nonproportional.average_hazard_ratio(setting, (time,))
        assert ours.average_ratio[0] == pytest.approx(wanted["ahr"], rel=1e-12), case
        assert ours.information[0] == pytest.approx(wanted["information"], rel=1e-12), case
        assert ours.null_information[0] == pytest.approx(wanted["null_information"], rel=1e-12), (
            case
        )


def test_the_restricted_mean_and_its_variance_agree_with_quadrature() -> None:
    for case in of_kind("kept"):
        given, wanted = case["inputs"], case["result"]
        setting = setting_of(given)
        ours = two_arms.power(
            RestrictedMeans(setting=setting, horizon=given["at"], duration=given["duration"])
        )
        arms = (wanted["control"], wanted["treatment"])
        assert ours.compared.means[0] == pytest.approx(arms[0]["mean"], rel=1e-11), case
        assert ours.compared.means[1] == pytest.approx(arms[1]["mean"], rel=1e-11), case
        shares = (1 / (1 + setting.ratio), setting.ratio / (1 + setting.ratio))
        variance = sum(arm["area_variance"] / q for arm, q in zip(arms, shares, strict=True))
        entered = float(setting.accrual.enrolled(given["duration"]))
        assert ours.standard_error == pytest.approx(math.sqrt(variance / entered), rel=1e-9), case


def test_survival_at_a_milestone_and_its_variance_agree_with_quadrature() -> None:
    for case in of_kind("kept"):
        given, wanted = case["inputs"], case["result"]
        setting = setting_of(given)
        arms = (wanted["control"], wanted["treatment"])
        shares = (1 / (1 + setting.ratio), setting.ratio / (1 + setting.ratio))
        entered = float(setting.accrual.enrolled(given["duration"]))
        compared = Milestone(setting=setting, milestone=given["at"], duration=given["duration"])
        plain = two_arms.power(compared, TwoArmTest(method="difference"))
        log_log = two_arms.power(compared, TwoArmTest(method="log-log"))
        greenwood = [
            (arm["greenwood"] / q / entered, arm["alive"])
            for arm, q in zip(arms, shares, strict=True)
        ]
        assert plain.effect == pytest.approx(arms[1]["alive"] - arms[0]["alive"], rel=1e-11), case
        assert plain.standard_error == pytest.approx(
            math.sqrt(sum(g * s**2 for g, s in greenwood)), rel=1e-9
        ), case
        assert log_log.standard_error == pytest.approx(
            math.sqrt(sum(g / math.log(s) ** 2 for g, s in greenwood)), rel=1e-9
        ), case


def test_cured_shares_with_weibull_and_exponential_laws_agree_with_quadrature() -> None:
    for case in of_kind("cure"):
        given, wanted = case["inputs"], case["result"]
        one = given["shape"] == 1
        laws = [
            Cured(share, exponential(rate) if one else Weibull(rate, given["shape"]))
            for share, rate in ((given["p0"], given["r0"]), (given["p1"], given["r1"]))
        ]
        setting = Setting(
            control=laws[0],
            treatment=laws[1],
            accrual=Accrual((given["rate"],), (given["accrual"],)),
            dropout=exponential(given["drop"]),
        )
        control, treatment = events_by_arm(setting, given["time"])
        assert float(control) == pytest.approx(wanted["control"], rel=1e-9), case
        assert float(treatment) == pytest.approx(wanted["treatment"], rel=1e-9), case
        ours = nonproportional.average_hazard_ratio(setting, (given["time"],))
        assert ours.events[0] == pytest.approx(float(control + treatment), rel=1e-9), case
        assert ours.average_ratio[0] == pytest.approx(wanted["ahr"], rel=1e-9), case


def test_lachin_and_foulkes_agree_for_every_ratio_margin_and_drop_out() -> None:
    for case in of_kind("lachin_foulkes"):
        given, wanted = case["inputs"], case["result"]
        setting = proportional(
            control=exponential(given["lambda"]),
            hazard_ratio=given["hr"],
            accrual=uniform(100, given["accrual"]),
            ratio=given["ratio"],
            dropout=exponential(given["eta0"]),
            dropout_treatment=exponential(given["eta1"]),
        )
        ours = logrank.sample_size(
            setting,
            duration=given["time"],
            null_ratio=given["null"],
            test=TwoArmTest(
                power=given["power"], alpha=given["alpha"], sided=1, method="lachin-foulkes"
            ),
        )
        assert ours.subjects == pytest.approx(wanted["subjects"], rel=1e-10), case
        assert ours.events == pytest.approx(wanted["events"], rel=1e-10), case


def test_the_exact_power_of_tests_of_shares_is_the_sum_over_all_outcomes() -> None:
    for case in of_kind("exact"):
        given, wanted = case["inputs"], case["result"]
        for method in ("fisher", "pooled", "unpooled"):
            ours = exact_power(
                subjects_control=given["n0"],
                subjects_treatment=given["n1"],
                control=given["p0"],
                treatment=given["p1"],
                test=TwoArmTest(alpha=given["alpha"], sided=given["sided"], method=method),
            )
            assert ours.power == pytest.approx(wanted[method], rel=1e-10), (case, method)


def test_the_far_side_of_a_two_sided_t_test_is_counted_exactly() -> None:
    for case in of_kind("t_strict"):
        given, wanted = case["inputs"], case["result"]
        ours = two_arms.power(Means(difference=given["delta"], spread=1), subjects=2 * given["n"])
        assert ours.power == pytest.approx(wanted["power"], rel=1e-10), case
