"""What safety adds to the questions that are asked of all chapters together."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from equipoise.conduct.act import Unfinished
from equipoise.conduct.chapter import Chapter, Due, Happened, RowAt
from equipoise.conduct.message import Message
from equipoise.conduct.safety.acts import (
    CRITERIA,
    GRADES,
    OUTCOMES,
    YES_NO,
    CorrectEvent,
    RecordEvent,
    interventions_of,
    terms_of,
    words_of_terms,
)
from equipoise.conduct.safety.beside import beside
from equipoise.conduct.safety.grades import Proposed, proposals
from equipoise.conduct.state.safety import AdverseEvent
from equipoise.conduct.subject import Subject
from equipoise.conduct.table import Row, Table, TableColumn
from equipoise.ledger import Entry
from equipoise.study.model import Study
from equipoise.study.reason import Amount, Given, Phrase

__all__ = ["CHAPTER"]

DEATH_MISSING = Phrase("{term} was of grade 5: record the death")
GRADED = Phrase("{item} {value} of {day} is grade {grade} ({term}): record the event")
GRAVER = Phrase("{item} {value} of {day} is grade {grade} ({term}): the recorded event is less")
EVENT_MISSING = Phrase("Died of the treatment: record the event of grade 5")


def _agenda(study: Study, subject: Subject, on: date) -> Iterator[Due]:
    """A death and an event of grade 5 ask for each other."""
    if study.safety is None:
        return
    fatal = subject.safety.fatal
    if fatal and subject.died_on is None:
        term = words_of_terms(study).get(fatal.now.term, fatal.now.term)
        yield Due(urgency="due", what=DEATH_MISSING(term=term), when=fatal.now.on)
    if subject.died_of == "treatment" and fatal is None:
        yield Due(urgency="due", what=EVENT_MISSING(), when=subject.died_on, where=RecordEvent)


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
            yield Due(urgency="open", what=GRAVER(**values), where=row)
        else:
            yield Due(
                urgency="open",
                what=GRADED(**values),
                where=RecordEvent,
                filled=_filled(one),
            )


def _filled(one: Proposed) -> tuple[tuple[str, str], ...]:
    begin = one.first.on.isoformat() if one.first.on else ""
    found = {"term": one.term, "code": one.event, "grade": str(one.grade), "begin": begin}
    return tuple((name, value) for name, value in found.items() if value)


def _next(study: Study, subject: Subject, on: date) -> Iterator[Due]:
    yield from _agenda(study, subject, on)
    yield from _proposals(study, subject, on)


def _unfinished(study: Study, subject: Subject, on: date) -> Iterator[Unfinished]:
    """A death or an event of grade 5 without the other."""
    for due in _agenda(study, subject, on):
        if not isinstance(due.what, type):
            yield Unfinished(code="events", what=due.what)


def _course(study: Study, subject: Subject) -> Iterator[Happened]:
    for event in subject.safety.events:
        first, *later = event.versions
        yield Happened(done=first, act=RecordEvent, what=first)
        for values in later:
            yield Happened(done=values, act=CorrectEvent, what=values, more=(values.reason,))


def _rows(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    for event in subject.safety.events:
        values = event.now
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
    ),
    rows=_rows,
    listed=("term", "grade", "serious", "related", "begin", "end", "outcome"),
    mends=(CorrectEvent.kind, "event"),
    of_study=lambda study: study.safety is not None,
)


def _serious(subject: Subject, entry: Entry) -> str:
    """The event that an entry tells of, if it is serious."""
    for event in subject.safety.events:
        if any(values.seq == entry.seq for values in event.versions):
            return str(event.number) if _is_serious(event) else ""
    return ""


def _is_serious(event: AdverseEvent | None) -> bool:
    return event is not None and event.now.serious == "yes"


SERIOUS = Message(
    name="event.serious",
    title=Phrase("Serious adverse event"),
    heading=Phrase("{trial}: a serious adverse event, {subject}"),
    text=Phrase("A serious adverse event of participant {subject} was recorded."),
    after=(RecordEvent, CorrectEvent),
    about=_serious,
    holds=lambda study, subject, about, on: _is_serious(subject.safety.of(int(about))),
    urgent=True,
)

CHAPTER = Chapter(
    name="safety",
    acts=(RecordEvent, CorrectEvent),
    agenda=_next,
    beside=beside,
    unfinished=_unfinished,
    course=_course,
    tables=(ADVERSE_EVENTS,),
    tells=(SERIOUS,),
)
