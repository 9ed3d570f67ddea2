"""Which forms come next: the visits that wait, and what was left open on a form."""

from collections.abc import Iterator
from datetime import date, timedelta

from equipoise.conduct import schedule
from equipoise.conduct.act import Unfinished
from equipoise.conduct.chapter import Due, FormAt, Turn, Urgency
from equipoise.conduct.facts import SubjectFacts
from equipoise.conduct.links import broken
from equipoise.conduct.message import Message, own_hospital
from equipoise.conduct.missing_days import MissingDay, missing_days
from equipoise.conduct.subject import Subject
from equipoise.logic.watched import unwatched
from equipoise.study.model import Study
from equipoise.study.reason import Given, Phrase
from equipoise.study.vocabulary import ENDS

__all__ = ["LATE", "agenda", "unfinished", "visit_wording"]

OF_VISIT = Phrase("{visit}: {forms}")
MORE = Phrase("{forms} and {count} more form", several="{forms} and {count} more forms")
NOT_RECORDED = Phrase(
    "Not recorded: {what}; {count} visit waits for it",
    several="Not recorded: {what}; {count} visits wait for it",
)
GONE = Phrase("{item}: {name} is named, and no longer recorded")
LISTED = Phrase("{first}, {second}")
LATE = Message(
    name="form.late",
    title=Phrase("Forms overdue"),
    heading=Phrase("{trial}: forms are overdue, {subject}"),
    text=Phrase("Forms of participant {subject} are overdue. The participant's page says which."),
    presses="overdue",
    tells_arm=own_hospital,
)
_DAY = timedelta(days=1)


def agenda(study: Study, subject: Subject, on: date) -> Iterator[Due]:
    """Every visit that is due, those that are coming, and days that visits wait for."""
    if subject.consent.left_everything and not subject.died_on:
        return
    if subject.failed_on and not any(visit.anchor in ENDS for visit in study.visits):
        return
    facts, today = SubjectFacts(study, subject, on), unwatched(on)
    planned = schedule.visits(study, subject, on, facts)
    if subject.failed_on:
        planned = [one for one in planned if one.visit.anchor in ENDS]
    for missing in missing_days(study, subject, planned, on, facts):
        yield _missing(study, missing, today)
    for one in planned:
        waits = one.state == "coming" and one.cycle and one.cycle.state == "coming"
        if one.open and one.state in ("overdue", "due", "begun", "coming") and not waits:
            yield _due(study, subject, one, today)
    for link in broken(study, subject):
        where = FormAt(link.record.form, link.record.visit, link.record.number)
        what = GONE(item=link.column.label, name=link.name)
        yield Due(urgency="due", what=what, where=where)


def unfinished(study: Study, subject: Subject, on: date) -> Iterator[Unfinished]:
    """Every form of a visit that has begun which nobody filled in, or said was not done."""
    if subject.failed_on or (subject.consent.left_everything and not subject.died_on):
        return
    for planned in schedule.visits(study, subject, on):
        for form in planned.open if planned.state in ("overdue", "due", "begun") else ():
            what = OF_VISIT(visit=planned.label, forms=study.form_of[form].title)
            yield Unfinished(code="forms", what=what, form=(form, planned.key, 1))


def visit_wording(study: Study, planned: schedule.Planned) -> Given:
    """A visit and its open forms, two by name and the others counted."""
    titles = [study.form_of[form].title for form in planned.open]
    # A form that is called as its visit is named once: `Start of treatment`, and what else is open.
    others = [title for title in titles if title != planned.visit.label]
    named: list[Given] = [planned.label, *others] if len(others) < len(titles) else [*others]
    forms = _listed(named)
    return forms if named[0] == planned.label else OF_VISIT(visit=planned.label, forms=forms)


def _listed(named: list[Given]) -> Given:
    first = named[0] if len(named) == 1 else LISTED(first=named[0], second=named[1])
    rest = len(named) - 2
    return MORE(forms=first, count=rest) if rest > 0 else first


def _due(study: Study, subject: Subject, planned: schedule.Planned, on: date) -> Due:
    turns = _turns(subject, planned)
    now = max((n for n, turn in enumerate(turns) if turn.on <= on), default=0)
    return Due(
        urgency=turns[now].urgency or "due",
        what=visit_wording(study, planned),
        when=turns[now].when,
        where=FormAt(planned.open[0], planned.key),
        later=tuple(turns[now + 1 :]),
        one_of="visit",
    )


def _turns(subject: Subject, planned: schedule.Planned) -> list[Turn]:
    """How a visit that is open presses, from day to day: what has more than a week may wait."""
    first, last, visit = planned.first, planned.last, planned.visit
    if first is None or last is None:
        return [Turn(date.min, "due", last)]
    if schedule.has_ended(subject, first, visit):  # begun before, and still to be finished
        begins = [Turn(date.min, "open", last)]
    else:
        begins = [Turn(date.min, "coming", first), Turn(first, "open", last)]
    soon = max(begins[-1].on, last - timedelta(days=schedule.SOON))
    after: Urgency | None = "overdue"
    if not planned.filled and schedule.has_ended(subject, last, visit):
        after = None  # whoever died or left while the window was open is not waited for
    return [*begins, Turn(soon, "due", last), Turn(last + _DAY, after, last)]


def _missing(study: Study, missing: MissingDay, on: date) -> Due:
    """What was left open on its form, so that visits have no day."""
    count = sum(visit.times for visit in missing.holds)
    what = study.vocabulary[missing.name].label
    wording = NOT_RECORDED(what=what, count=count)
    record, late = missing.record, Turn(missing.until + _DAY, "overdue", missing.until)
    return Due(
        urgency="overdue" if missing.is_late(on) else "due",
        what=wording,
        when=missing.until,
        where=FormAt(record.form, record.visit, record.number),
        later=() if missing.is_late(on) else (late,),
    )
