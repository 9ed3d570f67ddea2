"""One of the study's own choices, by its code."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from equipoise.logic.facts import Kind
from equipoise.study.kinds.kind import At, ItemKind
from equipoise.study.reason import Given, OneOf, Reason, Refusal

if TYPE_CHECKING:
    from equipoise.study.forms import Column

__all__ = ["Choice"]

CHOICE = Reason("item.choice", "", "{item} must be one of {choices}")


class Choice(ItemKind):
    name, fact, widget = "choice", Kind.TEXT, "choice"
    about = "one of `choices`, by its code"

    def misdeclared(self, column: Column) -> Iterator[str]:
        if not column.choices:
            yield "a choice needs choices"

    def refusals(self, column: Column, text: str, at: At) -> Iterator[Refusal]:
        if text not in column.choices:
            yield CHOICE(at.where, item=column.label, choices=OneOf(tuple(column.choices.values())))

    def as_given(self, column: Column, text: str, unit: str = "") -> Given:
        return column.choices.get(text, text)

    def usual(self, column: Column, on: date) -> str:
        return next(iter(column.choices))
