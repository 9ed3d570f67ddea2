"""A number: plain, or measured in a unit."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from equipoise.logic.facts import Kind
from equipoise.study.kinds.kind import At, ItemKind
from equipoise.study.kinds.number_text import canonical_number, comparator_of, is_number
from equipoise.study.kinds.plausible import number_refusals
from equipoise.study.reason import Amount, Given, Reason, Refusal, Unit

if TYPE_CHECKING:
    from equipoise.study.forms import Column

__all__ = ["Number", "Quantity"]

NUMBER = Reason("item.number", "", "{item} must be a number, like 12 or 12.5")
NUMBER_IN = Reason("item.number", "", "{item} must be a number in {unit}, like 12 or 12.5")


class Number(ItemKind):
    name, fact, widget = "number", Kind.NUMBER, "number"
    about = "a plain number; like a quantity it may carry `<` or `>`"
    ways = ("normal", "lognormal", "choice", "always")
    measured = True

    def canonical(self, text: str) -> str:
        return canonical_number(text)

    def refusals(self, column: Column, text: str, at: At) -> Iterator[Refusal]:
        if is_number(text):
            yield from number_refusals(column, text, at.unit, at.where)
        elif column.unit in ("", "1"):
            yield NUMBER(at.where, item=column.label)
        else:
            yield NUMBER_IN(at.where, item=column.label, unit=Unit(column.unit))

    def typed_value(self, text: str) -> Decimal:
        return Decimal(comparator_of(text)[1])

    def as_given(self, column: Column, text: str, unit: str = "") -> Given:
        if not is_number(text):
            return text
        comparator, number = comparator_of(text)
        return Amount(Decimal(number), unit or column.unit, comparator)


class Quantity(Number):
    name, fact = "quantity", Kind.QUANTITY
    from_zero = True
    about = (
        "a number in `unit` (UCUM), or in one of `units`; with `limits`, the laboratory's own "
        "limits too"
    )

    def misdeclared(self, column: Column) -> Iterator[str]:
        if not column.unit:
            yield "a quantity needs a unit; '1' for a ratio"
