"""How much of each drug was given in a week, beside what the study gives in one."""

from decimal import Decimal
from typing import Any

import pytest

from equipoise.analysis.frames import frame
from equipoise.conduct.treatment import CHAPTER, CountTablets, GiveDose
from tests.spec.conduct.pump.pumps import refill
from tests.spec.conduct.treatment.test_into_pump_rules import a_text, with_pump
from tests.support import DAY, Trial, a_study, days
from tests.treated import in_arm, plan_of, two_schedules

WEEKLY, PART = "weekly", "weekly-velotaxin"


def by_surface() -> dict[str, Any]:
    """The example, whose velotaxin is told by the square metre too."""
    text = a_study("two-schedules").treatment.model_dump()
    first = {**text["drugs"][0], "per": "surface"}
    return {"treatment": {**text, "drugs": [first, *text["drugs"][1:]]}}


@pytest.fixture
def made() -> Trial:
    return two_schedules(**by_surface())


def give(made: Trial, someone: str, day: int, cycle: int, **doses: str) -> None:
    act = GiveDose(regimen=WEEKLY, cycle=cycle, doses=doses or {PART: "145"})
    made.do(act, someone, by="assistant-01", on=DAY + days(day))


def seen(made: Trial, someone: str, day: int = 60) -> dict[str, dict[str, Any]]:
    """The rows of the participant, by their drug, as text."""
    (table,) = (one for one in CHAPTER.tables if one.name == "dose_intensity")
    names = [column.name for column in table.columns]
    rows = table.rows(made.study, made.subject(someone), DAY + days(day))
    told = [dict(zip(names, row, strict=True)) for row in rows]
    return {row["drug"]: row for row in told}


def test_what_was_given_a_week_stands_beside_the_full_dose_of_a_week(made):
    """80 mg/m2 of 1.8181 m2 is 145.4; 145 and 110 over two cycles, the second a week late."""
    someone = in_arm(made, "infusion")
    give(made, someone, 0, 1)
    assert seen(made, someone)["velotaxin"]["relative"] == "99.7"
    give(made, someone, 14, 2, **{PART: "110"})
    row = seen(made, someone)["velotaxin"]
    assert {name: row[name] for name in ("cycles", "given", "weeks", "a_week")} == {
        "cycles": 2,
        "given": "255",
        "weeks": "3",
        "a_week": "85",
    }
    assert (row["planned_a_week"], row["relative"]) == ("145.4", "58.4")
    assert (row["given_by_size"], row["unit_by_size"]) == ("140.3", "mg/m2")
    assert (row["first_on"], row["last_on"]) == (DAY, DAY + days(14))


def test_the_full_dose_of_a_cycle_is_that_of_what_was_recorded_by_its_day(made):
    """Height and weight are of the day after: of no later weight is a dose made."""
    someone = in_arm(made, "infusion")
    give(made, someone, -1, 1)
    row = seen(made, someone)["velotaxin"]
    assert (row["given"], row["planned_a_week"], row["relative"]) == ("145", None, None)
    assert row["given_by_size"] is None


def test_of_whom_nothing_was_given_there_is_no_row(made):
    someone = in_arm(made, "infusion")
    plan_of(made, someone, WEEKLY)
    assert seen(made, someone) == {}


def test_tablets_count_once_they_are_counted(made):
    """200 mg on 28 days is 5,600 mg in four weeks; 5,400 were taken."""
    someone = in_arm(made, "tablet")
    dose = GiveDose(regimen="daily", cycle=1, doses={"daily-oralutin": "200"})
    made.do(dose, someone, by="assistant-01", on=DAY)
    row = seen(made, someone)["oralutin"]
    assert (row["given"], row["relative"], row["planned_a_week"]) == (None, None, "1400")
    for what, number, day in (("dispensed", 30, 0), ("returned", 3, 28)):
        count = CountTablets(
            regimen="daily", cycle=1, product="oralutin-200", what=what, number=number
        )
        made.do(count, someone, by="assistant-01", on=DAY + days(day))
    row = seen(made, someone)["oralutin"]
    assert (row["given"], row["a_week"], row["relative"]) == ("5400", "1350", "96.4")
    assert (row["given_by_size"], row["unit_by_size"]) == (None, None)


def test_through_a_pump_it_counts_as_it_was_delivered():
    """193.8 mg in 30 mL at 1.3 mL a day are 117.6 in 14 days: 0.12 x 70 x 14; 195 give 118.3."""
    made = two_schedules(**a_text())
    someone = with_pump(made)
    drug = {"substance": "drug", "dose": "195"}
    made.do(refill(**drug, withdrawn="28.7"), someone, by="doctor-01", on=DAY + days(1))
    assert "drug" not in seen(made, someone)  # what still runs in is not delivered yet
    made.do(refill(withdrawn="11.8"), someone, by="doctor-01", on=DAY + days(15))
    row = seen(made, someone)["drug"]
    assert (row["given"], row["weeks"], row["planned_a_week"]) == ("118.3", "4", "29.4")
    assert row["relative"] == "100.6"


def test_analysis_has_the_same_as_a_frame(made):
    someone = in_arm(made, "infusion")
    give(made, someone, 0, 1)
    (table,) = (one for one in CHAPTER.tables if one.name == "dose_intensity")
    found = frame(table, [made.subject(someone)], made.study)
    assert found["given"].to_list() == ["145"]


@pytest.mark.parametrize("per", ["nothing", "rash"])
def test_by_what_a_total_is_told_is_a_fact_with_a_unit(per):
    text = by_surface()["treatment"]
    text["drugs"][0]["per"] = per
    study = a_study("two-schedules", treatment=text)
    (found,) = study.treatment.strangers(study)
    assert found == (("drugs", 0, "per"), f"no fact with a unit is named {per!r}")


def test_oxaliplatin_of_pump_it_is_told_by_the_square_metre():
    drug = a_study("pump-it").treatment.drug_of["oxaliplatin"]
    assert (drug.per, drug.unit) == ("bsa", "mg")
    assert Decimal(drug.levels[0]) == 100
