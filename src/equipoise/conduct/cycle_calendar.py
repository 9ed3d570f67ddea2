"""The calendar of cycles: what each clock has behind it, and when its next cycles are due.

A cycle stands on the day on which it was given; else on that of the plan that stands; else on the
day until which it was put off; else on that on which it is due, so many days after the one before
it on its clock. What was planned, what became of it and what was due stand apart. Nothing of it is
stored: an actual day that is put right moves what comes after it on its own clock, and no other,
unless the study says that a delay of the one moves the other.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, NamedTuple

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.subject import Subject
from equipoise.logic.truth import Truth, any_of
from equipoise.study.model import Study
from equipoise.study.sections.cycles import First, Pause, order_of_clocks
from equipoise.study.sections.treatment import Regimen, Treatment
from equipoise.study.vocabulary import ANCHORS, EVENTS

__all__ = ["Cycle", "Paused", "Window", "cycles_of", "first_comes", "paused", "reads"]

CALENDAR = "cycles"
State = Literal["given", "left out", "missing", "next", "coming"]


class Window(NamedTuple):
    """A day, and the first and last on which it may be."""

    day: date
    first: date
    last: date
    is_first: bool = False
    """Whether it is of the first cycle of a clock, after no other."""


class Paused(NamedTuple):
    """Days in which some regimens pause; `until` is the first after them."""

    pause: Pause
    since: date
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """One cycle of one participant, behind them or to come."""

    regimen: Regimen
    number: int
    state: State
    due: Window | None
    """When it was to be by the cycles before it; None where nothing says so."""
    until: date | None = None
    """The day until which it was put off."""
    planned: date | None = None
    """The day of the plan that stands, or stood when it was given."""
    given: date | None = None
    """The day on which its first dose was given."""
    why: str = ""
    """Why it was put off or left out."""
    left_on: date | None = None
    """The day on which it was decided that it is left out."""
    pause: Paused | None = None
    """What moved it from its own day."""

    @property
    def own(self) -> date | None:
        """The day that was said of it, if any was."""
        return self.given or self.planned or self.until

    @property
    def day(self) -> date | None:
        """The day on which it stands."""
        return self.own or (self.due.day if self.due else self.left_on)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be given."""
        return self.state in ("missing", "next", "coming")


def cycles_of(
    study: Study, subject: Subject, facts: SubjectFacts
) -> Mapping[str, tuple[Cycle, ...]]:
    """Every cycle of each clock, in the order in which they come; no clock that has none.

    :param facts: the participant's facts on the day on which it is asked
    """
    if CALENDAR not in facts.worked_out:
        facts.worked_out[CALENDAR] = _worked_out(study, subject, facts)
    found: Mapping[str, tuple[Cycle, ...]] = facts.worked_out[CALENDAR]
    return found


def _worked_out(
    study: Study, subject: Subject, facts: SubjectFacts
) -> Mapping[str, tuple[Cycle, ...]]:
    treatment = study.treatment
    if treatment is None or subject.randomised_on is None:
        return {}
    pauses = [*paused(treatment, subject, facts)]
    stop = _stopped_on(treatment, facts)
    found: dict[str, tuple[Cycle, ...]] = {}
    for clock in order_of_clocks(treatment.regimens):
        beside = [one for cycles in found.values() for one in cycles]
        made = _Clock(treatment, subject, facts, clock, pauses, beside)
        cycles = tuple(_until(made.cycles(), stop))
        if cycles:
            found[clock] = cycles
    return found


def paused(treatment: Treatment, subject: Subject, facts: SubjectFacts) -> Iterator[Paused]:
    """Every pause of a participant, whenever it was or will be."""
    for pause in treatment.pauses:
        if pause.arms and subject.arm not in pause.arms:
            continue
        if pause.when and facts.holds(pause.when) is not Truth.TRUE:
            continue
        for day in _days(facts, pause.after):
            yield Paused(pause, day, day + timedelta(days=pause.days))


