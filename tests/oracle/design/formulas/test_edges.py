"""Designs at the edge of what is claimed, against base R's quadrature (`base_r_edges.R`)."""

import json
from pathlib import Path
from typing import Any

import pytest

from equipoise.design import logrank, two_arms
from equipoise.design.accrual import Setting, events_by_arm, proportional, uniform
from equipoise.design.hazards import (
    Cured,
    Piecewise,
    Weibull,
    exponential,
    from_median,
    weibull_from_median,
)
from equipoise.design.means import Means
from equipoise.design.noncentral import upper_tail
from equipoise.design.rmst import RestrictedMeans
from equipoise.design.two_arms import TwoArmTest

CASES = json.loads(Path(__file__).with_name("base_r_edges.json").read_text())["cases"]


def of_kind(kind: str) -> list[Any]:
    found = [case for case in CASES if case["kind"] == kind]
    assert found
    return found


def test_a_weibull_law_may_be_as_steep_or_as_flat_as_its_shape_allows() -> None:
    for case in of_kind("weibull"):
        given = case["inputs"]
        law = Weibull(given["rate"], given["shape"])
        setting = Setting(
            control=law,
            treatment=law,
            accrual=uniform(1, given["accrual"]),
            dropout=exponential(given["drop"]),
        )
        seen = sum(float(arm) for arm in events_by_arm(setting, given["time"]))
        assert seen == pytest.approx(case["result"]["seen"], rel=1e-10), case


def test_the_noncentral_t_holds_for_tiny_trials_and_far_tails() -> None:
    for case in of_kind("noncentral_t"):
        given = case["inputs"]
        ours = upper_tail(given["bar"], given["freedom"], given["shift"])
        assert ours == pytest.approx(case["result"]["tail"], rel=1e-9), case


def test_a_large_difference_of_means_needs_few_participants_but_has_the_power_asked() -> None:
    """rpact 3.3.4 gives 7.530875 and 7.270256; its search for the size stops near 3e-6."""
    for size, spread, ratio, sided, alpha, wanted in (
        (1.347575318498352, 0.43730997146223693, 2.0, 1, 0.025, 7.530875),
        (-1.3902015635101248, 0.3513056895399596, 0.20899497535133207, 2, 0.05, 7.270256),
    ):
        compared = Means(difference=size, spread=spread)
        test = TwoArmTest(power=0.9, alpha=alpha, sided=sided, ratio=ratio)
        ours = two_arms.sample_size(compared, test)
        assert ours.subjects == pytest.approx(wanted, rel=5e-6)
        again = two_arms.power(compared, test, subjects=ours.subjects)
        assert again.power == pytest.approx(0.9, abs=1e-7)  # with the far side


def test_the_power_of_a_two_sided_t_test_is_a_number_at_any_size_and_effect() -> None:
    for subjects in (2.1, 3, 200, 5e6, 1e12):
        for difference in (1e-6, 0.1, 10, 1e6):
            ours = two_arms.power(
                Means(difference=difference, spread=1), TwoArmTest(alpha=4e-05), subjects=subjects
            )
            assert 3.9e-5 < ours.power < 1 + 1e-12, (subjects, difference)


def test_the_restricted_mean_is_exact_at_a_horizon_that_hardly_anybody_reaches() -> None:
    for case in of_kind("far_horizon"):
        given, wanted = case["inputs"], case["result"]
        law = exponential(given["rate"])
        setting = Setting(control=law, treatment=law, accrual=uniform(1, 1))
        ours = two_arms.power(
            RestrictedMeans(setting=setting, horizon=given["upto"], duration=2 * given["upto"])
        )
        assert ours.compared.means[0] == pytest.approx(wanted["mean"], rel=1e-12), case
        assert ours.standard_error**2 == pytest.approx(4 * wanted["variance"], rel=1e-9), case


def test_what_is_lived_between_two_times_adds_up_under_every_law() -> None:
    laws = (
        Piecewise((0.1, 0.0, 0.4), (0, 3, 8)),
        weibull_from_median(7, 0.6),
        weibull_from_median(7, 2.5),
        Cured(0.2, from_median(5)),
    )
    for law in laws:
        whole = float(law.lived_between(0.0, 30.0))
        for cut in (1e-6, 2.0, 11.0, 29.999):
            parts = float(law.lived_between(0.0, cut)) + float(law.lived_between(cut, 30.0))
            assert parts == pytest.approx(whole, rel=1e-13)


def test_waiting_may_cost_lachin_and_foulkes_power_and_the_first_time_is_given() -> None:
    """At a low power the spread of the alternative, which shrinks for longest, is a help."""
    setting = proportional(
        control=Piecewise((0.0068, 0.0377), (0, 6.19)),
        hazard_ratio=0.214,
        accrual=uniform(1, 26.3),
        ratio=0.5,
    )
    test = TwoArmTest(method="lachin-foulkes", sided=1, power=0.25)
    small = logrank.sample_size(setting, duration=67.9, test=test)
    setting = setting.with_accrual(uniform(small.subjects, 26.3))
    assert logrank.power(setting, duration=1e5, test=test).power < 0.25 - 1e-3
    found = logrank.duration(setting, test=test)
    assert found.duration <= 67.9 + 1e-6
    assert logrank.power(setting, duration=found.duration, test=test).power == pytest.approx(0.25)
