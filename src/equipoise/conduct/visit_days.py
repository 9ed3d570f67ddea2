"""The days of a visit: counted from an anchor, or those of the cycles that it goes with."""

from datetime import date, timedelta

from equipoise.conduct.cycle_calendar import Cycle, Window, cycles_of, first_comes
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.subject import Subject
from equipoise.logic.truth import Truth
from equipoise.study.model import Study
from equipoise.study.sections.visits import Visit

__all__ = ["VisitDays", "begins_after", "cycles_at", "has_cycles"]


class VisitDays:
    """The days of a row of visits: so many after an anchor, or those of the cycles of a clock."""

    def __init__(
        self, study: Study, subject: Subject, visit: Visit, facts: SubjectFacts, days: SubjectFacts
    ) -> None:
        self._visit = visit
        self._anchor = anchor_of(subject, visit, days) if visit.anchor else None
        self._cycles = cycles_at(study, subject, visit, facts)

    def cycle(self, number: int) -> Cycle | None:
        """The cycle that the n-th of them is of."""
        return self._cycles[number - 1] if number <= len(self._cycles) else None

    def is_gone(self, number: int) -> bool:
        """Whether it was the cycle of another regimen, was ended, or is one too many."""
        return bool(self._cycles) and self.cycle(number) is None

    def window(self, number: int) -> Window | None:
        """Its day, and the first and last on which it may be."""
        visit, cycle = self._visit, self.cycle(number)
        if cycle and cycle.due and cycle.due.is_first and not cycle.own:
            return cycle.due
        day = cycle.day if cycle else None
        if self._anchor:
            day = self._anchor + timedelta(days=visit.day + (number - 1) * visit.every)
        if day is None:
            return None
        # What was put off was begun on the day on which it was due: blood is what puts it off.
        since = min(day, cycle.due.day) if cycle and cycle.due else day
        return Window(day, since - timedelta(days=visit.early), day + timedelta(days=visit.late))


def cycles_at(
    study: Study, subject: Subject, visit: Visit, facts: SubjectFacts
) -> tuple[Cycle, ...]:
    """The cycles that a row of visits follows; none where it counts from an anchor."""
    if not visit.cycles:
        return ()
    clocks = cycles_of(study, subject, facts).values()
    return tuple(one for cycles in clocks for one in cycles if one.regimen.id in visit.cycles)


def begins_after(window: Window | None, day: date | None) -> bool:
    """Whether the window of a visit begins after a day; not where it has none."""
    return bool(window and day and window.first > day)


def has_cycles(study: Study, subject: Subject, visit: Visit, facts: SubjectFacts) -> Truth:
    """Whether the participant has, or will have, the cycles of a visit; any other has none."""
    if not visit.cycles or cycles_at(study, subject, visit, facts):
        return Truth.TRUE
    return first_comes(study, subject, visit.cycles, facts)


def anchor_of(subject: Subject, visit: Visit, facts: SubjectFacts) -> date | None:
    if visit.anchor == "registration":
        return subject.registered_on
    if visit.anchor == "randomisation":
        return subject.randomised_on
    return facts.anchor(visit.anchor)
