"""How invented people fare in safety: events of a rate and of grades, some of which go on."""

import math
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pydantic import Field

from equipoise.conduct.safety import CorrectEvent, RecordEvent
from equipoise.conduct.safety.acts import given
from equipoise.design.rehearsal.chance import Chance
from equipoise.design.rehearsal.habits.habit import Habit, Stay, Step
from equipoise.design.rehearsal.values_drawn import pick
from equipoise.study.parts import Number, Part, Source

__all__ = ["HABIT"]


class SafetyPlan(Part):
    """How often events come, how bad they are, and how they end. Nobody dies of one."""

    per_year: Number = Field(gt=0)
    terms: dict[str, Number] = Field(description="a term of the study, or free words: its share")
    grades: dict[str, Number] = Field(description="the grade, 1 to 4: its share")
    serious: Number = Field(description="the share that is serious, of grades 3 and 4")
    related: Number = Field(description="the share that may be related to what was given")
    days_median: Number = Field(gt=0, description="how long an event lasts")
    month_alone: Number = Field(
        default=Decimal(0), description="the share of which only the month of beginning is known"
    )
    source: Source


def _steps(stay: Stay) -> Iterator[Step]:
    """Events one after another, each told within days, and told again when it is over."""
    if stay.study.safety is None:
        return
    day = stay.since
    for number in range(1, 1000):
        own = stay.chance.of(number)
        wait = own.of("wait").exponential() / float(stay.plan.per_year) * 365.25
        begin = day + timedelta(days=1 + math.ceil(wait))
        told = stay.moment(begin + timedelta(days=own.of("told").whole(0, 7)))
        if told is None:
            return
        lasts = own.of("lasts").exponential() * float(stay.plan.days_median) / math.log(2)
        over = max(begin + timedelta(days=math.ceil(lasts)), told.date())
        yield Step(at=told, act=RecordEvent(**_event(stay, begin, own)))
        again = stay.moment(over + timedelta(days=own.of("again").whole(0, 14)))
        if again is None:
            return
        event = stay.subject().safety.events[-1]
        known = {name: getattr(event.now, name) for name in RecordEvent.__struct_fields__}
        ended = known | {"end": over.isoformat(), "outcome": "recovered"}
        yield Step(at=again, act=CorrectEvent(**ended, event=event.number, reason="it is over"))
        day = again.date()


def _event(stay: Stay, begin: date, chance: Chance) -> dict[str, Any]:
    """What is told of an event that goes on."""
    plan, safety = stay.plan, stay.study.safety
    term, grade = pick(plan.terms, chance.of("term")), pick(plan.grades, chance.of("grade"))
    labels = {one.id: one.label for one in safety.terms} if safety else {}
    bad = grade in ("3", "4") and chance.of("serious").random() < float(plan.serious)
    related = chance.of("related").random() < float(plan.related)
    own = given(stay.study, stay.subject())
    vague = chance.of("month").random() < float(plan.month_alone)
    return {
        "term": labels[term].get("en", term) if term in labels else term,
        "code": term if term in labels else "",
        "grade": grade,
        "serious": "yes" if bad else "no",
        "criteria": ["life" if grade == "4" else "hospital"] if bad else [],
        "related": "yes" if related else "no",
        "interventions": [own[chance.of("cause").whole(0, len(own) - 1)]] if related else [],
        "begin": f"{begin:%Y-%m}" if vague else begin.isoformat(),
        "outcome": "not-recovered",
    }


HABIT = Habit(plan=SafetyPlan, steps=_steps)
