"""Whether a number, a limit or a day can be right, in whatever unit it was typed."""

from datetime import date, timedelta

import msgspec
import pytest

from equipoise.conduct.answers import answer_refusals
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.input_limits import unfit
from equipoise.study.reason import Refusal
from tests.support import DAY, a_trial, carried_study, noon, person, pressure, rows


def refused(form: str, before: dict[str, str] | None = None, **values: str) -> list[Refusal]:
    asked = {name.replace("__", "."): value for name, value in values.items()}
    return list(answer_refusals(carried_study("pump-it").form_of[form], asked, before or {}, DAY))


def codes(form: str, before: dict[str, str] | None = None, **values: str) -> list[str]:
    return [f"{one.where} {one.code.partition('.')[2]}" for one in refused(form, before, **values)]


def test_a_number_is_judged_in_the_items_own_unit_whatever_unit_it_is_typed_in():
    table = """
        item       | value | unit  | code
        -----------+-------+-------+-----------
        hb         | 140   | g/dL  | impossible
        hb         | 14    | g/dL  |
        hb         | 140   | g/L   |
        hb         | 1     | g/dL  | implausible
        creatinine | 80    | mg/dL | implausible
        creatinine | 0.9   | mg/dL |
        bilirubin  | 20    | mg/dL | implausible
        alt        | 500   | ukat/L| implausible
        platelets  | 200   | /uL   | implausible
        platelets  | 2e5   | /uL   | number
        platelets  | 200000| /uL   |
        egfr       | 400   | mL/min| implausible
        hb         | -5    | g/dL  | impossible
    """
    for row in rows(table):
        found = codes(
            "laboratory", **{row["item"]: row["value"], f"{row['item']}__unit": row["unit"]}
        )
        assert found == ([f"{row['item']} {row['code']}"] if row["code"] else []), row


def test_what_was_typed_and_what_it_is_in_the_own_unit_are_both_told():
    [told] = refused("laboratory", bilirubin="20", bilirubin__unit="mg/dL")
    assert told.because.startswith("Total bilirubin 20 mg/dL is 342.1 umol/L, above 250 umol/L")


def test_a_new_unit_judges_an_old_value_and_an_old_unit_a_new_value():
    old = {"hb": "8.5"}
    assert codes("laboratory", old, hb__unit="g/dL") == []
    assert codes("laboratory", {"hb": "14"}, hb__unit="g/dL") == []
    assert codes("laboratory", {"hb": "14", "hb.unit": "g/dL"}, hb="140") == ["hb impossible"]
    assert codes("laboratory", {"hb": "140", "hb.unit": "g/L"}, hb__unit="g/dL") == [
        "hb impossible"
    ]


def test_a_censored_value_is_judged_by_what_it_leaves_open():
    table = """
        hb     | code
        -------+------------
        <5     |
        >5     |
        <1     | implausible
        <=1    |
        >15    | implausible
        >=15   |
        >99999 | impossible
        <99999 | implausible
        <0     | impossible
    """
    for row in rows(table):
        assert codes("laboratory", hb=row["hb"]) == (
            [f"hb {row['code']}"] if row["code"] else []
        ), row


def test_a_censored_value_is_told_with_its_sign():
    assert refused("laboratory", hb="<0.5")[0].because.startswith(
        "Haemoglobin <0.5 mmol/L is below"
    )
    assert "Haemoglobin >=30 mmol/L" in refused("laboratory", hb=">=30")[0].because
    [told] = refused("laboratory", bilirubin=">20", bilirubin__unit="mg/dL")
    assert told.because.startswith("Total bilirubin >20 mg/dL is >342.1 umol/L, above 250 umol/L")


