"""What holds of every decision table, whatever its bounds and whoever is asked."""

from decimal import Decimal
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.logic.cells import Codes, read_cell, signed
from equipoise.logic.decision import Column, DecisionTable, Row, decide
from equipoise.logic.decision_check import flaws
from equipoise.logic.given import read_given
from equipoise.logic.language import parse
from tests.sampled import examples
from tests.unit.logic.a_subject import ANCHORS, ON, VOCABULARY, Known, number, said

LEVELS = ("100 %", "80 %", "50 %", "hold", "stop")
VALUES = [Decimal(n) / 2 for n in range(13)]
SEXES = ("female", "male")

ranges = st.sampled_from(
    ["", "< 2 U/L", "<= 2 U/L", "2 U/L", "> 2 U/L", ">= 2 U/L", "2 to < 4 U/L", "> 2 to 4 U/L"]
    + ["< 4 U/L", "4 U/L", ">= 4 U/L", "> 4 U/L", "> 4 to < 2 U/L"]
)
sexes = st.sampled_from(["", "female", "male", "not male", "female, male"])
rows = st.lists(st.tuples(ranges, ranges, sexes, st.sampled_from(LEVELS)), min_size=1, max_size=6)


def a_table(told, gives=""):
    """By a value, the one before it, and the sex."""
    nodes = {"now": "alt", "before": "alt before registration", "sex": "sex"}
    columns = tuple(
        Column(name=name, node=parse(text), gives=gives if name == "now" else "")
        for name, text in nodes.items()
    )
    made = tuple(
        Row(
            number=n,
            cells=dict(zip(nodes, map(read_cell, cells), strict=True)),
            gives=read_given("level", level),
        )
        for n, (*cells, level) in enumerate(told, start=1)
    )
    return DecisionTable(name="t", label={"en": "T"}, columns=columns, kind="level", rows=made)


def someone(now, before, sex):
    alt = [number(before, "U/L", ago=9), number(now, "U/L")]
    return Known({"alt": alt, "sex": [said(sex)]})


def holds(cell, value):
    """Whether a cell holds, worked out without the language."""
    if isinstance(cell, Codes):
        return (value in cell.codes) is not cell.others
    bounds = [(op, signed(limit)[0]) for op, limit in cell.tests] if cell else []
    told = {"<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__", "==": "__eq__"}
    return all(getattr(value, told[op])(bound) for op, bound in bounds)


def firing(table, point):
    return [
        row
        for row in table.rows
        if all(holds(cell, x) for cell, x in zip(row.cells.values(), point, strict=True))
    ]


points = st.tuples(st.sampled_from(VALUES), st.sampled_from(VALUES), st.sampled_from(SEXES))
EVERYWHERE = [(now, before, sex) for now in VALUES for before in VALUES for sex in SEXES]


@settings(max_examples=examples(300), deadline=None)
@given(rows, st.lists(points, min_size=3, max_size=6))
def test_a_table_is_refused_unless_exactly_one_row_holds_everywhere_and_that_one_fires(told, some):
    table = a_table(told)
    never = any(not any(row in firing(table, p) for p in EVERYWHERE) for row in table.rows)
    once = all(len(firing(table, point)) == 1 for point in EVERYWHERE)
    assert (flaws(table, VOCABULARY, ANCHORS) == []) is (once and not never)
    for point in some:
        found = decide(table, VOCABULARY, someone(*point), ON)
        hits = firing(table, point)
        assert found.row is (hits[0] if hits else None)


bands = st.lists(st.integers(1, 11), min_size=1, max_size=4, unique=True).map(sorted)


@settings(max_examples=examples(150), deadline=None)
@given(bands, st.lists(st.sampled_from(LEVELS), min_size=5, max_size=5), points, points)
def test_where_a_table_says_so_the_dose_never_rises_with_the_value(cuts, levels, one, other):
    edges = [f"< {cuts[0]} U/L", *(f"{a} to < {b} U/L" for a, b in pairwise(cuts))]
    edges.append(f">= {cuts[-1]} U/L")
    told = [(cell, "", "", level) for cell, level in zip(edges, levels, strict=False)]
    table = a_table(told, "down")
    places = [row.gives.place for row in table.rows]
    assert (flaws(table, VOCABULARY, ANCHORS) == []) is (places == sorted(places, reverse=True))
    if places == sorted(places, reverse=True):
        low, high = sorted((one[0], other[0]))
        given_ = [decide(table, VOCABULARY, someone(x, *one[1:]), ON).gives for x in (low, high)]
        assert given_[0].place >= given_[1].place


@settings(max_examples=examples(150), deadline=None)
@given(bands, st.lists(st.sampled_from(LEVELS), min_size=5, max_size=5), st.data())
def test_a_value_known_in_part_gives_what_all_that_it_may_be_give(cuts, levels, data):
    edges = [f"< {cuts[0]} U/L", *(f"{a} to < {b} U/L" for a, b in pairwise(cuts))]
    edges.append(f">= {cuts[-1]} U/L")
    table = a_table([(cell, "", "", level) for cell, level in zip(edges, levels, strict=False)])
    bound, sign = data.draw(st.sampled_from(VALUES)), data.draw(st.sampled_from("<>"))
    found = decide(table, VOCABULARY, Known({"alt": [number(f"{sign}{bound}", "U/L")]}), ON)
    tried = [Decimal(n) / 4 for n in range(-8, 60)]
    meant = [x for x in tried if (x < bound if sign == "<" else x > bound)]
    outcomes = {firing(table, (x, x, "male"))[0].gives for x in meant}
    assert found.gives == (outcomes.pop() if len(outcomes) == 1 else None)
