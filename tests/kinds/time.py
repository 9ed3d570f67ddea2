"""A time of day, such as 09:05."""

import re
from collections.abc import Iterator

from equipoise.logic.facts import Kind
from equipoise.study.forms import Column
from equipoise.study.kinds.kind import At, ItemKind
from equipoise.study.reason import Reason, Refusal

TIME = Reason("item.time", "", "{item} must be a time of day, like 09:05")

_TYPED = re.compile(r"([01]?[0-9]|2[0-3])(?::|\.)([0-5][0-9])", re.ASCII)


class Time(ItemKind):
    name, fact = "time", Kind.TEXT
    about = "a time of day, such as 09:05"

    def canonical(self, text: str) -> str:
        found = _TYPED.fullmatch(text)
        return f"{found[1].zfill(2)}:{found[2]}" if found else text

    def refusals(self, column: Column, text: str, at: At) -> Iterator[Refusal]:
        if not _TYPED.fullmatch(text):
            yield TIME(at.where, item=column.label)
