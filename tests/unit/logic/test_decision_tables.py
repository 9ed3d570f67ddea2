"""Decision tables: the one row that holds, what stays possible, and what is refused at load."""

from decimal import Decimal

import pytest

from equipoise.logic.cells import read_cell
from equipoise.logic.decision import Column, DecisionTable, Row, decide, most_severe
from equipoise.logic.decision_check import flaws
from equipoise.logic.decision_sentences import combined_text, decided_text
from equipoise.logic.given import read_given
from equipoise.logic.language import parse
from equipoise.logic.words import Unreadable
from equipoise.study.catalogue import translator
from tests.unit.logic.a_subject import ANCHORS, ON, VOCABULARY, Known, number, said

REFERENCE = "alt before registration"
BY_ALT = {
    "ref": REFERENCE,
    "ratio": {"is": f"alt / ({REFERENCE})", "gives": "down", "label": {"en": "ALT × reference"}},
}
ALT_ROWS = """
    ref        | ratio      | 100 %
    <= 90 U/L  | < 1.5      | 100 %
    <= 90 U/L  | 1.5 to < 2 | 50 %
    <= 90 U/L  | >= 2       | hold
    > 90 U/L   | < 1.2      | 100 %
    > 90 U/L   | >= 1.2     | hold
"""


def a_table(columns=None, rows=ALT_ROWS, *, kind="level", codes=None, name="alt"):
    """A table written as text; its first line names the columns."""
    columns = columns or BY_ALT
    lines = [[cell.strip() for cell in line.split("|")] for line in rows.strip().splitlines()]
    names = lines[0][:-1]
    return DecisionTable(
        name=name,
        label={"en": f"Dose by {name}", "nl": f"Dosis op geleide van {name}"},
        kind=kind,
        codes=codes or {},
        columns=tuple(_column(each, told) for each, told in columns.items()),
        rows=tuple(
            Row(
                number=n,
                cells={key: read_cell(cell) for key, cell in zip(names, cells, strict=False)},
                gives=read_given(kind, cells[-1], tuple(codes or ())),
            )
            for n, cells in enumerate(lines[1:], start=1)
        ),
    )


def _column(name, told):
    told = {"is": told} if isinstance(told, str) else told
    return Column(
        name=name,
        node=parse(told["is"]),
        label=told.get("label", {}),
        unit=told.get("unit", ""),
        within=read_cell(told.get("within", "")),
        whole=told.get("whole", False),
        gives=told.get("gives", ""),
    )


def alt(*values):
    return Known({"alt": [number(80, "U/L", ago=20), *values]})


def given(table, facts):
    return decide(table, VOCABULARY, facts, ON)


@pytest.mark.parametrize(
    ("value", "gives", "row", "possible"),
    [
        (number(119, "U/L"), "100 %", 1, (1,)),
        (number(120, "U/L"), "50 %", 2, (2,)),
        (number(160, "U/L"), "hold", 3, (3,)),
        (number("<100", "U/L"), "100 %", 1, (1,)),
        (number("<140", "U/L"), None, None, (1, 2)),
        (number(">130", "U/L"), None, None, (2, 3)),
        (number(3, "ukat/L"), "hold", 3, (3,)),
    ],
)
def test_one_row_fires_and_what_is_known_in_part_leaves_several(value, gives, row, possible):
    found = given(a_table(), alt(value))
    assert (found.gives and str(found.gives)) == gives
    assert (found.row and found.row.number) == row
    assert tuple(one.number for one in found.possible) == possible
    assert bool(found.missing) is (gives is None)


def test_what_is_missing_is_named_and_rows_that_agree_need_no_more():
    found = given(a_table(), Known({"alt": [number(80, "U/L")]}))
    assert found.gives is None
    assert {gap.title.name for gap in found.missing} == {"alt"}
    rows = """
        sex    | old        | gives
        female | < 65 years | 100 %
        female | >= 65 years| 100 %
        male   | < 65 years | 80 %
        male   | >= 65 years| 50 %
    """
    table = a_table({"sex": "sex", "old": "age"}, rows)
    found = given(table, Known({"sex": [said("female")]}))
    assert str(found.gives) == "100 %"
    assert found.row is None
    assert not found.missing


