"""The hard stops that a trial with pumps needs: each by its rule here, and by its test."""

import re
from pathlib import Path

import pytest

from equipoise.conduct.pump import filling
from equipoise.conduct.treatment import cycles, planning, releasing, stops
from equipoise.study.reason import Reason
from tests.support import a_study

_STOPS = "studies/test_dose_cases.py::test_every_stop_is_seen_standing_and_not"
_BOUNDS = "studies/test_dose_cases.py::test_every_bound_of_a_stop_is_seen_from_both_sides"
_ROWS = "studies/test_dose_cases.py::test_every_row_of_every_table_fires_in_a_case"
_DOSES = "spec/conduct/treatment/test_treatment_rules.py::"
_PUMPS = "spec/conduct/pump/test_pump_rules.py::"
HARD_STOPS = [
    ("bevacizumab from the first planned floxuridine until six weeks after the pump",
     "bevacizumab-floxuridine",
     "studies/test_dose_cases.py::"
     "test_bevacizumab_waits_six_weeks_after_a_pump_for_which_floxuridine_was_planned"),
    ("bevacizumab in the pump group altogether", "bevacizumab-pump", _STOPS),
    ("bevacizumab within six weeks before liver surgery", "bevacizumab-before-liver", _BOUNDS),
    ("bevacizumab within four weeks after liver surgery", "bevacizumab-liver",
     "studies/test_dose_cases.py::test_bevacizumab_waits_four_weeks_after_liver_surgery"),
    ("bevacizumab with a wound that has not healed", "bevacizumab-wound", _STOPS),
    ("bevacizumab with a blood pressure too high or not recorded", "bevacizumab-pressure", _BOUNDS),
    ("bevacizumab with protein in the urine or none recorded", "bevacizumab-urine", _STOPS),
    ("floxuridine without a released scan", "pump-released",
     "studies/test_dose_cases.py::test_floxuridine_waits_for_the_release_of_the_pump"),
    ("floxuridine by a stale flow", "pump-flow-old", _BOUNDS),
    ("floxuridine with a flow off the card", "pump-flow-off", _BOUNDS),
    ("floxuridine without a pump", "pump-none", _STOPS),
    ("floxuridine by the bilirubin against its reference", "fudr-bilirubin", _ROWS),
    ("floxuridine by the bilirubin itself", "fudr-bilirubin-limit", _ROWS),
    ("a regimen that does not go with a pump", "regimen-pump", _STOPS),
    ("fluorouracil or capecitabine with DPYD unknown or at most 0.5", "dpyd", _BOUNDS),
    ("fluorouracil or capecitabine beside brivudine", "brivudine", _STOPS),
    ("fluorouracil or capecitabine beside a coumarin", "coumarin", _STOPS),
    ("capecitabine below a clearance of 30 mL/min", "capecitabine-clearance", _ROWS),
    ("an event in free words, which lowers no dose", "event-uncoded",
     "studies/test_dose_cases.py::"
     "test_an_event_in_free_words_stops_until_somebody_says_which_it_is"),
    ("neutrophils", "neutrophils", _BOUNDS),
    ("platelets", "platelets", _BOUNDS),
    ("height and weight swapped, by the body mass index", "body", _BOUNDS),
    ("height and weight swapped, by the weight before", "weight-changed", _BOUNDS),
    ("an implausible dose", "treatment.too-much",
     _DOSES + "test_no_dose_is_planned_above_what_can_be_right"),
    ("a dose in another unit", "treatment.no-amount",
     _DOSES + "test_a_dose_in_another_unit_is_no_dose"),
    ("a dose that is another than in the prescribing system", "treatment.prescribed-otherwise",
     _DOSES + "test_the_prescribing_systems_dose_is_typed_in_and_a_difference_is_a_stop"),
    ("a rate that times the hours is not the volume", "treatment.rate",
     _DOSES + "test_the_rate_times_the_hours_is_the_volume"),
    ("a plan that nobody else checked", "treatment.not-checked",
     _DOSES + "test_nothing_is_released_that_nobody_checked_or_of_no_lot"),
    ("a check by who planned it", "treatment.same-person",
     _DOSES + "test_a_plan_is_checked_by_another_person_over_what_was_shown"),
    ("what may not go through a port", "pump.port",
     _PUMPS + "test_what_cannot_have_been_is_refused"),
    ("a needle that does not fit", "pump.needle",
     _PUMPS + "test_what_cannot_have_been_is_refused"),
]  # fmt: skip
"""What is stopped; the stop or modification of PUMP-IT, or the reason; the test that shows it."""


def rules() -> set[str]:
    """Every stop and modification of PUMP-IT that may hold, and every reason of the trial."""
    treatment = a_study("pump-it").treatment
    named = {one.id for one in (*treatment.stops, *treatment.modifications)}
    known = (
        one
        for module in (cycles, filling, planning, releasing, stops)
        for one in vars(module).values()
    )
    return named | {one.code for one in known if isinstance(one, Reason)}


@pytest.mark.parametrize(("what", "rule", "test"), HARD_STOPS)
def test_every_hard_stop_has_its_rule_and_its_test(what: str, rule: str, test: str):
    assert rule in rules(), what
    file, name = test.split("::")
    source = (Path("tests") / file).read_text(encoding="utf-8")
    assert re.search(rf"^def {name}\(", source, re.MULTILINE), test


def test_every_stop_of_the_study_is_told_here():
    assert {one.id for one in a_study("pump-it").treatment.stops} <= {n for _, n, _ in HARD_STOPS}
