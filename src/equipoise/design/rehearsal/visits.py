"""The visits that one invented participant has still to come to, and what moves them.

A visit moves when a form is saved that its anchor or its condition rests on. Between two such
forms the visits stay where they are, and are not worked out again.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from equipoise.conduct import schedule
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.subject import Subject
from equipoise.design.rehearsal.habits.habit import Step
from equipoise.logic.language import parsed
from equipoise.logic.lookup import TODAY
from equipoise.logic.needed import facts_needed
from equipoise.logic.tree import Name, Node, Window, walk
from equipoise.study.model import Study
from equipoise.study.sections.cycles import First
from equipoise.study.sections.visits import Visit
from equipoise.study.vocabulary import ENDS, EVENTS

__all__ = ["Coming", "Moving", "moving"]

STAY = frozenset({"arm", "site", "consent_on", "registered_on", "randomised_on"})
"""Facts that are no answers, and do not change once somebody has been drawn."""


@dataclass(frozen=True, slots=True)
class Moving:
    """What moves the visits of those who were drawn: some forms, or anything, even a new day."""

    forms: frozenset[str] = frozenset()
    anything: bool = False
    events: frozenset[str] = frozenset()
    """Days that conduct leaves, as that of an operation, from which visits count, and those after
    which none of a row begins any more."""
    cycles: bool = False
    """Whether cycles move them: what is planned, given, put off and left out."""

    def by(self, forms: Iterable[str]) -> bool:
        """Whether a visit may move when these forms are saved."""
        return self.anything or not self.forms.isdisjoint(forms)


def moving(study: Study) -> Moving:
    """What the visits of a study rest on, through derived facts and conditions of items."""
    forms, seen = set[str](), set[str]()
    counted: list[First | Visit] = [*study.visits, *_firsts(study)]
    anchors = {one.anchor for one in counted}
    anchors -= {"", *ENDS}  # what follows an end comes after all
    waiting: list[Node] = [Name(anchor) for anchor in anchors - EVENTS]
    waiting += [parsed(one.when) for one in counted if one.when]
    while waiting:
        node = waiting.pop()
        if TODAY in _named(node):
            return Moving(anything=True)
        for name in facts_needed(node, study.vocabulary) - seen - STAY:
            seen.add(name)
            form, under = _behind(study, name)
            if not form and not under:
                return Moving(anything=True)  # what others do: the panel, a death
            forms |= {form} - {""}
            waiting += under
    stops = {name for visit in study.visits for name in visit.stops_after} - ENDS
    events = frozenset(anchors & EVENTS) | stops
    return Moving(frozenset(forms), events=events, cycles=any(one.cycles for one in study.visits))


def _firsts(study: Study) -> Iterator[First]:
    """What the first cycles are counted from with which visits go."""
    with_visits = {name for visit in study.visits for name in visit.cycles}
    for regimen in study.treatment.regimens if study.treatment else ():
        yield from regimen.first if regimen.id in with_visits else ()


def _named(node: Node) -> Iterator[str]:
    for part in walk(node):
        if isinstance(part, Name):
            yield part.name
        if isinstance(part, Window):
            yield part.anchor


def _behind(study: Study, name: str) -> tuple[str, list[Node]]:
    """The form that a fact is from, and the formula or the condition that it is had under."""
    if item := study.items.get(name):
        under = [parsed(item.shown_when)] if item.shown_when else []
        return study.form_asking[name].id, under
    formula = study.vocabulary[name].formula
    form = name.removesuffix("_done")
    return form if form != name and form in study.form_of else "", [formula] if formula else []


class Coming:
    """The visits of one participant that have not been tried, in the order of the days chosen.

    In the order of their first days, a visit with a wide window would hold up one with a narrow
    window that was meant to come before it.
    """

    def __init__(
        self,
        study: Callable[[], Study],
        moving: Moving,
        day: Callable[[schedule.Planned, date], date],
    ) -> None:
        self._active, self._moving, self._day = study, moving, day
        self._study = study()
        self._tried: set[str] = set()
        self._left: list[schedule.Planned] | None = None
        self._events: list[date | int | None] = []

    def next(self, subject: Subject, on: date) -> schedule.Planned | None:
        """The next visit, which counts as tried from now on; None when nothing is to come."""
        if (active := self._active()) is not self._study:
            self._study, self._left = active, None
        facts = SubjectFacts(self._study, subject, on)
        events: list[date | int | None] = [facts.anchor(name) for name in self._moving.events]
        if self._moving.cycles:
            done = subject.treatment
            events += [len(acts) for acts in (done.plans, done.given, done.not_given)]
        if self._left is None or self._moving.anything or events != self._events:
            self._events = events
            self._left = self._worked_out(subject, on)
        if not self._left:
            return None
        planned = self._left.pop()
        self._tried.add(planned.key)
        return planned

    def held(
        self,
        subject: Subject,
        planned: schedule.Planned,
        on: date,
        forms: Callable[..., Iterator[Step]],
    ) -> Iterator[Step]:
        """What is filled in at a visit on its day; nothing where it comes on a later one."""
        found = self._as_now(subject, planned, on)
        if found:
            yield from forms(found.visit, found.key, planned=found)

    def _as_now(
        self, subject: Subject, planned: schedule.Planned, on: date
    ) -> schedule.Planned | None:
        """A visit on its day; where its cycle was put off meanwhile, it comes on a later day."""
        if not planned.visit.cycles:
            return planned
        found = schedule.planned_at(self._study, subject, planned.key, on)
        if found and found.first and found.first > on:
            self._tried.discard(planned.key)
            self._left = None
            return None
        return found if found and found.open else None

    def saved(self, forms: Iterable[str]) -> None:
        """These forms were saved: what rests on them is worked out anew."""
        if self._moving.by(forms):
            self._left = None

    def _worked_out(self, subject: Subject, on: date) -> list[schedule.Planned]:
        """Those that are left, the nearest at the end."""
        since = subject.randomised_on or date.min
        left = [
            (self._day(planned, since), planned.key, planned)
            for planned in schedule.visits(self._study, subject, on)
            if planned.first and planned.last and planned.key not in self._tried and planned.open
        ]
        return [planned for *_, planned in sorted(left, key=lambda row: row[:2], reverse=True)]