def test_the_gravest_of_several_tables_wins_and_waits_only_for_what_may_be_worse():
    one, other = a_table(), a_table(name="other")
    half, whole = given(one, alt(number(130, "U/L"))), given(other, alt(number(90, "U/L")))
    held, not_known = given(one, alt(number(200, "U/L"))), given(other, Known())
    assert str(most_severe([half, whole]).gives) == "50 %"
    assert most_severe([half, whole]).deciding == (half,)
    assert most_severe([half, not_known]).gives is None
    assert most_severe([half, not_known]).waiting == (not_known,)
    assert str(most_severe([held, not_known]).gives) == "hold"
    assert most_severe([]).gives is None


def test_an_answer_is_told_with_its_row_and_values_in_both_languages():
    half = given(a_table(), alt(number(130, "U/L")))
    english = decided_text(half, translator("en"))
    assert english.startswith("Dose by alt: 50%")
    assert "(row 2: ALT 80 U/L on 3 Nov 2026 is at most 90 U/L; ALT × reference 1.625" in english
    dutch = decided_text(half, translator("nl"))
    assert dutch.startswith("Dosis op geleide van alt: 50% (rij 2: ALAT 80 U/L op 3 nov 2026")
    open_ = given(a_table(), alt(number("<140", "U/L")))
    assert "it may be 100% or 50%" in decided_text(open_, translator("en"))
    assert "the gravest" in combined_text(most_severe([half]), translator("en"))


ECOG = {"ecog": {"is": "ecog", "whole": True, "within": "0 to 4"}}


