"""Calendar days: dates that may be partly known, whole years and months, and windows.

One rule for months and years: the same day of the month, so many months on. Where that month has
no such day (31 January and one month, 29 February and one year) the length ends between the
month's last day and the first of the next: it has not passed on 28 February, and has on 1 March.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

from equipoise.logic.interval import Interval, compare
from equipoise.logic.plain import plain
from equipoise.logic.tree import Comparator, ElapsedUnit, Window
from equipoise.logic.truth import Truth
from equipoise.logic.watched import WatchedDay, unwatched

DAYS_PER_MONTH = 365.25 / 12  # where months are a measure, not dates: the mean of the calendar


@plain
class DateSpan:
    """The days from `first` to `last`, one of which is meant.

    An end that is `late` lies after that day and before the next.
    """

    first: date
    last: date
    first_late: bool = False
    last_late: bool = False

    @property
    def exact(self) -> bool:
        """Whether it is one day."""
        return self.first == self.last and self.first_late == self.last_late

    def _numbers(self) -> Interval:
        """The same as day numbers, to compare with."""
        return Interval(
            _NIGHT * self.first_late + unwatched(self.first).toordinal(),
            _NIGHT * self.last_late + unwatched(self.last).toordinal(),
        )

    def compared(self, op: Comparator, other: DateSpan) -> Truth:
        """Whether the comparison holds for all, none, or only some of the days meant."""
        for one in (self.first, self.last):
            for another in (other.first, other.last):
                if isinstance(one, WatchedDay) or isinstance(another, WatchedDay):
                    _ = one == another  # so that the day on which they meet is noted
        return compare(op, self._numbers(), other._numbers())

    def moved(self, amount: int, unit: str) -> DateSpan:
        """So many "d", "wk", "mo" or "a" later."""
        ends = [(shifted(day, amount, unit), day) for day in (self.first, self.last)]
        first_late, last_late = (
            unit in ("mo", "a") and _is_late(day, amount, unit) for _, day in ends
        )
        return DateSpan(ends[0][0], ends[1][0], first_late, last_late)


_NIGHT = Decimal("0.5")
_CENTURY = 36_525


def _is_late(day: date, amount: int, unit: str) -> bool:
    """Whether the month so much later has no such day."""
    if isinstance(day, WatchedDay):
        return day.steady(lambda each: _is_late(each, amount, unit))
    end = shifted(day, amount, unit)
    return end.day < day.day and end not in (date.min, date.max)


def shifted(day: date, amount: int, unit: str) -> date:
    """The day so many "d", "wk", "mo" or "a" later; the 31st becomes the last of a short month.

    Stays within the calendar's first and last day.
    """
    days = amount * (7 if unit == "wk" else 1)
    if isinstance(day, WatchedDay):
        if unit in ("d", "wk") and abs(days) < _CENTURY:
            return day + timedelta(days=days)
        return day.moved(lambda each: shifted(each, amount, unit))
    if unit in ("d", "wk"):
        number = min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal())
        return date.fromordinal(number)
    months = day.year * 12 + day.month - 1 + amount * (12 if unit == "a" else 1)
    year, month = divmod(months, 12)
    if year < date.min.year:
        return date.min
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def whole(unit: ElapsedUnit, start: date, end: date) -> int:
    """Whole days, months or years elapsed. Who is born on 29 February ages on 1 March."""
    if isinstance(end, WatchedDay) and not isinstance(start, WatchedDay):
        return end.counted(lambda day: whole(unit, start, day))
    if isinstance(start, WatchedDay) and not isinstance(end, WatchedDay):
        return start.counted(lambda day: whole(unit, day, end))
    if unit == "days":
        return (end - start).days
    if unit == "months":
        return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def elapsed(unit: ElapsedUnit, start: DateSpan, end: DateSpan) -> Interval:
    """The same between dates that may be partly known."""
    least, most = whole(unit, start.last, end.first), whole(unit, start.first, end.last)
    return Interval(Decimal(least), Decimal(most))


def reach(window: Window, anchor: date) -> DateSpan:
    """The first and the last day of a window, both inclusive."""
    day = timedelta(days=1)
    if window.length is not None:
        if window.side == "before":
            start = DateSpan(anchor, anchor).moved(-window.length, window.unit)
            return DateSpan(start.first + day if start.first_late else start.first, anchor)
        return DateSpan(anchor, shifted(anchor, window.length, window.unit))
    if window.side in ("before", "until"):
        return DateSpan(date.min, max(anchor - day, date.min) if _open(window) else anchor)
    return DateSpan(anchor + day if _open(window) else anchor, date.max)


def _open(window: Window) -> bool:
    return window.side in ("before", "after")
