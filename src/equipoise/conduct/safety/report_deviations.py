"""Serious events that the hospital reported after its hours, or has not reported yet."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from equipoise.conduct.chapter import Deviated
from equipoise.conduct.moments import after_hours, day_of
from equipoise.conduct.safety.clocks import hours_for, known_moment, must_report, reporting_of
from equipoise.conduct.state.safety import AdverseEvent, ReportTold
from equipoise.conduct.subject import Subject
from equipoise.conduct.text_then import text_then
from equipoise.logic.watched import note
from equipoise.study.model import Study
from equipoise.study.reason import Phrase

__all__ = ["deviates"]

LATE = Phrase("a serious event was to be reported by {last}, and was on {day}")
NOT_YET = Phrase("a serious event was to be reported by {last}, and is not yet")


def deviates(study: Study, subject: Subject, on: date) -> Iterator[Deviated]:
    """Each such event on its last day, by the hours of the text under which it was first known."""
    for event in subject.safety.events:
        if by := _first_by(study, subject, event):
            last = day_of(study, by)
            report = event.reports[0] if event.reports else None
            if report and _is_after(study, report, by):
                yield Deviated(
                    kind="report",
                    on=last,
                    known_on=last,
                    what=LATE(last=last, day=report.on),
                    by=report.by,
                )
            elif report is None:
                note(on, last + timedelta(days=1))
                if on > last:
                    yield Deviated(kind="report", on=last, known_on=last, what=NOT_YET(last=last))


def _first_by(study: Study, subject: Subject, event: AdverseEvent) -> datetime | None:
    """By when it was first to be reported, whatever was reported since."""
    by_text = [(one, text_then(study, subject, one)) for one in event.versions]
    first, text = next(((one, text) for one, text in by_text if must_report(text, one)), by_text[0])
    hours = hours_for(text, first) if must_report(by_text[-1][1], event.now) else None
    known = known_moment(study, first)
    return after_hours(known, hours) if hours and reporting_of(text) else None


def _is_after(study: Study, report: ReportTold, by: datetime) -> bool:
    """A report that is recorded on a later day than it was made counts by its day."""
    if report.on < day_of(study, report.at):
        return report.on > day_of(study, by)
    return report.at > by
