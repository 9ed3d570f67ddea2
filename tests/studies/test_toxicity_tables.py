"""Chemotherapy by graded toxicity: of anybody's events, a dose never rises with a grade."""

from datetime import timedelta
from itertools import combinations_with_replacement, product

import pytest

from equipoise.logic.decision import decide
from tests.support import a_study
from tests.unit.logic.a_subject import ON, Known, number, said

TABLES = {
    "irinotecan-toxicity": "diarrhoea",
    "fluorouracil-toxicity": "mucositis",
    "capecitabine-toxicity": "hand-foot",
    "oxaliplatin-neuropathy": "neuropathy",
}
STARTED = ON - timedelta(60)
EVENTS = list(product(range(1, 6), (False, True)))
"""A grade, and whether it goes on."""


def event(code, grade, goes_on):
    over = {} if goes_on else {"end": said(ON - timedelta(2))}
    begin = said(ON - timedelta(9))
    return {"code": said(code), "grade": number(grade), "begin": begin, **over}


def given(study, table, *events):
    """The share of the dose that may be given; less than none where it is held."""
    rows = [event(TABLES[table], grade, goes_on) for grade, goes_on in events]
    known = Known({"first_dose_on": [said(STARTED)]}, {"events": rows})
    return decide(study.table_of[table], study.vocabulary, known, ON).gives.place


@pytest.mark.parametrize("table", TABLES)
def test_a_dose_never_rises_with_a_grade_nor_with_another_event(table):
    study = a_study("pump-it")
    for one, other in combinations_with_replacement(EVENTS, 2):
        both = given(study, table, one, other)
        assert both <= min(given(study, table, one), given(study, table, other))
        worse = (min(one[0] + 1, 5), one[1])
        assert given(study, table, worse, other) <= both, (worse, other)


@pytest.mark.parametrize("table", TABLES)
def test_what_goes_on_never_gives_more_than_what_is_over(table):
    study = a_study("pump-it")
    for grade in range(1, 6):
        assert given(study, table, (grade, True)) <= given(study, table, (grade, False))
