"""What formulas of dosing are made of: rounding, caps, nadirs, units that cancel; and in words."""

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from equipoise import conduct
from equipoise.logic.evaluate import calculated, value_of
from equipoise.logic.extremes import half_up, outermost, to_step
from equipoise.logic.facts import FactType, Kind
from equipoise.logic.interval import INFINITY, Interval
from equipoise.logic.language import parse
from equipoise.logic.truth import Truth
from equipoise.logic.typing_check import problems
from equipoise.study.catalogue import translator
from tests.unit.logic.a_subject import ANCHORS, ON, VOCABULARY, Known, asked, number, said

WEIGHT = Known({"weight": [number(70, "kg")]})


def worked_out(formula, unit, facts=WEIGHT, language="en"):
    fact = FactType(name="dose", kind=Kind.DERIVED, unit=unit, formula=parse(formula))
    vocabulary = {**VOCABULARY, "dose": fact}
    assert problems(parse(formula), vocabulary, ANCHORS, unit=unit) == []
    return calculated("dose", vocabulary, facts, ON, 1, translator(language))


@pytest.mark.parametrize(
    ("formula", "unit", "value"),
    [
        ("0.12 mg/kg/d * weight * 30 mL / 1.3 mL/d", "mg", "193.846153846"),
        ("0.12 mg/kg/d * weight * 30 mL / 0.05 mL/h", "mg", "210"),
        ("120 ug/kg/d * weight * 14 days", "mg", "117.6"),
        ("85 mg/m2 * 1.8 m2", "mg", "153"),
        ("2400 mg/m2 * 1.8 m2 / 46 h", "mg/d", "2253.91304348"),
        ("weight / 175 cm ** 2", "kg/m2", "22.8571428571"),
        ("50 kg + 2.3 kg * (175 cm / 2.54 cm - 60)", "kg", "70.4645669291"),
        ("round(0.14256 g, 5 mg)", "mg", "145"),
        ("min(85 mg/m2 * 2.2 m2, 0.18 g)", "mg", "180"),
    ],
)
def test_units_cancel_through_every_step(formula, unit, value):
    assert worked_out(formula, unit).value == value


@pytest.mark.parametrize(
    ("way", "value", "right"),
    [
        *(("round", one, right) for one, right in [("142.5", 145), ("147.5", 150), ("152.5", 155)]),
        ("round", "142.4999999999999999999999999999999999999", 145),
        ("round", "142.4999999999999999999999999", 140),
        *(("round", "-2.5", 0), ("round", "-7.5", -5), ("round", "-7.6", -10)),
        *(("round_down", "145", 145), ("round_up", "145", 145), ("round_up", "145.1", 150)),
    ],
)
def test_there_is_one_rule_at_the_half_and_a_half_that_was_divided_is_one(way, value, right):
    found = to_step(way, Interval.at(Decimal(value)), Interval.at(5))
    assert found == Interval.at(right)


def test_no_chapter_rounds_by_a_rule_of_its_own():
    """But for a score of the draw, which stands in ledgers to twelve decimals."""
    chapters = Path(conduct.__file__).parent.rglob("*.py")
    own = re.compile(r"ROUND_|quantize|\bround\(")
    found = {path.name for path in chapters if own.search(path.read_text("utf-8"))}
    assert found == {"imbalance.py"}
    assert [half_up(one, 1) for one in (Fraction(5, 100), Decimal("-0.25"))] == [
        Decimal("0.1"),
        Decimal("-0.2"),
    ]


def test_a_number_known_in_part_is_rounded_to_all_that_it_may_be():
    above = Interval(Decimal(90), INFINITY, True, True)
    assert to_step("round", above, Interval.at(20)) == Interval(Decimal(100), INFINITY, False, True)
    below = Interval(Decimal(85), Decimal(90), True, True)
    assert to_step("round", below, Interval.at(20)) == Interval.at(80)
    assert to_step("round_up", replace(below, lo=Decimal(80)), Interval.at(20)) == Interval.at(100)


def test_an_open_end_stays_open_where_no_value_reaches_it():
    five, below_five = Interval.at(5), Interval(Decimal(3), Decimal(5), False, True)
    assert outermost("min", [five, below_five]) == below_five
    assert outermost("max", [five, below_five]) == five


