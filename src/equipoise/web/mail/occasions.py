"""Which acts, mornings and moments are the cause of which letters; an act's are written with it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from equipoise.conduct.chapters import ACTS, messages, pressing
from equipoise.conduct.message import Message, hearers, waits_for_morning
from equipoise.conduct.subject import Subject
from equipoise.conduct.trial_state import TrialState
from equipoise.ledger import Entry
from equipoise.study.model import Study
from equipoise.web import people, read_model
from equipoise.web.jobs.table import ToDo
from equipoise.web.mail.letters import LETTERS
from equipoise.web.mail.outbox import post

__all__ = ["after", "of_what_presses"]

MORNING = time(8)  # a reminder is for the working day
CAUSES: dict[str, tuple[Message, ...]] = {
    kind: tuple(
        one
        for one in messages()
        if (act in one.after or kind in one.after_others)
        or (one.after_any and act.stream != "study")
    )
    for kind, act in ACTS.items()
}


def after(
    study: Study, state: read_model.DatabaseFolds, entry: Entry, now: datetime
) -> Iterator[ToDo]:
    """The letters that an act causes, about its participant as they stand after it.

    :param state: by which the participant was folded once the act was recorded
    """
    causes = CAUSES.get(entry.kind, ())
    if not causes:
        return
    subject = state.as_folded(entry.subject or entry.stream)
    due = [(message, about) for message in causes for about in message.abouts(subject, entry)]
    trial_state = state.trial_state() if due else TrialState()
    for message, about in due:
        again = "" if message.once else str(entry.seq)
        yield from _letters(study, trial_state, subject, message, about, now, entry.by, again)


def of_what_presses(
    study: Study, state: read_model.DatabaseFolds, subject: Subject, now: datetime
) -> Iterator[ToDo]:
    """The letters of a day, or a moment, about what has come to press, each once."""
    on = now.astimezone(ZoneInfo(study.identity.timezone)).date()
    for message, about in pressing(study, subject, on, now):
        yield from _letters(study, state.trial_state(), subject, message, about, now)


def _letters(
    study: Study,
    trial_state: TrialState,
    subject: Subject,
    message: Message,
    about: str,
    now: datetime,
    by: str = "",
    again: str = "",
) -> Iterator[ToDo]:
    """One message to everyone who is to hear of it but whoever caused it, and its reminders."""
    zone = ZoneInfo(study.identity.timezone)
    on = now.astimezone(zone).date()
    to = hearers(message, study, trial_state, subject, about, on) - {by}
    accounts = people.with_address(to)
    letter, payload = LETTERS[message.name], {"subject": subject.subject_id, "about": about}
    key = ":".join(part for part in (subject.subject_id, about, again) if part)
    roles = {one: {held.role for held in trial_state.people[one].roles} for one in to}
    waiting = {one for one in to if waits_for_morning(message, study, roles[one])}
    may_wait = None if message.urgent else _morning(on, 0 if message.presses else 1, zone)
    yield from post(letter, key, now, accounts, payload, may_wait, waiting)
    if (reminder := message.reminder) and message.reminds:
        for days in message.reminds(study):
            reminder_data = {**payload, "days": str(days)}
            due = _morning(on, days, zone)
            yield from post(LETTERS[reminder.name], f"{key}:{days}", due, accounts, reminder_data)


def _morning(on: date, days: int, zone: ZoneInfo) -> datetime:
    """When the working day begins, some days after a day."""
    return datetime.combine(on + timedelta(days=days), MORNING, zone).astimezone(UTC)
