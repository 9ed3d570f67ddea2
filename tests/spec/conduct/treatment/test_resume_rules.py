"""After a hold a dose is so many per cent of the last that was given, and never more by itself."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from equipoise.conduct.treatment import DelayCycle, GiveDose, propose, resuming
from equipoise.conduct.voiding import VoidEntry
from tests.spec.conduct.pump.pumps import refill
from tests.spec.conduct.treatment.test_into_pump_rules import DRUG, a_text, with_pump
from tests.support import DAY, Trial, a_study, days
from tests.treated import before, check_of, in_arm, plan_of, planned, two_schedules

WEEKLY, PART = "weekly", "weekly-velotaxin"
RESUME: dict[str, Any] = {
    "id": "resume",
    "drugs": ["velotaxin"],
    "resumes": ["neuropathy"],
    "when": "consent_on is known",
    "level": 50,
    "because": "after a hold",
    "source": "assumed: for tests",
}


def with_rule(**fields: Any) -> dict[str, Any]:
    plain = a_study("two-schedules").treatment.model_dump()
    return plain | {"modifications": [*plain["modifications"], RESUME | fields]}


@pytest.fixture
def made() -> Trial:
    return two_schedules(treatment=with_rule())


@pytest.fixture
def someone(made) -> str:
    """Somebody who was given 145 mg on the first day."""
    found = in_arm(made, "infusion")
    give(made, found, 1, DAY, "145")
    return found


def give(made: Trial, someone: str, cycle: int, on: date, dose: str, **more: Any) -> int:
    act = GiveDose(regimen=WEEKLY, cycle=cycle, doses={PART: dose}, **more)
    return made.do(act, someone, by="assistant-01", on=on).seq


def seen(made: Trial, someone: str, number: int, on: date, grade: str) -> int:
    return made.do(before(number, neuropathy=grade), someone, on=on).seq


def proposal(made: Trial, someone: str, on: date, regimen: str = WEEKLY):
    known = made.study.treatment.regimen_of[regimen]
    (one,) = propose(made.study, made.subject(someone), known, on)
    return one


@pytest.mark.parametrize(("grade", "expected"), [("2", "145"), ("3", "70")])
def test_after_a_hold_it_is_so_many_per_cent_of_the_last_dose_rounded_down(
    made, someone, grade, expected
):
    """Half of 145 mg is 72.5, and 75 would be more than half; grade 2 is no hold."""
    seen(made, someone, 2, DAY + days(7), grade)
    seen(made, someone, 3, DAY + days(14), "0")
    assert proposal(made, someone, DAY + days(14)).text == expected


def test_more_than_that_needs_a_reason(made, someone):
    seen(made, someone, 2, DAY + days(7), "3")
    on = DAY + days(14)
    seen(made, someone, 3, on, "0")
    act = plan_of(made, someone, WEEKLY, cycle=2, day=on, doses={PART: "145"})
    assert made.codes(act, someone, by="doctor-01", on=on) == ["treatment.why-otherwise"]
    one = proposal(made, someone, on)
    assert (one.level, one.last.amount, one.last.on) == (Decimal("49.8"), 145, DAY)
    assert one.alternatives == ()


def test_a_lowered_dose_does_not_rise_by_itself_and_does_where_somebody_raised_it(made, someone):
    seen(made, someone, 2, DAY + days(7), "3")
    seen(made, someone, 3, DAY + days(14), "0")
    give(made, someone, 2, DAY + days(14), "70")
    seen(made, someone, 4, DAY + days(21), "0")
    one = proposal(made, someone, DAY + days(21))
    assert (one.text, one.rules[-1].name) == ("70", "resume")
    give(made, someone, 3, DAY + days(21), "145")
    seen(made, someone, 5, DAY + days(28), "0")
    assert proposal(made, someone, DAY + days(28)).text == "145"


@pytest.mark.parametrize(("why", "expected"), [("side-effects", "70"), ("hospital", "145")])
def test_a_cycle_that_was_put_off_because_of_toxicity_is_a_hold(made, someone, why, expected):
    off = DelayCycle(regimen=WEEKLY, cycle=2, until=DAY + days(14), why=why)
    made.do(off, someone, by="doctor-01", on=DAY + days(7))
    seen(made, someone, 2, DAY + days(14), "0")
    assert proposal(made, someone, DAY + days(14)).text == expected


def test_a_cycle_of_another_regimen_that_was_put_off_holds_none_of_this_ones_drugs(made, someone):
    off = DelayCycle(regimen="daily", cycle=1, until=DAY + days(14), why="blood")
    made.do(off, someone, by="doctor-01", on=DAY + days(7))
    seen(made, someone, 2, DAY + days(14), "0")
    assert proposal(made, someone, DAY + days(14)).text == "145"


def test_a_dose_that_was_given_in_part_counts_as_it_was_planned(made):
    """40 of 145 mg ran in before it was stopped: half of 145 is what half of the last dose is."""
    someone = in_arm(made, "infusion")
    planned(made, someone, WEEKLY)
    why = {"partly": [PART], "reasons": {PART: "a reaction"}}
    give(made, someone, 1, DAY, "40", **why)
    seen(made, someone, 2, DAY + days(7), "3")
    seen(made, someone, 3, DAY + days(14), "0")
    assert proposal(made, someone, DAY + days(14)).text == "70"


def test_a_dose_that_was_recorded_wrongly_is_not_the_last(made, someone):
    seen(made, someone, 2, DAY + days(7), "3")
    seen(made, someone, 3, DAY + days(14), "0")
    wrong, on = give(made, someone, 2, DAY + days(14), "70"), DAY + days(21)
    made.do(VoidEntry(entry=wrong, reason="of somebody else"), someone, by="assistant-01", on=on)
    seen(made, someone, 4, on, "0")
    one = proposal(made, someone, on)
    assert (one.text, one.last.amount) == ("70", 145)


def test_a_hold_that_is_learned_after_the_plan_refuses_its_check(made, someone):
    """The grade of last week is recorded only now; the plan gave the whole dose."""
    on = DAY + days(14)
    seen(made, someone, 3, on, "0")
    plan = planned(made, someone, WEEKLY, cycle=2, day=on)
    seen(made, someone, 2, DAY + days(7), "3")
    check = check_of(made, someone, plan)
    assert made.codes(check, someone, by="pharmacist-01", on=on) == ["treatment.proposed-otherwise"]


@pytest.mark.parametrize(("day", "expected"), [(14, "55"), (15, "110")])
def test_a_hold_that_is_learned_after_the_next_dose_counts_by_its_days(
    made, someone, day, expected
):
    """A grade counts for seven days: it held the dose of the 14th too, and not one a day later."""
    give(made, someone, 2, DAY + days(day), "110")
    seen(made, someone, 2, DAY + days(7), "3")
    seen(made, someone, 3, DAY + days(21), "0")
    one = proposal(made, someone, DAY + days(21))
    assert (one.text, [rule.name for rule in one.rules if rule.of_last]) == (expected, ["resume"])


def test_once_a_hold_is_found_nothing_earlier_is_looked_at(made, someone, monkeypatch):
    """What is asked grows with the days since the last hold, and not with all that is recorded."""
    asked: list[date] = []
    before_ = resuming.outcomes
    monkeypatch.setattr(
        resuming, "outcomes", lambda *told: asked.append(told[-1]) or before_(*told)
    )
    for week in range(1, 7):
        seen(made, someone, week + 1, DAY + days(7 * week), "3" if week == 5 else "0")
    assert proposal(made, someone, DAY + days(42)).text == "70"
    assert asked == [DAY + days(36)]


def test_who_was_never_given_it_resumes_nothing(made):
    someone = in_arm(made, "infusion", neuropathy="3")
    seen(made, someone, 2, DAY + days(7), "0")
    assert proposal(made, someone, DAY + days(7)).text == "145"


def test_a_hold_that_was_recorded_wrongly_is_none(made, someone):
    wrong = seen(made, someone, 2, DAY + days(7), "3")
    on = DAY + days(14)
    made.do(VoidEntry(entry=wrong, reason="of somebody else"), someone, by="doctor-01", on=on)
    seen(made, someone, 3, on, "0")
    assert proposal(made, someone, on).text == "145"


def test_while_no_last_dose_is_known_it_is_open(made):
    """What was given of a drug is what went into the pump; of this filling nobody said how much."""
    text = a_text()
    rule = RESUME | {"drugs": ["drug"], "resumes": ["by-nerves"]}
    holds = {"id": "by-nerves", "drugs": ["drug"], "table": "neuropathy", "lifts": "Wait."}
    levels = {**DRUG, "levels": [100, 75, 50]}
    treatment = text["treatment"]
    treatment["drugs"] = [levels if one["id"] == "drug" else one for one in treatment["drugs"]]
    treatment["modifications"] = [
        *treatment["modifications"],
        {**holds, "source": "assumed: for tests"},
        rule,
    ]
    made = two_schedules(**text)
    someone, on = with_pump(made), DAY + days(15)
    told = {"substance": "drug", "dose": "195", "withdrawn": "28.7"}
    made.do(refill(**told), someone, by="doctor-01", on=DAY + days(1))
    seen(made, someone, 2, DAY + days(8), "3")
    seen(made, someone, 3, on, "0")
    assert proposal(made, someone, on, "haip").text == "95"
    subject = made.subject(someone)
    fillings = subject.pump.pumps[0].fillings
    fillings[-1] = replace(fillings[-1], dose="")
    subject.treatment.given.clear()  # as an earlier version recorded it
    (one,) = propose(made.study, subject, made.study.treatment.regimen_of["haip"], on)
    assert one.amount is None
    assert one.open_rules[0].why["en"] == (
        "the last dose that was given, of which this one is a part"
    )


@pytest.mark.parametrize(
    ("fields", "where", "because"),
    [
        ({"resumes": ["other"]}, ("resumes", 0), "no table that may hold these drugs is named"),
        ({"resumes": ["rash"]}, ("resumes", 0), "no table that may hold these drugs is named"),
        ({"drugs": ["oralutin"]}, ("resumes", 0), "no table that may hold these drugs is named"),
    ],
)
def test_what_is_resumed_is_a_table_that_may_hold_the_same_drugs(fields, where, because):
    study = a_study("two-schedules", treatment=with_rule(**fields))
    found = [*study.treatment.strangers(study)]
    assert [(key[2:], text[: len(because)]) for key, text in found] == [(where, because)]


def test_a_drug_of_several_doses_has_no_last_one():
    treatment = with_rule()
    weekly = treatment["regimens"][0]
    weekly["parts"] = [*weekly["parts"], {**weekly["parts"][0], "id": "second"}]
    study = a_study("two-schedules", treatment=treatment)
    (found,) = study.treatment.strangers(study)
    assert found[1] == "'velotaxin' stands in several doses: which was the last?"
