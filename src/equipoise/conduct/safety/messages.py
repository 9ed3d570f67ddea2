"""What people are told by mail of serious events: at once, and never what happened to whom."""

from collections.abc import Callable
from datetime import date

from equipoise.conduct.message import Message
from equipoise.conduct.safety.acts import CorrectEvent, RecordEvent
from equipoise.conduct.safety.clocks import is_susar
from equipoise.conduct.safety.reports import ReportEvent
from equipoise.conduct.safety.sponsor import AssessEvent
from equipoise.conduct.state.safety import AdverseEvent
from equipoise.conduct.subject import Subject
from equipoise.ledger import Entry
from equipoise.study.model import Study
from equipoise.study.reason import Phrase

__all__ = ["MESSAGES"]


def _event_of(subject: Subject, entry: Entry) -> AdverseEvent | None:
    """The event that an entry tells something of."""
    for event in subject.safety.events:
        done = (*event.versions, *event.reports, *event.assessed)
        if any(one.seq == entry.seq for one in done):
            return event
    return None


def _serious(subject: Subject, entry: Entry) -> str:
    event = _event_of(subject, entry)
    return str(event.number) if event and event.now.serious == "yes" else ""


def _reported(subject: Subject, entry: Entry) -> str:
    event = _event_of(subject, entry)
    return str(event.number) if event else ""


def _holds(
    is_so: Callable[[AdverseEvent], bool],
) -> Callable[[Study, Subject, str, date], bool]:
    def holds(study: Study, subject: Subject, about: str, on: date) -> bool:
        event = subject.safety.of(int(about))
        return event is not None and is_so(event)

    return holds


SERIOUS = Message(
    name="event.serious",
    title=Phrase("Serious adverse event"),
    heading=Phrase("{trial}: a serious adverse event, {subject}"),
    text=Phrase("A serious adverse event of participant {subject} was recorded."),
    after=(RecordEvent, CorrectEvent),
    about=_serious,
    holds=_holds(lambda event: event.now.serious == "yes"),
    urgent=True,
)
REPORTED = Message(
    name="event.reported",
    title=Phrase("Serious adverse event reported"),
    heading=Phrase("{trial}: a serious adverse event was reported, {subject}"),
    text=Phrase(
        "A hospital has reported a serious adverse event of participant {subject}, for the first "
        "time or further. It is to be assessed."
    ),
    after=(ReportEvent,),
    about=_reported,
    once=False,
    holds=_holds(lambda event: bool(event.reports)),
    urgent=True,
)
SUSAR = Message(
    name="event.susar",
    title=Phrase("Suspected unexpected serious adverse reaction"),
    heading=Phrase("{trial}: a SUSAR, {subject}"),
    text=Phrase(
        "A serious adverse event of participant {subject} is a suspected unexpected serious "
        "adverse reaction. The participant's page says by when it is reported to the authorities."
    ),
    after=(AssessEvent, CorrectEvent),
    about=_reported,
    holds=_holds(is_susar),
    urgent=True,
)
SOON = Message(
    name="report.soon",
    title=Phrase("Little time left to report"),
    heading=Phrase("{trial}: little time left to report, {subject}"),
    text=Phrase(
        "Within a few hours a serious adverse event of participant {subject} must be reported to "
        "the sponsor. The participant's page says until when."
    ),
    presses="expiring",
    urgent=True,
)
LATE = Message(
    name="report.late",
    title=Phrase("Report overdue"),
    heading=Phrase("{trial}: a report is overdue, {subject}"),
    text=Phrase(
        "What must be reported of a serious adverse event of participant {subject} is overdue. The "
        "participant's page says what, and since when."
    ),
    presses="overdue",
    urgent=True,
)
MESSAGES = (SERIOUS, REPORTED, SUSAR, SOON, LATE)
