"""Who is told that a query was asked, or answered."""

from collections.abc import Collection, Iterable
from datetime import date

import msgspec

from equipoise.conduct.message import Message
from equipoise.conduct.queries.acts import (
    AnswerQuery,
    AskQuery,
    AssignQuery,
    ReopenQuery,
    answering,
)
from equipoise.conduct.queries.standing import OPEN, query_named
from equipoise.conduct.subject import Subject
from equipoise.conduct.trial_state import TrialState
from equipoise.ledger import Entry
from equipoise.study.model import Study
from equipoise.study.reason import Phrase

__all__ = ["MESSAGES"]


def _query(subject: Subject, entry: Entry) -> str:
    """The name of the query: its entry, or what the entry says something of."""
    payload = msgspec.json.decode(entry.payload, type=dict[str, object])
    return str(payload.get("query") or entry.seq)


def _waits(study: Study, subject: Subject, about: str, on: date) -> bool:
    found = query_named(study, subject, about)
    return found is not None and found.state in OPEN


def _is_answered(study: Study, subject: Subject, about: str, on: date) -> bool:
    found = query_named(study, subject, about)
    return found is not None and found.state == "answered"


def _who_answers(study: Study, subject: Subject, about: str) -> Collection[str]:
    """The role that it was given to, or every role that answers queries."""
    found = query_named(study, subject, about)
    return [found.to] if found and found.to else answering(study)


def _asker(study: Study, trial_state: TrialState, subject: Subject, about: str) -> Iterable[str]:
    found = query_named(study, subject, about)
    known = found is not None and found.by in trial_state.people
    return [found.by] if found and known and trial_state.people[found.by].roles else []


def _tells_arm(study: Study, subject: Subject, about: str) -> bool:
    """Whether it is of a visit that not every arm has, or its question may be."""
    found = query_named(study, subject, about)
    if found is None:
        return True
    return bool(found.rule) or found.visit in study.visits_of_an_arm


MESSAGES = (
    Message(
        name="query.asked",
        title=Phrase("Query to answer"),
        heading=Phrase("{trial}: a query to answer, {subject}"),
        text=Phrase("A query on participant {subject} waits for an answer."),
        after=(AskQuery, ReopenQuery, AssignQuery),
        about=_query,
        once=False,
        holds=_waits,
        answers=_who_answers,
        tells_arm=_tells_arm,
        page="query",
    ),
    Message(
        name="query.answered",
        title=Phrase("Query answered"),
        heading=Phrase("{trial}: a query is answered, {subject}"),
        text=Phrase("A query on participant {subject} was answered."),
        after=(AnswerQuery,),
        about=_query,
        once=False,
        holds=_is_answered,
        to=_asker,
        tells_arm=_tells_arm,
        page="query",
    ),
)
