"""Invented people are treated by the ordinary acts: as proposed, unless anything stops it."""

from collections import Counter
from datetime import UTC, datetime, time
from decimal import Decimal

import pytest

from equipoise.conduct import trial
from equipoise.conduct.folding import FreshFolds
from equipoise.conduct.state.treatment import Plan, TreatmentState
from equipoise.conduct.treatment.amiss import STOP_OPEN, STOPPED, amiss
from equipoise.design.rehearsal.chance import Chance
from equipoise.design.rehearsal.followed import next_number
from equipoise.design.rehearsal.plan_values import ValuePlan
from equipoise.design.rehearsal.tablets import dispensed
from equipoise.logic.facts import Observation
from tests.rehearsed import played
from tests.support import DAY, a_study, days

NOON = datetime.combine(DAY, time(12), UTC)

A_THIRD = 95


@pytest.fixture(scope="module")
def treated():
    ledger, _ = played("pump-it", A_THIRD)
    folds = FreshFolds(ledger)
    everybody = [folds.subject(name) for name in trial.subject_ids(ledger)]
    return [one for one in everybody if one.treatment.plans]


def states(treated) -> list[TreatmentState]:
    return [one.treatment for one in treated]


def test_every_cycle_is_planned_checked_by_another_person_released_and_given(treated):
    """Nine of ten who were drawn; a plan that was not given was put off."""
    assert len(treated) > 0.8 * A_THIRD
    for state in states(treated):
        for given in (one for one in state.given if not one.filled):
            plan = state.plan_of(given.of)
            check, release = state.check_of(plan), state.release_of(plan)
            assert plan.by != check.by == release.by != given.by
            assert plan.on < check.on == release.on == given.on == plan.day
            assert given.doses == plan.doses
        given = {one.of for one in state.given}
        off = {one.of for one in state.not_given}
        assert {plan.of for plan in state.plans} - given - off <= {state.plans[-1].of}


def test_doses_are_those_that_are_proposed_but_for_a_few_with_a_reason(treated):
    plans = [plan for state in states(treated) for plan in state.plans]
    doses = [(plan, name) for plan in plans for name in plan.doses]
    other = [(p, name) for p, name in doses if p.doses[name] != p.proposed[name]]
    assert 0 < len(other) < len(doses) / 20
    assert all(name in plan.reasons for plan, name in other)
    dropped = [name for plan in plans for name in plan.reasons if name not in plan.doses]
    assert any("oxaliplatin" in name or "bevacizumab" in name for name in dropped)


def test_cycles_are_put_off_for_blood_toxicity_and_operations_and_end_for_good(treated):
    why = Counter(
        (one.why, one.until is None, one.ended) for s in states(treated) for one in s.not_given
    )
    assert {"blood", "side-effects", "operation"} <= {name for name, *_ in why}
    assert ("progression", True, "yes") in why
    assert any(out and ended == "no" for _, out, ended in why)


def test_what_is_amiss_of_their_doses_is_told_of_an_event_that_was_recorded_later(treated):
    """Nobody could know of it when the dose was given."""
    study = a_study("pump-it")
    found = [
        what.phrase
        for one in treated[:30]
        for given in one.treatment.given
        if not given.filled
        for what in amiss(study, one, given)
    ]
    assert set(found) <= {STOPPED, STOP_OPEN} and len(found) < 20


def test_a_number_goes_on_from_the_first_and_the_last_by_the_first_way_that_holds():
    plan = ValuePlan.model_validate(
        {
            "lognormal": [100, 0],
            "decimals": 0,
            "again": [
                {"when": "treated", "keeps": 1, "times": [Decimal("1.5"), 0]},
                {"keeps": Decimal("0.5"), "times": [1, 0]},
            ],
        }
    )
    known = [
        Observation(value=Decimal(number), on=DAY + days(n)) for n, number in ((1, 400), (0, 100))
    ]

    def number(of, holds):
        return next_number(of, plan, Chance(1), lambda when: holds)

    assert number(known, True) == "600"
    assert number(known, False) == "200"  # half of the way back, as ratios go
    assert number(known[1:], False) == "100"
    assert number([], True) is None


@pytest.mark.parametrize(
    ("dose", "expected"),
    [("1950", {"500": 3, "150": 3}), ("1650", {"500": 3, "150": 1}), ("150", {"150": 1})],
)
def test_tablets_are_taken_home_that_make_up_the_dose_for_all_days(dose, expected):
    doses = {"capox-oxaliplatin": "200", "capox-capecitabine": dose}
    plan = Plan(on=DAY, at=NOON, by="doctor-01", regimen="capox", cycle=1, day=DAY, doses=doses)
    found = {f"capecitabine-{size}": 28 * number for size, number in expected.items()}
    assert dispensed(a_study("pump-it"), plan) == found
