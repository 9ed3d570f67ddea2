"""Forecasts: intervals that cover as often as they say, and no arm in sight."""

import json
import math
import re
import runpy
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from equipoise.analysis.frames import subjects_as_of
from equipoise.cli import main
from equipoise.conduct.randomisation import Randomise
from equipoise.design.answer.assumed import assumptions_of
from equipoise.design.effect import power_of_events
from equipoise.design.figures.forecast import forecast_figure
from equipoise.design.forecast import Forecasting, When, forecast, plan_of
from equipoise.design.forecasting.observed import Followed, Observed, ObservedSite, observed_data
from equipoise.design.forecasting.plan import PlannedLook
from equipoise.design.forecasting.posterior import joined
from equipoise.design.forecasting.updated_power import simulation_of
from equipoise.design.problems import BadDesign
from equipoise.design.rehearsal.plan import load_plan
from equipoise.design.rehearsal.run import rehearse
from equipoise.ledger import Entry, Head, MemoryLedger, canonical, follow, write_export
from tests.support import carried_study

PUMP_IT = Path(__file__).parents[4] / "studies" / "pump-it"
STUDY = carried_study("pump-it")
START = date(2025, 1, 1)
PLAN = Forecasting(
    participants=200,
    follow_up=730,
    hazard_ratio=0.67,
    planned_daily=0.4,
    event_daily=0.001,
    loss_daily=0.0001,
    events=(100,),
)


def day(number: float) -> date:
    return START + timedelta(days=math.ceil(number))


def a_trial(chance: np.random.Generator, cut: float, hazard: float = 0.001):
    """What an invented trial knows at the cut, and when its 200th entry and 100th event came.

    Twelve hospitals with gamma rates (shape 2, 0.4 a day in all) open over 300 days; loss 0.0001
    a day.
    """
    rates = chance.gamma(2, 0.4 / 12 / 2, 12)
    opens = np.linspace(0, 300, 12)
    entries = sorted(
        (float(at), site)
        for site in range(12)
        for at in opens[site] + np.cumsum(chance.exponential(1 / rates[site], 400))
    )[:200]
    dies = chance.exponential(1 / hazard, 200)
    leaves = chance.exponential(1 / 0.0001, 200)
    events = sorted(
        at + life for (at, _), life, gone in zip(entries, dies, leaves, strict=True) if life < gone
    )
    known = tuple(
        ObservedSite(
            f"site {site}",
            day(opens[site]),
            tuple(day(at) for at, where in entries if where == site and at <= cut),
        )
        for site in range(12)
    )
    followed = tuple(
        Followed(
            day(at),
            day(min(at + life, at + gone, cut)),
            event=life <= gone and at + life <= cut,
            left=gone < life and at + gone <= cut,
        )
        for (at, _), life, gone in zip(entries, dies, leaves, strict=True)
        if at <= cut
    )
    observed = Observed(on=day(cut), sites=known, followed=followed)
    hundredth = day(events[99]) if len(events) > 99 else date.max
    return observed, day(entries[-1][0]), hundredth


@pytest.mark.parametrize(
    ("from_prior", "trials"),
    [
        (True, 100),
        pytest.param(True, 300, marks=pytest.mark.slow),
        pytest.param(False, 300, marks=pytest.mark.slow),
    ],
)
def test_intervals_cover_as_often_as_they_say(from_prior, trials):
    """Of 90 % intervals in 300 invented trials 270 should cover; three standard errors are 16.

    Truths that come from the prior also fall before the middle half of the time (150, three
    standard errors are 26); at one fixed hazard with few events no such promise is made.
    """
    wide, even = (math.ceil(3 * math.sqrt(trials * p * (1 - p))) for p in (0.9, 0.5))
    chance = np.random.Generator(np.random.Philox(key=[2025, 11]))
    plan = replace(PLAN, prior_events=4.0)
    covered, before = {"randomisation 200": 0, "event 100": 0}, {"event 100": 0}
    for number in range(trials):
        hazard = chance.gamma(4, 0.001 / 4) if from_prior else 0.001
        observed, last, hundredth = a_trial(chance, 260, hazard)
        answer = forecast(observed, plan, draws=400, seed=number)
        found = {named(when): when for when in answer.whens}
        for what, truth in (("randomisation 200", last), ("event 100", hundredth)):
            early, late = found[what].early or date.max, found[what].late or date.max
            covered[what] += early <= truth <= late
        before["event 100"] += hundredth < (found["event 100"].middle or date.max)
    assert all(abs(times - 0.9 * trials) <= wide for times in covered.values()), covered
    if from_prior:
        assert abs(before["event 100"] - 0.5 * trials) <= even, before


def named(when: When) -> str:
    return f"{when.kind} {when.number}"


