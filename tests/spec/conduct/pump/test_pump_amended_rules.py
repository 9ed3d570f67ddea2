"""No amendment forgets a pump that runs, what is in it, or a dose that was given."""

import pytest

from equipoise.conduct.adoption import broken_promises
from tests.spec.conduct.pump.pumps import PUMP, a_text
from tests.support import a_study


def without(name: str, code: str) -> dict[str, object]:
    """The section with one thing of a list less."""
    ways = [one for one in PUMP["passes"] if one["substance"] != code]
    return {name: [one for one in PUMP[name] if one["id"] != code], "passes": ways}


@pytest.mark.parametrize(
    ("pump", "because"),
    [
        (without("models", "p40"), "pump model 'p40' stands in an adopted text"),
        (without("substances", "syrup") | {"rest": None}, "substance 'syrup' stands in an adopted"),
    ],
)
def test_a_pump_that_may_run_and_what_may_be_in_it_stay_in_the_text(pump, because: str):
    """By a text without them it would be watched by nobody, or taken for empty."""
    (refusal,) = broken_promises([a_text()], a_text(**pump))
    assert refusal.because.startswith(because)


def test_what_is_a_drug_stays_one():
    """Otherwise its day 15 would be a late visit, and no overdose."""
    plain = [{**one, "drug": False} for one in PUMP["substances"]]
    (refusal,) = broken_promises([a_text()], a_text(substances=plain))
    assert refusal.because == "substance 'drug' is a drug, of which an overdose is told"


def test_a_dose_that_may_have_been_given_keeps_its_regimen_its_drug_and_its_unit():
    """A total of what was given would be lower, and a dose that was given not recordable."""
    before = a_study("two-schedules")
    told = before.treatment.model_dump()
    told["regimens"][0]["id"] = "monthly"
    told["regimens"][0]["parts"][0]["id"] = "monthly-velotaxin"
    found = broken_promises([before], a_study("two-schedules", treatment=told))
    assert [one.because.split(" stands")[0] for one in found] == [
        "regimen 'weekly'",
        "dose 'weekly-velotaxin'",
    ]
    told["drugs"][1]["tablets"][0]["amount"] = "25 mg"
    found = broken_promises([before], a_study("two-schedules", treatment=told))
    assert "a tablet 'oralutin-50' that was counted held 50 mg, not 25 mg" in [
        one.because for one in found
    ]
    told["drugs"][1]["unit"] = "g"
    told["regimens"][1]["parts"][0]["dose"] = "0.2 g"
    told["regimens"][1]["parts"][0]["round"] = None
    found = broken_promises([before], a_study("two-schedules", treatment=told))
    assert "drug 'oralutin' was dosed in 'mg', not in 'g'" in [one.because for one in found]
