"""Whether values that are rounded, or of which the least is taken, are of one measure.

Stricter than adding: a plain number beside milligrams is refused, as its unit would be a guess.
"""

from __future__ import annotations

from collections.abc import Sequence

from equipoise.logic import tree
from equipoise.logic.facts import FactType, Kind
from equipoise.logic.functions import nearest
from equipoise.logic.sorts import ANYTHING, Sort, is_plain, stands_by_share, unit_factor

Misfit = tuple[tree.Node, str, str]
"""The part that does not fit, why, and what would do."""


def rounded(node: tree.Rounded, sort: Sort, step: Sort) -> Sort | Misfit:
    """The sort of a rounded number, or what is amiss."""
    name = node.way
    if sort.shape != "number":
        return node.arg, f"{name}() needs a number, found a {sort.shape}", ""
    if not isinstance(node.step, tree.Number | tree.Quantity) or step.shape != "number":
        return node.step, f"The step of {name}() is a number that stands there", _step(sort)
    if node.step.value <= 0:
        return node.step, f"The step of {name}() is more than nought", _step(sort)
    if not fits(sort, step):
        return node.step, f"{_called(sort)} is not rounded to {_called(step)}", _step(sort)
    return Sort("number", step.unit or sort.unit)


def _step(sort: Sort) -> str:
    return f"5 {sort.unit}" if sort.unit else "0.01"


def extreme(node: tree.Extreme, sorts: Sequence[Sort]) -> Sort | Misfit:
    """The sort of the least or greatest of several, or which of them does not fit."""
    first = next((sort for sort in sorts if sort.unit), sorts[0])
    for part, sort in zip(node.args, sorts, strict=True):
        if sort.shape != "number":
            return part, f"{node.side}() needs numbers, found a {sort.shape}", ""
        if not fits(sort, first):
            message = f"{node.side}() of {_called(first)} and {_called(sort)} has no meaning"
            return part, message, f"… {first.unit}"
    literal = all(sort.literal for sort in sorts)
    return Sort("number", first.unit, first.fact, literal=literal)


def gathered(node: tree.Gathered, fact: FactType | None) -> Sort | Misfit:
    """The sort of what a column comes to, or why it comes to nothing."""
    if fact is None or fact.kind is not Kind.LIST:
        return ANYTHING
    column, numbers = fact.columns.get(node.of), (Kind.NUMBER, Kind.QUANTITY, Kind.TIME)
    if column is not None and column.kind in numbers:
        return Sort("number", column.unit, column)
    known = [name for name, each in fact.columns.items() if each.kind in numbers]
    message = f"{node.name!r} has no column {node.of!r} of numbers"
    return node, message, nearest(node.of, known) or ", ".join(known)


def fits(one: Sort, other: Sort) -> bool:
    """Whether two numbers are of one measure: a plain one fits a plain one alone."""
    if stands_by_share(one, other) or stands_by_share(other, one):
        return False
    if not one.unit or not other.unit:
        return is_plain(one.unit) and is_plain(other.unit)
    equivalents = {unit for sort in (one, other) if sort.fact for unit in sort.fact.equivalents}
    return {one.unit, other.unit} <= equivalents or unit_factor(one, other) is not None


def _called(sort: Sort) -> str:
    return sort.unit or "a plain number"
