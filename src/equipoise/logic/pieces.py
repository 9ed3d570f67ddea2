"""What a column of a decision table may be, cut into pieces within which no cell can differ.

Between two neighbouring bounds every number is alike; so are all codes that no cell names. What
holds for one example of each piece then holds for every value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from equipoise.logic import tree
from equipoise.logic.cells import Cell, Codes, Limits, YesNo, signed
from equipoise.logic.sorts import Sort
from equipoise.logic.units import LIMITS, factor

__all__ = ["Piece", "held", "limits_named", "pieces"]

ANOTHER = "another"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece, by an example of it: a number in `unit`, a code, a yes or no."""

    value: Fraction | str | bool
    unit: str = ""

    def __str__(self) -> str:
        if isinstance(self.value, bool):
            return "yes" if self.value else "no"
        if isinstance(self.value, str):
            return self.value
        number = f"{Decimal(self.value.numerator) / Decimal(self.value.denominator):.6g}"
        return f"{number} {self.unit}".strip()


def pieces(sort: Sort, cells: Sequence[Cell], within: Cell, *, whole: bool = False) -> list[Piece]:
    """All of a column's pieces, numbers in their order."""
    if sort.shape == "yes or no":
        found: Iterable[Piece] = (Piece(False), Piece(True))
    elif sort.shape == "code":
        found = _codes(sort, cells)
    else:
        found = _numbers(sort, [*cells, within], whole=whole)
    return [piece for piece in found if within is None or held(within, piece, sort)]


def held(cell: Cell, piece: Piece, sort: Sort) -> bool:
    """Whether a cell holds for a piece."""
    match cell:
        case Codes(codes, others):
            return (piece.value in codes) is not others
        case YesNo(value):
            return piece.value is value
        case Limits(tests):
            return all(_passes(op, piece.value, _bound(limit, sort)) for op, limit in tests)
    return True


def limits_named(cells: Iterable[Cell]) -> set[str]:
    """Which limits of normal the cells speak of; the empty one for numbers by themselves."""
    tests = (test for cell in cells if isinstance(cell, Limits) for test in cell.tests)
    return {unit if unit in LIMITS else "" for _, limit in tests for unit in [signed(limit)[1]]}


def _codes(sort: Sort, cells: Sequence[Cell]) -> Iterable[Piece]:
    choices = sort.fact.choices if sort.fact else {}
    named = (code for cell in cells if isinstance(cell, Codes) for code in cell.codes)
    yield from (Piece(code) for code in choices or dict.fromkeys(named))
    if not choices:
        yield Piece(ANOTHER)


def _numbers(sort: Sort, cells: Sequence[Cell], *, whole: bool) -> list[Piece]:
    tests = [test for cell in cells if isinstance(cell, Limits) for test in cell.tests]
    bounds = sorted({_bound(limit, sort) for _, limit in tests})
    unit = next((u for _, limit in tests if (u := signed(limit)[1]) in LIMITS), sort.unit)
    if not bounds:
        return [Piece(Fraction(1), unit)]
    step = Fraction(1)
    below = bounds[0] / 2 if bounds[0] > 0 and not whole else bounds[0] - step
    found = [below]
    for bound, following in zip(bounds, [*bounds[1:], bounds[-1] + 2 * step], strict=True):
        found += [bound, _between(bound, following, whole=whole)]
    kept = (n for n in found if not whole or n.denominator == 1)
    return [Piece(number, unit) for number in dict.fromkeys(kept)]


def _between(low: Fraction, high: Fraction, *, whole: bool) -> Fraction:
    """A number between two bounds, a whole one where only such are meant and there is one."""
    middle = (low + high) / 2
    following = Fraction(low.numerator // low.denominator + 1)
    return following if whole and following < high else middle


def _bound(limit: tree.Node, sort: Sort) -> Fraction:
    """A limit in the unit of the column."""
    number, unit = signed(limit)
    analyte = sort.fact.analyte if sort.fact else ""
    alike = not unit or unit in LIMITS or not sort.unit
    ratio = None if alike else factor(unit, sort.unit, analyte)
    return Fraction(number) * (1 if ratio is None else ratio)


def _passes(op: tree.Comparator, value: object, bound: Fraction) -> bool:
    if not isinstance(value, Fraction):
        return False
    return {
        "<": value < bound,
        "<=": value <= bound,
        ">": value > bound,
        ">=": value >= bound,
        "==": value == bound,
        "!=": value != bound,
    }[op]