def an_observed_trial() -> Observed:
    chance = np.random.Generator(np.random.Philox(key=[1, 1]))
    return a_trial(chance, cut=300)[0]


def test_known_rates_make_the_day_of_the_last_entry_a_gamma():
    """One hospital with so many entries that its rate is known: 0.5 a day, 100 more to come.

    The waiting time is gamma with shape 100: mean 200 days, standard deviation 20; the rate after
    4,000 entries adds a standard deviation of 200 / sqrt(4000) = 3.2.
    """
    days = tuple(START + timedelta(days=k // 1 * 2) for k in range(4000))
    observed = Observed(on=START + timedelta(days=7999), sites=(ObservedSite("1", START, days),))
    plan = replace(PLAN, participants=4100, planned_daily=0.5)
    when = forecast(observed, plan, draws=20_000, level=0.6827).whens[1]
    assert named(when) == "randomisation 4100"
    assert (when.middle - observed.on).days == pytest.approx(200, abs=3)
    assert (when.late - when.early).days / 2 == pytest.approx(math.hypot(20, 3.2), abs=1.5)


def test_a_hospital_to_come_shortens_the_wait():
    observed = an_observed_trial()
    more = ObservedSite("new", observed.on + timedelta(days=30))
    with_it = forecast(replace(observed, sites=(*observed.sites, more)), PLAN)
    assert with_it.whens[1].middle < forecast(observed, PLAN).whens[1].middle
    assert with_it.sites[-1][:2] == ("new", 0)


def test_before_the_first_hospital_opens_the_plan_is_all_there_is():
    """0.4 a day from day 30: 200 participants take about 500 days more, very uncertain."""
    opens = START + timedelta(days=30)
    sites = tuple(ObservedSite(str(n), opens) for n in range(10))
    when = forecast(Observed(on=START, sites=sites), PLAN).whens[1]
    assert 250 < (when.middle - START).days < 1200
    assert (when.late - when.early).days > 1000


def test_the_fan_goes_from_what_is_to_all_who_are_wanted():
    answer = forecast(an_observed_trial(), PLAN)
    have = len(an_observed_trial().randomised)
    assert (answer.fan[0].on, answer.fan[0].low, answer.fan[0].high) == (day(300), have, have)
    assert answer.fan[-1].low == answer.fan[-1].high == 200
    assert all(fan.low <= fan.middle <= fan.high for fan in answer.fan)
    drawn = forecast_figure(answer)
    assert ElementTree.fromstring(drawn.svg).tag.endswith("svg")
    assert "style=" not in drawn.svg
    assert len(drawn.table.rows) == len(answer.fan)


def test_when_all_are_in_only_events_are_to_come():
    observed = an_observed_trial()
    answer = forecast(observed, replace(PLAN, participants=len(observed.randomised)))
    assert [when.kind for when in answer.whens] == ["event", "analysis"]
    last = max(observed.randomised)
    assert answer.whens[-1].middle == last + timedelta(days=730)
    assert answer.fan == ()
    assert "Randomised so far" in forecast_figure(answer).svg


def test_early_in_a_trial_the_count_so_far_stands_beside_the_axis_and_not_over_its_numbers():
    days = tuple(START + timedelta(days=2 * k) for k in range(20))
    observed = Observed(on=START + timedelta(days=40), sites=(ObservedSite("1", START, days),))
    svg = forecast_figure(forecast(observed, replace(PLAN, planned_daily=0.02))).svg
    where = re.search(r"<text([^>]*)>Randomised so far: 20<", svg)[1]
    assert 'text-anchor="start"' in where
    numbers = re.search(r"<text([^>]*)>50<", svg)[1]
    assert float(re.search(r' x="([\d.]+)"', where)[1]) > float(
        re.search(r' x="([\d.]+)"', numbers)[1]
    )


def test_events_that_cannot_come_never_come():
    plan = replace(PLAN, events=(100, 250))
    found = {named(when): when for when in forecast(an_observed_trial(), plan).whens}
    assert found["event 250"].middle is None
    assert "never" in forecast(an_observed_trial(), plan).text()


def test_the_chance_of_events_rises_with_time_and_is_sure_for_those_that_have_come():
    observed = an_observed_trial()
    looks = (PlannedLook(events=observed.events, bound=3.0), PlannedLook(events=60, bound=2.5))
    answer = forecast(observed, replace(PLAN, looks=looks, events=(250,)))
    past, ahead, never = answer.chances
    assert (past.kind, past.within, past.by_analysis) == ("look", (1, 1, 1), 1)
    assert 0 <= ahead.within[0] <= ahead.within[1] <= ahead.within[2] <= ahead.by_analysis
    assert 0.01 < ahead.within[2] < ahead.by_analysis
    assert (never.kind, never.events, never.by_analysis) == ("event", 250, 0)
    assert [named(when) for when in answer.whens if when.kind == "look"] == ["look 60"]


def test_a_history_of_half_the_accrual_puts_every_day_later():
    """Every second participant never came, so that each hospital was half as fast."""
    observed = an_observed_trial()
    slow = tuple(replace(site, randomised=site.randomised[::2]) for site in observed.sites)
    fast = forecast(observed, PLAN)
    slower = forecast(replace(observed, sites=slow, followed=observed.followed[::2]), PLAN)
    later = {named(when): when for when in slower.whens}
    for when in (fast.whens[1], fast.whens[-1]):
        assert later[named(when)].middle > when.middle + timedelta(days=100)
        assert later[named(when)].late > when.late


def test_power_is_that_of_the_events_expected():
    answer = forecast(an_observed_trial(), PLAN)
    mean, low, high = answer.at_analysis
    assert low <= mean <= high
    of = [power_of_events(events=round(d), hazard_ratio=0.67).power for d in (low, high)]
    assert answer.power[1:] == pytest.approx(of, abs=0.01)


def test_only_recent_entries_count_when_asked():
    """A hospital that slept for 300 days and then took one a day."""
    days = tuple(START + timedelta(days=300 + k) for k in range(50))
    observed = Observed(on=START + timedelta(days=349), sites=(ObservedSite("1", START, days),))
    whole = forecast(observed, PLAN).sites[0][2]
    recent = forecast(observed, replace(PLAN, recent_days=50)).sites[0][2]
    assert recent > 4 * whole


def test_a_piece_of_the_hazard_stands_alone_only_with_ten_events():
    early = tuple(Followed(START, day(100 + k), event=True) for k in range(12))
    late = tuple(Followed(START, day(400 + k), event=True) for k in range(10))
    observed = Observed(on=day(900), sites=(ObservedSite("1", START),), followed=early)
    assert joined(observed, (0, 365, 730)) == (0,)
    assert joined(replace(observed, followed=(*early, *late)), (0, 365, 730)) == (0, 365)


def test_the_same_seed_gives_the_same_forecast_and_its_code_makes_it_again(tmp_path):
    answer = forecast(an_observed_trial(), PLAN, draws=500)
    assert forecast(an_observed_trial(), PLAN, draws=500) == answer
    assert forecast(an_observed_trial(), PLAN, draws=500, seed=8) != answer
    script = tmp_path / "answer.py"
    script.write_text(answer.code(), encoding="utf-8")
    assert runpy.run_path(str(script))["answer"] == answer
    assert answer.html().count("<table>") == answer.latex().count(r"\begin{tabular}") == 5


@pytest.fixture(scope="module")
def rehearsed() -> MemoryLedger:
    ledger = MemoryLedger()
    rehearse(STUDY, load_plan(PUMP_IT), ledger, 30, seed=5, until=date(2026, 6, 30))
    return ledger


def test_the_ledger_tells_hospitals_entries_and_pooled_follow_up(rehearsed):
    on = date(2026, 6, 1)
    observed = observed_data(STUDY, rehearsed, on)
    assert {site.name for site in observed.sites} == {site.id for site in STUDY.sites}
    assert len(observed.randomised) == len(observed.followed) > 10
    assert max(observed.randomised) <= on
    earlier = observed_data(STUDY, rehearsed, date(2025, 3, 1))
    assert len(earlier.randomised) < len(observed.randomised)
    alive = observed_data(STUDY, rehearsed, on, reported_at_once=True)
    assert all(p.until == on for p in alive.followed if not p.event and not p.left)


def rewritten(ledger: MemoryLedger, change: Callable[[Entry], dict[str, object]]) -> MemoryLedger:
    """The same ledger with what `change` gives put into each entry, every digest made anew."""
    made, heads = MemoryLedger(), dict[str, Head]()
    names = [name for name in Entry.__struct_fields__ if name not in ("seq", "previous", "digest")]
    for entry in ledger.everything():
        kept = {name: getattr(entry, name) for name in names}
        again = follow(heads.get(entry.stream), **(kept | change(entry)))
        heads[entry.stream] = Head(again.seq, again.digest)
        made.append(again)
    return made


def other_arm(entry: Entry) -> dict[str, object]:
    if entry.kind != Randomise.kind:
        return {}
    told = json.loads(entry.payload)
    return {"payload": canonical(told | {"arm": {"A": "B", "B": "A"}[told["arm"]]})}


def test_swapping_everybodys_arms_changes_no_byte_of_the_forecast(rehearsed):
    on, plan = date(2026, 6, 1), plan_of(assumptions_of(STUDY))
    swapped = rewritten(rehearsed, other_arm)
    told = []
    for ledger in (rehearsed, swapped):
        observed = observed_data(STUDY, ledger, on)
        simulation = simulation_of(STUDY, observed, plan.ratio, posterior_draws=4, trials=40)
        answer = forecast(observed, plan, draws=300, simulation=simulation)
        told.append((answer.html(), answer.code(), forecast_figure(answer).svg, answer))
    assert told[0] == told[1]
    drawn = [[subject.arm for subject in subjects_as_of(ledger) if subject.arm]
             for ledger in (rehearsed, swapped)]  # fmt: skip
    assert len(drawn[0]) == 30
    assert all(one != other for one, other in zip(*drawn, strict=True))


def test_the_plan_is_that_of_the_design_figures():
    plan = plan_of(assumptions_of(STUDY))
    assert plan.participants == 306
    assert plan.planned_daily == pytest.approx(306 / (60 * 365.25 / 12))
    assert plan.events == (196,)
    assert plan_of(assumptions_of(STUDY), events=(50, 60), participants=100).events == (50, 60)
    # One O'Brien-Fleming look at half of 223 events; rpact: 2.797 and 1.977.
    (look,) = plan.looks
    assert look.events == 112
    assert (look.bound, plan.last_bound) == pytest.approx((2.797, 1.977), abs=5e-4)


@pytest.mark.parametrize(
    "change",
    [
        {"participants": 0},
        {"hazard_ratio": -1},
        {"starts": (10.0,)},
        {"events": (0,)},
        {"alpha": 2},
        {"recent_days": 0},
        {"looks": (PlannedLook(events=60, bound=2.8), PlannedLook(events=60, bound=2.0))},
        {"looks": (PlannedLook(events=60, bound=math.inf),)},
        {"last_bound": 0.0},
    ],
)
def test_a_question_that_makes_no_sense_is_refused(change):
    with pytest.raises(BadDesign):
        forecast(an_observed_trial(), replace(PLAN, **change))


def test_days_that_contradict_one_another_are_refused():
    early = ObservedSite("1", START, (START - timedelta(days=1),))
    late = Followed(START, START + timedelta(days=90))
    wrong = Observed(on=START + timedelta(days=10), sites=(early,), followed=(late,))
    with pytest.raises(BadDesign) as told:
        forecast(wrong, PLAN)
    assert len(told.value.problems) == 2


def test_the_command_forecasts_from_a_ledger_file(rehearsed, tmp_path, capsys):
    written = tmp_path / "ledger.jsonl"
    write_export(rehearsed, written)
    words = ["design", "forecast", str(written), str(PUMP_IT), "--draws", "200",
             "--worlds", "5", "--trials", "20"]  # fmt: skip
    assert main([*words, "--opens", "99=2027-01-01", "--events", "40",
                 "--svg", str(tmp_path / "fan.svg")]) == 0  # fmt: skip
    assert (tmp_path / "fan.svg").read_text(encoding="utf-8").startswith("<svg")
    out = capsys.readouterr().out
    assert "Participant 306 is randomised" in out
    assert "Event 40" in out
    assert "5 posterior draws with 20 whole trials each" in out
    assert main([*words, "--no-simulation"]) == 0
    assert "simulated again" not in capsys.readouterr().out
    assert main([*words, "--worlds", "201"]) == 1
    assert "Give 2 to 200, the draws of the forecast" in capsys.readouterr().err
    assert main([*words, "--on", "2020-01-01"]) == 1
    assert "no hospital is known" in capsys.readouterr().err
    assert main(["design", "forecast", str(tmp_path / "none"), str(PUMP_IT)]) == 1
    (tmp_path / "empty").touch()
    assert main(["design", "forecast", str(tmp_path / "empty"), str(PUMP_IT)]) == 1
    assert "holds nothing yet" in capsys.readouterr().err


def test_a_day_ends_where_the_trial_is_run(rehearsed):
    """In Amsterdam 23:30 in UTC is past midnight, in winter and in summer: the next day."""
    drawn = [entry for entry in rehearsed.everything() if entry.kind == Randomise.kind]
    last = max(drawn, key=lambda entry: entry.at)
    on = date.fromisoformat(last.happened)
    at = f"{on - timedelta(days=1)}T23:30:00.000000Z"
    night = rewritten(rehearsed, lambda entry: {"at": at} if entry.digest == last.digest else {})
    same = sum(entry.happened == last.happened for entry in drawn)
    assert len(observed_data(STUDY, night, on).randomised) == len(drawn)
    before = observed_data(STUDY, night, on - timedelta(days=1))
    assert len(before.randomised) == len(drawn) - same