def test_a_sheet_shows_the_exact_number_the_rule_and_the_step():
    formula = "round(0.12 mg/kg/d * weight * 30 mL / 1.3 mL/d, 5 mg)"
    assert worked_out(formula, "mg").arithmetic == (
        "0.12 mg/kg/d × 70 kg × 30 mL / 1.3 mL/d = 193.846153846 mg,"
        " to the nearest 5 mg (a half goes up)"
    )
    dutch = worked_out(formula, "mg", language="nl").arithmetic
    assert dutch.endswith("= 193,846153846 mg, afgerond op 5 mg (een half naar boven)")
    capped = worked_out("85 mg/m2 * min(2.2 m2, 2 m2)", "mg").arithmetic
    assert capped == "85 mg/m² × (the lowest of 2.2 m² and 2 m²)"


def test_a_nadir_says_its_day_and_when_it_leaves_the_window():
    values = [number(n, "10*9/L", ago=ago) for n, ago in [("1.8", 20), ("0.9", 10), ("2.4", 3)]]
    found = asked("lowest anc within 28 days before today >= 1 10*9/L", anc=values)
    assert found.sentence == ("Lowest neutrophils 0.9 ×10⁹/L on 13 Nov 2026 is less than 1 ×10⁹/L")
    assert found.changes_on is not None and (found.changes_on - ON).days == 19
    dutch = asked("highest anc > 3 10*9/L", anc=values, language="nl")
    assert dutch.sentence.startswith("Hoogste neutrofielen 2,4 ×10⁹/L")


def test_a_nadir_keeps_the_limit_of_its_own_laboratory():
    values = [
        number(40, "U/L", ago=9, uln=Decimal(35)),
        number(60, "U/L", ago=2, uln=Decimal(50)),
    ]
    assert asked("highest alt > 1.2 ULN", alt=values).truth is Truth.FALSE
    assert asked("lowest alt > 1.1 ULN", alt=values).truth is Truth.TRUE


def test_a_value_that_cannot_be_read_leaves_the_nadir_open_and_is_named():
    values = [number("1.8", "10*9/L", ago=2), number("0.4", ago=1)]
    found = asked("lowest anc < 1 10*9/L", anc=values)
    assert found.truth is Truth.UNKNOWN
    assert [one.because for one in found.missing] == [
        "Neutrophils 0.4 on 22 Nov 2026 has no unit; ×10⁹/L is expected"
    ]


def test_what_is_known_in_part_leaves_the_nadir_between_bounds():
    values = [number("<0.5", "10*9/L", ago=2), number("1.8", "10*9/L", ago=1)]
    assert asked("lowest anc < 1 10*9/L", anc=values).truth is Truth.TRUE
    assert asked("lowest anc < 0.3 10*9/L", anc=values).truth is Truth.UNKNOWN
    assert asked("highest anc == 1.8 10*9/L", anc=values).truth is Truth.TRUE


def test_the_lowest_of_several_is_known_when_all_are():
    assert value_of(parse("min(weight, 60 kg)"), VOCABULARY, Known(), ON) is None
    assert value_of(parse("max(weight, 60000 g)"), VOCABULARY, WEIGHT, ON) == 70


def test_the_sum_of_a_column_lies_between_bounds_and_names_what_lacks():
    rows = [{"size": number(12, "mm"), "clear": said(True)}, {"size": number(8, "mm")}]
    found = asked("(sum of lesions.size where clear) >= 12 mm", lesions=rows)
    assert found.truth is Truth.TRUE
    assert found.sentence == "Sum of size 12–20 mm is at least 12 mm"
    found = asked("(sum of lesions.size where clear) < 15 mm", lesions=rows)
    assert [one.name for one in found.missing] == ["lesions[2].clear"]
    blank = [*rows[:1], {"clear": said(True)}]
    found = asked("sum of lesions.size < 15 mm", lesions=blank)
    assert [one.because for one in found.missing] == [
        "Extrahepatic lesions, row 2: size is not recorded"
    ]
    assert asked("sum of lesions.size < 1 mm", lesions=[]).truth is Truth.TRUE
    assert asked("sum of lesions.size < 1 mm").truth is Truth.UNKNOWN
    dutch = asked("highest of lesions.size > 1 cm", lesions=rows, language="nl")
    assert dutch.sentence == "Hoogste afmeting 12 mm is hoger dan 10 mm"
