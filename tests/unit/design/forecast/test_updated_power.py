"""Power simulated again: what has happened is kept, what is known exactly comes out again."""

import runpy
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from equipoise.design.effect import power_of_events
from equipoise.design.forecast import Forecasting, forecast
from equipoise.design.forecasting.observed import Followed, Observed, ObservedSite
from equipoise.design.forecasting.plan import PlannedLook
from equipoise.design.forecasting.posterior import posterior_draws
from equipoise.design.forecasting.updated_power import (
    Simulation,
    scenario_in,
    simulation_of,
    updated,
)
from equipoise.design.kernel.laws import Changed, DailyPiecewise, split
from equipoise.design.kernel.scenario import Arm, DailyAccrual, Look, Scenario
from equipoise.design.kernel.schemes import BigStick, Blocks, Minimisation, Simple
from equipoise.design.kernel.simulate import redo, simulate
from equipoise.design.problems import BadDesign
from equipoise.design.sequential.hazard import with_events
from equipoise.design.sequential.plan import sequential_design
from equipoise.design.sequential.spending import OBrienFleming
from equipoise.study.model import Study
from tests.support import carried_study

START = date(2025, 1, 1)
STUDY = carried_study("pump-it")
DAYS = tuple(START + timedelta(days=k) for k in range(300))
HAZARD = 0.001
# As good as known: the prior is worth so many events that no draw of the hazard differs.
KNOWN = Forecasting(
    participants=300,
    follow_up=730,
    hazard_ratio=0.67,
    planned_daily=1.0,
    event_daily=HAZARD,
    prior_events=1e9,
)
# Nothing is known of anyone since their day of entry, so that all events are still to be drawn.
NEW = tuple(Followed(day, day) for day in DAYS)
FULL = Observed(on=DAYS[-1], sites=(ObservedSite("1", START, DAYS),), followed=NEW)
ASKED = Simulation(scheme=Blocks(sizes=(4, 6)), posterior_draws=10, trials=1000)
TWO_THIRDS = Observed(
    on=DAYS[199], sites=(ObservedSite("1", START, DAYS[:200]),), followed=NEW[:200]
)


def simulated(plan: Forecasting, observed: Observed = FULL, asked: Simulation = ASKED, seed=7):
    found = forecast(observed, plan, draws=200, seed=seed, simulation=asked)
    assert found.updated_power is not None
    return found, found.updated_power


@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize("hazard_ratio", [0.5, 1.0, 2.0])
def test_the_arms_together_have_the_pooled_survival_on_every_day(hazard_ratio, ratio):
    pooled = DailyPiecewise(rates=(0.002, 0.0, 0.001), starts=(0.0, 300.0, 500.0))
    days = np.arange(5000.0)
    control, treated = (law.survival(days) for law in split(pooled, hazard_ratio, ratio))
    mixed = (control + ratio * treated) / (1 + ratio)
    assert mixed == pytest.approx(pooled.survival(days), rel=1e-12)
    assert treated == pytest.approx(control**hazard_ratio, rel=1e-12)


def test_with_twice_the_hazard_the_split_is_the_root_of_a_square():
    """Of (s + s ** 2) / 2 = P the root is s = (sqrt(1 + 8 P) - 1) / 2."""
    pooled = DailyPiecewise(rates=(0.002,))
    days = np.arange(3000.0)
    control = split(pooled, 2.0, 1.0)[0].survival(days)
    assert control == pytest.approx((np.sqrt(1 + 8 * np.exp(-0.002 * days)) - 1) / 2, rel=1e-12)


def test_a_split_that_cannot_be_is_said():
    wrong = list(split(DailyPiecewise(rates=(-1.0,)), -0.5, 1.0)[0].problems())
    assert len(wrong) == 2


def test_with_everything_known_it_is_the_plain_simulation_and_schoenfelds_power():
    """Three Monte-Carlo errors of both runs; Schoenfeld's formula to two points."""
    found, power = simulated(KNOWN)
    control = DailyPiecewise(rates=(HAZARD * 2 / 1.67,))
    plain = simulate(
        Scenario(
            subjects=300,
            accrual=DailyAccrual(rates=(1.0,)),
            control=Arm(event=control),
            experimental=Arm(event=Changed(base=control, ratios=(0.67,))),
            looks=(Look(after_last_entry=730, efficacy=1.959964),),
            scheme=Blocks(sizes=(4, 6)),
            two_sided=True,
        ),
        trials=20_000,
        seed=1,
    )
    mean = power.power[0]
    error = np.sqrt(mean * (1 - mean) / 10_000 + plain.standard_error**2)
    assert 0.6 < mean < 0.9
    assert abs(mean - plain.power) < 3 * error
    assert power.events == pytest.approx(found.at_analysis[0], abs=2)
    # The simple split leaves out that the better arm's share of the survivors grows: 1 % fewer.
    assert power.events == pytest.approx(plain.looks[-1].mean_events, rel=0.015)
    by_formula = power_of_events(events=power.events, hazard_ratio=0.67).power
    assert mean == pytest.approx(by_formula, abs=0.02)
    assert mean == pytest.approx(found.power[0], abs=0.02)


