"""What goes into a pump is made up to its reservoir: drug, what is added, and fluid."""

from datetime import timedelta
from decimal import Decimal

import pytest

from equipoise.conduct.treatment import ReleasePreparation, components, fill_of
from tests.spec.conduct.treatment.test_into_pump_rules import (
    HAIP,
    PART,
    a_text,
    reasons,
    with_pump,
)
from tests.support import DAY, a_study
from tests.treated import check_of, planned, two_schedules

SOURCE = {"source": "assumed: for tests"}
HEPARIN = {
    "id": "heparin",
    "label": "Heparin",
    "unit": "U",
    "strength": 5000,
    "amounts": [{"volume": 20, "amount": 25000}, {"volume": 30, "amount": 30000}],
    **SOURCE,
}
STEROID = {
    "id": "steroid",
    "label": "Steroid",
    "strength": 4,
    "amounts": [{"volume": 30, "amount": 25}],
    **SOURCE,
}


def made_with(**part):
    """The example in which a drug of 100 mg/mL goes into the pump."""
    text = a_text(additives=[HEPARIN, STEROID], **part)
    drugs = text["treatment"]["drugs"]
    text["treatment"]["drugs"] = [
        one | {"strength": "100 mg/mL"} if one["id"] == "drug" else one for one in drugs
    ]
    return two_schedules(**text)


def test_the_parts_of_a_filling_add_up_to_the_reservoir_of_this_pump():
    """195 mg of 100 mg/mL, 30,000 U of 5,000 U/mL, 25 mg of 4 mg/mL, and the rest of 30 mL."""
    made = made_with()
    someone = with_pump(made)
    treatment, subject = made.study.treatment, made.subject(someone)
    part = treatment.part_of[PART]
    fill = fill_of(made.study, subject, part, DAY)
    assert fill == 30
    told = components(treatment, part, fill, "195")
    assert [str(one) for one in told.volumes] == ["1.95", "6.00", "6.25", "15.80"]
    assert sum(told.volumes) == fill
    own = components(treatment, part, fill, "195", {PART: "50", f"{PART}.steroid": "5"})
    assert [str(one) for one in own.volumes] == ["3.90", "6.00", "5.00", "15.10"]
    assert components(treatment, part, Decimal(20), "195") is None


def test_a_strength_by_which_it_would_be_more_than_the_reservoir_is_refused():
    made = made_with()
    someone, on = with_pump(made), DAY + timedelta(1)
    plan = planned(made, someone, HAIP, day=DAY)
    made.do(check_of(made, someone, plan), someone, by="pharmacist-01")
    lots = {"plan": plan, "lots": {PART: "A1"}, "expiries": {PART: on.isoformat()}}
    release = ReleasePreparation(**lots, strengths={f"{PART}.heparin": "1000"})
    assert reasons(made, release, someone, by="pharmacist-01") == [
        "Drug: 195 mg of this strength, with what is added, are 38.20 mL, more than the 30 mL"
    ]
    wrong = ReleasePreparation(**lots, strengths={f"{PART}.heparin": "much"})
    assert reasons(made, wrong, someone, by="pharmacist-01") == ["Drug: 'much' is no amount"]
    right = ReleasePreparation(**lots, strengths={f"{PART}.heparin": "5000"})
    made.do(right, someone, by="pharmacist-01")


@pytest.mark.parametrize(
    ("additives", "place", "because"),
    [
        ([HEPARIN, HEPARIN], (1, "id"), "'heparin' stands twice"),
        ([HEPARIN | {"unit": "spoons"}], (0, "unit"), "'spoons' is not a unit that is known"),
        (
            [HEPARIN | {"amounts": HEPARIN["amounts"][:1] * 2}],
            (0, "amounts", 1, "volume"),
            "20 mL stands twice",
        ),
    ],
)
def test_what_is_added_is_said_once_and_in_a_unit(additives, place, because):
    study = a_study("two-schedules", **a_text(additives=additives))
    at = ("regimens", 2, "parts", 0, "additives", *place)
    assert (at, because) in [*study.treatment.strangers(study)]
