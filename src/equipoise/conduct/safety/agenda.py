"""What comes next of an event: it is reported, assessed, sent on; and a death that is missing."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from equipoise.conduct.act import Act, Unfinished
from equipoise.conduct.chapter import Due, RowAt, Turn
from equipoise.conduct.moments import day_of, turn_at
from equipoise.conduct.safety.acts import RecordEvent
from equipoise.conduct.safety.choices import words_of_terms
from equipoise.conduct.safety.clocks import (
    is_susar,
    must_report,
    report_by,
    reporting_of,
)
from equipoise.conduct.safety.coding import to_code
from equipoise.conduct.safety.reports import ReportEvent
from equipoise.conduct.safety.sponsor import AssessEvent, SubmitEvent
from equipoise.conduct.safety.submissions import assess_by, submissions
from equipoise.conduct.state.safety import FATAL, AdverseEvent
from equipoise.conduct.subject import Subject
from equipoise.study.model import Study
from equipoise.study.reason import Given, Phrase

__all__ = ["agenda", "still_open", "unfinished"]

DEATH_MISSING = Phrase("{term} was of grade 5: record the death")
EVENT_MISSING = Phrase("Died of the treatment: record the event of grade 5")
REPORT = Phrase("{term} is serious: report it to the sponsor")
REPORT_TOO = Phrase("{term} is to be reported to the sponsor, serious or not")
FOLLOW_UP = Phrase("More is known of {term}: report it to the sponsor too")
ASSESS = Phrase("{term} was reported: assess whether it was expected, and related")
SEND = Phrase("{term} is a SUSAR: report it to {receiver}")
SEND_ON = Phrase("{term} is to be reported to {receiver}")
SEND_ON_MORE = Phrase("{term}: report to {receiver} what was still missing")
SEND_MORE = Phrase("{term} is a SUSAR: report to {receiver} what was still missing")


def agenda(study: Study, subject: Subject, on: date) -> Iterator[Due]:
    """What is to be reported, by its clocks; a death and an event of grade 5 ask for each other."""
    if study.safety is None:
        return
    for event in subject.safety.events:
        yield from _of_event(study, event)
        yield from to_code(study, event)
    fatal = subject.safety.fatal
    if fatal and subject.died_on is None:
        yield Due(urgency="due", what=DEATH_MISSING(term=_term(study, fatal)), when=fatal.now.on)
    if subject.died_of == "treatment" and fatal is None:
        yield Due(urgency="due", what=EVENT_MISSING(), when=subject.died_on, where=RecordEvent)


def unfinished(study: Study, subject: Subject, on: date) -> Iterator[Unfinished]:
    """What is not reported, assessed or sent; a death or an event of grade 5 without the other."""
    for due in agenda(study, subject, on):
        if not isinstance(due.what, type):
            yield Unfinished(code="events", what=due.what)


def still_open(study: Study, subject: Subject, event: AdverseEvent) -> Iterator[str]:
    """The same of one event, by a code each; and that it is no longer what was reported."""
    if report_by(study, event):
        yield "follow-up" if event.reports else "report"
    if assess_by(study, event):
        yield "assessment"
    to = {one.receiver for one in event.submitted}
    waiting = [receiver.id in to for receiver, _ in submissions(study, event)]
    if not all(waiting):
        yield "submission"
    if any(waiting):
        yield "further"
    if event.now.grade == FATAL and subject.died_on is None:
        yield "death"
    if event.reports and not must_report(study, event.now):
        yield "no-longer"


def _of_event(study: Study, event: AdverseEvent) -> Iterator[Due]:
    term = _term(study, event)
    if by := report_by(study, event):
        first = REPORT if event.now.serious == "yes" else REPORT_TOO
        what = FOLLOW_UP(term=term) if event.reports else first(term=term)
        yield _by_hours(study, event, what, by)
    if day := assess_by(study, event):
        yield _by_days(event, ASSESS(term=term), day, AssessEvent)
    send, more = (SEND, SEND_MORE) if is_susar(event) else (SEND_ON, SEND_ON_MORE)
    for receiver, day in submissions(study, event):
        again = any(one.receiver == receiver.id for one in event.submitted)
        what = (more if again else send)(term=term, receiver=receiver.label)
        yield _by_days(event, what, day, SubmitEvent, (("receiver", receiver.id),))


def _by_hours(study: Study, event: AdverseEvent, what: Given, by: datetime) -> Due:
    """What a hospital has hours for: it is told when time is short, and when it is late."""
    last, clocks = day_of(study, by), reporting_of(study)
    warns = timedelta(hours=clocks.hospital.warns if clocks else 0)
    turns = [turn_at(study, by, "overdue", last)]
    if warns:
        turns.insert(0, turn_at(study, by - warns, "expiring", last))
    return Due(
        urgency="due",
        what=what,
        when=last,
        at=by,
        where=RowAt(ReportEvent.kind, str(event.number), ReportEvent),
        later=tuple(turns),
    )


def _by_days(
    event: AdverseEvent,
    what: Given,
    last: date,
    act: type[Act],
    filled: tuple[tuple[str, str], ...] = (),
) -> Due:
    """What the sponsor has days for."""
    return Due(
        urgency="due",
        what=what,
        when=last,
        where=RowAt(act.kind, str(event.number), act),
        filled=filled,
        later=(Turn(last + timedelta(days=1), "overdue", last),),
    )


def _term(study: Study, event: AdverseEvent) -> Given:
    return words_of_terms(study).get(event.now.term, event.now.term)
