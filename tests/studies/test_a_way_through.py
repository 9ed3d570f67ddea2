"""Whoever fulfils every criterion of a study can be registered, drawn an arm, and has visits."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import msgspec
import pytest

from equipoise.conduct import cases, schedule, trial
from equipoise.conduct.act import Act, Context, Stamp
from equipoise.conduct.allocation import strata_of
from equipoise.conduct.chapters import keeps_out
from equipoise.conduct.follow_up import RecordResection
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.pump import ImplantPump
from equipoise.conduct.random_source import RandomSource
from equipoise.conduct.randomisation import Randomise
from equipoise.conduct.screening import EnterScreening, Register
from equipoise.conduct.state.forms import Value
from equipoise.conduct.subject import Subject
from equipoise.study.cases import Case
from tests.studies.carried import Carried


def a_whole_case(carried: Carried) -> Case:
    """The case in which every criterion is met."""
    leaves = {leaf.id for _, leaf in carried.study.criteria.leaves()}
    return next(
        c for c in carried.cases if set(c.then) == leaves and set(c.then.values()) == {"met"}
    )


class Way:
    """One participant in a trial of its own, in which someone holds every role."""

    def __init__(self, carried: Carried, without: tuple[str, ...] = ()) -> None:
        self.study, self.case = carried.study, a_whole_case(carried)
        self.on, self.without = self.case.on, without
        self.ledger, self.folds = cases.an_open_trial(self.study, date(2026, 1, 5))
        self.another()

    def another(self) -> None:
        """The next participant of the same trial, of whom the same is known."""
        site = self.study.sites[0].id
        self.subject_id = trial.next_subject_id(self.study, self.ledger, site)
        self.do(EnterScreening(site=site), self.case.given[0].on)
        for given in self.case.given:
            if given.form not in self.without or not given.form:
                for act, by in cases.acts_of(self.study, given, self.folds, self.subject_id):
                    self.do(act, given.on, by)

    @property
    def arm(self) -> str:
        allocation = self.subject.randomisation.allocation
        return allocation.arm if allocation else ""

    @property
    def subject(self) -> Subject:
        return self.folds.subject(self.subject_id)

    def do(self, act: Act, on: date, by: str = cases.SOMEONE) -> None:
        stamp = Stamp(by=by, at=datetime.combine(on, time(12), tzinfo=UTC), happened=on)
        trial.perform(
            self.study,
            self.ledger,
            act,
            stamp,
            subject_id=self.subject_id,
            random_source=RandomSource(cases.SEED),
            folds=self.folds,
        )

    def refused(self, act: Act, on: date, after: int = 0) -> list[tuple[str, str]]:
        """The code and the place of every reason against an act, which is not done.

        :param after: days until it is recorded
        """
        at = datetime.combine(on + timedelta(days=after), time(12), tzinfo=UTC)
        stamp = Stamp(by=cases.SOMEONE, at=at, happened=on)
        context = Context(
            study=self.study,
            trial_state=self.folds.trial_state(),
            subject=self.subject,
            stamp=stamp,
            keeps_out=keeps_out,
        )
        return [(refusal.code, refusal.where) for refusal in act.refusals(context)]

    def enter(self) -> None:
        self.do(Register(), self.on)
        self.do(self.drawing(), self.on)

    def drawing(self) -> Randomise:
        return Randomise(strata=strata_of(self.study, self.subject, self.on))

    def fill(self, form: str, visit: str, on: date, **values: Value) -> None:
        self.do(SaveForm(form=form, visit=visit, values=values), on)

    def implant(self, on: date) -> None:
        """The operation of the pump is recorded, with its first filling."""
        pump = {"model": "intera-3000", "serial": "1", "flow": "1.3", "artery": "gastroduodenal"}
        lies = {"gallbladder": "yes", "stomach": "yes", "dye": "bilobar", "flow_seen": "yes"}
        first = {"time": "10:00", "substance": "heparin-saline", "drawn_up": "30", "accepted": "30"}
        way = {"port": "reservoir", "needle": "refill", "returned": "0"}
        self.do(msgspec.convert({**pump, **lies, **first, **way}, ImplantPump), on)

    def days(self, on: date) -> dict[str, date | None]:
        return {v.key: v.on for v in schedule.visits(self.study, self.subject, on)}


def test_whoever_fulfils_every_criterion_is_drawn_an_arm_of_the_study(each: Carried):
    way = Way(each)
    way.enter()
    allocation = way.subject.randomisation.allocation
    assert allocation is not None
    assert allocation.arm in each.study.arm_of
    assert all(allocation.strata.values())


def test_the_strata_of_the_whole_participant_of_pump_it(pump_it: Carried):
    way = Way(pump_it)
    assert strata_of(way.study, way.subject, way.on) == {
        "panel": "potentially-resectable",
        "molecular-side": "wild-type-left",
        "site": "01",
    }


def test_visits_count_from_the_draw_and_cycles_wait_for_their_own_first_day(pump_it: Carried):
    way = Way(pump_it)
    way.enter()
    days = {v.key: v.on for v in schedule.visits(way.study, way.subject, way.on)}
    assert days["evaluation.1"] == date(2026, 8, 10)
    assert days["half-year.6"] == date(2031, 6, 17)
    assert days["systemic.1"] is None


@pytest.fixture
def in_arm(pump_it: Carried) -> Callable[[str], Way]:
    """Makes a whole participant of an arm: the others' draws come first, as many as it takes."""

    def make(arm: str) -> Way:
        way = Way(pump_it)
        way.enter()
        while way.arm != arm:
            way.another()
            way.enter()
        return way

    return make


