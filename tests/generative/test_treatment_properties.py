"""No sequence of acts leads to a planned, checked or released dose with a hard stop standing."""

from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.conduct.act import Act, Refused
from equipoise.conduct.folding import FreshFolds
from equipoise.conduct.subject import Subject
from equipoise.conduct.treatment import (
    CheckPlan,
    DelayCycle,
    GiveDose,
    OmitCycle,
    PlanCycle,
    ReleasePreparation,
)
from equipoise.conduct.voiding import VoidEntry
from equipoise.ledger import MemoryLedger
from tests.sampled import examples
from tests.support import DAY, Trial
from tests.treated import before, check_of, in_arm, two_schedules

PART, WEEKLY = "weekly-velotaxin", "weekly"
amounts = st.sampled_from(["145", "145", "145", "110", "150", "260", "0", "x"])
people = st.sampled_from(["doctor-01", "pharmacist-01", "pharmacist-01", "assistant-01"])
cycles = st.integers(1, 3)
steps = st.one_of(
    st.tuples(
        st.just("form"),
        st.sampled_from(["80", "100", "220"]),
        st.sampled_from(["0", "2", "3"]),
    ),
    st.tuples(st.just("form"), st.just("220"), st.just("0")),
    st.tuples(st.just("plan"), cycles, amounts, st.booleans(), st.sampled_from(["", "250", "52"])),
    st.tuples(st.just("plan"), cycles, st.just("145"), st.just(True), st.just("")),
    st.tuples(st.just("check"), people),
    st.tuples(st.just("check"), st.just("pharmacist-01")),
    st.tuples(st.just("release"), st.sampled_from(["2027-03-31", "2026-03-01"])),
    st.tuples(st.just("give"), cycles, st.sampled_from(["145", "290"])),
    st.tuples(st.just("delay"), cycles),
    st.tuples(st.just("omit"), cycles),
    st.tuples(st.just("void"), st.integers(1, 12)),
    st.tuples(st.just("wait"), st.integers(1, 7)),
)


@lru_cache
def someone() -> tuple[Trial, str]:
    """Made once; every history goes on from a copy."""
    made = two_schedules()
    return made, in_arm(made, "infusion")


def latest(subject: Subject, item: str, day: date, within: int) -> str:
    """The last answer of so many days, read from the forms themselves."""
    records = [
        one
        for one in subject.forms.records.values()
        if item in one.current and 0 <= (day - one.on).days <= within
    ]
    found = max(records, key=lambda one: (one.on, one.dated), default=None)
    return str(found.current[item]) if found else ""


def wrong(subject: Subject, plan: PlanCycle) -> list[str]:
    """Everything that forbids a plan, worked out here and not by the trial."""
    typed, day = plan.doses.get(PART, "0"), plan.day
    dose = Decimal(typed) if typed.isdecimal() else Decimal(0)
    platelets, grade = latest(subject, "platelets", day, 3), latest(subject, "neuropathy", day, 7)
    rate = Decimal(plan.rates.get(PART, "250"))
    recent = [
        one for one in subject.treatment.given if 0 <= (day - one.on).days < 6 and PART in one.doses
    ]
    reasons = {
        "platelets": not platelets or Decimal(platelets) < 100,
        "neuropathy": grade not in ("0", "1", "2"),
        "given lately": bool(recent),
        "too much": not 0 < dose <= 250,
        "prescribed": plan.prescribed.get(PART) != plan.doses.get(PART),
        "rate": abs(rate - 250) > 5,
    }
    return [name for name, holds in reasons.items() if holds]


def act_of(made: Trial, subject_id: str, step: tuple, on: date, number: int) -> Act:
    cycle = {"regimen": WEEKLY, "cycle": step[1]}
    match step:
        case ("form", platelets, grade):
            return before(number, platelets=platelets, neuropathy=grade)
        case ("plan", _, dose, same, rate):
            doses, rates = {PART: dose}, {PART: rate} if rate else {}
            prescribed, why = doses if same else {PART: "140"}, {PART: "as discussed"}
            return PlanCycle(
                **cycle, day=on, doses=doses, prescribed=prescribed, rates=rates, reasons=why
            )
        case ("check", _):
            plans = made.subject(subject_id).treatment.plans
            return check_of(made, subject_id, plans[-1].seq if plans else 1)
        case ("release", until):
            plans = made.subject(subject_id).treatment.plans
            lots = {"lots": {PART: "A1"}, "expiries": {PART: until}}
            return ReleasePreparation(plan=plans[-1].seq if plans else 1, **lots)
        case ("give", _, dose):
            return GiveDose(**cycle, doses={PART: dose})
        case ("delay", _):
            return DelayCycle(**cycle, until=on + timedelta(days=7), why="blood")
        case ("omit", _):
            return OmitCycle(**cycle, why="wish")
    back = made.subject(subject_id).seq - step[1]
    return VoidEntry(entry=max(back, 1), reason="in error")


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(steps, min_size=1, max_size=14))
def test_no_sequence_of_acts_plans_checks_or_releases_a_dose_against_a_standing_stop(history):
    base, subject_id = someone()
    made, on = Trial(base.study, MemoryLedger.of(base.ledger.everything())), DAY
    made.folds = FreshFolds(made.ledger)
    for number, step in enumerate(history, start=2):
        if step[0] == "wait":
            on += timedelta(days=step[1])
            continue
        act, by = act_of(made, subject_id, step, on, number), "doctor-01"
        by = (
            step[1]
            if isinstance(act, CheckPlan)
            else "pharmacist-01"
            if step[0] == "release"
            else by
        )
        subject = made.subject(subject_id)
        of_plan = isinstance(act, CheckPlan | ReleasePreparation)
        plan = subject.treatment.plan(act.plan) if of_plan else act
        against = wrong(subject, plan) if (of_plan or isinstance(act, PlanCycle)) and plan else []
        try:
            made.do(act, subject_id, by=by, on=on)
        except Refused as refused:
            assert not isinstance(act, GiveDose), refused
        else:
            assert not against, (act, against)
            checks = subject.treatment.checks
            assert step[0] != "release" or any(one.plan == act.plan for one in checks)
            assert not isinstance(act, CheckPlan) or by == "pharmacist-01"
