"""By when the sponsor assesses a serious event and reports it on: each receiver has its own clock.

A receiver that the study file names for some kinds of event gets those alone; every other receiver
gets each SUSAR, and of the kinds that are reported on in any case those that no receiver is named
for. What was sent to one ends the clock of that one alone.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from equipoise.conduct.moments import day_of
from equipoise.conduct.safety.clocks import (
    day_zero,
    is_susar,
    must_report,
    reportable,
    reporting_of,
    term_of,
)
from equipoise.conduct.state.safety import AdverseEvent
from equipoise.study.model import Study
from equipoise.study.sections.safety.reporting import Receiver, SponsorClock

__all__ = ["addressed", "assess_by", "last_day", "submissions", "submit_by"]


def addressed(study: Study, event: AdverseEvent) -> list[Receiver]:
    """To whom an event is to be reported on, as it stands; to nobody where it need not be."""
    clocks = reporting_of(study)
    return [one for one in (clocks.receivers if clocks else ()) if _gets(study, event, one)]


def _gets(study: Study, event: AdverseEvent, receiver: Receiver) -> bool:
    if is_susar(event) and not receiver.terms:
        return True
    return bool(event.reports and _onward(study, event, receiver))


def _onward(study: Study, event: AdverseEvent, receiver: Receiver) -> int | None:
    """The days that it has for an event of this kind, SUSAR or not."""
    clocks, term = reporting_of(study), term_of(study, event.now)
    if clocks is None or term is None or not must_report(study, event.now):
        return None
    named = {one.id for one in clocks.receivers if term.id in one.terms}
    return term.onward if receiver.id in named or not (named or receiver.terms) else None


def submissions(study: Study, event: AdverseEvent) -> Iterator[tuple[Receiver, date]]:
    """Every receiver that waits for a report, first or further, and by when."""
    for receiver in addressed(study, event):
        if day := submit_by(study, event, receiver):
            yield receiver, day


def submit_by(study: Study, event: AdverseEvent, receiver: Receiver) -> date | None:
    """By when one of them is reported to; None where it waits for nothing."""
    sent = [one for one in event.submitted if one.receiver == receiver.id]
    since = last_day(study, event, receiver)
    if not sent:
        return since
    if sent[-1].complete == "yes":
        newer = [one for one in event.reports if one.seq > sent[-1].report]
        is_assessed = any(one.report >= newer[0].seq for one in event.assessed if newer)
        since = day_of(study, newer[0].at) if is_assessed else None
    clock = _clock(study, event, receiver)
    return since + timedelta(days=clock.further) if since and clock else None


def assess_by(study: Study, event: AdverseEvent) -> date | None:
    """By when the sponsor assesses the last report: while it might still report it in time."""
    done, clocks = event.assessed[-1].report if event.assessed else 0, reporting_of(study)
    if clocks is None or not event.reports or event.reports[-1].seq <= done:
        return None
    found = addressed(study, event) or [one for one in clocks.receivers if not one.terms]
    days = [day for one in found if (day := last_day(study, event, one))]
    return min(days, default=day_of(study, event.reports[-1].at))


def last_day(study: Study, event: AdverseEvent, receiver: Receiver) -> date | None:
    """The last day of its first report; what became grave later has the earlier of two."""
    clocks, zero = reporting_of(study), day_zero(study, event)
    if clocks is None or zero is None:
        return None
    other, fatal = receiver.other or clocks.other, receiver.fatal or clocks.fatal
    last = zero + timedelta(days=other.days)
    grave = next((t for t in event.versions if t.is_grave and t.is_reportable), None)
    if event.now.is_grave and grave:
        since = zero if grave is reportable(study, event) else day_of(study, grave.at)
        last = min(last, since + timedelta(days=fatal.days))
    onward = _onward(study, event, receiver)
    return min(last, zero + timedelta(days=onward)) if onward else last


def _clock(study: Study, event: AdverseEvent, receiver: Receiver) -> SponsorClock | None:
    clocks = reporting_of(study)
    if clocks is None:
        return None
    if event.now.is_grave:
        return receiver.fatal or clocks.fatal
    return receiver.other or clocks.other