def test_the_draw_waits_for_what_the_study_wants_filled_before_it(pump_it: Carried):
    """On every day until then: what was filled after the draw did not come before it."""
    way = Way(pump_it, without=("quality_of_life",))
    way.do(Register(), way.on)
    assert way.refused(way.drawing(), way.on) == [("visit.not-filled", "quality_of_life")]
    way.fill("quality_of_life", "baseline", way.on, questionnaires_completed="yes")
    assert way.refused(way.drawing(), way.on) == []
    way.do(way.drawing(), way.on)


def test_nothing_is_recorded_after_the_draw_as_if_it_came_before(pump_it: Carried):
    way = Way(pump_it)
    way.enter()
    later = way.on + timedelta(days=1)
    late = SaveForm(form="quality_of_life", visit="baseline", number=2, values={})
    assert ("form.after-draw", "happened") in way.refused(late, later)
    assert ("form.after-draw", "happened") not in way.refused(late, way.on)


def test_in_the_pump_arm_the_operation_comes_before_the_start(in_arm: Callable[[str], Way]):
    way = in_arm("B")
    assert way.days(way.on)["start-pump"] is None
    assert "start" not in way.days(way.on)
    operated = way.on + timedelta(days=21)
    way.implant(operated)
    way.fill("surgery", "surgery", operated, primary_resected="yes", pump_placed="yes")
    assert way.days(operated)["start-pump"] == operated + timedelta(days=28)
    early = {
        "regimen": "folfox",
        "systemic_started_on": str(way.on),
        "haip_started_on": str(way.on),
    }
    started = SaveForm(form="treatment_start", visit="start-pump", values=early)
    assert way.refused(started, operated) == [
        ("form.outside-window", "happened"),
        ("item.check", "systemic_started_on"),
        ("item.check", "haip_started_on"),
    ]


def test_whoever_has_no_operation_starts_after_the_draw(in_arm: Callable[[str], Way]):
    way = in_arm("A")
    assert way.days(way.on)["start"] == way.on + timedelta(days=14)
    assert not {"start-pump", "surgery"} & way.days(way.on).keys()


def test_without_a_pump_any_regimen_may_follow_and_without_a_regimen_nothing(
    in_arm: Callable[[str], Way],
):
    way = in_arm("B")
    operated = way.on + timedelta(days=21)
    values = {"pump_placed": "yes", "pump_not_placed_because": "anatomy"}
    placed = SaveForm(form="surgery", visit="surgery", values=values)
    assert ("item.not-asked", "pump_not_placed_because") in way.refused(placed, operated)
    way.fill("surgery", "surgery", operated, primary_resected="no", pump_placed="no")
    assert "pathology" not in way.days(operated)  # neither its report nor how it was resected
    started = operated + timedelta(days=28)
    first = {"bevacizumab": "yes", "systemic_started_on": str(started)}
    none = SaveForm(form="treatment_start", visit="start-pump", values={"regimen": "none"} | first)
    assert way.refused(none, started) == [
        ("item.not-asked", "bevacizumab"),
        ("item.not-asked", "systemic_started_on"),
    ]
    way.fill("treatment_start", "start-pump", started, regimen="capox", **first)
    assert way.days(started)["systemic-three-weekly.1"] == started


