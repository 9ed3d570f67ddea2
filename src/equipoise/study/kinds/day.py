"""A day, or what is known of it: its year, its month, or the day of a month that is not known.

A part that is not known is left out (`2019`, `2019-11`) or stands as UN where something known comes
after it (`2019-UN-14`). Nothing is ever filled in for it: such a date is every day that it may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from equipoise.logic.facts import Kind
from equipoise.study.kinds.kind import At, ItemKind
from equipoise.study.reason import Given, Reason, Refusal

if TYPE_CHECKING:
    from equipoise.study.forms import Column

__all__ = ["DATE", "EARLIEST", "LATEST", "Date", "PartialDate", "is_day"]

EARLIEST, LATEST = date(1880, 1, 1), date(2199, 12, 31)

DATE = Reason("item.date", "", "{item} must be a date, like 23 11 2026")
PARTIAL_DATE = Reason(
    "item.date",
    "",
    "{item} must be a date, like 23 11 2026; the year, or month and year, will do, and UN stands "
    "for what is not known",
)
YEAR = Reason("item.date-range", "", "the year of {item} must be from {first} to {last}")
FUTURE = Reason("item.date-future", "", "{item} lies after today, {day}: it has not happened yet")

ONLY_YEAR = Reason(
    "item.date-finer", "", "of {item} the year alone is recorded: leave out the day and the month"
)
ONLY_MONTH = Reason(
    "item.date-finer", "", "of {item} the month and year are recorded: leave out the day"
)

_WHOLE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNKNOWN = re.compile(r"(?<=-)(UNK?|unk?)(?=-|$)")


class Date(ItemKind):
    name, fact, widget = "date", Kind.DATE, "day"
    about = "a day"
    ways = ("days_before", "always")
    anchor = True
    form: ClassVar[re.Pattern[str]] = _WHOLE
    reason: ClassVar[Reason] = DATE

    def refusals(self, column: Column, text: str, at: At) -> Iterator[Refusal]:
        days = self.days(text)
        if days is None:
            yield self.reason(at.where, item=column.label)
        elif not (is_day(days[0]) and is_day(days[1])):
            yield YEAR(at.where, item=column.label, first=EARLIEST.year, last=LATEST.year)
        elif days[0] > at.today and not column.planned:
            yield FUTURE(at.where, item=column.label, day=at.today)

    def typed_value(self, text: str) -> date | tuple[date, date]:
        return date.fromisoformat(text)

    def as_given(self, column: Column, text: str, unit: str = "") -> Given:
        return date.fromisoformat(text) if _WHOLE.fullmatch(text) else text

    def usual(self, column: Column, on: date) -> str:
        return on.isoformat()

    def days(self, text: str) -> tuple[date, date] | None:
        """The first and last day that a date may mean; None when it is not a date."""
        if not self.form.fullmatch(text):
            return None
        try:
            found = self.typed_value(text)
        except ValueError:
            return None
        return found if isinstance(found, tuple) else (found, found)


class PartialDate(Date):
    name, widget = "partial-date", "partial_day"
    about = "a day, or what is known of it: `2019`, `2019-11`, or `2019-UN-14`"
    anchor, in_part = False, True
    form = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?|-UN-[0-9]{2})?")
    reason = PARTIAL_DATE

    def refusals(self, column: Column, text: str, at: At) -> Iterator[Refusal]:
        yield from super().refusals(column, text, at)
        parts = text.count("-") if self.days(text) else 0
        if parts and column.recorded_to == "year":
            yield ONLY_YEAR(at.where, item=column.label)
        elif parts > 1 and column.recorded_to == "month":
            yield ONLY_MONTH(at.where, item=column.label)

    def as_far_as_asked(self, column: Column, text: str) -> str:
        return text[: {"year": 4, "month": 7}.get(column.recorded_to)]

    def usual(self, column: Column, on: date) -> str:
        return self.as_far_as_asked(column, on.isoformat())

    def canonical(self, text: str) -> str:
        """What is not known is left out: 2019-UN-UN is 2019; 2019-UNK-14 is 2019-UN-14."""
        if text.count("-") > 2:
            return text
        return _UNKNOWN.sub("UN", text).removesuffix("-UN").removesuffix("-UN")

    def typed_value(self, text: str) -> date | tuple[date, date]:
        """A date, or the first and last day that what is not known leaves open."""
        year, *rest = text.split("-")
        if not rest:
            return date(int(year), 1, 1), date(int(year), 12, 31)
        if rest[0] == "UN":
            # The first and the last month have every day that a month can have.
            return date(int(year), 1, int(rest[1])), date(int(year), 12, int(rest[1]))
        month = int(rest[0])
        if len(rest) > 1:
            return date(int(year), month, int(rest[1]))
        after = date(int(year) + month // 12, month % 12 + 1, 1)
        return date(int(year), month, 1), date.fromordinal(after.toordinal() - 1)


def is_day(day: date) -> bool:
    """Whether a day lies in the time of people who may take part, and of those who treat them."""
    return EARLIEST <= day <= LATEST
