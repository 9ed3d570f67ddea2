"""The line listing of serious events, for the annual report and for reconciliation.

A row an event: what it was, when it was known, reported, assessed and sent on, and what is still
open of it. Also what need not be reported stands here, so that it can be counted.
"""

from collections.abc import Iterator
from datetime import date, datetime

from equipoise.conduct.moments import after_hours
from equipoise.conduct.safety.agenda import still_open
from equipoise.conduct.safety.choices import (
    CLAVIENS,
    CRITERIA,
    GRADES,
    OUTCOMES,
    exceptions_of,
    interventions_of,
    terms_of,
    words_of_terms,
)
from equipoise.conduct.safety.clocks import (
    day_zero,
    hours_for,
    is_related,
    is_susar,
    known_moment,
    must_report,
    reportable,
    reporting_of,
)
from equipoise.conduct.safety.coding import coding_of
from equipoise.conduct.safety.sponsor import documents_of, receivers_of
from equipoise.conduct.safety.submissions import addressed, last_day, submit_by
from equipoise.conduct.state.safety import AdverseEvent
from equipoise.conduct.subject import Subject
from equipoise.conduct.table import Row, Table, TableColumn
from equipoise.conduct.text_then import text_then
from equipoise.conduct.words import YES_NO, Choices
from equipoise.study.model import Study
from equipoise.study.reason import Phrase
from equipoise.study.sections.safety.reporting import Receiver

__all__ = ["SERIOUS_EVENTS", "SUBMISSIONS"]

OPEN = Choices(
    {
        "report": "Not reported to the sponsor",
        "follow-up": "More is known than was reported",
        "assessment": "Not assessed by the sponsor",
        "submission": "Not reported to the authorities",
        "further": "To be reported further to the authorities",
        "death": "Fatal, and no death is recorded",
        "no-longer": "Reported, and no longer serious",
    }
)


