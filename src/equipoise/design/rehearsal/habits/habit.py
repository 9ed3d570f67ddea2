"""What a habit is, and what it knows of a participant."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from equipoise.conduct.act import Act, Refusal
from equipoise.conduct.subject import Subject
from equipoise.design.rehearsal.chance import Chance
from equipoise.design.rehearsal.plan_values import ValuePlan
from equipoise.study.model import Study
from equipoise.study.parts import Part

__all__ = ["Habit", "Stay", "Step", "workday"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Someone means to do something at a moment; `by` is found by what they may do."""

    at: datetime
    act: Act | Callable[[], Act | None]
    """What is done; or how it is found out at that moment, and then perhaps nothing is."""
    happened: date | None = None
    by: str = ""
    tried: list[Refusal] | None = None
    """Where somebody who is refused goes on otherwise: the reasons are put here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One participant's time on study."""

    active: Callable[[], Study]
    """The study, as hospitals work by its amendments when it is asked."""
    plan: Any
    """The habit's own figures, as `Habit.plan` reads them."""
    values: Mapping[str, ValuePlan]
    """How each item is answered."""
    subject: Callable[[], Subject]
    """The participant as they stand when it is asked."""
    visit: Callable[[str], date | None]
    """The day on which they mean to come to a visit, once that is known."""
    since: date
    until: date
    """The day on which they die, leave or are lost; nothing happens from then on."""
    chance: Chance

    @property
    def study(self) -> Study:
        """As it is now."""
        return self.active()

    def moment(self, day: date) -> datetime | None:
        """A moment in working hours on that day, or on the Monday after; None where it is over."""
        day = workday(day)
        minute = self.chance.of("minute", day).whole(0, 9 * 60 - 1)
        at = datetime.combine(day, time(7), tzinfo=UTC) + timedelta(minutes=minute)
        return at if day < self.until else None

    def hour(self, day: date, hour: int) -> datetime | None:
        """Some minute of an hour of that day; None where it is over."""
        minute = self.chance.of(hour, day).whole(0, 59)
        at = datetime.combine(day, time(hour, minute), tzinfo=UTC)
        return at if day < self.until else None


def workday(day: date) -> date:
    """That day, or the Monday after."""
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """What befalls people in one chapter, in the order of time."""

    plan: type[Part]
    steps: Callable[[Stay], Iterator[Step]]
