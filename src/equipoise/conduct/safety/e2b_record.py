"""What the record knows of the participant of a report: D and F of E2B(R3).

Which facts and lists tell it is said by the study file. Laboratory values are those that are
graded, from so many days before the event on.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.state.safety import EventTold, ReportTold, days_of
from equipoise.conduct.subject import Subject
from equipoise.logic.facts import Observation
from equipoise.study.model import Study
from equipoise.study.parts import say
from equipoise.study.sections.safety.reporting import Described

__all__ = ["Found", "age_at", "cell", "described", "last_value", "tested"]

Found = tuple[str, str, str]
"""The number of an element, of which repetition it is (empty: of the only one), and its value."""

SEX = {"male": "1", "female": "2"}
TRUE = {"yes": "true", "no": "false"}
YES_NO = {True: "true", False: "false"}


def described(
    study: Study, subject: Subject, facts: SubjectFacts, version: EventTold, report: ReportTold
) -> Iterator[Found]:
    """The participant: age, sex, measures, history and death."""
    known = _described_by(study)
    age = age_at(facts, known.birth, version.begin) if known.birth else ""
    sex = last_value(facts, known.sex)
    yield "D.1.1.4", "", subject.subject_id
    yield "D.2.2a", "", age
    yield "D.2.2b", "", "a" if age else ""
    yield "D.3", "", last_value(facts, known.weight)
    yield "D.4", "", last_value(facts, known.height)
    yield "D.5", "", SEX.get(sex, sex)
    yield from _history(facts, known)
    yield "D.7.2", "", report.history
    yield "D.9.1", "", str(subject.died_on or "") if "death" in version.criteria else ""
    yield "D.9.2.r.2", "1" if report.cause else "", report.cause
    yield "D.9.3", "", TRUE.get(report.autopsy, report.autopsy)


def tested(
    study: Study, facts: SubjectFacts, version: EventTold, report: ReportTold
) -> Iterator[Found]:
    """Laboratory values around the event, the first first; what was told in words comes last."""
    number = 0
    for name, value in _around(study, facts, version):
        number += 1
        r, label = str(number), study.items[name].label
        yield "F.r.1", r, str(value.on)
        yield "F.r.2.1", r, say(label)
        yield "F.r.3.2", r, f"{value.comparator}{_plain(value.value)}"
        yield "F.r.3.3", r, value.unit
        yield "F.r.4", r, _plain(value.lln)
        yield "F.r.5", r, _plain(value.uln)
    if report.tests:
        yield "F.r.3.4", str(number + 1), report.tests


def cell(row: Mapping[str, Observation], name: str) -> str:
    """What a row of a list says, as a report has it; of a partly known day what is known of it."""
    found = row.get(name) if name else None
    if found is None:
        return ""
    if isinstance(found.value, tuple):
        return _partly(*found.value)
    return YES_NO[found.value] if isinstance(found.value, bool) else str(found.value)


def _described_by(study: Study) -> Described:
    clocks = study.safety.reporting if study.safety else None
    return clocks.participant if clocks else Described()


def _history(facts: SubjectFacts, known: Described) -> Iterator[Found]:
    """Uncoded conditions stand in the words in which they were recorded."""
    listed = known.history
    if listed is None:
        return
    for n, row in enumerate(facts.rows(listed.rows) or (), start=1):
        r = str(n)
        yield "D.7.1.r.2", r, cell(row, listed.since)
        yield "D.7.1.r.3", r, cell(row, listed.goes_on)
        yield "D.7.1.r.4", r, cell(row, listed.until)
        yield "D.7.1.r.5", r, cell(row, listed.name)


def _around(study: Study, facts: SubjectFacts, version: EventTold) -> list[tuple[str, Observation]]:
    grading, began = study.safety.grading if study.safety else None, days_of(version.begin)
    before = _described_by(study).tests_before
    if grading is None or began is None or before is None:
        return []
    since = began[0] - timedelta(days=before)
    found = [(one.item, value) for one in grading.values for value in facts.observations(one.item)]
    return sorted(
        [(name, value) for name, value in found if value.on and value.on >= since],
        key=lambda one: (one[1].on or date.min, one[0], one[1].order),
    )


def last_value(facts: SubjectFacts, name: str) -> str:
    """The last value of a fact; empty where it is not asked, or not known."""
    found = facts.observations(name) if name else ()
    last = max(found, key=lambda one: (one.on or date.min, one.order), default=None)
    return str(last.value) if last else ""


def age_at(facts: SubjectFacts, birth: str, begin: str) -> str:
    """Whole years on the first day that the beginning may mean, by the last of birth."""
    began, found = days_of(begin), list(facts.observations(birth))
    if not began or not found:
        return ""
    value = found[-1].value
    born = value[1] if isinstance(value, tuple) else value
    if not isinstance(born, date):
        return ""
    on = began[0]
    return str(on.year - born.year - ((on.month, on.day) < (born.month, born.day)))


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)


def _partly(first: date, last: date) -> str:
    if first == last:
        return first.isoformat()
    same_month = (first.year, first.month) == (last.year, last.month)
    return f"{first:%Y-%m}" if same_month else f"{first:%Y}"
