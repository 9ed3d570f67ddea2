"""What sort of value a part of a rule gives, and the unit that a calculation carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from equipoise.logic import tree
from equipoise.logic.compound_units import power, product
from equipoise.logic.facts import FactType
from equipoise.logic.units import DURATIONS, cancels, factor, is_share

Shape = Literal["yes or no", "number", "code", "date", "limit", "list", "anything"]


@dataclass(frozen=True, slots=True)
class Sort:
    """What sort of value a part of a rule gives. A number without a unit fits any."""

    shape: Shape
    unit: str = ""
    fact: FactType | None = None
    literal: bool = False


YES_OR_NO, NUMBER, CODE, DATE = Sort("yes or no"), Sort("number"), Sort("code"), Sort("date")
ANYTHING = Sort("anything")  # already complained about


def is_plain(unit: str) -> bool:
    return factor(unit or "1", "1") is not None or unit in DURATIONS.values()


def stands_by_share(one: Sort, other: Sort) -> bool:
    """Whether a bare number stands beside a percentage: 0.5 might be 50 % or half a per cent."""
    return is_share(one.unit) and not other.unit and not (one.literal and other.literal)


def result_unit(node: tree.Arithmetic, left: Sort, right: Sort) -> str:
    """As calculating does: like units cancel in a quotient, others are multiplied."""
    if node.op == "**":
        exponent = _exponent(node.right)
        return "" if exponent is None or not left.unit else power(left.unit, exponent)
    if not (left.unit and right.unit) and (node.op == "*" or left.unit):
        return left.unit or right.unit
    if node.op == "/" and left.unit and _cancel(left, right):
        return ""
    return product(left.unit, right.unit, 1 if node.op == "*" else -1)


def _cancel(left: Sort, right: Sort) -> bool:
    facts = [sort.fact for sort in (left, right) if sort.fact]
    declared = {unit for fact in facts for unit in fact.equivalents}
    analyte = next((fact.analyte for fact in facts if fact.analyte), "")
    return bool(declared & {left.unit, right.unit}) or cancels(left.unit, right.unit, analyte)


def _exponent(node: tree.Node) -> int | None:
    """A whole number that stands as such."""
    if isinstance(node, tree.Minus):
        inner = _exponent(node.arg)
        return None if inner is None else -inner
    if isinstance(node, tree.Number) and node.value == node.value.to_integral_value():
        return int(node.value)
    return None


def unit_factor(left: Sort, right: Sort) -> object:
    fact = left.fact or right.fact
    return factor(left.unit, right.unit, fact.analyte if fact else "")
