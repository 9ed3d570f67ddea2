"""Two clocks in one calendar: each cycle has its day, by itself or by the one before it."""

from datetime import date, timedelta
from typing import Any

import pytest

from equipoise.conduct.chapters import agenda
from equipoise.conduct.cycle_calendar import cycles_of
from equipoise.conduct.deviations import deviations
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.follow_up import RecordResection
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.schedule import visits
from equipoise.conduct.treatment import DelayCycle, GiveDose, OmitCycle, PlanCycle
from equipoise.conduct.voiding import VoidEntry
from equipoise.study.reason import ENGLISH
from tests.spec.conduct.treatment.test_into_pump_rules import HAIP, PART, a_text, fill, with_pump
from tests.support import DAY, Trial, a_study
from tests.treated import planned, two_schedules

SOURCE = {"source": "assumed: for tests"}
WEEKLY = "weekly"
DOSE = {WEEKLY: {"weekly-velotaxin": "145"}, HAIP: {PART: "195"}}
FIRST = {"anchor": "randomisation", "day": 14, "early": 7, "late": 14, **SOURCE}
VISIT = {"id": "cycle", "label": "Cycle", "epoch": "treatment", "early": 1, "late": 2, **SOURCE}
LIVER = {
    "id": "liver",
    "after": "last_local_treatment_on",
    "days": 28,
    "because": "an operation on the liver",
    **SOURCE,
}


def a_calendar(weekly: Any = None, pump: Any = None, **treatment: Any) -> Trial:
    """The example with a pump, both clocks with a first cycle, and visits with the weekly one."""
    text = a_text()
    for one in text["treatment"]["regimens"]:
        if one["id"] == WEEKLY:
            one |= {"first": [FIRST], **(weekly or {})}
        if one["id"] == HAIP:
            one |= {"first": [FIRST | {"day": 28}], **(pump or {})}
    text["treatment"] |= treatment
    plain = a_study("two-schedules")
    for role in text["roles"]:
        role["may"] = (*role["may"], "event.resection")
    row = VISIT | {"cycles": [WEEKLY], "times": 12, "forms": ["before"]}
    return two_schedules(**text, visits=(*(one.model_dump() for one in plain.visits), row))


@pytest.fixture
def made() -> Trial:
    return a_calendar()


@pytest.fixture
def someone(made: Trial) -> str:
    return with_pump(made)


def after(days: int) -> date:
    return DAY + timedelta(days)


def give(made: Trial, someone: str, regimen: str, cycle: int, days: int) -> int:
    if regimen == HAIP:
        return fill(made, someone, after(days), time="11:00", withdrawn="11")
    act = GiveDose(regimen=regimen, cycle=cycle, doses=DOSE[regimen])
    return made.do(act, someone, by="doctor-01", on=after(days)).seq


def put_off(made: Trial, someone: str, cycle: int, until: int, on: int) -> None:
    act = DelayCycle(regimen=WEEKLY, cycle=cycle, until=after(until), why="blood")
    made.do(act, someone, by="doctor-01", on=after(on))


def days(made: Trial, someone: str, regimen: str = WEEKLY, on: int = 0) -> list[int]:
    """The days of a clock's cycles, from the first day of the trial on."""
    subject = made.subject(someone)
    found = cycles_of(made.study, subject, SubjectFacts(made.study, subject, after(on)))
    cycles = [one for own in found.values() for one in own if one.regimen.id == regimen]
    return [(one.day - DAY).days for one in cycles if one.day]


def rows(made: Trial, someone: str, on: int) -> list[str]:
    planned = visits(made.study, made.subject(someone), after(on))
    own = [one for one in planned if one.visit.id == "cycle"]
    return [f"{one.key} {(one.on - DAY).days if one.on else '–'} {one.state}" for one in own]


def to_plan(made: Trial, someone: str, on: int) -> dict[str, str]:
    found = agenda(made.study, made.subject(someone), after(on))
    own = [one for one in found if one.where in (PlanCycle, GiveDose)]
    return {one.filled[0][1]: f"{one.urgency} {(one.when - DAY).days}" for one in own if one.when}