def _rows(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    for event in subject.safety.events:
        if event.now.serious == "yes" or event.reports or must_report(study, event.now):
            yield _row(study, subject, event)


def _row(study: Study, subject: Subject, event: AdverseEvent) -> Row:
    coded = coding_of(event)
    now, first = event.now, reportable(study, event) or event.versions[0]
    opinion = event.assessed[-1] if event.assessed else None
    sent = event.submitted[0] if event.submitted else None
    known = known_moment(study, first)
    reported = event.reports[0].at if event.reports else None
    susar = is_susar(event)
    days = [last_day(study, event, one) for one in _receivers(study, event)]
    return (
        subject.subject_id,
        event.number,
        first.on,
        now.term,
        now.code or None,
        coded.soc_name if coded else None,
        coded.pt_name if coded else None,
        int(now.grade),
        now.clavien or None,
        " ".join(now.criteria) or None,
        now.serious,
        now.not_reported or None,
        now.begin,
        now.end or None,
        now.outcome,
        known,
        reported,
        _in_time(hours_for(text_then(study, subject, first), first), known, reported),
        len(event.reports),
        now.related,
        " ".join(now.interventions) or None,
        opinion.related if opinion else None,
        " ".join(opinion.interventions) or None if opinion else None,
        "yes" if is_related(event) else "no",
        opinion.expected if opinion else None,
        opinion.document if opinion else None,
        susar if opinion else None,
        day_zero(study, event),
        min(filter(None, days), default=None),
        sent.on if sent else None,
        " ".join(dict.fromkeys(one.receiver for one in event.submitted)) or None,
        sent.number if sent else None,
        event.submitted[-1].complete if sent else None,
        " ".join(still_open(study, subject, event)) or None,
    )


def _receivers(study: Study, event: AdverseEvent) -> list[Receiver]:
    """To whom it is to be reported on, and to whom it was."""
    clocks, to = reporting_of(study), addressed(study, event)
    was = {one.receiver for one in event.submitted}
    return [one for one in (clocks.receivers if clocks else ()) if one in to or one.id in was]


def _submissions(study: Study, subject: Subject, on: date) -> Iterator[Row]:
    for event in subject.safety.events:
        for receiver in _receivers(study, event):
            sent = [one for one in event.submitted if one.receiver == receiver.id]
            last = last_day(study, event, receiver)
            yield (
                subject.subject_id,
                event.number,
                event.now.term,
                receiver.id,
                last,
                sent[0].on if sent else None,
                sent[0].on <= last if sent and last else None,
                sent[-1].number if sent else None,
                sent[-1].complete if sent else None,
                len(sent),
                submit_by(study, event, receiver),
            )


def _in_time(hours: int | None, known: datetime, reported: datetime | None) -> bool | None:
    if hours is None or reported is None:
        return None
    return reported <= after_hours(known, hours)


SERIOUS_EVENTS = Table(
    name="serious_events",
    label=Phrase("Serious adverse events"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("event", "number", Phrase("Entry that first told of the event")),
        TableColumn("known_on", "day", Phrase("Day on which the hospital knew of it")),
        TableColumn("term", "text", Phrase("Event"), words_of_terms),
        TableColumn("code", "text", Phrase("Expected event"), terms_of),
        TableColumn("soc", "text", Phrase("System organ class")),
        TableColumn("pt", "text", Phrase("Preferred term")),
        TableColumn("grade", "number", Phrase("Grade"), GRADES),
        TableColumn("clavien", "text", Phrase("Grade, by Clavien-Dindo"), CLAVIENS),
        TableColumn("criteria", "codes", Phrase("What makes it serious?"), CRITERIA),
        TableColumn("serious", "text", Phrase("Serious"), YES_NO),
        TableColumn("not_reported", "text", Phrase("Need not be reported"), exceptions_of),
        TableColumn("begin", "partial", Phrase("Began")),
        TableColumn("end", "partial", Phrase("Over")),
        TableColumn("outcome", "text", Phrase("Outcome"), OUTCOMES),
        TableColumn("known_at", "moment", Phrase("Moment at which the hospital knew of it")),
        TableColumn("reported_at", "moment", Phrase("Reported to the sponsor")),
        TableColumn("in_time", "yes or no", Phrase("Reported in time")),
        TableColumn("reports", "number", Phrase("Reports, with follow-ups")),
        TableColumn("related", "text", Phrase("Related, by the investigator"), YES_NO),
        TableColumn("interventions", "codes", Phrase("Related to"), interventions_of, by_arm=True),
        TableColumn("related_sponsor", "text", Phrase("Related, by the sponsor"), YES_NO),
        TableColumn(
            "interventions_sponsor",
            "codes",
            Phrase("Related to, by the sponsor"),
            interventions_of,
            by_arm=True,
        ),
        TableColumn("related_either", "text", Phrase("Related, by either"), YES_NO),
        TableColumn("expected", "text", Phrase("Expected"), YES_NO),
        TableColumn("document", "text", Phrase("Reference safety document"), documents_of),
        TableColumn("susar", "yes or no", Phrase("SUSAR")),
        TableColumn("day_zero", "day", Phrase("Day 0 of the sponsor")),
        TableColumn("submit_by", "day", Phrase("Last day to report on")),
        TableColumn("submitted_on", "day", Phrase("Reported on")),
        TableColumn("receiver", "codes", Phrase("Receiver"), receivers_of),
        TableColumn("number", "text", Phrase("Number of the safety report")),
        TableColumn("complete", "text", Phrase("Complete"), YES_NO),
        TableColumn("open", "codes", Phrase("Still open"), OPEN),
    ),
    rows=_rows,
    listed=("term", "grade", "criteria", "not_reported", "in_time", "susar", "open"),
    of_study=lambda study: reporting_of(study) is not None,
)


SUBMISSIONS = Table(
    name="safety_submissions",
    label=Phrase("Serious events reported on, by receiver"),
    columns=(
        TableColumn("subject_id", "text", Phrase("Participant")),
        TableColumn("event", "number", Phrase("Entry that first told of the event")),
        TableColumn("term", "text", Phrase("Event"), words_of_terms),
        TableColumn("receiver", "text", Phrase("Receiver"), receivers_of),
        TableColumn("submit_by", "day", Phrase("Last day to report on")),
        TableColumn("submitted_on", "day", Phrase("Reported on")),
        TableColumn("in_time", "yes or no", Phrase("Reported in time")),
        TableColumn("number", "text", Phrase("Number of the safety report")),
        TableColumn("complete", "text", Phrase("Complete"), YES_NO),
        TableColumn("times", "number", Phrase("How often it was reported on")),
        TableColumn("further_by", "day", Phrase("Waits for a report by")),
    ),
    rows=_submissions,
    of_study=lambda study: reporting_of(study) is not None,
)
