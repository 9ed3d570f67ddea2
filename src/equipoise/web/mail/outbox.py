"""Putting letters out to be sent: to those who have an address, once each."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from equipoise.conduct.subject import Subject
from equipoise.web import adopted, people, read_model
from equipoise.web.jobs.table import Payload, ToDo
from equipoise.web.mail.letters import Letter
from equipoise.web.models import Account
from equipoise.web.store import DatabaseLedger

__all__ = ["DAILY", "SEND", "post", "to_all", "who_gets"]

SEND = "mail.send"
DAILY = "daily"
"""What a letter says that goes into the one mail of a morning."""


def post(
    letter: Letter,
    key: str,
    due: datetime,
    to: Iterable[Account],
    payload: Payload,
    morning: datetime | None = None,
    waiting: Collection[str] = (),
) -> Iterator[ToDo]:
    """One letter to each of these people.

    :param key: what it is about; nobody gets a second one with the same key
    :param to: those of whom an address is known (`people.with_address`)
    :param morning: until when it may wait, for those who chose one mail a day
    :param waiting: for whom it waits until then, whatever they chose
    """
    for account in to:
        person, letter_data = account.person_id, {**payload, "letter": letter.name}
        letter_data["to"], at = person, due
        if morning and (account.mails_daily or person in waiting):
            letter_data[DAILY], at = "yes", morning
        yield ToDo(kind=SEND, key=f"{letter.name}:{key}:{person}", due=at, payload=letter_data)


def who_gets(letter: Letter, payload: Payload, now: datetime) -> set[str]:
    """To whom it goes as the trial stands now."""
    study = adopted.study()
    state = read_model.DatabaseFolds(study, DatabaseLedger())
    number = payload.get("subject", "")
    subject = state.subject(number) if number else Subject(subject_id="")
    return set(letter.to(study, state.trial_state(), subject, payload, now))


def to_all(letter: Letter, key: str, due: datetime, payload: Payload) -> Iterator[ToDo]:
    """The letter to everyone to whom it goes."""
    to = people.with_address(who_gets(letter, payload, due))
    return post(letter, key, due, to, payload)
