"""What a column of a list comes to over its rows: the sum, the lowest, the highest.

A row of which it is not known whether it is meant may count or not, so that the answer lies
between what comes of both.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from equipoise.logic.extremes import outermost
from equipoise.logic.facts import FactType, Observation
from equipoise.logic.interval import Interval, calculate, hull
from equipoise.logic.reading import Amount
from equipoise.logic.recorded import amount_of
from equipoise.logic.tree import Extremum, Gathering
from equipoise.logic.truth import FALSE, TRUE, Truth

__all__ = ["Cell", "gathered"]

NOUGHT = Interval.at(Decimal(0))
Cell = tuple[Truth, Observation | None]
"""Whether the row is meant, and what stands in its column."""


def gathered(how: Gathering, column: FactType, cells: Sequence[Cell]) -> Amount | None:
    """What it comes to; None where a row that may be meant has nothing that can be read."""
    sure, perhaps = list[Interval](), list[Interval]()
    for meant, observation in cells:
        if meant is FALSE:
            continue
        amount = amount_of(column, observation) if observation else None
        if amount is None:
            return None
        (sure if meant is TRUE else perhaps).append(amount.number)
    number = _sum(sure, perhaps) if how == "sum" else _outermost(how, sure, perhaps)
    return None if number is None else Amount(number, column.unit, column.analyte)


def _sum(sure: Sequence[Interval], perhaps: Sequence[Interval]) -> Interval | None:
    total: Interval | None = NOUGHT
    for number in (*sure, *(hull(one, NOUGHT) for one in perhaps)):
        total = calculate("+", total, number) if total else None
    return total


def _outermost(
    how: Gathering, sure: Sequence[Interval], perhaps: Sequence[Interval]
) -> Interval | None:
    """Of no row at all there is no lowest."""
    if not sure:
        return None
    side: Extremum = "min" if how == "lowest" else "max"
    of_sure = outermost(side, sure)
    return hull(of_sure, outermost(side, [*sure, *perhaps]))
