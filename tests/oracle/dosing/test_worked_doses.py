"""The doses of every regimen and of both pumps, as a pharmacist works them out by hand."""

import ast
import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from operator import add, mul, truediv
from pathlib import Path

from tests.oracle.dosing.dosing import (
    ON,
    PARTS,
    a_person,
    as_rounded,
    formulas,
    pump_it,
    worked_out,
)

HERE = Path(__file__).parent
SIGNS = {ast.Add: add, ast.Mult: mul, ast.Div: truediv}


def test_each_dose_of_a_regimen_is_what_the_hand_makes_it():
    for row in _rows("regimens.csv"):
        more: dict[str, str | date] = {}
        if row["creatinine"]:
            more["creatinine"] = row["creatinine"]
            more["birth_date"] = date(ON.year - int(row["age"]), ON.month, ON.day)
        person = a_person(row["weight"], row["height"], row["sex"], **more)
        assert _by_hand(row) == Fraction(row["exact"]), row
        assert worked_out(row["dose"], person) == Decimal(row["rounded"]), row


def test_each_load_of_a_pump_is_what_the_hand_makes_it():
    for row in _rows("pumps.csv"):
        pump = {f"pump_{name}": row[name] for name in ("rate", "reservoir", "flow")}
        person = a_person(row["weight"], row["height"], row["sex"], **pump)
        exact = worked_out("load", person)
        assert abs(_by_hand(row) - Fraction(row["exact"])) < Fraction(1, 10**9), row
        assert abs(exact - Decimal(row["exact"])) < Decimal("1e-9"), row
        assert worked_out("load_rounded", person) == Decimal(row["rounded"]), row
        assert worked_out("residual", person) == Decimal(row["residual"]), row


def test_every_dose_that_is_worked_out_has_a_case_to_read():
    seen = {row["dose"] for row in _rows("regimens.csv")}
    pump = {"du_bois", "load", "load_rounded", "in_14_days", "residual", "lasts"}
    assert seen | pump == formulas().keys()


def test_every_part_of_every_regimen_is_among_them():
    treatment = pump_it().treatment
    assert treatment is not None
    compared = {as_rounded(treatment.part_of[place]) for place in PARTS.values()}
    assert {as_rounded(part) for part in treatment.part_of.values()} == compared


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _by_hand(row: dict[str, str]) -> Fraction:
    """The sum that is written, in fractions."""
    return _sum(ast.parse(row["by_hand"], mode="eval").body, row["by_hand"])


def _sum(node: ast.expr, text: str) -> Fraction:
    if isinstance(node, ast.BinOp):
        return SIGNS[type(node.op)](_sum(node.left, text), _sum(node.right, text))
    number = ast.get_source_segment(text, node)
    assert number
    return Fraction(number)
