"""Products, quotients and powers are measured in units, and a percentage is no bare number."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest

from equipoise.logic import units
from equipoise.logic.compound_units import measured, power, product
from equipoise.logic.evaluate import evaluate, value_of
from equipoise.logic.facts import FactType, Kind, Observation
from equipoise.logic.language import parse
from equipoise.logic.typing_check import problems
from equipoise.logic.units import convert, factor, is_unit
from tests.unit.logic.a_subject import Known

ON = date(2026, 11, 23)


def quantity(name: str, unit: str, **more) -> FactType:
    return FactType(name=name, kind=Kind.QUANTITY, unit=unit, **more)


WORDS = {
    fact.name: fact
    for fact in (
        quantity("weight", "kg"),
        quantity("height", "m"),
        quantity("waist", "cm"),
        quantity("ef", "%"),
        quantity("dose", "mg"),
        quantity("surface", "m2"),
        quantity("creatinine", "umol/L", analyte="creatinine"),
        quantity("urine", "mL"),
        quantity("flow", "mL/min"),
        FactType(
            name="bmi", kind=Kind.DERIVED, unit="kg/m2", formula=parse("weight / height ** 2")
        ),
        FactType(name="share", kind=Kind.DERIVED, unit="%", formula=parse("ef")),
        FactType(name="score", kind=Kind.NUMBER),
    )
}


def subject() -> Known:
    values = {
        "weight": ("81", "kg"), "height": ("180", "cm"), "waist": ("90", "cm"), "ef": ("55", "%"),
        "dose": ("170", "mg"), "surface": ("2", "m2"), "creatinine": ("80", "umol/L"),
        "urine": ("1.5", "L"), "flow": ("90", "mL/min"), "score": ("3", ""),
    }  # fmt: skip
    return Known(
        {
            name: [Observation(value=Decimal(value), unit=unit, on=ON)]
            for name, (value, unit) in values.items()
        }
    )


# Worked by hand: 81 kg / (1.80 m)2 = 25 kg/m2 = 0.0025 kg/cm2; 170 mg / 2 m2 = 85 mg/m2;
# 80 umol/L x 1.5 L = 120 umol; 90 mL/min = 5.4 L/h; 55 % of 90 mL/min = 49.5 mL/min.
@pytest.mark.parametrize(
    ("rule", "truth"),
    [
        ("weight / height ** 2 >= 25 kg/m2", "TRUE"),
        ("weight / height ** 2 > 25 kg/m2", "FALSE"),
        ("weight / (height * height) <= 0.0025 kg/cm2", "TRUE"),
        ("weight * height ** -2 == 25 kg/m2", "TRUE"),
        ("weight / waist ** 2 == 100 kg/m2", "TRUE"),
        ("bmi >= 25", "TRUE"),
        ("bmi <= 0.0025 kg/cm2", "TRUE"),
        ("bmi * surface == 50 kg", "TRUE"),
        ("dose / surface == 85 mg/m2", "TRUE"),
        ("85 mg/m2 * surface == dose", "TRUE"),
        ("dose / weight > 2 mg/kg", "TRUE"),
        ("creatinine * urine == 120 umol", "TRUE"),
        ("flow * 1 h == 5.4 L", "TRUE"),
        ("ef * flow == 49.5 mL/min", "TRUE"),
        ("waist / height == 0.5", "TRUE"),
        ("dose / weight < 0.003 g/kg", "TRUE"),
        ("creatinine / 1 mg/dL < 1", "TRUE"),
        ("(creatinine / 40 umol/L) ** 2 == 4", "TRUE"),
        ("ef >= 50 %", "TRUE"),
        ("ef >= 0.5 {ratio}", "TRUE"),
        ("ef + 5 % == 60 %", "TRUE"),
        ("weight * score == 243 kg", "TRUE"),
    ],
)
def test_a_calculation_carries_its_unit(rule: str, truth: str):
    node = parse(rule)
    assert problems(node, WORDS, (), expected="yes or no") == []
    assert evaluate(node, WORDS, subject(), ON).truth.name == truth


def test_a_body_mass_index_has_a_value_for_those_whose_height_is_in_centimetres():
    assert value_of(parse("bmi"), WORDS, subject(), ON) == 25


@pytest.mark.parametrize(
    ("rule", "says", "would_do"),
    [
        ("weight / height ** 2 >= 25", "This is in kg/m2: the limit needs a unit", "kg/m2"),
        ("weight / height ** 2 >= 25 kg", "kg/m2 cannot be compared with kg", ""),
        ("weight / height >= 45 kg/m2", "kg/m cannot be compared with kg/m2", ""),
        ("ef >= 0.5", "'ef' is in %", "50 %, or 0.5 {ratio}"),
        ("0.5 <= ef", "'ef' is in %", "50 %"),
        ("ef in [50]", "'ef' is in %", "50 %"),
        ("share >= 0.5", "'share' is in %", "50 %"),
        ("ef >= score", "'ef' is in %", "50 %"),
        ("ef + 0.1 >= 60 %", "'ef' is in %", "50 %"),
        ("2 * ef >= 1", "This is in %", "50 %"),
        ("weight * height >= 100", "This is in kg.m", ""),
    ],
)
def test_a_number_without_the_unit_of_what_it_is_compared_with_is_refused(rule, says, would_do):
    found = problems(parse(rule), WORDS, (), expected="yes or no")
    assert len(found) == 1, found
    assert says in found[0].message
    assert would_do in found[0].suggestion


def test_a_formula_that_gives_another_unit_than_declared_is_refused():
    for formula, unit in (("weight / height", "kg/m2"), ("weight * 2", "m"), ("ef", "kg")):
        found = problems(parse(formula), WORDS, (), unit=unit)
        assert len(found) == 1, formula
        assert f"which is no {unit}" in found[0].message
    for formula, unit in (
        ("weight / height ** 2", "kg/m2"),
        ("(weight * height / 3600) ** 0.5", "m2"),
        ("175 * (creatinine / 88.4 umol/L) ** -1.154", "mL/min/{1.73_m2}"),
        ("(weight / 1 kg) * (140 - score) / (creatinine / 1 umol/L)", "mL/min"),
    ):
        assert problems(parse(formula), WORDS, (), unit=unit) == [], formula


def test_the_table_of_units_and_what_they_are_made_of_agree():
    by_measure: dict[str, list[str]] = {}
    for code, unit in units._UNITS.items():
        by_measure.setdefault(unit.measure, []).append(code)
    for codes in by_measure.values():
        for one, other in combinations(codes, 2):
            left, right = measured(one), measured(other)
            assert left and right, (one, other)
            assert left[0] == right[0], (one, other)
            assert left[1] / right[1] == factor(one, other), (one, other)


def test_compound_units_multiply_cancel_and_convert():
    assert product("mg/kg", "kg") == "mg"
    assert product("kg", "m2", -1) == "kg/m2"
    assert product("umol/L", "umol/L", -1) == ""
    assert product("", "L", -1) == "/L"
    assert power("m", 2) == "m2" and power("m", 0) == "" and power("10*9/L", 2) != ""
    assert factor("g/m2/d", "mg/m2/d") == 1000
    assert factor("L/h/{1.73_m2}", "mL/min/{1.73_m2}") == Fraction(1000, 60)
    assert factor("mL/min", "mL/min/{1.73_m2}") is None
    assert factor("kg/m2", "kg/m") is None
    flow = convert(Decimal("1"), "mg/kg/h", "ug/kg/min")
    assert flow is not None and flow.quantize(Decimal("1e-9")) == Decimal("16.666666667")
    assert not any(map(is_unit, ("kg/", "/", "m/{}", "kg//m", "g/dl", "kg/m0", "furlong/m")))