def test_a_limit_of_normal_in_another_unit_than_its_value_is_asked():
    table = """
        value | unit   | uln  | code
        ------+--------+------+------------
        80    | umol/L | 104  |
        80    | umol/L | 1.2  | implausible
        0.9   | mg/dL  | 1.2  |
        0.9   | mg/dL  | 104  | implausible
        80    |        | 0    | limit
    """
    for row in rows(table):
        values = {"creatinine": row["value"], "creatinine__uln": row["uln"]}
        found = codes("laboratory", **values, creatinine__unit=row["unit"])
        assert found == ([f"creatinine.uln {row['code']}"] if row["code"] else []), row


def test_a_limit_of_before_that_does_not_fit_the_new_unit_is_not_kept_whatever_the_reason():
    """Why the value is changed is no reason why a creatinine of 0.9 mg/dL is below 110 mg/dL."""
    old = {"creatinine": "80", "creatinine.unit": "umol/L", "creatinine.uln": "110"}
    new = {"creatinine": "0.9", "creatinine__unit": "mg/dL"}
    assert codes("laboratory", old, **new) == ["creatinine.uln limit-left"]
    assert codes("laboratory", old, **new, creatinine__uln="1.2") == []
    assert codes("laboratory", old, **new, creatinine__uln="") == []
    assert codes("laboratory", old, **new, creatinine__uln="110") == ["creatinine.uln implausible"]
    # A value in the wrong unit beside a limit in the right one, and the other way round.
    mistaken = {"creatinine": "0.9", "creatinine.unit": "umol/L", "creatinine.uln": "1.2"}
    assert codes("laboratory", mistaken, creatinine__unit="mg/dL") == []
    assert codes("laboratory", {"creatinine": "80", "creatinine.uln": "110"}, **new) == [
        "creatinine.uln limit-left"
    ]


def test_a_count_is_a_whole_number():
    assert codes("imaging", gda_liver_branches="1.5") == ["gda_liver_branches whole"]
    assert codes("imaging", gda_liver_branches="2.0") == []


def test_nothing_that_happened_lies_in_the_future():
    tomorrow, today = (DAY + timedelta(days=1)).isoformat(), DAY.isoformat()
    assert codes("demography", birth_date="2030") == ["birth_date date-future"]
    assert codes("demography", birth_date=str(DAY.year)) == []
    assert codes("disease", primary_diagnosed_on=tomorrow) == ["primary_diagnosed_on date-future"]
    assert codes("disease", primary_diagnosed_on=today) == []
    assert codes("treatment_start", systemic_started_on=tomorrow) == []


def test_an_impossible_value_is_refused_whatever_the_reason():
    made = a_trial()
    someone = made.enter()
    act = SaveForm(form="pressure", visit="screening", values={"systolic": "-5"}, reason="x")
    assert made.codes(act, someone) == ["item.impossible"]


def test_each_thing_that_is_asked_back_needs_an_answer_of_its_own():
    """Why one value is changed is no reason why another is unlikely, or why the day is late."""
    made = a_trial()
    someone, at = made.randomised(), noon(DAY + timedelta(days=90))
    in_time, late = DAY + timedelta(days=28), DAY + timedelta(days=60)
    made.do(pressure("weeks.1"), someone, on=in_time)
    values = {"systolic": "265", "diastolic": "20"}
    save = SaveForm(form="pressure", visit="weeks.1", values=values, reason="read again")
    unlikely, moved = "item.implausible", "form.outside-window"
    asked = {(unlikely, "systolic"), (unlikely, "diastolic"), (moved, "happened")}

    def left(confirmed, **more):
        act = msgspec.structs.replace(save, confirmed=confirmed, **more)
        refused = made.refusals(act, someone, on=late, at=at)
        return {(refusal.code, refusal.where) for refusal in refused}

    assert left({}) == asked
    assert left({unlikely: {"systolic": "three times"}}) == asked - {(unlikely, "systolic")}
    assert left({unlikely: {"systolic": "a", "diastolic": "b"}}) == {(moved, "happened")}
    assert left({moved: {"happened": " ", "systolic": "x"}}) == asked
    all_of_them = {unlikely: {"systolic": "a", "diastolic": "b"}, moved: {"happened": "c"}}
    assert left(all_of_them, reason="") == {("form.no-reason", "reason")}
    made.do(msgspec.structs.replace(save, confirmed=all_of_them), someone, on=late, at=at)


