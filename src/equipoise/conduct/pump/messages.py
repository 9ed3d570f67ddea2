"""Who is told that something is wrong with a pump: its own hospital, at once or in the morning."""

from datetime import date

from equipoise.conduct.chapter import Due
from equipoise.conduct.message import Message, own_hospital
from equipoise.conduct.pump.acts import ImplantPump, RefillPump
from equipoise.conduct.pump.watched import agenda, went_wrong
from equipoise.conduct.subject import Subject
from equipoise.ledger import Entry
from equipoise.study.model import Study
from equipoise.study.reason import Phrase

__all__ = ["ALARM"]


def _filling(subject: Subject, entry: Entry) -> str:
    """The filling that an entry tells of."""
    return str(entry.seq)


def _alarms(study: Study, subject: Subject, about: str, on: date) -> bool:
    """Whether the filling of an entry went wrong, or what presses by this name alarms still."""
    if about.isdecimal():
        return went_wrong(study, subject, int(about))
    return any(due.name == about and _has_alarmed(due, on) for due in agenda(study, subject, on))


def _has_alarmed(due: Due, on: date) -> bool:
    """Whether it is an alarm, or becomes one on that day: the runner told at which moment."""
    turns = any(turn.urgency == "alarm" and turn.on <= on for turn in due.later)
    return due.urgency == "alarm" or turns


ALARM = Message(
    name="pump.alarm",
    title=Phrase("Pump alarm"),
    heading=Phrase("{trial}: pump alarm, {subject}"),
    text=Phrase(
        "The pump of participant {subject} needs attention now. The participant's page says why."
    ),
    after=(ImplantPump, RefillPump),
    presses="alarm",
    about=_filling,
    holds=_alarms,
    tells_arm=own_hospital,
    urgent=True,
)
