"""A drug that goes into the pump is planned like any other, on a clock beside another's."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from equipoise.conduct.act import Act, Refused, Stamp
from equipoise.conduct.chapters import agenda, tables
from equipoise.conduct.deviations import deviations
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.pump import RefillPump, ReleasePump
from equipoise.conduct.treatment import (
    Components,
    GiveDose,
    OmitCycle,
    PlanCycle,
    ReleasePreparation,
    components,
    propose,
)
from equipoise.conduct.treatment.chapter import AMISS
from equipoise.conduct.treatment.releasing import fill_of
from equipoise.conduct.voiding import VoidEntry
from equipoise.logic.truth import Truth
from equipoise.study.reason import ENGLISH
from tests.spec.conduct.pump.pumps import KINDS, PUMP, explant, implant, refill, scan
from tests.support import DAY, Trial, a_study, noon
from tests.treated import before, check_of, in_arm, plan_of, planned, two_schedules

HAIP, PART = "haip", "haip-drug"
SOURCE = {"source": "assumed: for tests"}
DRUG = {"id": "drug", "label": "Drug", "levels": [100, 50], "never_above": "500 mg", **SOURCE}
IN_PUMP = {
    "id": PART,
    "drug": "drug",
    "dose": "0.12 mg/kg/d * weight * pump_reservoir / pump_flow",
    "round": {"to": "5 mg"},
    "into": "pump",
    **SOURCE,
}
REGIMEN = {
    "id": HAIP,
    "label": "Through the pump",
    "arms": ["infusion"],
    "beside": True,
    "every": 28,
    "times": 6,
    "parts": [IN_PUMP],
    **SOURCE,
}
UNRELEASED = {
    "id": "unreleased",
    "drugs": ["drug"],
    "when": "not pump_released",
    "because": "no released scan",
    "lifts": "Release the pump.",
    **SOURCE,
}


def a_text(**part: Any):
    """The example with a pump, into which a drug goes beside the weekly infusion."""
    plain = a_study("two-schedules")
    treatment = plain.treatment.model_dump()
    treatment["drugs"] = [*treatment["drugs"], DRUG]
    treatment["regimens"] = [*treatment["regimens"], REGIMEN | {"parts": [IN_PUMP | part]}]
    treatment["stops"] = [*treatment["stops"], UNRELEASED]
    roles = [role.model_dump() for role in plain.roles]
    roles = [{**r, "may": tuple(dict.fromkeys((*r["may"], *KINDS)))} for r in roles]
    return {"treatment": treatment, "roles": roles, "pump": PUMP | {"release": True}}


@pytest.fixture
def made() -> Trial:
    return two_schedules(**a_text())


def with_pump(made: Trial, *, released: bool = True) -> str:
    """Somebody of 70 kg with a pump of 30 mL at 1.3 mL a day."""
    someone = in_arm(made, "infusion")
    made.do(implant(substance="saline", dose=""), someone, by="doctor-01")
    if released:
        seq = made.do(scan(), someone, by="assistant-01").seq
        made.do(ReleasePump(scan=seq), someone, by="doctor-01")
    return someone


def reasons(made: Trial, act: Act, someone: str, by: str = "doctor-01") -> list[str]:
    with pytest.raises(Refused) as refused:
        made.do(act, someone, by=by)
    return [one.because for one in refused.value.refusals]


def comes_next(made: Trial, someone: str, on=DAY) -> list[str]:
    found = [one for one in agenda(made.study, made.subject(someone), on) if "ycle" in str(one)]
    return [ENGLISH.written(one.what) for one in found if not isinstance(one.what, type)]


def test_what_goes_into_the_pump_is_worked_out_of_its_reservoir_and_flow(made):
    """0.12 × 70 × 30 / 1.3 is 193.8."""
    someone = with_pump(made)
    (one,) = propose(made.study, made.subject(someone), made.study.treatment.regimen_of[HAIP], DAY)
    assert one.text == "195"
    assert one.arithmetic == "0.12 mg/kg/d × 70 kg × 30 mL / 1.3 mL/d"


def test_what_is_prepared_for_the_pump_fills_its_reservoir(made):
    """195 mg of 100 mg/mL are 1.95 mL; with 28.05 mL of fluid that is 30 mL."""
    someone, treatment = with_pump(made), made.study.treatment
    fill = fill_of(made.study, made.subject(someone), treatment.part_of[PART], DAY)
    assert fill == 30
    found = components(treatment, treatment.part_of[PART], fill, "195", {PART: "100"})
    assert found == Components(Decimal("1.95"), (), Decimal("28.05"))
    plan = planned(made, someone, HAIP)
    made.do(check_of(made, someone, plan), someone, by="pharmacist-01")
    fields = {"lots": {PART: "A1"}, "expiries": {PART: "2027-03-31"}, "strengths": {PART: "5"}}
    weak = ReleasePreparation(plan=plan, **fields)
    (told,) = reasons(made, weak, someone, by="pharmacist-01")
    assert told.endswith(
        "195 mg of this strength, with what is added, are 39.00 mL, more than the 30 mL"
    )


def test_a_stop_of_what_goes_into_the_pump_says_what_goes_in_meanwhile(made):
    someone = with_pump(made, released=False)
    assert reasons(made, plan_of(made, someone, HAIP), someone) == [
        "Drug: no released scan. It is lifted so: Release the pump. "
        "Until then the pump is filled with Saline"
    ]


def test_two_regimens_run_side_by_side_each_on_its_own_clock(made):
    someone = with_pump(made)
    pump, weekly = planned(made, someone, HAIP), planned(made, someone, "weekly")
    assert comes_next(made, someone) == [
        "Check the plan: Weekly velotaxin, cycle 1",
        "Check the plan: Through the pump, cycle 1",
    ]
    for plan in (pump, weekly):
        made.do(check_of(made, someone, plan), someone, by="pharmacist-01")
    fill(made, someone, DAY, time="11:00", withdrawn="30")
    doses = {"weekly-velotaxin": "145"}
    made.do(GiveDose(regimen="weekly", cycle=1, doses=doses), someone, by="doctor-01")
    later = {
        due.filled[0][1]: due.when
        for due in agenda(made.study, made.subject(someone), DAY)
        if due.where is PlanCycle
    }
    assert later == {HAIP: DAY + timedelta(28), "weekly": DAY + timedelta(7)}
    ended = OmitCycle(regimen=HAIP, cycle=2, why="blood", ended="yes")
    made.do(ended, someone, by="doctor-01")
    assert comes_next(made, someone) == ["Plan Weekly velotaxin, cycle 2"]


def test_an_actual_date_that_is_put_right_moves_what_comes_after_it_on_its_own_clock_alone():
    """Weekly doses, then fortnightly ones on the same clock, beside the pump on its own."""
    text = a_text()
    weekly = next(one for one in text["treatment"]["regimens"] if one["id"] == "weekly")
    other = {"id": "fortnight", "label": "Fortnightly", "every": 14}
    parts = tuple(part | {"id": "fortnight-dose"} for part in weekly["parts"])
    text["treatment"]["regimens"].append(weekly | other | {"parts": parts})
    made = two_schedules(**text)
    someone = with_pump(made)

    def give(regimen: str, cycle: int, part: str, after: int) -> int:
        if regimen == HAIP:
            return fill(made, someone, DAY + timedelta(after), time="11:00", withdrawn="30")
        act = GiveDose(regimen=regimen, cycle=cycle, doses={part: "145"})
        return made.do(act, someone, by="doctor-01", on=DAY + timedelta(after)).seq

    def next_() -> dict[str, int]:
        found = agenda(made.study, made.subject(someone), DAY + timedelta(30))
        plans = [due for due in found if due.where is PlanCycle and due.when]
        return {due.filled[0][1]: (due.when - DAY).days for due in plans}

    def put_right(seq: int) -> None:
        made.do(VoidEntry(entry=seq, reason="of another day"), someone, by="doctor-01")

    give(HAIP, 1, PART, 0)
    first, second = (
        give("weekly", 1, "weekly-velotaxin", 1),
        give("weekly", 2, "weekly-velotaxin", 8),
    )
    assert next_() == {HAIP: 28, "weekly": 15}
    put_right(first)
    give("weekly", 1, "weekly-velotaxin", 2)
    assert next_() == {HAIP: 28, "weekly": 15}
    give("fortnight", 1, "fortnight-dose", 16)
    put_right(second)
    give("weekly", 2, "weekly-velotaxin", 9)
    assert next_() == {HAIP: 28, "fortnight": 30}


def test_what_is_given_beside_another_is_not_the_regimen_of_the_last_cycle(made):
    someone = with_pump(made)
    planned(made, someone, "weekly")
    planned(made, someone, HAIP)
    facts = SubjectFacts(made.study, made.subject(someone), DAY)
    assert facts.holds("regimen_planned == 'weekly'") is Truth.TRUE
    assert facts.holds("any doses_planned where drug == 'drug' and cycle == 1") is Truth.TRUE
    assert facts.holds("any doses_planned where cycle == 2") is Truth.FALSE
    assert facts.holds("any fillings where substance == 'saline'") is Truth.TRUE
    assert facts.holds("any fillings where substance == 'drug'") is Truth.FALSE
    assert facts.holds("pump_drug_from is known") is Truth.FALSE


def alarms(made: Trial, someone: str, on) -> list[str]:
    found = agenda(made.study, made.subject(someone), on)
    return [ENGLISH.written(one.what) for one in found if one.urgency == "alarm"]


def amiss(made: Trial, someone: str, on) -> list[str]:
    found = deviations(made.study, made.subject(someone), on)
    return [ENGLISH.written(one.what) for one in found if one.kind == "dose"]


def fill(made: Trial, someone: str, on, **told: str) -> int:
    drug = {"substance": "drug", "dose": "195", "withdrawn": "11.8"}
    return made.do(refill(**drug | told), someone, by="doctor-01", on=on).seq


def given(made: Trial, someone: str) -> list[tuple[int, str, int]]:
    """Each dose into the pump: of which cycle, how much, and how many days after the operation."""
    doses = [one for one in made.subject(someone).treatment.given if PART in one.doses]
    return [(one.cycle, one.doses[PART], (one.on - DAY).days) for one in doses]


def checked(made: Trial, someone: str, day, cycle: int = 1, **told) -> None:
    plan = planned(made, someone, HAIP, cycle, day=day, **told)
    made.do(check_of(made, someone, plan), someone, by="pharmacist-01", on=day)


def unplanned(cycle: int) -> str:
    return f"Through the pump, cycle {cycle}: given without a plan"


def test_a_filling_is_the_dose_of_its_cycle_and_alarms_nobody_where_it_is_as_checked(made):
    someone, day = with_pump(made), DAY + timedelta(14)
    checked(made, someone, day)
    seq = fill(made, someone, day)
    assert (alarms(made, someone, day), amiss(made, someone, day)) == ([], [])
    assert given(made, someone) == [(1, "195", 14)]
    facts = SubjectFacts(made.study, made.subject(someone), day)
    assert (
        facts.holds("any doses where drug == 'drug' and amount == 195 mg and level == 100 %")
        is Truth.TRUE
    )
    (row,) = next(t for t in tables() if t.name == "doses").rows(
        made.study, made.subject(someone), day
    )
    assert (row[1], row[3:6], row[7], row[9], row[-1]) == (
        *(seq, (HAIP, 1, PART)),
        *("195", "10:00", "yes"),
    )
    assert comes_next(made, someone, day) == ["Plan Through the pump, cycle 2"]


def test_a_dose_that_goes_into_the_pump_is_not_recorded_a_second_time(made):
    """Beside its filling it would be typed twice, and could be another."""
    someone, day = with_pump(made), DAY + timedelta(14)
    give = GiveDose(regimen=HAIP, cycle=1, doses={PART: "195"})
    refused = [
        "Drug goes into the pump, and is given by its filling: record that the pump was refilled"
    ]
    assert reasons(made, give, someone) == refused
    fill(made, someone, day)
    with pytest.raises(Refused):
        made.do(give, someone, by="doctor-01", on=day)
    assert given(made, someone) == [(1, "195", 14)]


def recorded_apart(made: Trial, someone: str, day, monkeypatch, *, give: bool) -> None:
    """As an earlier version recorded them: a filling that is no dose, and the dose."""
    with monkeypatch.context() as then:
        then.setattr(RefillPump, "settled", lambda act, context, source: act)
        fill(made, someone, day)
    if give:
        act = GiveDose(regimen=HAIP, cycle=1, doses={PART: "195"})
        made.do(act, someone, by="doctor-01", on=day)


def test_what_an_earlier_version_recorded_twice_is_one_dose(made, monkeypatch):
    """And where only the filling was recorded, its dose still can be."""
    someone, day = with_pump(made), DAY + timedelta(14)
    recorded_apart(made, someone, day, monkeypatch, give=False)
    assert given(made, someone) == []
    recorded_apart(made, someone, day + timedelta(28), monkeypatch, give=True)
    assert given(made, someone) == [(1, "195", 42)]


def test_a_dose_that_was_recorded_alone_and_its_filling_are_one(made):
    someone, day = with_pump(made), DAY + timedelta(14)
    before = {"regimen": HAIP, "cycle": 2, "doses": {PART: "190"}}
    subject = made.subject(someone)
    stamp = Stamp(by="doctor-01", at=noon(day), happened=day, seq=40)
    GiveDose(**before).leave(subject, stamp)
    drug = {"substance": "drug", "dose": "195", "regimen": HAIP, "part": PART}
    refill(**drug).leave(subject, msgspec.structs.replace(stamp, seq=41))
    found = [(one.cycle, one.doses, one.filled) for one in subject.treatment.given]
    assert found == [(2, {PART: "195"}, True)]


def test_the_cycle_of_a_filling_is_that_of_its_plan_else_the_next(made):
    someone = with_pump(made)
    fill(made, someone, DAY + timedelta(14))
    made.do(OmitCycle(regimen=HAIP, cycle=2, why="wish"), someone, by="doctor-01", on=DAY)
    checked(made, someone, DAY + timedelta(70), cycle=4)
    fill(made, someone, DAY + timedelta(70))
    fill(made, someone, DAY + timedelta(98))
    late = fill(made, someone, DAY + timedelta(42))
    expected = [(1, "195", 14), (4, "195", 70), (5, "195", 98), (3, "195", 42)]
    assert given(made, someone) == expected
    made.do(VoidEntry(entry=late, reason="not so"), someone, by="doctor-01")
    assert given(made, someone) == expected[:3]


def test_another_dose_than_was_checked_alarms_until_the_pump_is_emptied(made):
    someone, day = with_pump(made), DAY + timedelta(14)
    checked(made, someone, day)
    fill(made, someone, day, dose="159")
    other = ["Drug: 159 mg given, 195 mg planned"]
    assert (alarms(made, someone, day), amiss(made, someone, day)) == (other, other)
    later = day + timedelta(14)
    fill(made, someone, later, substance="saline", dose="")
    assert (alarms(made, someone, later), amiss(made, someone, later)) == ([], other)


def test_a_filling_without_a_checked_plan_of_its_own_alarms(made):
    """A plan serves one filling: what was checked for cycle 1 says nothing of cycle 2."""
    someone, day = with_pump(made), DAY + timedelta(14)
    plan = planned(made, someone, HAIP, day=day)
    fill(made, someone, day)
    unchecked = ["Through the pump, cycle 1: given before a second person had checked the plan"]
    assert (alarms(made, someone, day), amiss(made, someone, day)) == (unchecked, unchecked)
    made.do(check_of(made, someone, plan), someone, by="pharmacist-01", on=day)
    assert alarms(made, someone, day) == unchecked
    again = day + timedelta(14)
    fill(made, someone, again)
    assert alarms(made, someone, again) == [unplanned(2)]


def test_who_never_had_it_planned_has_an_alarm_and_a_deviation(made):
    someone, day = with_pump(made), DAY + timedelta(14)
    fill(made, someone, day)
    assert alarms(made, someone, day) == amiss(made, someone, day) == [unplanned(1)]


def test_a_stop_that_arises_after_the_check_alarms_at_the_filling(made):
    """The filling is recorded all the same; who is told by mail is told once, whoever says so."""
    someone, day = with_pump(made), DAY + timedelta(14)
    checked(made, someone, day)
    made.do(scan(extrahepatic="yes", because="stomach"), someone, by="assistant-01", on=day)
    fill(made, someone, day)
    stopped = "Drug given against a stop: no released scan"
    assert stopped in alarms(made, someone, day)
    assert stopped in amiss(made, someone, day)
    subject = made.subject(someone)
    (name,) = {
        due.name for due in agenda(made.study, subject, day) if ENGLISH.written(due.what) == stopped
    }
    (entry,) = made.ledger.entries(someone, after=subject.seq - 1)
    assert AMISS.about(subject, entry) == name
    assert AMISS.holds(made.study, subject, name, day)


def test_what_becomes_of_the_pump_later_makes_no_filling_wrong(made):
    """It ran 40 % too fast and was taken out; on the day of the filling none of that was so."""
    text = a_text()
    fast = "pump_flow_deviation is known and pump_flow_deviation > 25 %"
    gone = "pump_explanted_on is known"
    text["treatment"]["stops"] += [
        UNRELEASED | {"id": name, "when": when} for name, when in (("fast", fast), ("gone", gone))
    ]
    made = two_schedules(**text)
    someone, day = with_pump(made), DAY + timedelta(14)
    checked(made, someone, day)
    fill(made, someone, day)
    fill(made, someone, day + timedelta(14), substance="saline", dose="", withdrawn="4.5")
    made.do(explant(), someone, by="doctor-01", on=day + timedelta(20))
    assert amiss(made, someone, day + timedelta(20)) == []


def test_what_is_measured_later_makes_no_dose_wrong_and_a_value_of_its_day_does(made):
    text = a_text()
    low = "lowest platelets since randomisation < 100 10*9/L"
    text["treatment"]["stops"] += [UNRELEASED | {"id": "low", "when": low, "because": "few"}]
    made = two_schedules(**text)
    someone, day = with_pump(made), DAY + timedelta(14)
    checked(made, someone, day)
    fill(made, someone, day)
    later = day + timedelta(14)
    made.do(before(2, platelets="50"), someone, by="doctor-01", on=later)
    assert amiss(made, someone, later) == []
    made.do(before(3, platelets="50"), someone, by="doctor-01", on=day)
    assert amiss(made, someone, later) == ["Drug given against a stop: few"]


@pytest.mark.parametrize(
    ("part", "because"),
    [
        ({"into": "port"}, "'port' is no place for a dose; `pump` would be one"),
        ({"drug": "velotaxin"}, "the pump knows no drug named 'velotaxin'"),
    ],
)
def test_what_goes_into_the_pump_is_a_drug_that_the_pump_knows(part, because):
    told = {"dose": "5 mg"} | part
    study = a_study("two-schedules", **a_text(**told))
    assert (("regimens", 2, "parts", 0, "into"), because) in [*study.treatment.strangers(study)]
