"""Runs of many trials: the same however they are cut, told in full, and refused with a reason."""

import math
from dataclasses import replace

import numpy as np
import pytest

from equipoise.design.kernel.laws import (
    Changed,
    DailyCure,
    DailyPiecewise,
    DailyWeibull,
    daily_exponential,
)
from equipoise.design.kernel.plan import plan_of
from equipoise.design.kernel.scenario import (
    EFFICACY,
    Arm,
    DailyAccrual,
    Factor,
    HazardRatio,
    ImpossibleScenario,
    Look,
    MaxCombo,
    Rmst,
)
from equipoise.design.kernel.schemes import BigStick, Blocks, Minimisation, Simple
from equipoise.design.kernel.simulate import ImpossibleRun, redo, simulate
from tests.oracle.design.kernel import reference
from tests.unit.design.kernel.scenarios import CONTROL, a_scenario, scenarios


def same(one, other) -> bool:
    return (
        one.sums == other.sums
        and np.array_equal(one.weeks, other.weeks)
        and np.array_equal(one.ratios, other.ratios)
    )


def test_threads_and_cuts_change_nothing():
    """Not a bit: every sum is a whole number."""
    scenario = scenarios()["strata in blocks"]
    whole = simulate(scenario, 20_000, seed=5)
    assert same(whole, simulate(scenario, 20_000, seed=5, workers=2))
    parts = simulate(scenario, 7, seed=5)
    for first, trials in ((7, 9_993), (10_000, 1), (10_001, 9_999)):
        parts = parts.merged(simulate(scenario, trials, seed=5, first=first, workers=3))
    assert same(whole, parts)
    assert parts.trials == whole.trials
    assert parts.power == whole.power


def test_other_seeds_and_other_trials_are_other_trials():
    one = simulate(a_scenario(), 50, seed=1, details=True).details
    two = simulate(a_scenario(), 50, seed=2, details=True).details
    later = simulate(a_scenario(), 50, seed=1, first=50, details=True).details
    assert not np.intersect1d(one.z, two.z).size
    assert not np.intersect1d(one.z, later.z).size


def test_any_trial_of_any_run_can_be_done_again_alone():
    scenario = scenarios()["three looks of three kinds"]
    run = simulate(scenario, 40, seed=9, first=1000, details=True, every_look=True).details
    for trial in (0, 17, 39):
        again = redo(scenario, 9, 1000 + trial).looks
        assert np.array_equal(again.z, run.z[trial])
        assert np.array_equal(again.day, run.day[trial])


def test_sums_are_those_of_the_trials():
    scenario = scenarios()["two looks with bounds"]
    result = simulate(scenario, 3000, seed=4, details=True)
    each = result.details
    stopped = np.where(each.decision[:, 0] == 1, 1, 0)
    rejected = (each.decision == EFFICACY).any(axis=1)
    assert result.power == rejected.mean()
    rows = np.arange(3000)
    assert result.expected_day == pytest.approx(each.day[rows, stopped].mean(), rel=1e-12)
    assert result.expected_events == pytest.approx(each.events[rows, stopped].mean(), rel=1e-12)
    assert result.looks[1].reached == np.isfinite(each.z[:, 1]).sum()
    logarithms = np.log(each.hazard_ratio[:, 0])
    first = result.looks[0]
    assert math.log(first.geometric_mean_hazard_ratio) == pytest.approx(logarithms.mean(), abs=1e-8)
    assert first.sd_log_hazard_ratio == pytest.approx(logarithms.std(), abs=1e-7)
    assert first.median_hazard_ratio == pytest.approx(np.exp(np.median(logarithms)), rel=0.01)
    assert first.mean_statistic == pytest.approx(each.z[:, 0].mean(), abs=1e-8)


def test_going_on_after_a_bound_changes_no_decision():
    scenario = scenarios()["two looks with bounds"]
    brief = simulate(scenario, 5000, seed=4)
    full = simulate(scenario, 5000, seed=4, every_look=True)
    assert brief.power == full.power
    assert brief.expected_day == full.expected_day
    assert full.looks[1].reached == 5000 > brief.looks[1].reached


def test_the_event_that_defines_a_cut_is_counted():
    """Days are whole and compared on the calendar: at the cut there are as many events, or ties."""
    for name in ("plain", "random accrual and arms", "heavy ties"):
        scenario = scenarios()[name]
        wanted = scenario.looks[0].events
        result = simulate(scenario, 300, seed=2, details=True)
        events = result.details.events[:, 0]
        for trial in range(0, 300, 50):
            again = redo(scenario, 2, trial)
            calendar = np.sort((again.entry_day + again.days)[again.event == 1])
            assert result.details.day[trial, 0] == calendar[wanted - 1]
            assert events[trial] == (calendar <= calendar[wanted - 1]).sum() >= wanted


def test_power_is_near_schoenfelds_and_size_near_its_level():
    """Schoenfeld (1981): sqrt(210 / 4) * -log(0.68) - 1.96 = 0.834, a power of 0.798."""
    result = simulate(a_scenario(0.68), 40_000, seed=1)
    assert abs(result.power - 0.798) < 0.012
    null = simulate(a_scenario(1.0), 40_000, seed=1)
    assert abs(null.power - 0.025) < 4 * null.standard_error
    assert null.looks[0].geometric_mean_hazard_ratio == pytest.approx(1, abs=0.005)


