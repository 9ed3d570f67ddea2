"""Putting letters out to be sent: to those who have an address, once each."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from equipoise.conduct.subject import Subject
from equipoise.web import adopted, people, read_model
from equipoise.web.jobs.table import Payload, ToDo
from equipoise.web.mail.letters import Letter
from equipoise.web.store import DatabaseLedger

__all__ = ["SEND", "post", "to_all", "who_gets"]

SEND = "mail.send"


def post(
    letter: Letter, key: str, due: datetime, to: Iterable[str], payload: Payload
) -> Iterator[ToDo]:
    """One letter to each of these people who has an address.

    :param key: what it is about; nobody gets a second one with the same key
    """
    for person in people.with_address(to):
        letter_data = {**payload, "letter": letter.name, "to": person}
        yield ToDo(kind=SEND, key=f"{letter.name}:{key}:{person}", due=due, payload=letter_data)


def who_gets(letter: Letter, payload: Payload) -> set[str]:
    """To whom it goes as the trial stands now."""
    study = adopted.study()
    state = read_model.DatabaseFolds(study, DatabaseLedger())
    number = payload.get("subject", "")
    subject = state.subject(number) if number else Subject(subject_id="")
    return set(letter.to(study, state.trial_state(), subject, payload))


def to_all(letter: Letter, key: str, due: datetime, payload: Payload) -> Iterator[ToDo]:
    """The letter to everyone to whom it goes."""
    return post(letter, key, due, who_gets(letter, payload), payload)
