"""By when a hospital reports a serious event, and day 0 of the sponsor: worked out, never typed.

The hospital's clock runs from the moment at which it first knew of the event as one to be reported.
The sponsor's runs in days from day 0, the day on which it first held what makes a report: a
participant, who tells of it, an event and what may have caused it. That is the day on which such an
event was recorded here, for the sponsor is told at once; or an earlier one, which it states.
"""

from datetime import date, datetime, time

from equipoise.conduct.moments import after_hours, day_of, moment_of
from equipoise.conduct.safety.dates import clock_of
from equipoise.conduct.state.safety import AdverseEvent, EventTold
from equipoise.study.model import Study
from equipoise.study.sections.safety import Reporting, Term

__all__ = [
    "day_zero",
    "is_related",
    "is_susar",
    "known_moment",
    "hours_for",
    "must_report",
    "report_by",
    "reportable",
    "reporting_of",
    "term_of",
]


def reporting_of(study: Study) -> Reporting | None:
    """The clocks of serious events, where the study has any."""
    return study.safety.reporting if study.safety else None


def known_moment(study: Study, version: EventTold) -> datetime:
    """The moment at which the hospital knew what it told; the day's beginning where no time is."""
    return moment_of(study, version.on, clock_of(version.known_at) or time())


def must_report(study: Study, version: EventTold) -> bool:
    """Whether what was known of it is to be reported: it is serious, or of a kind with a clock."""
    term = term_of(study, version)
    special = term is not None and term.within is not None and not version.not_reported
    return version.is_reportable or special


def reportable(study: Study, event: AdverseEvent) -> EventTold | None:
    """What first told of it as it must be reported, while it still must be."""
    if not must_report(study, event.now):
        return None
    return next(one for one in event.versions if must_report(study, one))


def term_of(study: Study, version: EventTold) -> Term | None:
    """The kind of event that the study names, where it is one."""
    terms = study.safety.terms if study.safety else ()
    return next((one for one in terms if one.id == version.code), None)


def hours_for(study: Study, version: EventTold) -> int | None:
    """How long the hospital has; the shorter where both clocks run."""
    clocks, term = reporting_of(study), term_of(study, version)
    found = [clocks.hospital.hours] if clocks and version.is_reportable else []
    found += [term.within] if term and term.within else []
    return min(found, default=clocks.hospital.hours if clocks else None)


def report_by(study: Study, event: AdverseEvent) -> datetime | None:
    """By when the hospital reports, first or further; None where nothing waits for it."""
    clocks = reporting_of(study)
    if clocks is None:
        return None
    # Once reported, also that it is not serious after all is reported.
    first = reportable(study, event)
    if event.reports:
        version = event.reports[-1].version
        first = next((one for one in event.versions if one.seq > version), None)
    hours = hours_for(study, first) if first else None
    return after_hours(known_moment(study, first), hours) if first and hours else None


def is_related(event: AdverseEvent) -> bool:
    """Whether the investigator or the sponsor holds that the trial may have caused it."""
    return "yes" in (event.now.related, *(one.related for one in event.assessed[-1:]))


def is_susar(event: AdverseEvent) -> bool:
    """Whether it is a suspected unexpected serious adverse reaction, as far as it is assessed."""
    unexpected = bool(event.assessed) and event.assessed[-1].expected == "no"
    return event.now.is_reportable and unexpected and is_related(event)


def day_zero(study: Study, event: AdverseEvent) -> date | None:
    """The day on which the sponsor first knew of it."""
    first = reportable(study, event)
    if first is None:
        return None
    stated = [one.first_known for one in event.assessed if one.first_known]
    return min([day_of(study, first.at), *stated])