def first_comes(
    study: Study, subject: Subject, regimens: Iterable[str], facts: SubjectFacts
) -> Truth:
    """Whether a first cycle of one of these regimens is to come, as far as is known."""
    treatment = study.treatment
    if treatment is None or _stopped_on(treatment, facts):
        return Truth.FALSE
    named = [treatment.regimen_of[name] for name in regimens if name in treatment.regimen_of]
    begun = cycles_of(study, subject, facts)
    return any_of(
        *(
            _holds(first, facts)
            for regimen in named
            for first in _firsts(regimen, subject)
            if regimen.clock not in begun and _may_come(first, facts)
        )
    )


def _may_come(first: First, facts: SubjectFacts) -> bool:
    """Whether there is a day from which it counts; until an event has happened nobody waits."""
    return first.anchor not in EVENTS or facts.anchor(first.anchor) is not None


def _stopped_on(treatment: Treatment, facts: SubjectFacts) -> date | None:
    """The day from which on nothing is due any more."""
    return min((day for name in treatment.stops_after for day in _days(facts, name)), default=None)


def reads(study: Study, subject: Subject, regimens: Iterable[str]) -> Iterator[First]:
    """What is asked before it is known when the first cycle of one of these regimens is due."""
    known = study.treatment.regimen_of if study.treatment else {}
    for name in regimens:
        yield from _firsts(known[name], subject) if name in known else ()