def test_without_an_effect_it_is_the_size_of_the_test():
    _, power = simulated(replace(KNOWN, hazard_ratio=1.0))
    assert abs(power.power[0] - 0.05) < 3 * np.sqrt(0.05 * 0.95 / 10_000)


def test_what_the_trials_alone_spread_is_no_part_of_the_interval():
    """Everything known: the power is the same in all draws, and only its error is left."""
    _, power = simulated(KNOWN, asked=replace(ASKED, posterior_draws=100, trials=100))
    mean, low, high = power.power
    assert high - low < 0.06  # the trials alone would spread it over 0.14
    assert power.error == pytest.approx(np.sqrt(mean * (1 - mean) / 10_000), rel=0.3)
    unsure, spread = simulated(
        replace(KNOWN, prior_events=10.0), asked=replace(ASKED, posterior_draws=100)
    )
    assert spread.power[2] - spread.power[1] > 0.1
    assert unsure.power[2] - unsure.power[1] == pytest.approx(
        spread.power[2] - spread.power[1], rel=0.3
    )


def test_participants_enter_on_the_days_on_which_they_did_then_on_the_draws():
    days = (START, START, START + timedelta(days=3), START + timedelta(days=9))
    observed = Observed(on=START + timedelta(days=12), sites=(ObservedSite("1", START, days),))
    plan = replace(KNOWN, participants=10)
    posterior = posterior_draws(observed, plan, 100, seed=3)
    scenario = scenario_in(observed, plan, posterior, ASKED, draw=5)
    entered = redo(scenario, seed=1, trial=4).entry_day.tolist()
    assert entered[:4] == [1, 1, 4, 10]
    assert entered[4:] == [13 + int(np.ceil(day)) for day in posterior.entries[5]]
    assert scenario.last_day == entered[-1] + 730


def test_looks_stop_as_often_as_the_sequential_design_says():
    """O'Brien-Fleming at half of 170 events, which all come; recursion gives the chance."""
    design = sequential_design(
        fractions=(0.5, 1), alpha=0.05, power=0.8, sided=2, efficacy=OBrienFleming()
    )
    look = PlannedLook(events=85, bound=design.upper[0])
    plan = replace(KNOWN, looks=(look,), last_bound=design.upper[1], follow_up=630.0)
    _, power = simulated(plan)
    assert power.events == pytest.approx(160, abs=8)
    known = with_events(design, 170).under(0.67).stopped[0]
    assert power.stops[0] == pytest.approx(known, abs=0.02)


def test_a_look_whose_events_do_not_come_is_not_taken():
    """With a bound that everything crosses, it stops exactly where the events have come."""
    everyone = PlannedLook(events=170, bound=-50.0)
    plan = replace(KNOWN, looks=(everyone,), sided=1, last_bound=50.0)
    found, power = simulated(plan)
    assert 0.05 < found.chances[0].by_analysis < 0.95
    assert power.power[0] == power.stops[0]
    assert power.power[0] == pytest.approx(found.chances[0].by_analysis, abs=0.12)
    beyond = replace(plan, looks=(PlannedLook(events=301, bound=-50.0),))
    assert simulated(beyond)[1].stops == (0.0,)


def test_a_trial_that_has_run_slowly_has_later_analyses_and_so_more_events():
    slow = replace(TWO_THIRDS, on=START + timedelta(days=400))
    quick, late = simulated(KNOWN, TWO_THIRDS), simulated(KNOWN, slow)
    assert late[0].whens[-1].middle > quick[0].whens[-1].middle + timedelta(days=200)
    assert late[1].events > quick[1].events + 10
    assert late[1].power[0] > quick[1].power[0]


