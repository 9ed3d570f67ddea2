"""What safety adds to the questions that are asked of all chapters together."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from equipoise.conduct.chapter import Chapter, Due, Happened, RowAt
from equipoise.conduct.safety.acts import CorrectEvent, RecordEvent
from equipoise.conduct.safety.agenda import agenda, unfinished
from equipoise.conduct.safety.annual import ANNUAL
from equipoise.conduct.safety.beside import beside
from equipoise.conduct.safety.choices import (
    CLAVIENS,
    CRITERIA,
    GRADES,
    OUTCOMES,
    exceptions_of,
    graded_terms,
    interventions_of,
    terms_of,
    words_of_terms,
)
from equipoise.conduct.safety.coding import CodeEvent, coding_of
from equipoise.conduct.safety.declining import DeclineEvent
from equipoise.conduct.safety.e2b import E2B
from equipoise.conduct.safety.grades import Proposed, proposals
from equipoise.conduct.safety.listing import SERIOUS_EVENTS, SUBMISSIONS
from equipoise.conduct.safety.messages import MESSAGES
from equipoise.conduct.safety.report_deviations import deviates
from equipoise.conduct.safety.reports import ReportEvent
from equipoise.conduct.safety.sponsor import AssessEvent, SubmitEvent
from equipoise.conduct.safety.surgery import SURGICAL_GRADES
from equipoise.conduct.subject import Subject
from equipoise.conduct.table import Row, Table, TableColumn
from equipoise.conduct.words import YES_NO
from equipoise.study.model import Study
from equipoise.study.reason import Amount, Given, Phrase

__all__ = ["CHAPTER"]

GRADED = Phrase("{item} {value} of {day} is grade {grade} ({term}): record the event")
GRAVER = Phrase("{item} {value} of {day} is grade {grade} ({term}): the recorded event is less")


def _proposals(study: Study, subject: Subject, on: date) -> Iterator[Due]:
    """What laboratory values propose; whoever takes it up has it filled in."""
    for one in proposals(study, subject, on):
        number = one.worst.value if isinstance(one.worst.value, Decimal) else Decimal(0)
        values: dict[str, Given] = {
            "item": study.items[one.item].label,
            "value": Amount(number, one.worst.unit, one.worst.comparator),
            "day": one.worst.on or on,
            "grade": str(one.grade),
            "term": one.term,
        }
        if one.recorded:
            row = RowAt("ae.correct", str(one.recorded), CorrectEvent)
            yield Due(
                urgency="open",
                what=GRAVER(**values),
                where=row,
                declined_by=DeclineEvent,
                declined_with=_filled(one, "code"),
            )
        else:
            yield Due(
                urgency="open",
                what=GRADED(**values),
                where=RecordEvent,
                filled=_filled(one),
                declined_by=DeclineEvent,
                declined_with=_filled(one, "code"),
            )


def _filled(one: Proposed, *without: str) -> tuple[tuple[str, str], ...]:
    term, grade, begin = one.named
    found = {"term": term, "code": one.event, "grade": grade, "begin": begin}
    return tuple((name, value) for name, value in found.items() if value and name not in without)


def _next(study: Study, subject: Subject, on: date) -> Iterator[Due]:
    yield from agenda(study, subject, on)
    yield from _proposals(study, subject, on)


def _course(study: Study, subject: Subject) -> Iterator[Happened]:
    for event in subject.safety.events:
        first, *later = event.versions
        yield Happened(done=first, act=RecordEvent, what=first)
        for values in later:
            yield Happened(done=values, act=CorrectEvent, what=values, more=(values.reason,))
        for act, found in (
            (ReportEvent, event.reports),
            (AssessEvent, event.assessed),
            (SubmitEvent, event.submitted),
            (CodeEvent, event.coded),
        ):
            for one in found:
                yield Happened(done=one, act=act, what=one)
    for no in subject.safety.declined:
        yield Happened(done=no, act=DeclineEvent, what=no, more=(no.reason,))


def _rows(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    for event in subject.safety.events:
        values, coded = event.now, coding_of(event)
        yield (
            subject.subject_id,
            event.number,
            values.on,
            values.term,
            values.code or None,
            study.safety.ctcae if study.safety else None,
            int(values.grade),
            values.serious,
            " ".join(values.criteria) or None,
            values.related,
            " ".join(values.interventions) or None,
            values.begin,
            values.end or None,
            values.outcome,
            len(event.versions) - 1,
            values.reason or None,
            values.not_reported or None,
            values.clavien or None,
            *((coded.version, coded.llt, coded.llt_name, coded.pt) if coded else (None,) * 4),
            *((coded.pt_name, coded.soc, coded.soc_name) if coded else (None,) * 3),
            coded.on if coded else None,
        )


ADVERSE_EVENTS = Table(
    name="adverse_events",
    label=Phrase("Adverse events"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("event", "number", Phrase("Entry that first told of the event")),
        TableColumn("known_on", "day", Phrase("Day on which the hospital knew of it")),
        TableColumn("term", "text", Phrase("Event"), words_of_terms),
        TableColumn("code", "text", Phrase("Expected event"), terms_of),
        TableColumn("ctcae", "text", Phrase("Version of the CTCAE")),
        TableColumn("grade", "number", Phrase("Grade"), GRADES),
        TableColumn("serious", "text", Phrase("Serious"), YES_NO),
        TableColumn("criteria", "codes", Phrase("What makes it serious?"), CRITERIA),
        TableColumn("related", "text", Phrase("Related"), YES_NO),
        TableColumn("interventions", "codes", Phrase("Related to"), interventions_of, by_arm=True),
        TableColumn("begin", "partial", Phrase("Began")),
        TableColumn("end", "partial", Phrase("Over")),
        TableColumn("outcome", "text", Phrase("Outcome"), OUTCOMES),
        TableColumn("updates", "number", Phrase("How often it was updated")),
        TableColumn("reason", "text", Phrase("Reason of the last update")),
        TableColumn("not_reported", "text", Phrase("Need not be reported"), exceptions_of),
        TableColumn("clavien", "text", Phrase("Grade, by Clavien-Dindo"), CLAVIENS),
        TableColumn("meddra", "text", Phrase("Version of MedDRA (E.i.2.1a)")),
        TableColumn("llt_code", "text", Phrase("Lowest level term, code (E.i.2.1b)")),
        TableColumn("llt", "text", Phrase("Lowest level term")),
        TableColumn("pt_code", "text", Phrase("Preferred term, code")),
        TableColumn("pt", "text", Phrase("Preferred term")),
        TableColumn("soc_code", "text", Phrase("System organ class, code")),
        TableColumn("soc", "text", Phrase("System organ class")),
        TableColumn("coded_on", "day", Phrase("Day on which it was coded")),
    ),
    rows=_rows,
    listed=("term", "grade", "serious", "related", "begin", "end", "outcome"),
    mends=(CorrectEvent.kind, "event"),
    of_study=lambda study: study.safety is not None,
)


def _declined(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    for one in subject.safety.declined:
        yield subject.subject_id, one.on, one.term, int(one.grade), one.begin, one.reason


DECLINED = Table(
    name="declined_events",
    label=Phrase("Proposed events that were declined"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("declined_on", "day", Phrase("Day on which this was decided")),
        TableColumn("term", "text", Phrase("Event"), graded_terms),
        TableColumn("grade", "number", Phrase("Grade"), GRADES),
        TableColumn("begin", "partial", Phrase("Began")),
        TableColumn("reason", "text", Phrase("Reason")),
    ),
    rows=_declined,
    of_study=lambda study: study.safety is not None and study.safety.grading is not None,
)


CHAPTER = Chapter(
    name="safety",
    acts=(
        RecordEvent,
        CorrectEvent,
        DeclineEvent,
        CodeEvent,
        ReportEvent,
        AssessEvent,
        SubmitEvent,
    ),
    agenda=_next,
    beside=beside,
    deviates=deviates,
    unfinished=unfinished,
    course=_course,
    tables=(ADVERSE_EVENTS, SURGICAL_GRADES, SERIOUS_EVENTS, SUBMISSIONS, ANNUAL, E2B, DECLINED),
    tells=MESSAGES,
)