@pytest.mark.parametrize(
    "law",
    [
        CONTROL,
        DailyPiecewise(rates=(0.001, 0.0, 0.01), starts=(0, 100, 400)),
        DailyWeibull(scale=500, shape=0.7),
        DailyCure(cured=0.4, uncured=DailyWeibull(scale=300, shape=1.5)),
        Changed(base=DailyWeibull(scale=500, shape=1.3), ratios=(1.5, 0.5), starts=(0, 200)),
    ],
)
def test_event_days_follow_the_law(law):
    """The share free of the event by a day, over 300,000 subjects, against the law's own curve."""
    scenario = replace(
        a_scenario(), subjects=100_000, control=Arm(event=law), experimental=Arm(event=law)
    )
    days = np.concatenate([redo(scenario, 8, trial).days for trial in range(3)])
    for day in (1, 30, 100, 250, 400, 401, 700, 1500, 3000):
        expected = float(law.survival(np.array([float(day)]))[0])
        error = math.sqrt(expected * (1 - expected) / days.size)
        assert abs((days > day).mean() - expected) <= 4.5 * error + 1e-9, day


def test_a_changed_law_is_the_law_with_another_hazard():
    days = np.arange(0.0, 3000.0)
    tilted = Changed(base=daily_exponential(500), ratios=(1.0, 0.5), starts=(0, 180)).survival(days)
    rate = math.log(2) / 500
    plain = DailyPiecewise(rates=(rate, rate / 2), starts=(0, 180)).survival(days)
    assert np.allclose(tilted, plain, rtol=1e-12)
    assert daily_exponential(500).survival(np.array([500.0]))[0] == pytest.approx(0.5)


def test_random_accrual_is_poisson_and_even_accrual_even():
    rates, starts = (0.1, 0.5), (0.0, 300.0)
    even = replace(a_scenario(), accrual=DailyAccrual(rates=rates, starts=starts))
    assert redo(even, 1, 0).entry_day[[0, 29, 30, 305]].tolist() == [10, 300, 302, 852]
    random = replace(even, accrual=DailyAccrual(rates=rates, starts=starts, spacing="random"))
    entries = np.array([redo(random, 1, trial).entry_day for trial in range(2000)])
    early = (entries <= 300).sum(axis=1)
    assert abs(early.mean() - 30) < 4 * math.sqrt(30 / 2000)
    assert abs(early.var() - 30) < 4
    assert (np.diff(entries, axis=1) >= 0).all()


def test_each_scheme_keeps_the_balance_it_promises():
    strata = scenarios()["strata in blocks"]
    worst = dict.fromkeys(("blocks", "stick", "minimisation", "simple"), 0)
    for trial in range(60):
        for name, scheme in (
            ("blocks", Blocks(sizes=(4,))),
            ("stick", BigStick(limit=3)),
            ("minimisation", Minimisation(probability=0.95, overall=1)),
            ("simple", Simple()),
        ):
            done = redo(replace(strata, scheme=scheme), 6, trial)
            lead = np.cumsum(2 * done.experimental - 1)
            if name == "blocks":
                lead = [np.cumsum(2 * done.experimental[done.stratum == s] - 1) for s in range(6)]
                lead = np.concatenate(lead)
            worst[name] = max(worst[name], int(np.abs(lead).max()))
    assert worst["blocks"] <= 2
    assert worst["stick"] == 3
    assert worst["minimisation"] < 12 < worst["simple"]


def test_strata_are_as_common_as_said():
    done = redo(replace(scenarios()["strata in blocks"], subjects=100_000), 3, 0)
    shares = np.bincount(done.stratum, minlength=6) / 100_000
    assert shares == pytest.approx([0.3, 0.2, 0.18, 0.12, 0.12, 0.08], abs=0.006)


def test_a_look_whose_events_never_come_is_taken_at_the_end_and_counted():
    cured = scenarios()["cure without an end"]
    result = simulate(cured, 200, seed=1)
    assert result.looks[0].short_of_events == 200
    ended = simulate(replace(cured, last_day=4000), 200, seed=1)
    assert ended.looks[0].mean_day == 4000


def test_memory_does_not_grow_with_trials():
    small, large = (simulate(a_scenario(), n, seed=1) for n in (10, 20_000))
    assert small.weeks.nbytes == large.weeks.nbytes
    assert small.ratios.nbytes == large.ratios.nbytes
    assert large.details is None