def test_no_cycle_is_asked_after_the_end_of_treatment(in_arm: Callable[[str], Way]):
    way = in_arm("A")
    assert way.days(way.on)["end-of-treatment"]  # also of whoever is never treated
    first = way.on + timedelta(days=14)
    way.fill("treatment_start", "start", first, regimen="folfox", systemic_started_on=str(first))
    over = first + timedelta(days=30)
    ended = {"treatment_ended_because": "toxicity", "systemic_ended_on": str(over)}
    way.fill("end_of_treatment", "end-of-treatment", over, **ended)
    asked = [name for name in way.days(over) if name.startswith("systemic.")]
    assert asked == ["systemic.1"]  # of what was due before it is still to be told


def test_the_days_of_a_pregnancy_are_held_against_each_other(in_arm: Callable[[str], Way]):
    way = in_arm("A")
    known = way.on + timedelta(days=60)

    def wrong(**values: str) -> list[tuple[str, str]]:
        return way.refused(SaveForm(form="pregnancy", visit="", values=values), known)

    period = known - timedelta(days=42)
    assert wrong(last_period_on=str(period), expected_on=str(period + timedelta(days=280))) == []
    assert wrong(last_period_on=f"{period:%Y-%m}", expected_on=str(period)) != []
    assert wrong(expected_on=str(known + timedelta(days=295))) == [("item.check", "expected_on")]
    years_ago = str(known - timedelta(days=365))
    assert wrong(last_period_on=years_ago) == [("item.soft-check", "last_period_on")]
    soon = {"last_period_on": str(period), "expected_on": str(period + timedelta(days=200))}
    assert wrong(**soon) == [("item.soft-check", "expected_on")]
    born = {"last_period_on": str(period), "pregnancy_outcome": "live-birth"}
    on = {"pregnancy_ended_on": str(known)}
    assert wrong(**born, **on) == [("item.soft-check", "pregnancy_ended_on")]
    before = {"pregnancy_ended_on": str(period - timedelta(days=1))}
    assert ("item.check", "pregnancy_ended_on") in wrong(**born, **before)


def test_cycles_follow_the_regimen_two_weeks_or_three(in_arm: Callable[[str], Way]):
    way = in_arm("A")
    first = way.on + timedelta(days=14)
    waiting = way.days(first)
    assert waiting["systemic.1"] is waiting["systemic-three-weekly.1"] is None
    way.fill("treatment_start", "start", first, regimen="capox", systemic_started_on=str(first))
    days = way.days(first)
    assert days["systemic-three-weekly.1"] == first
    assert days["systemic-three-weekly.2"] == first + timedelta(days=21)
    assert days["systemic-three-weekly.8"] == first + timedelta(days=147)
    assert "systemic.1" not in days
    fortnight = first + timedelta(days=14)
    other = SaveForm(form="vital_signs", visit="systemic.2", values={"weight_now": "70"})
    assert way.refused(other, fortnight) == [("form.other-arm", "visit")]


def test_systemic_cycles_count_from_the_first_one(in_arm: Callable[[str], Way]):
    way = in_arm("A")
    first = way.on + timedelta(days=16)
    way.fill("treatment_start", "start", first, regimen="folfox", systemic_started_on=str(first))
    days = way.days(first)
    assert days["systemic.1"] == first
    assert days["systemic.12"] == first + timedelta(days=154)
    assert "systemic-three-weekly.1" not in days


def test_a_visit_that_was_held_stays_when_another_regimen_is_recorded(
    in_arm: Callable[[str], Way],
):
    way = in_arm("A")
    first = way.on + timedelta(days=14)
    way.fill("treatment_start", "start", first, regimen="folfox", systemic_started_on=str(first))
    way.fill("vital_signs", "systemic.1", first, weight_now="70")
    start = SaveForm(
        form="treatment_start", visit="start", values={"regimen": "capox"}, reason="misread"
    )
    way.do(start, first)
    days = way.days(first)
    assert "systemic.1" in days
    assert "systemic.2" not in days
    mended = {"weight_now": "71"}
    way.do(SaveForm(form="vital_signs", visit="systemic.1", values=mended, reason="no"), first)


