"""The name of a row elsewhere: what is recorded in a column of a list, or on copies of a form.

An admission names the medicine given for it. Which names there are, the participant's own
record says (`conduct/links`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from equipoise.logic.facts import Kind
from equipoise.study.kinds.kind import ItemKind
from equipoise.study.kinds.words import Words

if TYPE_CHECKING:
    from equipoise.study.forms import Column

__all__ = ["Link"]


class Link(ItemKind):
    name, fact, widget = "link", Kind.TEXT, "link"
    about = (
        "the name of a row elsewhere, picked from what is recorded of the participant under `to`"
    )
    ways = ("always",)

    def misdeclared(self, column: Column) -> Iterator[str]:
        if not column.to:
            yield "a link needs `to`: an item, or a list and its column, such as medicines.medicine"

    def canonical(self, text: str) -> str:
        return Words().canonical(text)
