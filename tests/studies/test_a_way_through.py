"""Whoever fulfils every criterion of a study can be registered, drawn an arm, and has visits."""

from datetime import UTC, date, datetime, time

from equipoise.conduct import cases, schedule, trial
from equipoise.conduct.act import Act, Stamp
from equipoise.conduct.allocation import strata_of
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.luck import Luck
from equipoise.conduct.randomisation import Randomise
from equipoise.conduct.screening import EnterScreening, Register
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

    def __init__(self, carried: Carried) -> None:
        self.study, case = carried.study, a_whole_case(carried)
        self.on = case.on
        self.ledger, self.folds = cases.an_open_trial(self.study, date(2026, 1, 5))
        site = self.study.sites[0].id
        self.subject_id = trial.next_subject_id(self.study, self.ledger, site)
        self.do(EnterScreening(site=site), case.given[0].on)
        for given in case.given:
            for act, by in cases.acts_of(self.study, given, self.folds, self.subject_id):
                self.do(act, given.on, by)

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
            luck=Luck(cases.SEED),
            folds=self.folds,
        )

    def enter(self) -> None:
        self.do(Register(), self.on)
        self.do(Randomise(strata=strata_of(self.study, self.subject, self.on)), self.on)


def test_whoever_fulfils_every_criterion_is_drawn_an_arm_of_the_study(each: Carried):
    way = Way(each)
    way.enter()
    allocation = way.subject.allocation
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


def test_systemic_cycles_count_from_the_first_one(pump_it: Carried):
    way = Way(pump_it)
    way.enter()
    first = date(2026, 7, 1)
    started = {"regimen": "folfox", "systemic_started_on": first.isoformat()}
    way.do(SaveForm(form="treatment_start", visit="start", values=started), first)
    days = {v.key: v.on for v in schedule.visits(way.study, way.subject, first)}
    assert days["systemic.1"] == first
    assert days["systemic.12"] == date(2026, 12, 2)


def test_whoever_is_in_arm_a_has_no_operation_and_no_pump(pump_it: Carried):
    way = Way(pump_it)
    way.enter()
    allocation = way.subject.allocation
    assert allocation is not None
    keys = {v.visit.id for v in schedule.visits(way.study, way.subject, way.on)}
    assert ({"surgery", "haip"} <= keys) is (allocation.arm == "B")
    assert {"start", "systemic", "evaluation", "quarter", "half-year"} <= keys
