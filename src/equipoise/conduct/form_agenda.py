"""Which forms come next: the visits that wait, and what was left open on a form."""

from collections.abc import Iterator
from datetime import date, timedelta

from equipoise.conduct import schedule
from equipoise.conduct.chapter import Due, FormAt, Urgency
from equipoise.conduct.missing_days import MissingDay, missing_days
from equipoise.conduct.subject import Subject
from equipoise.study.model import Study
from equipoise.study.reason import Given, Phrase

__all__ = ["agenda", "visit_said"]

OF_VISIT = Phrase("{visit}: {forms}")
MORE = Phrase("{forms} and {count} more form", several="{forms} and {count} more forms")
NOT_RECORDED = Phrase(
    "Not recorded: {what}; {count} visit waits for it",
    several="Not recorded: {what}; {count} visits wait for it",
)
LISTED = Phrase("{first}, {second}")


def agenda(study: Study, subject: Subject, on: date) -> Iterator[Due]:
    """Every visit that is due, the next one that is coming, and days that visits wait for."""
    if subject.failed_on or (subject.consent.left_everything and not subject.died_on):
        return
    planned = schedule.visits(study, subject, on)
    for missing in missing_days(study, subject, planned, on):
        yield _missing(study, missing, on)
    for one in planned:
        if one.open and one.state in ("overdue", "due", "begun"):
            yield _due(study, one, on)
    coming = [one for one in planned if one.open and one.state == "coming"]
    if coming:
        yield _due(study, min(coming, key=lambda one: one.first or date.max), on)


def visit_said(study: Study, planned: schedule.Planned) -> Given:
    """A visit and its open forms, two by name and the others counted."""
    titles = [study.form_of[form].title for form in planned.open]
    # A form that is called as its visit is named once: `Start of treatment`, and what else is open.
    told = [title for title in titles if title != planned.visit.label]
    named: list[Given] = [planned.label, *told] if len(told) < len(titles) else [*told]
    said = _listed(named)
    return said if named[0] == planned.label else OF_VISIT(visit=planned.label, forms=said)


def _listed(named: list[Given]) -> Given:
    first = named[0] if len(named) == 1 else LISTED(first=named[0], second=named[1])
    rest = len(named) - 2
    return MORE(forms=first, count=rest) if rest > 0 else first


def _due(study: Study, planned: schedule.Planned, on: date) -> Due:
    return Due(
        urgency=_urgency(planned, on),
        what=visit_said(study, planned),
        when=planned.first if planned.state == "coming" else planned.last,
        where=FormAt(planned.open[0], planned.key),
    )


def _urgency(planned: schedule.Planned, on: date) -> Urgency:
    """How a visit presses: what has more than a week left may wait."""
    last = planned.last
    if planned.state == "coming":
        return "coming"
    if last is not None and on > last:
        return "overdue"
    return "due" if last is None or last <= on + timedelta(days=schedule.SOON) else "open"


def _missing(study: Study, missing: MissingDay, on: date) -> Due:
    """What was left open on its form, so that visits have no day."""
    count = sum(visit.times for visit in missing.holds)
    what = study.vocabulary[missing.name].label
    said = NOT_RECORDED(what=what, count=count)
    record = missing.record
    return Due(
        urgency="overdue" if missing.is_late(on) else "due",
        what=said,
        when=missing.until,
        where=FormAt(record.form, record.visit, record.number),
    )
