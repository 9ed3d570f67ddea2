"""Every report by the data elements of ICH E2B(R3), with their numbers and names.

What the record knows is taken from there, as it is now; what only a report tells, from the report.
Codes are those of the guideline. An element without a value is there, and empty: MedDRA's codes are
the sponsor's, who holds the licence.
"""

from collections.abc import Iterator
from datetime import date

from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.moments import day_of
from equipoise.conduct.safety.choices import interventions_of
from equipoise.conduct.safety.clocks import day_zero, is_susar, reporting_of
from equipoise.conduct.state.safety import AdverseEvent, EventTold, ReportTold, days_of
from equipoise.conduct.subject import Subject
from equipoise.conduct.table import Row, Table, TableColumn
from equipoise.study.model import Study
from equipoise.study.parts import say
from equipoise.study.reason import Phrase

__all__ = ["E2B", "elements"]

Element = tuple[str, str, str]
"""Its number, its name, and its value; empty where it has none."""

ACTION = {
    "withdrawn": "1",
    "reduced": "2",
    "increased": "3",
    "unchanged": "4",
    "unknown": "0",
    "not-applicable": "9",
}
RECURRED = {"recurred": "1", "not-recurred": "2", "unknown": "3", "not-given": "4"}
QUALIFICATION = {"physician": "1", "pharmacist": "2", "other-professional": "3"}
OUTCOME = {
    "recovered": "1",
    "recovering": "2",
    "not-recovered": "3",
    "sequelae": "4",
    "fatal": "5",
    "unknown": "0",
}
SEX = {"male": "1", "female": "2"}
TRUE = {"yes": "true", "no": "false"}
CRITERIA = {
    "death": ("E.i.3.2a", "Results in Death"),
    "life": ("E.i.3.2b", "Life Threatening"),
    "hospital": ("E.i.3.2c", "Caused / Prolonged Hospitalisation"),
    "disability": ("E.i.3.2d", "Disabling / Incapacitating"),
    "birth": ("E.i.3.2e", "Congenital Anomaly / Birth Defect"),
    "other": ("E.i.3.2f", "Other Medically Important Condition"),
}


def elements(
    study: Study, subject: Subject, event: AdverseEvent, report: ReportTold
) -> Iterator[Element]:
    """Every element of one report."""
    version = next((one for one in event.versions if one.seq == report.version), event.now)
    yield from _case(study, subject, event, report)
    yield from _reporter(study, report)
    yield from _described(study, subject, version, report)
    yield from _reaction(study, version)
    yield "F.r.3.4", "Result Unstructured Data (free text)", report.tests
    yield from _drugs(study, event, version, report)
    yield (
        "H.1",
        "Case Narrative Including Clinical Course, Therapeutic Measures, Outcome",
        (report.narrative),
    )
    yield "H.2", "Reporter's Comments", report.comments
    comments = [one.comments for one in event.assessed if one.report == report.seq]
    yield "H.4", "Sender's Comments", comments[-1] if comments else ""


def _case(
    study: Study, subject: Subject, event: AdverseEvent, report: ReportTold
) -> Iterator[Element]:
    clocks = reporting_of(study)
    number = f"{study.identity.id}-{subject.subject_id}-{event.number}"
    sender = f"{clocks.country}-{number}" if clocks and clocks.country else number
    sent = [one.number for one in event.submitted]
    yield "C.1.1", "Sender's (case) Safety Report Unique Identifier", sender
    yield "C.1.2", "Date of Creation", report.at.isoformat()
    yield "C.1.3", "Type of Report", "2"
    zero = day_zero(study, event)
    yield "C.1.4", "Date Report Was First Received from Source", str(zero or "")
    received = str(day_of(study, report.at))
    yield "C.1.5", "Date of Most Recent Information for This Report", received
    expedited = TRUE["yes" if is_susar(event) else "no"] if event.assessed else ""
    yield "C.1.7", "Does This Case Fulfil the Local Criteria for an Expedited Report?", expedited
    yield "C.1.8.1", "Worldwide Unique Case Identification Number", sent[-1] if sent else ""


def _reporter(study: Study, report: ReportTold) -> Iterator[Element]:
    clocks, identity = reporting_of(study), study.identity
    yield "C.2.r.3", "Reporter's Country Code", clocks.country if clocks else ""
    yield "C.2.r.4", "Qualification", QUALIFICATION[report.qualification]
    for one in identity.registrations:
        yield "C.5.1.r.1", "Study Registration Number", one.number
    yield "C.5.2", "Study Name", say(identity.official_title or identity.title)
    yield "C.5.3", "Sponsor Study Number", identity.id
    yield "C.5.4", "Study Type Where Reaction(s) / Event(s) Were Observed", "1"


