"""Height and weight that were exchanged are stopped before any dose, with both values named."""

import random
from datetime import date, timedelta

import pytest

from equipoise.conduct import cases
from equipoise.conduct.act import Refused
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.forms import SaveForm
from equipoise.logic.evaluate import calculated, truth_of
from equipoise.logic.language import parsed
from equipoise.logic.truth import Truth
from tests.oracle.dosing.dosing import ON, a_person
from tests.sampled import WHOLE
from tests.studies.carried import carried
from tests.studies.test_a_way_through import Way

PUMP_IT = carried("pump-it")


@pytest.fixture(scope="module")
def way() -> Way:
    return Way(PUMP_IT)


@pytest.mark.parametrize("right", [{}, {"item.implausible": {"height": "measured again"}}])
def test_exchanged_values_are_refused_with_both_named_before_and_after_each_is_said_to_be_right(
    way: Way, right: dict[str, dict[str, str]]
):
    values = {"height": "70", "weight": "172"}
    act = SaveForm(
        form="demography", visit="screening", values=values, reason="anew", confirmed=right
    )
    with pytest.raises(Refused) as found:
        way.do(act, way.on + timedelta(days=30))
    assert [one.because for one in found.value.refusals if one.code == "item.check"] == [
        "The body mass index lies outside 12 to 60: height and weight may have been exchanged"
        " (Height 70 cm and Weight 172 kg)"
    ]


def test_a_height_in_metres_is_refused_unless_its_unit_is_said(way: Way):
    """Du Bois would make 0.066 m2 of it."""
    typed = {"height": "1.70", "weight": "75"}
    act = SaveForm(form="demography", visit="screening", values=typed, reason="anew")
    with pytest.raises(Refused) as found:
        way.do(act, way.on + timedelta(days=30))
    assert [(one.code, one.where) for one in found.value.refusals] == [
        ("item.impossible", "height")
    ]
    in_metres = {"height": "1.70", "height.unit": "m", "weight": "75"}
    way.do(
        SaveForm(form="demography", visit="screening", values=in_metres, reason="anew"),
        way.on + timedelta(days=31),
    )
    facts = SubjectFacts(way.study, way.subject, way.on + timedelta(days=31))
    words = way.study.vocabulary
    assert calculated("bsa", words, facts, way.on + timedelta(days=31), 3).text == "1.882 m²"


def test_of_ten_thousand_people_nobody_passes_with_height_and_weight_exchanged():
    """A tenth of them in every run."""
    form = PUMP_IT.study.form_of["demography"]
    (check,) = (parsed(one.that) for one in form.checks if not one.soft)
    draw = random.Random(20261129)
    for _ in range(10_000 if WHOLE else 1_000):
        height = round(draw.gauss(172, 10))
        weight = round(min(max(draw.gauss(26, 5), 16), 45) * (height / 100) ** 2)
        for one, other, right in [(height, weight, Truth.TRUE), (weight, height, Truth.FALSE)]:
            person, words = a_person(str(other), str(one), "male")
            assert truth_of(check, words, person, ON) is right, (height, weight)


def test_a_weight_half_as_much_again_as_before_is_refused_with_both_named():
    study = PUMP_IT.study
    given = [
        {"on": date(2026, 6, 15), "form": "demography", "values": {"height": 190, "weight": 100}},
        {"on": date(2026, 7, 1), "form": "vital_signs", "values": {"weight_now": 151}},
    ]
    case = cases.Case.model_validate(
        {"because": "Too heavy.", "on": date(2026, 7, 1), "given": given}
    )
    with pytest.raises(cases.Impossible) as found:
        cases.subject_of(study, case)
    assert "than at screening" in str(found.value)
    assert "(Weight 100 kg and Weight 151 kg)" in str(found.value)
