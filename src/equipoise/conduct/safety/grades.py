"""The grades of a participant's laboratory values, and the events that they propose.

A value up to the day of baseline is graded by the limits of normal alone; a later one as the CTCAE
has it, against baseline where that was raised. Values that are graver than baseline, one after the
other, are one event; it is proposed until an event is recorded that is as grave and fits its days,
or until that is declined: then it is proposed again once it is graver.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.safety.grading import Grade, Measured, graded, level, measured_by_limit
from equipoise.conduct.state.safety import AdverseEvent, Declined, days_of
from equipoise.conduct.subject import Subject
from equipoise.logic.evaluate import truth_of
from equipoise.logic.facts import Observation
from equipoise.logic.language import parsed
from equipoise.logic.truth import Truth
from equipoise.study import ctcae
from equipoise.study.forms import Item
from equipoise.study.model import Study
from equipoise.study.sections.safety import Grading

__all__ = ["Proposed", "grades", "proposals"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The values of one item by one term, the first first; those up to `early` before treatment."""

    term: ctcae.Term
    item: Item
    values: list[Observation]
    early: int
    anticoagulated: bool | None

    def measured(self, number: int) -> Measured:
        """One value beside its baseline: one that is just normal, for a value before treatment."""
        found = Measured(
            value=self.values[number],
            baseline=self.values[self.early - 1] if self.early else None,
            anticoagulated=self.anticoagulated,
            analyte=self.item.analyte,
            label=self.item.label,
        )
        return measured_by_limit(found) if number < self.early else found

    @property
    def least(self) -> int:
        """The grade of the baseline as a later value would have it."""
        if not self.early:
            return 0
        beside = replace(self.measured(self.early - 1), baseline=self.values[self.early - 1])
        return level(self.term, beside) or 0

    def levels(self) -> list[int]:
        """The bare grades of the values after baseline; 0 where one is not known."""
        numbers = range(self.early, len(self.values))
        return [level(self.term, self.measured(number)) or 0 for number in numbers]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """An event that values show and nobody recorded as grave as that."""

    item: str
    term: str
    event: str
    grade: int
    first: Observation
    worst: Observation
    recorded: int | None = None
    """The entry of an event that fits its days and is less grave."""

    @property
    def named(self) -> tuple[str, str, str]:
        """By which it is declined: its term, its grade, and the day on which it began."""
        return self.term, str(self.grade), self.first.on.isoformat() if self.first.on else ""


def grades(study: Study, subject: Subject, on: date, item: str, order: int) -> list[Grade]:
    """The grades of one value by each of the terms that its item is graded by.

    :param order: of which copy of its form the value is
    """
    return [
        graded(series.term, series.measured(number))
        for series in _series(study, subject, on, item)
        for number, value in enumerate(series.values)
        if value.order == order
    ]


def _series(study: Study, subject: Subject, on: date, item: str = "") -> Iterator[Series]:
    safety = study.safety
    grading = safety.grading if safety else None
    if safety is None or grading is None:
        return
    facts = SubjectFacts(study, subject, on)
    until = _baseline_day(subject, facts, grading.baseline)
    for one in grading.values:
        values = list(facts.observations(one.item)) if item in ("", one.item) else []
        values = sorted((v for v in values if v.on), key=lambda v: (v.on or date.min, v.order))
        if not values:
            continue
        for name in one.terms:
            term = ctcae.term_of(safety.ctcae, name)
            yield Series(
                term=term,
                item=study.items[one.item],
                values=values,
                early=sum(1 for v in values if until is None or (v.on and v.on <= until)),
                anticoagulated=_anticoagulated(study, facts, grading, term, on),
            )


def _baseline_day(subject: Subject, facts: SubjectFacts, name: str) -> date | None:
    """The day up to which a value is of before treatment; None while it has not come."""
    own = {"registration": subject.registered_on, "randomisation": subject.randomised_on}
    return own[name] if name in own else facts.anchor(name)


def _anticoagulated(
    study: Study, facts: SubjectFacts, grading: Grading, term: ctcae.Term, on: date
) -> bool | None:
    """Asked only where it makes a difference."""
    named = any("anticoagulated" in branch.of for way in term.ways for branch in way)
    if not named or not grading.anticoagulated:
        return None
    truth = truth_of(parsed(grading.anticoagulated), study.vocabulary, facts, on)
    return truth is Truth.TRUE if truth.known else None


def proposals(study: Study, subject: Subject, on: date) -> Iterator[Proposed]:
    """Every event that laboratory values show and that is not recorded as grave as that."""
    grading = study.safety.grading if study.safety else None
    if grading is None or subject.consent_on is None:
        return
    events = {one.item: one.event or "" for one in grading.values}
    for series in _series(study, subject, on):
        levels, least = series.levels(), series.least
        after = list(zip(levels, series.values[series.early :], strict=True))
        for worse, run in groupby(after, key=lambda one: one[0] > least):
            found = _proposed(subject, series, list(run), events[series.item.id])
            if worse and found and found.grade >= grading.proposes_from:
                yield found


def _proposed(
    subject: Subject, series: Series, run: list[tuple[int, Observation]], event: str
) -> Proposed | None:
    """What a run of graver values proposes, unless it is recorded."""
    grade, worst = max(run, key=lambda one: one[0])
    first, last, term = run[0][1], run[-1][1], series.term.term
    fitting = [one for one in subject.safety.events if _fits(one, term, event, first, last)]
    if any(int(one.now.grade) >= grade for one in fitting):
        return None
    if any(_is_of(one, term, grade, first, last) for one in subject.safety.declined):
        return None
    return Proposed(
        item=series.item.id,
        term=term,
        event=event,
        grade=grade,
        first=first,
        worst=worst,
        recorded=fitting[-1].number if fitting else None,
    )


def _is_of(one: Declined, term: str, grade: int, first: Observation, last: Observation) -> bool:
    """Whether it was declined, at that grade or a higher one: also if it began earlier."""
    since = days_of(one.begin)
    within = since and first.on and last.on and first.on <= since[0] <= last.on
    return one.term == term and bool(within) and int(one.grade) >= grade


def _fits(event: AdverseEvent, term: str, code: str, first: Observation, last: Observation) -> bool:
    """Whether an event is of this kind, and may have gone on while the values were graver."""
    now = event.now
    if not (now.term.casefold() == term.casefold() or (code and now.code == code)):
        return False
    begin, end = days_of(now.begin), days_of(now.end)
    starts = begin is None or last.on is None or begin[0] <= last.on
    return starts and (end is None or first.on is None or end[1] >= first.on)
