"""Adverse events as they were told, version by version, and what was reported of them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

import msgspec

from equipoise.conduct.state.done import Done, FactQuery, Reader, State
from equipoise.logic.facts import Observation, Row
from equipoise.study.facts import Fact
from equipoise.study.kinds.day import PartialDate
from equipoise.study.model import Study
from equipoise.study.sections.safety.facts import EVENTS, WORST_GRADE

__all__ = [
    "FATAL",
    "AdverseEvent",
    "Assessed",
    "Coded",
    "Declined",
    "EventTold",
    "ReportTold",
    "SafetyState",
    "Submitted",
    "canonical_day",
    "days_of",
]

FATAL = "5"
"""The grade of an event by which someone died."""

_DAYS = PartialDate()


def days_of(text: str) -> tuple[date, date] | None:
    """The first and last day that a day, month or year may mean; None where nothing is known."""
    return _DAYS.days(text) if text else None


def canonical_day(text: str) -> str:
    """A day, month or year in the one way in which it is kept: 2026-UN-UN is 2026."""
    return _DAYS.canonical(text)


class EventTold(Done, frozen=True, kw_only=True):
    """What was told of an event at one time; dated by the day on which the hospital knew it."""

    term: str
    code: str = ""
    grade: str
    serious: str
    criteria: list[str] = []
    related: str
    interventions: list[str] = []
    begin: str
    end: str = ""
    outcome: str
    reason: str = ""
    known_at: str = ""
    """At what time of that day; empty: its beginning, the strictest that it may mean."""
    not_reported: str = ""
    """Why it need not be reported though it is serious."""
    clavien: str = ""

    @property
    def is_reportable(self) -> bool:
        """Whether it is serious and to be reported."""
        return self.serious == "yes" and not self.not_reported

    @property
    def is_grave(self) -> bool:
        """Whether they died of it, or it threatened their life."""
        return not {"death", "life"}.isdisjoint(self.criteria)


class ReportTold(Done, frozen=True, kw_only=True):
    """What the hospital reported of a serious event to the sponsor; the first is the initial."""

    version: int
    """The entry of the event as it stood when it was reported."""
    narrative: str
    action: str
    qualification: str
    recurred: str = ""
    dose: str = ""
    first_given: str = ""
    last_given: str = ""
    history: str = ""
    medicines: str = ""
    tests: str = ""
    cause: str = ""
    autopsy: str = ""
    comments: str = ""


class Assessed(Done, frozen=True, kw_only=True):
    """The sponsor's own opinion of a report, beside the investigator's."""

    report: int
    """The entry of the report that was before it."""
    expected: str
    document: str
    related: str
    interventions: list[str] = []
    comments: str = ""
    first_known: date | None = None


class Submitted(Done, frozen=True, kw_only=True):
    """What the sponsor reported on, to whom, on that day."""

    report: int
    """The entry of the report of the hospital that was sent on."""
    receiver: str
    number: str
    complete: str = "yes"


class Declined(Done, frozen=True, kw_only=True):
    """An event that laboratory values proposed, and that is none."""

    term: str
    grade: str
    begin: str
    """The first day of the values that proposed it."""
    reason: str


class Coded(Done, frozen=True, kw_only=True):
    """By which terms of MedDRA an event was coded, and how it was called then."""

    term: str
    version: str
    llt: str
    llt_name: str
    pt: str
    pt_name: str
    soc: str
    soc_name: str


class AdverseEvent(msgspec.Struct, kw_only=True):
    """One event; the last that was told of it is valid."""

    number: int
    """The entry that first told of it, by which it is named."""
    versions: list[EventTold]
    reports: list[ReportTold] = []
    assessed: list[Assessed] = []
    submitted: list[Submitted] = []
    coded: list[Coded] = []

    @property
    def now(self) -> EventTold:
        """What is valid of it."""
        return self.versions[-1]

    def known_on(self, day: date) -> EventTold | None:
        """What was told of it by a day; None where the hospital did not know of it yet."""
        return next((one for one in reversed(self.versions) if one.on <= day), None)


def _known(state: "SafetyState", query: FactQuery) -> Iterator[tuple[AdverseEvent, EventTold]]:
    found = ((event, event.known_on(query.on)) for event in state.events)
    return ((event, one) for event, one in found if one is not None)


def _code(event: AdverseEvent, version: EventTold, study: Study) -> tuple[str, bool]:
    """The event of the study that it is, as chosen, typed or coded; and whether that is settled.

    A laboratory term is settled, for its values decide; and so is what MedDRA calls otherwise.
    """
    coded, safety = event.coded[-1:], study.safety
    if version.code or safety is None:
        return version.code, bool(version.code)
    words = [version.term, *(name for one in coded for name in (one.pt_name, one.llt_name))]
    code = next((code for code in map(safety.code_of, words) if code), "")
    return code, bool(code or coded or safety.is_graded(version.term))


def _rows(state: "SafetyState", query: FactQuery) -> Iterator[Row]:
    """One row each; an event in other words has no code, and what goes on has no end."""
    for event, version in _known(state, query):
        code, coded = _code(event, version, query.study)
        cells: dict[str, Any] = {
            "code": code,
            "coded": coded,
            "grade": Decimal(version.grade),
            "serious": version.serious == "yes",
            "related": version.related == "yes",
            "begin": _DAYS.typed_value(version.begin),
            "end": _DAYS.typed_value(version.end) if version.end else None,
        }
        yield {
            name: Observation(value=value, on=version.on)
            for name, value in cells.items()
            if value is not None
        }


def _worst(state: "SafetyState", query: FactQuery) -> Iterator[Observation]:
    """0 where none is recorded."""
    grades = [Decimal(version.grade) for _, version in _known(state, query)]
    yield Observation(value=max(grades, default=Decimal(0)), on=query.on)


class SafetyState(State, kw_only=True):
    """Every adverse event, in the order of recording."""

    facts: ClassVar[Mapping[Fact, Reader]] = {EVENTS: _rows, WORST_GRADE: _worst}
    alone: ClassVar[tuple[str, ...]] = ("ae.record", "sae.report", "ae.decline")
    events: list[AdverseEvent] = []
    declined: list[Declined] = []

    def of(self, number: int) -> AdverseEvent | None:
        """The event that is named by this entry."""
        return next((event for event in self.events if event.number == number), None)

    @property
    def fatal(self) -> AdverseEvent | None:
        """The event by which they died."""
        return next((event for event in self.events if event.now.grade == FATAL), None)

    def contacts(self, study: Study) -> Iterable[date]:
        """The days on which events began and were over: the first that each may mean."""
        for event in self.events:
            values = event.now
            for text in (values.begin, "" if values.grade == FATAL else values.end):
                if days := days_of(text):
                    yield days[0]

    def of_themselves(self) -> Iterable[tuple[str, Done]]:
        """Each event as it was last told, every report of the hospital, and what was declined."""
        for event in self.events:
            yield "ae.record", event.now
            for report in event.reports:
                yield "sae.report", report
        for one in self.declined:
            yield "ae.decline", one
