"""Laboratory grades against the boundary values of others, and against print (README.md)."""

import gzip
import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.conduct.safety.grading import Grade, Measured, graded
from equipoise.logic.decision_check import flaws
from equipoise.logic.facts import FactType, Kind, Observation
from equipoise.study.ctcae import ANY_UNIT, VERSIONS, tables_of, term_of, terms
from tests.sampled import examples

HERE = Path(__file__).parent
UNITS = {"10^9/l": "10*9/L", "mmol/l": "mmol/L", "mg/dl": "mg/dL", "g/l": "g/L", "ml/min": "mL/min"}
CONVERTED = {
    ("Cholesterol high", "umol/L"): 1,
    ("Cholesterol high", "ug/dL"): 1,
    ("Fibrinogen decreased", "g/dL"): 0,
    ("Creatinine clearance decreased", "L/min"): 0,
}
"""Units that admiral refuses and that convert: what grade the value has then."""
NO_LIMIT = {("4", "2.51", "2.6"), ("4", "1.19", "1.19"), ("4", "1.2", "1.2")}
"""INR of which the upper limit of normal is not in the vectors."""


def lines(name):
    with gzip.open(HERE / name, "rt", encoding="utf-8") as read:
        yield from (json.loads(line, parse_float=Decimal) for line in read)


def named(name, version):
    """A term by its name in whatever capitals."""
    return term_of(version, next(one for one in terms(version) if one.lower() == name.lower()))


def measured(vector, unit, anticoagulated):
    value, fell = vector["value"], vector.get("pchg")
    baseline = vector["baseline"] if fell is None else value / (1 + fell / 100)
    return Measured(
        value=Observation(value, None, unit, uln=vector["uln"], lln=vector["lln"]),
        baseline=None if baseline is None else Observation(baseline, None, unit),
        anticoagulated=anticoagulated,
    )


def grade_of(vector):
    """The grade, the graver of those with and without an anticoagulant."""
    term, unit = named(vector["term"], vector["ctcae"]), vector["unit"] or ""
    unit = UNITS.get(unit.lower(), unit)
    found = [graded(term, measured(vector, unit, some)).value for some in (False, True)]
    known = [one for one in found if one is not None]
    return max(known) if known and (len(known) == len(found) or max(known)) else None


def test_every_vector_has_the_grade_that_admiral_gives_it():
    otherwise, left = [], []
    for vector in lines("vectors.ndjson.gz"):
        if vector["value"] is None:
            continue
        name = named(vector["term"], vector["ctcae"]).term
        expected = None if vector["grade"] is None else int(vector["grade"])
        if (name, vector["unit"]) in CONVERTED:
            expected = CONVERTED[name, vector["unit"]]
        if name == "INR increased" and _key(vector) in NO_LIMIT:
            left.append(vector)
        elif grade_of(vector) != expected:
            otherwise.append((vector, expected, grade_of(vector)))
    assert otherwise == []
    assert len(left) == 3


def _key(vector):
    return vector["ctcae"], str(vector["value"]), str(vector["baseline"])


def vocabulary(unit):
    numbers = ("value", "baseline", "uln", "lln")
    answers = ("baseline_high", "baseline_low", "anticoagulated")
    return {
        **{name: FactType(name=name, kind=Kind.QUANTITY, unit=unit) for name in numbers},
        **{name: FactType(name=name, kind=Kind.YES_NO) for name in answers},
    }


def every_table():
    for version in VERSIONS:
        for term in terms(version).values():
            units = [unit for unit in term.units if unit != ANY_UNIT] or ["U/L"]
            for unit in units:
                for table in tables_of(term, unit)[1]:
                    yield term, unit, table


def test_every_term_in_every_unit_is_a_table_of_which_one_row_holds():
    assert [f for _, unit, table in every_table() for f in flaws(table, vocabulary(unit), ())] == []
    assert len({term for version in VERSIONS for term in terms(version)}) == 47


def test_every_bound_stands_in_the_printed_text_of_its_grade():
    """But for what the data file says of itself: ionised calcium in mg/dL, a fall as a share."""
    printed = {(str(one["ctcae"]), one["term"]): one for one in lines("printed.ndjson.gz")}
    missing = []
    for (version, name), texts in printed.items():
        for way in term_of(version, name).ways:
            for branch in way:
                for unit, steps in branch.grades.items():
                    missing += _not_printed((version, name, unit), steps, texts)
    assert {place[1] for place in missing} <= {
        "Alkaline phosphatase increased",  # ">Baseline and ULN" has no number
        "Hypercalcemia (Ionized)",
        "Hypocalcemia (Ionized)",
        "Creatinine clearance decreased",
        "Fibrinogen decreased",
        "Hemoglobin increased",
        "Hypokalemia",
        "Hyponatremia",
    }


