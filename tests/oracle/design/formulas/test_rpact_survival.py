"""Log-rank designs against rpact 3.3.4 (vectors and their R script stand beside this file)."""

import json
from pathlib import Path
from typing import Any

import pytest

from equipoise.design import logrank
from equipoise.design.accrual import Accrual, Setting, expected_events, proportional, uniform
from equipoise.design.hazards import Piecewise, exponential, weibull_from_median
from equipoise.design.two_arms import TwoArmTest

CASES = json.loads(Path(__file__).with_name("rpact_vectors.json").read_text())["cases"]


def of_kind(kind: str) -> list[Any]:
    found = [case for case in CASES if case["kind"] == kind]
    assert found
    return found


def ramp(given: dict[str, Any]) -> Accrual:
    times = given["accrual_times"]
    lengths = [b - a for a, b in zip(times, times[1:], strict=False)]
    return Accrual(tuple(given["accrual_rates"]), tuple(lengths))


def test_events_and_participants_agree_for_every_method_ratio_and_side() -> None:
    for case in of_kind("sample_size"):
        given, wanted = case["inputs"], case["result"]
        setting = proportional(
            control=exponential(given["lambda2"]),
            hazard_ratio=given["hr"],
            accrual=uniform(100, given["accrual"]),
            ratio=given["ratio"],
            dropout=exponential(given["drop2"]),
            dropout_treatment=exponential(given["drop1"]),
        )
        method = {"HsiehFreedman": "hsieh-freedman"}.get(given["method"], given["method"].lower())
        test = TwoArmTest(alpha=given["alpha"], sided=given["sided"], power=0.85, method=method)
        end = given["accrual"] + given["follow"]
        ours = logrank.sample_size(setting, duration=end, test=test)
        assert ours.events == pytest.approx(wanted["events"], rel=1e-9), case
        assert ours.subjects == pytest.approx(wanted["subjects"], rel=1e-7), case
        assert ours.subjects_treatment == pytest.approx(wanted["n1"], rel=1e-7), case
        # rpact gives the lower bound of a two-sided test also when the effect is a harm.
        if given["sided"] == 1 or given["hr"] < 1:
            assert ours.critical_ratio == pytest.approx(wanted["critical"], rel=1e-7), case


def test_piecewise_hazards_ramps_and_unequal_drop_out_agree() -> None:
    for case in of_kind("piecewise_size"):
        given, wanted = case["inputs"], case["result"]
        accrual = ramp(given)
        setting = proportional(
            control=Piecewise(given["rates"], given["starts"]),
            hazard_ratio=given["hr"],
            accrual=accrual,
            ratio=given["ratio"],
            dropout=exponential(abs(given["drop2"])),
            dropout_treatment=exponential(abs(given["drop1"])),
        )
        ours = logrank.sample_size(setting, duration=accrual.until + given["follow"])
        assert ours.events == pytest.approx(wanted["events"], rel=1e-9), case
        assert ours.subjects == pytest.approx(wanted["subjects"], rel=1e-7), case


def test_the_chance_of_an_event_agrees_by_calendar_time_in_each_arm() -> None:
    for case in of_kind("event_probabilities"):
        given, wanted = case["inputs"], case["result"]
        setting = proportional(
            control=Piecewise(given["rates"], given["starts"]),
            hazard_ratio=given["hr"],
            accrual=ramp(given),
            ratio=given["ratio"],
            dropout=exponential(given["drop2"]),
            dropout_treatment=exponential(given["drop1"]),
        )
        seen = expected_events(setting, tuple(given["time"]))
        for k in range(len(given["time"])):
            of_treatment = seen.treatment[k] * (1 + given["ratio"]) / given["ratio"]
            of_control = seen.control[k] * (1 + given["ratio"])
            # rpact integrates across the bends, up to 1.2e-5 off; ours is held to 1e-12 elsewhere.
            for ours, theirs in ((of_treatment, "treatment"), (of_control, "control")):
                assert ours / wanted["subjects"] == pytest.approx(wanted[theirs][k], rel=2e-5), (
                    case,
                    k,
                )


def test_power_and_the_day_of_the_last_event_agree() -> None:
    for case in of_kind("power"):
        given, wanted = case["inputs"], case["result"]
        setting = proportional(
            control=exponential(given["lambda2"]),
            hazard_ratio=given["hr"],
            accrual=uniform(given["subjects"], given["accrual"]),
            ratio=given["ratio"],
            dropout=exponential(given["drop"]),
        )
        method = {"HsiehFreedman": "hsieh-freedman"}.get(given["method"], given["method"].lower())
        ours = logrank.power(
            setting,
            events=190,
            test=TwoArmTest(alpha=given["alpha"], sided=given["sided"], method=method),
        )
        assert ours.power == pytest.approx(wanted["power"], rel=1e-7), case
        assert ours.duration == pytest.approx(wanted["time"], rel=1e-7), case


def test_the_follow_up_that_a_fixed_number_of_participants_needs_agrees() -> None:
    for case in of_kind("follow_up"):
        given, wanted = case["inputs"], case["result"]
        setting = proportional(
            control=exponential(given["lambda2"]),
            hazard_ratio=given["hr"],
            accrual=ramp(given),
            ratio=given["ratio"],
        )
        ours = logrank.duration(setting)
        assert ours.duration == pytest.approx(wanted["time"], rel=1e-6), case
        assert ours.accrual_length == 48


def test_the_accrual_that_known_rates_need_agrees() -> None:
    for case in of_kind("accrual_time"):
        given, wanted = case["inputs"], case["result"]
        setting = proportional(
            control=exponential(given["lambda2"]),
            hazard_ratio=given["hr"],
            accrual=Accrual(tuple(given["accrual_rates"]), (given["ramp"], 1.0)),
        )
        ours = logrank.accrual_needed(setting, follow_up=given["follow"])
        assert ours.subjects == pytest.approx(wanted["subjects"], rel=1e-6), case
        assert ours.accrual_length == pytest.approx(wanted["accrual"], rel=1e-6), case
        assert ours.duration == pytest.approx(wanted["time"], rel=1e-6), case


def test_weibull_survival_agrees_with_the_true_hazard_ratio() -> None:
    for case in of_kind("weibull"):
        given, wanted = case["inputs"], case["result"]
        control = weibull_from_median(given["median2"], given["shape"])
        setting = proportional(
            control=control,
            hazard_ratio=0.7,
            accrual=uniform(100, given["accrual"]),
            ratio=given["ratio"],
        )
        ours = logrank.sample_size(setting, duration=given["accrual"] + given["follow"])
        assert ours.subjects == pytest.approx(wanted["subjects"], rel=1e-6), case


def test_non_inferiority_margins_agree() -> None:
    for case in of_kind("margin"):
        given, wanted = case["inputs"], case["result"]
        control = exponential(given["lambda2"])
        setting = Setting(
            control=control,
            treatment=control.scaled(given["hr"]),
            accrual=uniform(100, given["accrual"]),
            ratio=given["ratio"],
        )
        ours = logrank.sample_size(
            setting, duration=48, null_ratio=given["null"], test=TwoArmTest(alpha=0.025, sided=1)
        )
        assert ours.events == pytest.approx(wanted["events"], rel=1e-9), case
        assert ours.subjects == pytest.approx(wanted["subjects"], rel=1e-7), case
