"""A time of day by the clock of 24 hours, such as 09:05."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from equipoise.logic.facts import Kind
from equipoise.study.kinds.kind import At, ItemKind
from equipoise.study.reason import Reason, Refusal

if TYPE_CHECKING:
    from equipoise.study.forms import Column

__all__ = ["Time", "is_time"]

TIME = Reason("item.time", "", "{item} must be a time of day, like 09:05 or 21:30")

_KEPT = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
# 9:05, 9.05, 9h05, 9u05, 905, 09:05:00 and 9:05 pm; an hour alone might be a day or a dose.
_TYPED = re.compile(
    r"(?P<hour>[0-9]{1,2}) ?[:.hu]? ?(?P<minute>[0-5][0-9])(:[0-5][0-9])?"
    r"( ?(?P<half>[ap])\.?m\.?)?",
    re.ASCII | re.IGNORECASE,
)
_NOON, _DAY = 12, 24


class Time(ItemKind):
    name, fact, widget = "time", Kind.TIME, "clock"
    about = "a time of day of 24 hours, such as `09:05`; `9.05`, `905` and `9u05` are read too"

    def canonical(self, text: str) -> str:
        found = _TYPED.fullmatch(text.strip())
        hour = _hour(found) if found else None
        return text if found is None or hour is None else f"{hour:02}:{found['minute']}"

    def refusals(self, column: Column, text: str, at: At) -> Iterator[Refusal]:
        if not is_time(text):
            yield TIME(at.where, item=column.label)

    def typed_value(self, text: str) -> Decimal:
        """The minutes since midnight."""
        hour, _, minute = text.partition(":")
        return Decimal(int(hour) * 60 + int(minute))

    def usual(self, column: Column, on: date) -> str:
        return "09:00"


def is_time(text: str) -> bool:
    """Whether a text is a time of day as it is kept."""
    return _KEPT.fullmatch(text) is not None


def _hour(found: re.Match[str]) -> int | None:
    """The hour of 24 that was typed; None where the clock has no such hour."""
    hour, half = int(found["hour"]), (found["half"] or "").lower()
    if not half:
        return hour if hour < _DAY else None
    if not 1 <= hour <= _NOON:
        return None
    return hour % _NOON + (_NOON if half == "p" else 0)
