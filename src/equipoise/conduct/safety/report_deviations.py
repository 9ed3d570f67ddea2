"""Serious events that the hospital reported after its hours, or has not reported yet."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from equipoise.conduct.chapter import Deviated
from equipoise.conduct.moments import after_hours, day_of
from equipoise.conduct.safety.clocks import hours_for, known_moment, reportable, reporting_of
from equipoise.conduct.state.safety import AdverseEvent, ReportTold
from equipoise.conduct.subject import Subject
from equipoise.logic.watched import note
from equipoise.study.model import Study
from equipoise.study.reason import Phrase

__all__ = ["deviates"]

LATE = Phrase("a serious event was to be reported by {last}, and was on {day}")
NOT_YET = Phrase("a serious event was to be reported by {last}, and is not yet")


def deviates(study: Study, subject: Subject, on: date) -> Iterator[Deviated]:
    """Each such event on its last day."""
    for event in subject.safety.events:
        if by := _first_by(study, event):
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


def _first_by(study: Study, event: AdverseEvent) -> datetime | None:
    """By when it was first to be reported, whatever was reported since."""
    first = reportable(study, event) if reporting_of(study) else None
    hours = hours_for(study, first) if first else None
    return after_hours(known_moment(study, first), hours) if first and hours else None


def _is_after(study: Study, report: ReportTold, by: datetime) -> bool:
    """A report that is recorded on a later day than it was made counts by its day."""
    if report.on < day_of(study, report.at):
        return report.on > day_of(study, by)
    return report.at > by