def test_the_first_cycle_is_due_before_anything_was_planned(made, someone):
    """So many days after the draw, within its window: it stands on Today by itself."""
    assert days(made, someone) == [14 + 7 * n for n in range(12)]
    assert days(made, someone, HAIP) == [28 + 28 * n for n in range(6)]
    assert to_plan(made, someone, 0) == {WEEKLY: "coming 7", HAIP: "coming 21"}
    assert to_plan(made, someone, 7)[WEEKLY] == "open 28"
    assert to_plan(made, someone, 14)[WEEKLY] == "due 28"
    assert to_plan(made, someone, 29)[WEEKLY] == "overdue 28"
    assert rows(made, someone, 14)[:2] == ["cycle.1 14 due", "cycle.2 21 coming"]


def test_the_planned_day_and_the_actual_day_stand_apart(made, someone):
    planned(made, someone, WEEKLY, day=after(0))
    assert days(made, someone)[:3] == [0, 7, 14]
    give(made, someone, WEEKLY, 1, 2)
    (first, *_) = cycles_of(
        made.study, made.subject(someone), SubjectFacts(made.study, made.subject(someone), DAY)
    )[""]
    assert (first.planned, first.given, first.due.day) == (after(0), after(2), after(14))
    assert days(made, someone)[:3] == [2, 9, 16]


def test_a_delay_moves_one_clock_and_not_the_other(made, someone):
    """C.d10: the weekly cycle waits for blood, the pump does not, and the fixed visits stay."""
    give(made, someone, WEEKLY, 1, 1)
    give(made, someone, HAIP, 1, 1)
    fixed = [one.on for one in visits(made.study, made.subject(someone), DAY)][1:4]
    put_off(made, someone, 2, until=15, on=8)
    assert days(made, someone)[:4] == [1, 15, 22, 29]
    assert days(made, someone, HAIP)[:3] == [1, 29, 57]
    assert [one.on for one in visits(made.study, made.subject(someone), DAY)][1:4] == fixed


def test_a_clock_moves_another_where_the_study_says_so():
    """The pump is a week late: what is given beside it waits as long."""
    made = a_calendar(weekly={"moved_by": [HAIP]})
    someone = with_pump(made)
    for cycle, day in enumerate((1, 8, 15, 22), start=1):
        give(made, someone, WEEKLY, cycle, day)
    give(made, someone, HAIP, 1, 1)
    assert days(made, someone)[3:6] == [22, 29, 36]
    act = DelayCycle(regimen=HAIP, cycle=2, until=after(36), why="blood")
    made.do(act, someone, by="doctor-01", on=after(28))
    assert days(made, someone)[3:6] == [22, 36, 43]


def test_later_cycles_that_were_given_stay_where_they_are(made, someone):
    first = give(made, someone, WEEKLY, 1, 1)
    give(made, someone, WEEKLY, 2, 8)
    made.do(VoidEntry(entry=first, reason="of another day"), someone, by="doctor-01")
    give(made, someone, WEEKLY, 1, 3)
    assert days(made, someone)[:4] == [3, 8, 15, 22]


def test_what_is_left_out_keeps_its_place_and_nothing_is_due_of_it(made, someone):
    give(made, someone, WEEKLY, 1, 0)
    out = OmitCycle(regimen=WEEKLY, cycle=2, why="blood")
    made.do(out, someone, by="doctor-01", on=after(8))
    assert days(made, someone)[:4] == [0, 7, 14, 21]
    assert rows(made, someone, 13)[1:3] == ["cycle.2 7 not done", "cycle.3 14 due"]
    late = deviations(made.study, made.subject(someone), after(13))
    assert [one.visit for one in late if one.visit == "cycle.2"] == []


def test_once_it_has_ended_no_cycle_and_no_visit_is_due():
    made = a_calendar(stops_after=["last_local_treatment_on"])
    someone = with_pump(made)
    give(made, someone, WEEKLY, 1, 0)
    give(made, someone, HAIP, 1, 0)
    ended = OmitCycle(regimen=WEEKLY, cycle=2, why="wish", ended="yes")
    made.do(ended, someone, by="doctor-01", on=after(6))
    assert days(made, someone) == [0, 7] and len(days(made, someone, HAIP)) == 6
    assert [row.split()[0] for row in rows(made, someone, 30)] == ["cycle.1", "cycle.2"]
    made.do(RecordResection(residual="R0", what="resection"), someone, by="doctor-01", on=after(8))
    assert days(made, someone, HAIP) == [0] and to_plan(made, someone, 40) == {}