def _not_printed(place, steps, texts):
    for grade, step in enumerate(steps, start=1):
        number = re.search(r"[\d.]+", step)
        if number is None or step in ("> 1 ULN", "< 1 LLN"):
            continue
        said = texts[f"grade_{grade}"].replace(",", "")
        said = {Decimal(one) for one in re.findall(r"\d+(?:\.\d+)?", said)}
        if not {Decimal(number[0]), Decimal(number[0]) * 1000} & said:
            yield place


def alt(value, *, baseline=None, version="5.0", **more):
    one = Observation(Decimal(value), None, "U/L", uln=Decimal(40), lln=Decimal(5))
    before = None if baseline is None else Observation(Decimal(baseline), None, "U/L")
    term = term_of(version, "Alanine aminotransferase increased")
    return graded(term, Measured(value=one, baseline=before, **more))


def test_a_value_that_is_no_higher_than_a_raised_baseline_is_told_with_both_numbers():
    grade = alt(60, baseline=60)
    assert (grade.value, grade.by_limit) == (0, 1)
    assert (alt(60, baseline=30).value, alt(60, baseline=30).by_limit) == (1, None)
    assert alt(60).value is None
    assert alt(60).because == "missing"
    assert alt(60, version="4.03").value == 1


def test_the_inr_is_held_against_absolute_limits_and_with_an_anticoagulant_against_baseline():
    value = Observation(Decimal("1.4"), None, "1", uln=Decimal("1.2"))
    inr = term_of("5.0", "INR increased")
    before = Observation(Decimal("2.4"), None, "1")
    assert graded(inr, Measured(value=value, anticoagulated=False)).value == 1
    assert graded(inr, Measured(value=value, baseline=before, anticoagulated=True)).value == 0
    assert graded(inr, Measured(value=value, baseline=before)).value is None


def test_without_a_unit_or_a_limit_there_is_no_grade_and_the_reason():
    anaemia, albumin = term_of("5.0", "Anemia"), term_of("5.0", "Hypoalbuminemia")
    of = {"no-unit": (Decimal(100), ""), "unknown-unit": (Decimal(100), "mmol/mol")}
    for because, (number, unit) in of.items():
        grade = graded(anaemia, Measured(value=Observation(number, None, unit)))
        assert (grade.value, grade.because) == (None, because)
    cases = (
        (anaemia, "85", "g/L", 2),
        (anaemia, "105", "g/L", None),
        (anaemia, "8.5", "g/dL", 2),
        (anaemia, "6.2", "mmol/L", None),
        (anaemia, "6.19", "mmol/L", 2),
        (albumin, "2.9", "g/dL", 2),
        (albumin, "29", "g/L", 2),
    )
    for term, number, unit, expected in cases:
        found = graded(term, Measured(value=Observation(Decimal(number), None, unit)))
        assert found.value == expected, (term.term, number, unit)


def test_a_grade_that_what_is_not_known_could_only_raise_is_given_as_the_least():
    value = Observation(Decimal(200), None, "umol/L", uln=Decimal(100))
    grade: Grade = graded(term_of("5.0", "Creatinine increased"), Measured(value=value))
    assert (grade.value, grade.at_least) == (2, True)


TERMS = [(version, name) for version in VERSIONS for name in terms(version)]
FEW = st.sampled_from([Decimal(n) / 4 for n in (0, 1, 2, 4, 7, 20, 40, 90, 300, 900, 2600)])


@settings(max_examples=examples(300), deadline=None)
@given(st.sampled_from(TERMS), FEW, FEW, FEW, FEW, st.sampled_from((None, False, True)))
def test_the_grade_never_falls_further_from_normal(which, one, other, limit, base, blood):
    term = term_of(*which)
    unit = next((unit for unit in term.units if unit != ANY_UNIT), "U/L")
    before = Observation(base + 1, date(2026, 1, 1), unit)
    near, far = sorted((one, other), reverse=term.falls)
    grades = [
        graded(
            term,
            Measured(
                value=Observation(x, None, unit, uln=limit + 1, lln=limit + 1),
                baseline=before,
                anticoagulated=blood,
            ),
        ).value
        for x in (near, far)
    ]
    assert None in grades or grades[0] <= grades[1]
