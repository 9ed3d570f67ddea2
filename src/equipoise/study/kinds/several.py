"""Several of the study's own choices, or none of them, which is an answer of its own.

To criteria it is a list with one row for each that was chosen: `any organs where code == 'liver'`,
`count of organs >= 2`. None of these is a list without rows; what was never asked is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from equipoise.logic.facts import Kind
from equipoise.study.kinds.kind import At, ItemKind
from equipoise.study.reason import Given, OneOf, Phrase, Reason, Refusal

if TYPE_CHECKING:
    from equipoise.study.forms import Column

__all__ = ["NONE", "NONE_OF_THESE", "Several"]

NONE = "none"
SEVERAL = Reason("item.choices", "", "{item} must be of these: {choices}")
NONE_AND = Reason("item.none-and", "", "{item}: either none of these, or what applies; not both")
NONE_OF_THESE = Phrase("none of these")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*", re.ASCII)


class Several(ItemKind):
    name, fact, widget = "several", Kind.LIST, "several"
    about = "several of `choices`, by their codes with a comma between them, or `none` of them"
    ways = ("several", "always")
    many = True

    def misdeclared(self, column: Column) -> Iterator[str]:
        if not column.choices:
            yield "several of nothing: it needs choices"
        for code in column.choices:
            if code == NONE:
                yield "'none' says that none of the choices applies; give that choice another code"
            elif not _CODE.fullmatch(code):
                yield f"{code!r}: the codes of several are letters, digits, - and _"

    def canonical(self, text: str) -> str:
        """The codes in the order of the alphabet, each once."""
        codes = [code.strip() for code in text.split(",")]
        return ",".join(sorted(set(codes))) if all(map(_CODE.fullmatch, codes)) else text

    def refusals(self, column: Column, text: str, at: At) -> Iterator[Refusal]:
        codes = text.split(",")
        if any(code not in column.choices and code != NONE for code in codes):
            known = OneOf(tuple(column.choices.values()))
            yield SEVERAL(at.where, item=column.label, choices=known)
        elif NONE in codes and len(codes) > 1:
            yield NONE_AND(at.where, item=column.label)

    def codes(self, text: str) -> tuple[str, ...]:
        return tuple(code for code in text.split(",") if code != NONE)

    def as_given(self, column: Column, text: str, unit: str = "") -> Given:
        if text == NONE:
            return column.none or NONE_OF_THESE()
        chosen = set(text.split(","))
        known = tuple(label for code, label in column.choices.items() if code in chosen)
        return known if len(known) == len(chosen) else text

    def usual(self, column: Column, on: date) -> str:
        return NONE
