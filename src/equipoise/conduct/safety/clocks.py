"""By when a serious event is reported, and by whom: worked out, and never typed.

The hospital's clock runs from the moment at which it first knew of the event as one to be reported.
The sponsor's runs in days from day 0, the day on which it first held what makes a report: a
participant, who tells of it, an event and what may have caused it. That is the day on which such an
event was recorded here, for the sponsor is told at once; or an earlier one, which it states.
"""

from datetime import date, datetime, time, timedelta

from equipoise.conduct.moments import after_hours, day_of, moment_of
from equipoise.conduct.safety.dates import clock_of
from equipoise.conduct.state.safety import AdverseEvent, EventTold
from equipoise.study.model import Study
from equipoise.study.sections.safety import Reporting, Term

__all__ = [
    "assess_by",
    "day_zero",
    "is_related",
    "is_susar",
    "known_moment",
    "hours_for",
    "last_day",
    "must_report",
    "report_by",
    "reportable",
    "reporting_of",
    "submit_by",
]


def reporting_of(study: Study) -> Reporting | None:
    """The clocks of serious events, where the study has any."""
    return study.safety.reporting if study.safety else None


def known_moment(study: Study, version: EventTold) -> datetime:
    """The moment at which the hospital knew what it told; the day's beginning where no time is."""
    return moment_of(study, version.on, clock_of(version.known_at) or time())


def must_report(study: Study, version: EventTold) -> bool:
    """Whether what was known of it is to be reported: it is serious, or of a kind with a clock."""
    term = _term_of(study, version)
    special = term is not None and term.within is not None and not version.not_reported
    return version.is_reportable or special


def reportable(study: Study, event: AdverseEvent) -> EventTold | None:
    """What first told of it as it must be reported, while it still must be."""
    if not must_report(study, event.now):
        return None
    return next(one for one in event.versions if must_report(study, one))


def _term_of(study: Study, version: EventTold) -> Term | None:
    """The kind of event that the study names, where it is one."""
    terms = study.safety.terms if study.safety else ()
    return next((one for one in terms if one.id == version.code), None)


def hours_for(study: Study, version: EventTold) -> int | None:
    """How long the hospital has; the shorter where both clocks run."""
    clocks, term = reporting_of(study), _term_of(study, version)
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


def assess_by(study: Study, event: AdverseEvent) -> date | None:
    """By when the sponsor assesses the last report: while it might still report it in time."""
    done = event.assessed[-1].report if event.assessed else 0
    if not event.reports or event.reports[-1].seq <= done:
        return None
    return last_day(study, event) or day_of(study, event.reports[-1].at)


def submit_by(study: Study, event: AdverseEvent) -> date | None:
    """By when the sponsor reports on what it knows, first or further; None where nothing waits."""
    clocks = reporting_of(study)
    term = _term_of(study, event.now)
    goes_on = term is not None and term.onward is not None and must_report(study, event.now)
    if clocks is None or not (is_susar(event) or (goes_on and event.reports)):
        return None
    if not event.submitted:
        return last_day(study, event)
    clock = clocks.fatal if event.now.is_grave else clocks.other
    since, sent = last_day(study, event), event.submitted[-1]
    if sent.complete == "yes":
        newer = [one for one in event.reports if one.seq > sent.report]
        is_assessed = bool(newer) and event.assessed[-1].report >= newer[0].seq
        since = day_of(study, newer[0].at) if is_assessed else None
    return since + timedelta(days=clock.further) if since else None


def last_day(study: Study, event: AdverseEvent) -> date | None:
    """The last day for the first report of the sponsor; what became grave later has the earlier."""
    clocks, zero = reporting_of(study), day_zero(study, event)
    if clocks is None or zero is None:
        return None
    last = zero + timedelta(days=clocks.other.days)
    grave = next((t for t in event.versions if t.is_grave and t.is_reportable), None)
    if event.now.is_grave and grave:
        since = zero if grave is reportable(study, event) else day_of(study, grave.at)
        last = min(last, since + timedelta(days=clocks.fatal.days))
    term = _term_of(study, event.now)
    return min(last, zero + timedelta(days=term.onward)) if term and term.onward else last