def test_the_same_seed_gives_the_same_power_and_the_code_makes_it_again(tmp_path):
    asked = replace(ASKED, posterior_draws=5, trials=50)
    found, power = simulated(KNOWN, TWO_THIRDS, asked)
    assert simulated(KNOWN, TWO_THIRDS, asked)[1] == power
    assert simulated(KNOWN, TWO_THIRDS, asked, seed=8)[1] != power
    script = tmp_path / "answer.py"
    script.write_text(found.code(), encoding="utf-8")
    assert runpy.run_path(str(script))["answer"] == found
    assert "5 posterior draws with 50 whole trials each" in found.text()


def test_draws_in_which_the_trial_never_fills_have_no_power():
    posterior = posterior_draws(TWO_THIRDS, KNOWN, 100, seed=7)
    posterior.entries[:50, -1] = np.inf
    found = updated(
        TWO_THIRDS,
        KNOWN,
        posterior,
        replace(ASKED, posterior_draws=100, trials=50),
        7,
        (0.05, 0.95),
    )
    whole = updated(FULL, KNOWN, posterior_draws(FULL, KNOWN, 100, 7), ASKED, 7, (0.05, 0.95))
    assert found.endless == 50
    assert found.power[0] == pytest.approx(whole.power[0] / 2, abs=0.04)


@pytest.mark.parametrize(
    ("plan", "asked"),
    [
        ({}, {"posterior_draws": 1}),
        ({}, {"posterior_draws": 201}),
        ({}, {"trials": 1}),
        ({}, {"posterior_draws": 200, "trials": 10_001}),
        ({"participants": 1}, {}),
        ({"follow_up": 40_000.0}, {}),
    ],
)
def test_a_simulation_that_cannot_be_done_is_refused(plan, asked):
    with pytest.raises(BadDesign):
        forecast(FULL, replace(KNOWN, **plan), draws=200, simulation=replace(ASKED, **asked))


def study_with(**randomisation: object) -> Study:
    return STUDY.model_copy(
        update={"randomisation": STUDY.randomisation.model_copy(update=randomisation)}
    )


def test_the_studys_own_scheme_is_simulated():
    found = simulation_of(STUDY, FULL, 1.0)
    assert found.scheme == Minimisation(probability=0.8, weights=(1, 1, 1))
    assert [factor.name for factor in found.factors] == ["panel", "molecular-side", "site"]
    assert found.otherwise == ""
    blocks = simulation_of(study_with(method="blocks", block_sizes=(6, 4)), FULL, 1.0)
    assert blocks.scheme == Blocks(sizes=(4, 6)) and len(blocks.factors) == 3
    simple = simulation_of(study_with(method="simple"), FULL, 2.0)
    assert simple.scheme == Simple(ratio=(2, 1)) and simple.factors == ()
    stick = simulation_of(study_with(method="big-stick", tolerated=4), FULL, 1.0)
    assert stick.scheme == BigStick(limit=4)


def test_hospitals_are_as_common_as_their_entries():
    both = (ObservedSite("1", START, DAYS[:29]), ObservedSite("2", START, DAYS[:9]))
    found = simulation_of(STUDY, Observed(on=DAYS[-1], sites=both), 1.0)
    assert found.factors[2].prevalences == (0.75, 0.25)


def test_any_ratio_and_measure_is_the_studys_own():
    uneven = simulation_of(study_with(measure="variance"), FULL, 2.0)
    expected = Minimisation(probability=0.8, weights=(1, 1, 1), measure="variance", ratio=(2, 1))
    assert uneven.scheme == expected
    assert uneven.otherwise == ""
    stick = simulation_of(study_with(method="big-stick", tolerated=4), FULL, 2.0)
    assert stick.scheme == BigStick(limit=4, ratio=(2, 1))


def test_what_is_simulated_otherwise_than_the_study_draws_is_said():
    blocks = simulation_of(study_with(method="blocks", block_sizes=(4, 6)), FULL, 2.0)
    assert blocks.scheme == Blocks(sizes=(3, 6), ratio=(2, 1))
    assert blocks.otherwise == (
        "Blocks of 3 and 6 were simulated: the study's own cannot hold 2:1."
    )
    weak = simulation_of(study_with(favoured=Decimal("0.4")), FULL, 1.0)
    assert weak.otherwise == "A favoured arm had a chance of 0.5, not of 0.4."
    many = tuple(ObservedSite(str(k), START) for k in range(1100))
    found = simulation_of(STUDY, Observed(on=START, sites=many), 1.0)
    assert [len(factor.prevalences) for factor in found.factors] == [2, 2, 1024]
    assert sum(found.factors[2].prevalences) == pytest.approx(1, abs=1e-12)
    assert found.otherwise == "The rarest levels of site were simulated as one."