def test_an_answer_to_a_question_stands_with_what_was_asked_and_no_other_is_kept():
    made = a_trial()
    someone = made.enter()
    values = {"systolic": "265", "diastolic": "80"}
    said = {"systolic": "three times", "diastolic": "as always"}
    confirmed = {"item.implausible": said, "form.outside-window": {"happened": "moved"}}
    act = SaveForm(form="pressure", visit="screening", values=values, confirmed=confirmed)
    kept = msgspec.json.decode(made.do(act, someone).payload)["confirmed"]
    assert kept == {"item.implausible": {"systolic": "three times"}}
    record = made.subject(someone).forms.records["pressure@screening#1"]
    reasons = {name: record.values[name][-1].reason for name in values}
    assert reasons == {"systolic": "three times", "diastolic": ""}


def test_what_is_never_asked_cannot_be_confirmed():
    made = a_trial()
    confirmed = {"item.impossible": {"systolic": "it is"}}
    act = SaveForm(form="pressure", visit="screening", values={}, confirmed=confirmed)
    assert made.codes(act, made.enter()) == ["form.no-question"]


def test_what_means_the_same_number_is_no_change_and_is_kept_in_one_way():
    made = a_trial()
    someone = made.enter()
    made.do(pressure(systolic="+0140.50"), someone)
    record = made.subject(someone).forms.records["pressure@screening#1"]
    assert record.now("systolic") == "140.5"
    made.do(pressure(systolic="140.500"), someone)
    assert len(record.values["systolic"]) == 1


def test_a_form_long_before_screening_is_asked_and_one_of_another_century_refused():
    made = a_trial()
    someone, at = made.enter(), noon(DAY)
    assert made.codes(person(), someone, on=date(1890, 1, 1), at=at) == ["form.too-long-before"]
    year = DAY - timedelta(days=400)
    assert made.codes(person(), someone, on=year, at=at) == ["form.well-before"]
    made.do(person(), someone, on=DAY - timedelta(days=300), at=at)


@pytest.mark.parametrize(
    "sign", ["\u202e", "\u2066", "\u200b", "\ufeff", "\u2028", "\U000e0041", "\u061c", "\u180e"]
)
def test_signs_that_are_not_seen_and_turn_text_round_are_refused(sign):
    act = SaveForm(form="person", values={}, reason=f"typed{sign}wrong")
    assert [one.code for one in unfit(act)] == ["text.control"]


@pytest.mark.parametrize("reason", ["\u3164", "\uffa0", "\u115f", "\u2800", "\u034f"])
def test_a_reason_in_which_nothing_is_to_be_seen_is_none(reason):
    act = SaveForm(form="person", values={}, reason=reason)
    assert [one.code for one in unfit(act)] == ["text.control"]


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ({"medicine": "caf\u00e9"}, {"medicine": "cafe\u0301"}),
        ({"medicine": "one\ntwo"}, {"medicine": "one\r\ntwo"}),
        ({"medicine": "tea"}, {"medicine": " tea\u00a0"}),
        ({"medicine": "tea"}, {"medicine": "tea", "lowers_pressure": ""}),
    ],
)
def test_a_text_that_means_the_same_is_no_change_and_is_kept_in_one_way(first, again):
    made = a_trial()
    for row, other in ((first, again), (again, first)):
        someone = made.enter()
        for given in (row, other):
            values = {"medicines": [given]}
            made.do(SaveForm(form="person", visit="screening", values=values), someone)
        record = made.subject(someone).forms.records["person@screening#1"]
        assert [version.value for version in record.values["medicines"]] == [[first]]


def test_letters_of_every_script_may_be_written():
    act = SaveForm(form="person", values={}, reason="Ömer Şahin, नीरज, می‌خواهم, 陳, 🩺")
    assert list(unfit(act)) == []
