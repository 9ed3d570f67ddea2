"""The unit of a value stands with it at entry; that of an old one follows from its own text."""

import json

import pytest

from equipoise.analysis.frames import frame, subjects_as_of
from equipoise.conduct import folding, trial
from equipoise.conduct.act import Refused
from equipoise.conduct.answers import with_units
from equipoise.conduct.cases import ANSWERS
from equipoise.conduct.eligibility import checklist
from equipoise.conduct.facts import unit_of
from equipoise.conduct.form_values import VALUES
from equipoise.conduct.forms import SaveForm
from equipoise.ledger import MemoryLedger
from equipoise.study.load import load
from tests import before
from tests.before import edited
from tests.support import a_stamp, a_trial, carried_study, pressure

BEFORE = "TEA-01-0001"


@pytest.fixture(scope="module")
def old():
    """The study that the fixtures of before began with."""
    return load(before.STUDY)


@pytest.fixture(scope="module")
def amended(tmp_path_factory):
    """The text that the folder of the second fixture was edited into, and adopted."""
    home = before.unpacked("lost", tmp_path_factory.mktemp("lost"))
    return load(home.parent / "study")


def saved(study, ledger, reason="", number=1, **values):
    """A laboratory form of someone of before, recorded today."""
    act = SaveForm(form="laboratory", visit="weeks.1", number=number, values=values, reason=reason)
    day = folding.FreshFolds(ledger).subject(BEFORE).forms.records["laboratory@weeks.1#1"].on
    return trial.perform(study, ledger, act, a_stamp("doctor-01", day), subject_id=BEFORE)


def stands(study, ledger, subject_id, criterion):
    subject = folding.FreshFolds(ledger).subject(subject_id)
    lines = {line.criterion.id: line for line in checklist(study, subject, subject.randomised_on)}
    return ANSWERS[lines[criterion].satisfied]


def values_of(study, ledger, subject_id, item):
    """What a frame says of an item: value, unit, label of each version."""
    table = frame(VALUES, subjects_as_of(ledger), study).to_dicts()
    return [
        (row["value"], row["unit"], row["label"])
        for row in table
        if (row["subject_id"], row["item"]) == (subject_id, item)
    ]


def test_the_unit_is_written_with_every_number_at_entry():
    made = a_trial()
    subject_id = made.enter()
    entry = made.do(pressure(), subject_id)
    assert json.loads(entry.payload)["values"] == {
        **{"systolic": "140", "systolic.unit": "mm[Hg]"},
        **{"diastolic": "85", "diastolic.unit": "mm[Hg]"},
    }


def test_a_number_that_is_put_right_stays_in_the_unit_that_stands_there():
    made = a_trial()
    subject_id = made.enter()
    made.do(pressure(systolic="19", **{"systolic.unit": "kPa"}), subject_id)
    mended = SaveForm(
        form="pressure", visit="screening", values={"systolic": "18"}, reason="misread"
    )
    entry = made.do(mended, subject_id)
    assert json.loads(entry.payload)["values"] == {"systolic": "18", "systolic.unit": "kPa"}


def test_the_unit_that_a_value_of_before_lacks_is_no_change(old):
    ledger = before.the_ledger("home")
    assert (
        "alt.unit"
        not in folding.FreshFolds(ledger)
        .subject(BEFORE)
        .forms.records["laboratory@weeks.1#1"]
        .values
    )
    saved(old, ledger, alt="33")
    record = folding.FreshFolds(ledger).subject(BEFORE).forms.records["laboratory@weeks.1#1"]
    assert len(record.values["alt"]) == 1 and "alt.unit" not in record.values
    saved(old, ledger, alt="34", reason="misread")
    record = folding.FreshFolds(ledger).subject(BEFORE).forms.records["laboratory@weeks.1#1"]
    assert [one.value for one in record.values["alt.unit"]] == ["U/L"]


def test_a_value_of_before_has_the_unit_of_the_text_it_was_recorded_under(old):
    ledger = before.the_ledger("home")
    assert values_of(old, ledger, BEFORE, "haematocrit") == [
        ("44", "%", None),
        ("41", "%", None),
        ("14", "%", None),
    ]
    assert values_of(old, ledger, BEFORE, "systolic") == [
        ("140", "mm[Hg]", None),
        ("18", "kPa", None),
    ]
    assert values_of(old, ledger, BEFORE, "fasting") == [
        ("fasting", None, "More than eight hours ago")
    ]
    assert ("80", "mg", None) in values_of(old, ledger, BEFORE, "doses")
    assert stands(old, ledger, BEFORE, "E3") == "met"


