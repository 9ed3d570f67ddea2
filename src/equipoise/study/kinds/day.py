"""A day, or only its year or month where no more is known."""

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

__all__ = ["EARLIEST", "LATEST", "Date", "PartialDate", "is_day"]

EARLIEST, LATEST = date(1880, 1, 1), date(2199, 12, 31)

DATE = Reason("item.date", "", "{item} must be a date, like 23 11 2026")
PARTIAL_DATE = Reason(
    "item.date",
    "",
    "{item} must be a date, like 23 11 2026; the year, or month and year, will do",
)
YEAR = Reason("item.date-range", "", "the year of {item} must be from {first} to {last}")
FUTURE = Reason("item.date-future", "", "{item} lies after today, {day}: it has not happened yet")


class Date(ItemKind):
    name, fact, widget = "date", Kind.DATE, "day"
    about = "a day"
    ways = ("days_before", "always")
    anchor = True
    form: ClassVar[re.Pattern[str]] = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
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
        return date.fromisoformat(text) if len(text) == len("2026-11-23") else text

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
    about = "a day, or only its year or month"
    anchor = False
    form = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
    reason = PARTIAL_DATE

    def typed_value(self, text: str) -> date | tuple[date, date]:
        """A date, or the first and last day that a year or a month leaves open."""
        parts = [int(part) for part in text.split("-")]
        if len(parts) == 3:
            return date(*parts)
        if len(parts) == 1:
            return date(parts[0], 1, 1), date(parts[0], 12, 31)
        year, month = parts
        after = date(year + month // 12, month % 12 + 1, 1)
        return date(year, month, 1), date.fromordinal(after.toordinal() - 1)


def is_day(day: date) -> bool:
    """Whether a day lies in the time of people who may take part, and of those who treat them."""
    return EARLIEST <= day <= LATEST
