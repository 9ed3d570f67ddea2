"""A place on a scale of which both ends have words, such as 0 (no pain) to 10 (worst pain)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from equipoise.study.kinds.kind import At
from equipoise.study.kinds.number import Number
from equipoise.study.kinds.number_text import is_number
from equipoise.study.reason import Given, Reason, Refusal

if TYPE_CHECKING:
    from equipoise.study.forms import Column

__all__ = ["Rating"]

OFF = Reason("item.scale", "", "{item} must be a number from {lowest} to {highest}")
STEP = Reason("item.scale", "", "{item} goes from {lowest} to {highest} by steps of {step}")


class Rating(Number):
    name, widget = "scale", "scale"
    about = "a number on the `scale`: from `lowest` to `highest` by `step`, each end in words"

    def misdeclared(self, column: Column) -> Iterator[str]:
        scale = column.scale
        if scale is None:
            yield "a scale needs `scale`: its lowest and highest number, and both in words"
        elif not 0 < scale.step <= scale.highest - scale.lowest:
            yield "a scale goes up from its lowest to its highest number, by steps above 0"
        elif (scale.highest - scale.lowest) % scale.step:
            yield "the steps of this scale do not end at its highest number"

    def refusals(self, column: Column, text: str, at: At) -> Iterator[Refusal]:
        scale = column.scale
        if scale is None:
            return  # such a study is not opened
        ends: dict[str, Given] = {
            "item": column.label,
            "lowest": scale.lowest,
            "highest": scale.highest,
        }
        number = Decimal(text) if is_number(text) and text[0] not in "<>" else None
        if number is None or not scale.lowest <= number <= scale.highest:
            yield OFF(at.where, **ends)
        elif (number - scale.lowest) % scale.step:
            yield STEP(at.where, **ends, step=scale.step)

    def usual(self, column: Column, on: date) -> str:
        return f"{column.scale.lowest:f}" if column.scale else "0"