def _described(
    study: Study, subject: Subject, version: EventTold, report: ReportTold
) -> Iterator[Element]:
    clocks = reporting_of(study)
    facts, known = SubjectFacts(study, subject, report.on), clocks.participant if clocks else None
    yield "D.1.1.4", "Patient Medical Record Number (Investigation Number)", subject.subject_id
    age = _age(facts, known.birth, version.begin) if known and known.birth else ""
    yield "D.2.2a", "Age at Time of Onset of Reaction / Event", age
    yield "D.2.2b", "Age at Time of Onset of Reaction / Event (unit)", "a" if age else ""
    yield "D.3", "Body Weight (kg)", _known(facts, known.weight if known else "")
    yield "D.4", "Height (cm)", _known(facts, known.height if known else "")
    sex = _known(facts, known.sex if known else "")
    yield "D.5", "Sex", SEX.get(sex, sex)
    yield "D.7.2", "Text for Relevant Medical History and Concurrent Conditions", report.history
    died = str(subject.died_on or "") if "death" in version.criteria else ""
    yield "D.9.1", "Date of Death", died
    yield "D.9.2.r.2", "Reported Cause(s) of Death (free text)", report.cause
    yield "D.9.3", "Was Autopsy Done?", TRUE.get(report.autopsy, report.autopsy)


def _reaction(study: Study, version: EventTold) -> Iterator[Element]:
    clocks = reporting_of(study)
    name = "Reaction / Event as Reported by the Primary Source in Native Language"
    yield "E.i.1.1a", name, version.term
    yield "E.i.2.1b", "Reaction / Event (MedDRA code)", ""
    for code, (number, name) in CRITERIA.items():
        yield number, name, TRUE["yes"] if code in version.criteria else ""
    yield "E.i.4", "Date of Start of Reaction / Event", version.begin
    yield "E.i.5", "Date of End of Reaction / Event", version.end
    yield (
        "E.i.7",
        "Outcome of Reaction / Event at the Time of Last Observation",
        (OUTCOME[version.outcome]),
    )
    country = clocks.country if clocks else ""
    yield "E.i.9", "Identification of the Country Where the Reaction / Event Occurred", country


def _drugs(
    study: Study, event: AdverseEvent, version: EventTold, report: ReportTold
) -> Iterator[Element]:
    opinions = [one for one in event.assessed if one.report == report.seq]
    sponsor = opinions[-1] if opinions else None
    names = interventions_of(study)
    suspects = [*version.interventions, *(sponsor.interventions if sponsor else ())]
    for n, one in enumerate(dict.fromkeys(suspects), 1):
        g = f"G.{n}"
        yield f"{g}.1", "Characterisation of Drug Role", "1"
        name = "Medicinal Product Name as Reported by the Primary Source"
        yield f"{g}.2.2", name, say(names[one]) if one in names else one
        yield f"{g}.4.r.4", "Date of Start of Drug", report.first_given
        yield f"{g}.4.r.5", "Date of Last Administration", report.last_given
        yield f"{g}.4.r.8", "Dosage Text", report.dose
        yield f"{g}.8", "Action(s) Taken with Drug", ACTION[report.action]
        yield f"{g}.9.i.2.1.r.1", "Source of Assessment", "investigator"
        held = "related" if one in version.interventions else "not related"
        yield f"{g}.9.i.2.1.r.3", "Result of Assessment", held
        if sponsor:
            yield f"{g}.9.i.2.2.r.1", "Source of Assessment", "sponsor"
            held = "related" if one in sponsor.interventions else "not related"
            yield f"{g}.9.i.2.2.r.3", "Result of Assessment", held
        name = "Did Reaction Recur on Re-administration?"
        yield f"{g}.9.i.4", name, RECURRED.get(report.recurred, report.recurred)
    if report.medicines:
        g = f"G.{len(set(suspects)) + 1}"
        yield f"{g}.1", "Characterisation of Drug Role", "2"
        yield (
            f"{g}.2.2",
            "Medicinal Product Name as Reported by the Primary Source",
            (report.medicines),
        )


def _known(facts: SubjectFacts, name: str) -> str:
    """The last value of a fact; empty where it is not asked, or not known."""
    found = facts.observations(name) if name else ()
    last = max(found, key=lambda one: (one.on or date.min, one.order), default=None)
    return str(last.value) if last else ""


def _age(facts: SubjectFacts, birth: str, begin: str) -> str:
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


def _rows(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    for event in subject.safety.events:
        for n, report in enumerate(event.reports):
            for number, name, value in elements(study, subject, event, report):
                yield subject.subject_id, event.number, n, report.on, number, name, value or None


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
        TableColumn("name", "text", Phrase("Name of the element")),
        TableColumn("value", "text", Phrase("Value")),
    ),
    rows=_rows,
    tells_arm=_tells_arm,
    of_study=lambda study: reporting_of(study) is not None,
)
