"""A window may count from a derived fact that is another name of a day: which day is said once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from equipoise.logic.evaluate import answer, evaluate, truth_of
from equipoise.logic.facts import FactType, Kind
from equipoise.logic.language import parse
from equipoise.logic.needed import facts_needed
from equipoise.logic.truth import Truth
from equipoise.logic.typing_check import problems
from tests.unit.logic.a_subject import ANCHORS, ON, VOCABULARY, Known, number, said

NAMES = {
    "reference_on": "ct",
    "again": "reference_on",
    "entered": "registration",
    "now": "today",
    "later": "ct + 3 days",
    "round_and_round": "other_way",
    "other_way": "round_and_round",
}
WORDS = VOCABULARY | {
    name: FactType(name=name, kind=Kind.DERIVED, formula=parse(formula))
    for name, formula in NAMES.items()
}
SCANNED = ON - timedelta(days=10)
KNOWN = Known(
    {"ct": [said(SCANNED, ago=10)], "alt": [number(40, "U/L", ago=12), number(90, "U/L")]}
)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("alt until reference_on == 40 U/L", Truth.TRUE),
        ("alt until again == 40 U/L", Truth.TRUE),
        ("highest alt since again == 90 U/L", Truth.TRUE),
        ("alt within 1 day before entered == 90 U/L", Truth.TRUE),
    ],
)
def test_a_window_counts_from_the_day_that_is_named(rule, expected):
    node = parse(rule)
    assert problems(node, WORDS, ANCHORS) == []
    assert answer(node, WORDS, KNOWN, ON).truth is expected
    assert truth_of(node, WORDS, KNOWN, ON) is expected
    assert "ct" in facts_needed(node, WORDS) or "entered" in rule


@pytest.mark.parametrize("name", ["now", "later", "round_and_round", "mdrd"])
def test_what_is_worked_out_moves_or_names_itself_is_no_day_to_count_from(name):
    (found,) = problems(parse(f"alt until {name} > 1 U/L"), WORDS, ANCHORS)
    assert found.message == f"A window counts from a date, and {name!r} is none"


def test_while_the_day_is_not_known_neither_is_the_value():
    found = answer(parse("alt until again > 1 U/L"), WORDS, replace(KNOWN, values={}), ON)
    assert found.truth is Truth.UNKNOWN


def test_a_day_that_moves_along_is_seen_through_its_name():
    """Before the registration its windows count from today: what counts now will not for ever."""
    found = evaluate(parse("alt within 5 days before entered == 90 U/L"), WORDS, KNOWN, ON)
    assert found.changes_on == date(2026, 11, 29)
