"""Every report by the data elements of ICH E2B(R3), with their numbers and names.

What the record knows is taken from there, as it is now; what only a report tells, from the report.
Codes are those of the guideline. Every element is there, and empty where nothing is known: what is
the sponsor's own, such as its address, and MedDRA's codes, whose licence it holds.
"""

from collections.abc import Iterator
from datetime import date

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.moments import day_of
from equipoise.conduct.safety.clocks import day_zero, is_susar, reporting_of
from equipoise.conduct.safety.e2b_drugs import drugs
from equipoise.conduct.safety.e2b_elements import ELEMENTS
from equipoise.conduct.safety.e2b_record import TRUE, Found, described, tested
from equipoise.conduct.state.safety import AdverseEvent, EventTold, ReportTold, days_of
from equipoise.conduct.subject import Subject
from equipoise.conduct.table import Row, Table, TableColumn
from equipoise.study.model import Study
from equipoise.study.parts import say
from equipoise.study.reason import Phrase

__all__ = ["E2B", "elements"]

QUALIFICATION = {"physician": "1", "pharmacist": "2", "other-professional": "3"}
OUTCOME = {
    "recovered": "1",
    "recovering": "2",
    "not-recovered": "3",
    "sequelae": "4",
    "fatal": "5",
    "unknown": "0",
}
HIGHLIGHTED = {"yes": "3", "no": "1"}
"""By the reporter, and serious or not."""
CRITERIA = {
    "death": "E.i.3.2a",
    "life": "E.i.3.2b",
    "hospital": "E.i.3.2c",
    "disability": "E.i.3.2d",
    "birth": "E.i.3.2e",
    "other": "E.i.3.2f",
}
OF_A_STUDY = "2"


def elements(
    study: Study, subject: Subject, event: AdverseEvent, report: ReportTold
) -> Iterator[tuple[str, str, str, str]]:
    """Every element of one report in the guideline's order: number, repetition, name, value."""
    version = next((one for one in event.versions if one.seq == report.version), event.now)
    facts = SubjectFacts(study, subject, report.on)
    found: dict[str, list[tuple[str, str]]] = {}
    for number, place, value in (
        *_case(study, subject, event, report),
        *_sources(study, subject, report),
        *described(study, subject, facts, version, report),
        *_reaction(study, event, version),
        *tested(study, facts, version, report),
        *drugs(study, facts, event, version, report),
        *_narrative(event, report),
    ):
        if value:
            found.setdefault(number, []).append((place, value))
    for number, name in ELEMENTS.items():
        for place, value in found.get(number, [("", "")]):
            yield number, place, name, value


def _case(
    study: Study, subject: Subject, event: AdverseEvent, report: ReportTold
) -> Iterator[Found]:
    clocks = reporting_of(study)
    number = f"{study.identity.id}-{subject.subject_id}-{event.number}"
    sender = f"{clocks.country}-{number}" if clocks and clocks.country else number
    sent = [one.number for one in event.submitted]
    yield "C.1.1", "", sender
    yield "C.1.2", "", report.at.isoformat()
    yield "C.1.3", "", OF_A_STUDY
    yield "C.1.4", "", str(day_zero(study, event) or "")
    yield "C.1.5", "", str(day_of(study, report.at))
    yield "C.1.7", "", TRUE["yes" if is_susar(event) else "no"] if event.assessed else ""
    yield "C.1.8.1", "", sent[-1] if sent else ""


def _sources(study: Study, subject: Subject, report: ReportTold) -> Iterator[Found]:
    clocks, identity = reporting_of(study), study.identity
    site = study.site_of.get(subject.site)
    yield "C.2.r.2.1", "1", site.name if site else subject.site
    yield "C.2.r.3", "1", clocks.country if clocks else ""
    yield "C.2.r.4", "1", QUALIFICATION[report.qualification]
    yield "C.2.r.5", "1", "1"
    yield "C.3.2", "", identity.sponsor
    for n, one in enumerate(identity.registrations, start=1):
        yield "C.5.1.r.1", str(n), one.number
    yield "C.5.2", "", say(identity.official_title or identity.title)
    yield "C.5.3", "", identity.id
    yield "C.5.4", "", "1"


def _reaction(study: Study, event: AdverseEvent, version: EventTold) -> Iterator[Found]:
    clocks, began, over = reporting_of(study), days_of(version.begin), days_of(version.end)
    yield "E.i.1.1a", "1", version.term
    coded = [one for one in event.coded if one.term == version.term][-1:]
    for one in coded:
        yield "E.i.2.1a", "1", one.version
        yield "E.i.2.1b", "1", one.llt
    yield "E.i.3.1", "1", HIGHLIGHTED[version.serious]
    for code in version.criteria:
        yield CRITERIA[code], "1", TRUE["yes"]
    yield "E.i.4", "1", version.begin
    yield "E.i.5", "1", version.end
    if began and over and began[0] == began[1] and over[0] == over[1]:
        yield "E.i.6a", "1", str((over[0] - began[0]).days + 1)
        yield "E.i.6b", "1", "d"
    yield "E.i.7", "1", OUTCOME[version.outcome]
    yield "E.i.9", "1", clocks.country if clocks else ""


def _narrative(event: AdverseEvent, report: ReportTold) -> Iterator[Found]:
    comments = [one.comments for one in event.assessed if one.report == report.seq]
    yield "H.1", "", report.narrative
    yield "H.2", "", report.comments
    yield "H.4", "", comments[-1] if comments else ""


def _rows(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    for event in subject.safety.events:
        for n, report in enumerate(event.reports):
            of_report = subject.subject_id, event.number, n, report.on
            for number, place, name, value in elements(study, subject, event, report):
                yield *of_report, number, place or None, name, value or None


def _tells_arm(study: Study, row: Row) -> bool:
    """What may have caused it tells the arm."""
    return str(row[4]).startswith("G.")


E2B = Table(
    name="safety_reports",
    label=Phrase("Reports of serious events, by the elements of E2B(R3)"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("event", "number", Phrase("Entry that first told of the event")),
        TableColumn("report", "number", Phrase("Report: 0 the initial one, then the follow-ups")),
        TableColumn("on", "day", Phrase("Day of the report")),
        TableColumn("element", "text", Phrase("Element of E2B(R3)")),
        TableColumn("repetition", "text", Phrase("Which repetition: k, i and r, in their order")),
        TableColumn("name", "text", Phrase("Name of the element")),
        TableColumn("value", "text", Phrase("Value")),
    ),
    rows=_rows,
    tells_arm=_tells_arm,
    of_study=lambda study: reporting_of(study) is not None,
)
