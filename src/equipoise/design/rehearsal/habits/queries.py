"""How invented people ask about recorded values, and answer: also what the study's checks ask."""

import math
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from pydantic import Field

from equipoise.conduct.queries import (
    OPEN,
    AnswerQuery,
    AskQuery,
    AssignQuery,
    CloseQuery,
    ReopenQuery,
    answering,
    queries,
)
from equipoise.conduct.subject import Subject
from equipoise.design.rehearsal.chance import Chance
from equipoise.design.rehearsal.habits.habit import Habit, Stay, Step
from equipoise.study.parts import Number, Part, Source

__all__ = ["HABIT"]


class QueriesPlan(Part):
    """How often somebody looks at what was recorded, and how long an answer takes."""

    per_year: Number = Field(gt=0, description="how often somebody asks about one participant")
    days_median: Number = Field(gt=0, description="until it is answered, and until it is closed")
    assigned: Number = Field(default=Decimal(0), description="the share that is given to a role")
    reopened: Number = Field(default=Decimal(0), description="the share of answers asked on")
    source: Source


def _steps(stay: Stay) -> Iterator[Step]:
    """One look after another: at a query of a check that waits, else at a value that stands."""
    if not answering(stay.study):
        return
    day = stay.since
    for number in range(1, 1000):
        own = stay.chance.of(number)
        wait = own.of("wait").exponential() / float(stay.plan.per_year) * 365.25
        at = stay.moment(day + timedelta(days=1 + math.ceil(wait)))
        if at is None:
            return
        day = at.date()
        found = queries(stay.study, stay.subject()) if _was_checked(stay.subject()) else []
        key = next((one.key for one in found if one.rule and one.state in OPEN), "")
        if not key:
            if (ask := _about_a_value(stay, own)) is None:
                continue
            yield Step(at=at, act=ask)
            key = [*stay.subject().queries.threads][-1]
        if own.of("assigned").random() < float(stay.plan.assigned):
            to = [*answering(stay.study)][-1]
            yield Step(at=at + timedelta(minutes=1), act=AssignQuery(query=key, to=to))
        yield from _until_closed(stay, own, key, day)


def _was_checked(subject: Subject) -> bool:
    """Whether a check asked back anything that was saved: else none is looked for."""
    records = subject.forms.records.values()
    return any(one.checks for record in records for one in record.saves)


def _about_a_value(stay: Stay, chance: Chance) -> AskQuery | None:
    """A question about one of the values that stand; None where there is none yet."""
    records = [*stay.subject().forms.records.values()]
    values = [
        (record, name)
        for record in records
        if record.form in stay.study.form_of
        for name in stay.study.form_of[record.form].item_of
        if record.answers(name)
    ]
    if not values:
        return None
    record, name = values[chance.of("value").whole(0, len(values) - 1)]
    return AskQuery(
        form=record.form,
        visit=record.visit,
        number=record.number,
        item=name,
        text="Is this what the source says?",
    )


def _until_closed(stay: Stay, chance: Chance, key: str, day: date) -> Iterator[Step]:
    """The answer, whether it does, and the end; as far as they are still there for it."""
    if (at := _later(stay, chance.of("answer"), day)) is None:
        return
    yield Step(at=at, act=AnswerQuery(query=key, text="It is as the source has it"))
    if chance.of("reopened").random() < float(stay.plan.reopened):
        again = at + timedelta(minutes=30)
        yield Step(at=again, act=ReopenQuery(query=key, text="Of which day is that?"))
        text = "Of the day of the form"
        yield Step(at=again + timedelta(minutes=20), act=AnswerQuery(query=key, text=text))
    if at_end := _later(stay, chance.of("close"), at.date()):
        yield Step(at=at_end, act=CloseQuery(query=key))


def _later(stay: Stay, chance: Chance, day: date) -> datetime | None:
    lasts = chance.exponential() * float(stay.plan.days_median) / math.log(2)
    return stay.moment(day + timedelta(days=1 + math.ceil(lasts)))


HABIT = Habit(plan=QueriesPlan, steps=_steps)
