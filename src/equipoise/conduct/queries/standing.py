"""Every query of a participant as it stands: asked by a rule or a person, and what was said to it.

Nothing of it is stored but what people said. A rule's query is open while the rule fails and nobody
answered it, and is over once it holds. What a person asked never closes by itself. A query that was
closed stays so for as long as the values do that it is about; when one changes it is open again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from equipoise.conduct.confirmed import SOFT_CHECK
from equipoise.conduct.moments import day_of
from equipoise.conduct.queries.rules import Fired, fired_rules, values_at
from equipoise.conduct.state.queries import Thread, Turn
from equipoise.conduct.subject import Subject
from equipoise.conduct.words import Choices
from equipoise.study.model import Study
from equipoise.study.reason import Given

__all__ = ["OPEN", "STATES", "Query", "QueryState", "queries", "query_named"]

QueryState = Literal["open", "again", "answered", "closed", "right"]
STATES = Choices(
    {
        "open": "Not answered",
        "again": "Open again: a value changed",
        "answered": "Answered",
        "closed": "Closed",
        "right": "Put right: the value was changed",
    }
)
OPEN: tuple[QueryState, ...] = ("open", "again")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One query as it stands."""

    key: str
    form: str
    visit: str
    number: int
    item: str
    rule: str
    """The condition of the rule that asks; empty where a person does."""
    wording: Given
    state: QueryState
    on: date
    """The day on which it was asked, or from which the rule has failed."""
    by: str
    """Who asked it; empty where a rule does."""
    answer: str
    values: str
    times: int = 0
    changed: int = 0
    confirmed: int = 0
    """How often somebody said when saving why the value is right."""
    thread: Thread | None = None

    @property
    def to(self) -> str:
        """The role that it was given to."""
        return self.thread.assigned if self.thread else ""

    @property
    def turns(self) -> list[Turn]:
        """What people said, the first first."""
        return self.thread.turns if self.thread else []


def queries(study: Study, subject: Subject) -> list[Query]:
    """Every query of a participant, the one that was asked first before the others."""
    found = [*_of_rules(study, subject), *_of_people(study, subject)]
    return sorted(found, key=lambda one: (one.on, one.key))


def query_named(study: Study, subject: Subject, key: str) -> Query | None:
    """The query of this name."""
    thread = subject.queries.threads.get(key)
    if thread and not thread.rule:
        return _of_person(study, subject, key, thread)
    return next((one for one in _of_rules(study, subject) if one.key == key), None)


def _of_rules(study: Study, subject: Subject) -> Iterator[Query]:
    threads = subject.queries.threads
    for fired in fired_rules(study, subject):
        thread = threads.get(fired.key)
        record = fired.record
        given = _reason_at_saving(fired)
        answer = thread.last("answer") if thread else None
        yield Query(
            key=fired.key,
            form=record.form,
            visit=record.visit,
            number=record.number,
            item=fired.item,
            rule=fired.rule.condition,
            wording=fired.rule.wording,
            state=_state_of_rule(fired, thread, given),
            on=day_of(study, fired.at) if fired.at else record.on,
            by="",
            answer=answer.text if answer else given.text if given else "",
            values=fired.values,
            times=fired.times,
            changed=fired.changed,
            confirmed=fired.confirmed,
            thread=thread,
        )


@dataclass(frozen=True, slots=True)
class _ReasonGiven:
    """Why the value is right, as whoever saved it said when the check asked."""

    text: str
    holds: bool
    """Whether the values that the check reads are still those of which it was said."""


def _state_of_rule(fired: Fired, thread: Thread | None, given: _ReasonGiven | None) -> QueryState:
    if not fired.fails:
        return "right"
    last = thread.last("answer", "close", "reopen") if thread else None
    if last and last.kind == "reopen":
        return "open"
    if last and last.values == fired.values:
        return "closed" if last.kind == "close" else "answered"
    if given and given.holds:
        return "answered"
    return "again" if last or given else "open"


def _reason_at_saving(fired: Fired) -> _ReasonGiven | None:
    asking = [one for one in fired.saves if fired.place in one.confirmed.get(SOFT_CHECK, {})]
    if not asking:
        return None
    newest = max((int(seq) for seq in fired.values.split()), default=0)
    return _ReasonGiven(asking[-1].confirmed[SOFT_CHECK][fired.place], asking[-1].seq >= newest)


def _of_people(study: Study, subject: Subject) -> Iterator[Query]:
    for key, thread in subject.queries.threads.items():
        if not thread.rule:
            yield _of_person(study, subject, key, thread)


def _of_person(study: Study, subject: Subject, key: str, thread: Thread) -> Query:
    first, answer = thread.turns[0], thread.last("answer")
    place = (thread.form, thread.visit, thread.number, thread.item)
    values = values_at(study, subject, *place)
    return Query(
        key=key,
        form=thread.form,
        visit=thread.visit,
        number=thread.number,
        item=thread.item,
        rule="",
        wording=first.text,
        state=_state_of_asked(thread, values),
        on=first.on,
        by=first.by,
        answer=answer.text if answer else "",
        values=values,
        thread=thread,
    )


def _state_of_asked(thread: Thread, values: str) -> QueryState:
    last = thread.last("ask", "answer", "close", "reopen")
    if last is None or last.kind in ("ask", "reopen"):
        return "open"
    if last.kind == "close":
        return "closed" if last.values == values else "again"
    return "answered"
