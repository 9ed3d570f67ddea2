"""Two cycles of one clock are never nearer to each other than the study file lets them be."""

import pytest

from equipoise.conduct.treatment import DelayCycle, GiveDose
from tests.support import DAY, a_study, days
from tests.treated import before, check_of, in_arm, plan_of, planned, two_schedules

PART = "weekly-velotaxin"


@pytest.fixture
def made():
    """The weekly regimen, one of the same drug every two weeks, and one beside; nothing stops."""
    treatment = a_study("two-schedules").treatment.model_dump()
    weekly = treatment["regimens"][0] | {"apart": 5}
    other = {**weekly, "id": "slow", "label": "Slow", "every": 14, "apart": 10}
    other["parts"] = [{**weekly["parts"][0], "id": "slow-velotaxin"}]
    beside = {**other, "id": "beside", "label": "Beside", "beside": True}
    beside["parts"] = [{**weekly["parts"][0], "id": "beside-velotaxin"}]
    treatment["regimens"] = [weekly, other, beside, *treatment["regimens"][1:]]
    return two_schedules(treatment=treatment | {"stops": []})


@pytest.fixture
def someone(made) -> str:
    return in_arm(made, "infusion")


def codes(made, someone, *of) -> list[str]:
    act = plan_of(made, someone, *of)
    return [one.code for one in made.tried(act, someone, by="doctor-01", on=act.day)]


TOO_NEAR = ["treatment.too-near"]


def test_a_cycle_is_planned_no_sooner_after_another_whatever_regimen_that_is_of(made, someone):
    planned(made, someone, "weekly")
    made.do(before(2), someone, on=DAY + days(4))
    assert codes(made, someone, "weekly", 2, DAY + days(4)) == TOO_NEAR
    assert codes(made, someone, "weekly", 2, DAY + days(5)) == []
    assert codes(made, someone, "weekly", 1, DAY + days(1)) == []
    assert codes(made, someone, "slow", 1, DAY) == TOO_NEAR
    assert codes(made, someone, "beside", 1, DAY) == []


def test_the_earlier_of_two_says_how_many_days_lie_between(made, someone):
    planned(made, someone, "slow", 1, DAY)
    made.do(before(2), someone, on=DAY + days(9))
    assert codes(made, someone, "weekly", 1, DAY + days(9)) == TOO_NEAR
    assert codes(made, someone, "weekly", 1, DAY + days(10)) == []


def test_a_cycle_that_was_given_meanwhile_refuses_the_check_and_one_put_off_does_not(made, someone):
    plan = planned(made, someone, "weekly", 2, DAY)
    made.do(GiveDose(regimen="slow", cycle=1, doses={"slow-velotaxin": "145"}), someone)
    check = check_of(made, someone, plan)
    assert made.codes(check, someone, by="pharmacist-01") == TOO_NEAR
    off = DelayCycle(regimen="weekly", cycle=2, until=DAY + days(14), why="wish")
    made.do(off, someone, by="doctor-01")
    made.do(before(2), someone, on=DAY + days(10))
    assert codes(made, someone, "weekly", 3, DAY + days(10)) == []
