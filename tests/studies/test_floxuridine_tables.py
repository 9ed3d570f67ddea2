"""Floxuridine by the liver tests: what the tables of PUMP-IT give for recorded values."""

from datetime import date, timedelta

import pytest

from equipoise.logic.decision import decide, most_severe
from tests.support import a_study
from tests.unit.logic.a_subject import ON, Known, number, said

TABLES = ("fudr-ast", "fudr-alp", "fudr-bilirubin", "fudr-bilirubin-limit")
STARTED, EMPTIED = ON - timedelta(60), ON - timedelta(14)
BEFORE = {"ast": (30, "U/L"), "alp": (90, "U/L"), "bilirubin": (10, "umol/L")}


def facts(**later):
    """Normal values before the first floxuridine; later ones as (days ago, value)."""
    found: dict[str, list] = {
        "pump_drug_from": [said(STARTED)],
        "pump_drug_emptied_on": [said(EMPTIED)],
    }
    for name, (value, unit) in BEFORE.items():
        ours = later.get(name, [(0, value)])
        found[name] = [number(value, unit, ago=70), *(number(v, unit, ago=n) for n, v in ours)]
    return Known(found, {"cycles_not_given": []})


def given(known, *tables, on: date = ON):
    study = a_study("pump-it")
    return most_severe(decide(study.table_of[t], study.vocabulary, known, on) for t in tables)


@pytest.mark.parametrize(
    ("alp", "expected"),
    [
        ([(14, 140), (0, 100)], "50 %"),  # the worse of emptying and refill
        ([(14, 100), (0, 140)], "50 %"),
        ([(16, 140), (0, 100)], "50 %"),  # measured two days before it was emptied
        ([(16, 140), (14, 100), (0, 100)], "100 %"),  # what is older no longer counts
        ([(8, 140), (0, 100)], "50 %"),  # between the two
        ([(14, 180), (0, 91)], "hold"),
        ([(14, 91)], "None"),  # nothing was measured for the refill
        ([(14, 91), (7, 91)], "100 %"),
    ],
)
def test_the_worse_of_the_values_at_the_emptying_and_at_the_refill_decides(alp, expected):
    assert str(given(facts(alp=alp), "fudr-alp").gives) == expected


def test_the_gravest_of_the_three_tests_is_what_may_be_given():
    known = facts(ast=[(0, 100)], alp=[(0, 140)], bilirubin=[(0, 20)])
    found = given(known, *TABLES)
    assert str(found.gives) == "hold"
    assert [one.table.name for one in found.deciding] == ["fudr-bilirubin"]
    assert str(given(facts(), *TABLES).gives) == "100 %"


def test_the_dose_never_rises_with_a_liver_test():
    for test, (value, _) in BEFORE.items():
        places = [
            given(facts(**{test: [(0, value * n / 10)]}), *TABLES).gives.place
            for n in range(5, 65, 3)
        ]
        assert places == sorted(places, reverse=True), test