def test_the_cycle_after_the_next_waits_for_it_however_late_that_is(made, someone):
    give(made, someone, WEEKLY, 1, 0)
    assert rows(made, someone, 60)[1:3] == ["cycle.2 7 overdue", "cycle.3 14 coming"]
    assert to_plan(made, someone, 60) == {WEEKLY: "overdue 7", HAIP: "overdue 42"}


def test_a_cycle_between_two_that_were_given_is_asked_after(made, someone):
    give(made, someone, WEEKLY, 1, 0)
    give(made, someone, WEEKLY, 3, 14)
    found = [
        ENGLISH.written(one.what)
        for one in agenda(made.study, made.subject(someone), after(15))
        if one.where is GiveDose
    ]
    assert found == ["Record what became of Weekly velotaxin, cycle 2: given, or left out"]
    assert days(made, someone)[:4] == [0, 7, 14, 21]


def test_the_forms_of_a_cycle_are_filled_around_its_actual_day(made, someone):
    give(made, someone, WEEKLY, 1, 20)
    values = {"platelets": "220", "neuropathy": "0", "rash": "no"}
    save = SaveForm(form="before", visit="cycle.1", values=values)
    assert made.codes(save, someone, on=after(12)) == ["form.outside-window"]
    made.do(save, someone, on=after(20))
    assert rows(made, someone, 21)[0] == "cycle.1 20 done"


def test_a_pause_moves_what_is_due_in_it_and_refuses_a_plan():
    made = a_calendar(pauses=[LIVER])
    someone = with_pump(made)
    give(made, someone, WEEKLY, 1, 0)
    give(made, someone, HAIP, 1, 0)
    made.do(RecordResection(residual="R0", what="resection"), someone, by="doctor-01", on=after(5))
    assert days(made, someone)[:3] == [0, 33, 40]
    assert days(made, someone, HAIP)[:3] == [0, 33, 61]
    plan = PlanCycle(regimen=HAIP, cycle=2, day=after(28), doses=DOSE[HAIP])
    found = made.refusals(plan, someone, by="doctor-01", on=after(28))
    (told,) = [one.because for one in found if "operation on the liver" in one.because]
    since, until = ENGLISH.written(after(5)), ENGLISH.written(after(33))
    assert told == (
        f"Drug: an operation on the liver. It is lifted so: The pause counts from {since}; "
        f"a cycle may be planned from {until} on. "
        "Until then the pump is filled with Saline"
    )
    later = PlanCycle(regimen=HAIP, cycle=2, day=after(33), doses=DOSE[HAIP])
    found = made.refusals(later, someone, by="doctor-01", on=after(33))
    assert not any("operation on the liver" in one.because for one in found)
    # A second operation counts as the first did.
    again = RecordResection(residual="R0", what="ablation")
    made.do(again, someone, by="doctor-01", on=after(32))
    assert days(made, someone)[:2] == [0, 60]


def test_a_dose_given_in_a_pause_is_recorded_and_is_a_deviation():
    made = a_calendar(pauses=[LIVER | {"regimens": [HAIP]}])
    someone = with_pump(made)
    made.do(RecordResection(residual="R0", what="resection"), someone, by="doctor-01", on=after(5))
    give(made, someone, WEEKLY, 1, 14)
    give(made, someone, HAIP, 1, 14)
    found = deviations(made.study, made.subject(someone), after(14))
    told = [ENGLISH.written(one.what) for one in found if one.kind == "dose"]
    assert told.count("Drug given against a stop: an operation on the liver") == 1
    assert not any(text.startswith("Velotaxin given against") and "liver" in text for text in told)


def test_a_cycle_that_is_given_off_its_days_is_a_deviation_and_one_that_was_put_off_is_not():
    made = a_calendar(weekly={"early": 1, "late": 2})
    someone = with_pump(made)

    def off() -> list[str]:
        found = deviations(made.study, made.subject(someone), after(60))
        told = (ENGLISH.written(one.what) for one in found if one.kind == "outside-window")
        return [text.split(":")[0] for text in told]

    give(made, someone, WEEKLY, 1, 6)  # one day before the window of the first
    give(made, someone, WEEKLY, 2, 15)
    give(made, someone, WEEKLY, 3, 25)  # 22 was due
    put_off(made, someone, 4, until=39, on=32)
    give(made, someone, WEEKLY, 4, 40)
    assert sorted(off()) == ["Weekly velotaxin, cycle 1", "Weekly velotaxin, cycle 3"]
