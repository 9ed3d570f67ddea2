"""Which acts are the cause of which letters. They are written with the act, or not at all."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from equipoise.conduct.panel import AskPanel, CastVote, Conclude
from equipoise.conduct.randomisation import Randomise
from equipoise.ledger import Entry
from equipoise.study.model import Study
from equipoise.web import read_model
from equipoise.web.jobs.table import Payload, ToDo
from equipoise.web.mail.letters import CONCLUDE, CONCLUDED, DRAWN, READ, REMIND, Letter
from equipoise.web.mail.outbox import post

__all__ = ["CAUSES", "after"]

MORNING = time(8)  # a reminder is for the working day
OF_THE_ENTRY = {DRAWN, CONCLUDED}
CAUSES: dict[str, tuple[Letter, ...]] = {
    AskPanel.kind: (READ,),
    # A vote may call in the next readers, or be the last.
    CastVote.kind: (READ, CONCLUDE),
    Conclude.kind: (CONCLUDED,),
    Randomise.kind: (DRAWN,),
}


def after(
    study: Study, state: read_model.DatabaseFolds, entry: Entry, now: datetime
) -> Iterator[ToDo]:
    """The letters that an act causes, about its participant as they stand after it."""
    causes = CAUSES.get(entry.kind, ())
    if not causes:
        return
    subject = state.subject(entry.subject or entry.stream)
    payload = {"subject": subject.subject_id}
    if subject.panel.reviews:
        payload["asked"] = str(subject.panel.reviews[-1].asked.seq)
    for letter in causes:
        about = entry.seq if letter in OF_THE_ENTRY else payload["asked"]
        key = f"{subject.subject_id}:{about}"
        to = set(letter.to(study, state.trial_state(), subject, payload)) - {entry.by}
        yield from post(letter, key, now, to, payload)
        if letter is READ:
            yield from _reminders(study, key, now, to, payload)


def _reminders(
    study: Study, key: str, now: datetime, to: set[str], payload: Payload
) -> Iterator[ToDo]:
    """On the mornings that the study file says, counted from the day on which they were asked."""
    zone = ZoneInfo(study.identity.timezone)
    asked_day = now.astimezone(zone).date()
    for days in study.panel.remind_days if study.panel else ():
        due = datetime.combine(asked_day + timedelta(days=days), MORNING, zone).astimezone(UTC)
        reminder = {**payload, "days": str(days)}
        yield from post(REMIND, f"{key}:{days}", due, to, reminder)