def test_where_that_text_is_lost_the_unit_is_not_recorded_and_decides_nothing(amended):
    """It read 44 in tens of thousandths, and failed the criterion, before."""
    ledger = before.the_ledger("lost")
    assert amended.items["haematocrit"].unit == "10*-3"
    assert values_of(amended, ledger, BEFORE, "haematocrit") == [("44", None, None)]
    assert values_of(amended, ledger, BEFORE, "fasting") == [("fasting", None, None)]
    assert ("80", None, None) in values_of(amended, ledger, BEFORE, "doses")
    assert stands(amended, ledger, BEFORE, "E3") == "unknown"
    # Its unit stood beside this one, and this participant came under the new text.
    assert values_of(amended, ledger, BEFORE, "glucose") == [("95", "mg/dL", None)]
    assert stands(amended, ledger, "TEA-01-0002", "E3") == "met"


def test_where_that_text_is_brought_in_the_value_is_read_in_its_own_unit(old, amended):
    ledger = before.the_ledger("lost")
    found = amended.knowing(lambda digest: old if digest == old.digest else None)
    assert values_of(found, ledger, BEFORE, "haematocrit") == [("44", "%", None)]
    assert stands(found, ledger, BEFORE, "E3") == "met"


def test_an_earlier_version_keeps_the_unit_of_its_day():
    made = a_trial()
    subject_id = made.enter()
    made.do(pressure(systolic="140"), subject_id)
    mended = {"systolic": "18", "systolic.unit": "kPa"}
    act = SaveForm(form="pressure", visit="screening", values=mended, reason="in kPa")
    made.do(act, subject_id)
    subject = made.subject(subject_id)
    record = subject.forms.records["pressure@screening#1"]
    units = [unit_of(made.study, subject, record, "systolic", v) for v in record.values["systolic"]]
    assert units == ["mm[Hg]", "kPa"]


def test_the_label_of_a_code_is_that_of_its_own_text(old, tmp_path):
    folder = before.copied(tmp_path / "study")
    edited(folder, "forms/laboratory.yaml", "More than eight hours ago", "Over eight hours ago")
    new = load(folder).knowing(lambda digest: old if digest == old.digest else None)
    ledger = MemoryLedger.of(before.the_ledger("home").everything())
    assert values_of(new, ledger, BEFORE, "fasting") == [
        ("fasting", None, "More than eight hours ago")
    ]


def test_another_unit_beside_a_number_of_before_is_a_change_with_a_reason(old):
    ledger = before.the_ledger("home")
    subject = folding.FreshFolds(ledger).subject(BEFORE)
    record = subject.forms.records["pressure@screening#1"]
    assert record.now("diastolic") == "85" and "diastolic.unit" not in record.values
    values = {"diastolic": "85", "diastolic.unit": "kPa"}
    act = SaveForm(form="pressure", visit="screening", values=values)
    with pytest.raises(Refused) as refused:
        trial.perform(old, ledger, act, a_stamp("doctor-01", record.on), subject_id=BEFORE)
    assert "form.no-reason" in {refusal.code for refusal in refused.value.refusals}
    same = SaveForm(
        form="pressure", visit="screening", values=values | {"diastolic.unit": "mm[Hg]"}
    )
    trial.perform(old, ledger, same, a_stamp("doctor-01", record.on), subject_id=BEFORE)


def test_a_unit_without_a_number_does_not_wait_for_the_next_one():
    """8.5 is in the item's own unit, whatever unit a number that was taken back was in."""
    form = carried_study("pump-it").form_of["laboratory"]
    assert with_units(form, {"hb.unit": "g/dL"}, {}) == {}
    stood = {"hb": "14", "hb.unit": "g/dL"}
    back = with_units(form, {"hb": ""}, stood)
    assert back == {"hb": "", "hb.unit": ""}
    assert with_units(form, {"hb": "8.5"}, {**stood, **back})["hb.unit"] == "mmol/L"
    assert with_units(form, {"hb": "8.5"}, stood)["hb.unit"] == "g/dL"


def test_limits_of_a_number_that_is_taken_back_do_not_wait_for_the_next_one():
    form = carried_study("pump-it").form_of["laboratory"]
    item = next(item.id for item in form.items if item.limits)
    stood = {item: "80", f"{item}.uln": "110", f"{item}.lln": "60"}
    back = with_units(form, {item: ""}, stood)
    assert back == {item: "", f"{item}.uln": "", f"{item}.lln": ""}
    assert with_units(form, {item: "", f"{item}.uln": "110"}, stood)[f"{item}.uln"] == "110"