@dataclass(frozen=True, slots=True)
class _Clock:
    """One clock of one participant, while its cycles are worked out."""

    treatment: Treatment
    subject: Subject
    facts: SubjectFacts
    clock: str
    pauses: list[Paused]
    beside: list[Cycle]
    """The cycles of clocks that may move this one."""

    def cycles(self) -> Iterator[Cycle]:
        """Those of which something was recorded, and those that follow from them."""
        recorded = [*self._recorded()]
        settled = max((n for n, one in enumerate(recorded) if not one.is_open), default=-1)
        for n, one in enumerate(recorded):
            state: State = "missing" if n < settled else "next" if n == settled + 1 else "coming"
            yield replace(one, state=state) if one.is_open else one
        yield from self._to_come(recorded)

    def _recorded(self) -> Iterator[Cycle]:
        before: Cycle | None = None
        for regimen, number in self._named():
            before = self._cycle(regimen, number, before)
            yield before

    def _named(self) -> list[tuple[Regimen, int]]:
        """Every cycle of which something was recorded, and those between them, in their order.

        A regimen after another goes on from it, and may be taken up again; within one regimen the
        numbers decide.
        """
        rows = []
        for order, regimen in enumerate(self.treatment.regimens):
            numbers = self._numbers(regimen) if regimen.clock == self.clock else set()
            since = date.min
            for number in range(min(numbers, default=1), max(numbers, default=0) + 1):
                since = max(since, self._recorded_on((regimen.id, number)))
                rows.append((since, order, number, regimen))
        return [(regimen, number) for *_, number, regimen in sorted(rows, key=lambda row: row[:3])]

    def _numbers(self, regimen: Regimen) -> set[int]:
        state = self.subject.treatment
        recorded = [*state.plans, *state.given, *state.not_given]
        return {one.cycle for one in recorded if one.regimen == regimen.id}

    def _recorded_on(self, of: tuple[str, int]) -> date:
        """The day of a cycle by what was said of itself, whatever was due."""
        state = self.subject.treatment
        plan, off = state.plan_of(of), state.left_out(of)
        days = [min((one.on for one in state.given_of(of)), default=None)]
        days += [plan.day if plan else None, off.until or off.on if off else None]
        return next((day for day in days if day), date.min)

    def _cycle(self, regimen: Regimen, number: int, before: Cycle | None) -> Cycle:
        state, of = self.subject.treatment, (regimen.id, number)
        given = min((one.on for one in state.given_of(of)), default=None)
        off, plan = state.left_out(of), state.plan_of(of)
        left = bool(off and off.until is None and not given)
        due, pause = self._due(regimen, before)
        return Cycle(
            regimen=regimen,
            number=number,
            state="given" if given else "left out" if left else "next",
            due=due,
            until=off.until if off else None,
            planned=plan.day if plan else None,
            given=given,
            why=off.why if off else "",
            left_on=off.on if off and left else None,
            pause=pause,
        )

    def _due(self, regimen: Regimen, before: Cycle | None) -> tuple[Window | None, Paused | None]:
        """When a cycle is to be, after the one before it or as the first."""
        if before is None:
            found = self._first(regimen)
            return self._after_pauses(regimen, found) if found else (None, None)
        if before.day is None:
            return None, None
        day = before.day + timedelta(days=before.regimen.every)
        # What was left out keeps its place: the next comes when it would have, but not in the past.
        while before.left_on and day <= before.left_on:
            day += timedelta(days=before.regimen.every)
        day += self._moved(regimen, before.day, day)
        early, late = timedelta(days=regimen.early or 0), timedelta(days=regimen.late or 0)
        return self._after_pauses(regimen, Window(day, day - early, day + late))

    def _first(self, regimen: Regimen) -> Window | None:
        for first in _firsts(regimen, self.subject):
            anchor = self.facts.anchor(first.anchor)
            if anchor and _holds(first, self.facts) is Truth.TRUE:
                day = anchor + timedelta(days=first.day)
                early, late = timedelta(days=first.early), timedelta(days=first.late)
                return Window(day, day - early, day + late, is_first=True)
        return None

    def _moved(self, regimen: Regimen, since: date, day: date) -> timedelta:
        """By how much a delay of another clock since the cycle before puts this one off."""
        moved = timedelta()
        for one in self.beside:
            then = one.due.day if one.due else None
            if one.regimen.id in regimen.moved_by and then and one.own and since < then <= day:
                moved += max(one.own - then, timedelta())
        return moved

    def _after_pauses(self, regimen: Regimen, due: Window) -> tuple[Window, Paused | None]:
        moved: Paused | None = None
        for one in sorted(self.pauses, key=lambda one: one.since):
            if one.pause.stops(regimen.id) and one.since <= due.day < one.until:
                first, last = max(due.first, one.until), one.until + (due.last - due.day)
                due, moved = Window(one.until, first, max(due.last, last), due.is_first), one
        return due, moved

    def _to_come(self, recorded: list[Cycle]) -> Iterator[Cycle]:
        """The cycles that follow from what was recorded, up to the most that there may be."""
        before = recorded[-1] if recorded else None
        regimen = before.regimen if before else self._begins_with()
        if regimen is None or not regimen.given_to(self.subject.arm) or self._has_ended(regimen):
            return
        is_open = bool(before and before.is_open)
        number = before.number if before else 0
        for _ in range(min(regimen.times - len(recorded), regimen.times - number)):
            number += 1
            made = self._cycle(regimen, number, before)
            if made.due is None:
                return
            before = replace(made, state="coming" if is_open else "next")
            yield before
            is_open = True

    def _begins_with(self) -> Regimen | None:
        """The regimen with which this clock begins."""
        of_clock = [one for one in self.treatment.regimens if one.clock == self.clock]
        own = [one for one in of_clock if one.given_to(self.subject.arm)]
        return next((one for one in own if self._first(one)), None)

    def _has_ended(self, regimen: Regimen) -> bool:
        off = self.subject.treatment.not_given
        return any(one.ended == "yes" for one in off if one.regimen == regimen.id)


def _firsts(regimen: Regimen, subject: Subject) -> Iterator[First]:
    if regimen.given_to(subject.arm):
        yield from (one for one in regimen.first if not one.arms or subject.arm in one.arms)


def _holds(first: First, facts: SubjectFacts) -> Truth:
    return facts.holds(first.when) if first.when else Truth.TRUE


def _days(facts: SubjectFacts, name: str) -> list[date]:
    """Every day of an anchor: an event may have come several times."""
    if name in ANCHORS:
        day = facts.anchor(name)
        return [day] if day else []
    return sorted({one.value for one in facts.observations(name) if isinstance(one.value, date)})


def _until(cycles: Iterable[Cycle], stop: date | None) -> Iterator[Cycle]:
    """Once treatment has ended nothing is due; what was due before is still to be told of."""
    for one in cycles:
        if stop is None or not one.is_open or (one.planned and one.planned > stop):
            yield one
        elif one.state != "coming" and one.day and one.day < stop:
            yield replace(one, state="missing")
