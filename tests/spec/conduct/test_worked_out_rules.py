"""Items that the server works out: their value, how it came about, and what it waits for."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.conduct.act import Refused
from equipoise.conduct.folding import FreshFolds
from equipoise.conduct.forms import SaveForm
from equipoise.conduct.voiding import VoidEntry
from equipoise.conduct.worked_out import WORKED_OUT, Copy, worked_out
from equipoise.study.check import consistency
from equipoise.study.places import Places
from tests.sampled import examples
from tests.support import DAY, Trial, a_study, a_trial, days

KG, M = {"kind": "quantity", "unit": "kg"}, {"kind": "quantity", "unit": "m", "units": ["cm"]}
WEIGHT = {"id": "weight", "label": {"en": "Weight"}, **KG}
HEIGHT = {"id": "height", "label": {"en": "Height"}, **M}
BMI = {"id": "bmi", "label": {"en": "BMI"}, "kind": "quantity", "unit": "kg/m2",
       "formula": "weight / height ** 2"}  # fmt: skip


def with_items(*more):
    """Weight, and what is worked out, on a form of every visit; height on one of the first."""
    forms = [form.model_dump() for form in a_study().forms]
    forms[0]["items"] = [*forms[0]["items"], HEIGHT]
    forms[1]["items"] = [*forms[1]["items"], WEIGHT, *more]
    return forms


@pytest.fixture
def asking() -> Trial:
    return a_trial(a_study(forms=with_items(BMI)))


def said(form: str, reason: str = "", number: int = 1, **values: str) -> SaveForm:
    return SaveForm(form=form, visit="screening", number=number, values=values, reason=reason)


def bmi(asking: Trial, someone: str, number: int = 1, on: date = DAY):
    copy = Copy(form=asking.study.form_of["pressure"], visit="screening", number=number, on=on)
    return worked_out(asking.study, asking.subject(someone), copy)["bmi"]


def test_the_value_is_told_with_its_arithmetic_in_the_units_of_the_study(asking: Trial) -> None:
    someone = asking.enter()
    asking.do(SaveForm(form="person", visit="screening",
                       values={"height": "180", "height.unit": "cm"}), someone)  # fmt: skip
    asking.do(said("pressure", weight="80"), someone)
    found = bmi(asking, someone)
    assert f"{found.arithmetic} = {found.text}" == "80 kg / (1.8 m)² = 24.7 kg/m²"
    (row,) = WORKED_OUT.rows(asking.study, asking.subject(someone), DAY)
    assert row[5:] == ("bmi", "24.6913580247", "kg/m2", None)


def test_what_is_missing_is_named(asking: Trial) -> None:
    someone = asking.enter()
    asking.do(said("pressure", weight="80"), someone)
    found = bmi(asking, someone)
    assert (found.value, found.waits_for) == (None, ("height",))
    assert found.missing[0].because == "Height is not recorded"


def test_it_is_never_typed(asking: Trial) -> None:
    assert asking.codes(said("pressure", bmi="24"), asking.enter()) == ["item.derived"]


def test_a_copy_knows_its_own_answers_and_what_was_true_up_to_its_day(asking: Trial) -> None:
    someone = asking.enter()
    asking.do(said("pressure", weight="80"), someone)
    asking.do(said("pressure", number=2, weight="90"), someone, on=DAY + days(2))
    asking.do(said("person", height="2"), someone, on=DAY + days(1))
    assert bmi(asking, someone).waits_for == ("height",), "the height was measured later"
    assert bmi(asking, someone, 2, DAY + days(2)).value == "22.5"


FORMULAS = [
    ("bmi * 2", {"unit": "kg/m2"}, "follows from itself"),
    ("weight / heigth ** 2", {}, "Unknown name 'heigth'"),
    ("weight", {}, "This gives kg, which is no kg/m2"),
    ("weight > 80 kg", {}, "This gives a yes or no, not a number"),
    ("weight /", {}, "Expected a value"),
    ("weight", {"kind": "text", "unit": ""}, "a text cannot be worked out"),
    (BMI["formula"], {"required": True}, "so that it has no `required`"),
]


@pytest.mark.parametrize(("formula", "more", "told"), FORMULAS)
def test_a_formula_that_cannot_give_the_value_is_told(formula: str, more: dict, told: str) -> None:
    study = a_study(forms=with_items({**BMI, **more, "formula": formula}))
    found = [problem.message for problem in consistency(study, Places(), set())]
    assert any(told in message for message in found), found


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("weight"), st.sampled_from(["80", "60", "", "<5", "x"])),
        st.tuples(st.just("height"), st.sampled_from(["1.8", "2", ""])),
        st.tuples(st.just("void"), st.integers(2, 9)),
    ),
    max_size=8,
)


@settings(max_examples=examples(15), deadline=None)
@given(steps=STEPS)
def test_after_every_act_it_is_what_a_fresh_computation_gives(steps: list) -> None:
    """Weight and height as a person would read them off the last save of each that stands."""
    asking = a_trial(a_study(forms=with_items(BMI)))
    someone = asking.enter()
    for what, value in steps:
        form = {"weight": "pressure", "height": "person"}.get(what, "")
        act = said(form, "again", **{what: value}) if form else VoidEntry(entry=value, reason="no")
        try:
            asking.do(act, someone)
        except Refused:
            continue
        rows = list(WORKED_OUT.rows(asking.study, asking.subject(someone), DAY))
        afresh = FreshFolds(asking.ledger).subject(someone)
        assert rows == list(WORKED_OUT.rows(asking.study, afresh, DAY))
        assert [row[6] for row in rows] == by_hand(afresh)


def by_hand(subject) -> list[str | None]:
    records = {record.form: record for record in subject.forms.records.values()}
    weight, height = last(records, "pressure", "weight"), last(records, "person", "height")
    if "pressure" not in records:
        return []
    if not weight or not height:
        return [None]
    sign, number = ("<", weight[1:]) if weight.startswith("<") else ("", weight)
    return [f"{sign}{float(number) / float(height) ** 2:.12g}"]


def last(records, form: str, name: str) -> str:
    saves = reversed(records[form].saves) if form in records else ()
    return next((save.values[name] for save in saves if name in save.values), "")
