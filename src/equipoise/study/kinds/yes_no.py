"""Yes or no: a fact, or the judgement of somebody whom the study names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from equipoise.logic.facts import Kind
from equipoise.study.kinds.kind import At, ItemKind
from equipoise.study.reason import Given, Phrase, Reason, Refusal

if TYPE_CHECKING:
    from equipoise.study.forms import Column

__all__ = ["Judgement", "YesNo"]

YES_NO = Reason("item.yes-no", "", "{item} must be yes or no")
YES, NO = Phrase("yes"), Phrase("no")


class YesNo(ItemKind):
    name, fact, widget = "yes-no", Kind.YES_NO, "yes_no"
    about = "yes or no"
    ways = ("yes", "holds", "choice", "always")

    def refusals(self, column: Column, text: str, at: At) -> Iterator[Refusal]:
        if text not in ("yes", "no"):
            yield YES_NO(at.where, item=column.label)

    def typed_value(self, text: str) -> bool:
        return text == "yes"

    def as_given(self, column: Column, text: str, unit: str = "") -> Given:
        return {"yes": YES(), "no": NO()}.get(text, text)

    def usual(self, column: Column, on: date) -> str:
        return "no"


class Judgement(YesNo):
    name, fact = "judgement", Kind.JUDGED
    about = "yes or no, by the person named in `judge`"
