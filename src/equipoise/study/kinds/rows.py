"""A list: rows with columns, each column of a kind of its own."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from equipoise.logic.facts import Kind
from equipoise.study.kinds.kind import ItemKind

if TYPE_CHECKING:
    from equipoise.study.forms import Column

__all__ = ["Rows"]


class Rows(ItemKind):
    """What is wrong with a row is told by `conduct/answers`: it is wrong with one of its cells."""

    name, fact, widget = "list", Kind.LIST, "rows"
    about = "rows with `columns`; no rows is an answer, and differs from never asked"
    ways = ("rows",)
    rows = True

    def usual(self, column: Column, on: date) -> list[dict[str, str]]:
        return []
