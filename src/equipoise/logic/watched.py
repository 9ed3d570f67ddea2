"""A day that notes until when an answer stands: from which later day on it may be another.

An answer is a function of what is recorded and of the day on which it is asked. Asked on a watched
day it is worked out as on any other, and each time something is made of the day (it is compared
with another, a birthday is counted) the watch notes the first later day on which the same would
come out otherwise. Until the earliest of these nothing can change by itself. Where it is not known
when something changes, it is taken to change tomorrow: that is never wrong, only dear.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, TypeVar

__all__ = ["Watch", "WatchedDay", "note", "turns_at", "unwatched"]

T = TypeVar("T")
FURTHEST = 73_050
"""Two centuries: so far ahead nothing is looked for, and all is looked at again."""


class Watch:
    """Looks on while something is asked on a day."""

    __slots__ = ("_on", "_until")

    def __init__(self, on: date) -> None:
        self._on = on.toordinal()
        self._until = min(self._on + FURTHEST, date.max.toordinal())

    @property
    def day(self) -> WatchedDay:
        """The day on which to ask."""
        return WatchedDay.of(self, 0, None)

    @property
    def until(self) -> date:
        """The first later day on which an answer may be another."""
        return date.fromordinal(self._until)

    def turns(self, on: date) -> None:
        """Something is otherwise from this day on, if it is still to come."""
        self._note(on.toordinal())

    def _note(self, day: int) -> None:
        if self._on < day < self._until:
            self._until = day

    def turns_tomorrow(self) -> None:
        """Something is otherwise tomorrow."""
        self._note(self._on + 1)

    def _first(self, differs: Callable[[date], bool]) -> None:
        """Note the first day from which on something differs, where it stays so once it does."""
        last = self._until - 1
        if last <= self._on or not differs(date.fromordinal(last)):
            return
        same, other = self._on, last
        while other - same > 1:
            middle = (same + other) // 2
            if differs(date.fromordinal(middle)):
                other = middle
            else:
                same = middle
        self._note(other)


class WatchedDay(date):
    """The day that is asked about, or one that moves along with it."""

    _watch: Watch
    _days: int
    _moves: Callable[[date], date] | None

    @classmethod
    def of(cls, watch: Watch, days: int, moves: Callable[[date], date] | None) -> WatchedDay:
        """The day so many days after the one asked about, or where `moves` takes that."""
        on = date.fromordinal(watch._on + days)
        here = moves(date.fromordinal(watch._on)) if moves else on
        made = date.__new__(cls, here.year, here.month, here.day)
        made._watch, made._days, made._moves = watch, days, moves
        return made

    @property
    def plain(self) -> date:
        """The day itself, which nobody watches."""
        return date.fromordinal(date.toordinal(self))

    def counted(self, count: Callable[[date], T]) -> T:
        """What is counted up to this day, or from it, and only grows, or only falls, day by day."""
        now = count(self.plain)
        self._watch._first(lambda day: count(self._at(day)) != now)
        return now

    def moved(self, move: Callable[[date], date]) -> WatchedDay:
        """A day that is never earlier when this one is later."""
        return WatchedDay.of(self._watch, 0, lambda day: move(self._at(day)))

    def steady(self, ask: Callable[[date], T], days: int = 31) -> T:
        """What is true of this day and may come and go; looked at so many days ahead."""
        now, watch = ask(self.plain), self._watch
        for ahead in range(watch._on + 1, min(watch._until, watch._on + days)):
            if ask(self._at(date.fromordinal(ahead))) != now:
                watch._note(ahead)
                return now
        watch._note(watch._on + days)
        return now

    def _at(self, day: date) -> date:
        """Where it stands when that day is the one asked about."""
        return self._moves(day) if self._moves else day + timedelta(days=self._days)

    def _reaches(self, other: date, after: int) -> None:
        """Note when it comes to another day (`after` 0) or past it (1), if it has not yet."""
        if isinstance(other, WatchedDay):
            # Two that are moved by days alone stay as far apart as they are.
            if self._moves or other._moves:
                self._watch.turns_tomorrow()
            return
        wanted = date.toordinal(other) + after
        if date.toordinal(self) >= wanted:
            return
        if self._moves is None:
            self._watch._note(wanted - self._days)
        else:
            self._watch._first(lambda day: self._at(day).toordinal() >= wanted)

    def __lt__(self, other: date) -> bool:
        self._reaches(other, 0)
        return date.__lt__(self, other)

    def __ge__(self, other: date) -> bool:
        self._reaches(other, 0)
        return date.__ge__(self, other)

    def __le__(self, other: date) -> bool:
        self._reaches(other, 1)
        return date.__le__(self, other)

    def __gt__(self, other: date) -> bool:
        self._reaches(other, 1)
        return date.__gt__(self, other)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, date):
            self._reaches(other, 0)
            self._reaches(other, 1)
        return date.__eq__(self, other)

    def __hash__(self) -> int:
        self._watch.turns_tomorrow()
        return date.__hash__(self)

    def __add__(self, other: timedelta) -> WatchedDay:
        if self._moves is None:
            return WatchedDay.of(self._watch, self._days + other.days, None)
        return self.moved(lambda day: day + other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, timedelta):
            return self + -other
        self._parted(other)
        return date.__sub__(self, other)

    def __rsub__(self, other: date) -> timedelta:
        self._parted(other)
        return other.__sub__(self.plain)

    def _parted(self, other: date) -> None:
        """How far apart two are changes with every day, unless both move."""
        if not (isinstance(other, WatchedDay) and self._moves is other._moves is None):
            self._watch.turns_tomorrow()

    @property
    def year(self) -> int:
        return self.counted(lambda day: day.year)

    @property
    def month(self) -> int:
        return self.steady(lambda day: day.month)

    @property
    def day(self) -> int:
        self._watch.turns_tomorrow()
        return self.plain.day


def _told(name: str) -> Callable[..., Any]:
    """Whatever else is made of a date is another tomorrow."""

    def told(self: WatchedDay, *args: Any, **kwargs: Any) -> Any:
        self._watch.turns_tomorrow()
        return getattr(self.plain, name)(*args, **kwargs)

    return told


_OTHERS = (
    *("toordinal", "isoformat", "strftime", "ctime", "weekday", "isoweekday", "isocalendar"),
    *("timetuple", "replace", "__format__", "__str__", "__reduce__", "__reduce_ex__"),
)
for _name in _OTHERS:
    setattr(WatchedDay, _name, _told(_name))


def note(day: date, turn: date) -> None:
    """Tell whoever watches a day that something will be otherwise from a later one on."""
    if isinstance(day, WatchedDay):
        day._watch.turns(turn)


def turns_at(day: date, turn: date) -> None:
    """Tell whoever watches a day that something is otherwise once the day itself comes to a turn.

    The day may be one that moves along with the one watched, a week ahead of it.
    """
    if isinstance(day, WatchedDay):
        day._reaches(turn, 0)


def unwatched(day: date) -> date:
    """The day itself, for what is known to come out otherwise on days that are told besides."""
    return day.plain if isinstance(day, WatchedDay) else day
