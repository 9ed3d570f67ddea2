"""Units against numbers that others computed."""

from decimal import Decimal
from fractions import Fraction

import pytest

from equipoise.logic.evaluate import evaluate
from equipoise.logic.facts import FactType, Kind, Observation
from equipoise.logic.language import parse
from equipoise.logic.units import convert, factor, is_share, is_unit, nearest_unit
from tests.unit.logic.a_subject import ON, VOCABULARY, Known

D = Decimal


@pytest.mark.parametrize(
    ("value", "source", "target", "analyte", "expected"),
    [
        # ucum-lhc 7.1.10 with molecular weights: 8.862975, 106.08, 17.10
        ("5.5", "mmol/L", "g/dL", "haemoglobin", "8.862975"),
        ("8.862975", "g/dL", "mmol/L", "haemoglobin", "5.5"),
        ("1.2", "mg/dL", "umol/L", "creatinine", "106.08"),
        ("1", "mg/dL", "umol/L", "bilirubin", "17.10"),
        # LOINC and NHS conversion tables: creatinine x 88.40, bilirubin x 17.104, glucose x 18.0
        ("1", "mg/dL", "umol/L", "creatinine", "88.40"),
        ("1", "mg/dL", "umol/L", "bilirubin", "17.104"),
        ("1", "mmol/L", "mg/dL", "glucose", "18.02"),
        ("1.5", "10*3/uL", "10*9/L", "", "1.5"),
        ("1500", "/uL", "10*9/L", "", "1.5"),
        ("1", "ukat/L", "U/L", "", "60"),
        ("7", "[IU]/L", "U/L", "", "7"),
        ("12.5", "g/dL", "g/L", "", "125"),
        ("3", "ng/mL", "ug/L", "", "3"),
        ("1.2", "1", "{INR}", "", "1.2"),
        ("1.2", "{ratio}", "{INR}", "", "1.2"),
        ("45", "%", "1", "", "0.45"),
        ("1.5", "cm", "mm", "", "15"),
        ("2", "wk", "d", "", "14"),
        ("1", "a", "mo", "", "12"),
        ("1.3", "mL/d", "mL/h", "", "0.0542"),
    ],
)
def test_a_value_converts_to_what_others_found(value, source, target, analyte, expected):
    converted = convert(D(value), source, target, analyte)
    assert converted is not None
    assert converted.quantize(D(expected)) == D(expected)


@pytest.mark.parametrize(
    ("source", "target", "analyte"),
    [
        ("mmol/L", "g/dL", ""),
        ("mmol/L", "g/dL", "unobtainium"),
        ("mL/min", "mL/min/{1.73_m2}", ""),
        ("%", "10*9/L", ""),
        ("a", "d", ""),
        ("furlong", "m", ""),
        # HbA1c: NGSP % = 0.0915 x IFCC mmol/mol + 2.15, so 48 mmol/mol is 6.5 % and not 4.8 %
        ("mmol/mol", "%", ""),
        ("%", "mmol/mol", "HbA1c"),
        ("mmol/mol", "1", ""),
        ("", "mmol/L", "haemoglobin"),
        ("mmol/L", "", "haemoglobin"),
    ],
)
def test_what_is_not_the_same_measure_does_not_convert(source, target, analyte):
    assert convert(D(1), source, target, analyte) is None


def test_a_share_of_molecules_converts_among_its_like_alone():
    assert convert(D(48), "mmol/mol", "umol/mol") == 48000
    assert is_share("mmol/mol") and is_share("%") and not is_share("{INR}")


def test_going_there_and_back_is_exact():
    for one, other in (("mmol/L", "g/dL"), ("mg/dL", "umol/L"), ("ug/L", "nmol/L")):
        there, back = factor(one, other, "creatinine"), factor(other, one, "creatinine")
        assert there is not None and back is not None
        assert there * back == Fraction(1)


def test_a_unit_we_do_not_know_gets_a_suggestion():
    assert not is_unit("g/dl")
    assert nearest_unit("g/dl") == "g/dL"
    assert nearest_unit("x10^9/L") == "10*9/L"
    assert is_unit("{INR}") and is_unit("{score}")


@pytest.mark.parametrize("rule", ["x / 3 * 3 == x", "2 / (x / 3) <= 6", "2 ** 0.5 * 2 ** 0.5 == 2"])
def test_a_division_that_does_not_end_still_meets_its_bound(rule):
    """R = (ALT / ULN) / (ALP / ULN) of 2 by a third is 6, on either side of the comparison."""
    one = FactType(name="x", kind=Kind.NUMBER)
    facts = Known(values={"x": [Observation(value=D(1))]})
    assert evaluate(parse(rule), {"x": one}, facts, ON).truth.value == "true"
    assert evaluate(parse(rule.replace("<=", ">=")), {"x": one}, facts, ON).truth.value == "true"


def test_what_is_converted_and_converted_back_by_hand_meets_its_bound():
    """14 g/dL in mmol/L times 1.61145 is 14."""
    hb = {"hb": [Observation(value=D(14), unit="g/dL", on=ON)]}
    for op in ("<=", ">=", "=="):
        rule = parse(f"hb / 1 mmol/L * 1.61145 {op} 14")
        assert evaluate(rule, VOCABULARY, Known(values=hb), ON).truth.value == "true"
