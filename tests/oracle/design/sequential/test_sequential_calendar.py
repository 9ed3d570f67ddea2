"""Sequential trials on the calendar, against rpact (`rpact_calendar.R`) and what must hold."""

import json
from pathlib import Path
from typing import Any

import pytest

from equipoise.design.accrual import Setting, calendar_time, proportional, uniform
from equipoise.design.hazards import dropout_of, exponential, from_median
from equipoise.design.logrank import duration
from equipoise.design.nonproportional import delayed_effect
from equipoise.design.problems import BadDesign
from equipoise.design.sequential.calendar import on_calendar, sequential_trial
from equipoise.design.sequential.hazard import with_events
from equipoise.design.sequential.plan import sequential_design
from equipoise.design.sequential.spending import (
    KimDeMets,
    LanDeMetsOBrienFleming,
    LanDeMetsPocock,
    OBrienFleming,
    Pocock,
)
from equipoise.design.two_arms import TwoArmTest

CASES = json.loads(Path(__file__).with_name("rpact_calendar.json").read_text())["cases"]
RULES = {
    "asOF": LanDeMetsOBrienFleming(),
    "asP": LanDeMetsPocock(),
    "asKD": KimDeMets(2),
    "OF": OBrienFleming(),
    "P": Pocock(),
}
ARGUED = proportional(
    control=from_median(24),
    hazard_ratio=0.68,
    accrual=uniform(306, 48),
    dropout=dropout_of(0.05, by=12),
)


def trial_of(given: dict[str, Any]) -> Any:
    setting = proportional(
        control=exponential(given["lambda2"]),
        hazard_ratio=given["hr"],
        accrual=uniform(1, given["accrual"]),
        ratio=given["ratio"],
        dropout=dropout_of(given["drop"], by=12),
    )
    test = TwoArmTest(alpha=given["alpha"], sided=given["sided"], power=1 - given["beta"])
    end = given["accrual"] + given["follow"]
    return sequential_trial(
        setting,
        fractions=given["rates"],
        test=test,
        efficacy=RULES[given["type"]],
        futility=LanDeMetsPocock() if given.get("futility") else None,
        duration=end,
    )


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_looks_participants_and_what_is_expected_agree_with_rpact(case: dict[str, Any]) -> None:
    """rpact's bounds are good to 1e-8, which is 1e-6 in what follows from them."""
    ours, wanted = trial_of(case["inputs"]), case["result"]
    got = {
        "events": ours.plan.events,
        "subjects": ours.subjects,
        "times": ours.assumed.times,
        "entered": ours.assumed.subjects,
        "expected_events": ours.assumed.expected_events,
        "expected_events_null": ours.null.expected_events,
        "expected_subjects": ours.assumed.expected_subjects,
        "expected_time": ours.assumed.expected_time,
        "times_null": ours.null.times,
        "expected_time_null": ours.null.expected_time,
        "expected_subjects_null": ours.null.expected_subjects,
    }
    for name, figure in got.items():
        assert figure == pytest.approx(wanted[name], rel=2e-6), name


def test_one_look_is_the_trial_without_looks() -> None:
    ours = sequential_trial(ARGUED, fractions=(1,), test=TwoArmTest(power=0.7))
    fixed = duration(ARGUED, test=TwoArmTest(power=0.7))
    assert ours.plan.max_events == pytest.approx(fixed.events, rel=1e-9)
    assert ours.assumed.expected_time == pytest.approx(fixed.duration, rel=1e-9)
    assert ours.assumed.power == pytest.approx(0.7)


def test_a_plan_that_is_there_is_joined_with_accrual_without_being_made_anew() -> None:
    plan = with_events(sequential_design(fractions=(0.5, 1), alpha=0.025, power=0.8), 180)
    ours = on_calendar(plan, ARGUED)
    assert ours.plan == plan
    assert ours.assumed.times[0] == pytest.approx(calendar_time(ARGUED, 90))
    assert ours.under(0.68) == ours.assumed
    assert ours.null.power == pytest.approx(0.025)
    assert ours.under(0.8).expected_time < ours.assumed.times[-1]


def test_the_accrual_stands_unless_a_length_is_asked_for() -> None:
    asked = TwoArmTest(power=0.7)
    stands = sequential_trial(ARGUED, fractions=(0.5, 1), test=asked)
    assert stands.setting == ARGUED
    scaled = sequential_trial(ARGUED, fractions=(0.5, 1), test=asked, duration=84)
    assert scaled.assumed.times[-1] == pytest.approx(84)
    assert scaled.plan == stands.plan


def test_everything_wrong_with_a_sequential_trial_has_its_place() -> None:
    late = delayed_effect(from_median(24), delay=6, hazard_ratio=0.5)
    changing = Setting(control=from_median(24), treatment=late, accrual=uniform(306, 48))
    with pytest.raises(BadDesign) as refused:
        sequential_trial(
            changing, fractions=(0.5, 1), test=TwoArmTest(ratio=2, method="freedman"), duration=-1
        )
    places = {problem.place for problem in refused.value.problems}
    assert places == {"treatment", "ratio", "method", "duration"}
    with pytest.raises(BadDesign, match="would ever be seen"):
        sequential_trial(ARGUED.with_accrual(uniform(100, 48)), fractions=(0.5, 1))