def test_progress_is_told():
    told = []
    simulate(a_scenario(), 20_000, seed=1, progress=told.append)
    assert told[-1] == 20_000
    assert told == sorted(told)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"subjects": 0}, "1 to 1,000,000 subjects, not 0"),
        ({"looks": ()}, "needs at least one look"),
        ({"looks": (Look(events=0),)}, "cannot be taken at 0"),
        ({"looks": (Look(events=400),)}, "400 events cannot come from 306"),
        ({"looks": (Look(events=200), Look(events=100))}, "one after another"),
        ({"looks": (Look(events=200, day=100),)}, "exactly one"),
        ({"looks": (Look(events=200, efficacy=0.0, futility=1.0),)}, "no room below"),
        (
            {"accrual": DailyAccrual(rates=(-1.0,))},
            "accrual rate must be a number of at least zero",
        ),
        ({"accrual": DailyAccrual(rates=(0.0,))}, "never full"),
        ({"accrual": DailyAccrual(rates=(1e-18,))}, "until day 3.06e+20 to enter 306 subjects"),
        ({"accrual": DailyAccrual(rates=(1.0, 1.0), starts=(0.0, math.nan))}, "must be numbers"),
        ({"looks": (Look(after_last_entry=2**63 - 1),)}, "beyond day 1,000,000"),
        ({"looks": (Look(day=2**62),)}, "beyond day 1,000,000"),
        (
            {"factors": 2 * (Factor(name="f", prevalences=(0.5, 0.5), hazard_ratios=(1, 1e200)),)},
            "within a million either way",
        ),
        ({"control": Arm(event=DailyWeibull(scale=-3, shape=1))}, "scale of a Weibull law"),
        ({"control": Arm(event=daily_exponential(-3))}, "hazard must be a number"),
        ({"control": Arm(event=DailyCure(cured=1.5, uncured=CONTROL))}, "share cured"),
        ({"scheme": Blocks(sizes=(3,))}, "cannot hold the ratio 1:1"),
        ({"scheme": Minimisation(probability=0.3)}, "0.5 to 1"),
        ({"scheme": Minimisation()}, "needs a factor"),
        ({"scheme": BigStick(limit=0)}, "at least 1"),
        ({"factors": (Factor(name="side", prevalences=(0.5, 0.6)),)}, "add to 1"),
        ({"test": Rmst(tau=0)}, "tau must lie"),
        ({"test": MaxCombo(), "two_sided": True}, "one-sided"),
        ({"hazard_ratio": HazardRatio(ties="exact")}, "'efron' or 'breslow'"),
        ({"last_day": 100_000}, "last day must lie"),
    ],
)
def test_an_impossible_scenario_is_refused_with_a_sentence(changes, sentence):
    with pytest.raises(ImpossibleScenario) as refused:
        replace(a_scenario(), **changes)
    assert sentence in str(refused.value)


def test_every_problem_is_told_at_once():
    with pytest.raises(ImpossibleScenario) as refused:
        replace(a_scenario(), subjects=0, looks=(), scheme=BigStick(limit=0))
    assert len(refused.value.problems) == 3


@pytest.mark.parametrize(
    ("trials", "options", "sentence"),
    [
        (10**9, {}, "1,000,000,000 trials in one run are refused"),
        (0, {}, "at least one trial"),
        (10, {"seed": -1}, "a seed is a whole number"),
        (10, {"first": -1}, "numbered from 0"),
        (10, {"workers": -1}, "needs workers"),
    ],
)
def test_an_impossible_run_is_refused_with_a_sentence(trials, options, sentence):
    with pytest.raises(ImpossibleRun, match=sentence):
        simulate(a_scenario(), trials, **{"seed": 1, **options})


def test_entries_that_chance_puts_beyond_all_days_come_on_the_last_one():
    late = DailyAccrual(rates=(1.0, 1e-300, 4e-4), starts=(0.0, 5.0, 10.0), spacing="random")
    found = redo(replace(a_scenario(), subjects=350, accrual=late, looks=(Look(day=900),)), 1, 0)
    assert np.all(np.diff(found.entry_day) >= 0) and found.entry_day[-1] <= 2**22


def test_a_large_statistic_keeps_its_spread():
    strong = replace(a_scenario(0.3), subjects=9000, looks=(Look(events=8000),))
    strong = replace(strong, accrual=DailyAccrual(rates=(9000 / 1461,)))
    found = simulate(strong, 40, 1, details=True)
    assert found.looks[0].mean_statistic > 40
    assert found.looks[0].sd_statistic == pytest.approx(
        float(np.std(found.details.statistic[:, 0])), rel=0.05
    )


@pytest.mark.parametrize("ratio", ((1, 99), (99, 1), (1, 1000)))
def test_a_hazard_ratio_is_found_however_uneven_the_arms_are(ratio):
    uneven = replace(
        a_scenario(1.0),
        scheme=Simple(ratio=ratio),
        looks=(Look(events=30), Look(events=210)),
    )
    plan = plan_of(uneven)
    for trial in range(200):
        ours = redo(uneven, 1, trial).looks.hazard_ratio
        theirs = reference.looks_of(plan, reference.subjects_of(plan, 1, trial))
        expected = [look.hazard_ratio for look in theirs]
        assert np.allclose(ours, expected, rtol=1e-9, atol=0, equal_nan=True), trial


def test_a_plan_has_each_law_once():
    plan = plan_of(replace(a_scenario(), experimental=Arm(event=CONTROL, drop_out=CONTROL)))
    assert plan.thresholds.size == 2 * plan.width  # the law, and none