@pytest.mark.parametrize(
    ("columns", "rows", "place", "says"),
    [
        ({"a": "alt"}, "a | \n < 5 mmol/L | hold", ("rows", 0, "a"), "U/L cannot be compared"),
        ({"a": "alt"}, "a | \n < 5 | hold", ("rows", 0, "a"), "the limit needs a unit"),
        ({"a": "alt"}, "b | \n < 5 U/L | hold", ("rows", 0, "b"), "no column 'b'"),
        ({"a": "altt"}, "a | \n < 5 U/L | hold", ("columns", 0, "is"), "Unknown name 'altt' alt"),
        ({"a": "alt + crea"}, "a | \n < 5 | hold", ("columns", 0, "is"), "cannot be added"),
        ({"a": "birth_date"}, "a | \n x | hold", ("columns", 0, "is"), "this is a date"),
        (
            {"a": {"is": "alt / crea", "unit": "1"}},
            "a | \n < 5 | hold",
            ("columns", 0, "is"),
            "which is no 1",
        ),
        ({"a": "sex"}, "a | \n femal | hold", ("rows", 0, "a"), "no choice 'femal'"),
        (
            {"a": "alt"},
            "a | \n < 50 U/L | 100 % \n > 50 U/L | hold",
            ("rows",),
            "no row holds for a 50 U/L",
        ),
        (
            {"a": "alt"},
            "a | \n <= 50 U/L | 100 % \n >= 50 U/L | hold",
            ("rows", 1),
            "rows 1 and 2 both hold for a 50 U/L",
        ),
        (
            {"a": "alt"},
            "a | \n any | 100 % \n >= 50 U/L | hold",
            ("rows", 1),
            "row 2 can never fire alone: rows 1 and 2 both hold for a 50 U/L",
        ),
        (
            {"a": "alt"},
            "a | \n < 50 U/L | 100 % \n >= 50 U/L | hold \n 3 to < 2 U/L | stop",
            ("rows", 2, "a"),
            "row 3 can never fire",
        ),
        (ECOG, "ecog | \n <= 1 | 100 % \n >= 3 | hold", ("rows",), "no row holds for ecog 2"),
        (ECOG, "ecog | \n <= 4 | 100 % \n > 4 | hold", ("rows", 1, "ecog"), "can never fire"),
        (
            {"s": "sex", "p": "pregnant"},
            "s | p | \n male | | 100 % \n female | no | 100 %",
            ("rows",),
            "no row holds for s female, p yes",
        ),
        ({"r": "ras"}, "r | \n mutant | 100 %", ("rows",), "no row holds for r another"),
        (
            {"a": "alt"},
            "a | \n < 3 ULN | 100 % \n >= 90 U/L | hold",
            ("columns", 0),
            "against a limit of normal, not both",
        ),
        (
            {"a": {"is": "alt", "gives": "down"}},
            "a | \n < 50 U/L | 50 % \n >= 50 U/L | 100 %",
            ("rows", 1),
            "rises as 'a' rises, from row 1 to row 2",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and "|" not in value else "",
)
def test_a_table_that_would_not_answer_once_is_refused_with_its_place(columns, rows, place, says):
    found = flaws(a_table(columns, rows), VOCABULARY, ANCHORS)
    assert [flaw.place for flaw in found] == [place]
    assert says in found[0].message


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        (BY_ALT, ALT_ROWS),
        (ECOG, "ecog | \n <= 1 | 100 % \n 2 | 50 % \n >= 3 | hold"),
        ({"a": "bili"}, "a | \n < 3 mg/dL | 100 % \n >= 3 mg/dL | hold"),
        ({"a": "alt"}, "a | \n <= 3 ULN | 100 % \n > 3 to 5 ULN | 50 % \n > 5 ULN | hold"),
        ({"r": "ras"}, "r | \n mutant, 'v600e' | 50 % \n not mutant, v600e | 100 %"),
        ({"c": "coumarin"}, "c | \n yes | hold \n no | 100 %"),
    ],
)
def test_a_table_that_answers_once_for_everything_is_taken(columns, rows):
    assert flaws(a_table(columns, rows), VOCABULARY, ANCHORS) == []


def test_a_multiple_of_the_laboratorys_limit_is_read_from_that_very_result():
    rows = "a | \n <= 3 ULN | 100 % \n > 3 to 5 ULN | 50 % \n > 5 ULN | hold"
    table = a_table({"a": "alt"}, rows)
    found = given(table, Known({"alt": [number(120, "U/L", uln=Decimal(40))]}))
    assert str(found.gives) == "100 %"
    found = given(table, Known({"alt": [number(120, "U/L")]}))
    assert [gap.code for gap in found.missing] == ["uln"]


@pytest.mark.parametrize("text", ["", "-", "any", None])
def test_an_empty_cell_is_whatever_it_is(text):
    assert read_cell(text) is None


@pytest.mark.parametrize("text", ["< x", "2 to", "< 1 to 2", "1.5 tot 2", "a b", "=> 2", "5 mgg"])
def test_a_cell_that_cannot_be_read_is_refused(text):
    with pytest.raises(Unreadable):
        read_cell(text)


@pytest.mark.parametrize(
    ("kind", "text"), [("level", "0 %"), ("level", "110 %"), ("level", "50"), ("grade", "6")]
)
def test_what_is_no_outcome_is_refused(kind, text):
    with pytest.raises(Unreadable):
        read_given(kind, text)


def test_codes_are_graver_the_later_they_stand():
    codes = {"go": {"en": "Go on"}, "wait": {"en": "Wait"}}
    table = a_table({"c": "coumarin"}, "c | \n yes | wait \n no | go", kind="code", codes=codes)
    found = most_severe([given(table, Known({"coumarin": [said(True)]}))])
    assert found.gives is not None
    assert found.gives.value == "wait"
    assert found.gives.severity > read_given("code", "go", tuple(codes)).severity