def test_the_form_of_the_operation_and_the_record_of_the_pump_are_held_against_each_other(
    in_arm: Callable[[str], Way],
):
    """What either says of the pump without the other is asked about, and so is another day."""
    way = in_arm("B")
    operated = way.on + timedelta(days=21)
    asked = [("item.soft-check", "pump_placed")]

    def saved(placed: str, on: date) -> list[tuple[str, str]]:
        values = {"pump_placed": placed}
        return way.refused(SaveForm(form="surgery", visit="surgery", values=values), on)

    assert (saved("no", operated), saved("yes", operated)) == ([], asked)
    way.implant(operated)
    assert (saved("no", operated), saved("yes", operated)) == (asked, [])
    assert saved("yes", operated + timedelta(days=1)) == asked


@pytest.mark.parametrize(
    ("days", "asked"),
    [(-1, [("item.check", "leak_on")]), (0, []), (90, []), (91, [("item.soft-check", "leak_on")])],
)
def test_a_leak_is_told_of_90_days_from_the_operation_on(
    in_arm: Callable[[str], Way], days: int, asked: list[tuple[str, str]]
):
    way = in_arm("B")
    operated = way.on + timedelta(days=21)
    leak = {"primary_procedure": "sigmoid", "anastomosis": "yes", "anastomotic_leak": "b"}
    leak["leak_on"] = str(operated + timedelta(days=days))
    form = SaveForm(form="primary_surgery", visit="", values=leak)
    assert way.refused(form, operated, after=100) == asked


def with_a_pump(in_arm: Callable[[str], Way], placed: str) -> tuple[Way, date]:
    way = in_arm("B")
    if placed == "yes":
        way.implant(way.on + timedelta(days=20))
    way.fill("surgery", "surgery", way.on + timedelta(days=20), pump_placed=placed)
    first = way.on + timedelta(days=48)
    started = {"systemic_started_on": str(first)}
    if placed == "yes":
        started["haip_started_on"] = str(first)
    way.fill("treatment_start", "start-pump", first, regimen="folfiri", **started)
    return way, first


def test_pump_cycles_are_planned_where_a_pump_was_placed(in_arm: Callable[[str], Way]):
    way, first = with_a_pump(in_arm, "yes")
    days = way.days(first)
    assert (days["haip.1"], days["haip.6"]) == (first, first + timedelta(days=140))
    without, first = with_a_pump(in_arm, "no")
    assert "haip.1" not in without.days(first)


def test_the_first_pump_cycle_is_due_four_weeks_after_the_operation(in_arm: Callable[[str], Way]):
    """Before anybody decided on its day; and in arm A nobody waits for one."""
    way = in_arm("B")
    operated = way.on + timedelta(days=20)
    way.implant(operated)
    way.fill("surgery", "surgery", operated, pump_placed="yes")
    days = way.days(operated)
    assert (days["haip.1"], days["systemic.1"]) == (operated + timedelta(days=28), None)
    other = in_arm("A")
    assert "haip.1" not in other.days(other.on)


def test_after_a_resection_in_the_liver_cycles_pause_for_four_weeks(in_arm: Callable[[str], Way]):
    way = in_arm("A")
    first = way.on + timedelta(days=14)
    way.fill("treatment_start", "start", first, regimen="folfox", systemic_started_on=str(first))
    over = first + timedelta(days=20)
    way.do(RecordResection(residual="R0", what="resection"), first - timedelta(days=8))
    assert way.days(first)["systemic.1"] == over
    way.do(RecordResection(residual="R0", what="ablation"), over - timedelta(days=1))
    assert way.days(first)["systemic.1"] == over + timedelta(days=27)


def test_bevacizumab_and_a_placed_pump_exclude_each_other(in_arm: Callable[[str], Way]):
    way, first = with_a_pump(in_arm, "yes")
    chosen = SaveForm(form="treatment_start", visit="start-pump", values={"bevacizumab": "yes"})
    assert ("item.not-asked", "bevacizumab") in way.refused(chosen, first)


def test_whoever_is_in_arm_a_has_no_operation_and_no_pump(in_arm: Callable[[str], Way]):
    both = {"systemic", "evaluation", "quarter", "half-year"}
    for arm, own in (("A", {"start"}), ("B", {"start-pump", "surgery", "haip"})):
        way = in_arm(arm)
        keys = {v.visit.id for v in schedule.visits(way.study, way.subject, way.on)}
        assert keys >= both | own
        assert not keys & {"A": {"start-pump", "surgery", "haip"}, "B": {"start"}}[arm]
